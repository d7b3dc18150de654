"""Lists that go out: nothing in them is evaluated, numbers are numbers, and they come back without a change."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fieldoffice.models.errors import Invalid, WorldFault
from fieldoffice.models.provider import Provider
from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.exchange.ledger import Canceled, Progress
from fieldoffice.services.exchange.lists import EXPORTS, export_customers
from fieldoffice.services.exchange.out import Head, Listing, write_list
from fieldoffice.services.exchange.sheets import read_sheet
from tests import make
from tests.make import TODAY, at
from tests.services.exchange_files import checked, does, imported, written

HOSTILE = [
    sign + rest
    for sign in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example")', "")
] + [
    "'=1+1",
    "''",
    "'tis so",
    '"quoted"',
    "a\r\nb",
    "semi;colon",
    '="07601"',
    "#N/A",
    "#DIV/0!",
    "1e5",
    "007",
    "TRUE",
    "bell\x07",
    "\ud800",
]


def listing(values: list[Any], form: Any = "text") -> Listing:
    return Listing("Hostile/names*", (Head("Value", form), Head("Plain")), [[value, "x"] for value in values])


def test_no_text_in_csv_is_a_formula_and_all_of_it_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_list(listing(HOSTILE), path) == len(HOSTILE)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfValue,Plain\r\n")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[0] for row in csv.reader(file)][1:]
    assert len(cells) == len(HOSTILE)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))]
    untouched = [raw for raw, cell in zip(HOSTILE, cells, strict=True) if cell == raw]
    assert untouched == ["'tis so", '"quoted"', "a\r\nb", "semi;colon", "#N/A", "#DIV/0!", "1e5", "007", "TRUE"], (
        "only such cells get an apostrophe"
    )


def test_no_cell_of_a_workbook_is_a_formula_or_an_error(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_list(listing(HOSTILE), path)
    sheet = load_workbook(path)["Hostile names "]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    got = [str(cell.value or "").replace("\r", "").replace("_x000D_", "") for cell in cells]
    assert got[:4] == ["=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example")', "="]
    assert got[-7:-3] == ["#N/A", "#DIV/0!", "1e5", "007"]


def test_numbers_money_days_and_moments_keep_their_kind(tmp_path: Path) -> None:
    heads = (Head("Count", "number"), Head("Sum", "money"), Head("Day", "date"), Head("At", "moment"), Head("Yes"))
    rows = [[-3, -125_050, date(2026, 3, 2), datetime(2026, 3, 2, 8, 30, tzinfo=UTC), True], [None, "", None, None, False]]
    write_list(Listing("L", heads, rows), tmp_path / "a.xlsx")
    found = [[cell.value for cell in row] for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2)]
    assert found == [[-3, -1250.5, datetime(2026, 3, 2), datetime(2026, 3, 2, 8, 30), "yes"], [None, None, None, None, "no"]]
    write_list(Listing("L", heads, rows), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[1] == "-3,-1250.50,2026-03-02,2026-03-02 08:30,yes"


def test_a_file_is_replaced_when_all_is_written_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Canceled):
        write_list(listing(HOSTILE), path, progress)
    assert path.read_text("utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    with pytest.raises(Invalid, match=".csv or .xlsx"):
        write_list(listing([]), tmp_path / "out.doc")
    (tmp_path / "dir.csv").mkdir()
    with pytest.raises(WorldFault, match="could not be written"):
        write_list(listing([]), tmp_path / "dir.csv")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(EXPORTS))
def test_our_own_lists_come_back_without_a_change(office: Office, tmp_path: Path, kind: str, suffix: str) -> None:
    made = filled(office, tmp_path)
    path = tmp_path / f"{kind}.{suffix}"
    assert write_list(office.seat(made.owner).see(EXPORTS[kind]), path) >= 1
    ready = checked(office, made.owner, kind, path, "update")
    told = [(o.line, o.does.value, o.words, o.column) for o in ready.outcomes]
    assert set(does(ready)) <= {"same", "join"}, told
    assert set(does(checked(office, made.owner, kind, path, "skip"))) <= {"skip", "join", "same"}


def filled(office: Office, tmp_path: Path) -> make.Made:
    """A small company with awkward rows: names like formulas, sub customers, further addresses, a planned and a waiting job."""
    made = make.small(office)
    rows = [
        ["Number", "Name", "Main customer", "Street", "ZIP", "Notes", "Contact", "Phone"],
        ["-7", "=Sum & Sons", "C1001", "+5 Plus Street", "07601", "@home\nsecond line", "-Dash", "202-555-0191"],
        ["-7", "=Sum & Sons", "", "6 Sixth Street", "07602", "", "Ed", ""],
    ]
    imported(office, made.owner, "customers", written(tmp_path / "in.csv", rows))
    office.do(customers.add_location, made.customer, street="PO Box 5", label="Mail")
    office.do(lambda tx: tx.add(Provider(name="Zed", color="#332288", phone="(202) 555-0192", active=False)))
    planned = make.job(office, made, on=TODAY, kind="exact", at_min=600, notes="careful", priority=3)
    from fieldoffice.services.dispatch.moves import place

    version = make.card(office, planned.appointment_id).version
    office.do(place, planned.appointment_id, version=version, provider_ids=(made.ana,), starts_at=at(10))
    make.job(office, made, on=None)
    return made


def test_a_part_of_the_customers_can_go_out_alone(sqlite_office: Office, tmp_path: Path) -> None:
    made = make.small(sqlite_office)
    sqlite_office.do(customers.add_customer, name="Other")
    found = sqlite_office.see(export_customers, [made.customer])
    assert [row[1] for row in found.rows] == ["Carol Customer"]
    write_list(found, tmp_path / "one.csv")
    assert read_sheet(tmp_path / "one.csv").lines[0].cells[:2] == ("C1001", "Carol Customer")
