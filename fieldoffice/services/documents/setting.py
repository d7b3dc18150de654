"""Setting text and tables by hand: lines that wrap, columns as wide as their widest entry, amounts flush right."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from fieldoffice.services.documents.flow import Draw, Item, Table
from fieldoffice.services.documents.letters import clean
from fieldoffice.services.documents.paper import BODY, INK, LABEL, LINE, MUTED, SMALL, put, rule, size_for, width

STEP = 12.4  # from line to line in body type
ROW, AFTER = 14.4, 4.0  # a row down to its line; the air below that line
HEAD_HIGH, CARRY_HIGH, GAP = 20.0, 19.5, 12.0
TAIL = 430.0  # what is set on one page with the slip, at most


@lru_cache(maxsize=4096)
def wrap(text: str, size: float, most: float, *, bold: bool = False) -> tuple[str, ...]:
    """`text` in lines of at most `most` points: at blanks, and within a word only where it is too long by itself."""
    found: list[str] = []
    for line in clean(text).split("\n"):
        found += _wrapped(line.split(), size, most, bold)
    return tuple(found)


def _wrapped(words: Iterable[str], size: float, most: float, bold: bool) -> Iterator[str]:
    line, taken, blank = "", 0.0, width(" ", size, bold=bold)
    for word in (piece for whole in words for piece in _pieces(whole, size, most, bold)):
        wide = width(word, size, bold=bold)
        if line and taken + blank + wide > most:
            yield line
            line, taken = word, wide
        else:
            line, taken = (f"{line} {word}", taken + blank + wide) if line else (word, wide)
    if line:
        yield line


def _pieces(word: str, size: float, most: float, bold: bool) -> Iterator[str]:
    """A word that is too long for a line, cut where the line ends."""
    while width(word, size, bold=bold) > most and len(word) > 1:
        few, many = 1, len(word) - 1
        while few < many:
            middle = (few + many + 1) // 2
            few, many = (middle, many) if width(word[:middle], size, bold=bold) <= most else (few, middle - 1)
        yield word[:few]
        word = word[few:]
    yield word


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `x` is its left edge within the text, or its right edge where it is flush `right`."""

    label: str
    x: float
    wide: float
    right: bool = False

    def write(self, canvas: Any, left: float, y: float, text: str, *, bold: bool = False, color: Any = INK, size: float = BODY) -> None:
        """One line; an amount gets smaller before anything of it is lost."""
        if not text:
            return
        size = size_for(text, self.wide, size, SMALL, LABEL, 6.0, 5.0, 4.0, bold=bold)
        put(canvas, left + self.x, y, text, size=size, bold=bold, color=color, align="right" if self.right else "left",
            most=self.wide + 0.01)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column before its width is known: `texts` are its entries, `least` and `most` bound it, one column may `flex`."""

    label: str
    texts: Sequence[str] = ()
    right: bool = False
    least: float = 0.0
    most: float = 1e9
    flex: bool = False


def columns(wanted: Sequence[Wanted], wide: float, *, widest: float = 1.0) -> tuple[Column, ...]:
    """The columns side by side over `wide` points; what the others leave goes to the flexible one, at least three tenths.

    Where that is more than the share `widest`, the others get the rest in equal parts, so that the eye need not travel.
    """
    needs = [0.0 if one.flex else _need(one) for one in wanted]
    gaps = GAP * (len(wanted) - 1)
    room = wide - gaps - (wide * 0.30 if any(one.flex for one in wanted) else 0)
    shrink = min(1.0, room / max(sum(needs), 1e-6)) if sum(needs) > room else 1.0
    needs = [need * shrink for need in needs]
    flexible = wide - gaps - sum(needs)
    if flexible > wide * widest and len(wanted) > 1:
        spare = (flexible - wide * widest) / (len(wanted) - 1)
        flexible, needs = wide * widest, [need if one.flex else need + spare for one, need in zip(wanted, needs, strict=True)]
    made: list[Column] = []
    x = 0.0
    for one, need in zip(wanted, needs, strict=True):
        taken = flexible if one.flex else need
        made.append(Column(one.label, x + taken if one.right else x, taken, one.right))
        x += taken + GAP
    return tuple(made)


def _need(one: Wanted) -> float:
    widest = max((width(text, BODY) for text in set(one.texts)), default=0.0)
    return min(max(widest, width(one.label, LABEL), one.least), one.most) + 0.5


def table(made: Sequence[Column], wide: float, *, carry: Column | None = None, shown: Any = str) -> Table:
    """A table with these columns; where `carry` is given, sums are carried in it, written by `shown`."""

    def head(canvas: Any, left: float, top: float) -> None:
        for column in made:
            put(canvas, left + column.x, top - 11, column.label, size=LABEL, color=MUTED, align="right" if column.right else "left")
        rule(canvas, left, left + wide, top - 16, weight=0.8, color=MUTED)

    def carried(canvas: Any, left: float, top: float, words: str, cents: int) -> None:
        assert carry is not None
        put(canvas, left, top - 11.5, words, size=SMALL, color=MUTED)
        carry.write(canvas, left, top - 11.5, shown(cents), color=MUTED, size=SMALL)
        if words.startswith("Brought"):
            rule(canvas, left, left + wide, top - 16)

    return Table(HEAD_HIGH, head, CARRY_HIGH, carried) if carry else Table(HEAD_HIGH, head)


def line(wide: float, weight: float = 0.35, color: Any = LINE, *, high: float = 6.0, within: Table | None = None, keep: bool = False,
         so_far: int | None = None) -> Item:
    """A hairline with a little air below."""
    return Item(high, lambda canvas, left, top: rule(canvas, left, left + wide, top, weight=weight, color=color), within, so_far, keep)


def with_slip(tail: Sequence[Item], last: Item) -> list[Item]:
    """The end of a paper with its slip, so that no slip is alone on a page: all of it where it is short enough."""
    if sum(item.high for item in tail) + last.high <= TAIL:
        return [*(replace(item, keep=True) for item in tail), last]
    return [*tail[:-1], *(replace(item, keep=True) for item in tail[-1:]), last]


def gap(high: float, *, keep: bool = False) -> Item:
    """Nothing, that high."""
    return Item(high, lambda _canvas, _left, _top: None, keep=keep)


def words(text: str, wide: float, *, size: float = BODY, bold: bool = False, color: Any = INK, keep: bool = False) -> list[Item]:
    """A paragraph as items of one line each, so that it may run over pages; its first two lines stay together."""
    step = round(size * 1.32, 2)
    lines = wrap(text, size, wide, bold=bold)
    return [Item(step, writing(one, size, bold=bold, color=color), keep=keep or (n == 0 and len(lines) > 1)) for n, one in enumerate(lines)]


def writing(text: str, size: float, *, bold: bool = False, color: Any = INK) -> Draw:
    """What draws one line of words."""

    def draw(canvas: Any, left: float, top: float) -> None:
        put(canvas, left, top - size, text, size=size, bold=bold, color=color)

    return draw


def label(text: str, wide: float) -> list[Item]:
    """A small heading that stays with what follows."""
    return [gap(8, keep=True), *words(text, wide, size=LABEL, color=MUTED, keep=True), gap(1.5, keep=True)]
