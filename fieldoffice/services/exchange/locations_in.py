"""Further addresses of customers that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldoffice.models.customer import Location
from fieldoffice.office import Tx
from fieldoffice.services.customers.searching import refresh
from fieldoffice.services.exchange.cells import Ways
from fieldoffice.services.exchange.customers_in import location_values, place_edit
from fieldoffice.services.exchange.drafts import Does, Draft, Outcome, Plan
from fieldoffice.services.exchange.households import PLACE_FIELDS, complete
from fieldoffice.services.exchange.known import Customers, Known, place_key
from fieldoffice.services.exchange.ledger import Edited, Ledger

TOPICS = ("customer", "location")


@dataclass
class Decided:
    """What an import of locations will do."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    new: list[tuple[int, dict[str, Any]]] = field(default_factory=list[tuple[int, dict[str, Any]]])
    edits: list[tuple[int, Edited]] = field(default_factory=list[tuple[int, Edited]])


def decide(tx: Tx, drafts: Sequence[Draft], plan: Plan, ways: Ways) -> Decided:
    """What happens with each row. Only looks."""
    known, done = Customers(tx, ways, people=False), Decided()
    above: dict[tuple[int, str, str], int] = {}
    for draft in drafts:
        done.outcomes.append(_row(draft, known, done, plan, above))
    return done


def _row(draft: Draft, known: Customers, done: Decided, plan: Plan, above: dict[tuple[int, str, str], int]) -> Outcome:
    values = draft.values
    place = complete(draft, {name: values[key] for key, name in PLACE_FIELDS.items() if key in values})
    customer = find_customer(known, values)
    if place is None:
        draft.refuse("Street", "Please give the street and number.")
    if customer is None:
        draft.refuse("Customer", no_customer(values))
    if draft.wrong or place is None or customer is None:
        return Outcome(draft.line, Does.ERROR, values.get("street", ""), draft.wrong, draft.column)
    place |= {"kind": values.get("place_kind", "service")} | ({"active": values["active"]} if "active" in values else {})
    title = f"{customer.values['name']}: {place['street']}"
    mark = (customer.id, place["kind"], place_key(place["street"], place.get("postal_code", ""), place.get("city", "")))
    line = above.setdefault(mark, draft.line)
    if line != draft.line:
        return Outcome(draft.line, Does.SKIP, title, f"Same address as line {line}.")
    old = next((p for p in customer.places if (customer.id, p.kind, p.key) == mark), None)
    if old is None or plan.twins == "add":
        done.new.append((customer.id, place))
        return Outcome(draft.line, Does.ADD, title)
    if plan.twins == "skip":
        return Outcome(draft.line, Does.SKIP, title, "This address is there already.")
    edit = place_edit(old, {k: v for k, v in place.items() if k in old.values})
    if edit is None:
        return Outcome(draft.line, Does.SAME, title, "This address is there already.")
    done.edits.append((customer.id, edit))
    return Outcome(draft.line, Does.CHANGE, title, f"Changes: {', '.join(edit.after)}.".replace("_", " "))


def find_customer(known: Customers, values: dict[str, Any]) -> Known | None:
    """The customer that a row names: by number, e-mail or name, else by the e-mail or phone beside it."""
    named = values.get("customer", "")
    if named and (found := known.named(named)):
        return found
    candidates = [*values.get("customer_email", ()), *values.get("customer_phone", ())]
    if not named or candidates:
        twin = known.twin("", values.get("customer_email", ()), values.get("customer_phone", ()), "", ())
        return twin[0] if twin else None
    return None


def no_customer(values: dict[str, Any]) -> str:
    """Why no customer was found, in words."""
    named = values.get("customer") or ", ".join(values.get("customer_email", ()))
    return f"There is no customer “{named}”, or more than one." if named else "Please name the customer."


def write(tx: Tx, ledger: Ledger, decided: Decided, ways: Ways) -> list[int]:
    """Store what was decided; returns the ids of new addresses without coordinates."""
    rows = [location_values(place, customer, ways.country) for customer, place in decided.new]
    ids = ledger.insert(Location, rows, step=True)
    ledger.update(Location, [edit for _, edit in decided.edits])
    for id, values in zip(ids, rows, strict=True):
        ledger.event("customer.location_added", "customer", values["customer_id"], customer_id=values["customer_id"],
                     note=values["street"], after={"location": id})  # fmt: skip
    for customer, edit in decided.edits:
        ledger.event("customer.location_edited", "customer", customer, customer_id=customer, note="import", before=edit.before,
                     after=edit.after)  # fmt: skip
    if touched := {customer for customer, _ in (*decided.new, *decided.edits)}:
        refresh(tx.session.connection(), touched)
        tx.ring("customer")
    return [id for id, row in zip(ids, rows, strict=True) if row["lat"] is None and row["kind"] != "billing"]
