"""What came in, before it is booked: by whom, how much, how, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Tx

METHODS: Mapping[str, str] = {"check": "Check", "cash": "Cash", "card": "Card", "bank": "Bank transfer"}
MOST_CENTS = 10**12


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came in. `parts` says which items it settles, by id and cents; None: the oldest due first."""

    customer_id: int
    amount_cents: int
    method: str
    received_on: date
    reference: str = ""
    notes: str = ""
    parts: tuple[tuple[int, int], ...] | None = None


def check_receipt(tx: Tx, receipt: Receipt) -> None:
    """Refuse in words, by the field, what no payment may be."""
    wrong: dict[str, str] = {}
    if not 0 < receipt.amount_cents <= MOST_CENTS:
        wrong["amount"] = "Enter an amount above zero."
    if receipt.method not in METHODS:
        wrong["method"] = "Choose how it was paid."
    if receipt.received_on > tx.today:
        wrong["received_on"] = "This day lies ahead."
    if wrong:
        raise Invalid(**wrong)
