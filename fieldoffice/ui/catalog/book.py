"""The price book: found as one types, filtered by kind, in the order in which forms offer it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QHeaderView, QMenu, QVBoxLayout, QWidget

from fieldoffice.services.catalog import ItemLine, move_item, offer_item
from fieldoffice.ui import actions
from fieldoffice.ui.catalog.itempanel import ItemPanel, Offer
from fieldoffice.ui.catalog.words import BOOKABLE, KINDS, duration, tax, tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import shown_amount
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.providers.delegates import Dots
from fieldoffice.ui.providers.words import counted

FILTER = (("all", "All"), ("service", "Services"), ("material", "Materials"), ("charge", "Charges"))


class BookTab(QWidget):
    """Enter edits beside the list, Alt+Up and Alt+Down move."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.offer, self.lines = desk, None, ()
        self.offer: Offer | None
        self.lines: tuple[ItemLine, ...]
        self.panel: ItemPanel | None = None
        self.search, self.kind = SearchField(self.tr("Name, code or skill")), Segmented(FILTER, self.tr("Kind"))
        self.retired, self.count = QCheckBox(self.tr("Retired, too")), PlainLabel("", "muted")
        self.empty = EmptyState("", "sell", self.tr("New item"), self.add)
        self.rows: Rows[ItemLine] = Rows(_columns(self))
        self.table = Table(self.rows, "Price book", self.empty, memory=desk.memory)
        self.calls = self._bind()
        self._build()

    def show_lines(self, lines: Sequence[ItemLine], offer: Offer) -> None:
        self.lines, self.offer = tuple(lines), offer
        if self.panel is not None:
            self.panel.offer(offer)
        self._narrow()

    def take_keyboard(self) -> None:
        self.table.setFocus()

    def add(self) -> None:
        """An empty form beside the list, for the kind that is filtered."""
        if self.offer is not None:
            kind = self.kind.value()
            self._panel().open_new(self.offer, kind if kind != "all" else "service")

    def edit(self, line: ItemLine) -> None:
        if self.offer is not None:
            self._panel().open_item(self.offer, line)

    def edit_current(self) -> None:
        if (line := self.table.current()) is not None:
            self.edit(line)

    def move_row(self, by: int) -> None:
        """Offer the selected entry one place further up (-1) or down (1), among its own kind."""
        line = self.table.current()
        if line is None:
            return
        same = [one for one in self.lines if one.facts.kind == line.facts.kind and (one.active or one.id == line.id)]
        n = same.index(line)
        if not 0 <= n + by < len(same):
            return
        after = n + 2 if by > 0 else n - 1
        before_id = same[after].id if after < len(same) else self._behind(same[-1])
        label = self.tr("%1 moved").replace("%1", line.facts.name)
        self.desk.act(self, label, move_item, line.id, before_id=before_id)

    def toggle_offered(self) -> None:
        """No longer offer the selected entry, or offer it again."""
        if (line := self.table.current()) is not None:
            words = self.tr("%1 is no longer offered") if line.active else self.tr("%1 is offered again")
            label = words.replace("%1", line.facts.name)
            self.desk.act(self, label, offer_item, line.id, version=line.version, active=not line.active)

    def menu_for(self, line: ItemLine) -> QMenu:
        """What can be done with an entry."""
        menu = QMenu(self)
        offered = "retire_item" if line.active else "offer_item"
        for id in ("row_edit", None, "item_up", "item_down", None, offered):
            menu.addSeparator() if id is None else menu.addAction(self.calls[id])
        return menu

    # inside

    def _behind(self, line: ItemLine) -> int | None:
        """What stands right behind an entry in the whole book."""
        n = self.lines.index(line)
        return self.lines[n + 1].id if n + 1 < len(self.lines) else None

    def _narrow(self) -> None:
        shown = [line for line in self.lines if self._matches(line)]
        searched = bool(self.search.text()) or self.kind.value() != "all"
        self.empty.say(self.tr("Nothing matches.") if self.lines and searched else self.tr("The price book is empty. Add what you sell."))
        self.rows.show(shown)
        self.count.setText(counted(len(shown), self.tr("item"), self.tr("items")))
        self._show_what_can_be_done()

    def _matches(self, line: ItemLine) -> bool:
        if not (line.active or self.retired.isChecked()) or self.kind.value() not in ("all", line.facts.kind):
            return False
        text = " ".join((line.facts.name, line.facts.code, line.facts.description, *line.skills)).casefold()
        return all(word in text for word in self.search.text().casefold().split())

    def _panel(self) -> ItemPanel:
        if self.panel is None:
            self.panel = ItemPanel(self.desk)
        return self.panel

    def _show_what_can_be_done(self) -> None:
        line = self.table.current()
        for id in ("row_edit", "item_up", "item_down"):
            self.calls[id].setEnabled(line is not None)
        self.calls["retire_item"].setEnabled(line is not None and line.active)
        self.calls["offer_item"].setEnabled(line is not None and not line.active)

    def _show_menu(self, line: ItemLine, where: QPoint) -> None:
        menu = self.menu_for(line)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _menu_at(self, where: QPoint) -> None:
        line = self.table.row_at(self.table.indexAt(where)) or self.table.current()
        if line is not None:
            self._show_menu(line, self.table.viewport().mapToGlobal(where))

    def _bind(self) -> dict[str, QAction]:
        return actions.bind(self, {
            "row_edit": self.edit_current, "item_up": lambda: self.move_row(-1), "item_down": lambda: self.move_row(1),
            "retire_item": self.toggle_offered, "offer_item": self.toggle_offered})  # fmt: skip

    def _build(self) -> None:
        self.kind.set_value("all")
        row = QHBoxLayout()
        row.setSpacing(16)
        for part in (self.search, self.kind, self.retired, self.count):
            row.addWidget(part)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        for signal in (self.search.searched, self.kind.chosen, self.retired.toggled):
            signal.connect(lambda *_: self._narrow())
        self.search.returnPressed.connect(lambda: self.edit(self.rows.rows[0]) if self.rows.rows else None)
        self._dress()

    def _dress(self) -> None:
        ids = [column.id for column in self.rows.columns]
        dots = Dots(self.table.row_at, self.table)
        dots.pressed.connect(self._show_menu)
        self.table.setItemDelegateForColumn(ids.index("more"), dots)
        head = self.table.horizontalHeader()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(ids.index("name"), QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(ids.index("more"), QHeaderView.ResizeMode.Fixed)
        self.table.opened.connect(self.edit)
        self.table.picked.connect(lambda _row: self._show_what_can_be_done())
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu_at)


