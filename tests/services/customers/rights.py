"""The customers' part of the matrix of rights: every service of the package, the right it asks for, and a call that does its work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers import adding, finding
from fieldoffice.services.customers.bookings import bookings
from fieldoffice.services.customers.bulk import count_all, look_for_places, selected_rows, set_active
from fieldoffice.services.customers.contacts import ContactFacts, edit_contact, new_contact, remove_contact
from fieldoffice.services.customers.duplicates import alike, everybody, say_different
from fieldoffice.services.customers.editing import CustomerFacts, edit_customer, new_customer, switch_customer
from fieldoffice.services.customers.filtering import Filter
from fieldoffice.services.customers.history import history
from fieldoffice.services.customers.listing import customer_page, ids_at, rows_of
from fieldoffice.services.customers.merging import merge, unmerge
from fieldoffice.services.customers.papers import add_note, attach, detach
from fieldoffice.services.customers.places import PlaceFacts, edit_place, new_place, pin_place, switch_place
from fieldoffice.services.customers.profile import customer_of, customer_sheet, files, place_row, places
from fieldoffice.services.customers.selection import Selection, count_selected, selected_ids
from tests import make

LOOK, EDIT = Right.LOOK, Right.EDIT_CUSTOMERS
Call = Callable[[Tx, Any], object]


def _version(tx: Tx, id: int) -> int:
    return tx.get(Customer, id).version


def _contact(tx: Tx, s: Any) -> int:
    """A contact to work on, made past the services so that it stands for every role."""
    return tx.add(Contact(customer_id=s.made.customer, name="Nina")).id


def _other(tx: Tx) -> Customer:
    return tx.add(Customer(number="X1", name="Other", created_at=tx.now))


def _bare(tx: Tx, s: Any) -> int:
    return tx.add(Location(customer_id=s.made.customer, street="9 Bare Street")).id


def _file(tx: Tx, s: Any) -> int:
    from fieldoffice.models.files import Attachment
    from fieldoffice.services.jobs.files import keep

    row = Attachment(blob_id=keep(tx, b"z"), customer_id=s.made.customer, name="z", media_type="text/plain", by_name="", created_at=tx.now)
    return tx.add(row).id


def _merge(tx: Tx, s: Any) -> object:
    return merge(tx, s.made.customer, _other(tx).id, versions=(_version(tx, s.made.customer), 1))


def _unmerge(tx: Tx, s: Any) -> object:
    from dataclasses import replace

    gone, mine = _other(tx), tx.actor
    tx.actor = replace(mine, rights=frozenset(Right))
    merge(tx, s.made.customer, gone.id, versions=(_version(tx, s.made.customer), 1))
    tx.actor = mine
    return unmerge(tx, gone.id)


ONE = lambda s: Selection(frozenset({s.made.customer}))  # noqa: E731
CALLS: dict[str, tuple[Right, Call]] = {
    "adding.add_customer": (EDIT, lambda tx, s: adding.add_customer(tx, name="Nina")),
    "adding.add_contact": (EDIT, lambda tx, s: adding.add_contact(tx, s.made.customer, name="Nina")),
    "adding.add_location": (EDIT, lambda tx, s: adding.add_location(tx, s.made.customer, street="1 A Street")),
    "bookings.bookings": (LOOK, lambda tx, s: bookings(tx, s.made.customer)),
    "bulk.set_active": (EDIT, lambda tx, s: set_active(tx, ONE(s), False)),
    "bulk.look_for_places": (EDIT, lambda tx, s: look_for_places(tx, ONE(s))),
    "bulk.selected_rows": (LOOK, lambda tx, s: selected_rows(tx, ONE(s))),
    "bulk.count_all": (LOOK, lambda tx, s: count_all(tx)),
    "contacts.new_contact": (EDIT, lambda tx, s: new_contact(tx, s.made.customer, ContactFacts("Nina"))),
    "contacts.edit_contact": (EDIT, lambda tx, s: edit_contact(tx, _contact(tx, s), version=1, facts=ContactFacts("N."))),
    "contacts.remove_contact": (EDIT, lambda tx, s: remove_contact(tx, _contact(tx, s), version=1)),
    "duplicates.everybody": (LOOK, lambda tx, s: everybody(tx)),
    "duplicates.alike": (LOOK, lambda tx, s: alike(tx, name="Carol", phone="2025550101")),
    "duplicates.say_different": (EDIT, lambda tx, s: say_different(tx, s.made.customer, _other(tx).id)),
    "editing.new_customer": (EDIT, lambda tx, s: new_customer(tx, CustomerFacts("Nina"))),
    "editing.edit_customer": (EDIT, lambda tx, s: edit_customer(
        tx, s.made.customer, version=_version(tx, s.made.customer), facts=CustomerFacts("Nina"))),
    "editing.switch_customer": (EDIT, lambda tx, s: switch_customer(
        tx, s.made.customer, version=_version(tx, s.made.customer), active=False)),
    "finding.find": (LOOK, lambda tx, s: finding.find(tx)),
    "finding.customer_row": (LOOK, lambda tx, s: finding.customer_row(tx, s.made.customer)),
    "finding.locations": (LOOK, lambda tx, s: finding.locations(tx, s.made.customer)),
    "history.history": (LOOK, lambda tx, s: history(tx, s.made.customer)),
    "listing.customer_page": (LOOK, lambda tx, s: customer_page(tx, Filter())),
    "listing.ids_at": (LOOK, lambda tx, s: ids_at(tx, Filter(), ((0, 0),))),
    "listing.rows_of": (LOOK, lambda tx, s: rows_of(tx, [s.made.customer])),
    "merging.merge": (EDIT, _merge),
    "merging.unmerge": (EDIT, _unmerge),
    "papers.add_note": (EDIT, lambda tx, s: add_note(tx, s.made.customer, "a note")),
    "papers.attach": (EDIT, lambda tx, s: attach(tx, s.made.customer, name="b", media_type="text/plain", content=b"b")),
    "papers.detach": (EDIT, lambda tx, s: detach(tx, _file(tx, s))),
    "places.new_place": (EDIT, lambda tx, s: new_place(tx, s.made.customer, PlaceFacts("1 A Street"))),
    "places.edit_place": (EDIT, lambda tx, s: edit_place(tx, _bare(tx, s), version=1, facts=PlaceFacts("1 A Street"))),
    "places.pin_place": (EDIT, lambda tx, s: pin_place(tx, _bare(tx, s), version=1, place=make.DEPOT)),
    "places.switch_place": (EDIT, lambda tx, s: switch_place(tx, _bare(tx, s), version=1, active=False)),
    "profile.customer_sheet": (LOOK, lambda tx, s: customer_sheet(tx, s.made.customer)),
    "profile.customer_of": (LOOK, lambda tx, s: customer_of(tx, "location", s.made.location)),
    "profile.place_row": (LOOK, lambda tx, s: place_row(tx, tx.get(Location, s.made.location))),
    "profile.places": (LOOK, lambda tx, s: places(tx, s.made.customer)),
    "profile.files": (LOOK, lambda tx, s: files(tx, s.made.customer)),
    "selection.count_selected": (LOOK, lambda tx, s: count_selected(tx, ONE(s))),
    "selection.selected_ids": (LOOK, lambda tx, s: selected_ids(tx, ONE(s))),
}  # fmt: skip
"""Names as in `fieldoffice.services.customers`; `s.made` is the small company."""
INSIDE = {
    "bulk.tell_each", "checking.family_problems", "editing.living", "editing.tell_changes", "filtering.conditions",
    "repointing.pointing_at", "repointing.repoint", "sameplaces.joined_places", "sameplaces.parted_places",
    "searching.refresh_all", "secrecy.kept", "secrecy.shown",
}  # fmt: skip
"""Parts of services; no front end calls them."""
