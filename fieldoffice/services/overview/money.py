"""The money in figures: what was earned by month and by service, what is owed by age over time, how long customers take to pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import extract, func, select

from fieldoffice.models.billing import MoneyKind, MoneyState, Payment
from fieldoffice.models.books import Account, AccountKind, ArItem, ItemKind, JournalEntry, JournalLine
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import Aged, AgedSums, aged
from fieldoffice.services.books.unbilled import to_bill

MONTHS = 12
WINDOW_DAYS = 90
SOLD = (ItemKind.INVOICE.value, ItemKind.CHARGE.value, ItemKind.CREDIT.value, ItemKind.VOID.value)
"""What is billed, less what was credited or voided."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is owed at the end of a day, by age, and how many days of sales that is (None where nothing was sold)."""

    on: date
    sums: AgedSums
    sold_cents: int
    days: float | None


@dataclass(frozen=True, slots=True)
class MoneyFigures:
    """`months` begin with the oldest; `earned[n]` is without tax. `services` are (name, cents) over these months, the largest
    first. `standings` are at the ends of these months, the last one today. Amounts in minor units."""

    today: date
    exponent: int
    currency: str
    months: tuple[date, ...]
    earned: tuple[int, ...]
    services: tuple[tuple[str, int], ...]
    standings: tuple[Standing, ...]
    received_cents: int
    to_bill: int
    any: bool

    @property
    def now(self) -> Standing:
        return self.standings[-1]


def money_figures(tx: Tx, months: int = MONTHS) -> MoneyFigures:
    """All of it in one look, for those who bill."""
    tx.require(Right.BILLING)
    today = tx.today
    firsts = month_starts(today, months)
    earned, services = _earned(tx, firsts[0], today)
    ends = [*(first - timedelta(days=1) for first in firsts[1:]), today]
    known = tx.session.scalar(select(func.min(JournalEntry.on_date)))
    standings = tuple(_standing(tx, end) if known is not None and known <= end else Standing(end, AgedSums(), 0, None) for end in ends)
    return MoneyFigures(today, tx.company.currency_exponent, tx.company.currency, firsts,
                        tuple(earned.get((first.year, first.month), 0) for first in firsts), services, standings,
                        _received(tx, today), to_bill(tx, count=1).total, known is not None)  # fmt: skip


def month_starts(today: date, months: int) -> tuple[date, ...]:
    """The first days of so many months, the last one this month's."""
    last = today.year * 12 + today.month - 1
    return tuple(date(n // 12, n % 12 + 1, 1) for n in range(last - months + 1, last + 1))


def sales_days(owed_cents: int, sold_cents: int, window_days: int = WINDOW_DAYS) -> float | None:
    """Days sales outstanding: what is owed, in days of what was billed over the last days."""
    return max(owed_cents, 0) * window_days / sold_cents if sold_cents > 0 else None


def _earned(tx: Tx, since: date, until: date) -> tuple[dict[tuple[int, int], int], tuple[tuple[str, int], ...]]:
    """Income as the journal has it, by (year, month), and by account."""
    year, month = extract("year", JournalEntry.on_date), extract("month", JournalEntry.on_date)
    query = (
        select(year, month, Account.code, Account.name, -func.sum(JournalLine.amount_cents))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id).join(Account, Account.id == JournalLine.account_id)
        .where(Account.kind == AccountKind.INCOME.value, JournalEntry.on_date >= since, JournalEntry.on_date <= until)
        .group_by(year, month, Account.code, Account.name)
    )  # fmt: skip
    by_month: dict[tuple[int, int], int] = {}
    by_account: dict[tuple[str, str], int] = {}
    for y, m, code, name, cents in tx.session.execute(query):
        by_month[(int(y), int(m))] = by_month.get((int(y), int(m)), 0) + int(cents)
        by_account[(code, name)] = by_account.get((code, name), 0) + int(cents)
    found = sorted(((name, cents) for (_code, name), cents in by_account.items() if cents), key=lambda row: (-row[1], row[0]))
    return by_month, tuple(found)


def _standing(tx: Tx, on: date) -> Standing:
    found: Aged = aged(tx, on, limit=0)
    window = (ArItem.on_date > on - timedelta(days=WINDOW_DAYS), ArItem.on_date <= on, ArItem.kind.in_(SOLD))
    sold = int(tx.session.scalar(select(func.coalesce(func.sum(ArItem.amount_cents), 0)).where(*window)) or 0)
    return Standing(on, found.totals, sold, sales_days(found.totals.total, sold))


def _received(tx: Tx, today: date) -> int:
    """Money that came in this month."""
    where = (Payment.kind.in_((MoneyKind.PAYMENT.value, MoneyKind.DEPOSIT.value)), Payment.state == MoneyState.RECEIVED.value,
             Payment.received_on >= today.replace(day=1), Payment.received_on <= today)  # fmt: skip
    return int(tx.session.scalar(select(func.coalesce(func.sum(Payment.amount_cents), 0)).where(*where)) or 0)
