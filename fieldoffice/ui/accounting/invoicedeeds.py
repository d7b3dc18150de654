"""What is done with one paper: post, credit, void, dispute, throw a draft away, take back what paid it, print, e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldoffice.models.errors import Refused, Stale
from fieldoffice.services.books import deeds
from fieldoffice.services.books.deeds import Paper
from fieldoffice.services.books.drafts import drop_draft
from fieldoffice.services.books.sheets import CreditItem, Settled
from fieldoffice.ui.accounting.creditpanels import Credit, RefundPanel, UseCreditPanel
from fieldoffice.ui.accounting.deedpanel import Deed
from fieldoffice.ui.accounting.papers import Papers
from fieldoffice.ui.accounting.words import KINDS, tr
from fieldoffice.ui.jobs.why import WhyPopover

if TYPE_CHECKING:
    from fieldoffice.ui.accounting.invoice import InvoicePage


class InvoiceDeeds(QObject):
    """Belongs to the page; every deed that can be taken back says so in its toast."""

    def __init__(self, page: InvoicePage) -> None:
        super().__init__(page)
        self.page, self.desk, self.papers = page, page.desk, Papers(page.desk, page)
        self.using: UseCreditPanel | None = None
        self.refunding: RefundPanel | None = None

    def post(self, override: str = "") -> None:
        """Post the draft, saving it first; `override` is the owner's reason for a closed period."""
        page = self.page
        if not page.writing() or page.keeping.busy:
            return
        if page.dirty() or page.sheet is None:
            page.keeping.save(lambda: self.post(override))
            return
        row = page.sheet.row
        page.keeping.set_busy(True)
        self.desk.do(page, deeds.post, row.id, version=row.version, override=override, then=self._posted, otherwise=self._not_posted)

    def take_payment(self) -> None:
        """Money came in for this invoice."""
        sheet = self.page.sheet
        if sheet is not None and sheet.row.item_id is not None:
            self.desk.open("take_payment", customer_id=sheet.row.bill_to_id, item_id=sheet.row.item_id)

    def ask_credit(self) -> None:
        """Why it is credited; then the draft of a credit memo opens."""
        if self.page.sheet is not None:
            title = tr("Credit %1?").replace("%1", self.page.sheet.row.number)
            WhyPopover(self.page, title, tr("Write the credit memo"), self.credit).open_below(self.page.header)

    def credit(self, reason: str) -> None:
        page = self.page
        assert page.sheet is not None
        self.desk.do(page, deeds.credit, page.sheet.row.id, reason=reason,
                     then=lambda paper: self.desk.open("invoice", invoice_id=paper.id, back=page.back))

    def ask_void(self) -> None:
        """Why it is voided."""
        if self.page.sheet is not None:
            title = tr("Void %1? It keeps its number and counts for nothing.").replace("%1", self.page.sheet.row.number)
            WhyPopover(self.page, title, tr("Void it"), self.void).open_below(self.page.header)

    def void(self, reason: str) -> None:
        page = self.page
        assert page.sheet is not None
        row = page.sheet.row
        self.desk.do(page, deeds.void, row.id, version=row.version, reason=reason,
                     then=lambda paper: self._told(tr("%1 is void").replace("%1", paper.number)))

    def dispute(self) -> None:
        """Mark it as contested, or no longer; it can be taken back at once."""
        if self.page.sheet is not None:
            self._contest(self.page.sheet.row.id, self.page.sheet.row.version, self.page.sheet.disputed_on is None)

    def drop(self) -> None:
        """Throw the draft away: nothing is missing afterwards, for it had no number."""
        page = self.page
        if page.sheet is None:
            page.keeping.draft.discard()
            page.gone(tr("Discarded"))
            return
        row = page.sheet.row
        self.desk.do(page, drop_draft, row.id, version=row.version, then=lambda _none: self._dropped())

    def release(self, row: Settled) -> None:
        """What paid it is the customer's credit again."""
        mine = self.page.sheet.row.number if self.page.sheet else ""
        words = tr("%1 no longer pays %2; it is credit again").replace("%1", row.number).replace("%2", mine)

        def back() -> None:
            self.desk.do(self.page, deeds.settle, ((row.source_id, row.target_id, row.cents),))

        self.desk.do(self.page, deeds.release, row.source_id, row.target_id, then=lambda _cents: self.desk.toast(words, undo=back))

    def use_credit(self) -> None:
        """Choose what a credit memo settles."""
        if (left := self._credit()) is not None:
            self.using = self.using or UseCreditPanel(self.desk, self._panel_done)
            self.using.ask(left)

    def ask_refund(self) -> None:
        """Give back what is left of a credit memo."""
        if (left := self._credit()) is not None:
            self.refunding = self.refunding or RefundPanel(self.desk, self._panel_done)
            self.refunding.ask(left, Deed(deeds.refund_credit, (left.item.id,)))

    def print_it(self) -> None:
        """The paper in the print preview; printed, it counts as sent."""
        if self.page.sheet is not None:
            self.papers.show_invoice(self.page.sheet.row.id, self.page.refresh)

    def mail_it(self) -> None:
        """Send it to the customer by e-mail."""
        if self.page.sheet is not None:
            self.papers.mail_invoice(self.page.sheet.row.id, self.page.refresh)

    # inside

    def _credit(self) -> Credit | None:
        sheet = self.page.sheet
        if sheet is None or sheet.row.kind != "credit" or sheet.row.item_id is None or not sheet.row.open_cents:
            return None
        item = CreditItem(sheet.row.item_id, sheet.row.bill_to_id, -sheet.row.open_cents)
        return Credit(sheet.row.number, item, sheet.exponent, sheet.today)

    def _panel_done(self) -> None:
        self.page.refresh()

    def _posted(self, paper: Paper) -> None:
        self.page.keeping.set_busy(False)
        self._told(tr("Posted: %1").replace("%1", f"{KINDS[paper.kind].lower()} {paper.number}"))

    def _not_posted(self, error: Refused) -> None:
        page = self.page
        page.keeping.set_busy(False)
        page.form.show_errors(error)
        if isinstance(error, Stale):
            page.refresh()
        elif error.key == "closed_period":
            words = tr("%1 Post it there all the same?").replace("%1", str(error))
            WhyPopover(page, words, tr("Post into the closed period"), self.post).open_below(page.header)

    def _contest(self, id: int, version: int, disputed: bool) -> None:
        words = tr("%1 is disputed") if disputed else tr("%1 is no longer disputed")

        def told(paper: Paper) -> None:
            self.desk.toast(words.replace("%1", paper.number), undo=lambda: self._contest(id, paper.version, not disputed))
            self.page.refresh()

        self.desk.do(self.page, deeds.contest, id, version=version, disputed=disputed, then=told)

    def _told(self, words: str) -> None:
        self.desk.toast(words)
        self.page.refresh()

    def _dropped(self) -> None:
        self.page.keeping.draft.discard()
        self.page.gone(tr("The draft is deleted"))
