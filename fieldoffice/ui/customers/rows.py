"""The rows behind the list: pages of a long list that are read again without losing place and selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fieldoffice.services.customers.listing import ListedCustomer
from fieldoffice.ui.parts.rows import PagedRows


class CustomerRows(PagedRows[ListedCustomer]):
    """`refresh` reads what is in sight again: where the same customers stand in the same places, nothing moves."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._quietly = False

    @property
    def order(self) -> tuple[str, bool]:
        """What the rows are sorted by, and whether from the end."""
        return self._by or "name", self._down

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

    def known(self, first: int, last: int) -> list[int] | None:
        """The ids at these positions; None while any of them has not been read."""
        ids: list[int] = []
        for n in range(first, last + 1):
            page, within = divmod(n, self.PAGE)
            rows = self._pages.get(page)
            if rows is None or within >= len(rows):
                return None
            ids.append(rows[within].id)
        return ids

    def _got(self, page: int, total: int, rows: list[ListedCustomer], *, fresh: bool) -> None:
        if self._quietly and total == self._total and self._moved(page, rows):
            self.beginResetModel()
            self._quietly = False
            self._pages.clear()
            self._keep(page, rows)
            self.endResetModel()
            return
        super()._got(page, total, rows, fresh=fresh)

    def _moved(self, page: int, rows: Sequence[ListedCustomer]) -> bool:
        """Whether other customers stand there now."""
        old = self._pages.get(page)
        return old is not None and [row.id for row in old] != [row.id for row in rows]
