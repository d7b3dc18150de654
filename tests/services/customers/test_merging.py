"""Duplicates: found for a reason, merged with nothing lost, and parted again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.models.base import Table
from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.job import Job
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.customers.duplicates import (
    Suspect,
    address_key,
    alike,
    everybody,
    pairs,
    phone_key,
    say_different,
)
from fieldoffice.services.customers.editing import edit_customer, facts_of, living
from fieldoffice.services.customers.history import history
from fieldoffice.services.customers.merging import CHOICES, merge, merged_facts, unmerge
from fieldoffice.services.customers.papers import add_note, attach
from fieldoffice.services.customers.profile import customer_sheet
from fieldoffice.services.customers.repointing import pointers, pointing_at
from tests import make
from tests.test_promises import Minimal


def suspects(*rows: tuple[str, str, str, str]) -> list[Suspect]:
    return [Suspect(n, f"C{n}", name, phone, email, (address_key(street, "20001"),) if street else ())
            for n, (name, phone, email, street) in enumerate(rows, start=1)]  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "reasons"),
    [
        (("Bob", "+1 (202) 555-0101", "", ""), ("Robert", "202.555.0101", "", ""), ("same phone",)),
        (("Bob", "", "Bob@Example.com", ""), ("Robert", "", "bob@example.com ", ""), ("same e-mail",)),
        (("Bob Smith", "", "", "1 First Street NW"), ("Smith, Bob", "", "", "1 first st. nw"), ("nearly the same name at one address",)),
        (("Bob Smith", "", "", "1 First St"), ("bob smith", "", "", "1 First Street"), ("same name and address",)),
        (("Bob Smith", "", "", "1 First St"), ("Bob Smyth", "", "", "1 First St"), ("nearly the same name at one address",)),
        (("Bob Smith", "", "", "1 First St"), ("Ann Jones", "", "", "1 First St"), None),
        (("Bob Smith", "", "", "1 First St"), ("Bob Smith", "", "", "2 First St"), None),
        (("Bob Smith", "911", "", ""), ("Bob Smith", "911", "", ""), None),
        (("Bob", "202-555-0101", "b@x.org", "1 A St"), ("Al", "2025550101", "b@x.org", "1 A St"),
         ("same e-mail", "same phone", "same address")),
    ],
)  # fmt: skip
def test_what_makes_two_customers_look_like_one(a: Any, b: Any, reasons: tuple[str, ...] | None) -> None:
    assert [pair.reasons for pair in pairs(suspects(a, b))] == ([reasons] if reasons else [])


def test_a_switchboard_is_not_a_duplicate_and_strong_reasons_come_first() -> None:
    tower = [(f"Tenant {n}", "2025550100", "", "") for n in range(13)]
    assert pairs(suspects(*tower)) == []
    found = pairs(
        suspects(
            ("A", "2025550100", "", ""),
            ("B", "2025550100", "", ""),
            ("C D", "", "", "1 X St"),
            ("C D", "", "", "1 X St"),
        )
    )
    assert [(p.first.id, p.second.id) for p in found] == [(3, 4), (1, 2)]
    assert (phone_key("+1 202 555 0100"), phone_key("12")) == ("2025550100", "")


def twins(office: Office) -> tuple[make.Made, int]:
    """Carol of `make.small`, and Caroline: another phone, the same first address spelled otherwise, a second one, and more."""
    made = make.small(office)

    def more(tx: Tx) -> int:
        id = customers.add_customer(
            tx, name="Caroline Customer", email="CAROL@example.com", phone="(202) 555-0199", notes="Pays cash"
        )
        customers.add_location(
            tx, id, street="1 first st nw", city="Washington", postal_code="20001", notes="Gate at the back"
        )
        customers.add_location(tx, id, street="8 Elm Street", place=make.PLACES[3])
        customers.add_contact(tx, id, name="Nina", phone="(202) 555-0123")
        tx.get(Customer, id).custom = {"tier": "gold"}
        return id

    return made, office.do(more)


def versions(office: Office, *ids: int) -> Any:
    return office.see(lambda tx: tuple(tx.get(Customer, id).version for id in ids))


def test_duplicates_are_found_in_the_database_until_somebody_says_they_are_not(office: Office) -> None:
    made, other = twins(office)
    pair = office.see(everybody).pairs()[0]
    assert ({pair.first.id, pair.second.id}, pair.reasons) == (
        {made.customer, other},
        ("nearly the same name at one address", "same e-mail"),
    )
    office.do(say_different, other, made.customer)
    assert office.see(everybody).pairs() == ()
    with pytest.raises(Invalid, match="two different"):
        office.do(say_different, other, other)


def test_whoever_is_being_entered_is_compared_with_those_already_there(office: Office) -> None:
    made, other = twins(office)
    found = office.see(alike, name="Carol", phone="202 555 0199")
    assert [(p.second.id, p.reasons) for p in found] == [(other, ("same phone",))]
    found = office.see(alike, name="Carol Custommer", street="1 First Street NW", postal_code="20001", but=other)
    assert [p.second.id for p in found] == [made.customer]
    assert office.see(alike, name="Carol Customer") == ()


def everything(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the log, without versions and search words."""

    def read(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
        found = {}
        for mapper in Table.registry.mappers:
            table = mapper.local_table
            if table.name not in {"event", "operation", "topic", "counter", "task"}:
                columns = [c for c in table.c if c.name not in {"version", "search"}]
                found[table.name] = sorted(tuple(map(repr, row)) for row in tx.session.execute(select(*columns)))
        return found

    return office.see(read)


def test_a_merge_brings_everything_over_and_its_undoing_brings_everything_back(office: Office) -> None:
    made, other = twins(office)
    place = office.see(customers.locations, other)[0].id
    job = make.job(office, make.Made(made.owner, made.ana, made.bo, made.plumbing, made.repair, other, place))
    office.do(add_note, other, "Rings twice")
    office.do(attach, other, name="a.txt", media_type="text/plain", content=b"a")
    before = everything(office)
    done = office.do(merge, made.customer, other, versions=versions(office, made.customer, other))
    assert done.moved == {"attachment.customer_id": 1, "contact.customer_id": 1, "job.customer_id": 1, "location.customer_id": 2,
                          "note.customer_id": 1}  # fmt: skip
    seen = office.see(customer_sheet, made.customer)
    assert (seen.name, seen.phone, seen.notes, seen.custom) == (
        "Carol Customer",
        "+12025550101",
        "Pays cash",
        {"tier": "gold"},
    )
    assert [(c.name, c.phone, c.email, c.role) for c in seen.contacts] == [
        ("Nina", "(202) 555-0123", "", ""),
        ("Caroline Customer", "(202) 555-0199", "", "merged from C1002"),
    ]
    assert [(p.street, p.active, p.jobs, p.notes) for p in seen.places] == [
        ("1 First Street NW", True, 1, "Gate at the back"),
        ("8 Elm Street", True, 0, ""),
        ("1 first st nw", False, 0, "Gate at the back"),
    ]
    assert ([n.text for n in seen.remarks], [f.name for f in seen.files], seen.jobs) == (["Rings twice"], ["a.txt"], 1)
    gone = office.see(customer_sheet, other)
    assert (gone.active, gone.number, gone.merged_into and gone.merged_into.id) == (False, "C1002", made.customer)
    assert [row.id for row in office.see(customers.find, "elm")] == [made.customer]
    assert "Merged in: Caroline Customer (C1002)" in [row.words for row in office.see(history, made.customer).rows]
    office.do(unmerge, other)
    assert everything(office) == before
    assert [row.id for row in office.see(customers.find, "elm")] == [other]
    assert office.see(lambda tx: tx.get(Job, job.job_id).location_id) == place


def test_no_table_with_a_key_to_customers_is_forgotten(office: Office) -> None:
    """One row in every table of the program; afterwards nothing but the merged row itself points at the merged one."""
    made, other = twins(office)
    known = {f"{table.name}.{column.name}" for table, column in pointers("customer")}
    assert {"job.customer_id", "job.bill_to_id", "series.customer_id", "invoice.bill_to_id", "payment.customer_id", "estimate.customer_id",
            "service_order.customer_id", "booking_request.customer_id", "customer.parent_id"} <= known  # fmt: skip

    def fill(tx: Tx) -> None:
        minimal = Minimal(tx)
        minimal.made["customer"] = tx.get(Customer, other)
        for mapper in list(Table.registry.mappers):
            if (
                any(column.table is mapper.local_table for _, column in pointers("customer"))
                and mapper.class_ is not Customer
            ):
                row: Any = minimal.row(mapper.class_)
                for column in (c for t, c in pointers("customer") if t is mapper.local_table):
                    setattr(row, column.name, other)
        sub = customers.add_customer(tx, name="Sub", parent_id=other, bill_to_id=other)
        assert sub

    office.do(fill)
    pointed = set(office.see(pointing_at, "customer", other))
    assert pointed == known - {"customer.merged_into_id"}
    office.do(merge, made.customer, other, versions=versions(office, made.customer, other))
    assert office.see(pointing_at, "customer", other) == {}
    assert set(office.see(pointing_at, "customer", made.customer)) == known
    office.do(unmerge, other)
    assert set(office.see(pointing_at, "customer", other)) == pointed


def test_each_fact_can_be_taken_from_either_side(office: Office) -> None:
    made, other = twins(office)
    office.do(merge, made.customer, other, versions=versions(office, made.customer, other), take=("name", "phone"))
    seen = office.see(customer_sheet, made.customer)
    assert (seen.name, seen.phone, seen.email, seen.number) == (
        "Caroline Customer",
        "(202) 555-0199",
        "carol@example.com",
        "C1001",
    )
    assert [(c.name, c.phone) for c in seen.contacts if c.role] == [("Carol Customer", "+12025550101")]


@pytest.mark.parametrize(
    ("kept", "gone", "parent"),
    [((2, None), (None, None), None), ((None, None), (1, None), None), ((2, None), (9, None), 9)],
)
def test_one_above_the_other_leaves_no_circle(kept: Any, gone: Any, parent: int | None) -> None:
    def facts(above: tuple[int | None, int | None]) -> dict[str, Any]:
        plain = dict.fromkeys(CHOICES, "") | {"custom": {}, "notes": "", "active": True}
        return plain | {"parent_id": above[0], "bill_to_id": above[1]}

    for take in ((), ("parent_id",) if gone[0] else ()):
        new = merged_facts(facts(kept), facts(gone), 1, 2, take)
        assert new["parent_id"] == parent


def test_circles_through_others_are_refused_in_words(office: Office) -> None:
    made = make.small(office)

    def chain(tx: Tx) -> tuple[int, int]:
        top = customers.add_customer(tx, name="Top")
        middle = customers.add_customer(tx, name="Middle", parent_id=top)
        tx.get(Customer, made.customer).parent_id = middle
        return top, middle

    top, _ = office.do(chain)
    with pytest.raises(NotAllowed, match="stand above and below each other"):
        office.do(merge, made.customer, top, versions=versions(office, made.customer, top))


def test_what_cannot_be_merged_says_why(office: Office) -> None:
    made, other = twins(office)
    with pytest.raises(Invalid, match="into itself"):
        office.do(merge, other, other, versions=(1, 1))
    with pytest.raises(Invalid, match="no such fact"):
        office.do(merge, made.customer, other, versions=(1, 1), take=("password",))
    with pytest.raises(Stale, match="Caroline Customer was changed meanwhile"):
        office.do(merge, made.customer, other, versions=(1, 77))
    with pytest.raises(NotAllowed, match="is not merged"):
        office.do(unmerge, other)
    office.do(merge, made.customer, other, versions=versions(office, made.customer, other))
    with pytest.raises(
        NotAllowed, match=r"Caroline Customer was merged into Carol Customer \(C1001\); change that one"
    ):
        office.do(living, other)


def test_undoing_leaves_alone_what_was_changed_since(office: Office) -> None:
    made, other = twins(office)
    office.do(merge, made.customer, other, versions=versions(office, made.customer, other), take=("name",))
    facts = office.see(lambda tx: facts_of(tx.get(Customer, made.customer)))
    office.do(
        edit_customer, made.customer, version=versions(office, made.customer)[0], facts=type(facts)(name="C. Customer")
    )
    contact = office.see(lambda tx: tx.all(select(Contact).where(Contact.name == "Nina"))[0].id)
    someone = office.do(customers.add_customer, name="Someone")
    office.do(lambda tx: setattr(tx.get(Contact, contact), "customer_id", someone))
    office.do(unmerge, other)
    assert office.see(customer_sheet, made.customer).name == "C. Customer"
    assert [c.name for c in office.see(customer_sheet, someone).contacts] == ["Nina"]
    assert len(office.see(customer_sheet, other).places) == 2


def test_a_chain_of_merges_is_undone_from_its_end(office: Office) -> None:
    made, other = twins(office)
    third = office.do(customers.add_customer, name="Third")
    office.do(merge, other, third, versions=versions(office, other, third))
    office.do(merge, made.customer, other, versions=versions(office, made.customer, other))
    assert office.see(customer_sheet, third).merged_into.id == made.customer  # type: ignore[union-attr]
    with pytest.raises(NotAllowed, match="Undo that merge first"):
        office.do(unmerge, third)
    office.do(unmerge, other)
    office.do(unmerge, third)
    assert office.see(customer_sheet, third).merged_into is None


def test_a_pin_goes_to_the_address_that_stays(office: Office) -> None:
    made = make.small(office)

    def two(tx: Tx) -> tuple[int, int]:
        a, b = (customers.add_customer(tx, name=name) for name in ("Ann", "Anne"))
        customers.add_location(tx, a, street="5 Oak Street", postal_code="20001")
        customers.add_location(tx, b, street="5 Oak St", postal_code="20001", place=make.PLACES[4], placed_by="by hand")
        return a, b

    a, b = office.do(two)
    office.do(merge, a, b, versions=(1, 1))
    places = office.see(customer_sheet, a).places
    assert [(p.active, p.place, p.placed_by) for p in places][0] == (True, make.PLACES[4], "by hand")
    office.do(unmerge, b)
    assert office.see(lambda tx: [row.lat for row in tx.all(select(Location).where(Location.customer_id == a))]) == [
        None
    ]
    assert made.customer
