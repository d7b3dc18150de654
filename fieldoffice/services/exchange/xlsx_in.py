"""Reading XLSX: the values as the spreadsheet last showed them, from the first sheet that holds any.

A workbook is a zip of XML from a stranger: it is measured before it is opened, and the XML parser refuses entities.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from fieldoffice.models.errors import Invalid
from fieldoffice.services.exchange.sheets import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Line, Sheet, assembled, clean

MOST_UNPACKED = 400_000_000
MOST_RATIO = 200
MOST_MEMBERS = 2_000
UNREADABLE = "This workbook cannot be read. Open it in your spreadsheet program, save it again as .xlsx, and choose that file."


def read(path: Path) -> Sheet:
    """The rows of a workbook's first sheet with anything in it."""
    measure(path)
    try:
        return _read(path)
    except (Invalid, OSError):
        raise
    except Exception:  # whatever openpyxl and the XML parser find in a stranger's file
        raise Invalid(file=UNREADABLE) from None


def measure(path: Path) -> None:
    """Refuse a zip that would unpack to much more than a list can be."""
    try:
        with ZipFile(path) as book:
            members = book.infolist()
    except (BadZipFile, zipfile.LargeZipFile, NotImplementedError):
        raise Invalid(file=UNREADABLE) from None
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > max(packed, 1000) * MOST_RATIO:
        raise Invalid(file="This workbook unpacks to far more than a list holds; it is not opened.")
    if "xl/workbook.xml" not in {m.filename for m in members}:
        raise Invalid(file="This is a zip file but no workbook. Choose the .xlsx or .csv file itself.")


def _read(path: Path) -> Sheet:
    from openpyxl import load_workbook
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        raise Invalid(file="Workbooks cannot be opened safely on this computer: defusedxml is missing. Save the list as CSV.")
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            _refuse_huge(sheet)
            rows = _rows(sheet)
            first = next(rows, None)
            if first is not None:
                return assembled(path.name, _again(first, rows), f"workbook, sheet “{sheet.title}”")
    finally:
        book.close()
    raise Invalid(file="There is nothing in this workbook.")


def _refuse_huge(sheet: Any) -> None:
    """A sheet's own word on its size is only a hint: some programs say a million rows for ten."""
    if sheet.max_row is not None and sheet.max_row > 1_048_576:
        raise Invalid(file=UNREADABLE)
    if sheet.max_column is None or sheet.max_column > MOST_COLUMNS or (sheet.max_row or 0) > MOST_ROWS:
        sheet.reset_dimensions()


def _rows(sheet: Any) -> Iterator[Line]:
    empty = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = tuple(shown(value) for value in row)
        while cells and not cells[-1]:
            cells = cells[:-1]
        empty = 0 if cells else empty + 1
        if empty > MOST_ROWS:
            return
        if cells:
            yield Line(number, cells)


def _again(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest


def shown(value: Any) -> str:
    """A cell as text: whole numbers without ".0", days as 2026-03-02, times as 08:30."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds()) // 3600:02d}:{int(value.total_seconds()) // 60 % 60:02d}"
    text = clean(str(value))
    if len(text) > LONGEST_CELL:
        raise Invalid(file="A cell of this workbook is longer than a spreadsheet allows.")
    return text