def _columns(tab: BookTab) -> list[Column[ItemLine]]:
    def money(line: ItemLine) -> str:
        return shown_amount(line.facts.price_cents, tab.offer.exponent if tab.offer else 2)

    def name(line: ItemLine) -> str:
        return line.facts.name if line.active else tr("%1 (no longer offered)").replace("%1", line.facts.name)

    return [
        Column("code", tr("Code"), lambda r: r.facts.code, lambda r: r.facts.code.casefold(), width=84),
        Column("name", tr("Name"), name, lambda r: r.facts.name.casefold(), width=220, tip=lambda r: r.facts.description or r.facts.name),
        Column("kind", tr("Kind"), lambda r: KINDS.get(r.facts.kind, ""), lambda r: r.facts.kind, width=84),
        Column("duration", tr("Takes"), lambda r: duration(r.facts.duration_s), lambda r: r.facts.duration_s or None, right=True, width=76),
        Column("buffer", tr("After it"), lambda r: duration(r.facts.buffer_s), lambda r: r.facts.buffer_s or None, right=True, width=76),
        Column("price", tr("Price"), money, lambda r: r.facts.price_cents, right=True, width=92),
        Column("tax", tr("Tax"), tax, lambda r: (r.tax_ppm, r.tax), width=148, tip=tax),
        Column("skills", tr("Skills needed"), lambda r: ", ".join(r.skills) or "–", lambda r: ", ".join(r.skills), width=136,
               tip=lambda r: ", ".join(r.skills)),
        Column("outdoor", tr("Outdoor"), lambda r: tr("outdoor") if r.facts.outdoor else "", lambda r: r.facts.outdoor, width=80),
        Column("bookable", tr("Bookable"), lambda r: BOOKABLE.get(r.facts.bookable, "") if r.facts.kind == "service" else "",
               lambda r: r.facts.bookable, width=96),
        Column("more", "", lambda _r: "", width=40, tip=lambda _r: tr("What can be done")),
    ]  # fmt: skip
