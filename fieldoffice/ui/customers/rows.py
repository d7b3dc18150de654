"""The rows behind the list of customers."""

from __future__ import annotations

from fieldoffice.services.customers.listing import ListedCustomer
from fieldoffice.ui.parts.liverows import LiveRows


class CustomerRows(LiveRows[ListedCustomer]):
    """Knows what a selection of many needs: the order, and who stands where."""

    @property
    def order(self) -> tuple[str, bool]:
        """What the rows are sorted by, and whether from the end."""
        return self._by or "name", self._down

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
