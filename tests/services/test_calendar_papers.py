"""A month or week for the printer: what the calendar shows, in the company's paper and clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldoffice.models.company import Holiday
from fieldoffice.models.errors import NotAllowed
from fieldoffice.office import Office
from fieldoffice.services.calendars.papers import calendar_sheet
from fieldoffice.services.calendars.rows import Whose
from fieldoffice.services.calendars.week import EACH_HOUR
from fieldoffice.services.dispatch import moves
from tests import make
from tests.make import TODAY, at


@pytest.mark.requirement("4.4")
def test_the_sheet_holds_what_the_calendar_shows(office: Office) -> None:
    made = make.small(office)
    for n in range(EACH_HOUR + 2):  # more in one hour than the screen fetches
        job = make.job(office, made, on=TODAY)
        who = made.ana if n % 2 else made.bo
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(who,), starts_at=at(9, n), override="a test")
    office.do(lambda tx: tx.add(Holiday(on_date=date(2026, 3, 4), name="Founders' Day")))
    month, week = office.see(calendar_sheet, "month", TODAY), office.see(calendar_sheet, "week", TODAY)
    assert (month.title, month.whose, month.month, len(month.days)) == ("March 2026", "Everybody", 3, 35)
    assert (week.title, week.month, [d.on for d in week.days]) == (
        "Mar 1 – 7, 2026", 0, [date(2026, 3, 1) + timedelta(days=n) for n in range(7)])  # fmt: skip
    monday = next(d for d in week.days if d.on == TODAY)
    assert (len(monday.visits), monday.total) == (EACH_HOUR + 2, EACH_HOUR + 2)
    assert (monday.visits[0].words, monday.visits[0].second, monday.visits[0].third) == (
        "Carol Customer", "Leak repair", "Bo · 1 First Street NW")  # fmt: skip
    assert [(d.note, d.closed) for d in week.days if d.on.day == 4] == [("Founders' Day", True)]
    assert (week.paper, week.clock) == ("letter", "12")


def test_one_providers_and_one_customers_sheets_name_what_is_not_plain(office: Office) -> None:
    made = make.small(office)
    for who in (made.ana, made.bo):
        job = make.job(office, made, on=TODAY)
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(who,), starts_at=at(9), override="a test")
    ana = office.see(calendar_sheet, "week", TODAY, Whose(made.ana))
    carol = office.see(calendar_sheet, "week", TODAY, Whose(customer_id=made.customer))
    assert (ana.whose, carol.whose) == ("Ana", "Carol Customer")
    mine, hers = ([v for d in found.days for v in d.visits] for found in (ana, carol))
    assert [(v.words, v.second, v.third) for v in mine] == [("Carol Customer", "Leak repair", "1 First Street NW")]
    assert [(v.words, v.second, v.third) for v in hers] == [("Leak repair", name, "1 First Street NW") for name in ("Ana", "Bo")]


def test_without_the_right_to_look_nothing_is_printed(office: Office) -> None:
    make.small(office)
    with pytest.raises(NotAllowed):
        office.seat(999_999).see(calendar_sheet, "month", TODAY)
