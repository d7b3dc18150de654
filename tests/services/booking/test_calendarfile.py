"""Calendar files as calendars read them, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.services.calendarfile import Entry, busy_until, calendar_file

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
TEXT = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=200)
PLAIN = Entry("a1@example.com", 0, NOW, NOW + timedelta(hours=1), "Potomac: Leak repair")


def read(file: bytes) -> icalendar.Event:
    calendar = icalendar.Calendar.from_ical(file)
    assert len(calendar.walk("VEVENT")) == 1
    return calendar.walk("VEVENT")[0]


@given(title=TEXT, place=TEXT, words=TEXT, company=TEXT, sequence=st.integers(0, 1000), canceled=st.booleans())
def test_whatever_is_written_is_read_back(title: str, place: str, words: str, company: str, sequence: int, canceled: bool) -> None:
    entry = Entry("a1@example.com", sequence, NOW, NOW + timedelta(hours=1), title, place, words, "https://example.com/x", canceled)
    file = calendar_file(entry, company=company, email="office@example.com", now=NOW)
    event = read(file)
    assert (str(event.get("summary", "")), str(event.get("location", "")), str(event.get("description", ""))) == (title, place, words)
    assert int(event["sequence"]) == sequence
    assert event["dtstart"].dt == NOW
    assert str(icalendar.Calendar.from_ical(file)["method"]) == ("CANCEL" if canceled else "PUBLISH")
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_times_are_in_utc_and_need_no_zone() -> None:
    file = calendar_file(PLAIN, company="Potomac", email="", now=NOW)
    assert b"DTSTART:20260302T110000Z" in file
    assert b"VTIMEZONE" not in file
    assert b"ORGANIZER" not in file
    assert read(file)["uid"] == "a1@example.com"


def test_the_customer_is_needed_until_the_work_ends_that_begins_last() -> None:
    assert busy_until(NOW + timedelta(hours=2), NOW, 3600, exact=False) == NOW + timedelta(hours=3)
    assert busy_until(NOW + timedelta(minutes=15), NOW, 3600, exact=True) == NOW + timedelta(hours=1)
