"""What the form of a draft offers, and saving it: the price book with the taxes that hold there, addresses, who pays, when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from fieldoffice.models.billing import Invoice
from fieldoffice.models.catalog import TaxRate
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.drafts import DraftFacts, edit_draft, new_sale
from fieldoffice.services.books.reckoning import TaxKey
from fieldoffice.services.books.taxes import Taxes
from fieldoffice.services.books.terms import payer_of, terms_of
from fieldoffice.services.catalog import ItemRow, items
from fieldoffice.services.company.values import setting


@dataclass(frozen=True, slots=True)
class Offered:
    """For one customer, place and day: `taxes` by item, `rates` that a line without an item may bear, `due_on` by its terms."""

    customer_id: int | None
    customer: str
    payer: str
    terms_days: int
    due_on: date
    items: tuple[ItemRow, ...]
    taxes: Mapping[int, TaxKey]
    rates: tuple[TaxKey, ...]
    places: tuple[tuple[int, str], ...]
    rounding: str
    exponent: int
    today: date


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft after it was stored."""

    id: int
    version: int
    total_cents: int


def offered(tx: Tx, customer_id: int | None, location_id: int | None = None, on: date | None = None) -> Offered:
    """What may stand on a draft for a customer (None: not chosen yet) at a place on a day."""
    tx.require(Right.LOOK)
    on, book = on or tx.today, items(tx)
    if customer_id is None:
        days, taxes = int(setting(tx, "money.terms_days")), Taxes(tx, (), "", on)
        return _offered(tx, on, days, book, taxes)
    customer, payer = tx.get(Customer, customer_id), payer_of(tx, customer_id)
    place = tx.session.get(Location, location_id) if location_id else None
    taxes = Taxes(tx, {customer_id, payer}, place.region if place else "", on)
    spots = tx.all(select(Location).where(Location.customer_id == customer_id, Location.active).order_by(Location.id))
    terms = terms_of(tx, payer)
    found = _offered(tx, on, terms.terms_days, book, taxes)
    places = tuple((spot.id, ", ".join(part for part in (spot.street, spot.city) if part)) for spot in spots)
    return replace(found, customer_id=customer_id, customer=customer.name, payer=tx.get(Customer, payer).name, places=places)


def save_draft(tx: Tx, invoice_id: int | None, customer_id: int, facts: DraftFacts, *, version: int = 0) -> Saved:
    """Store a draft: a new sale where there is none yet."""
    tx.require(Right.BILLING)
    if invoice_id is None:
        invoice_id = new_sale(tx, customer_id, facts)
    else:
        edit_draft(tx, invoice_id, facts, version=version)
    draft = tx.get(Invoice, invoice_id)
    return Saved(draft.id, draft.version, draft.total_cents)


def _offered(tx: Tx, on: date, days: int, book: tuple[ItemRow, ...], taxes: Taxes) -> Offered:
    due = on + timedelta(days=days)
    return Offered(None, "", "", days, due, book, {item.id: taxes.of_item(item.id) for item in book}, _rates(tx, on), (),
                   str(setting(tx, "money.rounding")), tx.company.currency_exponent, tx.today)  # fmt: skip


def _rates(tx: Tx, on: date) -> tuple[TaxKey, ...]:
    rates = tx.all(select(TaxRate).order_by(TaxRate.name, TaxRate.ppm))
    return tuple(dict.fromkeys((r.name, r.ppm) for r in rates if r.valid_from <= on and (r.valid_to is None or on <= r.valid_to)))
