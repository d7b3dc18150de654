"""A visit as a calendar file (RFC 5545): for the customer's own calendar, updated by the same UID with a higher SEQUENCE. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vText

PUBLISH, CANCEL = "PUBLISH", "CANCEL"


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit as a calendar keeps it. `uid` stays the same for as long as the visit lives; `sequence` grows with each change."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    words: str = ""
    link: str = ""
    canceled: bool = False


def calendar_file(entry: Entry, *, company: str, email: str, now: datetime) -> bytes:
    """The file; instants are in UTC, so that no calendar has to know a zone. A canceled visit takes itself out."""
    calendar: Any = Calendar()  # the package names no types for what is added
    event: Any = Event()
    calendar.add("prodid", "-//fieldoffice//visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", CANCEL if entry.canceled else PUBLISH)
    facts: dict[str, Any] = {
        "uid": entry.uid, "sequence": entry.sequence, "dtstamp": now, "dtstart": entry.starts_at, "dtend": entry.ends_at,
        "summary": entry.title, "location": entry.place, "description": entry.words, "url": entry.link,
        "status": "CANCELLED" if entry.canceled else "CONFIRMED", "transp": "TRANSPARENT" if entry.canceled else "OPAQUE",
    }  # fmt: skip
    for name, value in facts.items():
        if value != "":
            event.add(name, value)
    if email:
        event["organizer"] = _organizer(company, email)
    calendar.add_component(event)
    return calendar.to_ical()


def busy_until(window_to: datetime, starts_at: datetime, duration_s: int, exact: bool) -> datetime:
    """Until when the customer should be there: the end of the work if it begins as late as promised."""
    return (starts_at if exact else window_to) + timedelta(seconds=duration_s)


def _organizer(company: str, email: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{email}")
    made.params["cn"] = vText(company)
    return made
