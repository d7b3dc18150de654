"""Importing locations, the price book, providers and future jobs, each into a small company and back again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.catalog import CatalogItem, ItemSkill
from fieldoffice.models.customer import Location
from fieldoffice.models.job import Job, Line
from fieldoffice.models.provider import Provider, ProviderSkill
from fieldoffice.office import Office
from fieldoffice.services.dispatch.moves import place
from fieldoffice.services.exchange.undoing import undo_import
from tests import make
from tests.make import TODAY, at
from tests.services.exchange_files import FIXTURES, checked, does, imported, written

SOON = TODAY + timedelta(days=1)


def jobs(office: Office) -> list[Job]:
    return office.see(lambda tx: tx.all(select(Job).order_by(Job.id)))


def visit(office: Office, job_id: int) -> Appointment:
    return office.see(lambda tx: tx.session.scalars(select(Appointment).where(Appointment.job_id == job_id)).one())


def team(office: Office, visit_id: int) -> list[int]:
    return office.see(lambda tx: tx.all(select(Assignment.provider_id).where(Assignment.appointment_id == visit_id)))


def test_locations_go_to_the_customer_that_is_named(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [
        ["Customer", "Street", "City", "ZIP", "Latitude", "Longitude"],
        ["C1001", "2 Second Street", "Washington", "20002", "38.9", "-77.0"],
        ["carol customer", "1 First Street NW", "", "20001", "", ""],
        ["Nobody", "3 Third Street", "", "", "", ""],
        ["carol@example.com", "2 second street", "", "20002", "", ""],
        ["C1001", "", "Washington", "", "", ""],
        ["C1001", "5 Fifth Street", "", "", "38.9", ""],
    ]
    ready = checked(office, made.owner, "locations", written(tmp_path / "l.csv", rows), leave_out=True)
    assert [(o.does.value, o.column) for o in ready.outcomes] == [
        ("add", ""),
        ("skip", ""),
        ("error", "Customer"),
        ("skip", ""),
        ("error", "Street"),
        ("error", "Longitude"),
    ]
    result = imported(office, made.owner, "locations", tmp_path / "l.csv", leave_out=True)
    new = office.see(lambda tx: tx.session.scalars(select(Location).where(Location.street == "2 Second Street")).one())
    assert (new.customer_id, new.lat, new.placed_by) == (made.customer, 38.9, "import")
    assert office.seat(made.owner).do(undo_import, result.run_id).removed == 1


def test_the_price_book_comes_in_with_tax_skills_and_codes(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [
        ["Service name", "Code", "Price", "Duration", "Tax", "Skills", "Type"],
        ["Drain cleaning", "", "$89.50", "1:30", "DC", "plumbing", ""],
        ["Filter", "FLT", "12", "", "6%", "", "Material"],
        ["Leak repair", "REP", "130", "60", "", "", ""],
        ["Roof work", "", "100", "60", "", "roofing", ""],
        ["Odd tax", "", "1", "10", "99%", "", ""],
        ["Filter", "FLT", "13", "", "", "", ""],
    ]
    path = written(tmp_path / "s.csv", rows)
    ready = checked(office, made.owner, "services", path, "update", leave_out=True)
    assert [(o.does.value, o.words) for o in ready.outcomes] == [
        ("add", ""),
        ("add", ""),
        ("change", "REP Leak repair is there already. Changes: price."),
        ("error", "There is no skill “roofing”. Add it first."),
        ("error", "There is no tax rate “99%”. Add it to the price book first."),
        ("skip", "Same code as line 3."),
    ]
    result = imported(office, made.owner, "services", path, "update", leave_out=True)
    items = {i.code: i for i in office.see(lambda tx: tx.all(select(CatalogItem)))}
    assert {(i.code, i.kind, i.price_cents, i.duration_s, i.tax_rate_id is not None) for i in items.values()} == {
        ("REP", "service", 13_000, 3600, True),
        ("DRACLE", "service", 8_950, 5400, True),
        ("FLT", "material", 1_200, 0, True),
    }
    assert len(office.see(lambda tx: tx.all(select(ItemSkill)))) == 2
    undone = office.seat(made.owner).do(undo_import, result.run_id)
    assert (undone.removed, undone.restored, undone.kept) == (3, 1, ())
    assert [i.price_cents for i in office.see(lambda tx: tx.all(select(CatalogItem)))] == [12_000]


def test_providers_come_in_with_their_skills(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [
        ["First name", "Last name", "Email", "Mobile", "Skills", "Type"],
        ["Cy", "Young", "cy@example.com", "202-555-0181", "Plumbing", "Contractor"],
        ["Bo", "", "bo@example.com", "", "", ""],
        ["Di", "", "", "", "welding", ""],
        ["", "", "x@example.com", "", "", ""],
    ]
    path = written(tmp_path / "p.csv", rows)
    ready = checked(office, made.owner, "providers", path, "update", leave_out=True)
    assert does(ready) == ["add", "change", "error", "error"]
    result = imported(office, made.owner, "providers", path, "update", leave_out=True)
    people = {p.name: p for p in office.see(lambda tx: tx.all(select(Provider)))}
    assert (people["Cy Young"].kind, people["Cy Young"].phone, people["Bo"].email) == ("contractor", "+12025550181", "bo@example.com")
    assert people["Cy Young"].position == 2
    assert len(office.see(lambda tx: tx.all(select(ProviderSkill)))) == 3
    undone = office.seat(made.owner).do(undo_import, result.run_id)
    assert (undone.removed, undone.restored, undone.kept) == (2, 1, ())


def test_future_jobs_are_opened_promised_and_put_on_the_board_where_they_fit(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [
        ["Customer", "Services", "Day", "Time", "Provider", "Duration", "Window", "Priority", "Notes"],
        ["C1001", "Leak repair", SOON, "09:00", "Ana", "90", "", "high", "bring a ladder"],
        ["C1001", "2 x REP", SOON, "09:30", "Ana", "", "", "", ""],
        ["C1001", "Leak repair", SOON, "", "", "", "Morning", "", ""],
        ["C1001", "Paint the fence", "", "", "", "", "", "", ""],
        ["C1001", "Leak repair", TODAY - timedelta(days=3), "", "", "", "", "", ""],
        ["C1001", "Leak repair", SOON, "", "Zoe", "", "", "", ""],
        ["Nobody", "Leak repair", SOON, "", "", "", "", "", ""],
        ["C1001", "", SOON, "", "", "", "", "", ""],
    ]
    path = written(tmp_path / "j.csv", rows)
    ready = checked(office, made.owner, "jobs", path, leave_out=True)
    assert does(ready) == ["add", "add", "add", "add", "error", "error", "error", "error"]
    assert "Waits in the tray" in ready.outcomes[1].words
    assert "Waits" not in ready.outcomes[0].words
    imported(office, made.owner, "jobs", path, leave_out=True)
    first, second, third, fourth = jobs(office)
    assert (first.title, first.priority, first.notes, first.source) == ("Leak repair", 2, "bring a ladder", "import")
    one, two, three = visit(office, first.id), visit(office, second.id), visit(office, third.id)
    assert (one.starts_at, one.duration_s, team(office, one.id)) == (at(9, on=SOON), 5400, [made.ana])
    assert (two.state, two.duration_s, team(office, two.id)) == ("waiting", 7200, [])
    assert (three.window_kind, three.state, fourth.title) == ("am", "waiting", "Paint the fence")
    assert [row.quantity_milli for row in office.see(lambda tx: tx.all(select(Line).where(Line.job_id == second.id)))] == [2000]


def test_housecall_pro_jobs_keep_their_numbers_and_come_in_once(office: Office) -> None:
    made = make.small(office)
    imported(office, made.owner, "jobs", FIXTURES / "housecall_jobs.csv")
    first, second = jobs(office)
    assert [(j.number, j.title) for j in (first, second)] == [("482", "Leak repair"), ("483", "Gutter check")]
    one = visit(office, first.id)
    assert (one.starts_at, one.duration_s, team(office, one.id)) == (at(9, on=date(2026, 3, 3)), 5400, [made.ana])
    assert does(checked(office, made.owner, "jobs", FIXTURES / "housecall_jobs.csv", "update")) == ["same", "same"]


@pytest.mark.parametrize("moved", [False, True])
def test_jobs_taken_back_are_canceled_unless_somebody_planned_them_since(office: Office, tmp_path: Path, moved: bool) -> None:
    made = make.small(office)
    path = written(tmp_path / "j.csv", [["Customer", "Services", "Day"], ["C1001", "Leak repair", SOON]])
    result = imported(office, made.owner, "jobs", path)
    (job,) = jobs(office)
    if moved:
        row = visit(office, job.id)
        office.do(place, row.id, version=row.version, provider_ids=(made.ana,), starts_at=at(10, on=SOON))
    undone = office.seat(made.owner).do(undo_import, result.run_id)
    assert (jobs(office)[0].cancelled_at is None, len(undone.kept), undone.removed) == ((True, 1, 0) if moved else (False, 0, 1))
