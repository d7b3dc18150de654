"""Changing a customer: its facts, who pays for it, whether it is in use; each change can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services import fields
from fieldoffice.services.access import masked
from fieldoffice.services.customers.checking import CHANNELS, customer_problems, family_problems, refuse
from fieldoffice.services.customers.filtering import UNDONE
from fieldoffice.services.customers.secrecy import kept
from fieldoffice.services.edits import Edit, Keeper

WORDS: Mapping[str, str] = {
    "email": "e-mail", "parent_id": "customer above", "bill_to_id": "who pays", "channel": "messages by",
    "requests_allowed": "online requests",
}  # fmt: skip
"""What the log calls a field where its name is no word of a dispatcher."""


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What the form of a customer holds."""

    name: str
    kind: str = "residential"
    email: str = ""
    phone: str = ""
    channel: str = "email"
    language: str = "en"
    notes: str = ""
    parent_id: int | None = None
    bill_to_id: int | None = None
    requests_allowed: bool = True
    custom: dict[str, Any] = field(default_factory=dict[str, Any])


def new_customer(tx: Tx, facts: CustomerFacts) -> Edit:
    """A new customer from its whole form; the value of the edit is its id."""
    tx.require(Right.EDIT_CUSTOMERS)
    _check(tx, 0, facts)
    keep = Keeper(tx)
    row = tx.add(Customer(number=f"C{tx.number('customer')}", created_at=tx.now, **_values(tx, facts, {})))
    keep.new(row)
    tx.event("customer.added", row, customer_id=row.id, note=row.name)
    return keep.edit(row.id)


def edit_customer(tx: Tx, customer_id: int, *, version: int, facts: CustomerFacts) -> Edit:
    """Save the form of a customer; the value of the edit is its id. Stale when somebody saved it since `version`."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = living(tx, customer_id, version)
    _check(tx, customer_id, facts, kept=row.custom)
    keep, before = Keeper(tx), facts_of(row)
    keep.before(row)
    facts = replace(facts, notes=kept(tx, facts.notes, row.notes))
    for name, value in _values(tx, facts, row.custom).items():
        setattr(row, name, value)
    tell_changes(tx, "customer.edited", row, row.id, asdict(before), asdict(facts_of(row)))
    return keep.edit(row.id)


def switch_customer(tx: Tx, customer_id: int, *, version: int, active: bool) -> Edit:
    """Take a customer into use or out of it. Visits that are still owed stay; the edit warns of them."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = living(tx, customer_id, version)
    keep = Keeper(tx)
    keep.before(row)
    row.active = active
    tx.event("customer.activated" if active else "customer.deactivated", row, customer_id=row.id)
    owed = 0 if active else _owed(tx, customer_id)
    words = f"{row.name} still has {owed} open visit{'s' if owed > 1 else ''}."
    return keep.edit(row.id, warnings=(words,) if owed else ())


def facts_of(row: Customer) -> CustomerFacts:
    """The form of a stored customer."""
    return CustomerFacts(row.name, row.kind, row.email, row.phone, row.channel, row.language, row.notes, row.parent_id,
                         row.bill_to_id, row.requests_allowed, dict(row.custom))  # fmt: skip


def living(tx: Tx, customer_id: int, version: int | None = None) -> Customer:
    """The customer, locked; one that was merged into another can no longer be changed."""
    row = tx.get(Customer, customer_id, version=version, lock=True)
    if row.merged_into_id is not None:
        into = tx.get(Customer, row.merged_into_id)
        raise NotAllowed(f"{row.name} was merged into {into.name} ({into.number}); change that one.")
    return row


def tell_changes(tx: Tx, kind: str, row: Any, customer_id: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    """One event that names what changed, with both values; none where nothing did."""
    changed = sorted(name for name in after if before.get(name) != after[name])
    if changed:
        tx.event(kind, row, customer_id=customer_id, before={name: _told(name, before.get(name)) for name in changed},
                 after={name: _told(name, after[name]) for name in changed},
                 note=", ".join(WORDS.get(name, name.replace("_", " ")) for name in changed))  # fmt: skip


def _told(name: str, value: Any) -> Any:
    """A value as the log may keep it: no code that stood in notes."""
    return masked(value) if name == "notes" and isinstance(value, str) else value


def _check(tx: Tx, customer_id: int, facts: CustomerFacts, *, kept: Mapping[str, Any] | None = None) -> None:
    wrong = customer_problems(facts.name, facts.email, facts.phone, facts.kind, facts.notes)
    wrong |= family_problems(tx, customer_id, facts.parent_id, facts.bill_to_id)
    wrong |= fields.problems(tx, "customer", facts.custom, kept=kept)
    if facts.channel not in CHANNELS:
        wrong["channel"] = "Messages go by e-mail or by SMS."
    refuse(wrong)


def _values(tx: Tx, facts: CustomerFacts, kept: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(facts).items()}
    return values | {"custom": fields.checked(tx, "customer", facts.custom, kept=kept)}


def _owed(tx: Tx, customer_id: int) -> int:
    query = select(func.count()).select_from(Appointment).join(Job, Job.id == Appointment.job_id)
    mine = (Job.customer_id == customer_id, Job.cancelled_at.is_(None), Appointment.state.in_(UNDONE))
    return int(tx.session.scalar(query.where(*mine)) or 0)
