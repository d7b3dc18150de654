"""The aged list of receivables beside the bare aggregate in SQL: BENCH_LEDGER rows of the ledger (20,000 unless told)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from fieldoffice import schema
from fieldoffice.models.base import new_public_id
from fieldoffice.models.books import Allocation, ArItem, JournalEntry
from fieldoffice.models.customer import Customer
from fieldoffice.office import Office
from fieldoffice.services.books.aging import aged, aging_strip
from fieldoffice.services.books.aging_items import aged_items
from tests import make
from tests.bench.bench_customers import _beside, _fill, _settle
from tests.bench.bench_office import _folder, _server

Measure = tuple[str, float, str]
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ROWS = int(os.environ.get("BENCH_LEDGER", "20000"))
PAYERS = max(ROWS // 500, 10)
SETTLED = """select item_id, sum(cents) as cents from (
    select target_id as item_id, -amount_cents as cents from allocation where on_date <= '2026-03-02' union all
    select source_id, amount_cents from allocation where on_date <= '2026-03-02') as parts group by item_id"""
OPEN = f"""select i.bill_to_id, i.due_on, i.amount_cents + coalesce(s.cents, 0) as cents
    from ar_item i left join ({SETTLED}) as s on s.item_id = i.id where i.on_date <= '2026-03-02'"""
BARE = f"""select bill_to_id, sum(case when due_on >= '2026-03-02' then cents else 0 end),
    sum(case when due_on < '2026-03-02' and due_on >= '2026-01-31' then cents else 0 end),
    sum(case when due_on < '2026-01-31' and due_on >= '2026-01-01' then cents else 0 end),
    sum(case when due_on < '2026-01-01' and due_on >= '2025-12-02' then cents else 0 end),
    sum(case when due_on < '2025-12-02' then cents else 0 end) from ({OPEN}) as open where cents <> 0 group by bill_to_id"""
SUM = "select bill_to_id, sum(amount_cents) from ar_item where on_date <= '2026-03-02' group by bill_to_id"


def measures() -> Iterator[Measure]:
    """(name, ratio, words): the list beside the bare aggregate into the same buckets; one customer beside its own rows."""
    with _folder() as folder:
        yield from _of("SQLite", f"sqlite:///{folder / 'aging.db'}")
    with _server() as where:
        yield from _of("PostgreSQL", where)


def _of(kind: str, address: str) -> Iterator[Measure]:
    office = Office(address, clock=lambda: NOW)
    schema.upgrade(office.engine)
    make.small(office)
    _fill(office, _rows(office))
    _settle(office)
    payer = office.see(lambda tx: tx.session.scalar(select(Customer.id).where(Customer.number == "C900001")))
    mine = f"select * from ar_item where bill_to_id = {payer}"
    for name, query, plain in (
        (f"first page of {PAYERS:,} payers", lambda tx: aged(tx, TODAY, limit=200), BARE),
        ("by total", lambda tx: aged(tx, TODAY, sort="total", descending=True, limit=200), BARE),
        ("a year ago", lambda tx: aged(tx, TODAY - timedelta(days=365), limit=200), BARE),
        ("bare aggregate", lambda tx: tx.session.connection().execute(text(BARE)).all(), SUM),
        ("strip of one", lambda tx: aging_strip(tx, payer, TODAY), mine),
        ("its items", lambda tx: aged_items(tx, payer, TODAY), mine),
    ):
        yield _beside(office, f"{name}, {kind}", query, plain)
    office.close()


def _rows(office: Office) -> Any:
    """An invoice and its payment by turns over four years; three of a hundred are still open."""
    dice = random.Random(7)
    entry = {"id": 1, "seq": 1, "on_date": TODAY, "kind": "invoice", "memo": "", "override": "", "document": "", "before": "0" * 64,
             "hash": "0" * 64, "by_name": "", "posted_at": NOW}  # fmt: skip
    people = [_payer(1000 + n, n) for n in range(PAYERS)]
    items: list[dict[str, Any]] = []
    settled: list[dict[str, Any]] = []
    for n in range(ROWS // 2):
        payer, cents, on = 1000 + n % PAYERS, dice.randrange(1_000, 100_000), TODAY - timedelta(days=dice.randrange(1, 1_460))
        paid = min(on + timedelta(days=dice.randrange(1, 90)), TODAY)
        items.append(_item(2 * n + 1, "invoice", payer, on, on + timedelta(days=30), cents))
        items.append(_item(2 * n + 2, "payment", payer, paid, paid, -cents))
        if dice.random() < 0.97:
            settled.append({"id": n + 1, "source_id": 2 * n + 2, "target_id": 2 * n + 1, "amount_cents": cents, "on_date": paid,
                            "by_name": "", "created_at": NOW})  # fmt: skip
    return (Customer, people), (JournalEntry, [entry]), (ArItem, items), (Allocation, settled)


def _item(id: int, kind: str, payer: int, on: date, due: date, cents: int) -> dict[str, Any]:
    return {"id": id, "kind": kind, "number": f"{kind[:3].upper()}-{id}", "customer_id": payer, "bill_to_id": payer, "entry_id": 1,
            "on_date": on, "due_on": due, "amount_cents": cents}  # fmt: skip


def _payer(id: int, n: int) -> dict[str, Any]:
    return {"id": id, "public_id": new_public_id(), "number": f"C{900_000 + n}", "name": f"Payer {n}", "email": "", "phone": "",
            "kind": "commercial", "channel": "email", "language": "en", "notes": "", "custom": {}, "active": True, "requests_allowed": True,
            "version": 1, "created_at": NOW, "search": f"payer {n}"}  # fmt: skip


if __name__ == "__main__":
    for measure, ratio, words in measures():
        print(f"{measure:<50} {ratio:>10.2f}   {words}", flush=True)
