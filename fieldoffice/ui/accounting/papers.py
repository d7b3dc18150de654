"""Invoices and receipts of a page: shown before they are printed, and e-mailed. Drawn once, then always the kept bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from fieldoffice.services.books.mailing import mail_invoice, mail_receipt
from fieldoffice.services.books.papers import Print, invoice_print, keep_invoice, keep_receipt, receipt_print
from fieldoffice.services.books.sending import Sent, invoice_sent
from fieldoffice.ui.printing.drawn import Drawn

if TYPE_CHECKING:
    from fieldoffice.office import Tx

Then = Callable[[], None]


class Papers(Drawn):
    """Owned by a page. Each call says in words what went wrong; `then` is called when something changed."""

    def show_invoice(self, invoice_id: int, then: Then = lambda: None) -> None:
        """The paper in the print preview; printed, it counts as sent."""
        printed = partial(self._printed, invoice_id, then)
        self.show_kept(invoice_print, keep_invoice, invoice_id, lambda wanted, pdf: self._preview(wanted, pdf, printed))

    def show_receipt(self, payment_id: int) -> None:
        """The receipt in the print preview."""
        self.show_kept(receipt_print, keep_receipt, payment_id, self._preview)

    def mail_invoice(self, invoice_id: int, then: Then = lambda: None) -> None:
        """Draw it if need be and write its e-mail."""
        self.show_kept(invoice_print, keep_invoice, invoice_id, lambda *_: self._mail(mail_invoice, invoice_id, then))

    def mail_receipt(self, payment_id: int, then: Then = lambda: None) -> None:
        """Draw it if need be and write its e-mail."""
        self.show_kept(receipt_print, keep_receipt, payment_id, lambda *_: self._mail(mail_receipt, payment_id, then))

    def show_kept(self, query: Callable[[Tx, int], Print], keep: Callable[[Tx, int, bytes], Any], id: int,
                  then: Callable[[Print, bytes], None]) -> None:  # fmt: skip
        """Get the bytes of a paper, drawn and kept first where it has none, and go on with them."""

        def found(wanted: Print) -> None:
            if wanted.pdf is not None:
                self.end()
                then(wanted, wanted.pdf)
            else:
                self.draw(wanted.kind, wanted.paper, lambda pdf: drawn(wanted, pdf))

        def drawn(wanted: Print, pdf: bytes) -> None:
            if wanted.lacks:
                self.desk.toast(self.tr("No electronic invoice is inside: %1").replace("%1", " ".join(wanted.lacks)), kind="warn")
            if wanted.keep:
                self.desk.do(self, keep, id, pdf, then=lambda _done: then(wanted, pdf), otherwise=self.desk.refuse)
            else:
                then(wanted, pdf)

        if self.begin():
            self.desk.see(self, query, id, then=found, otherwise=self.failed)

    def _preview(self, wanted: Print, pdf: bytes, printed: Callable[[int], None] | None = None) -> None:
        self.preview_of(wanted.title, pdf)
        if printed is not None and self.preview is not None:
            self.preview.printed.connect(printed)

    def _printed(self, invoice_id: int, then: Then, _pages: int) -> None:
        self.desk.do(self, invoice_sent, invoice_id, "print", then=lambda done: self._sent(done, then))

    def _mail(self, service: Callable[[Tx, int], Any], id: int, then: Then) -> None:
        self.desk.do(self, service, id, then=lambda done: self._mailed(done, then))

    def _mailed(self, done: Sent | None, then: Then) -> None:
        self.desk.toast(self.tr("The e-mail is on its way; the outbox shows it."))
        self._sent(done, then)

    def _sent(self, done: Sent | None, then: Then) -> None:
        for words in done.warnings if done else ():
            self.desk.toast(words, kind="warn")
        then()
