"""Python's cycle collector runs on the Qt thread only.

It may start on any thread, and a widget it finds there would be destroyed there, which ends the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer


class Garbage(QObject):
    """While it lives, cycles are collected by a timer, each generation at Python's own thresholds."""

    EVERY_MS = 2000

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=self.EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due, if any."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [n for n in range(3) if counts[n] > limits[n]]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()
