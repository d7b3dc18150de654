"""The last step: how far it is, what was done, and taking it back."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QProgressBar, QVBoxLayout, QWidget

from fieldoffice.services.exchange.kinds import KINDS
from fieldoffice.services.exchange.ledger import Progress
from fieldoffice.services.exchange.running import Result
from fieldoffice.services.exchange.undoing import Undone
from fieldoffice.ui.exchange.words import counted, did
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

WIDEST = 640


class RunStep(QWidget):
    """What, how far, how long, Cancel."""

    canceled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words, self.took = PlainLabel("", "section"), PlainLabel("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("How far"))
        self.cancel = button(self.tr("Cancel"), self._cancel)
        self.began = 0.0
        self._build()

    def begin(self, words: str) -> None:
        self.began = time.monotonic()
        self.words.setText(words)
        self.took.setText("")
        self.bar.setRange(0, 0)
        self.cancel.setEnabled(True)

    def show_progress(self, progress: Progress) -> None:
        """Called ten times a second."""
        count = f": {progress.done:,} of {progress.total:,}" if progress.total else " …"
        self.words.setText(f"{progress.what}{count}")
        self.bar.setRange(0, 1000 if progress.total else 0)
        self.bar.setValue(round(max(0.0, progress.share) * 1000))
        seconds = int(time.monotonic() - self.began)
        self.took.setText(f"{seconds // 60}:{seconds % 60:02d}")

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.words.setText(self.tr("Stopping; nothing is kept …"))
        self.canceled.emit()

    def _build(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.took)
        row.addStretch(1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 24, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addLayout(row)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(inside, 1, Qt.AlignmentFlag.AlignTop)
        box.addStretch(1)


class ResultStep(QWidget):
    """What an import or its undo did; `again` for the next file, `undo_wanted(run id)`, `look(kind)` for the list itself."""

    again = Signal()
    undo_wanted = Signal(int)
    look = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.result: Result | None = None
        self.banner = Banner("ok")
        self.more = PlainLabel("", "muted", wrap=True)
        self.kept_head, self.kept = PlainLabel(self.tr("These stay as they are"), "section"), QListWidget()
        self.kept.setAccessibleName(self.tr("These stay as they are"))
        self.undo = button(self.tr("Undo this import"), self._undo, icon="undo")
        self.show_list = button(self.tr("Show the list"), lambda: self.look.emit(self.kind), icon="view_list")
        self.next = button(self.tr("Import another file"), self.again.emit, primary=True)
        self.kind = "customers"
        self._build()

    def show_result(self, result: Result) -> None:
        """After an import."""
        self.result, self.kind = result, result.kind
        self.banner.show_words(f"{KINDS[result.kind].title}: {did(result.counts)}.")
        more: list[str] = []
        if result.unplaced:
            more.append(self.tr("%1 being placed on the map in the background.").replace(
                "%1", counted(result.unplaced, "address is", "addresses are")))  # fmt: skip
        if result.backup:
            more.append(self.tr("The backup made before: %1").replace("%1", Path(result.backup).name))
        self.more.setText("\n".join(more))
        self._show_kept(())
        self.undo.show()

    def show_undone(self, undone: Undone) -> None:
        """After taking one back."""
        self.result = None
        gone, back = counted(undone.removed, "row removed", "rows removed"), counted(undone.restored, "row put back", "rows put back")
        words = f"{gone}, {back}"
        self.banner.show_words(self.tr("The import was taken back: %1.").replace("%1", words))
        self.more.setText("" if not undone.kept else self.tr("What was changed or used since the import was left alone."))
        self._show_kept(tuple(kept.words for kept in undone.kept))
        self.undo.hide()

    def _show_kept(self, words: tuple[str, ...]) -> None:
        self.kept.clear()
        self.kept.addItems(list(words[:2000]))
        for part in (self.kept_head, self.kept):
            part.setVisible(bool(words))

    def _undo(self) -> None:
        if self.result is not None:
            self.undo_wanted.emit(self.result.run_id)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.undo)
        row.addWidget(self.show_list)
        row.addStretch(1)
        row.addWidget(self.next)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.banner)
        box.addWidget(self.more)
        box.addLayout(row)
        box.addWidget(self.kept_head)
        box.addWidget(self.kept, 1)
        box.addStretch(1)
