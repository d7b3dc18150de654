"""A small window that shows how far long first work is, while it runs in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from fieldoffice.ui.parts.labels import PlainLabel

R = TypeVar("R")


class _Told(QObject):
    heard = Signal(str, float)


def make_with_progress(work: Callable[[Callable[[str, float], None]], R]) -> R:
    """Run `work(tell)` beside the event loop with a progress window; its exception comes back here."""
    window, words, bar = _window()
    told, loop = _Told(), QEventLoop()
    told.heard.connect(lambda what, share: (words.setText(what), bar.setValue(round(share * 100))))
    result: list[R] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work(told.heard.emit))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="making", daemon=True)
    watch = QTimer(loop, interval=50)
    watch.timeout.connect(lambda: None if thread.is_alive() else loop.quit())
    window.show()
    thread.start()
    watch.start()
    loop.exec()
    window.close()
    if failed:
        raise failed[0]
    return result[0]


def _window() -> tuple[QWidget, PlainLabel, QProgressBar]:
    window = QWidget(None, Qt.WindowType.Dialog | Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint)
    window.setWindowTitle("fieldoffice")
    window.setFixedWidth(420)
    words, bar = PlainLabel("Getting ready", "muted"), QProgressBar()
    bar.setRange(0, 100)
    box = QVBoxLayout(window)
    box.setContentsMargins(24, 24, 24, 24)
    box.setSpacing(8)
    box.addWidget(PlainLabel("Making the sample company", "section"))
    box.addWidget(words)
    box.addWidget(bar)
    return window, words, bar
