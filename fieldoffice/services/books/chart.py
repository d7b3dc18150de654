"""The chart of accounts: few accounts, each made when something is first posted to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from fieldoffice.models.books import Account, AccountKind
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx

ASSET, OWED, EARNED, SPENT = AccountKind.ASSET, AccountKind.LIABILITY, AccountKind.INCOME, AccountKind.EXPENSE
CHART: Mapping[str, tuple[str, str, AccountKind]] = {
    "bank": ("1000", "Bank", ASSET),
    "undeposited": ("1050", "Undeposited funds", ASSET),
    "receivable": ("1200", "Accounts receivable", ASSET),
    "tax": ("2200", "Sales tax payable", OWED),
    "deposits": ("2300", "Customer deposits", OWED),
    "income": ("4000", "Service income", EARNED),
    "income:material": ("4100", "Materials", EARNED),
    "income:charge": ("4200", "Charges", EARNED),
    "finance": ("4800", "Finance charge income", EARNED),
    "fees": ("4810", "Returned payment fees", EARNED),
    "bad_debt": ("6100", "Bad debt", SPENT),
}
"""By key: code, name, kind. Each item of the price book that was sold has an account of its own below its kind's."""
MONEY_ACCOUNTS = {"bank": "bank", "card": "bank"}
"""Where money of a method lies at first; cash and checks wait for the trip to the bank."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: int
    code: str
    key: str
    name: str
    kind: AccountKind


def account(tx: Tx, key: str) -> int:
    """The id of the account with this key ("receivable", "income:item:12"), made if nothing was posted to it yet."""
    found = tx.session.scalar(select(Account.id).where(Account.key == key))
    return found if found is not None else _open(tx, key)


def income(tx: Tx, kind: str, item_id: int | None) -> str:
    """The key of the income account of a line."""
    if item_id is not None and tx.session.get(CatalogItem, item_id) is not None:
        return f"income:item:{item_id}"
    return f"income:{kind}" if f"income:{kind}" in CHART else "income"


def money_account(method: str) -> str:
    """The key of the account that money of this method comes to."""
    return MONEY_ACCOUNTS.get(method, "undeposited")


def paid_from(method: str) -> str:
    """The key of the account that money of this method leaves."""
    return "undeposited" if method == "cash" else "bank"


def accounts(tx: Tx) -> tuple[AccountRow, ...]:
    """Every account that was posted to, by code."""
    tx.require(Right.BILLING)
    return tuple(
        AccountRow(row.id, row.code, row.key, row.name, AccountKind(row.kind))
        for row in tx.all(select(Account).order_by(Account.code))
    )


def _open(tx: Tx, key: str) -> int:
    code, name, kind = CHART[key] if key in CHART else _of_item(tx, int(key.rpartition(":")[2]))
    into = partial(postgresql.insert if tx.office.shared else sqlite.insert, Account)
    values = {"code": code, "key": key, "name": name, "kind": kind.value, "version": 1}
    tx.session.execute(into().values(values).on_conflict_do_nothing(index_elements=["key"]))
    return tx.session.scalars(select(Account.id).where(Account.key == key)).one()


def _of_item(tx: Tx, item_id: int) -> tuple[str, str, AccountKind]:
    item = tx.get(CatalogItem, item_id)
    above = CHART.get(f"income:{item.kind}", CHART["income"])
    return f"{above[0]}.{item_id}", item.name, above[2]
