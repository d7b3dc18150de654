"""The first step: what is to be imported, which file, and the imports of the past."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fieldoffice.services.exchange.undoing import RunRow
from fieldoffice.ui import icons
from fieldoffice.ui.exchange.words import FILES, KIND_WORDS
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

WHAT = {
    "customers": "Customers with their addresses and contacts. One customer may take several rows.",
    "locations": "Further addresses of customers that are here already, named by number, name or e-mail.",
    "services": "Services, materials and charges of the price book, with price, duration, tax and skills.",
    "providers": "Those who do the work, with their skills. Hours are set in each profile.",
    "jobs": "Jobs from today on. With a provider and a time they go on the board where they fit, else into the tray.",
}


class DropArea(QFrame):
    """Where a file is dropped; `dropped(path)`."""

    dropped = Signal(str)

    def __init__(self, choose: object) -> None:
        super().__init__()
        self.setProperty("box", "info")
        self.setAcceptDrops(True)
        self.setMinimumHeight(132)
        picture = QLabel()
        icons.dress(picture, "upload", "muted", 32)
        self.button = button(self.tr("Choose a file…"), choose, primary=True)  # type: ignore[arg-type]
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(8)
        box.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(PlainLabel(self.tr("Drop a .csv or .xlsx file here")), 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _one_file(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := _one_file(event):
            event.acceptProposedAction()
            self.dropped.emit(path)


class FileStep(QWidget):
    """`chosen(path)`, `undo_wanted(run)`; `template_wanted` and `export_wanted` with a path to write to."""

    chosen = Signal(str)
    kind_chosen = Signal(str)
    undo_wanted = Signal(object)
    template_wanted = Signal(str)
    export_wanted = Signal(str)
    places_wanted = Signal()

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.zone = ZoneInfo("UTC")
        self.kind = Segmented(KIND_WORDS, self.tr("What is imported"))
        self.kind.set_value("customers")
        self.what = PlainLabel(WHAT["customers"], "muted", wrap=True)
        self.area = DropArea(self.choose)
        self.rows: Rows[RunRow] = Rows(self._columns())
        self.empty = EmptyState(self.tr("Nothing was imported yet."), "history")
        self.table = Table(self.rows, "Imports", self.empty, memory=memory)
        self.undo = button(self.tr("Undo this import"), self._undo, icon="undo")
        self.places = PlainLabel("", "muted", wrap=True)
        self.seek = button(self.tr("Find coordinates"), self.places_wanted.emit, icon="my_location")
        self._build()
        self.kind.chosen.connect(self._kind_chosen)
        self.area.dropped.connect(self.chosen)
        self.table.picked.connect(lambda _row: self._show_undo())
        self._kind_chosen("customers")
        self._show_undo()

    def choose(self) -> None:
        """Ask for a file."""
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Import"), "", FILES)
        if path:
            self.chosen.emit(path)

    def show_runs(self, zone: str, runs: tuple[RunRow, ...]) -> None:
        """The imports of the past, the newest first."""
        self.zone = ZoneInfo(zone)
        self.rows.show(runs)
        self._show_undo()

    def show_kinds(self, may: tuple[str, ...]) -> None:
        """Gray out what this user may not import."""
        for kind, _ in KIND_WORDS:
            self.kind.set_enabled(kind, kind in may, "" if kind in may else self.tr("You do not have the right to do this."))
        if may and self.kind.value() not in may:
            self.kind.set_value(may[0])
            self._kind_chosen(may[0])
        self.area.button.setEnabled(bool(may))
        self.area.setAcceptDrops(bool(may))

    def set_kind(self, kind: str) -> None:
        self.kind.set_value(kind)
        self._kind_chosen(kind)

    def _kind_chosen(self, kind: str) -> None:
        self.what.setText(WHAT[kind])
        self.all.setText(self.tr("Export all %1…").replace("%1", dict(KIND_WORDS)[kind].lower()))
        self.kind_chosen.emit(kind)

    def _show_undo(self) -> None:
        row: RunRow | None = self.table.current()
        self.undo.setEnabled(row is not None and row.may_undo)

    def _undo(self) -> None:
        row = self.table.current()
        if row is not None and row.may_undo:
            self.undo_wanted.emit(row)

    def _save_as(self, signal: SignalInstance, name: str) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save list"), name, self.tr("Workbook (*.xlsx);;CSV (*.csv)"))
        if path:
            signal.emit(path if Path(path).suffix else f"{path}.xlsx")

    def _build(self) -> None:
        links = QHBoxLayout()
        links.setSpacing(8)
        words = dict(KIND_WORDS)
        links.addWidget(button(self.tr("Empty list with our headings…"), lambda: self._save_as(
            self.template_wanted, f"{words[self.kind.value()]} template.xlsx"), link=True))  # fmt: skip
        self.all = button("", lambda: self._save_as(self.export_wanted, f"{words[self.kind.value()]}.xlsx"), link=True)
        links.addWidget(self.all)
        links.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self.tr("Imports so far"), "section"))
        head.addStretch(1)
        head.addWidget(self.undo)
        around = QHBoxLayout()
        around.setSpacing(8)
        around.addWidget(self.places, 1)
        around.addWidget(self.seek)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.kind)
        box.addWidget(self.what)
        box.addWidget(self.area)
        box.addWidget(PlainLabel(self.tr("Columns are understood by our headings and by those of Jobber, Housecall Pro and QuickBooks; "
                                         "you see and change that in the next step. Nothing is changed before you press Import."),
                                 "muted", wrap=True))  # fmt: skip
        box.addLayout(links)
        box.addSpacing(8)
        box.addLayout(head)
        box.addWidget(self.table, 1)
        box.addLayout(around)

    def _columns(self) -> list[Column[RunRow]]:
        return [
            Column("at", self.tr("When"), lambda r: _when(r, self.zone), lambda r: r.at, width=176),
            Column("title", self.tr("What"), lambda r: r.title, lambda r: r.title, width=112),
            Column("file", self.tr("File"), lambda r: r.file_name, lambda r: r.file_name.casefold(), width=232, tip=lambda r: r.file_name),
            Column("by", self.tr("By"), lambda r: r.by_name, lambda r: r.by_name.casefold(), width=144),
            Column("added", self.tr("Added"), lambda r: f"{r.added:,}", lambda r: r.added, right=True, width=96),
            Column("changed", self.tr("Changed"), lambda r: f"{r.changed:,}", lambda r: r.changed, right=True, width=96),
            Column("state", self.tr("State"), lambda r: self.tr("Taken back") if r.undone_at else self.tr("Imported"), width=120),
        ]


def _when(row: RunRow, zone: ZoneInfo) -> str:
    at = row.at.astimezone(zone)
    return f"{at:%a %b} {at.day}, {at.year} {at:%H:%M}"


def _one_file(event: QDragEnterEvent | QDropEvent) -> str:
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else ""
