"""Rows of a customer list put together: one customer with its addresses and the people to call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldoffice.services.exchange.drafts import Does, Draft, Outcome
from fieldoffice.services.exchange.headings import folded
from fieldoffice.services.exchange.kinds import MOST_PLACES
from fieldoffice.services.exchange.known import place_key

PLACE_FIELDS = {"label": "label", "street": "street", "street_2": "street_2", "city": "city", "region": "region",
                "postal_code": "postal_code", "country": "country", "lat": "lat", "lon": "lon", "place_notes": "notes"}  # fmt: skip
PLAIN = ("number", "kind", "notes", "channel", "language", "active", "parent", "bill_to")
OTHER_PHONES = {"phone": "other phone", "mobile": "mobile phone", "home_phone": "home phone", "work_phone": "work phone"}


@dataclass(slots=True)
class Household:
    """A customer as a file describes it, from one row or several."""

    line: int
    name: str
    facts: dict[str, Any]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    custom: dict[str, Any]
    places: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    people: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    join: str = ""
    words: str = ""  # what the search looks in, without the number

    @property
    def number(self) -> str:
        return self.facts.get("number", "")

    def addresses(self) -> list[str]:
        return [place_key(p["street"], p.get("postal_code", ""), p.get("city", "")) for p in self.places if p["kind"] == "service"]


def household(draft: Draft) -> Household:
    """What one row says of a customer. The draft is refused where the row has no name or half an address."""
    values = draft.values
    person = " ".join(p for p in (values.get("first_name", ""), values.get("last_name", "")) if p)
    company = values.get("company", "")
    business = values.get("kind") == "commercial"
    name = values.get("name") or (company if company and (business or not person) else person) or company
    if not name:
        draft.refuse("", "There is no name in this row.")
    facts = {key: values[key] for key in PLAIN if key in values}
    if values.get("archived") is not None:
        facts["active"] = not values["archived"]
    emails = dict.fromkeys((*values.get("email", ()), *values.get("email_2", ())))
    found = Household(draft.line, name[:200], facts, tuple(emails), tuple(dict.fromkeys(n for n, _ in _phones(values))),
                      {k.removeprefix("custom."): v for k, v in values.items() if k.startswith("custom.")},
                      join=_join(values.get("join", "")))  # fmt: skip
    found.places = list(_places(draft))
    found.people = list(_people(found, values, person))
    return found


def joined(drafts: Iterable[Draft]) -> tuple[list[Household], dict[int, Outcome]]:
    """The customers of a file in order, and the rows that are told already: wrong ones, and those joined to a row above."""
    by_key: dict[str, Household] = {}
    found: list[Household] = []
    told: dict[int, Outcome] = {}
    for draft in drafts:
        new = household(draft)
        if draft.wrong:
            told[draft.line] = Outcome(draft.line, Does.ERROR, new.name, draft.wrong, draft.column)
            continue
        above = next((by_key[key] for key in _same_keys(new) if key in by_key), None)
        if above is None:
            found.append(new)
        else:
            told[draft.line] = Outcome(draft.line, Does.JOIN, new.name, _merge(above, new))
        for key in _same_keys(new):
            by_key.setdefault(key, above or new)
    for row in found:
        served = row.addresses()
        row.places = [p for p in row.places if p["kind"] == "service" or _place_mark(p)[1] not in served]  # one address, not two
    return found, told


def _same_keys(row: Household) -> Iterator[str]:
    """By what two rows of one file are the same customer. A shared telephone alone is not enough."""
    if row.number:
        yield f"number {row.number.casefold()}"
        return
    if row.join:
        yield f"join {row.join}"
        return
    name = folded(row.name)
    yield from (f"{name} email {email.casefold()}" for email in row.emails)
    yield from (f"{name} phone {phone}" for phone in row.phones)
    yield from (f"{name} place {key}" for key in row.addresses())
    if not (row.emails or row.phones or row.places):
        yield f"{name} alone"


def _merge(above: Household, row: Household) -> str:
    """Add what the row has beyond the one above; says what that was."""
    added: list[str] = []
    known = {_place_mark(p) for p in above.places}
    for place in row.places:
        if _place_mark(place) not in known:
            above.places.append(place)
            added.append("address")
    people = {folded(p["name"]) for p in above.people}
    for person in row.people:
        if folded(person["name"]) not in people:
            above.people.append(person)
            added.append("contact")
    what = " and ".join(f"one more {word}" for word in dict.fromkeys(added))
    return f"{what[:1].upper()}{what[1:]} of line {above.line}." if what else f"Says nothing more than line {above.line}."


def _place_mark(place: Mapping[str, Any]) -> tuple[str, str]:
    return place["kind"], place_key(place["street"], place.get("postal_code", ""), place.get("city", ""))


def _join(text: str) -> str:
    """What joins rows: some programs write client and property as 87557342_98290987."""
    both = re.fullmatch(r"(\d+)_\d+", text.strip())
    return both[1] if both else text.strip()


def _phones(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, role in OTHER_PHONES.items():
        for number in values.get(key, ()):
            yield number, role


def _places(draft: Draft) -> Iterator[dict[str, Any]]:
    for n in range(1, MOST_PLACES + 1):
        mark = "" if n == 1 else f"#{n}"
        place = {name: draft.values[key + mark] for key, name in PLACE_FIELDS.items() if key + mark in draft.values}
        if whole := complete(draft, place):
            yield {"kind": "service", **whole}
    bill = {key.removeprefix("bill_"): value for key, value in draft.values.items() if key.startswith("bill_") and key != "bill_to"}
    if whole := complete(draft, bill):
        yield {"kind": "billing", **whole}


def complete(draft: Draft, place: dict[str, Any]) -> dict[str, Any] | None:
    """The address with both street lines in one; None where there is no street. Coordinates come in pairs."""
    street, more = place.pop("street", ""), place.pop("street_2", "")
    if not street:
        if more:
            street, more = more, ""
        else:
            return None
    place["street"] = f"{street}, {more}" if more and more.casefold() not in street.casefold() else street
    if len(place["street"]) > 200:
        draft.refuse("Street", "At most 200 characters.")
    if ("lat" in place) != ("lon" in place):
        draft.refuse("Latitude" if "lon" in place else "Longitude", "Coordinates need both latitude and longitude.")
    return place


def _people(row: Household, values: Mapping[str, Any], person: str) -> Iterator[dict[str, Any]]:
    """Whom to call: the contact that is named, the person behind a company, and who has further numbers and addresses."""
    contact = values.get("contact", "")
    if not contact and (values.get("contact_email") or values.get("contact_phone")):
        contact = person or row.name
    if contact:
        yield {"name": contact, "role": values.get("contact_role", ""), "email": values.get("contact_email", ""),
               "phone": values.get("contact_phone", "")}  # fmt: skip
    if person and folded(person) not in {folded(row.name), folded(contact)}:
        yield {"name": person, "role": "", "email": "", "phone": ""}
    roles = dict(_phones(values))
    further = [(roles[n], "", n) for n in row.phones[1:]] + [("other e-mail", e, "") for e in row.emails[1:]]
    for role, email, phone in further:
        yield {"name": f"{row.name} ({role})"[:200], "role": role, "email": email, "phone": phone}
