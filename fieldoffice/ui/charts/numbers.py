"""The numbers behind a chart, as a table that sorts and copies."""

from __future__ import annotations

from dataclasses import dataclass

from fieldoffice.ui.charts.picture import Cell, Picture, words_of
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

FIRST, OTHERS, MOST, LETTER, ROOM = 112, 76, 220, 8, 24
"""The narrowest columns, the widest, and about what a letter and the margins take."""


@dataclass(frozen=True, slots=True)
class _Line:
    id: int
    cells: tuple[str | Cell, ...]


def numbers_table(picture: Picture, name: str, old: Table | None, memory: Memory) -> Table:
    """`old` with other rows where its columns are the same, else a new table."""
    lines = [_Line(n, row) for n, row in enumerate(picture.rows)]
    if old is None or tuple(column.title for column in old.rows.columns) != picture.heads:
        old = Table(Rows(_columns(picture)), f"{name}, numbers", memory=memory)
    assert isinstance(old.rows, Rows)
    old.rows.show(lines)
    return old


def _columns(picture: Picture) -> list[Column[_Line]]:
    first = picture.rows[0] if picture.rows else ()
    return [
        Column(str(n), head, lambda line, n=n: words_of(line.cells[n]), lambda line, n=n: _sort(line.cells[n]),
               right=n < len(first) and isinstance(first[n], Cell), width=_width(picture, n))
        for n, head in enumerate(picture.heads)
    ]  # fmt: skip


def _width(picture: Picture, n: int) -> int:
    """As wide as what stands in it, within reason."""
    longest = max(len(picture.heads[n]), *(len(words_of(row[n])) for row in picture.rows), 1)
    return min(MOST, max(FIRST if n == 0 else OTHERS, LETTER * longest + ROOM))


def _sort(cell: str | Cell) -> str | float:
    return cell.casefold() if isinstance(cell, str) else cell.value
