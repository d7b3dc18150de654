"""Undo for rows that people edit: what a row was, what it became, and putting it back when nobody changed it since.

Visits have their own way (`dispatch.settle.put_back`), because rules decide where they may stand; here a row's columns are
put back as they were, against the version that the action left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import TableClause, inspect, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMDescriptor

from fieldoffice.models.appointment import AppointmentPair
from fieldoffice.models.base import Table, Versioned
from fieldoffice.models.catalog import CatalogItem, ItemSkill, TaxRate
from fieldoffice.models.collecting import ChargeRule
from fieldoffice.models.company import Company, Holiday, Setting
from fieldoffice.models.customer import Contact, Customer, CustomField, Location
from fieldoffice.models.files import Attachment
from fieldoffice.models.job import Job, JobProvider, JobSkill, Line, Note
from fieldoffice.models.message import MessageTemplate
from fieldoffice.models.outside import Weather
from fieldoffice.models.provider import Absence, Provider, ProviderSkill, Shift, ShiftBreak, ShiftException, Skill
from fieldoffice.models.staff import Right
from fieldoffice.models.tables import metadata
from fieldoffice.office import Tx

RIGHTS: Mapping[type[Table], Right] = {
    **dict.fromkeys((Customer, Contact, Location), Right.EDIT_CUSTOMERS),
    **dict.fromkeys((Provider, ProviderSkill, Shift, ShiftBreak, ShiftException, Absence), Right.EDIT_PROVIDERS),
    **dict.fromkeys((CatalogItem, ItemSkill, TaxRate, Skill), Right.EDIT_CATALOG),
    **dict.fromkeys((Job, Line, Note, Attachment, JobProvider, JobSkill), Right.EDIT_JOBS),
    **dict.fromkeys((Company, Holiday, Setting, CustomField, MessageTemplate), Right.ORGANIZATION),
    **dict.fromkeys((Weather, AppointmentPair), Right.DISPATCH),
    ChargeRule: Right.BILLING,
}
"""What can be put back, and the right that it takes."""
PLACE = {table.name: n for n, table in enumerate(metadata.sorted_tables)}
TABLES: Mapping[str, type[Table]] = {table.__tablename__: table for table in RIGHTS}


@dataclass(frozen=True, slots=True)
class RowState:
    """One row as it stood; `values` is None where there was no such row."""

    table: str
    id: int
    version: int  # 0 for tables without versions
    values: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What an action left: its answer, and the rows it touched before and after, in the order in which it touched them."""

    value: Any
    before: tuple[RowState, ...]
    after: tuple[RowState, ...]
    refused: tuple[tuple[int, str], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class Keeper:
    """Collects for a service what it changes: `before` a change, `new` after adding, `gone` before deleting."""

    tx: Tx
    rows: dict[tuple[str, int], tuple[Table, RowState]] = field(default_factory=dict[tuple[str, int], tuple[Table, RowState]])
    deleted: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    def before(self, row: Table) -> None:
        """Remember a stored row that is about to change; the first time counts."""
        self._keep(row, state_of(row))

    def new(self, row: Table) -> None:
        """Remember that a row, stored already, did not exist before."""
        self._keep(row, RowState(row.__tablename__, row.id, 0, None))

    def gone(self, row: Table) -> None:
        """Remember a stored row that is about to be deleted."""
        self.before(row)
        self.deleted.add((row.__tablename__, row.id))

    def edit(self, value: Any = None, *, warnings: tuple[str, ...] = ()) -> Edit:
        """The answer of the service, with everything that was kept; flushes first, so versions are those left behind."""
        self.tx.session.flush()
        before = tuple(old for _, old in self.rows.values())
        after = tuple(self._now(key, row, old) for key, (row, old) in self.rows.items())
        return Edit(value, before, after, warnings=warnings)

    def _keep(self, row: Table, state: RowState) -> None:
        if type(row) not in RIGHTS:
            raise TypeError(f"{type(row).__name__} cannot be put back: give it a right in edits.RIGHTS")
        self.rows.setdefault((row.__tablename__, row.id), (row, state))

    def _now(self, key: tuple[str, int], row: Table, old: RowState) -> RowState:
        return RowState(old.table, old.id, old.version, None) if key in self.deleted else state_of(row)


def state_of(row: Table) -> RowState:
    """A stored row's columns as they are now, without its id and version."""
    values = {name: getattr(row, name) for name in _columns(type(row))}
    return RowState(row.__tablename__, row.id, row.version if isinstance(row, Versioned) else 0, values)


def put_rows_back(tx: Tx, target: Sequence[RowState], expected: Sequence[RowState]) -> Edit:
    """Undo or redo: bring rows to `target` where they still are as `expected` left them; the others are refused in words.

    Rows made by the action are deleted last to first, unless something refers to them by now.
    """
    for goal, left in zip(target, expected, strict=True):
        tx.require(_right(goal.values or left.values or {}, TABLES[goal.table]))
    keep, refused = Keeper(tx), list[tuple[int, str]]()
    for goal, left in _in_order(target, expected):
        why = _put(tx, keep, goal, left)
        if why:
            refused.append((goal.id, why))
    done = keep.edit()
    return Edit(None, done.before, done.after, tuple(refused))


def _right(values: Mapping[str, Any], table: type[Table]) -> Right:
    """Notes and files lie on jobs or on customers, and take the right of where they lie."""
    on_customer = table in (Note, Attachment) and values.get("job_id") is None and values.get("customer_id") is not None
    return Right.EDIT_CUSTOMERS if on_customer else RIGHTS[table]


def _in_order(target: Sequence[RowState], expected: Sequence[RowState]) -> list[tuple[RowState, RowState]]:
    """Rows that come back first, parents before their children; those that go last, children before their parents."""
    pairs = sorted(zip(target, expected, strict=True), key=lambda pair: PLACE[pair[0].table])
    return [p for p in pairs if p[0].values is not None] + [p for p in reversed(pairs) if p[0].values is None]


def _put(tx: Tx, keep: Keeper, goal: RowState, left: RowState) -> str:
    """Put one row back; what stands against it in words, or ""."""
    table = TABLES[goal.table]
    row = tx.session.get(table, goal.id, with_for_update=True, populate_existing=True)
    what = goal.table.replace("_", " ")
    if (row is None) != (left.values is None) or (row is not None and not _same(state_of(row), left)):
        return f"The {what} was changed since; it stays as it is."
    if row is None and goal.values is not None:
        row = _make(tx, table, goal)
        keep.new(row)
    elif row is not None and goal.values is None:
        return _remove(tx, keep, row, what)
    elif row is not None and goal.values is not None:
        keep.before(row)
        for name, value in goal.values.items():
            setattr(row, name, value)
    tx.session.flush()
    return ""


def _make(tx: Tx, table: type[Table], goal: RowState) -> Table:
    assert goal.values is not None
    maker = cast(Callable[..., Table], table)
    row = tx.add(maker(id=goal.id, **goal.values))
    if isinstance(row, Versioned):  # nobody who still holds the deleted row's version may save over the new one
        stored = cast(TableClause, table.__table__)
        tx.session.connection().execute(update(stored).where(stored.c.id == goal.id).values(version=goal.version + 1))
        tx.session.refresh(row)
    return row


def _remove(tx: Tx, keep: Keeper, row: Table, what: str) -> str:
    state = state_of(row)
    try:
        with tx.session.begin_nested():
            tx.session.delete(row)
            tx.session.flush()
    except IntegrityError:
        return f"The {what} is in use by now; it stays."
    keep.rows[(state.table, state.id)] = (row, state)
    keep.deleted.add((state.table, state.id))
    return ""


def _same(now: RowState, left: RowState) -> bool:
    return now.version == left.version if now.version else now.values == left.values


def _columns(table: type[Table]) -> list[str]:
    mapper = inspect(table)
    attributes = cast("Mapping[str, ORMDescriptor[Any]]", mapper.column_attrs)
    return [name for name in attributes.keys() if name not in {"id", "version"}]  # noqa: SIM118 - no mapping
