"""Which tax a line bears: by the item's tax, the place of the work, the day, and the customer's certificates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from fieldoffice.models.billing import TaxExemption
from fieldoffice.models.catalog import CatalogItem, TaxRate
from fieldoffice.office import Tx
from fieldoffice.services.books.reckoning import TaxKey

NO_TAX: TaxKey = ("", 0)
EXEMPT = " (exempt)"


class Taxes:
    """The taxes for one customer at one place on one day; made once for all lines of a paper.

    An item names a tax (by the name of its rate). Of the rates of that name that hold on the day, the one for the place's
    region holds, else the one for everywhere. A place in another region than all of them is not taxed.
    """

    def __init__(self, tx: Tx, customer_ids: Iterable[int], region: str, on: date) -> None:
        self._region = region.strip().casefold()
        rates = tx.all(select(TaxRate).order_by(TaxRate.valid_from.desc(), TaxRate.id))
        self._named = {rate.id: rate.name for rate in rates}
        self._held = [rate for rate in rates if rate.valid_from <= on and (rate.valid_to is None or on <= rate.valid_to)]
        free = select(TaxExemption).where(TaxExemption.customer_id.in_(set(customer_ids)), TaxExemption.valid_from <= on)
        self._free = {row.tax_name for row in tx.all(free) if row.valid_to is None or on <= row.valid_to}
        self._items: dict[int, int | None] = dict(tx.session.execute(select(CatalogItem.id, CatalogItem.tax_rate_id)).all())

    def of_item(self, item_id: int | None) -> TaxKey:
        """The name and rate for an item; none for what is not in the price book or is not taxed."""
        rate_id = self._items.get(item_id) if item_id is not None else None
        return NO_TAX if rate_id is None else self._freed(self._rate(self._named[rate_id]))

    def again(self, item_id: int | None, written: TaxKey) -> TaxKey:
        """The tax of a line that was written before: the one by the item's name follows the day and the place, any other
        stays as it was written. Certificates free from either."""
        rate_id = self._items.get(item_id) if item_id is not None else None
        name = written[0].removesuffix(EXEMPT)
        return self.of_item(item_id) if rate_id is not None and name == self._named[rate_id] else self._freed(written)

    def _rate(self, name: str) -> TaxKey:
        mine = [rate for rate in self._held if rate.name == name]
        near = [rate for rate in mine if rate.region and rate.region.strip().casefold() == self._region]
        wide = [rate for rate in mine if not rate.region or not self._region]
        chosen = next(iter(near or wide), None)
        return (name, chosen.ppm) if chosen else NO_TAX

    def _freed(self, tax: TaxKey) -> TaxKey:
        name, ppm = tax
        return (f"{name}{EXEMPT}", 0) if ppm and self._free & {"", name} else tax
