"""Day sheets: what stands on the board, and nothing that must not lie about in a van."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from fieldoffice.models.customer import AccessCode
from fieldoffice.models.job import Job
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services.daysheets import day_sheets
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.documents import daysheet
from fieldoffice.services.geo import drive_m, drive_s
from fieldoffice.services.jobs import editing
from tests import make
from tests.documents.sheets import pages, squeezed
from tests.make import DEPOT, TODAY, at

SECRET = "4711#gate"


def placed(office: Office, made: make.Made, hour: float, *team: int, location: int | None = None, **more: object) -> int:
    job = make.job(office, made, location=location, **more)
    when = at(0) + timedelta(hours=hour)
    office.do(moves.place, job.appointment_id, version=1, provider_ids=team or (made.ana,), starts_at=when, override="a test")
    return job.appointment_id


def lock_away(tx: Tx, location: int) -> None:
    tx.add(AccessCode(location_id=location, label="Gate", sealed=SECRET.encode(), created_at=tx.now))


@pytest.mark.requirement("0.19")
def test_the_sheets_are_the_board_on_paper(office: Office) -> None:
    made = make.small(office)
    _, other = make.customer(office, "Dan Second", 4)
    placed(office, made, 13)
    placed(office, made, 9, kind="am")
    placed(office, made, 10.5, made.bo, made.ana)
    office.do(lambda tx: make.provider(tx, "Cy"))
    seen, sheets = office.see(board, TODAY), office.see(day_sheets, TODAY)
    assert [sheet.provider for sheet in sheets] == [row.name for row in seen.providers] == ["Ana", "Bo", "Cy"]
    for row, sheet in zip(seen.providers, sheets, strict=True):
        mine = sorted((c for c in seen.cards if row.id in c.provider_ids), key=lambda c: c.starts_at or seen.now)
        assert [(s.customer, s.starts_at, s.ends_at, s.job_number) for s in sheet.stops] == [
            (c.customer, c.starts_at, c.ends_at, c.job_number) for c in mine]  # fmt: skip
        assert [stop.number for stop in sheet.stops] == list(range(1, len(mine) + 1))
    assert [(stop.team, stop.window != "") for stop in sheets[0].stops] == [((), True), (("Bo",), True), ((), True)]
    assert sheets[1].stops[0].team == ("Ana",)
    assert other > 0


@pytest.mark.requirement("0.19")
def test_the_drives_of_a_sheet_are_the_legs_of_its_route(office: Office) -> None:
    made = make.small(office)
    far = make.customer(office, "Fay Far", 9)
    place = office.do(lambda tx: _visit_at(tx, made, *far))
    placed(office, made, 9)
    office.do(moves.place, place, version=1, provider_ids=(made.ana,), starts_at=at(14))
    sheet = office.see(day_sheets, TODAY, (made.ana,))[0]
    points = [DEPOT, *(c.place for c in office.see(board, TODAY).cards), DEPOT]
    legs = list(pairwise(points))
    assert [s.drive_s for s in sheet.stops] + [sheet.drive_back_s] == [drive_s(a, b) for a, b in legs]
    assert [s.drive_m for s in sheet.stops] + [sheet.drive_back_m] == [drive_m(a, b) for a, b in legs]
    assert sum(drive_s(a, b) for a, b in legs) > 600


def _visit_at(tx: Tx, made: make.Made, customer: int, location: int) -> int:
    from fieldoffice.services.jobs.opening import NewJob, Promise, open_job

    return open_job(tx, NewJob(customer, location, ((made.repair, 1000),), Promise("all_day", TODAY))).appointment_id


def test_no_access_code_reaches_a_sheet_or_its_paper(office: Office) -> None:
    made = make.small(office)
    office.do(lock_away, made.location)
    placed(office, made, 9)
    sheets = office.see(day_sheets, TODAY)
    assert sheets[0].stops[0].access_code_hint is True
    text = "".join(pages(daysheet.draw_many(sheets)))
    assert SECRET not in repr(sheets) + text
    assert SECRET.partition("#")[0] not in squeezed(text)
    assert "Carol Customer" in text
    assert "code" in text.lower()


def test_without_a_code_the_paper_speaks_of_none(office: Office) -> None:
    made = make.small(office)
    placed(office, made, 9)
    sheets = office.see(day_sheets, TODAY)
    assert sheets[0].stops[0].access_code_hint is False
    assert "code" not in "".join(pages(daysheet.draw_many(sheets))).lower()


def test_notes_of_the_place_and_the_job_services_and_address_are_on_it(office: Office) -> None:
    from fieldoffice.services import customers

    made = make.small(office)
    place = office.do(customers.add_location, made.customer, street="2 Second Street NW", city="Washington", region="DC",
                      postal_code="20002", place=make.PLACES[2], notes="Dog in the yard")  # fmt: skip
    visit = placed(office, made, 9, location=place, notes="Bring the long ladder")
    job = make.card(office, visit).job_id
    office.do(editing.add_line, job, item_id=made.repair, quantity_milli=2000)
    stop = office.see(day_sheets, TODAY, (made.ana,))[0].stops[0]
    assert stop.notes == "Dog in the yard\nBring the long ladder"
    assert stop.services == ("Leak repair", "2 × Leak repair")
    assert stop.address == ("2 Second Street NW", "Washington DC 20002")
    assert stop.phone == "+12025550101"
    assert "38.9272" in stop.map_url


def test_a_place_without_coordinates_is_found_by_its_address(office: Office) -> None:
    from fieldoffice.services import customers

    made = make.small(office)
    place = office.do(customers.add_location, made.customer, street="3 Third Street NW", city="Washington")
    placed(office, made, 9, location=place)
    stop = office.see(day_sheets, TODAY, (made.ana,))[0].stops[0]
    assert "3%20Third%20Street%20NW" in stop.map_url.replace("+", "%20")


def test_who_is_named_gets_a_sheet_and_others_when_they_have_something_to_do(office: Office) -> None:
    made = make.small(office)
    sunday = date(2026, 3, 1)
    assert office.see(day_sheets, sunday) == ()
    assert [s.provider for s in office.see(day_sheets, sunday, (made.bo,))] == ["Bo"]
    job = make.job(office, made, on=None)
    office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9, on=sunday), override="leak")
    assert [s.provider for s in office.see(day_sheets, sunday)] == ["Ana"]


def test_the_break_lies_in_the_first_gap_that_holds_it(office: Office) -> None:
    made = make.small(office)
    assert [(b.starts_at, b.ends_at) for b in office.see(day_sheets, TODAY, (made.ana,))[0].breaks] == [(at(11, 30), at(12))]
    placed(office, made, 11.25)
    assert [b.starts_at for b in office.see(day_sheets, TODAY, (made.ana,))[0].breaks] == [at(12, 15)]
    placed(office, made, 12.5)
    assert office.see(day_sheets, TODAY, (made.ana,))[0].breaks == ()


def test_what_did_not_happen_is_not_on_the_paper(office: Office, clock) -> None:
    made = make.small(office)
    kept, gone = placed(office, made, 9), placed(office, made, 11)
    clock.at = at(8)
    office.do(progress.move_on, gone, version=make.card(office, gone).version, to=S.NOT_DONE, reason="Nobody at home")
    numbers = office.see(lambda tx: tx.get(Job, make.card(office, kept).job_id).number)
    assert [s.job_number for s in office.see(day_sheets, TODAY, (made.ana,))[0].stops] == [numbers]


def test_paper_clock_and_miles_are_those_of_the_country(office: Office) -> None:
    made = make.small(office)
    sheet = office.see(day_sheets, TODAY, (made.ana,))[0]
    assert (sheet.paper, sheet.clock, sheet.unit, sheet.company.name) == ("letter", "12", "mi", "Potomac Plumbing")
