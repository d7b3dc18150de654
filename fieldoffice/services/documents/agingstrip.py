"""The aging strip: what is open by how late it is, in one row of figures between two lines."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fieldoffice.services.documents.flow import Item
from fieldoffice.services.documents.moneypaper import Money
from fieldoffice.services.documents.paper import BODY, LABEL, MUTED, SMALL, put, rule, size_for
from fieldoffice.services.documents.statementpaper import BUCKETS, Aging

HIGH = 40.0


def aging_strip(aging: Aging, money: Money, wide: float) -> Iterator[Item]:
    """One item: the five buckets, the credits where they have a column of their own, and the sum."""
    cells = [(label, money.shown(cents)) for label, cents in zip(BUCKETS, aging.buckets, strict=True)]
    if aging.credits is not None:
        cells.append(("Credits", money.shown(aging.credits)))
    cells.append((f"Total {money.currency}", money.shown(aging.total)))
    yield Item(HIGH, lambda canvas, left, top: _draw(canvas, cells, left, top, wide), keep=True)


def _draw(canvas: Any, cells: list[tuple[str, str]], left: float, top: float, wide: float) -> None:
    step = (wide + 10) / len(cells)
    size = min(size_for(words, step - 10, BODY, SMALL, LABEL, 6.0, 5.0, bold=n == len(cells) - 1) for n, (_, words) in enumerate(cells))
    rule(canvas, left, left + wide, top - 1, weight=0.35)
    for n, (label, words) in enumerate(cells):
        right = left + (n + 1) * step - 10
        put(canvas, right, top - 12, label, size=LABEL, color=MUTED, align="right", most=step - 10)
        put(canvas, right, top - 25, words, size=size, bold=n == len(cells) - 1, align="right")
    rule(canvas, left, left + wide, top - 31, weight=0.35)
