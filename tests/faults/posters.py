"""What processes of bookkeepers do at once: post, pay and mark as paid over the same customer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest import mock

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from fieldoffice.models.billing import Invoice
from fieldoffice.models.books import JournalEntry
from fieldoffice.models.errors import NotAllowed
from fieldoffice.office import Office, Tx
from fieldoffice.services.books import journal, payments, periods, posting
from fieldoffice.services.books.drafts import DraftFacts, DraftLine, new_sale
from fieldoffice.services.books.payments import mark_paid, receive_payment
from fieldoffice.services.books.posting import post_invoice
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.company.numbering import FIRST, take_number
from tests import make
from tests.faults.desks import GAP_S, Spoiled, sit_down


@dataclass
class Posted:
    """How often a desk posted, gave up on purpose, and was refused by the database for a number that was taken."""

    done: int = 0
    spoiled: int = 0
    doubles: int = 0


def post(desk: int, barrier: Any, address: str, customer: int, rounds: int, how: str) -> Posted:
    """Post an invoice and pay the oldest debt, `rounds` times; a fifth of the actions fail after their number was taken."""
    office, dice, told = sit_down(address), random.Random(desk), Posted()
    barrier.wait()
    for n in range(rounds):
        spoiled = dice.random() < 0.2
        try:
            with HOW[how](office):
                office.do(_post_and_pay, customer, 1_000 + 10 * desk + n, spoiled)
            told.done += 1
        except Spoiled:
            told.spoiled += 1
        except IntegrityError:
            told.doubles += 1
    office.close()
    return told


def _post_and_pay(tx: Tx, customer: int, cents: int, spoiled: bool) -> None:
    facts = DraftFacts((DraftLine("Work", 1000, cents, tax=("DC", 60_000)),), make.TODAY)
    id = new_sale(tx, customer, facts)
    post_invoice(tx, id, version=tx.get(Invoice, id).version)
    receive_payment(tx, Receipt(customer, cents // 2, "check", make.TODAY))
    if spoiled:
        raise Spoiled


@contextmanager
def _taken_apart(office: Office) -> Iterator[None]:
    """A number taken in a transaction of its own: what fails afterwards leaves a gap."""
    number = office.do(lambda tx: (take_number(tx, "invoice"), tx.ring("counter"))[0])
    with mock.patch.object(posting, "take_number", return_value=number):
        yield


@contextmanager
def _unlocked(office: Office) -> Iterator[None]:
    """The next number looked up instead of taken, and no lock."""

    def looked_up(tx: Tx, series: str) -> str:
        last = tx.session.scalar(select(func.count()).select_from(Invoice).where(Invoice.number.is_not(None))) or 0
        time.sleep(GAP_S)
        return f"INV-{FIRST + last}"

    def next_seq(tx: Tx, series: str, *, first: int = 1) -> int:
        if series != "ledger":
            return KEPT(tx, series, first=first)
        last = tx.session.scalar(select(func.max(JournalEntry.seq))) or 0
        time.sleep(GAP_S)
        return last + 1

    none = lambda tx: None  # noqa: E731
    with (
        mock.patch.object(posting, "take_number", looked_up), mock.patch.object(Tx, "number", next_seq),
        mock.patch.object(posting, "hold_books", none), mock.patch.object(payments, "hold_books", none),
        mock.patch.object(journal, "hold_books", none), mock.patch.object(periods, "hold_books", none),
    ):  # fmt: skip
        yield


KEPT = Tx.number
HOW: dict[str, Callable[[Office], Any]] = {"guarded": lambda office: nullcontext(), "taken apart": _taken_apart, "unlocked": _unlocked}


def pay_the_same(desk: int, barrier: Any, address: str, items: list[int]) -> int:
    """All desks mark the same invoice as paid at the same time, one after the other; how often this one did it."""
    office, won = sit_down(address), 0
    for item in items:
        barrier.wait()
        try:
            office.do(lambda tx, item=item: mark_paid(tx, [item], method="cash", on=make.TODAY))
            won += 1
        except NotAllowed:
            pass
    office.close()
    return won


def post_drafts(desk: int, barrier: Any, address: str, drafts: list[list[int]]) -> tuple[float, float]:
    """Post this desk's drafts one by one; when it began and ended."""
    office = sit_down(address)
    office.see(lambda tx: tx.company)
    barrier.wait()
    began = time.time()
    for id in drafts[desk]:
        office.do(lambda tx, id=id: post_invoice(tx, id, version=tx.get(Invoice, id).version).number)
    ended = time.time()
    office.close()
    return began, ended
