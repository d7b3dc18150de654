"""What a chart shows: a finding, how to draw it, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in the table: sorted by `value`, shown as `words`, at the right."""

    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """See the package. `draw(axes, colors)` runs on a worker thread and must not touch Qt."""

    title: str
    draw: Callable[[Any, Any], None]
    heads: tuple[str, ...]
    rows: Sequence[tuple[str | Cell, ...]]
    words: str = ""

    @property
    def spoken(self) -> str:
        """The picture in words."""
        return self.words or "; ".join(", ".join(words_of(cell) for cell in row) for row in self.rows)


def words_of(cell: str | Cell) -> str:
    return cell if isinstance(cell, str) else cell.words
