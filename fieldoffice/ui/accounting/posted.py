"""A posted paper, calmly: what it says, what was paid on it, whom it concerns, what happened to it. Nothing can be typed."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QBoxLayout, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.services.books.sheets import InvoiceSheet, Settled, SheetLine, Told
from fieldoffice.ui.accounting.filling import Filling
from fieldoffice.ui.accounting.sumbox import SumBox
from fieldoffice.ui.accounting.words import EVENTS, ITEMS, day, late, money, rate_words, tax_words, tr
from fieldoffice.ui.customers.overview import Facts
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import moment, shown_amount, shown_quantity
from fieldoffice.ui.parts.arranging import surface
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

NARROW = 860
"""Pixels below which the two columns stand one below the other."""


class LineRow:
    """A line of a posted paper with an id, as tables want one."""

    def __init__(self, id: int, line: SheetLine) -> None:
        self.id, self.line = id, line


class SettledList(QWidget):
    """What settles a paper, or what money settles: one line each, opened by its number, taken back at its end."""

    opened = Signal(object)
    release_wanted = Signal(object)

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self.nothing, self.shown = nothing, tuple[Settled, ...]()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(2, 1)

    def show_settled(self, rows: Sequence[Settled], exponent: int, *, may: bool = True, whose: str = "") -> None:
        """`may`: whether what settles can be taken back here; with `whose`, customers other than that one are named."""
        self.shown = tuple(rows)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        if not rows:
            self._grid.addWidget(PlainLabel(self.nothing, "muted"), 0, 0, 1, 5)
        for n, row in enumerate(rows):
            self._line(n, row, exponent, may, whose)

    def _line(self, n: int, row: Settled, exponent: int, may: bool, whose: str) -> None:
        number = button(row.number, lambda: self.opened.emit(row), link=True)
        words = ITEMS.get(row.kind, row.kind) + (f", {row.customer}" if whose and row.customer != whose else "")
        amount = PlainLabel(money(row.cents, exponent))
        amount.setMinimumHeight(28)
        self._grid.addWidget(number, n, 0)
        self._grid.addWidget(PlainLabel(show_date(row.on, year=not whose), "muted"), n, 1)
        self._grid.addWidget(ElidedLabel(words), n, 2)
        self._grid.addWidget(amount, n, 3, Qt.AlignmentFlag.AlignRight)
        if may:
            take = IconButton("undo", tr("Take %1 back from here; it is credit again").replace("%1", row.number),
                              lambda: self.release_wanted.emit(row), color="muted")  # fmt: skip
            self._grid.addWidget(take, n, 4)


class HistoryList(QWidget):
    """When, what, who; the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def show_events(self, events: Sequence[Told], zone: str) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        for n, event in enumerate(events):
            words = EVENTS.get(event.kind, event.kind.partition(".")[2].replace("_", " ").capitalize())
            said = PlainLabel(f"{words}: {event.note}" if event.note else words, wrap=True)
            when = PlainLabel(f"{moment(event.at, ZoneInfo(zone))}, {event.who}", "muted")
            self._grid.addWidget(said, 2 * n, 0, 1, 2)
            self._grid.addWidget(when, 2 * n + 1, 0, 1, 2)


