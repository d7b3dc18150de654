"""Writing what an import makes and changes: rows by the thousand, an event for each thing, and what Undo needs to know."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import bindparam, func, insert, select, text, update

from fieldoffice.models.base import Table, Versioned
from fieldoffice.models.errors import Refused, Stale
from fieldoffice.models.exchange import ImportedRow, ImportRun
from fieldoffice.models.log import Counter
from fieldoffice.office import Tx
from fieldoffice.transaction import NO_FACTS, STALE, WRITE_EVENT

AT_ONCE = 500


class Canceled(Refused):
    """A person saw enough; nothing of what was being done is kept."""


@dataclass
class Progress:
    """How far long work is, told by the worker and looked at by whoever waits; `cancel` asks it to stop."""

    what: str = ""
    done: int = 0
    total: int = 0
    canceled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        self.canceled.set()

    def begin(self, what: str, total: int = 0) -> None:
        """The next step; raises Canceled when somebody asked for it."""
        self.what, self.done, self.total = what, 0, total
        self.step(0)

    def step(self, count: int = 1) -> None:
        if self.canceled.is_set():
            raise Canceled("Canceled. Nothing was changed.", key="canceled")
        self.done += count

    @property
    def share(self) -> float:
        """From 0 to 1, or -1 where nobody can tell."""
        return min(1.0, self.done / self.total) if self.total else -1.0


@dataclass(frozen=True, slots=True)
class Edited:
    """A row that an import changes: the columns as they were and as they become."""

    id: int
    version: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Ledger:
    """What one import writes. Everything goes through here, so that all of it can be taken back."""

    tx: Tx
    run_id: int
    progress: Progress
    kept: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def insert(self, table: type[Table], rows: Sequence[Mapping[str, Any]], *, step: bool = False) -> list[int]:
        """Store new rows and return their ids in the same order. Rows must name the same columns."""
        ids = free_ids(self.tx, table, len(rows))
        query = insert(cast(SqlTable, table.__table__))
        for n in range(0, len(rows), AT_ONCE):
            some = [{"id": id, **row} for id, row in zip(ids[n : n + AT_ONCE], rows[n : n + AT_ONCE], strict=True)]
            self.tx.session.connection().execute(query, some)
            self.progress.step(len(some) if step else 0)
        if rows:
            self.tx.ring(table.__tablename__)
        self.made(table.__tablename__, ids, version=1 if issubclass(table, Versioned) else 0)
        return ids

    def made(self, entity: str, ids: Iterable[int], *, version: int = 1) -> None:
        """Remember rows that this import made; they stand in the version that Undo will look for."""
        self.kept.extend({"run_id": self.run_id, "entity": entity, "entity_id": id, "left_version": version, "before": None}
                         for id in ids)  # fmt: skip

    def update(self, table: type[Table], edits: Sequence[Edited]) -> None:
        """Change rows that still stand in the version that was looked at; Stale if somebody was quicker."""
        alike: dict[tuple[str, ...], list[Edited]] = defaultdict(list)
        for edit in edits:
            alike[tuple(sorted(edit.after))].append(edit)
        for columns, some in alike.items():
            for n in range(0, len(some), AT_ONCE):
                _write(self.tx, table, columns, [(e.id, e.version, e.after) for e in some[n : n + AT_ONCE]])
                self.progress.step(0)
        self.kept.extend({"run_id": self.run_id, "entity": table.__tablename__, "entity_id": e.id, "left_version": e.version + 1,
                          "before": e.before} for e in edits)  # fmt: skip

    def event(self, kind: str, entity: str, entity_id: int, **facts: Any) -> None:
        """One entry of the log, written with the others at the end."""
        self.events.append(event_row(self.tx, kind, entity, entity_id, **facts))

    def close(self) -> None:
        """Write the log and what Undo needs."""
        write_events(self.tx, self.events)
        for n in range(0, len(self.kept), 5000):
            self.tx.session.connection().execute(insert(cast(SqlTable, ImportedRow.__table__)), self.kept[n : n + 5000])
            self.progress.step(0)


def begin_run(tx: Tx, kind: str, file_name: str) -> ImportRun:
    """A new import, known from its first row on."""
    return tx.add(ImportRun(kind=kind, file_name=file_name[:200], by_name=tx.actor.name, at=tx.now))


def event_row(tx: Tx, kind: str, entity: str, entity_id: int, **facts: Any) -> dict[str, Any]:
    """An entry of the log as it is stored, for writing many at once."""
    row: dict[str, Any] = {
        **NO_FACTS, "at": tx.now, "occurred_at": tx.now, "by_id": tx.actor.user_id, "by_name": tx.actor.name, "kind": kind,
        "entity": entity, "entity_id": entity_id, "op_id": tx.op_id, "before": {}, "after": {},
    }  # fmt: skip
    return row | facts


def write_events(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Append entries to the log."""
    if rows:
        tx.events += len(rows)
        tx.session.connection().execute(WRITE_EVENT, list(rows))


