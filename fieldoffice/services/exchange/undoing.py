"""Imports of the past, and taking one back: what nobody touched since goes or becomes what it was, the rest is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.base import Table, Versioned
from fieldoffice.models.catalog import CatalogItem, ItemSkill
from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.errors import NotAllowed, NotFound
from fieldoffice.models.exchange import ImportedRow, ImportRun
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider, ProviderSkill
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.customers.searching import refresh
from fieldoffice.services.exchange.kinds import KINDS
from fieldoffice.services.exchange.ledger import AT_ONCE, Progress, be_patient, event_row, put_back, write_events
from fieldoffice.services.jobs.editing import cancel_job

TABLES: Mapping[str, type[Table]] = {t.__tablename__: t for t in (Customer, Contact, Location, CatalogItem, ItemSkill, Provider,
                                                                 ProviderSkill)}  # fmt: skip
GOES_FIRST = ("contact", "item_skill", "provider_skill", "location", "customer", "catalog_item", "provider")
NAMED = {"customer": "name", "contact": "name", "location": "street", "catalog_item": "name", "provider": "name"}
WORDS = {"catalog_item": "item", "item_skill": "skill of an item", "provider_skill": "skill of a provider"}
LOGGED = frozenset({"customer", "catalog_item", "provider"})  # what belongs to them goes with them
CHANGED, USED = "was changed since; it stays as it is", "is in use by now; it stays"


@dataclass(frozen=True, slots=True)
class RunRow:
    """An import as the list of imports shows it."""

    id: int
    version: int
    kind: str
    title: str
    file_name: str
    by_name: str
    at: datetime
    added: int
    changed: int
    undone_at: datetime | None
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that Undo left alone, and why."""

    id: int
    words: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did."""

    run_id: int
    removed: int
    restored: int
    kept: tuple[Kept, ...]


def runs(tx: Tx, *, limit: int = 200) -> tuple[RunRow, ...]:
    """The imports of the past, the newest first."""
    tx.require(Right.LOOK)
    found = tx.all(select(ImportRun).order_by(ImportRun.id.desc()).limit(limit))
    return tuple(RunRow(r.id, r.version, r.kind, KINDS[r.kind].title, r.file_name, r.by_name, r.at, r.counts.get("add", 0),
                        r.counts.get("change", 0), r.undone_at, r.undone_at is None and KINDS[r.kind].right in tx.actor.rights)
                 for r in found)  # fmt: skip


def undo_import(tx: Tx, run_id: int, progress: Progress | None = None) -> Undone:
    """Take an import back. Rows that were changed or used since stay, and are named. Jobs are canceled, as jobs always are."""
    run = tx.session.get(ImportRun, run_id, with_for_update=True)
    if run is None:
        raise NotFound("This import is not known.")
    tx.require(KINDS[run.kind].right)
    if run.undone_at is not None:
        raise NotAllowed("This import was taken back already.")
    be_patient(tx)
    undoing = _Undoing(tx, progress or Progress())
    columns = (ImportedRow.entity, ImportedRow.entity_id, ImportedRow.left_version, ImportedRow.before)
    rows = tx.session.execute(select(*columns).where(ImportedRow.run_id == run_id).order_by(ImportedRow.id)).all()
    undoing.progress.begin("Taking the import back", len(rows))
    undoing.all(rows)
    run.undone_at = tx.now
    run.counts = run.counts | {"removed": undoing.removed, "restored": undoing.restored, "kept": len(undoing.kept)}
    write_events(tx, [event_row(tx, "import.undone", "import_run", run.id, note=run.file_name, after=dict(run.counts))])
    return Undone(run.id, undoing.removed, undoing.restored, tuple(undoing.kept))


class _Undoing:
    def __init__(self, tx: Tx, progress: Progress) -> None:
        self.tx, self.progress = tx, progress
        self.kept: list[Kept] = []
        self.removed = self.restored = 0

    def all(self, rows: Sequence[Any]) -> None:
        made: dict[str, list[Any]] = defaultdict(list)
        changed: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            (made if row.before is None else changed)[row.entity].append(row)
        self._jobs(made.pop("job", []), made.pop("appointment", []))
        for entity in GOES_FIRST:
            for n in range(0, len(made[entity]), AT_ONCE):
                self._remove(entity, made[entity][n : n + AT_ONCE])
        for entity, some in changed.items():
            for n in range(0, len(some), AT_ONCE):
                self._restore(entity, some[n : n + AT_ONCE])

    def _remove(self, entity: str, rows: Sequence[Any]) -> None:
        """Delete rows that still stand as the import left them; one that is referred to by now stays."""
        self.progress.step(len(rows))
        stand = self._standing(entity, rows)
        owners = self._owners([row.entity_id for row in stand]) if entity == "location" else []
        gone = self._delete(entity, [row.entity_id for row in stand])
        self.removed += len(gone)
        facts = [event_row(self.tx, f"{entity}.import_undone", entity, id) for id in gone] if entity in LOGGED else []
        write_events(self.tx, facts)
        if owners:
            refresh(self.tx.session.connection(), owners)
            self.tx.ring("customer")

    def _owners(self, ids: Sequence[int]) -> list[int]:
        return self.tx.all(select(Location.customer_id).where(Location.id.in_(ids)))

    def _delete(self, entity: str, ids: Sequence[int]) -> list[int]:
        """The ids that could be deleted: all at once, else one by one to find those in use."""
        if not ids:
            return []
        table = cast(SqlTable, TABLES[entity].__table__)
        try:
            with self.tx.session.begin_nested():
                self.tx.session.connection().execute(delete(table).where(table.c.id.in_(ids)))
            self.tx.ring(entity)
            return list(ids)
        except IntegrityError:
            if len(ids) == 1:
                self._keep(entity, ids, USED)
                return []
        half = len(ids) // 2
        return self._delete(entity, ids[:half]) + self._delete(entity, ids[half:])

    def _restore(self, entity: str, rows: Sequence[Any]) -> None:
        """Put back the columns that the import changed."""
        self.progress.step(len(rows))
        stand = self._standing(entity, rows)
        table = Job if entity == "job" else TABLES[entity]
        put_back(self.tx, table, [(row.entity_id, row.left_version, row.before or {}) for row in stand])
        self.restored += len(stand)
        write_events(self.tx, [event_row(self.tx, f"{entity}.import_undone", entity, row.entity_id, after=row.before or {})
                               for row in stand])  # fmt: skip
        owners = [row.entity_id for row in stand] if entity == "customer" else []
        if owners or entity == "location":
            refresh(self.tx.session.connection(), owners or self._owners([row.entity_id for row in stand]))

    def _standing(self, entity: str, rows: Sequence[Any]) -> list[Any]:
        """The rows that nobody changed since; the others are named. Those that are gone need nothing."""
        table = Job if entity == "job" else TABLES[entity]
        versions = self._versions(table, [row.entity_id for row in rows])
        self._keep(entity, [r.entity_id for r in rows if versions.get(r.entity_id, r.left_version) != r.left_version], CHANGED)
        return [row for row in rows if versions.get(row.entity_id) == row.left_version]

    def _versions(self, table: type[Table], ids: Sequence[int]) -> dict[int, int]:
        t = cast(SqlTable, table.__table__)
        if not issubclass(table, Versioned):
            return {id: 0 for (id,) in self.tx.session.execute(select(t.c.id).where(t.c.id.in_(ids)))}
        query = select(t.c.id, t.c.version).where(t.c.id.in_(ids)).order_by(t.c.id).with_for_update()
        return {id: version for id, version in self.tx.session.execute(query)}

    def _keep(self, entity: str, ids: Iterable[int], why: str) -> None:
        wanted = list(ids)
        names: dict[int, str] = {}
        if wanted and entity in NAMED:
            t = cast(SqlTable, TABLES[entity].__table__)
            query = select(t.c.id, t.c[NAMED[entity]]).where(t.c.id.in_(wanted))
            names = {id: str(name) for id, name in self.tx.session.execute(query)}
        what = WORDS.get(entity, entity)
        for id in wanted:
            head = f"The {what} {names[id]}" if id in names else f"A {what}"
            self.kept.append(Kept(len(self.kept) + 1, f"{head} {why}."))

    def _jobs(self, jobs: Sequence[Any], visits: Sequence[Any]) -> None:
        """Jobs are never deleted: those that nobody worked on are canceled."""
        left = {row.entity_id: row.left_version for row in visits}
        for row in jobs:
            self.progress.step()
            job = self.tx.session.get(Job, row.entity_id)
            if job is None or job.cancelled_at is not None:
                continue
            own = self.tx.all(select(Appointment).where(Appointment.job_id == job.id))
            if job.version != row.left_version or any(_moved(visit, left) for visit in own):
                self.kept.append(Kept(len(self.kept) + 1, f"Job {job.number} {CHANGED}."))
                continue
            cancel_job(self.tx, job.id, version=job.version, reason="The import was taken back.")
            self.removed += 1


def _moved(visit: Any, left: Mapping[int, int]) -> bool:
    return left.get(visit.id) != visit.version or AppointmentState(visit.state) not in MOVABLE_STATES
