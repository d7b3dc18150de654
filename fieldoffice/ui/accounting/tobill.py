"""Finished jobs that nobody billed yet: select some, and they become drafts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.books.unbilled import Per, ToBill, ToBillPage, bill, to_bill
from fieldoffice.ui.accounting.filling import Filling
from fieldoffice.ui.accounting.words import counted, day, money, tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.liverows import LiveRows
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.parts.table import Table

TOPICS = frozenset({"job", "appointment", "line", "invoice", "invoice_job"})


class ToBillList(QWidget):
    """Enter opens the job; "Bill" makes one draft a job, or one a customer."""

    def __init__(self, desk: Desk, billed: Callable[[Sequence[int]], object]) -> None:
        """`billed(ids)` gets the drafts that were made."""
        super().__init__()
        self.desk, self._billed, self.exponent, self.arrived = desk, billed, 2, False
        self.search, self.count = SearchField(tr("Job, customer or what was done")), PlainLabel("", "muted")
        self.per = Segmented((("job", tr("One invoice per job")), ("customer", tr("One per customer"))), tr("How jobs are billed"))
        self.per.set_value("job")
        self.press = button(tr("Bill"), self.bill_selected, icon="receipt_long", primary=True)
        self.empty = EmptyState(tr("All finished jobs are billed."), "done_all")
        self.rows: LiveRows[ToBill] = LiveRows(self._columns(), self._fetch)
        self.table = Table(self.rows, "Jobs to bill", self.empty, memory=desk.memory)
        self._build()
        desk.live.watch(self, TOPICS, self.rows.refresh)

    def billable(self) -> list[ToBill]:
        """The selected jobs that have something to bill."""
        return [row for row in self.table.selected() if row.lines]

    def bill_selected(self) -> None:
        """Make drafts of the selected jobs."""
        rows = self.billable()
        per: Per = "customer" if self.per.value() == "customer" else "job"
        if rows:
            self.press.setEnabled(False)
            self.desk.do(self, bill, [row.id for row in rows], per, then=self._done, otherwise=self._refused)

    # inside

    def _done(self, ids: Sequence[int]) -> None:
        self.table.clearSelection()
        self._show_selected()
        self._billed(ids)

    def _refused(self, error: Any) -> None:
        self._show_selected()
        self.desk.refuse(error)

    def _show_selected(self) -> None:
        rows = self.billable()
        total = money(sum(row.total_cents for row in rows), self.exponent)
        self.press.setText(tr("Bill %1").replace("%1", f"{counted(len(rows), 'job')}, {total}") if rows else tr("Bill"))
        self.press.setEnabled(bool(rows))

    def _fetch(self, offset: int, limit: int, _sort: str, _down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        text = self.search.text().strip()

        def came(answer: tuple[int, ToBillPage]) -> None:
            self.exponent, page = answer
            self.arrived = True
            self.empty.say(tr("No job matches.") if text else tr("All finished jobs are billed."))
            self.count.setText(tr("%1 to bill").replace("%1", counted(page.total, "job")))
            give(page.total, page.rows)

        self.desk.see(self, _found, text, offset=offset, count=limit, then=came)

    def _columns(self) -> list[Column[ToBill]]:
        def column(id: str, title: str, text: Callable[[ToBill], str], width: int, *, right: bool = False,
                   tip: Callable[[ToBill], str] | None = None) -> Column[ToBill]:
            return Column(id, tr(title), text, None, right, width, tip)

        return [
            column("number", "Job", lambda r: r.number, 96),
            column("customer", "Customer", lambda r: r.customer, 232, tip=lambda r: r.customer),
            column("what", "What", lambda r: r.title, 280, tip=lambda r: r.title),
            column("finished", "Finished", lambda r: day(r.finished_on), 144),
            column("payer", "Paid by", lambda r: r.payer if r.payer_id != r.customer_id else tr("the customer"), 184),
            column("total", "Total", lambda r: money(r.total_cents, self.exponent) if r.lines else tr("no lines yet"), 120, right=True),
        ]

    def _build(self) -> None:
        Filling(self.table, "what", 180)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.search)
        row.addStretch(1)
        row.addWidget(self.per)
        row.addWidget(self.press)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        self.search.searched.connect(lambda _text: self.rows.reload())
        self.table.opened.connect(lambda job: self.desk.open("job", job_id=job.id, back="invoices", section="Lines"))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_selected())
        self.rows.modelReset.connect(self._show_selected)
        self._show_selected()


def _found(tx: Tx, text: str, **more: Any) -> tuple[int, ToBillPage]:
    return tx.company.currency_exponent, to_bill(tx, text, **more)
