"""Founding the company, and what every page needs to know of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fieldoffice.models.company import Company
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.office import Tx
from fieldoffice.services.company import checks
from fieldoffice.services.company.people import UserRow, add_user

EXPONENTS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}


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


def company(tx: Tx) -> CompanyRow:
    """The company as every page knows it."""
    c = tx.company
    lines = [c.street, " ".join(p for p in (c.city, c.region, c.postal_code) if p)]
    return CompanyRow(c.name, c.number, c.country, c.zone, c.currency, c.currency_exponent, c.first_weekday, c.paper,
                      "\n".join(line for line in lines if line), c.phone,
                      None if c.lat is None or c.lon is None else (c.lat, c.lon), c.sample, c.version)  # fmt: skip


def _check(**given: str) -> None:
    wrong = {"country": checks.country(given["country"]), "zone": checks.zone(given["zone"]), "paper": checks.paper(given["paper"])}
    if not given["name"].strip():
        wrong["name"] = "Please give the company's name."
    if not given["owner"].strip():
        wrong["owner"] = "Please give the owner's name."
    if len(given["currency"]) != 3 or not given["currency"].isalpha():
        wrong["currency"] = "Please give the currency as three letters, such as USD."
    if wrong := {field: words for field, words in wrong.items() if words}:
        raise Invalid(**wrong)
    ZoneInfo(given["zone"])
