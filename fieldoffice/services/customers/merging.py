"""Two customers that are one: everything of the second goes to the first, and nothing is lost.

The merged one keeps its row, its number and all it said of itself, points at the one that stays, and is out of use. What
pointed at it points at the one that stays: every table that has a key to customers, found from the tables themselves. The
entry in the log names each row that moved, so that the merge can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select

from fieldoffice.models.books import Allocation, ArItem
from fieldoffice.models.customer import Contact, Customer
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.duplicates import phone_key
from fieldoffice.services.customers.editing import facts_of, living
from fieldoffice.services.customers.repointing import AT_ONCE, pointing_at, repoint
from fieldoffice.services.customers.sameplaces import joined_places, parted_places
from fieldoffice.services.customers.searching import refresh

CHOICES = ("name", "kind", "email", "phone", "channel", "language", "parent_id", "bill_to_id", "requests_allowed", "custom")
"""Facts of which one side is taken. Notes of both are always kept, and so is what the company's own fields say where the
taken side says nothing."""
ABOVE = ("parent_id", "bill_to_id")
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge, or its undoing, did: how many rows changed sides, by "table.column"."""

    kept_id: int
    merged_id: int
    moved: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def rows(self) -> int:
        return sum(self.moved.values())


def merge(tx: Tx, kept_id: int, merged_id: int, *, versions: tuple[int, int], take: tuple[str, ...] = ()) -> Merged:
    """Merge the second customer into the first; `take` names the facts (of `CHOICES`) in which the second one wins.

    A phone number or e-mail address that is not taken becomes a contact, so that it is still found. An address that both
    have is kept once. Stale when either was saved since its version.
    """
    tx.require(Right.EDIT_CUSTOMERS)
    if kept_id == merged_id:
        raise Invalid(customer="A customer cannot be merged into itself.")
    if set(take) - set(CHOICES):
        raise Invalid(take="There is no such fact to choose.")
    kept, gone = _both(tx, kept_id, merged_id, versions)
    before: dict[str, Facts] = {"kept": _state(kept), "merged": _state(gone)}
    new = merged_facts(before["kept"], before["merged"], kept_id, merged_id, take)
    _check_family(tx, kept, gone, new)
    _set(kept, new)
    contact = _contact(tx, kept, gone, before, new)
    moved = {name: [id for id in ids if (name, id) not in {(f"customer.{above}", kept_id) for above in ABOVE}]
             for name, ids in pointing_at(tx, "customer", merged_id).items()}  # fmt: skip
    counts = repoint(tx, moved, merged_id, kept_id)
    places = joined_places(tx, kept_id, moved.get("location.customer_id", []))
    gone.merged_into_id, gone.active = kept_id, False
    tx.session.flush()
    refresh(tx.session.connection(), [kept_id, merged_id])
    after: Facts = {"kept": kept_id, "merged": merged_id, "moved": moved, "places": places, "contact": contact,
                    "kept_version": kept.version, "take": list(take)}  # fmt: skip
    tx.event("customer.merged", kept, customer_id=kept_id, note=f"{gone.name} ({gone.number})", before=before, after=after)
    tx.event("customer.merged_away", gone, customer_id=merged_id, note=f"{kept.name} ({kept.number})")
    return Merged(kept_id, merged_id, {name: n for name, n in counts.items() if n})


def unmerge(tx: Tx, merged_id: int) -> Merged:
    """Undo a merge: what came over goes back, unless it was given to somebody else since.

    Facts of the customer that stayed go back too, unless somebody changed them since. Refused once money of the one settles
    what the other owes.
    """
    tx.require(Right.EDIT_CUSTOMERS)
    gone = tx.get(Customer, merged_id, lock=True)
    if gone.merged_into_id is None:
        raise NotAllowed(f"{gone.name} is not merged into anybody.")
    kept = tx.get(Customer, gone.merged_into_id, lock=True)
    done = _event_of(tx, kept, gone)
    after: Facts = done.after
    if kept.version == after["kept_version"]:
        _set(kept, done.before["kept"])
    _refuse_settled_across(tx, set(after["moved"].get("ar_item.bill_to_id", ())))
    parted_places(tx, after["places"])
    back = repoint(tx, after["moved"], kept.id, merged_id)
    gone.merged_into_id, gone.active = None, bool(done.before["merged"]["active"])
    _drop_contact(tx, after["contact"])
    tx.session.flush()
    refresh(tx.session.connection(), [kept.id, merged_id])
    for one, other in ((kept, gone), (gone, kept)):
        tx.event("customer.unmerged", one, customer_id=one.id, note=f"{other.name} ({other.number})", after={"of": done.id})
    return Merged(kept.id, merged_id, {name: n for name, n in back.items() if n})


