"""Progress: what, how far, how long, Cancel."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.works import Work


class ProgressStrip(QWidget):
    """Shows one Work; hides itself when the work has ended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work: Work | None = None
        self.words, self.took = PlainLabel(), PlainLabel("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(160, 6)
        self.bar.setAccessibleName("How far")
        self.cancel = button("Cancel", self._cancel, link=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.words, self.bar, self.took, self.cancel):
            row.addWidget(part)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._update)
        self.hide()

    def show_work(self, work: Work | None) -> None:
        """Follow `work`; None shows nothing."""
        if self.work is not None and work is not self.work:
            self.work.changed.disconnect(self._update)
        if work is not None and work is not self.work:
            work.changed.connect(self._update)
        self.work = work
        self.setVisible(work is not None)
        self._clock.start() if work is not None else self._clock.stop()
        self._update()

    def _update(self) -> None:
        work = self.work
        if work is None:
            return
        self.words.setText(f"{work.words}: {work.detail}" if work.detail else work.words)
        self.took.setText(_clock(work.seconds))
        self.cancel.setVisible(work.can_cancel)
        self.bar.setMaximum(1000 if work.fraction >= 0 else 0)
        if work.fraction >= 0:
            self.bar.setValue(round(work.fraction * 1000))

    def _cancel(self) -> None:
        if self.work is not None:
            self.work.cancel()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
