"""The people to call at a customer; each change can be undone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from fieldoffice.models.customer import Contact, Customer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.checking import email_problem, refuse, too_long
from fieldoffice.services.customers.editing import living, tell_changes
from fieldoffice.services.edits import Edit, Keeper


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the form of a contact holds."""

    name: str
    role: str = ""
    email: str = ""
    phone: str = ""


def new_contact(tx: Tx, customer_id: int, facts: ContactFacts) -> Edit:
    """One more person to call; the value of the edit is the contact's id."""
    tx.require(Right.EDIT_CUSTOMERS)
    customer = living(tx, customer_id)
    keep = Keeper(tx)
    row = tx.add(Contact(customer_id=customer_id, **_values(facts)))
    keep.new(row)
    tx.event("customer.contact_added", customer, customer_id=customer_id, note=row.name)
    return keep.edit(row.id)


def edit_contact(tx: Tx, contact_id: int, *, version: int, facts: ContactFacts) -> Edit:
    """Save the form of a contact."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(Contact, contact_id, version=version)
    customer, keep, after = tx.get(Customer, row.customer_id), Keeper(tx), _values(facts)
    before = {name: getattr(row, name) for name in after}
    keep.before(row)
    for name, value in after.items():
        setattr(row, name, value)
    tell_changes(tx, "customer.contact_edited", customer, customer.id, before, after)
    return keep.edit(row.id)


def remove_contact(tx: Tx, contact_id: int, *, version: int) -> Edit:
    """Take a contact off its customer."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(Contact, contact_id, version=version)
    customer, keep = tx.get(Customer, row.customer_id), Keeper(tx)
    keep.gone(row)
    tx.event("customer.contact_removed", customer, customer_id=customer.id, note=row.name)
    tx.session.delete(row)
    return keep.edit(contact_id)


def _values(facts: ContactFacts) -> dict[str, str]:
    wrong = too_long(**asdict(facts))
    if not facts.name.strip():
        wrong["name"] = "Please give a name."
    if words := email_problem(facts.email):
        wrong["email"] = words
    refuse(wrong)
    return {name: text.strip() for name, text in asdict(facts).items()}
