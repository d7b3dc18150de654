"""A gate code that somebody typed into notes: dots for whoever may not see codes, and it is never lost or logged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.log import Event
from fieldoffice.models.staff import RIGHTS, Right, Role
from fieldoffice.office import Office, Seat
from fieldoffice.services import company
from fieldoffice.services.customers.editing import edit_customer, facts_of
from fieldoffice.services.customers.history import history
from fieldoffice.services.customers.papers import add_note
from fieldoffice.services.customers.places import PlaceFacts, edit_place
from fieldoffice.services.customers.profile import CustomerSheet, PlaceRow, customer_sheet
from tests import make

NOTES = "Dog in the yard. Gate code 4711#."
DOTS = "Dog in the yard. Gate code •••."


@pytest.fixture
def made(office: Office, monkeypatch: pytest.MonkeyPatch) -> make.Made:
    """One who may change customers and sees no codes: no role of ours has just that."""
    monkeypatch.setitem(RIGHTS, Role.BOOKKEEPER, RIGHTS[Role.BOOKKEEPER] | {Right.EDIT_CUSTOMERS})
    made = make.small(office)
    office.do(lambda tx: setattr(tx.get(Customer, made.customer), "notes", NOTES))
    office.do(lambda tx: setattr(tx.get(Location, made.location), "notes", NOTES))
    office.seat(made.owner).do(add_note, made.customer, NOTES)
    return made


@pytest.fixture
def bea(office: Office, made: make.Made) -> Seat:
    return office.seat(office.do(company.add_user, login="bea", name="Bea", roles=(Role.BOOKKEEPER,)).id)


def texts(sheet: CustomerSheet) -> set[str]:
    return {sheet.notes, sheet.places[0].notes, sheet.remarks[0].text}


def as_form(row: PlaceRow, **changed: str) -> PlaceFacts:
    plain = {name: getattr(row, name) for name in ("street", "city", "region", "postal_code", "label", "kind", "notes")}
    return PlaceFacts(**{**plain, **changed}, place=row.place)


@pytest.mark.requirement("0.37")
def test_a_code_in_notes_is_dots_without_the_right(office: Office, made: make.Made, bea: Seat) -> None:
    assert texts(office.seat(made.owner).see(customer_sheet, made.customer)) == {NOTES}
    assert texts(bea.see(customer_sheet, made.customer)) == {DOTS}
    assert "4711" not in str(bea.see(history, made.customer))


def test_saving_the_dots_leaves_the_code_and_changing_them_is_refused(office: Office, made: make.Made, bea: Seat) -> None:
    sheet = bea.see(customer_sheet, made.customer)
    place = sheet.places[0]
    bea.do(edit_place, place.id, version=place.version, facts=as_form(place, label="Home"))
    stored = office.see(lambda tx: tx.get(Location, place.id))
    assert (stored.notes, stored.label) == (NOTES, "Home")
    with pytest.raises(Invalid) as refused:
        bea.do(edit_place, place.id, version=stored.version, facts=as_form(place, notes="No dog any more"))
    assert list(refused.value.fields) == ["notes"]
    facts = office.see(lambda tx: facts_of(tx.get(Customer, made.customer)))
    bea.do(edit_customer, made.customer, version=sheet.version, facts=replace(facts, notes=DOTS, phone="(202) 555-0177"))
    kept = office.see(lambda tx: tx.get(Customer, made.customer))
    assert (kept.notes, kept.phone) == (NOTES, "(202) 555-0177")


def test_whoever_may_see_codes_changes_notes_and_the_log_holds_no_code(office: Office, made: make.Made) -> None:
    owner = office.seat(made.owner)
    place = owner.see(customer_sheet, made.customer).places[0]
    owner.do(edit_place, place.id, version=place.version, facts=as_form(place, notes="Alarm code 998877"))
    assert office.see(lambda tx: tx.get(Location, place.id)).notes == "Alarm code 998877"
    logged = str([(e.note, e.before, e.after) for e in office.see(lambda tx: tx.all(select(Event)))])
    assert "4711" not in logged
    assert "998877" not in logged