def _refuse_settled_across(tx: Tx, mine: set[int]) -> None:
    """Parted customers would each owe something else than their items say."""
    pairs = select(Allocation.source_id, Allocation.target_id).group_by(Allocation.source_id, Allocation.target_id)
    open_pairs = pairs.having(func.sum(Allocation.amount_cents) != 0)
    ids = sorted(mine)
    for n in range(0, len(ids), AT_ONCE):
        few = ids[n : n + AT_ONCE]
        for source, target in tx.session.execute(open_pairs.where(or_(Allocation.source_id.in_(few), Allocation.target_id.in_(few)))):
            if (source in mine) != (target in mine):
                number = tx.get(ArItem, source).number
                raise NotAllowed(f"Since then {number} settles a bill of the other one. Take that back first.", key="settled_across")


def merged_facts(kept: Facts, gone: Facts, kept_id: int, gone_id: int, take: tuple[str, ...]) -> Facts:
    """What the customer that stays says of itself after a merge: pure, for the page that shows it beforehand too."""
    new = {name: (gone if name in take else kept)[name] for name in CHOICES}
    for name in ABOVE:  # where one stood above the other, whoever stood above both takes that place
        if new[name] in (kept_id, gone_id):
            higher = (gone if new[name] == gone_id else kept)[name]
            new[name] = None if higher in (kept_id, gone_id) else higher
    for name in ("email", "phone"):
        new[name] = new[name] or kept[name] or gone[name]
    first, second = (gone, kept) if "custom" in take else (kept, gone)
    new["custom"] = {**second["custom"], **first["custom"]}
    notes = (kept["notes"].strip(), gone["notes"].strip())
    new["notes"] = "\n".join(dict.fromkeys(part for part in notes if part))
    new["active"] = kept["active"] or gone["active"]
    return new


def _both(tx: Tx, kept_id: int, merged_id: int, versions: tuple[int, int]) -> tuple[Customer, Customer]:
    """Both rows, locked by id so that two desks cannot wait for each other."""
    asked = dict(zip((kept_id, merged_id), versions, strict=True))
    rows = {id: living(tx, id) for id in sorted(asked)}
    for id, row in rows.items():
        if row.version != asked[id]:
            raise Stale(f"{row.name} was changed meanwhile. Look at both again before you merge them.")
    return rows[kept_id], rows[merged_id]


def _state(row: Customer) -> Facts:
    facts = facts_of(row)
    return {name: getattr(facts, name) for name in (*CHOICES, "notes")} | {"active": row.active}


def _set(row: Customer, values: Facts) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _check_family(tx: Tx, kept: Customer, gone: Customer, new: Facts) -> None:
    """Refuse where the customer that stays would come to stand above itself."""
    for name in ABOVE:
        seen, above = {kept.id, gone.id}, new[name]
        while above is not None:
            if above in seen:
                raise NotAllowed(f"{kept.name} and {gone.name} stand above and below each other through others. Untie them first.")
            seen.add(above)
            above = getattr(tx.get(Customer, above), name)


def _contact(tx: Tx, kept: Customer, gone: Customer, before: dict[str, Facts], new: Facts) -> int:
    """A contact with the phone and e-mail that the facts no longer say; its id, 0 where none is needed."""
    sides = (before["kept"], before["merged"])
    email = next((s["email"] for s in sides if s["email"] and s["email"].casefold() != new["email"].casefold()), "")
    phone = next((s["phone"] for s in sides if s["phone"] and phone_key(s["phone"]) != phone_key(new["phone"])), "")
    if not (email or phone):
        return 0
    other = before["merged"] if new["name"] == before["kept"]["name"] else before["kept"]
    return tx.add(Contact(customer_id=kept.id, name=other["name"], role=f"merged from {gone.number}", email=email, phone=phone)).id


def _drop_contact(tx: Tx, contact_id: int) -> None:
    """The contact that the merge made, unless somebody changed it since."""
    row = tx.session.get(Contact, contact_id) if contact_id else None
    if row is not None and row.version == 1:
        tx.session.delete(row)


def _event_of(tx: Tx, kept: Customer, gone: Customer) -> Event:
    """The entry of the merge that brought `gone` where it is now."""
    query = select(Event).where(Event.entity == "customer", Event.entity_id == kept.id, Event.kind == "customer.merged")
    for event in tx.all(query.order_by(Event.id.desc())):
        if event.after["merged"] == gone.id:
            return event
    raise NotAllowed(f"{gone.name} came to {kept.name} with another customer that was merged. Undo that merge first.")
