"""What can be done with the invoices that are selected: mark them as paid, post drafts, copy, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout

from fieldoffice.office import Tx
from fieldoffice.services.books import deeds
from fieldoffice.services.books.deeds import Money, Paper
from fieldoffice.services.books.listing import InvoiceRow
from fieldoffice.ui.accounting.markpaid import MarkPaidPanel
from fieldoffice.ui.accounting.words import counted, money, tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import PlainLabel

if TYPE_CHECKING:
    from fieldoffice.ui.accounting.invoicelist import InvoiceList


class PickedBar(QFrame):
    """There while something is selected that something can be done with."""

    def __init__(self, desk: Desk, list: InvoiceList) -> None:
        super().__init__()
        self.desk, self.list = desk, list
        self.setProperty("box", "info")
        self.words = PlainLabel("", "strong")
        self.pay = button(tr("Mark as paid…"), self.mark_paid, icon="paid")
        self.post = button(tr("Post"), self.post_drafts, icon="check")
        self.copy = button(tr("Copy"), list.table.copy, icon="content_copy")
        self.panel: MarkPaidPanel | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addStretch(1)
        for part in (self.pay, self.post, self.copy):
            row.addWidget(part)
        row.addWidget(IconButton("close", tr("Select nothing"), list.table.clearSelection))
        list.table.selectionModel().selectionChanged.connect(lambda *_: self.show_picked())
        list.rows.modelReset.connect(self.show_picked)
        self.hide()

    def payable(self) -> list[InvoiceRow]:
        """The selected ones that money is owed on."""
        return [row for row in self.list.table.selected() if row.open_cents > 0 and row.item_id is not None]

    def drafts(self) -> list[InvoiceRow]:
        return [row for row in self.list.table.selected() if row.state == "draft"]

    def show_picked(self) -> None:
        """Say how many and how much of it is open."""
        rows, due, drafts = self.list.table.selected(), self.payable(), self.drafts()
        self.setVisible(len(rows) > 1 or bool(due) or bool(drafts))
        owed = tr("%1 open").replace("%1", money(sum(row.open_cents for row in due), self.list.exponent)) if due else ""
        self.words.setText("  ·  ".join(part for part in (f"{counted(len(rows), 'invoice')} {tr('selected')}", owed) if part))
        self.pay.setVisible(bool(due))
        self.post.setVisible(bool(drafts))
        self.post.setText(tr("Post %1").replace("%1", counted(len(drafts), "draft")))

    def mark_paid(self) -> None:
        """Ask how it was paid, then write real payments."""
        if rows := self.payable():
            self.panel = self.panel or MarkPaidPanel(self.desk, self._paid)
            self.panel.ask(rows, self.list.today, self.list.exponent)

    def post_drafts(self) -> None:
        """Post all selected drafts, or none."""
        wanted = tuple((row.id, row.version) for row in self.drafts())
        if wanted:
            self.desk.do(self, post_many, wanted, then=self._posted)

    def _posted(self, done: Sequence[Paper]) -> None:
        numbers = ", ".join(paper.number for paper in done[:3]) + (" …" if len(done) > 3 else "")
        self.desk.toast(f"{counted(len(done), 'invoice')} {tr('posted')}: {numbers}")

    def _paid(self, done: Sequence[Money]) -> None:
        said_paid(self.desk, self.list, done)


def post_many(tx: Tx, drafts: Sequence[tuple[int, int]]) -> tuple[Paper, ...]:
    """Post several drafts (id, version): all of them or none."""
    return tuple(deeds.post(tx, id, version=version) for id, version in drafts)


def said_paid(desk: Desk, asker: InvoiceList, done: Sequence[Money]) -> None:
    """Tell of payments that were just written, with a button that reverses them."""
    numbers = ", ".join(row.number for row in done)
    ids = tuple((row.id, row.version) for row in done)

    def undo() -> None:
        reason = tr("Marked as paid by mistake")
        desk.do(asker, deeds.take_back_payments, ids, reason=reason,
                then=lambda _done: desk.toast(tr("Taken back: %1").replace("%1", numbers)))

    desk.toast(tr("Paid. Receipt %1").replace("%1", numbers), undo=undo)
