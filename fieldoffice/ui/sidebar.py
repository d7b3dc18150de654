"""The sidebar: the sections of the manual that have a page, wide with words or narrow with icons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.parts.labels import ElidedLabel, hairline, plain_tip

WIDE, NARROW = 200, 56


class Sidebar(QFrame):
    """`chosen(section)` when a person picks one. Up and Down move, Enter or Space choose."""

    chosen = Signal(str)

    def __init__(self, company: str, sections: Sequence[tuple[str, str]], foot: Sequence[QAction],
                 parent: QWidget | None = None, *, top: Sequence[QAction] = ()) -> None:
        """`sections` are (words, icon); `top` and `foot` are the window's own actions above and below them."""
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName("Sections")
        self.company = ElidedLabel(company, "strong")
        self.buttons: dict[str, QToolButton] = {}
        self._top: list[QToolButton] = []
        self._foot: list[QToolButton] = []
        self._group = QButtonGroup(self)
        self._build(sections, top, foot)
        self.set_narrow(False)

    def mark(self, section: str) -> None:
        """Show where we are."""
        if section in self.buttons:
            self.buttons[section].setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, or icons and words."""
        self.narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        self.company.setVisible(not narrow)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in (*self._top, *self.buttons.values(), *self._foot):
            button.setToolButtonStyle(style)
            button.setFixedWidth((NARROW if narrow else WIDE) - 17)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        row = [*self._top, *self.buttons.values(), *self._foot]
        here = next((n for n, button in enumerate(row) if button.hasFocus()), None)
        if not step or here is None:
            super().keyPressEvent(event)
            return
        row[(here + step) % len(row)].setFocus(Qt.FocusReason.TabFocusReason)

    def _build(self, sections: Sequence[tuple[str, str]], top: Sequence[QAction], foot: Sequence[QAction]) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 12, 8, 8)
        box.setSpacing(2)
        self.company.setContentsMargins(12, 0, 0, 0)
        self.company.setFixedHeight(32)
        box.addWidget(self.company)
        self._top = [self._action(action) for action in top]
        for button in self._top:
            box.addWidget(button)
        for words, icon in sections:
            box.addWidget(self._section(words, icon))
        box.addStretch(1)
        box.addWidget(hairline())
        box.addSpacing(6)
        self._foot = [self._action(action) for action in foot]
        for button in self._foot:
            box.addWidget(button)

    def _section(self, words: str, icon: str) -> QToolButton:
        made = self._button(words)
        icons.dress(made, icon)
        made.setText(words)
        made.setToolTip(words)
        made.setCheckable(True)
        made.clicked.connect(lambda _checked=False: self.chosen.emit(words))
        self._group.addButton(made)
        self.buttons[words] = made
        return made

    def _action(self, action: QAction) -> QToolButton:
        made = self._button(action.text())
        made.setProperty("foot", True)
        made.setDefaultAction(action)
        made.setToolTip(plain_tip(action.toolTip()))
        return made

    def _button(self, name: str) -> QToolButton:
        made = QToolButton(self)
        made.setAccessibleName(name)
        made.setIconSize(QSize(20, 20))
        made.setFixedHeight(34)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return made
