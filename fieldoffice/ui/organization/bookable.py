"""Bookable Services: the services in the order in which customers see them, and how each may be got."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.services.requests.bookable import BookableRow, bookable_services, move_bookable, set_bookable
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.lists import ListPart
from fieldoffice.ui.parts.reading import show_duration, show_money
from fieldoffice.ui.parts.rows import Column

WAYS = {"no": "Not online", "request": "On request", "instant": "At once", "both": "At once and on request"}
WITH = {("request", True): {"no": "request", "instant": "both"}, ("request", False): {"request": "no", "both": "instant"},
        ("instant", True): {"no": "instant", "request": "both"}, ("instant", False): {"instant": "no", "both": "request"}}  # fmt: skip


class BookablePart(QWidget):
    """A change applies at once and can be undone."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self._after = desk, 0
        columns: list[Column[BookableRow]] = [
            Column("name", self.tr("Service"), lambda r: r.name, width=220, tip=lambda r: r.name),
            Column("duration", self.tr("Time"), lambda r: show_duration(r.duration_s), width=80),
            Column("price", self.tr("Price"), lambda r: f"from {show_money(r.price_cents)}" if r.price_from else show_money(r.price_cents),
                   right=True, width=110),
            Column("way", self.tr("Customers may book it"), lambda r: WAYS.get(r.way, r.way), width=190),
        ]  # fmt: skip
        self.list = ListPart(columns, "bookable services", self.tr("There are no services yet. Add some to the price book."), desk.memory)
        always, rows = (lambda _row: True), self.list
        self.up = rows.add_button(self.tr("Up"), lambda: self._move(up=True), icon="arrow_upward", fits=lambda r: self._place(r) > 0)
        self.down = rows.add_button(self.tr("Down"), lambda: self._move(up=False), icon="arrow_downward",
                                    fits=lambda r: self._place(r) < len(rows.model.rows) - 1)  # fmt: skip
        self.request = rows.add_button(self.tr("On request"), lambda: self._switch("request"), fits=always)
        self.instant = rows.add_button(self.tr("At once"), lambda: self._switch("instant"), fits=always)
        self.least = rows.add_button(self.tr("Price from"), self._least, fits=always)
        for made in (self.request, self.instant, self.least):
            made.setCheckable(True)
        rows.table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(rows)
        desk.live.watch(self, {"catalog_item"}, self.reload)

    def reload(self) -> None:
        """Read the list again."""
        self.desk.see(self, bookable_services, then=self._came)

    def _came(self, rows: tuple[BookableRow, ...]) -> None:
        here = self.list.current()
        self.list.show_rows(rows)
        if here is not None:
            self.list.select(here.id)
        self._follow()

    def _follow(self) -> None:
        row = self.list.current()
        self.request.setChecked(row is not None and row.by_request)
        self.instant.setChecked(row is not None and row.at_once)
        self.least.setChecked(row is not None and row.price_from)

    def _place(self, row: BookableRow) -> int:
        return next((n for n, other in enumerate(self.list.model.rows) if other.id == row.id), 0)

    def _switch(self, what: str) -> None:
        row: Any = self.list.current()
        has = row.by_request if what == "request" else row.at_once
        self._set(row, WITH[what, not has][row.way], row.price_from)

    def _least(self) -> None:
        row: Any = self.list.current()
        self._set(row, row.way, not row.price_from)

    def _set(self, row: BookableRow, way: str, price_from: bool) -> None:
        price = self.tr("price is the least") if price_from else ""
        said = " · ".join(part for part in (f"{row.name}: {WAYS[way].lower()}", price) if part)
        self._follow()  # the buttons show what is stored until the answer has come
        self.desk.act(self, said, set_bookable, row.id, version=row.version, way=way, price_from=price_from,
                      then=lambda _edit: self.reload())  # fmt: skip

    def _move(self, *, up: bool) -> None:
        row: Any = self.list.current()
        said = self.tr("%1 moved").replace("%1", row.name)
        self.desk.act(self, said, move_bookable, row.id, up=up, then=lambda _edit: self.reload())
