"""A company with money in it, for the tests of the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.books import Account, ArItem, ItemKind, JournalEntry, JournalLine
from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Role
from fieldoffice.office import Office, Seat, Tx
from fieldoffice.services import company
from fieldoffice.services.books.deposits import receive_deposit
from fieldoffice.services.books.drafts import DraftFacts, DraftLine, bill_jobs, new_sale
from fieldoffice.services.books.ledger import balance, open_items
from fieldoffice.services.books.payments import receive_payment, reverse_payment
from fieldoffice.services.books.posting import post_invoice
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.verifying import verify_books
from tests import make

NO_TAX = ("", 0)


@dataclass(frozen=True)
class Shop:
    """The small company; days are those of the office's clock, which stands on 2026-03-02."""

    office: Office
    made: make.Made

    def draft(self, cents: int, *, on: date = make.TODAY, due: date | None = None, customer: int | None = None,
              tax: tuple[str, int] | None = NO_TAX) -> int:  # fmt: skip
        """A draft of a sale with one line."""
        line = DraftLine("Work", 1000, cents, tax=tax)
        return self.office.do(new_sale, customer or self.made.customer, DraftFacts((line,), on, due))

    def post(self, draft_id: int, **more: str) -> int:
        """Post a draft; its item in the ledger."""
        self.office.do(post_invoice, draft_id, version=self.version(draft_id), **more)
        return self.item(draft_id)

    def invoice(self, cents: int, **more: object) -> int:
        """A posted sale; its item in the ledger."""
        return self.post(self.draft(cents, **more))  # type: ignore[arg-type]

    def bill(self, job_id: int) -> int:
        """A posted invoice of a job; its id."""
        draft = self.office.do(bill_jobs, [job_id])
        self.post(draft)
        return draft

    def pay(self, cents: int, *, on: date = make.TODAY, customer: int | None = None, method: str = "check",
            parts: tuple[tuple[int, int], ...] | None = None) -> int:  # fmt: skip
        """A payment; its id."""
        receipt = Receipt(customer or self.made.customer, cents, method, on, parts=parts)
        return self.office.do(lambda tx: receive_payment(tx, receipt).id)

    def deposit(self, cents: int, *, on: date = make.TODAY, job: int | None = None, method: str = "check",
                customer: int | None = None) -> int:  # fmt: skip
        """A deposit; its id."""
        receipt = Receipt(customer or self.made.customer, cents, method, on)
        return self.office.do(lambda tx: receive_deposit(tx, receipt, job_id=job).id)

    def child(self, name: str, n: int) -> int:
        """A sub customer of the shop's customer; its id."""
        id, _place = make.customer(self.office, name, n)
        self.office.do(lambda tx: setattr(tx.get(Customer, id), "parent_id", self.made.customer))
        return id

    def role(self, role: Role) -> Seat:
        """The door as a user of this role sees it."""
        user = self.office.do(company.add_user, login=role.value, name=f"The {role.value}", roles=(role,))
        return self.office.seat(user.id)

    def version(self, invoice_id: int) -> int:
        return self.office.see(lambda tx: tx.get(Invoice, invoice_id).version)

    def money(self, payment_id: int) -> Payment:
        return self.office.see(lambda tx: tx.get(Payment, payment_id))

    def reverse(self, payment_id: int, *, on: date = make.TODAY, **more: int) -> None:
        version = self.money(payment_id).version
        self.office.do(reverse_payment, payment_id, version=version, on=on, reason="Bounced", **more)

    def items(self, kind: ItemKind) -> list[ArItem]:
        """The ledger's items of a kind, oldest first."""
        return self.office.see(lambda tx: tx.all(select(ArItem).where(ArItem.kind == kind).order_by(ArItem.id)))

    def item(self, invoice_id: int) -> int:
        """The item of a paper, not of its void."""
        query = select(ArItem.id).where(ArItem.invoice_id == invoice_id, ArItem.reverses_id.is_(None))
        return self.office.see(lambda tx: tx.session.scalars(query).one())

    def open(self, item_id: int, until: date | None = None) -> int:
        found = self.office.see(open_items, item_ids=[item_id], until=until, zero=True)
        return found[0].open_cents if found else 0

    def balance(self, until: date | None = None, customer: int | None = None) -> int:
        return self.office.see(balance, customer or self.made.customer, until=until)

    def account(self, key: str) -> int:
        """The sum of an account in the journal: debits positive."""
        query = select(func.coalesce(func.sum(JournalLine.amount_cents), 0)).join(Account, Account.id == JournalLine.account_id)
        return int(self.office.see(lambda tx: tx.session.scalar(query.where(Account.key == key))))


def proven(office: Office) -> None:
    """What must hold after anything: balanced entries, receivable = ledger, open amounts sum to the balance, nothing overdrawn."""

    def prove(tx: Tx) -> None:
        entries = tx.session.execute(
            select(JournalEntry.seq, func.sum(JournalLine.amount_cents)).join(JournalLine, JournalLine.entry_id == JournalEntry.id)
            .group_by(JournalEntry.seq).order_by(JournalEntry.seq)
        ).all()  # fmt: skip
        assert [seq for seq, _ in entries] == list(range(1, len(entries) + 1))
        assert all(cents == 0 for _, cents in entries)
        owed = select(func.coalesce(func.sum(JournalLine.amount_cents), 0)).join(Account).where(Account.key == "receivable")
        items = tx.all(select(ArItem))
        assert tx.session.scalar(owed) == sum(item.amount_cents for item in items)
        for day in sorted({item.on_date for item in items}) + [None]:
            rows = open_items(tx, until=day, zero=True)
            for payer in {row.bill_to_id for row in rows}:
                assert sum(r.open_cents for r in rows if r.bill_to_id == payer) == balance(tx, payer, until=day)
            assert all(0 <= r.open_cents <= r.amount_cents or r.amount_cents <= r.open_cents <= 0 for r in rows)

    office.see(prove)
    assert office.see(verify_books) == ()
