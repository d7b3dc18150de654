"""Keeping what is typed on a draft: saved, refused by the field, merged with what others saved, or not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fieldoffice.models.errors import Invalid, Refused, Stale
from fieldoffice.office import Tx
from fieldoffice.services.books.sheets import InvoiceSheet
from fieldoffice.services.books.writing import Saved, save_draft
from fieldoffice.ui.accounting.looking import Answer, look
from fieldoffice.ui.accounting.words import title_of, tr
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.parts.banner import Banner

if TYPE_CHECKING:
    from fieldoffice.services.books.writing import Offered
    from fieldoffice.ui.accounting.invoice import InvoicePage

Then = Callable[[], object] | None


class InvoiceKeeping(QObject):
    """`busy` while a save or a posting is on its way; `draft` keeps what is typed on the disk."""

    def __init__(self, page: InvoicePage) -> None:
        super().__init__(page)
        self.page, self.busy, self._next = page, False, None
        self._next: Then
        self.draft = Draft(page.desk, "invoice", page.form.form, page, save=page.save)
        self.warning = Banner("warn")
        self.warning.add_button(tr("Save"), self._save_then)
        self.warning.add_button(tr("Discard"), self.discard)
        self._keep = self.warning.add_button(tr("Keep editing"), self.warning.hide)
        self.warning.hide()

    def show_stored(self, sheet: InvoiceSheet, offer: Offered) -> None:
        """The form shows a stored draft; what was left unsaved of it comes back."""
        self.page.form.show_sheet(sheet, offer)
        title = f"{title_of(sheet)}, {sheet.row.customer}"
        self.draft.open(sheet.row.id, sheet.row.version, self.page.form.stored(sheet), title)

    def show_new(self, offer: Offered) -> None:
        """The form of a new invoice."""
        self.page.form.show_new(offer)
        self.draft.open(None, 0, title=tr("New invoice"))

    def tell_meanwhile(self, sheet: InvoiceSheet) -> None:
        """Somebody else changed or posted the draft that is being typed in: said at once, not only on saving."""
        if sheet.row.state != "draft":
            self.page.desk.toast(tr("Somebody else has posted this draft meanwhile. What you typed was not saved."), kind="warn")
            self.draft.discard()
        elif sheet.row.version != self.draft.version:
            self.draft.told.say(tr("Somebody else has changed this draft meanwhile. What you typed is still here; saving brings both "
                                   "together."), kind="warn")  # fmt: skip

    def save(self, then: Then = None) -> None:
        """Save what is entered, then `then`; nothing follows a refusal."""
        page, form = self.page, self.page.form
        if self.busy or not page.writing():
            return
        if not page.dirty() and page.sheet is not None:
            if then is not None:
                then()
            return
        if not form.form.check():
            return
        who = form.who()
        if who is None:
            form.show_errors(Invalid(customer_id=tr("Choose the customer.")))
            return
        self._next = then
        self.set_busy(True)
        id, version = (page.sheet.row.id, self.draft.version) if page.sheet else (None, 0)
        page.desk.do(page, save_draft, id, who, form.facts(), version=version, then=self._saved, otherwise=self._refused,
                     broken=lambda: self.set_busy(False), op_id=self.draft.op())  # fmt: skip

    def warn(self, wish: Then) -> None:
        """Say that something is not saved; `wish` follows once it is saved or dropped."""
        self._next = wish
        self.warning.show_words(tr("Not saved yet."))
        self._keep.setFocus()

    def discard(self) -> None:
        """Drop what is typed."""
        wish, self._next = self._next, None
        self.draft.discard()
        self.warning.hide()
        self.page.forget_typed()
        if wish is not None:
            wish()

    def set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.page.show_tools()

    def _saved(self, saved: Saved) -> None:
        page = self.page
        page.wanted = saved.id
        self.draft.saved()
        page.form.form.clear_errors()
        page.form.lines.show_refused({})
        page.desk.see(page, look, saved.id, then=self._show_saved, otherwise=page.failed)

    def _show_saved(self, answer: Answer) -> None:
        self.busy = False
        page = self.page
        page.sheet, page.offer = answer
        self.show_stored(*answer)
        page.show_header()
        wish, self._next = self._next, None
        if wish is not None:
            wish()
        else:
            page.desk.toast(tr("Saved"))

    def _refused(self, error: Refused) -> None:
        wish, self._next = self._next, None
        self.set_busy(False)
        page = self.page
        if not isinstance(error, Stale) or page.sheet is None:
            page.form.show_errors(error)
            return
        id, found = page.sheet.row.id, list[Answer]()

        def ask_now(tx: Tx) -> tuple[int, dict[str, Any]]:
            found.append(look(tx, id))
            return found[-1][0].row.version, page.form.stored(found[-1][0])

        def again(version: int, _values: dict[str, Any]) -> None:
            page.sheet = found[-1][0]
            self.draft.version = version
            self.save(wish)

        self.draft.stale(error, ask_now, again, otherwise=page.form.show_errors)

    def _save_then(self) -> None:
        self.warning.hide()
        self.save(self._next)
