"""The side panel: editing beside what is being edited, rather than in a dialog over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.ui import actions, icons
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import ElidedLabel, hairline

NARROW, WIDE = 360, 480


class SidePanel(QFrame):
    """Head, body that scrolls, foot with Save. Esc closes, Ctrl+S saves, Ctrl+Enter saves and closes.

    Whoever fills it overrides `save(then)` and calls `set_dirty`; `closed` is emitted when it may be taken away.
    """

    closed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None, *, can_save: bool = True, width: int = NARROW) -> None:
        super().__init__(parent)
        self.setObjectName("side_panel")
        self.setMinimumWidth(NARROW)
        self.setMaximumWidth(max(width, WIDE))
        self.wish, self.dirty, self._leaving = width, False, False
        self.draft: Any = None  # a ui.drafts.Draft that keeps what is typed on the disk; whoever fills the panel makes it
        self.can_save = can_save
        self.calls = actions.bind(self, {
            "save": self.save_now, "save_close": self.save_and_close, "close_panel": self.close_panel})
        self._build(title)
        self.set_title(title)
        self.set_dirty(False)

    def save(self, then: Callable[[], object]) -> None:
        """Ask the service; call `then` after it agreed, nothing after it refused."""
        raise NotImplementedError

    def discard(self) -> None:
        """Forget what was entered; called before closing without saving."""

    def set_title(self, title: str) -> None:
        self.title.setText(title)
        self.setAccessibleName(title)

    def set_body(self, body: QWidget) -> None:
        """What is edited; a former body is deleted."""
        old = self._scroll.takeWidget()
        if old is not None:
            old.deleteLater()
        self._scroll.setWidget(body)
        body.setAutoFillBackground(False)  # setWidget turns it on

    def set_dirty(self, dirty: bool = True) -> None:
        """Show whether something is not saved."""
        self.dirty = dirty
        self._dot.setVisible(dirty)
        for id in ("save", "save_close"):
            self.calls[id].setEnabled(self.can_save and dirty)
        self._save.setEnabled(dirty)
        self._save_close.setEnabled(dirty)
        if not dirty:
            self.warning.hide()

    def save_now(self) -> None:
        if self.can_save and self.dirty:
            self.save(self._saved)

    def save_and_close(self) -> None:
        if self.can_save and self.dirty:
            self.save(self._saved_and_close)
        else:
            self.close_panel()

    def close_panel(self) -> None:
        """Close, or ask first when something is not saved."""
        if self.may_close():
            self.closed.emit()

    def may_close(self) -> bool:
        """True when nothing would be lost; else the warning is shown."""
        if self.dirty and self.can_save:
            self.warning.show_words("Not saved yet.")
            self._keep.setFocus()
            return False
        return True

    def sizeHint(self) -> QSize:
        return QSize(self.wish, super().sizeHint().height())

    def _saved(self) -> None:
        more = self.draft is not None and not self.draft.saved()  # typed while the save was on its way
        self.set_dirty(more)

    def _saved_and_close(self) -> None:
        self._saved()
        if not self.dirty:
            self.closed.emit()

    def _drop(self) -> None:
        if self.draft is not None:
            self.draft.discard()
        self.discard()
        self.set_dirty(False)
        self.closed.emit()

    def _build(self, title: str) -> None:
        self.warning = Banner("warn", narrow=True)
        self.warning.add_button("Save", self.save_and_close)
        self.warning.add_button("Discard", self._drop)
        self._keep = self.warning.add_button("Keep editing", self.warning.hide)
        self.warning.hide()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._head(title))
        box.addWidget(hairline())
        box.addWidget(self.warning)
        box.addWidget(self._scroll, 1)
        box.addWidget(self._foot())

    def _head(self, title: str) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        self.title = ElidedLabel(title, "section")
        self._dot = QLabel()
        self._dot.setAccessibleName("Not saved yet")
        self._dot.setToolTip("Not saved yet")
        icons.dress(self._dot, "circle-fill", "accent", 10)
        row.addWidget(self.title, 1)
        row.addWidget(self._dot)
        row.addWidget(IconButton("close", "Close (Esc)", self.close_panel))
        return head

    def _foot(self) -> QWidget:
        foot = QWidget()
        box = QVBoxLayout(foot)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(hairline())
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        self._save, self._save_close = button("Save", self.save_now), button("Save and close", self.save_and_close, primary=True)
        row.addStretch(1)
        row.addWidget(self._save)
        row.addWidget(self._save_close)
        box.addLayout(row)
        foot.setVisible(self.can_save)
        return foot
