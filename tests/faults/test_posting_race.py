"""Several bookkeepers post at once: no number is missing, none is given twice, nothing is paid twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fieldoffice.models.billing import Invoice
from fieldoffice.office import Office
from fieldoffice.services.books.verifying import verify_books
from tests import make
from tests.faults import posters
from tests.faults.processes import TIMED, race, rounds
from tests.services.books.ledgers import Shop

pytestmark = TIMED
DESKS, TIMES = rounds(4, 8), rounds(3, 100)


def numbers(office: Office) -> list[int]:
    found = office.see(lambda tx: tx.all(select(Invoice.number).where(Invoice.number.is_not(None))))
    return sorted(int((number or "").removeprefix("INV-")) for number in found)


def test_processes_that_post_and_pay_at_once_leave_no_gap_no_double_and_proven_books(office: Office, address: str) -> None:
    customer = make.small(office).customer
    told = race(posters.post, DESKS, address, customer, TIMES, "guarded")
    done = sum(t.done for t in told)
    assert (sum(t.spoiled for t in told) > 0, sum(t.doubles for t in told)) == (True, 0)
    assert numbers(office) == list(range(1001, 1001 + done))
    assert office.see(verify_books) == ()


def test_control_numbers_taken_in_a_transaction_of_their_own_leave_gaps(office: Office, address: str) -> None:
    customer = make.small(office).customer
    told = race(posters.post, DESKS, address, customer, TIMES, "taken apart")
    assert numbers(office) != list(range(1001, 1001 + sum(t.done for t in told)))
    assert any("is missing" in finding.words or "was given" in finding.words for finding in office.see(verify_books))


@pytest.mark.parametrize("kind", ["postgres"])  # on SQLite one writer at a time is the database's own rule
def test_control_without_the_lock_numbers_are_given_twice(office: Office, address: str) -> None:
    customer = make.small(office).customer
    told = race(posters.post, DESKS, address, customer, TIMES, "unlocked")
    assert sum(t.doubles for t in told) > 0


@pytest.mark.requirement("0.44")
def test_an_invoice_that_all_mark_as_paid_at_once_is_paid_once(office: Office, address: str) -> None:
    shop = Shop(office, make.small(office))
    items = [shop.invoice(1_000) for _ in range(rounds(2, 50))]
    won = race(posters.pay_the_same, DESKS, address, items)
    assert (sum(won), shop.balance()) == (len(items), 0)
    assert office.see(verify_books) == ()
