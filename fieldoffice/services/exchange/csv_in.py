"""Reading CSV as programs really write it: several encodings, several separators, quoted line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from fieldoffice.models.errors import Invalid
from fieldoffice.services.exchange.sheets import LONGEST_CELL, Line, Sheet, assembled, clean

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODING_WORDS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
                  "cp1252": "Western European"}  # fmt: skip
NEVER_ENDS = "The text that begins on line {} never ends: a quotation mark is missing."
LOOKED_AT = 20
"""How many lines are looked at to find the separator."""


def read(path: Path) -> Sheet:
    """The rows of a CSV file. Line numbers are those of the file, so a quoted line end counts."""
    text, encoding = decode(path.read_bytes())
    separator = separator_of(text)
    rows = _rows(text, separator)
    return assembled(path.name, rows, f"{ENCODING_WORDS[encoding]}, separated by {SEPARATORS[separator]}")


def decode(data: bytes) -> tuple[str, str]:
    """The text and its encoding: by its mark, else UTF-16 by its zeros, else UTF-8, else Western European."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding), encoding
    start = data[:4000]
    if start.count(0) > len(start) // 4:
        encoding = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        return _decoded(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def separator_of(text: str) -> str:
    """The sign that parts the first lines into the most columns of the same number; a comma when nothing does."""
    best, most = ",", (0, 0)
    for separator in SEPARATORS:
        widths = [len(line.cells) for line, _ in zip(_rows(text, separator, most=LOOKED_AT), range(LOOKED_AT), strict=False)]
        common = max(set(widths), key=lambda w: (widths.count(w), w)) if widths else 0
        score = (widths.count(common) if common > 1 else 0, common)
        if common > 1 and (score[0] * common, common) > most:
            best, most = separator, (score[0] * common, common)
    return best


def _rows(text: str, separator: str, *, most: int = 0) -> Iterator[Line]:
    csv.field_size_limit(LONGEST_CELL * 4)
    if most:
        yield from _read(text[:200_000], separator)
        return
    began = 1
    for row, began in _records(text, separator):
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise Invalid(file=NEVER_ENDS.format(began))
        yield Line(began, tuple(clean(cell) for cell in row))
    if _ends_open(text, separator):
        raise Invalid(file=NEVER_ENDS.format(began))


def _read(text: str, separator: str) -> Iterator[Line]:
    """The first rows, as far as they can be read: only to look at them."""
    try:
        for row, began in _records(text, separator):
            yield Line(began, tuple(row))
    except Invalid:
        return


def _records(text: str, separator: str) -> Iterator[tuple[list[str], int]]:
    reader, began = csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1
    try:
        for row in reader:
            yield row, began
            began = reader.line_num + 1
    except csv.Error:
        raise Invalid(file=NEVER_ENDS.format(began)) from None


def _ends_open(text: str, separator: str) -> bool:
    """Whether a quotation mark was never closed: the rest of the file would be one cell, and rows silently lost."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid(file="This file says it is Unicode but breaks off within a letter. Export it again.") from None
