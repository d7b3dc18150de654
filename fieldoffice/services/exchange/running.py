"""An import from the file to the result: look, decide, back up, write, all in one transaction or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fieldoffice.models.errors import NotAllowed, Stale
from fieldoffice.models.log import Topic
from fieldoffice.models.staff import Right
from fieldoffice.office import Done, Seat, Tx
from fieldoffice.services import backups, fields
from fieldoffice.services.exchange import customers_in, jobs_in, locations_in, providers_in, services_in
from fieldoffice.services.exchange.cells import Ways
from fieldoffice.services.exchange.drafts import Does, Draft, Outcome, Plan, check_plan, read_rows
from fieldoffice.services.exchange.headings import Guess, guess, program_of
from fieldoffice.services.exchange.kinds import KINDS
from fieldoffice.services.exchange.ledger import Ledger, Progress, be_patient, begin_run, event_row, write_events
from fieldoffice.services.exchange.sheets import Sheet
from fieldoffice.services.fields import FieldRow
from fieldoffice.services.geocoding.queue import want_places

WAYS_IN: Mapping[str, ModuleType] = {"customers": customers_in, "locations": locations_in, "services": services_in,
                                     "providers": providers_in, "jobs": jobs_in}  # fmt: skip
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU"})
OWN_OF = {"customers": "customer"}


@dataclass(frozen=True, slots=True)
class Start:
    """What the mapping of a file begins with: how this office writes, its own fields, and what the columns seem to mean."""

    kind: str
    ways: Ways
    own: tuple[FieldRow, ...]
    guesses: tuple[Guess, ...]
    program: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was checked: what would happen with each row, and what the database looked like then."""

    sheet: Sheet
    plan: Plan
    ways: Ways
    drafts: Sequence[Draft]
    decided: Any
    counters: Mapping[str, int]

    @property
    def outcomes(self) -> list[Outcome]:
        return self.decided.outcomes

    @property
    def counts(self) -> Counter[Does]:
        return Counter(outcome.does for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did."""

    run_id: int
    kind: str
    counts: Mapping[str, int]
    unplaced: int  # new addresses whose coordinates are being looked for
    backup: str = ""


def begin(tx: Tx, kind: str, sheet: Sheet) -> Start:
    """Guess what the columns of a file mean; refuses whoever may not import such a list."""
    return _start(tx, kind, sheet.head)


def _start(tx: Tx, kind: str, head: Sequence[str]) -> Start:
    right = KINDS[kind].right
    tx.require(right)
    company = tx.company
    own = fields.custom_fields(tx, OWN_OF[kind]) if kind in OWN_OF else ()
    ways = Ways(company.country, company.currency_exponent, company.country in MONTH_FIRST)
    return Start(kind, ways, own, guess(KINDS[kind], head, own), program_of(head))


def check(seat: Seat, sheet: Sheet, plan: Plan, progress: Progress | None = None) -> Ready:
    """The dry run: what would happen with each row. Nothing is changed."""
    progress = progress or Progress()
    check_plan(plan, sheet)
    progress.begin("Reading the rows")
    start = seat.see(_start, plan.kind, sheet.head)
    drafts = read_rows(sheet, plan, start.ways, start.own)
    progress.begin("Looking for what is there already")
    return seat.see(_ready, sheet, plan, start.ways, drafts)


def _ready(tx: Tx, sheet: Sheet, plan: Plan, ways: Ways, drafts: Sequence[Draft]) -> Ready:
    be_patient(tx)
    way = WAYS_IN[plan.kind]
    counters = _counters(tx, way.TOPICS)
    return Ready(sheet, plan, ways, drafts, way.decide(tx, drafts, plan, ways), counters)


def import_rows(seat: Seat, ready: Ready, progress: Progress | None = None, *, backup_to: Path | None = None) -> Done[Result]:
    """Do what was checked. On SQLite a proven backup is made before, where `backup_to` names a folder for it.

    All or nothing: a refusal, a cancel or a cut line leaves everything as it was.
    """
    progress = progress or Progress()
    _refuse_errors(ready)
    made = ""
    if backup_to is not None and not seat.office.shared:
        progress.begin("Backing up")
        made = str(backups.back_up(seat.office.engine, backup_to, now=datetime.now(UTC), why="before an import").path)
    progress.begin("Importing", ready.counts[Does.ADD])
    try:
        return seat.done(carry_out, ready, progress, made)
    except IntegrityError:  # somebody took one of the numbers between our look and our write
        raise Stale("Somebody else has just added one of these. Nothing was imported; please check again.") from None


def carry_out(tx: Tx, ready: Ready, progress: Progress, backup: str = "") -> Result:
    """The one transaction of an import."""
    plan, way = ready.plan, WAYS_IN[ready.plan.kind]
    tx.require(KINDS[plan.kind].right)
    be_patient(tx)
    progress.done = 0
    if _counters(tx, way.TOPICS) != ready.counters:  # somebody changed something since the check: decide anew
        ready = _ready(tx, ready.sheet, plan, ready.ways, [_fresh(draft) for draft in ready.drafts])
        _refuse_errors(ready)
    counts = {does.value: ready.counts[does] for does in Does}
    if not counts[Does.ADD] and not counts[Does.CHANGE]:
        raise NotAllowed("There is nothing to import: every row is there already or is left out.")
    run = begin_run(tx, plan.kind, ready.sheet.name)
    run.counts = counts
    ledger = Ledger(tx, run.id, progress)
    unplaced = way.write(tx, ledger, ready.decided, ready.ways)
    ledger.close()
    write_events(tx, [event_row(tx, "import.done", "import_run", run.id, note=ready.sheet.name, after=counts)])
    if unplaced:
        want_places(tx)
    return Result(run.id, plan.kind, counts, len(unplaced), backup)


def _refuse_errors(ready: Ready) -> None:
    wrong = ready.counts[Does.ERROR]
    if wrong and not ready.plan.leave_out_errors:
        rows = "1 row has an error" if wrong == 1 else f"{wrong:,} rows have errors"
        raise NotAllowed(f"{rows}. Mend the file and choose it again, or leave these rows out.", key="rows_wrong")


def _fresh(draft: Draft) -> Draft:
    """A row as it was read: what only the database said against it is asked again."""
    return Draft(draft.line, dict(draft.values), *((draft.column, draft.wrong) if draft.unread else ("", "")), unread=draft.unread)


def _counters(tx: Tx, topics: Sequence[str]) -> dict[str, int]:
    """How often each topic changed: two looks with the same counters saw the same rows."""
    found: dict[str, int] = {}
    for name, n in tx.session.execute(select(Topic.name, Topic.n).where(Topic.name.in_(topics))):
        found[name] = n
    return found


def may_import(tx: Tx) -> tuple[str, ...]:
    """The kinds of lists that this user may import."""
    tx.require(Right.LOOK)
    return tuple(kind.id for kind in KINDS.values() if kind.right in tx.actor.rights)
