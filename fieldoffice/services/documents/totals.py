"""The sums at the end of a table: labels and amounts flush right, the one that matters in the company's color."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fieldoffice.services.documents.flow import Draw, Item, Table
from fieldoffice.services.documents.paper import BODY, INK, LABEL, MUTED, SMALL, put, rule, size_for, width

PLAIN, STRONG = 14.0, 21.0


@dataclass(frozen=True, slots=True)
class Sum:
    """One row: `strong` ones stand below a line, and the last of them in color."""

    label: str
    amount: str
    strong: bool = False


def sums(rows: Sequence[Sum], wide: float, table: Table | None, color: Any) -> Iterator[Item]:
    """The rows as items that stay on one page up to the first strong one, and to the end where they are few."""
    yield Item(4, lambda _canvas, _left, _top: None, table, keep=True)
    last = max((n for n, row in enumerate(rows) if row.strong), default=-1)
    for n, row in enumerate(rows):
        keep = n < len(rows) - 1 and (len(rows) <= 24 or n < 2 or n >= len(rows) - 3)
        high = STRONG if row.strong else PLAIN
        yield Item(high, _row(row, wide, color if n == last else INK), table, keep=keep)


def _row(row: Sum, wide: float, color: Any) -> Draw:
    def strong(canvas: Any, left: float, top: float) -> None:
        size = size_for(row.amount, wide * 0.5, 12, BODY, SMALL, bold=True)
        begin = left + wide * 0.5
        rule(canvas, begin, left + wide, top - 3.5, weight=0.8, color=color)
        put(canvas, begin, top - 16, row.label, size=10.5, bold=True, most=wide * 0.5 - width(row.amount, size, bold=True) - 8)
        put(canvas, left + wide, top - 16, row.amount, size=size, bold=True, color=color, align="right")

    def plain(canvas: Any, left: float, top: float) -> None:
        room = wide * 0.72 - width(row.amount, BODY) - 12
        size = size_for(row.label, room, SMALL, LABEL, 6.5)
        begin = left + min(wide * 0.5, wide - width(row.amount, BODY) - 12 - min(width(row.label, size), room))
        put(canvas, begin, top - 10.5, row.label, size=size, color=MUTED, most=room)
        put(canvas, left + wide, top - 10.5, row.amount, size=BODY, align="right")

    return strong if row.strong else plain
