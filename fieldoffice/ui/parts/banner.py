"""A banner: a sentence that stays until it is settled, with the buttons that settle it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

Kind = Literal["info", "warn", "danger", "ok"]
ICONS: Mapping[Kind, str] = {"info": "info", "warn": "warning", "danger": "error", "ok": "check_circle"}
COLORS: Mapping[Kind, str] = {"info": "muted", "warn": "warn", "danger": "danger", "ok": "ok"}


class Banner(QFrame):
    """Across the top of a page or panel; `show_words` shows it, `hide` takes it away."""

    def __init__(self, kind: Kind = "info", words: str = "", parent: QWidget | None = None, *, narrow: bool = False) -> None:
        """`narrow` puts the buttons below the words."""
        super().__init__(parent)
        self.setProperty("box", kind)
        self.picture, self.label = QLabel(), PlainLabel(words, wrap=True)
        icons.dress(self.picture, ICONS[kind], COLORS[kind], 20)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 8, 8)
        grid.setSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.label, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        grid.addLayout(self._row, 1 if narrow else 0, 1 if narrow else 2, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(words)

    def show_words(self, words: str) -> None:
        self.label.setText(words)
        self.setAccessibleName(words)
        self.show()

    def add_button(self, words: str, press: Callable[[], object], *, primary: bool = False) -> QPushButton:
        """Add a way out at the right side."""
        made = button(words, press, primary=primary, parent=self)
        self._row.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        return made
