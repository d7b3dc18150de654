"""Bringing a window to the front, on a machine that is busy with other tests."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def to_front(qtbot: QtBot, window: QWidget) -> None:
    """Wait until a shown window has the keyboard. Asked for again and again: a window that closes late takes it away."""

    def active() -> bool:
        window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(active, timeout=30_000)
