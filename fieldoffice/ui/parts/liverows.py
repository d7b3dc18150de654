"""Pages of a long list that are read again, as others change it, without losing place and selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from fieldoffice.ui.parts.rows import PagedRows

Row = TypeVar("Row")


class LiveRows(PagedRows[Row]):
    """`refresh` reads what is in sight again: where the same rows stand in the same places, nothing moves."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._quietly = False

    def refresh(self) -> None:
        """Ask again for the pages that are kept; the old rows stay in sight until the answer."""
        if not self.loaded or not self._pages or not self._total:
            self.reload()
            return
        self._age += 1
        self._asked.clear()
        self._quietly = True
        for page in tuple(self._pages):
            self._ask(page)

    def reload(self) -> None:
        self._quietly = False
        super().reload()

    def _got(self, page: int, total: int, rows: list[Any], *, fresh: bool) -> None:
        if self._quietly and total == self._total and self._moved(page, rows):
            self.beginResetModel()
            self._quietly = False
            self._pages.clear()
            self._keep(page, rows)
            self.endResetModel()
            return
        super()._got(page, total, rows, fresh=fresh)

    def _moved(self, page: int, rows: Sequence[Any]) -> bool:
        """Whether other rows stand there now."""
        old: list[Any] = list(self._pages.get(page) or ())
        return page in self._pages and [row.id for row in old] != [row.id for row in rows]
