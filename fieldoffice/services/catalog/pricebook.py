"""The price book: services, materials and charges, with the skills that services need.

Lines of jobs hold copies of what they were written with, so nothing here ever changes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from fieldoffice.models.catalog import CatalogItem, ItemSkill, TaxRate
from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper

KINDS = ("service", "material", "charge")
BOOKABLE = ("instant", "request", "both", "no")
LONGEST_S = 24 * 3600
DEAREST_CENTS = 10**9
CODE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One entry of the price book."""

    id: int
    kind: str
    code: str
    name: str
    duration_s: int
    price_cents: int
    tax_ppm: int
    outdoor: bool
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What a person can change of an item. Duration, buffer, skills, outdoor and bookable belong to services only."""

    kind: str
    code: str
    name: str
    price_cents: int = 0
    description: str = ""
    duration_s: int = 0
    buffer_s: int = 0
    tax_rate_id: int | None = None
    outdoor: bool = False
    bookable: str = "no"
    skill_ids: tuple[int, ...] = ()
    price_from: bool = False  # customers are told "from"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One entry of the price book as its own page shows it; `tax` is the rate's name, `tax_ppm` its size."""

    id: int
    version: int
    facts: ItemFacts
    active: bool
    position: int
    tax: str
    tax_ppm: int
    tax_over: bool  # the rate no longer holds today, or not yet
    skills: tuple[str, ...]


def add_item(tx: Tx, *, kind: str, code: str, name: str, price_cents: int, duration_s: int = 0, tax_rate_id: int | None = None,
             outdoor: bool = False, buffer_s: int = 0, bookable: str = "no", skill_ids: Sequence[int] = ()) -> int:  # fmt: skip
    """A new entry of the price book."""
    facts = ItemFacts(kind, code, name, price_cents, "", duration_s, buffer_s, tax_rate_id, outdoor, bookable, tuple(skill_ids))
    return new_item(tx, facts).value


def new_item(tx: Tx, facts: ItemFacts) -> Edit:
    """Like `add_item`, and can be undone; the answer's value is the id. It stands last."""
    tx.require(Right.EDIT_CATALOG)
    facts = _checked(tx, facts)
    keep = Keeper(tx)
    last = tx.session.scalar(select(func.max(CatalogItem.position)))
    item = tx.add(CatalogItem(position=0 if last is None else last + 1, **_columns(facts)))
    keep.new(item)
    _need(tx, keep, item.id, facts.skill_ids)
    tx.event("item.added", item, note=item.name, after=_logged(facts))
    return keep.edit(item.id)


def edit_item(tx: Tx, item_id: int, facts: ItemFacts, *, version: int) -> Edit:
    """Change an entry; lines on existing jobs keep their name, price, tax and duration, and jobs the skills they need."""
    tx.require(Right.EDIT_CATALOG)
    facts = _checked(tx, facts, but=item_id)
    item, keep = tx.get(CatalogItem, item_id, version=version), Keeper(tx)
    was = facts_of(item, tx.all(select(ItemSkill.skill_id).where(ItemSkill.item_id == item_id)))
    keep.before(item)
    for name, value in _columns(facts).items():
        setattr(item, name, value)
    if set(was.skill_ids) != set(facts.skill_ids):
        flag_modified(item, "name")  # the skills are part of the item: whoever still holds its former version is told
        _need(tx, keep, item_id, facts.skill_ids)
    before, after = _logged(was), _logged(facts)
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        tx.event("item.edited", item, note=item.name, before={n: before[n] for n in changed}, after={n: after[n] for n in changed})
    return keep.edit(item_id)


def offer_item(tx: Tx, item_id: int, *, version: int, active: bool) -> Edit:
    """Offer an entry on new jobs, or no longer."""
    tx.require(Right.EDIT_CATALOG)
    item, keep = tx.get(CatalogItem, item_id, version=version), Keeper(tx)
    keep.before(item)
    if item.active != active:
        item.active = active
        tx.event("item.offered" if active else "item.retired", item, note=item.name)
    return keep.edit(item_id)


def move_item(tx: Tx, item_id: int, *, before_id: int | None) -> Edit:
    """Let an entry stand right above another one, or last."""
    tx.require(Right.EDIT_CATALOG)
    moved, keep = tx.get(CatalogItem, item_id), Keeper(tx)
    order = tx.all(select(CatalogItem).order_by(CatalogItem.position, CatalogItem.name, CatalogItem.id).with_for_update())
    left = [item for item in order if item.id != item_id]
    n = next((n for n, item in enumerate(left) if item.id == before_id), len(left))
    places = [item.position for item in order]
    places = places if len(set(places)) == len(places) else list(range(len(places)))
    for item, place in zip([*left[:n], moved, *left[n:]], places, strict=True):
        if item.position != place:
            keep.before(item)
            item.position = place
    if keep.rows:
        tx.event("item.moved", moved, note=moved.name)
    return keep.edit(item_id)


