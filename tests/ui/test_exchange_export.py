"""Any table as a file: all rows of the filter, the columns in sight in their order, numbers as numbers, nothing evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.exchange.sheets import read_sheet
from fieldoffice.ui.customers.page import CustomersPage
from fieldoffice.ui.exchange.exporting import AT_ONCE, ListExport, attach
from fieldoffice.ui.parts.rows import Column, PagedRows, Rows
from fieldoffice.ui.parts.table import Table
from tests.ui.test_jobs_kit import Stand, standing


@dataclass(frozen=True)
class Thing:
    id: int
    name: str
    cents: int
    at: datetime
    on: date


THINGS = [
    Thing(1, "=Ann", 125_050, datetime(2026, 3, 2, 13, 30, tzinfo=UTC), date(2026, 3, 2)),
    Thing(2, "+Bob", -300, datetime(2026, 7, 2, 13, 30, tzinfo=UTC), date(2026, 7, 2)),
]
COLUMNS: list[Column[Thing]] = [
    Column("id", "No.", lambda t: str(t.id), lambda t: t.id, right=True),
    Column("name", "Name", lambda t: t.name, lambda t: t.name),
    Column("sum", "Sum", lambda t: f"{t.cents / 100:,.2f}", lambda t: t.cents, right=True),
    Column("at", "At", lambda t: f"{t.at:%H:%M}", lambda t: t.at),
    Column("on", "Day", lambda t: f"{t.on:%b %d}", lambda t: t.on),
]


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def written(stand: Stand, export: ListExport, path: Path) -> Path:
    export.write(path)
    stand.qtbot.waitUntil(lambda: path.exists() and not export.working.busy, timeout=30_000)
    return path


def table(stand: Stand) -> Table:
    rows: Rows[Thing] = Rows(COLUMNS)
    made = Table(rows, "Things", memory=stand.desk.memory)
    stand.show(made)
    rows.show(THINGS)
    return made


def test_columns_in_sight_go_out_in_their_order_with_kinds(stand: Stand, tmp_path: Path) -> None:
    made = table(stand)
    made.horizontalHeader().moveSection(4, 0)
    made._set_hidden(0, True)
    export = attach(stand.desk, made, "Things", zone=lambda: ZoneInfo("America/New_York"))
    sheet = load_workbook(written(stand, export, tmp_path / "t.xlsx")).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [
        ["Day", "Name", "Sum", "At"],
        [datetime(2026, 3, 2), "=Ann", 1250.5, datetime(2026, 3, 2, 8, 30)],
        [datetime(2026, 7, 2), "+Bob", -3, datetime(2026, 7, 2, 9, 30)],
    ]
    assert {cell.data_type for cell in sheet["B"]} == {"s"}
    text = written(stand, export, tmp_path / "t.csv").read_text("utf-8-sig")
    assert text.splitlines()[1] == "2026-03-02,'=Ann,1250.50,2026-03-02 08:30"
    assert stand.toasts[-1].words == "2 rows written to t.csv"


def test_the_action_asks_for_a_name_and_takes_one_without_an_ending(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = table(stand)
    export = attach(stand.desk, made, "Things")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / "named"), ""))
    made.calls["export_list"].trigger()
    stand.qtbot.waitUntil(lambda: (tmp_path / "named.xlsx").exists() and not export.working.busy, timeout=30_000)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: ("", ""))
    made.calls["export_list"].trigger()
    assert not export.working.busy


def test_all_rows_of_a_long_list_go_out_in_its_order_not_only_those_read(stand: Stand, tmp_path: Path) -> None:
    everything = [Thing(n, f"Thing {n}", n, THINGS[0].at, THINGS[0].on) for n in range(AT_ONCE * 2 + 7)]
    asked: list[tuple[Any, ...]] = []

    def fetch(offset: int, limit: int, by: str, down: bool, give: Any) -> None:
        asked.append((offset, limit, by, down))
        found: Sequence[Thing] = sorted(everything, key=lambda t: t.id, reverse=down)
        give(len(found), found[offset : offset + limit])

    rows: PagedRows[Thing] = PagedRows(COLUMNS, fetch)
    made = Table(rows, "Things")
    stand.show(made)
    rows.reload()
    made.sortByColumn(0, made.horizontalHeader().sortIndicatorOrder().__class__.DescendingOrder)
    asked.clear()
    sheet = read_sheet(written(stand, ListExport(stand.desk, made, "Things"), tmp_path / "t.csv"))
    assert [int(line.cells[0]) for line in sheet.lines] == [t.id for t in reversed(everything)]
    assert asked == [(0, AT_ONCE, "id", True), (AT_ONCE, AT_ONCE, "id", True), (2 * AT_ONCE, AT_ONCE, "id", True)]


def test_an_empty_list_goes_out_with_its_headings(stand: Stand, tmp_path: Path) -> None:
    rows: Rows[Thing] = Rows(COLUMNS)
    made = Table(rows, "Things")
    stand.show(made)
    rows.show([])
    assert read_sheet(written(stand, ListExport(stand.desk, made, "Things"), tmp_path / "t.xlsx")).head == (
        "No.",
        "Name",
        "Sum",
        "At",
        "Day",
    )


def test_a_file_that_cannot_be_written_is_told(stand: Stand, tmp_path: Path) -> None:
    made = table(stand)
    export = ListExport(stand.desk, made, "Things")
    (tmp_path / "folder.csv").mkdir()
    export.write(tmp_path / "folder.csv")
    stand.qtbot.waitUntil(lambda: bool(stand.toasts), timeout=20_000)
    assert "could not be written" in stand.toasts[-1].words


def test_the_list_of_customers_goes_out_as_it_is_filtered(stand: Stand, tmp_path: Path) -> None:
    for n in range(5):
        stand.office.do(customers.add_customer, name=f"Dora {n}")
    page = CustomersPage(stand.desk)
    stand.show(page)
    page.search.setText("dora")
    page.rows.reload()
    stand.wait()
    sheet = read_sheet(written(stand, ListExport(stand.desk, page.table, "Customers"), tmp_path / "c.csv"))
    name = sheet.head.index("Name")
    assert sorted(line.cells[name] for line in sheet.lines) == [f"Dora {n}" for n in range(5)]
