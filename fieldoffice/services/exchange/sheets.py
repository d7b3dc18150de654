"""A file as rows of text: which kind it is, and what is refused before anything of it is read."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldoffice.models.errors import Invalid, WorldFault

MOST_BYTES = 60_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 300
LONGEST_CELL = 32_767
"""What a spreadsheet cell can hold; a longer one is a sign of a quote that was never closed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: where it begins (1 is the first line of the file, the head), and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its head, its rows without empty ones, and how it was understood, in words."""

    name: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    read_as: str

    def first(self, column: int, count: int = 3) -> tuple[str, ...]:
        """The first values of a column that say something."""
        found = (line.cells[column] for line in self.lines if column < len(line.cells) and line.cells[column])
        return tuple(value for value, _ in zip(found, range(count), strict=False))


def read_sheet(path: Path) -> Sheet:
    """Read a .csv, .txt, .tsv or .xlsx file; refuses in words what cannot be read or is too large to be true."""
    from fieldoffice.services.exchange import csv_in, xlsx_in

    with _there(path) as size:
        if size == 0:
            raise Invalid(file="This file is empty.")
        if size > MOST_BYTES:
            raise Invalid(file=f"This file has {size / 1e6:,.0f} MB; an import takes at most {MOST_BYTES / 1e6:,.0f} MB.")
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(b"PK\x03\x04"):
            return xlsx_in.read(path)
        if start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
            raise Invalid(file="This is not a list that can be read. Save it as .xlsx or .csv and choose that file.")
        return csv_in.read(path)


def assembled(name: str, rows: Iterator[Line], read_as: str) -> Sheet:
    """The sheet of these rows: the first one that says something is the head, empty ones are left out."""
    head: tuple[str, ...] | None = None
    lines: list[Line] = []
    for line in rows:
        if not any(line.cells):
            continue
        if len(line.cells) > MOST_COLUMNS:
            raise Invalid(file=f"Line {line.number} has {len(line.cells):,} columns; at most {MOST_COLUMNS} can be read.")
        if head is None:
            head = line.cells
            continue
        if len(lines) == MOST_ROWS:
            raise Invalid(file=f"An import takes at most {MOST_ROWS:,} rows. Please split this file.")
        lines.append(line)
    if head is None:
        raise Invalid(file="There is nothing in this file.")
    return Sheet(name, _named(head), tuple(lines), read_as)


def clean(text: str) -> str:
    """A cell without blanks around it, without NULs, and without the wrapping that keeps spreadsheets from guessing.

    `="07601"` is how some programs write text that looks like a number; a leading apostrophe before = + - @ is how we do.
    """
    value = text.replace("\x00", "").replace("\ufeff", "").replace("\xa0", " ").strip()
    if value.startswith('="') and value.endswith('"') and len(value) >= 3:
        value = value[2:-1].replace('""', '"').strip()
    if len(value) > 1 and value[0] == "'" and value[1] in "=+-@\t\r＝＋－＠'":
        value = value[1:].strip()
    return value


def _named(head: tuple[str, ...]) -> tuple[str, ...]:
    last = max(n for n, title in enumerate(head) if title) + 1
    return tuple(title or f"Column {n + 1}" for n, title in enumerate(head[:last]))


@contextmanager
def _there(path: Path) -> Generator[int]:
    """The size of a file; what the disk says against it comes out as words."""
    try:
        if not path.is_file():
            raise Invalid(file=f"There is no file {path.name}.")
        yield path.stat().st_size
    except OSError as error:
        raise WorldFault(f"{path.name} cannot be read: {error.strerror or error}.") from None
