"""A month or a week of the calendar as a frozen sheet for the printer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from fieldoffice.models.customer import Customer
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.calendars.month import month
from fieldoffice.services.calendars.rows import EVERYBODY, Day, Entry, Whose
from fieldoffice.services.calendars.week import day, week
from fieldoffice.services.company import company
from fieldoffice.services.daysheets import TWELVE_HOURS
from fieldoffice.services.documents.calendarsheet import CalendarSheet, SheetDay, SheetVisit
from fieldoffice.services.documents.daysheet import SheetCompany

IN_A_CELL = 12
"""Visits fetched of each day of a month: as many as a cell on paper can hold."""


def calendar_sheet(tx: Tx, view: Literal["month", "week"], on: date | None = None, whose: Whose = EVERYBODY) -> CalendarSheet:
    """The month or week that holds `on` (today's without it); a week holds all visits of its days."""
    tx.require(Right.LOOK)
    about = company(tx)
    twelve = about.country in TWELVE_HOURS
    known: dict[str, Any] = {
        "company": SheetCompany(about.name, about.phone), "whose": _name(tx, whose), "printed_at": tx.now, "zone": about.zone,
        "paper": "letter" if about.paper == "Letter" else "a4", "clock": "12" if twelve else "24",
    }  # fmt: skip
    if view == "month":
        found = month(tx, on, whose, most=IN_A_CELL)
        days = tuple(_day(one, whose) for one in found.days)
        return CalendarSheet(title=f"{found.first_on:%B %Y}", days=days, month=found.first_on.month, **known)
    seen = week(tx, on, whose).days
    days = tuple(_day(replace(one, entries=day(tx, one.on, whose)), whose) for one in seen)
    return CalendarSheet(title=_span(seen[0].on, seen[-1].on), days=days, **known)


def _day(found: Day, whose: Whose) -> SheetDay:
    away = ", ".join(found.away)
    note = found.holiday or (f"{away} away" if away and whose.provider_id is None else away)
    visits = tuple(_visit(entry, whose) for entry in found.entries)
    return SheetDay(found.on, visits, found.total, note, found.closed or bool(found.holiday))


def _visit(entry: Entry, whose: Whose) -> SheetVisit:
    """What the line does not say yet: the service, then who comes and where."""
    names = ", ".join(entry.providers) if whose.provider_id is None else ""
    below = [part for part in (entry.service if entry.line != entry.service else "", names, entry.street) if part]
    return SheetVisit(entry.starts_at, entry.line, "".join(below[:1]), " · ".join(below[1:]))


def _name(tx: Tx, whose: Whose) -> str:
    if whose.customer_id is not None:
        return tx.get(Customer, whose.customer_id).name
    return tx.get(Provider, whose.provider_id).name if whose.provider_id is not None else "Everybody"


def _span(first: date, last: date) -> str:
    end = f"{last.day}, {last.year}" if first.month == last.month else f"{last:%b} {last.day}, {last.year}"
    return f"{first:%b} {first.day} – {end}"
