"""The page and, beside it, at most one side panel; and the sentences that stay across the top of a page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fieldoffice.ui.parts.banner import Banner, Kind
from fieldoffice.ui.parts.panel import SidePanel


class Aside(QSplitter):
    """`shown(panel)` after a panel came, `emptied()` after it went."""

    shown = Signal(object)
    emptied = Signal()

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.panel: SidePanel | None = None
        self.panel_width = 0  # as a person dragged it, 0 while nobody did
        self.splitterMoved.connect(self._dragged)
        self.addWidget(content)
        self.setCollapsible(0, False)
        self.setStretchFactor(0, 1)

    def show_panel(self, panel: SidePanel) -> bool:
        """Show `panel`; one that is open gives way unless it holds something unsaved: then the answer is False."""
        if panel is self.panel:
            return True
        if not self.make_room():
            return False
        if self.indexOf(panel) < 0:
            self._take_in(panel)
        self.panel = panel
        panel.show()
        self.set_panel_width(self.panel_width or panel.wish)
        self.shown.emit(panel)
        return True

    def set_panel_width(self, width: int) -> None:
        """Give the panel `width` pixels within its own limits, the page the rest."""
        if self.panel is not None:
            sizes = [0] * self.count()
            sizes[self.indexOf(self.panel)], sizes[0] = width, max(1, self.width() - width)
            self.setSizes(sizes)

    def make_room(self) -> bool:
        """Close the panel that is open; False when it holds something unsaved and says so."""
        if self.panel is not None:
            self.panel.close_panel()
        return self.panel is None

    def may_close(self) -> bool:
        return self.panel is None or self.panel.may_close()

    def _dragged(self, _where: int, _handle: int) -> None:
        if self.panel is not None:
            self.panel_width = self.panel.width()

    def _take_in(self, panel: SidePanel) -> None:
        self.addWidget(panel)
        self.setCollapsible(self.indexOf(panel), False)
        self.setStretchFactor(self.indexOf(panel), 0)
        panel.closed.connect(lambda: self._closed(panel))

    def _closed(self, panel: SidePanel) -> None:
        panel.hide()
        if self.panel is panel:
            self.panel = None
            self.emptied.emit()


class Banners(QWidget):
    """Sentences by key, the newest below; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: dict[str, Banner] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(16, 0, 16, 8)
        self._box.setSpacing(4)
        self.hide()

    def say(self, key: str, kind: Kind, words: str) -> Banner:
        """Show `words` until `drop(key)`; the same key replaces. Returns the banner, for its buttons."""
        self.drop(key)
        made = self._shown[key] = Banner(kind, words)
        self._box.addWidget(made)
        self.show()
        return made

    def drop(self, key: str) -> None:
        old = self._shown.pop(key, None)
        if old is not None:
            self._box.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.setVisible(bool(self._shown))