def _write(tx: Tx, table: type[Table], columns: Sequence[str], rows: Sequence[tuple[int, int, Mapping[str, Any]]]) -> None:
    """Bring rows to new values, each from its version to the next."""
    t = cast(SqlTable, table.__table__)
    query = update(t).where(t.c.id == bindparam("at_id"), t.c.version == bindparam("at_version"))
    query = query.values({c: bindparam(f"to_{c}", type_=t.c[c].type) for c in columns} | {"version": t.c.version + 1})
    values = [{"at_id": id, "at_version": v} | {f"to_{c}": after[c] for c in columns} for id, v, after in rows]
    found = tx.session.connection().execute(query, values).rowcount
    if found != len(rows):
        raise Stale(STALE)
    tx.ring(table.__tablename__)


def put_back(tx: Tx, table: type[Table], rows: Sequence[tuple[int, int, Mapping[str, Any]]]) -> None:
    """Bring rows (id, version now, columns) back to what they were."""
    alike: dict[tuple[str, ...], list[tuple[int, int, Mapping[str, Any]]]] = defaultdict(list)
    for row in rows:
        alike[tuple(sorted(row[2]))].append(row)
    for columns, some in alike.items():
        for n in range(0, len(some), AT_ONCE):
            _write(tx, table, columns, some[n : n + AT_ONCE])


def free_ids(tx: Tx, table: type[Table], count: int) -> list[int]:
    """Ids for new rows: from the sequence on PostgreSQL, the next ones on SQLite, where nobody else writes meanwhile."""
    if not count:
        return []
    t = cast(SqlTable, table.__table__)
    if tx.office.shared:
        wanted = text("select nextval(pg_get_serial_sequence(:name, 'id')) from generate_series(1, :count)")
        return [int(id) for (id,) in tx.session.execute(wanted, {"name": t.name, "count": count})]
    last = tx.session.connection().execute(select(func.max(t.c.id))).scalar() or 0
    return list(range(last + 1, last + 1 + count))


def take_numbers(tx: Tx, series: str, count: int, *, above: int = 0, first: int = 1001) -> range:
    """The next `count` numbers of a series in one go, none of them at or below `above`."""
    if count <= 0 and not above:
        return range(0)
    next_one = tx.number(series, first=first)
    counter = cast(SqlTable, Counter.__table__)
    start = max(next_one, above + 1)
    tx.session.connection().execute(
        update(counter).where(counter.c.name == series).values(last=start + count - 1)
    )
    return range(start, start + count)


def be_patient(tx: Tx) -> None:
    """Let a long look or write think between two statements without PostgreSQL hanging up on it."""
    if tx.office.shared:
        tx.session.execute(text("set local idle_in_transaction_session_timeout = '120s'"))


def in_chunks(tx: Tx, query: Callable[[list[Any]], Any], wanted: Sequence[Any]) -> Iterable[Any]:
    """The rows of `query(some)`, some of the wanted at a time."""
    for n in range(0, len(wanted), AT_ONCE):
        yield from tx.session.execute(query(list(wanted[n : n + AT_ONCE])))

