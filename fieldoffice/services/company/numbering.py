"""How customers, jobs and the papers of the money are numbered: a prefix of letters, and the next number.

The numbers of money have no gaps: once one is taken with a prefix, the next one follows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.billing import BankDeposit, Invoice, Payment
from fieldoffice.models.company import Setting
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.models.job import Job
from fieldoffice.models.log import Counter
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx

FIRST, MOST = 1001, 9_999_999
SERIES: Mapping[str, tuple[str, str, Any]] = {
    "customer": ("Customers", "C", Customer.number),
    "job": ("Jobs", "J", Job.number),
    "invoice": ("Invoices", "INV-", Invoice.number),
    "credit": ("Credit memos", "CM-", Invoice.number),
    "charge": ("Finance charges", "FC-", Invoice.number),
    "payment": ("Payments and deposits", "P-", Payment.number),
    "refund": ("Refunds", "R-", Payment.number),
    "write_off": ("Write-offs", "WO-", Payment.number),
    "bank_deposit": ("Bank deposits", "BD-", BankDeposit.number),
}
GAPLESS = frozenset(SERIES) - {"customer", "job"}
"""Series in which no number may be missing."""
"""Each series: what it numbers, its first prefix, the column that holds its numbers."""
Wanted = Mapping[str, tuple[str, int]]
PREFIX = re.compile(r"[A-Za-z0-9-]{0,6}")


@dataclass(frozen=True, slots=True)
class Numbers:
    """One series: the next number is `prefix` followed by `next`; `used` is the highest one given with this prefix."""

    series: str
    words: str
    prefix: str
    next: int
    used: int


def take_number(tx: Tx, series: str) -> str:
    """The next number of a series, such as "J1042"; one that came in with an import is passed over."""
    prefix, column = prefix_of(tx, series), SERIES[series][2]
    while True:
        number = f"{prefix}{tx.number(series, first=FIRST)}"
        if tx.session.scalar(select(func.count()).where(column == number)) == 0:
            return number


def numbering(tx: Tx) -> tuple[Numbers, ...]:
    """All series as they are now."""
    tx.require(Right.LOOK)
    return tuple(_row(tx, series) for series in SERIES)


def set_numbering(tx: Tx, series: str, *, prefix: str, next: int) -> Numbers:
    """Change how a series goes on. A number that was given with this prefix is never given again."""
    tx.require(Right.ORGANIZATION)
    if series not in SERIES:
        raise NotFound("There is no such series of numbers.")
    old, counter = _row(tx, series), _counter(tx, series)
    used = _used(tx, series, prefix)
    _check(prefix, next, used)
    _keep_whole(tx, series, prefix, next, used)
    row = _prefix_row(tx, series)
    row.value, counter.last = prefix, next - 1
    tx.event("numbering.changed", row, before={"prefix": old.prefix, "next": old.next}, after={"prefix": prefix, "next": next},
             note=f"{SERIES[series][0]}: {prefix}{next}")  # fmt: skip
    tx.session.flush()
    return _row(tx, series)


def set_numbers(tx: Tx, wanted: Wanted) -> tuple[Numbers, ...]:
    """Change several series, all or none: (prefix, next number) by series; refused by `<series>.<field>`."""
    tx.require(Right.ORGANIZATION)
    wrong: dict[str, str] = {}
    for series, (prefix, number) in wanted.items():
        try:
            set_numbering(tx, series, prefix=prefix, next=number)
        except Invalid as error:
            wrong |= {f"{series}.{field}": words for field, words in error.fields.items()}
    if wrong:
        raise Invalid(**wrong)
    return numbering(tx)


def prefix_of(tx: Tx, series: str) -> str:
    """The prefix in use."""
    kept = tx.session.scalar(select(Setting.value).where(Setting.key == f"numbering.{series}"))
    return SERIES[series][1] if kept is None else str(kept)


def _check(prefix: str, next: int, used: int) -> None:
    wrong: dict[str, str] = {}
    if not PREFIX.fullmatch(prefix):
        wrong["prefix"] = "A prefix has at most six letters, digits or dashes."
    elif prefix[-1:].isdigit():
        wrong["prefix"] = "A prefix does not end in a digit: nobody could tell it from the number."
    if not 1 <= next <= MOST:
        wrong["next"] = f"The next number lies between 1 and {MOST:,}."
    elif "prefix" not in wrong and next <= used:
        wrong["next"] = f"{prefix}{used} is given already; the next number is {used + 1} or higher."
    if wrong:
        raise Invalid(**wrong)


def _keep_whole(tx: Tx, series: str, prefix: str, next: int, used: int) -> None:
    if series not in GAPLESS:
        return
    if used and next != used + 1:
        raise Invalid(next=f"After {prefix}{used} comes {used + 1}: these numbers have no gaps.")
    if other := _sharing(tx, series, prefix):
        raise Invalid(prefix=f"{SERIES[other][0]} have this prefix already.")


def _sharing(tx: Tx, series: str, prefix: str) -> str:
    """Another series in the same column that has this prefix, or ""."""
    for other, (_words, _prefix, column) in SERIES.items():
        if other != series and column is SERIES[series][2] and prefix_of(tx, other) == prefix:
            return other
    return ""


def _row(tx: Tx, series: str) -> Numbers:
    prefix = prefix_of(tx, series)
    last = tx.session.scalar(select(Counter.last).where(Counter.name == series))
    return Numbers(series, SERIES[series][0], prefix, FIRST if last is None else last + 1, _used(tx, series, prefix))


def _used(tx: Tx, series: str, prefix: str) -> int:
    """The highest number given with this prefix, 0 when there is none."""
    column = SERIES[series][2]
    query = select(func.substr(column, len(prefix) + 1))
    given = tx.session.scalars(query.where(func.substr(column, 1, len(prefix)) == prefix) if prefix else query)
    return max((int(digits) for digits in given if digits.isascii() and digits.isdigit()), default=0)


def _counter(tx: Tx, series: str) -> Counter:
    """The series' row, locked: nobody takes a number meanwhile."""
    query = select(Counter).where(Counter.name == series).with_for_update()
    found = tx.session.scalar(query.execution_options(populate_existing=True))
    return found or tx.add(Counter(name=series, last=FIRST - 1))


def _prefix_row(tx: Tx, series: str) -> Setting:
    row = tx.session.scalar(select(Setting).where(Setting.key == f"numbering.{series}").with_for_update())
    return row or tx.add(Setting(key=f"numbering.{series}", value=SERIES[series][1]))
