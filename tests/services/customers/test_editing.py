"""Customers, contacts, addresses, notes and files: changed with versions, refused in words, undone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.models.customer import Contact, Customer, CustomField, Location
from fieldoffice.models.errors import Invalid, NotAllowed, Refused, Stale
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.customers.contacts import ContactFacts, edit_contact, new_contact, remove_contact
from fieldoffice.services.customers.editing import CustomerFacts, edit_customer, facts_of, new_customer, switch_customer
from fieldoffice.services.customers.history import history
from fieldoffice.services.customers.papers import add_note, attach, detach
from fieldoffice.services.customers.places import PlaceFacts, edit_place, new_place, pin_place, switch_place
from fieldoffice.services.customers.profile import CustomerSheet, customer_sheet
from fieldoffice.services.edits import Edit, put_rows_back
from fieldoffice.services.jobs.files import content
from tests import make


def sheet(office: Office, id: int) -> CustomerSheet:
    return office.see(customer_sheet, id)


def undo(office: Office, edit: Edit) -> Edit:
    return office.do(put_rows_back, edit.before, edit.after)


def wrong(office: Office, service: Any, *args: Any, **kw: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        office.do(service, *args, **kw)
    return caught.value.fields


def test_a_customer_is_saved_with_its_version_and_put_back(office: Office) -> None:
    id = make.small(office).customer
    before = office.see(lambda tx: facts_of(tx.get(Customer, id)))
    edit = office.do(
        edit_customer,
        id,
        version=1,
        facts=CustomerFacts(" Carol C. ", "commercial", "c@x.org", "202 555 0199", notes="Dog"),
    )
    now = sheet(office, id)
    assert (now.name, now.kind, now.email, now.version, now.notes) == ("Carol C.", "commercial", "c@x.org", 2, "Dog")
    with pytest.raises(Stale):
        office.do(edit_customer, id, version=1, facts=before)
    entry = office.see(history, id).rows[0]
    assert (entry.words, entry.who) == ("Changed: e-mail, kind, name, notes, phone", "fieldoffice")
    undo(office, edit)
    assert office.see(lambda tx: facts_of(tx.get(Customer, id))) == before


def test_all_that_is_wrong_is_named_at_once(office: Office) -> None:
    id = make.small(office).customer
    facts = CustomerFacts(" ", "pirate", "no-at", "5" * 41, channel="pigeon")
    fields = {"name", "kind", "email", "phone", "channel"}
    assert set(wrong(office, edit_customer, id, version=1, facts=facts)) == fields
    assert set(wrong(office, new_customer, facts)) == fields
    assert wrong(office, customers.add_customer, name="")["name"] == "Please give the customer's name."


@pytest.mark.parametrize("email", ["a b@x.org", "@x.org", "a@", "a"])
def test_addresses_that_cannot_be_right_are_refused(sqlite_office: Office, email: str) -> None:
    make.small(sqlite_office)
    assert wrong(sqlite_office, customers.add_customer, name="A", email=email) == {
        "email": "This e-mail address cannot be right."
    }


def test_a_family_has_no_circles(office: Office) -> None:
    carol = make.small(office).customer
    middle = office.do(customers.add_customer, name="Middle", parent_id=carol, bill_to_id=carol)
    low = office.do(customers.add_customer, name="Low", parent_id=middle, bill_to_id=middle)
    said = wrong(office, edit_customer, carol, version=1, facts=CustomerFacts("Carol", parent_id=low, bill_to_id=low))
    assert said == {"parent_id": "Low is below this customer already, so it cannot stand above it.",
                    "bill_to_id": "Low has its bills paid by this customer, so it cannot pay for it."}  # fmt: skip
    said = wrong(
        office, edit_customer, carol, version=1, facts=CustomerFacts("Carol", parent_id=carol, bill_to_id=9_999)
    )
    assert said == {
        "parent_id": "A customer cannot stand above itself.",
        "bill_to_id": "This customer no longer exists.",
    }
    assert [(kin.name, kin.pays_itself) for kin in sheet(office, carol).subs] == [("Middle", False)]
    assert sheet(office, low).parent.name == "Middle"  # type: ignore[union-attr]


@pytest.mark.requirement("0.48")
def test_a_required_field_of_the_company_is_asked_for(office: Office) -> None:
    id = make.small(office).customer
    office.do(
        lambda tx: tx.add(
            CustomField(entity="customer", key="tier", label="Tier", kind="choice", choices=["a", "b"], required=True)
        )
    )
    assert wrong(office, new_customer, CustomerFacts("New")) == {"custom.tier": "Tier is required."}
    assert "custom.tier" in wrong(
        office, edit_customer, id, version=1, facts=CustomerFacts("Carol", custom={"tier": "z"})
    )
    made = office.do(new_customer, CustomerFacts("New", custom={"tier": "b"}))
    assert sheet(office, made.value).custom == {"tier": "b"}
    undo(office, made)
    with pytest.raises(Refused):
        sheet(office, made.value)


def test_taking_out_of_use_warns_of_what_is_owed(office: Office) -> None:
    made = make.small(office)
    make.job(office, made)
    edit = office.do(switch_customer, made.customer, version=1, active=False)
    assert edit.warnings == ("Carol Customer still has 1 open visit.",)
    assert (sheet(office, made.customer).active, office.see(customers.find)) == (False, ())
    undo(office, edit)
    assert sheet(office, made.customer).active


def test_contacts_come_change_and_go_and_come_back(office: Office) -> None:
    id = make.small(office).customer
    added = office.do(new_contact, id, ContactFacts("Nina", "owner", "n@x.org", "555"))
    office.do(edit_contact, added.value, version=1, facts=ContactFacts("Nina N.", "owner", "n@x.org", "555"))
    with pytest.raises(Stale):
        office.do(edit_contact, added.value, version=1, facts=ContactFacts("Other"))
    gone = office.do(remove_contact, added.value, version=2)
    assert sheet(office, id).contacts == ()
    undo(office, gone)
    assert [(c.id, c.name, c.role) for c in sheet(office, id).contacts] == [(added.value, "Nina N.", "owner")]
    assert set(wrong(office, new_contact, id, ContactFacts(" ", email="x"))) == {"name", "email"}
    assert [row.words for row in office.see(history, id).rows][:3] == [
        "Contact removed: Nina N.",
        "Contact changed: name",
        "Contact added: Nina",
    ]


def test_an_address_is_entered_corrected_and_put_back(office: Office) -> None:
    id = make.small(office).customer
    added = office.do(new_place, id, PlaceFacts("8 Elm Street", "Bethesda", place=make.PLACES[2], label="Summer house"))
    row = office.see(lambda tx: tx.get(Location, added.value))
    assert (row.placed_by, row.country, row.label) == ("by hand", "US", "Summer house")
    office.do(lambda tx: setattr(tx.get(Location, added.value), "placed_by", "geocoder"))
    edit = office.do(
        edit_place, added.value, version=2, facts=PlaceFacts("9 Elm Street", "Bethesda", place=make.PLACES[2])
    )
    assert office.see(lambda tx: tx.get(Location, added.value)).placed_by == "geocoder"
    undo(office, edit)
    assert office.see(lambda tx: tx.get(Location, added.value)).street == "8 Elm Street"
    assert set(wrong(office, new_place, id, PlaceFacts("", kind="moon", place=(91.0, 0.0)))) == {
        "street",
        "kind",
        "place",
    }


def test_dropping_a_pin_places_by_hand_and_can_be_undone(office: Office) -> None:
    id = make.small(office).customer
    bare = office.do(customers.add_location, id, street="5 Oak Street")
    edit = office.do(pin_place, bare, version=1, place=(38.91234567, -77.01234567))
    place = next(p for p in sheet(office, id).places if p.id == bare)
    assert (place.place, place.placed_by, place.version) == ((38.912346, -77.012346), "by hand", 2)
    assert office.see(history, id).rows[0].words == "Placed on the map: 5 Oak Street"
    with pytest.raises(Stale):
        office.do(pin_place, bare, version=1, place=(38.0, -77.0))
    assert set(wrong(office, pin_place, bare, version=2, place=(99.0, 0.0))) == {"place"}
    undo(office, edit)
    assert next(p for p in sheet(office, id).places if p.id == bare).place is None


def test_an_address_with_work_owed_stays_in_use(office: Office) -> None:
    made = make.small(office)
    make.job(office, made)
    with pytest.raises(NotAllowed, match="1 visit is still owed at 1 First Street NW"):
        office.do(switch_place, made.location, version=1, active=False)
    bare = office.do(customers.add_location, made.customer, street="5 Oak Street")
    edit = office.do(switch_place, bare, version=1, active=False)
    assert [p.street for p in office.see(customers.locations, made.customer)] == ["1 First Street NW"]
    assert [(p.street, p.active, p.jobs) for p in sheet(office, made.customer).places] == [
        ("1 First Street NW", True, 1),
        ("5 Oak Street", False, 0),
    ]
    undo(office, edit)
    assert len(office.see(customers.locations, made.customer)) == 2


def test_notes_and_files_of_a_customer(office: Office) -> None:
    id = make.small(office).customer
    office.do(add_note, id, " Rings twice ")
    added = office.do(attach, id, name="plan.pdf", media_type="application/pdf", content=b"%PDF")
    now = sheet(office, id)
    assert ([n.text for n in now.remarks], [(f.name, f.size) for f in now.files]) == (
        ["Rings twice"],
        [("plan.pdf", 4)],
    )
    gone = office.do(detach, added.value)
    assert sheet(office, id).files == ()
    undo(office, gone)
    assert office.see(content, added.value) == b"%PDF"
    undo(office, added)
    assert sheet(office, id).files == ()
    assert set(wrong(office, add_note, id, " ")) == {"note"}
    assert set(wrong(office, attach, id, name="x", media_type="text/plain", content=b"")) == {"file"}
    assert set(wrong(office, attach, id, name="x", media_type="text/plain", content=bytes(10 * 1024 * 1024 + 1))) == {
        "file"
    }


def test_a_file_of_a_job_is_not_taken_off_here(office: Office) -> None:
    from fieldoffice.services.jobs.files import attach as attach_to_job

    made = make.small(office)
    job = make.job(office, made)
    file = office.do(attach_to_job, job.job_id, name="a.txt", media_type="text/plain", content=b"a").files[0].id
    with pytest.raises(NotAllowed, match="not on a customer"):
        office.do(detach, file)


def test_the_history_has_pages_and_names_jobs(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made)
    for n in range(5):
        office.do(add_note, made.customer, f"note {n}")
    whole = office.see(history, made.customer)
    assert whole.total == len(whole.rows)
    assert [row.words for row in whole.rows[:2]] == ["Note: note 4", "Note: note 3"]
    assert [(row.words, row.job) for row in whole.rows if row.job_id] == [("Job opened", job.number)]
    page = office.see(history, made.customer, offset=2, limit=3)
    assert (page.total, page.rows) == (whole.total, whole.rows[2:5])


def test_another_customer_s_history_is_its_own(office: Office) -> None:
    made = make.small(office)
    other, _ = make.customer(office, "Dora", 3)
    make.job(office, made)
    assert [row.words for row in office.see(history, other).rows] == [
        "Address added: 3 Main Street, Washington",
        "Customer entered: Dora",
    ]


def test_the_page_asks_the_same_number_of_queries_for_more_of_everything(sqlite_office: Office) -> None:
    from tests.test_promises import Counted

    office = sqlite_office
    made, counted = make.small(office), Counted(office)

    def more(tx: Tx, n: int) -> None:
        customers.add_contact(tx, made.customer, name=f"N {n}")
        customers.add_location(tx, made.customer, street=f"{n} Oak Street")
        customers.add_customer(tx, name=f"Sub {n}", parent_id=made.customer)

    office.do(more, 1)
    make.job(office, made)
    one = (counted.of(customer_sheet, made.customer), counted.of(history, made.customer))
    for n in (2, 3):
        office.do(more, n)
        make.job(office, made)
    assert (counted.of(customer_sheet, made.customer), counted.of(history, made.customer)) == one
    assert office.see(lambda tx: len(tx.all(select(Contact)))) == 3
