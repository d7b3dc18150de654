"""The company itself: founding it, its facts, its settings, its people."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select

from fieldoffice.models.company import Company, Holiday, Setting
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right, Role, StaffUser
from fieldoffice.office import Tx

HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
"""argon2id as decided for staff: 46 MiB, one pass."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
EXPONENTS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}
SETTINGS: dict[str, Any] = {"clock_ahead_s": 0}
"""Every company-wide setting with its default: `clock_ahead_s` lets a sample company live at office hours whenever it is
made."""


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """What every page needs to know of the company."""

    name: str
    number: str
    country: str
    zone: str
    currency: str
    currency_exponent: int
    first_weekday: int
    paper: str
    address: str
    phone: str
    place: tuple[float, float] | None
    sample: bool
    version: int


@dataclass(frozen=True, slots=True)
class UserRow:
    id: int
    login: str
    name: str
    roles: tuple[str, ...]
    has_password: bool


def found(tx: Tx, *, name: str, country: str, zone: str, currency: str, paper: str, owner: str, password: str = "",
          street: str = "", city: str = "", region: str = "", postal_code: str = "", phone: str = "",
          place: tuple[float, float] | None = None, sample: bool = False) -> UserRow:  # fmt: skip
    """Make the company and its owner in an empty database."""
    if tx.session.get(Company, 1) is not None:
        raise NotAllowed("This database already has a company.")
    _check(name=name, country=country, zone=zone, currency=currency, paper=paper, owner=owner)
    tx.add(Company(id=1, name=name.strip(), number=f"{secrets.randbelow(9_000_000) + 1_000_000}", country=country.upper(), zone=zone,
                   currency=currency.upper(), currency_exponent=EXPONENTS.get(currency.upper(), 2), paper=paper,
                   first_weekday=6 if country.upper() in {"US", "CA", "JP"} else 0, street=street, city=city, region=region,
                   postal_code=postal_code, phone=phone, lat=place and place[0], lon=place and place[1], sample=sample))  # fmt: skip
    return add_user(tx, login="owner", name=owner, roles=(Role.OWNER,), password=password)


def add_user(tx: Tx, *, login: str, name: str, roles: Sequence[Role], password: str = "") -> UserRow:
    """A new member of staff; without a password only a one-desk database lets them in."""
    tx.require(Right.ORGANIZATION)
    login = login.strip().lower()
    if not login or not name.strip():
        raise Invalid(login="Please give a login and a name.")
    if tx.session.scalar(select(StaffUser.id).where(StaffUser.login == login)):
        raise Invalid(login=f"The login {login} is taken.")
    hashed = _hashed(password) if password else None
    return _user(
        tx.add(StaffUser(login=login, name=name.strip(), roles=[r.value for r in roles], password_hash=hashed))
    )


def set_password(tx: Tx, user_id: int, password: str) -> None:
    """Give a user a password; users may change their own, others need the right."""
    if tx.actor.user_id != user_id:
        tx.require(Right.ORGANIZATION)
    tx.get(StaffUser, user_id, lock=True).password_hash = _hashed(password)


def sign_in(tx: Tx, login: str, password: str) -> UserRow:
    """The user with this login and password; the same words for a wrong login and a wrong password."""
    user = tx.session.scalar(select(StaffUser).where(StaffUser.login == login.strip().lower(), StaffUser.active))
    try:
        HASHER.verify(user.password_hash if user and user.password_hash else DUMMY_HASH, password)
    except VerificationError:
        raise NotAllowed("Login or password is wrong.", key="sign_in") from None
    if user is None or user.password_hash is None:
        raise NotAllowed("Login or password is wrong.", key="sign_in")
    return _user(user)


def users(tx: Tx) -> tuple[UserRow, ...]:
    """The active members of staff, the owner first."""
    return tuple(_user(u) for u in tx.all(select(StaffUser).where(StaffUser.active).order_by(StaffUser.id)))


def company(tx: Tx) -> CompanyRow:
    c = tx.company
    lines = [c.street, " ".join(p for p in (c.city, c.region, c.postal_code) if p)]
    return CompanyRow(c.name, c.number, c.country, c.zone, c.currency, c.currency_exponent, c.first_weekday, c.paper,
                      "\n".join(line for line in lines if line), c.phone,
                      None if c.lat is None or c.lon is None else (c.lat, c.lon), c.sample, c.version)  # fmt: skip


def setting(tx: Tx, key: str) -> Any:
    """A company-wide setting, or its default."""
    row = tx.session.scalar(select(Setting).where(Setting.key == key))
    return SETTINGS[key] if row is None else row.value


def set_setting(tx: Tx, key: str, value: Any) -> None:
    """Change a company-wide setting."""
    tx.require(Right.ORGANIZATION)
    if key not in SETTINGS:
        raise Invalid(key=f"There is no setting {key}.")
    row = tx.session.scalar(select(Setting).where(Setting.key == key).with_for_update())
    if row is None:
        tx.add(Setting(key=key, value=value))
    else:
        row.value = value


def add_holiday(tx: Tx, on: date, name: str) -> None:
    """A day on which nobody works, unless a provider's hours for that day say otherwise."""
    tx.require(Right.ORGANIZATION)
    tx.add(Holiday(on_date=on, name=name))


def _check(**given: str) -> None:
    wrong: dict[str, str] = {}
    if not given["name"].strip():
        wrong["name"] = "Please give the company's name."
    if not given["owner"].strip():
        wrong["owner"] = "Please give the owner's name."
    if len(given["country"]) != 2 or not given["country"].isalpha():
        wrong["country"] = "Please give the country as two letters, such as US."
    if given["zone"] not in available_timezones():
        wrong["zone"] = "Please choose a time zone such as America/New_York."
    if len(given["currency"]) != 3 or not given["currency"].isalpha():
        wrong["currency"] = "Please give the currency as three letters, such as USD."
    if given["paper"] not in {"Letter", "A4"}:
        wrong["paper"] = "Paper is Letter or A4."
    if wrong:
        raise Invalid(**wrong)
    ZoneInfo(given["zone"])


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password.encode()) <= LONGEST_PASSWORD:
        raise Invalid(password=f"A password has between {SHORTEST_PASSWORD} and {LONGEST_PASSWORD} characters.")
    return HASHER.hash(password)


DUMMY_HASH = "$argon2id$v=19$m=47104,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$KzCXd6gGkMJ2NYVpA5W2cnNbVaqP6PYrVwPBhYsiEyQ"
"""Verified for unknown logins, so that they take as long as known ones."""


def _user(user: StaffUser) -> UserRow:
    return UserRow(user.id, user.login, user.name, tuple(user.roles), user.password_hash is not None)
