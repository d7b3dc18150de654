"""The price book: services, materials and charges, with the skills that services need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fieldoffice.models.catalog import CatalogItem, ItemSkill, TaxRate
from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx


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


def add_skill(tx: Tx, name: str, *, certified: bool = False) -> int:
    """A skill that services may need; with `certified`, providers have it until a certificate expires."""
    tx.require(Right.EDIT_CATALOG)
    if not name.strip():
        raise Invalid(name="Please name the skill.")
    return tx.add(Skill(name=name.strip(), certified=certified)).id


def add_tax_rate(tx: Tx, name: str, ppm: int, *, valid_from: date, region: str = "") -> int:
    """A tax rate in parts per million (60000 is 6 %)."""
    tx.require(Right.EDIT_CATALOG)
    if not 0 <= ppm <= 1_000_000:
        raise Invalid(rate="A tax rate lies between 0 and 100 %.")
    return tx.add(TaxRate(name=name, ppm=ppm, region=region, valid_from=valid_from)).id


def add_item(tx: Tx, *, kind: str, code: str, name: str, price_cents: int, duration_s: int = 0, tax_rate_id: int | None = None,
             outdoor: bool = False, buffer_s: int = 0, bookable: str = "no", skill_ids: Sequence[int] = ()) -> int:  # fmt: skip
    """A new entry of the price book."""
    tx.require(Right.EDIT_CATALOG)
    wrong: dict[str, str] = {}
    if kind not in {"service", "material", "charge"}:
        wrong["kind"] = "An item is a service, a material or a charge."
    if not name.strip():
        wrong["name"] = "Please name the item."
    if price_cents < 0:
        wrong["price"] = "A price is not negative."
    if kind == "service" and duration_s <= 0:
        wrong["duration"] = "A service takes some time."
    if wrong:
        raise Invalid(**wrong)
    item = tx.add(CatalogItem(kind=kind, code=code, name=name.strip(), price_cents=price_cents, duration_s=duration_s,
                              tax_rate_id=tax_rate_id, outdoor=outdoor, buffer_s=buffer_s, bookable=bookable))  # fmt: skip
    tx.session.add_all(ItemSkill(item_id=item.id, skill_id=id) for id in skill_ids)
    return item.id


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
                         tuple(skills.get(i.id, ()))) for i, ppm in rows)  # fmt: skip


def _skills(tx: Tx) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for item_id, name in tx.session.execute(
        select(ItemSkill.item_id, Skill.name).join(Skill, Skill.id == ItemSkill.skill_id)
    ):
        found.setdefault(item_id, []).append(name)
    return found
