"""Lists as files that a spreadsheet opens and never evaluates.

CSV is UTF-8 with its mark, RFC 4180 with CR LF. A text that a spreadsheet would take for a formula (it begins with = + - @,
their full-width forms, a tab or a carriage return) gets one apostrophe before it, and only such a text; reading it back takes
the apostrophe away. In XLSX such a text is stored as text, without any sign. Numbers are numbers and days are days.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from fieldoffice.models.errors import Invalid, WorldFault
from fieldoffice.services.exchange.ledger import Progress
from fieldoffice.services.exchange.sheets import LONGEST_CELL

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SUFFIXES = (".csv", ".xlsx")
MOST_XLSX_ROWS = 1_048_575
Form = Literal["text", "number", "money", "date", "moment"]
FORMS = {"money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a list that goes out; `decimals` are those of money, given in whole minor units."""

    title: str
    form: Form = "text"
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Listing:
    """A list on its way out: what it is called, its columns, its rows as values (text, numbers, days, aware instants)."""

    title: str
    heads: tuple[Head, ...]
    rows: Sequence[Sequence[Any]]


def write_list(listing: Listing, path: Path, progress: Progress | None = None) -> int:
    """Write a list as .csv or .xlsx by the name of the file; how many rows. A file of that name is replaced when all is written."""
    progress = progress or Progress()
    progress.begin("Writing the file", len(listing.rows))
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise Invalid(file="Choose a file name that ends in .csv or .xlsx.")
    if suffix == ".xlsx" and len(listing.rows) > MOST_XLSX_ROWS:
        raise Invalid(file=f"A workbook holds {MOST_XLSX_ROWS:,} rows at most. Write a CSV file.")
    with _replacing(path) as draft:
        (_write_csv if suffix == ".csv" else _write_xlsx)(listing, draft, progress)
    return len(listing.rows)


def guarded(text: str) -> str:
    """A text as it stands in CSV: with an apostrophe where a spreadsheet would take it for a formula.

    One that already begins with an apostrophe and such a sign gets another, so that reading back gives what was there.
    """
    risky = text.startswith(FORMULA) or (len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r＝＋－＠'")
    return f"'{text}" if risky else text


def _write_csv(listing: Listing, path: Path, progress: Progress) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow([guarded(head.title) for head in listing.heads])
        for row in listing.rows:
            out.writerow([_in_csv(head, value) for head, value in zip(listing.heads, row, strict=True)])
            progress.step()


def _in_csv(head: Head, value: Any) -> str:
    if value is None or value == "":
        return ""
    if head.form == "money" and isinstance(value, int):
        return f"{Decimal(value).scaleb(-head.decimals):.{head.decimals}f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    return guarded(UNPRINTABLE.sub("", str(value)))


def _write_xlsx(listing: Listing, path: Path, progress: Progress) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", listing.title)[:31] or "List")
    sheet.freeze_panes = "A2"
    for n, head in enumerate(listing.heads):
        longest = max([len(head.title), *(len(str(row[n] or "")) for row in listing.rows[:200])])
        sheet.column_dimensions[get_column_letter(n + 1)].width = min(max(longest + 2, 8), 60)

    def cell(head: Head, value: Any, *, bold: bool = False) -> Any:
        found = _in_xlsx(head, value)
        if not bold and _plain(head, found):
            return found
        made: Any = WriteOnlyCell(sheet, value=found)
        if isinstance(made.value, str):
            made.data_type = "s"  # never a formula, whatever the text begins with
            made.quotePrefix = made.value.startswith(FORMULA)
        elif head.form in FORMS and made.value is not None:
            made.number_format = FORMS[head.form] if head.form != "money" else f"#,##0.{'0' * head.decimals}".rstrip(".")
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(Head(head.title), head.title, bold=True) for head in listing.heads])
    for row in listing.rows:
        sheet.append([cell(head, value) for head, value in zip(listing.heads, row, strict=True)])
        progress.step()
    book.save(path)


def _plain(head: Head, value: Any) -> bool:
    """Whether a value needs no care: nothing that could be a formula or an error, and no format of its own."""
    if isinstance(value, str):
        return not value.startswith((*FORMULA, "#"))
    return value is None or (head.form not in FORMS and isinstance(value, (int, float, Decimal)))


def _in_xlsx(head: Head, value: Any) -> Any:
    if value is None or value == "":
        return None
    if head.form == "money" and isinstance(value, int):
        return Decimal(value).scaleb(-head.decimals)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # as the wall clock of the office shows it; cells know no zone
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, Decimal, date)):
        return value
    return UNPRINTABLE.sub("", str(value))[:LONGEST_CELL]


@contextmanager
def _replacing(path: Path) -> Generator[Path]:
    """A draft beside the file, which takes its place when all is written and is gone otherwise."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        os.replace(draft, path)
    except OSError as error:
        raise WorldFault(f"{path.name} could not be written: {error.strerror or error}. Is it open in another program?") from None
    finally:
        draft.unlink(missing_ok=True)