def items(tx: Tx, *, kind: str = "", text: str = "") -> tuple[ItemRow, ...]:
    """The active entries, by kind and by words of their name or code."""
    tx.require(Right.LOOK)
    query = (
        select(CatalogItem, TaxRate.ppm)
        .outerjoin(TaxRate, TaxRate.id == CatalogItem.tax_rate_id)
        .where(CatalogItem.active)
    )
    if kind:
        query = query.where(CatalogItem.kind == kind)
    for word in text.split():
        query = query.where(
            CatalogItem.name.icontains(word, autoescape=True) | CatalogItem.code.istartswith(word, autoescape=True)
        )
    rows = tx.session.execute(query.order_by(CatalogItem.position, CatalogItem.name)).all()
    skills = _skills(tx)
    return tuple(ItemRow(i.id, i.kind, i.code, i.name, i.duration_s, i.price_cents, ppm or 0, i.outdoor,
                         tuple(name for _, name in skills.get(i.id, ()))) for i, ppm in rows)  # fmt: skip


def price_book(tx: Tx) -> tuple[ItemLine, ...]:
    """Every entry, those no longer offered too, in the order in which forms offer them."""
    tx.require(Right.LOOK)
    query = select(CatalogItem, TaxRate).outerjoin(TaxRate, TaxRate.id == CatalogItem.tax_rate_id)
    rows = tx.session.execute(query.order_by(CatalogItem.position, CatalogItem.name, CatalogItem.id)).all()
    skills, found = _skills(tx), list[ItemLine]()
    for item, rate in rows:
        needs = skills.get(item.id, [])
        name, ppm, over = _tax(rate, tx.today)
        found.append(ItemLine(item.id, item.version, facts_of(item, [id for id, _ in needs]), item.active, item.position,
                              name, ppm, over, tuple(name for _, name in needs)))  # fmt: skip
    return tuple(found)


def _tax(rate: TaxRate | None, today: date) -> tuple[str, int, bool]:
    """Name and size of a rate, and whether it does not hold today."""
    if rate is None:
        return "", 0, False
    return rate.name, rate.ppm, not rate.valid_from <= today <= (rate.valid_to or today)


def facts_of(item: CatalogItem, skill_ids: Sequence[int]) -> ItemFacts:
    """What a stored entry says."""
    return ItemFacts(item.kind, item.code, item.name, item.price_cents, item.description, item.duration_s, item.buffer_s,
                     item.tax_rate_id, item.outdoor, item.bookable, tuple(skill_ids), item.price_from)  # fmt: skip


def _checked(tx: Tx, facts: ItemFacts, *, but: int = 0) -> ItemFacts:
    """The facts without what does not belong to their kind, or a refusal by the field."""
    facts = replace(facts, code=facts.code.strip(), name=facts.name.strip(), description=facts.description.strip())
    if facts.kind != "service":
        facts = replace(facts, duration_s=0, buffer_s=0, outdoor=False, bookable="no", skill_ids=(), price_from=False)
    wrong = _problems(facts)
    if "code" not in wrong and (other := _same_code(tx, facts.code, but)):
        wrong["code"] = f"The code {facts.code} is taken by {other}."
    if wrong:
        raise Invalid(**wrong)
    return facts


def _problems(facts: ItemFacts) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if facts.kind not in KINDS:
        wrong["kind"] = "An item is a service, a material or a charge."
    if not facts.name:
        wrong["name"] = "Please name the item."
    if not 0 < len(facts.code) <= CODE_LENGTH:
        wrong["code"] = f"A code has between 1 and {CODE_LENGTH} characters."
    if facts.price_cents < 0:
        wrong["price"] = "A price is not negative."
    elif facts.price_cents > DEAREST_CENTS:
        wrong["price"] = "This price is out of bounds."
    if facts.kind == "service" and not 0 < facts.duration_s <= LONGEST_S:
        wrong["duration"] = "A service takes some time, at most 24 hours."
    if not 0 <= facts.buffer_s <= LONGEST_S:
        wrong["buffer"] = "The time after a service is at most 24 hours."
    if facts.bookable not in BOOKABLE:
        wrong["bookable"] = "A service is booked at once, on request, both, or not by customers."
    return wrong


def _same_code(tx: Tx, code: str, but: int) -> str | None:
    return tx.session.scalar(select(CatalogItem.name).where(func.lower(CatalogItem.code) == code.lower(), CatalogItem.id != but))


def _need(tx: Tx, keep: Keeper, item_id: int, skill_ids: Sequence[int]) -> None:
    """The new ones first: SQLite would give them the ids of those that go, and undo knows rows by their ids."""
    there = tx.all(select(ItemSkill).where(ItemSkill.item_id == item_id))
    has = {row.skill_id for row in there}
    for id in dict.fromkeys(skill_ids):
        if id not in has:
            keep.new(tx.add(ItemSkill(item_id=item_id, skill_id=id)))
    for row in there:
        if row.skill_id not in skill_ids:
            keep.gone(row)
            tx.session.delete(row)
    tx.session.flush()


def _columns(facts: ItemFacts) -> dict[str, Any]:
    return {name: value for name, value in asdict(facts).items() if name != "skill_ids"}


def _logged(facts: ItemFacts) -> dict[str, Any]:
    return _columns(facts) | {"skill_ids": sorted(facts.skill_ids)}


def _skills(tx: Tx) -> dict[int, list[tuple[int, str]]]:
    """(id, name) of the skills that each item needs, by name."""
    query = select(ItemSkill.item_id, Skill.id, Skill.name).join(Skill, Skill.id == ItemSkill.skill_id).order_by(Skill.name)
    found: dict[int, list[tuple[int, str]]] = {}
    for item_id, skill_id, name in tx.session.execute(query):
        found.setdefault(item_id, []).append((skill_id, name))
    return found
