"""Organization → Import and export: a file, its columns, a dry run, the import, and Undo, in one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice import settings
from fieldoffice.models.errors import Refused
from fieldoffice.office import Tx
from fieldoffice.services.exchange.drafts import Plan
from fieldoffice.services.exchange.kinds import KINDS
from fieldoffice.services.exchange.ledger import Progress
from fieldoffice.services.exchange.lists import EXPORTS, template_of
from fieldoffice.services.exchange.out import write_list
from fieldoffice.services.exchange.running import Ready, Result, Start, begin, check, import_rows, may_import
from fieldoffice.services.exchange.sheets import Sheet, read_sheet
from fieldoffice.services.exchange.undoing import RunRow, Undone, runs, undo_import
from fieldoffice.services.geocoding.queue import SOURCES, State, find_coordinates, state
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.checkstep import CheckStep
from fieldoffice.ui.exchange.columnstep import ColumnStep
from fieldoffice.ui.exchange.donestep import ResultStep, RunStep
from fieldoffice.ui.exchange.filestep import FileStep
from fieldoffice.ui.exchange.words import counted
from fieldoffice.ui.exchange.working import Working
from fieldoffice.ui.parts.labels import PlainLabel

TOPICS = frozenset({"import_run", "location"})
STEPS = ("File", "Columns", "Check", "Import")
PAGES_OF = {"customers": "customers", "locations": "customers", "services": "services", "providers": "providers", "jobs": "jobs"}


class ImportPage(QWidget):
    """The steps stand one behind the other; going back loses nothing but the check."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.working = desk, Working(desk, self)
        self.sheet: Sheet | None = None
        self.start: Start | None = None
        self.checked: Ready | None = None
        self.arrived = False
        self.calls = actions.bind(self, {"choose_file": self._choose, "find_coordinates": self.find_places})
        self.files, self.columns, self.check = FileStep(desk.memory), ColumnStep(), CheckStep(desk.memory)
        self.running, self.result = RunStep(), ResultStep()
        self.stack = QStackedWidget()
        self.steps = [PlainLabel(f"{n}  {words}", "muted") for n, words in enumerate(STEPS, start=1)]
        self._build()
        self._connect()
        self._show(self.files)
        desk.live.watch(self, TOPICS, self.refresh)
        self.refresh()

    # what the window asks for

    def open(self, kind: str = "", path: str = "", **_: Any) -> None:
        """Show the first step for a kind of list; with `path`, read that file at once."""
        if self.working.busy:
            return
        if kind in KINDS:
            self.files.set_kind(kind)
            self._show(self.files)
        if path:
            self.read(path)

    def ready(self) -> bool:
        return self.arrived

    def may_leave(self) -> bool:
        if self.working.busy:
            self.desk.toast(self.tr("The import is still under way. Wait for it, or cancel it."), kind="warn")
        return not self.working.busy

    def refresh(self) -> None:
        self.desk.see(self, _ground, then=self._ground_came)

    # the steps

    def read(self, path: str) -> None:
        """Read a file and guess its columns."""
        kind = self.files.kind.value()
        seat = self.desk.seat

        def work() -> tuple[Sheet, Start]:
            sheet = read_sheet(Path(path))
            return sheet, seat.see(begin, kind, sheet)

        self.files.setEnabled(False)
        self.desk.background.ask(self, work, self._read, self._not_read, broken=lambda: self.files.setEnabled(True))

    def look(self, plan: Plan) -> None:
        """The dry run."""
        sheet, seat = self.sheet, self.desk.seat
        if sheet is None:
            return
        self._run(self.tr("Checking"), lambda progress: check(seat, sheet, plan, progress), self._looked, self._not_looked)

    def do_import(self, leave_out_errors: bool) -> None:
        """Import what was checked; a backup comes first where the company's book is a file."""
        ready, seat = self.checked, self.desk.seat
        if ready is None:
            return
        plan = Plan(ready.plan.kind, ready.plan.targets, ready.plan.twins, leave_out_errors)
        wanted = Ready(ready.sheet, plan, ready.ways, ready.drafts, ready.decided, ready.counters)
        folder = settings.load().backups
        self._run(self.tr("Importing"), lambda progress: import_rows(seat, wanted, progress, backup_to=folder), self._imported,
                  lambda error: self._back_to(self.check, error))  # fmt: skip

    def take_back(self, run_id: int) -> None:
        """Undo an import."""
        seat, here = self.desk.seat, self._here
        self._run(self.tr("Taking the import back"), lambda progress: seat.done(undo_import, run_id, progress), self._undone,
                  lambda error: self._back_to(here, error))  # fmt: skip

    def find_places(self) -> None:
        """Look for the coordinates of all addresses that have none."""
        self.desk.do(self, find_coordinates, then=lambda n: self.desk.toast(
            self.tr("Coordinates are being looked for: %1").replace("%1", counted(n, "address", "addresses"))
            if n else self.tr("Every address has its coordinates.")))  # fmt: skip

    def _run(self, words: str, do: Any, then: Any, otherwise: Any) -> None:
        if self.working.busy:
            return
        self.running.begin(f"{words} …")
        self._show(self.running)
        self.working.start(words, do, then, otherwise)

    def _read(self, answer: tuple[Sheet, Start]) -> None:
        self.files.setEnabled(True)
        self.sheet, self.start = answer
        self.columns.show_sheet(*answer)
        self._show(self.columns)

    def _not_read(self, error: Refused) -> None:
        self.files.setEnabled(True)
        self.desk.refuse(error)

    def _looked(self, ready: Ready) -> None:
        self.checked = ready
        self.check.show_ready(ready)
        self._show(self.check)

    def _not_looked(self, error: Refused) -> None:
        self._show(self.columns)
        self.columns.refuse(error)

    def _imported(self, result: Result) -> None:
        self.checked = self.sheet = None
        self.result.show_result(result)
        self._show(self.result)

    def _undone(self, undone: Undone) -> None:
        self.result.show_undone(undone)
        self._show(self.result)

    def _back_to(self, step: QWidget, error: Refused) -> None:
        self._show(step)
        self.desk.refuse(error)

    # lists that go out

    def write_template(self, path: str) -> None:
        """An empty list with our headings."""
        seat, kind = self.desk.seat, self.files.kind.value()
        self._write(path, lambda _progress: seat.see(template_of, kind))

    def write_all(self, path: str) -> None:
        """Everything of this kind, as an import reads it."""
        seat, kind = self.desk.seat, self.files.kind.value()
        self._write(path, lambda _progress: seat.see(EXPORTS[kind]))

    def write_errors(self, path: str) -> None:
        """The rows with errors, to mend them beside the file."""
        listing = self.check.errors_list()
        self._write(path, lambda _progress: listing)

    def _write(self, path: str, listed: Any) -> None:
        def work(progress: Progress) -> int:
            return write_list(listed(progress), Path(path), progress)

        def told(n: int) -> None:
            self.desk.toast(self.tr("%1 written to %2").replace("%1", counted(n, "row", "rows")).replace("%2", Path(path).name))

        if not self.working.busy:
            self.working.start(self.tr("Writing %1").replace("%1", Path(path).name), work, told)

    # what is shown

    def _choose(self) -> None:
        if not self.working.busy:
            self._show(self.files)
            self.files.choose()

    def _show(self, step: QWidget) -> None:
        self.stack.setCurrentWidget(step)
        self._here = step
        here = {self.files: 0, self.columns: 1, self.check: 2, self.running: 3, self.result: 3}[step]
        for n, label in enumerate(self.steps):
            label.set_role("strong" if n == here else "muted")

    def _ground_came(self, ground: tuple[str, tuple[str, ...], tuple[RunRow, ...], State]) -> None:
        zone, may, past, found = ground
        self.arrived = True
        self.files.show_kinds(may)
        self.files.show_runs(zone, past)
        self.files.places.setText(_places(found))
        self.files.seek.setEnabled(bool(found.without or found.rough))

    def _connect(self) -> None:
        self.files.chosen.connect(self.read)
        self.files.undo_wanted.connect(lambda row: self.take_back(row.id))
        self.files.template_wanted.connect(self.write_template)
        self.files.export_wanted.connect(self.write_all)
        self.files.places_wanted.connect(self.find_places)
        self.columns.wanted.connect(self.look)
        self.columns.left.connect(lambda: self._show(self.files))
        self.check.wanted.connect(self.do_import)
        self.check.left.connect(lambda: self._show(self.columns))
        self.check.errors_wanted.connect(self.write_errors)
        self.running.canceled.connect(self.working.cancel)
        self.working.moved.connect(self.running.show_progress)
        self.result.again.connect(lambda: self._show(self.files))
        self.result.undo_wanted.connect(self.take_back)
        self.result.look.connect(lambda kind: self.desk.open(PAGES_OF[kind]))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(24)
        for label in self.steps:
            head.addWidget(label)
        head.addStretch(1)
        for step in (self.files, self.columns, self.check, self.running, self.result):
            self.stack.addWidget(step)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(16)
        box.addLayout(head)
        box.addWidget(self.stack, 1)


def _ground(tx: Tx) -> tuple[str, tuple[str, ...], tuple[RunRow, ...], State]:
    return tx.company.zone, may_import(tx), runs(tx), state(tx)


def _places(found: State) -> str:
    """How the search for coordinates stands, in words."""
    parts = [counted(found.without, "address is not on the map", "addresses are not on the map")] if found.without else []
    if found.rough:
        parts.append(counted(found.rough, "address lies", "addresses lie") + " near the middle of the postal code")
    if not parts:
        return "Every address has its coordinates."
    who = f"{SOURCES[found.source]} is asked, one address a second at most." if found.source in SOURCES else (
        "Nobody is asked: choose a service under Settings → Connections.")  # fmt: skip
    return " ".join((f"{'; '.join(parts)}.", who, found.last_error)).strip()
