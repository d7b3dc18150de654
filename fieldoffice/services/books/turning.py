"""Taking something back: counter-items in the ledger, and the entry turned round. What was there stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.books import Allocation, ArItem, ItemKind, JournalEntry
from fieldoffice.office import Tx
from fieldoffice.services.books.journal import reverse_entry
from fieldoffice.services.books.ledger import free, one_item, write_allocation


def take_back(tx: Tx, items: Sequence[ArItem], kind: ItemKind, on: date, words: str, *,
              instead: Mapping[str, str] | None = None) -> list[ArItem]:  # fmt: skip
    """The counter-items of all the items of one entry, with that entry turned round; each pair settles itself. `instead` names
    accounts that stand for others by now."""
    for item in items:
        free(tx, item.id, on)
    entry = reverse_entry(tx, tx.get(JournalEntry, items[0].entry_id), kind.value, on, words, instead=instead)
    backs: list[ArItem] = []
    for item in items:
        back = tx.add(ArItem(kind=kind.value, number=item.number, customer_id=item.customer_id, bill_to_id=item.bill_to_id,
                             invoice_id=item.invoice_id, payment_id=item.payment_id, reverses_id=item.id, entry_id=entry.id,
                             on_date=on, due_on=on, amount_cents=-item.amount_cents))  # fmt: skip
        source, target = (back, item) if back.amount_cents < 0 else (item, back)
        write_allocation(tx, one_item(tx, source.id), one_item(tx, target.id), abs(item.amount_cents), on)
        backs.append(back)
    return backs


def allocated(tx: Tx, item_id: int) -> bool:
    """Whether anything settles this item, or is settled by it, now."""
    pairs = select(func.sum(Allocation.amount_cents)).where((Allocation.source_id == item_id) | (Allocation.target_id == item_id))
    return any(tx.all(pairs.group_by(Allocation.source_id, Allocation.target_id)))
