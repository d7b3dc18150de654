"""Customers that may be one and the same, and why it seems so.

Compared are phone numbers by their digits, e-mail addresses, and names at one address. The names need not be spelled
alike: how near they are is measured by the share of letters that agree, words in any order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from fieldoffice.models.customer import Customer, Location, searchable
from fieldoffice.models.errors import Invalid
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.searching import matches

ALIKE = 86.0
"""Percent of agreement from which two names at one address are taken for one: "Bob Smith" and "Bob Smyth" have 89."""
CROWD = 12
"""More customers than this behind one phone number or address are a switchboard or a tower, not one customer."""
NO_DIGIT, HAS_DIGIT, WORD = re.compile(r"\D"), re.compile(r"\d"), re.compile(r"[^\W_]+")
PART = 10_000
STRENGTH = {"name and address": 4, "e-mail": 3, "phone": 2, "address": 1}


Facts = tuple[tuple[int, str, str, str, str], ...]
Places = tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A customer as far as duplicates are compared."""

    id: int
    number: str
    name: str
    phone: str
    email: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers that may be one. `reasons` are words: "same phone"; the stronger pair is the earlier one."""

    first: Suspect
    second: Suspect
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Everybody:
    """What is compared, as it was read: comparing a hundred thousand takes seconds, and no transaction waits for that."""

    people: Facts  # id, number, name, phone, e-mail
    places: Places  # customer id, street, postal code
    different: frozenset[frozenset[int]]

    def pairs(self, limit: int = 500) -> tuple[Pair, ...]:
        """Pairs that may be one, those with the strongest reasons first; pure, for a thread of its own."""
        found = pairs(_suspects(self.people, self.places))
        return tuple(pair for pair in found if frozenset((pair.first.id, pair.second.id)) not in self.different)[:limit]


def everybody(tx: Tx) -> Everybody:
    """All active customers as far as duplicates are compared, and which of them somebody said to be two."""
    tx.require(Right.LOOK)
    return Everybody(*_read(tx), _said_different(tx))


def alike(tx: Tx, *, name: str, phone: str = "", email: str = "", street: str = "", postal_code: str = "", but: int = 0,
          limit: int = 5) -> tuple[Pair, ...]:  # fmt: skip
    """Active customers that may be the one being entered, which is the first of each pair, with the id `but`."""
    tx.require(Right.LOOK)
    line = address_key(street, postal_code)
    new = Suspect(but, "", name, phone, email, (line,) if line else ())
    near = [row for row in _suspects(*_read(tx, _near(tx, phone, email, street))) if row.id != but]
    found = (_compared(new, row) for row in near)
    return tuple(sorted((pair for pair in found if pair is not None), key=_order)[:limit])


def _near(tx: Tx, phone: str, email: str, street: str) -> list[int]:
    """The customers whose words hold the phone, the e-mail, or the street; at most a hundred."""
    spelled = [phone_key(phone), searchable(email.strip()), searchable(street.strip()) if any(c.isdigit() for c in street) else ""]
    mentioned = [and_(*matches(words, shared=tx.office.shared)) for words in spelled if words]
    return tx.all(select(Customer.id).where(or_(*mentioned)).limit(100)) if mentioned else []


def say_different(tx: Tx, first_id: int, second_id: int) -> None:
    """These two are not one: they are no longer offered as duplicates."""
    tx.require(Right.EDIT_CUSTOMERS)
    if first_id == second_id:
        raise Invalid(customer="Choose two different customers.")
    first, second = (tx.get(Customer, id, lock=True) for id in sorted((first_id, second_id)))
    for one, other in ((first, second), (second, first)):
        tx.event("customer.not_duplicate", one, customer_id=one.id, after={"other": other.id},
                 note=f"{other.name} ({other.number})")  # fmt: skip
    tx.ring("customer")


def pairs(people: Sequence[Suspect]) -> list[Pair]:
    """The same without a database: only customers that share a phone, an e-mail or an address are compared."""
    byid = {one.id: one for one in people}
    near: set[tuple[int, int]] = set()
    for group in _groups(people).values():
        if 2 <= len(group) <= CROWD:
            near.update(combinations(sorted(group), 2))
    found = (_compared(byid[a], byid[b]) for a, b in near)
    return sorted((pair for pair in found if pair is not None), key=_order)


def _groups(people: Iterable[Suspect]) -> Mapping[str, set[int]]:
    """Customers by what they share; what only one has makes no group, since a hundred thousand small sets take their time."""
    first: dict[str, int] = {}
    groups: dict[str, set[int]] = {}
    for one in people:
        for key in (phone_key(one.phone), one.email.strip().lower(), *one.addresses):
            if key and first.setdefault(key, one.id) != one.id:
                groups.setdefault(key, {first[key]}).add(one.id)
    return groups


def _compared(a: Suspect, b: Suspect) -> Pair | None:
    here = set(a.addresses) & set(b.addresses)
    names = fuzz.token_sort_ratio(searchable(a.name), searchable(b.name)) if here else 0.0
    reasons: list[str] = []
    if here and names >= ALIKE:
        reasons.append("same name and address" if names == 100 else "nearly the same name at one address")
    if a.email.strip() and a.email.strip().casefold() == b.email.strip().casefold():
        reasons.append("same e-mail")
    if phone_key(a.phone) and phone_key(a.phone) == phone_key(b.phone):
        reasons.append("same phone")
    if reasons and here and names < ALIKE:
        reasons.append("same address")
    return Pair(a, b, tuple(reasons)) if reasons else None


def _order(pair: Pair) -> tuple[int, str, int, int]:
    strength = sum(max((n for word, n in STRENGTH.items() if reason.endswith(word)), default=4) for reason in pair.reasons)
    return -strength, searchable(pair.first.name), pair.first.id, pair.second.id


def phone_key(phone: str) -> str:
    """The digits that tell numbers apart, at most ten from the end: with and without a country code are one."""
    digits = NO_DIGIT.sub("", phone)
    return digits[-10:] if len(digits) >= 7 else ""


SHORT = {"street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct", "place": "pl", "boulevard": "blvd",
         "north": "n", "south": "s", "east": "e", "west": "w", "northwest": "nw", "northeast": "ne", "southwest": "sw",
         "southeast": "se", "apartment": "apt", "unit": "apt", "#": "apt"}  # fmt: skip


def address_key(street: str, postal_code: str) -> str:
    """A street with its number as one spelling: "1 First Street NW." and "1 first st nw" are one. Empty without a number."""
    if not HAS_DIGIT.search(street):
        return ""
    marked = street.replace("#", " apt ")
    plain = marked.lower() if marked.isascii() else searchable(marked)  # most are, and a hundred thousand take time
    words: list[str] = WORD.findall(plain)
    return " ".join((*(SHORT.get(word, word) for word in words), postal_code.strip()[:5]))


def _read(tx: Tx, ids: Sequence[int] | None = None) -> tuple[Facts, Places]:
    """The active customers and their addresses, all or those of `ids`, not yet thought about."""
    people = select(Customer.id, Customer.number, Customer.name, Customer.phone, Customer.email)
    people = people.where(Customer.active, Customer.merged_into_id.is_(None))
    places = select(Location.customer_id, Location.street, Location.postal_code).where(Location.active)
    if ids is not None:
        people, places = people.where(Customer.id.in_(ids)), places.where(Location.customer_id.in_(ids))
    said: list[tuple[int, str, str, str, str]] = [tuple(row) for row in _in_parts(tx, people, Customer.id)]
    where: list[tuple[int, str, str]] = [tuple(row) for row in _in_parts(tx, places, Location.customer_id)]
    return tuple(said), tuple(where)


def _in_parts(tx: Tx, query: Any, by: InstrumentedAttribute[int]) -> Iterator[Any]:
    """Read part by part: a server ends a transaction that is silent while a slow machine takes in a hundred thousand rows."""
    last = int(tx.session.scalar(select(func.max(by))) or 0)
    for first in range(0, last + 1, PART):
        yield from tx.session.execute(query.where(by >= first, by < first + PART)).all()


def _suspects(people: Facts, places: Places) -> list[Suspect]:
    lines: dict[int, list[str]] = defaultdict(list)
    for id, street, postal_code in places:
        if line := address_key(street, postal_code):
            lines[id].append(line)
    return [Suspect(*row, addresses=tuple(dict.fromkeys(lines.get(row[0], ())))) for row in people]


def _said_different(tx: Tx) -> frozenset[frozenset[int]]:
    query = select(Event.entity_id, Event.after).where(Event.entity == "customer", Event.kind == "customer.not_duplicate")
    return frozenset(frozenset((id, int(after["other"]))) for id, after in tx.session.execute(query))