class PostedView(QScrollArea):
    """`opened` and `release_wanted` pass on what was pressed in the list of what settles it."""

    opened = Signal(object)
    release_wanted = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.sheet, self.exponent = desk, None, 2
        self.sheet: InvoiceSheet | None
        self.rows: Rows[LineRow] = Rows(self._columns())
        self.table, self.sums = Table(self.rows, "Lines of the posted invoice"), SumBox()
        self.facts, self.history = Facts(tr("Invoice"), desk), HistoryList()
        self.settled = SettledList(tr("Nothing was paid yet."))
        self.notes = PlainLabel("", wrap=True)
        self.settled.opened.connect(self.opened)
        self.settled.release_wanted.connect(self.release_wanted)
        self._build()

    def show_sheet(self, sheet: InvoiceSheet, *, may: bool = True) -> None:
        self.sheet, self.exponent = sheet, sheet.exponent
        self.rows.show([LineRow(n, line) for n, line in enumerate(sheet.lines)])
        self.table.setFixedHeight((len(sheet.lines) + 1) * self.table.verticalHeader().defaultSectionSize() + 14)
        self.table.horizontalHeader().setSectionHidden(1, len(sheet.jobs) < 2)
        row, total = sheet.row, abs(sheet.row.total_cents)
        left = abs(row.open_cents)
        done = tr("Used") if row.kind == "credit" else tr("Paid")
        rest = tr("Left to use") if row.kind == "credit" else tr("Open")
        more = [] if row.state == "void" else [(done, left - total, False), (rest, left, True)]
        self.sums.show_sums(sheet.net_cents, sheet.taxes, total, sheet.exponent, more)
        self.settled.nothing = tr("Nothing uses it yet.") if row.kind == "credit" else tr("Nothing was paid yet.")
        self.settled.show_settled(sheet.settled, sheet.exponent, may=may and row.state != "void")
        self.history.show_events(sheet.events, sheet.zone)
        self.notes.setText(sheet.notes)
        self.notes.setVisible(bool(sheet.notes))
        self._show_facts(sheet)

    def _show_facts(self, sheet: InvoiceSheet) -> None:
        row, zone, go = sheet.row, ZoneInfo(sheet.zone), self.desk.open
        due = day(row.due_on) + (f" ({late(row, sheet.today)})" if late(row, sheet.today) else "")
        jobs = sheet.jobs[0] if len(sheet.jobs) == 1 else None
        many = "\n".join(f"{job.number} {job.words}" for job in sheet.jobs) if len(sheet.jobs) > 1 else ""
        cited = ", ".join(paper.number or tr("a draft") for paper in sheet.cited_by)
        self.facts.show_lines((
            (tr("Customer"), row.customer, lambda: go("customer", customer_id=row.customer_id, section="Money")),
            (tr("Paid by"), row.payer if row.bill_to_id != row.customer_id else "",
             lambda: go("customer", customer_id=row.bill_to_id, section="Money")),
            (tr("Date"), day(row.issued_on), None), (tr("Due"), due if row.kind != "credit" else "", None),
            (tr("Work done at"), sheet.location, None), (tr("Reference"), row.reference, None),
            (tr("Job"), jobs.number if jobs else "", lambda: go("job", job_id=jobs.id, back="invoice") if jobs else None),
            (tr("Jobs"), many, None),
            (tr("Credits"), sheet.cites.number if sheet.cites else "",
             lambda: go("invoice", invoice_id=sheet.cites.id) if sheet.cites else None),
            (tr("Credited by"), cited, lambda: go("invoice", invoice_id=sheet.cited_by[0].id)),
            (tr("Reason"), sheet.reason, None), (tr("Voided because"), sheet.void_reason, None),
            (tr("Disputed since"), day(sheet.disputed_on) if sheet.disputed_on else "", None),
            (tr("Sent"), moment(sheet.sent_at, zone) if sheet.sent_at else tr("not yet"), None),
        ))  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where a panel leaves little room, whom it concerns stands below what it says."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._columns_box.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _columns(self) -> list[Column[LineRow]]:
        return [
            Column("name", tr("What"), lambda r: r.line.line.name, width=320, tip=lambda r: r.line.line.description or r.line.line.name),
            Column("job", tr("Job"), lambda r: r.line.job or "–", width=80),
            Column("quantity", tr("Quantity"), lambda r: shown_quantity(r.line.line.quantity_milli), right=True, width=80),
            Column("price", tr("Unit price"), lambda r: shown_amount(r.line.line.unit_price_cents, self.exponent), right=True, width=88),
            Column("tax", tr("Tax"), lambda r: rate_words(r.line.line.tax), right=True, width=84,
                   tip=lambda r: tax_words(r.line.line.tax or ("", 0))),
            Column("net", tr("Net"), lambda r: money(r.line.net_cents, self.exponent), right=True, width=88),
        ]

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        Filling(self.table, "name", 96)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left, right, inner = QVBoxLayout(), QVBoxLayout(), QWidget()
        left.setSpacing(12)
        for part in (self.table, self.sums, self.notes):
            left.addWidget(part)
        left.addSpacing(8)
        left.addWidget(PlainLabel(tr("Payments and credits"), "section"))
        left.addWidget(self.settled)
        right.setSpacing(16)
        right.addWidget(self.facts)
        right.addWidget(PlainLabel(tr("History"), "section"))
        right.addWidget(self.history)
        row = self._columns_box = QHBoxLayout(inner)
        row.setContentsMargins(16, 8, 16, 16)
        row.setSpacing(16)
        row.addWidget(surface(left), 5, Qt.AlignmentFlag.AlignTop)
        row.addWidget(surface(right), 3, Qt.AlignmentFlag.AlignTop)
        inner.setMaximumWidth(1440)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
