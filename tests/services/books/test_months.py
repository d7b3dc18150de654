"""Random months of a bookkeeper's work: whatever is done or refused, the books hold and are proven."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Refused
from fieldoffice.models.states import PaperState
from fieldoffice.office import Office, Tx
from fieldoffice.services.books.banking import bank_deposit, in_hand
from fieldoffice.services.books.deposits import apply_deposit, deposits_of, give_back_deposit, unapply_deposit
from fieldoffice.services.books.drafts import DraftFacts, DraftLine, credit_invoice, new_sale
from fieldoffice.services.books.ledger import OpenItem, allocate, balance, open_items, unallocate
from fieldoffice.services.books.payments import mark_paid, reverse_payment
from fieldoffice.services.books.periods import close_period, closed, seal_period
from fieldoffice.services.books.posting import cancel_credit, post_invoice, void_invoice
from fieldoffice.services.books.refunds import refund, reverse_refund
from fieldoffice.services.books.writeoffs import recover, write_off
from tests import make
from tests.conftest import Clock
from tests.services.books.ledgers import Shop, proven

LONG = bool(os.environ.get("FIELDOFFICE_LONG"))
EXAMPLES, STEPS = ({"sqlite": 60, "postgres": 60}, 50) if LONG else ({"sqlite": 4, "postgres": 1}, 30)
CENTS = st.integers(1, 40_000)
BACK = st.integers(0, 45)
WHICH = st.integers(0, 30)


class Months(RuleBasedStateMachine):
    """Each rule is one thing that a bookkeeper may try; what is refused must change nothing."""

    office: Office
    clock: Clock

    @initialize()
    def found(self) -> None:
        self.shop = Shop(self.office, make.small(self.office))
        self.people = [self.shop.made.customer, *(make.customer(self.office, f"Customer {n}", n)[0] for n in (2, 3))]
        self.done = 0
        self.sealed: dict[int, int] = {}

    def attempt(self, service: Callable[..., Any], *args: Any, **more: Any) -> None:
        try:
            self.office.do(service, *args, **more)
            self.done += 1
        except Refused:
            pass

    def day(self, back: int) -> Any:
        return self.office.see(lambda tx: tx.today) - timedelta(days=back)

    def pick(self, table: Any, which: int, **facts: Any) -> Any:
        rows = self.office.see(lambda tx: [row for row in tx.session.query(table).order_by(table.id)
                                           if all(getattr(row, name) == value for name, value in facts.items())])  # fmt: skip
        return rows[which % len(rows)] if rows else None

    def open(self, which: int, sign: int) -> OpenItem | None:
        rows = [row for row in self.office.see(open_items) if row.open_cents * sign > 0]
        return rows[which % len(rows)] if rows else None

    @rule(cents=st.lists(CENTS, min_size=1, max_size=3), back=BACK, who=st.integers(0, 2), override=st.booleans())
    def invoice(self, cents: list[int], back: int, who: int, override: bool) -> None:
        def post(tx: Tx) -> None:
            lines = tuple(DraftLine(f"Part {n}", 1000, one, tax=("DC", 60_000)) for n, one in enumerate(cents))
            id = new_sale(tx, self.people[who], DraftFacts(lines, self.day(back)))
            post_invoice(tx, id, version=tx.get(Invoice, id).version, override="The owner says so" if override else "")

        self.attempt(post)

    @rule(which=WHICH, back=BACK)
    def credit(self, which: int, back: int) -> None:
        paper = self.pick(Invoice, which, kind="invoice", state=PaperState.POSTED)

        def post(tx: Tx) -> None:
            id = credit_invoice(tx, paper.id, reason="Not done", issued_on=self.day(back))
            post_invoice(tx, id, version=tx.get(Invoice, id).version)

        if paper:
            self.attempt(post)

    @rule(which=WHICH, back=BACK)
    def uncredit(self, which: int, back: int) -> None:
        if paper := self.pick(Invoice, which, kind="credit"):
            self.attempt(cancel_credit, paper.id, version=paper.version, on=self.day(back), reason="It was done")

    @rule(which=WHICH)
    def void(self, which: int) -> None:
        if paper := self.pick(Invoice, which):
            self.attempt(void_invoice, paper.id, version=paper.version, reason="Wrong")

    @rule(cents=CENTS, back=BACK, who=st.integers(0, 2), how=st.sampled_from(("cash", "check", "card")), spread=st.booleans())
    def pay(self, cents: int, back: int, who: int, how: str, spread: bool) -> None:
        with suppress(Refused):
            self.shop.pay(cents, on=self.day(back), customer=self.people[who], method=how, parts=None if spread else ())

    @rule(which=WHICH, back=BACK)
    def pay_whole(self, which: int, back: int) -> None:
        if item := self.open(which, 1):
            self.attempt(mark_paid, [item.id], method="bank", on=self.day(back))

    @rule(which=WHICH, back=BACK, fee=st.sampled_from((0, 2_500)))
    def bounce(self, which: int, back: int, fee: int) -> None:
        if row := self.pick(Payment, which):
            self.attempt(reverse_payment, row.id, version=row.version, on=self.day(back), reason="Bounced", fee_cents=fee)

    @rule(which=WHICH, whom=WHICH, back=BACK, share=st.integers(1, 3))
    def settle(self, which: int, whom: int, back: int, share: int) -> None:
        credit, debt = self.open(which, -1), self.open(whom, 1)
        if credit and debt:
            cents = min(-credit.open_cents, debt.open_cents) // share
            self.attempt(allocate, credit.id, debt.id, cents, self.day(back))

    @rule(which=WHICH, back=BACK)
    def unsettle(self, which: int, back: int) -> None:
        from fieldoffice.models.books import Allocation

        if row := self.pick(Allocation, which):
            self.attempt(unallocate, row.source_id, row.target_id, self.day(back))

    @rule(which=WHICH, back=BACK, share=st.integers(1, 2), how=st.sampled_from(("cash", "check")))
    def refund(self, which: int, back: int, share: int, how: str) -> None:
        if item := self.open(which, -1):
            self.attempt(refund, item.id, max(1, -item.open_cents // share), method=how, on=self.day(back), reason="Asked")

    @rule(which=WHICH, back=BACK)
    def unrefund(self, which: int, back: int) -> None:
        if row := self.pick(Payment, which, kind="refund"):
            self.attempt(reverse_refund, row.id, version=row.version, on=self.day(back), reason="Lost")

    @rule(which=WHICH, back=BACK, share=st.integers(1, 2), tax=st.booleans())
    def give_up(self, which: int, back: int, share: int, tax: bool) -> None:
        if item := self.open(which, 1):
            self.attempt(write_off, item.id, on=self.day(back), reason="Gone", cents=max(1, item.open_cents // share), tax_back=tax)

    @rule(which=WHICH, back=BACK)
    def recover(self, which: int, back: int) -> None:
        if row := self.pick(Payment, which, kind="write_off"):
            self.attempt(recover, row.id, version=row.version, on=self.day(back), reason="He pays")

    @rule(cents=CENTS, back=BACK, who=st.integers(0, 2))
    def deposit(self, cents: int, back: int, who: int) -> None:
        with suppress(Refused):
            self.shop.deposit(cents, on=self.day(back), customer=self.people[who])

    @rule(which=WHICH, whom=WHICH, back=BACK, give=st.booleans())
    def use_deposit(self, which: int, whom: int, back: int, give: bool) -> None:
        rows = self.office.see(deposits_of, self.people)
        debt = self.open(whom, 1)
        if rows and give:
            row = rows[which % len(rows)]
            self.attempt(give_back_deposit, row.id, version=self.shop.money(row.id).version, on=self.day(back), method="check", reason="x")
        elif rows and debt:
            row = rows[which % len(rows)]
            self.attempt(apply_deposit, row.id, debt.id, min(row.left_cents, debt.open_cents), self.day(back))

    @rule(which=WHICH, back=BACK)
    def take_deposit_off(self, which: int, back: int) -> None:
        from fieldoffice.models.books import ArItem

        if item := self.pick(ArItem, which, kind="deposit"):
            self.attempt(unapply_deposit, item.id, on=self.day(back))

    @rule(back=st.integers(0, 5))
    def go_to_the_bank(self, back: int) -> None:
        self.attempt(bank_deposit, [row.id for row in self.office.see(in_hand)], on=self.day(back))

    @rule(child=st.integers(0, 2), above=st.integers(0, 2), pays=st.booleans())
    def put_below(self, child: int, above: int, pays: bool) -> None:
        def put(tx: Tx) -> None:
            row = tx.get(Customer, self.people[child])
            row.parent_id = self.people[above] if child > above else None
            row.bill_to_id = self.people[above] if pays and child > above else None

        self.attempt(put)

    @precondition(lambda self: self.done > 5)
    @rule(back=st.integers(20, 60), seal=st.booleans())
    def close(self, back: int, seal: bool) -> None:
        self.attempt(*((seal_period, self.day(back + 20)) if seal else (close_period, self.day(back))))
        self.sealed = self.at_seal()

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.clock.forward(days=days)

    def at_seal(self) -> dict[int, int]:
        seal = self.office.see(closed).sealed_on
        return {who: self.office.see(balance, who, until=seal) for who in self.people} if seal else {}

    @invariant()
    def what_is_sealed_stays(self) -> None:
        if getattr(self, "sealed", None):
            assert self.at_seal() == self.sealed

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            proven(self.office)
            self.office.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@pytest.mark.timeout(7200 if LONG else 300)
def test_random_months_hold_every_invariant(engine: str, new_address: Callable[..., str]) -> None:
    def machine() -> Months:
        one = Months()
        one.clock = Clock()
        one.office = Office(new_address(engine), clock=one.clock)
        return one

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=EXAMPLES[engine], stateful_step_count=STEPS, deadline=None, derandomize=not LONG,
                                   suppress_health_check=list(HealthCheck)))  # fmt: skip
