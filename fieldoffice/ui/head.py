"""The head of a page: its title, its sisters in the same section, undo and redo, its own actions at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldoffice.ui.parts.buttons import Segmented, action_button
from fieldoffice.ui.parts.labels import PlainLabel


class Head(QWidget):
    """`chosen(page_id)` when a person picks a sister page."""

    chosen = Signal(str)

    def __init__(self, always: Sequence[QAction], parent: QWidget | None = None) -> None:
        """`always` are icon buttons on every page (undo, redo)."""
        super().__init__(parent)
        self.setFixedHeight(56)
        self.title = PlainLabel("", "title")
        self._sisters: Segmented | None = None
        self._own: list[QWidget] = []
        self._mine = QHBoxLayout()
        self._mine.setSpacing(8)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addLayout(self._always(always))
        row.addLayout(self._mine)

    def show_page(self, title: str, sisters: Sequence[tuple[str, str]], here: str) -> None:
        """`sisters` are (page id, words) of the section; fewer than two are not shown. An empty title takes no room."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        if self._sisters is not None:
            self._sisters.hide()
            self._row.removeWidget(self._sisters)
            self._sisters.deleteLater()
            self._sisters = None
        if len(sisters) > 1:
            self._sisters = Segmented(sisters, "Pages of this section", self)
            if here in dict(sisters):
                self._sisters.set_value(here)
            self._sisters.chosen.connect(self.chosen)
            self._row.insertWidget(1, self._sisters)
        self._fit()

    def show_own(self, parts: Sequence[QAction | QWidget]) -> None:
        """The page's actions; widgets belong to the page and are only lent."""
        for old in self._own:
            self._mine.removeWidget(old)
            old.setVisible(False)
        self._own = [_widget(part, self) for part in parts]
        for made in self._own:
            self._mine.addWidget(made)
            made.setVisible(True)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Fold the sisters into a menu where the page's own tools leave no room for them."""
        if self._sisters is not None:
            row = self._row
            items = [item for n in range(row.count()) if (item := row.itemAt(n)) is not None]
            others = [item.minimumSize().width() for item in items if item.widget() is not self._sisters]
            margins = row.contentsMargins().left() + row.contentsMargins().right()
            gaps = row.spacing() * sum(1 for width in others if width)
            self._sisters.fold(sum(others) + self._sisters.room() + gaps + margins > self.width())

    def _always(self, always: Sequence[QAction]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for action in always:
            row.addWidget(action_button(action, words=False, parent=self))
        return row


def _widget(part: QAction | QWidget, parent: QWidget) -> QWidget:
    if isinstance(part, QWidget):
        return part
    kept = part.property("button")
    if isinstance(kept, QWidget):
        return kept
    made = action_button(part, primary=bool(part.property("primary")), parent=parent)
    part.setProperty("button", made)
    return made
