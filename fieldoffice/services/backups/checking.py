"""Checking the books: does the database hold together, and do its rows agree with each other?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, Engine, exists, func, select, text

from fieldoffice import schema
from fieldoffice.engine import reading, told
from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider
from fieldoffice.models.states import FINAL_STATES

MOST = 20  # sentences of one kind


def check_books(engine: Engine) -> list[str]:
    """What is wrong with the database, one sentence each; empty when all is well."""
    with told(), reading(engine).connect() as connection:
        found = schema.state_of(connection)
        if found is not schema.SchemaState.CURRENT:
            return [f"The shape of the database is {found.value}: bring it up to date first."]
        checks = (_engine, _walls, _drift, _jobs, _overlaps, _times)
        return [words for check in checks for words in _some(check(connection))]


def _some(words: Iterator[str]) -> list[str]:
    found = list(words)
    return found if len(found) <= MOST else [*found[:MOST], f"… and {len(found) - MOST} more of this kind."]


def _engine(connection: Connection) -> Iterator[str]:
    yield from (_sqlite if connection.dialect.name == "sqlite" else _postgres)(connection)


def _sqlite(connection: Connection) -> Iterator[str]:
    said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    yield from (f"The file is damaged: {words}." for words in said if words != "ok")
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} lacks its {parent}."


def _postgres(connection: Connection) -> Iterator[str]:
    query = text("""select conrelid::regclass::text, conname from pg_constraint
    where not convalidated and connamespace = current_schema()::regnamespace order by 1, 2""")
    for table, name in connection.execute(query):
        yield f"The rule {name} of {table} was never checked against all rows."
    query = text("""select indexrelid::regclass::text from pg_index join pg_class c on c.oid = indrelid
    where not (indisvalid and indisready) and c.relnamespace = current_schema()::regnamespace order by 1""")
    yield from (f"The index {name} is not valid." for name in connection.scalars(query))


def _walls(connection: Connection) -> Iterator[str]:
    yield from (f"The wall {name} is gone or switched off." for name in schema.missing_walls(connection))


def _drift(connection: Connection) -> Iterator[str]:
    for difference in schema.differences(connection):
        yield f"The shape of the database differs from what this program expects: {difference}."


def _jobs(connection: Connection) -> Iterator[str]:
    query = select(Job.number).where(~exists().where(Appointment.job_id == Job.id)).order_by(Job.id)
    yield from (f"Job {number} has no visit." for number in connection.scalars(query))


def _overlaps(connection: Connection) -> Iterator[str]:
    """The same rule as the wall's: no two visits at once for one provider, unless somebody said why."""
    so_far = func.max(Assignment.ends_at).over(
        partition_by=Assignment.provider_id, order_by=(Assignment.starts_at, Assignment.id), rows=(None, -1)
    )
    own = select(
        Assignment.appointment_id, Assignment.provider_id, Assignment.starts_at, so_far.label("busy_until")
    ).where(Assignment.active, Assignment.override_id.is_(None))
    rows = own.subquery()
    query = (
        select(Provider.name, rows.c.appointment_id, rows.c.starts_at)
        .join(Provider, Provider.id == rows.c.provider_id)
        .where(rows.c.busy_until > rows.c.starts_at)
        .order_by(rows.c.starts_at, rows.c.appointment_id)
    )
    for name, visit, at in connection.execute(query):
        yield f"{name} is booked twice at {at:%Y-%m-%d %H:%M} UTC (visit {visit})."


def _times(connection: Connection) -> Iterator[str]:
    query = (
        select(
            Assignment.appointment_id,
            Assignment.starts_at,
            Assignment.ends_at,
            Assignment.active,
            Appointment.starts_at,
            Appointment.duration_s,
            Appointment.state,
        )
        .join(Appointment, Appointment.id == Assignment.appointment_id)
        .order_by(Assignment.id)
    )
    for visit, start, end, active, planned, duration_s, state in connection.execute(query):
        if planned is not None and (start, end) != (planned, planned + timedelta(seconds=duration_s)):
            yield f"Visit {visit} and its provider's calendar disagree about the time."
        if active is not (state not in FINAL_STATES) or planned is None:
            yield f"Visit {visit} is {state}, which its provider's calendar does not know."
