"""Checking the books: sound ones are found sound, and what is wrong is said."""

from __future__ import annotations

from typing import Any

from fieldoffice.office import Office
from fieldoffice.services.backups import (
    check_books,
)
from tests.models.revisions import run


def test_sound_books_are_found_sound(books: Office) -> None:
    assert check_books(books.engine) == []


def test_what_is_wrong_is_said(books: Office) -> None:
    shared = books.shared
    wall = "ex_assignment_overlap" if shared else "assignment_overlap_update"
    later = "ends_at + interval '1 hour'" if shared else "datetime(ends_at, '+1 hour')"
    for statement in (
        f"alter table assignment drop constraint {wall}" if shared else f"drop trigger {wall}",
        "update assignment set override_id = null",
        f"update assignment set ends_at = {later} where id = 3",
        "update appointment set state = 'completed' where id = 2",
        "insert into job (public_id, number, customer_id, location_id, title, priority, notes, source, custom, on_hold,"
        " cancel_reason, completed_by, created_at, version) select 'x', 'J7', customer_id, location_id, title, priority,"
        " notes, source, custom, on_hold, cancel_reason, completed_by, created_at, version from job where id = 1",
        "alter table job add column mood varchar",
    ):
        run(books.engine, statement)
    said = check_books(books.engine)
    assert len(said) == 6
    for words in (
        f"The wall {wall} is gone or switched off.",
        "Ana is booked twice at 2026-03-02 14:00 UTC (visit 2).",
        "Visit 3 and its provider's calendar disagree about the time.",
        "Visit 2 is completed, which its provider's calendar does not know.",
        "Job J7 has no visit.",
    ):
        assert words in said
    assert [words for words in said if words.startswith("The shape of the database differs from what this program expects")]


def test_a_damaged_file_is_said(sqlite_office: Office) -> None:
    with sqlite_office.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("insert into contact (customer_id, name, role, email, phone, version) values (77, '', '', '', '', 1)")
        raw.execute("PRAGMA foreign_keys=ON")
    assert check_books(sqlite_office.engine) == ["Row 1 of contact lacks its customer."]
