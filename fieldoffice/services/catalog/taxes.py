"""Tax rates with the days from and to which they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.catalog import CatalogItem, TaxRate
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper

WHOLE_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """A rate in parts per million (60000 is 6 %) that holds from one civil day to another, both included."""

    name: str
    ppm: int
    valid_from: date
    valid_to: date | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A tax rate and how many active items of the price book take it."""

    id: int
    version: int
    facts: TaxFacts
    items: int

    def state(self, today: date) -> str:
        """ "ahead", "holds" or "over"."""
        if today < self.facts.valid_from:
            return "ahead"
        return "over" if self.facts.valid_to is not None and self.facts.valid_to < today else "holds"


def add_tax_rate(tx: Tx, name: str, ppm: int, *, valid_from: date, region: str = "") -> int:
    """A tax rate in parts per million (60000 is 6 %)."""
    return new_tax_rate(tx, TaxFacts(name, ppm, valid_from, region=region)).value


def new_tax_rate(tx: Tx, facts: TaxFacts) -> Edit:
    """Like `add_tax_rate`, and can be undone; the answer's value is the id."""
    tx.require(Right.EDIT_CATALOG)
    _check(facts)
    _refuse_double(tx, facts)
    keep = Keeper(tx)
    row = tx.add(TaxRate(**_columns(facts)))
    keep.new(row)
    tx.event("tax_rate.added", row, note=row.name, after=_logged(facts))
    return keep.edit(row.id)


def edit_tax_rate(tx: Tx, rate_id: int, facts: TaxFacts, *, version: int) -> Edit:
    """Change a rate; lines of jobs keep the tax that they were written with."""
    tx.require(Right.EDIT_CATALOG)
    _check(facts)
    _refuse_double(tx, facts, but=rate_id)
    row, keep = tx.get(TaxRate, rate_id, version=version), Keeper(tx)
    was = facts_of(row)
    keep.before(row)
    for name, value in _columns(facts).items():
        setattr(row, name, value)
    if facts_of(row) != was:
        tx.event("tax_rate.edited", row, note=row.name, before=_logged(was), after=_logged(facts_of(row)))
    return keep.edit(rate_id)


def drop_tax_rate(tx: Tx, rate_id: int, *, version: int) -> Edit:
    """Remove a rate that no item takes."""
    tx.require(Right.EDIT_CATALOG)
    row, keep = tx.get(TaxRate, rate_id, version=version), Keeper(tx)
    n = tx.session.scalar(select(func.count()).where(CatalogItem.tax_rate_id == rate_id)) or 0
    if n:
        words = f"{row.name} is the tax of {n} {'item' if n == 1 else 'items'} of the price book, so it stays."
        raise NotAllowed(words, key="in_use", items=n)
    keep.gone(row)
    tx.event("tax_rate.removed", row, note=row.name, before=_logged(facts_of(row)))
    tx.session.delete(row)
    return keep.edit(rate_id)


def take_over(tx: Tx, rate_id: int, from_id: int) -> Edit:
    """All items that took one rate take another from now on; the answer's value is how many."""
    tx.require(Right.EDIT_CATALOG)
    rate, keep = tx.get(TaxRate, rate_id), Keeper(tx)
    items = tx.all(select(CatalogItem).where(CatalogItem.tax_rate_id == from_id).order_by(CatalogItem.id).with_for_update())
    for item in items:
        keep.before(item)
        item.tax_rate_id = rate_id
    if items:
        tx.event("tax_rate.took_over", rate, note=rate.name, after={"from": from_id, "items": [item.id for item in items]})
    return keep.edit(len(items))


def tax_rates(tx: Tx) -> tuple[TaxRow, ...]:
    """All rates by name, region and first day."""
    tx.require(Right.LOOK)
    used = select(CatalogItem.tax_rate_id, func.count()).where(CatalogItem.active).group_by(CatalogItem.tax_rate_id)
    counts: Mapping[int | None, int] = {id: n for id, n in tx.session.execute(used)}
    order = (TaxRate.name, TaxRate.region, TaxRate.valid_from, TaxRate.id)
    return tuple(TaxRow(r.id, r.version, facts_of(r), counts.get(r.id, 0)) for r in tx.all(select(TaxRate).order_by(*order)))


def facts_of(row: TaxRate) -> TaxFacts:
    return TaxFacts(row.name, row.ppm, row.valid_from, row.valid_to, row.region)


def _check(facts: TaxFacts) -> None:
    wrong: dict[str, str] = {}
    if not facts.name.strip():
        wrong["name"] = "Please name the tax."
    if not 0 <= facts.ppm <= WHOLE_PPM:
        wrong["rate"] = "A tax rate lies between 0 and 100 %."
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        wrong["valid_to"] = "The last day lies before the first."
    if wrong:
        raise Invalid(**wrong)


def _refuse_double(tx: Tx, facts: TaxFacts, *, but: int = 0) -> None:
    """Of one tax in one region, one rate holds on a day."""
    same = select(TaxRate).where(TaxRate.id != but, func.lower(TaxRate.name) == facts.name.strip().lower(),
                                 func.lower(TaxRate.region) == facts.region.strip().lower())  # fmt: skip
    for other in tx.all(same):
        first = max(other.valid_from, facts.valid_from)
        if first <= min(other.valid_to or date.max, facts.valid_to or date.max):
            until = f" to {_day(other.valid_to)}" if other.valid_to else ""
            raise Invalid(valid_from=f"{other.name} holds from {_day(other.valid_from)}{until} already: end that rate first.")


def _columns(facts: TaxFacts) -> dict[str, Any]:
    return {"name": facts.name.strip(), "ppm": facts.ppm, "region": facts.region.strip(), "valid_from": facts.valid_from,
            "valid_to": facts.valid_to}  # fmt: skip


def _logged(facts: TaxFacts) -> dict[str, Any]:
    days = {"valid_from": facts.valid_from.isoformat(), "valid_to": facts.valid_to and facts.valid_to.isoformat()}
    return {"name": facts.name, "ppm": facts.ppm, "region": facts.region, **days}


def _day(on: date) -> str:
    return f"{on:%b} {on.day} {on.year}"
