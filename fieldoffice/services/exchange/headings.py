"""Guessing what the columns of a file mean, and which program wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from fieldoffice.services.exchange.kinds import MOST_PLACES, Field, Kind
from fieldoffice.services.fields import FieldRow

ALIKE = 88
"""How alike (of 100) a heading must be to one that is known to be taken for it."""
PROGRAMS: Mapping[str, frozenset[str]] = {
    "Jobber": frozenset({"j id", "main phone s", "e mails", "service street 1", "service zip code", "service property name",
                         "text message enabled phone"}),
    "Housecall Pro": frozenset({"address 1 street line 1", "address 1 postal code", "mobile number", "do not service",
                                "job scheduled start date", "assigned employees", "customer mobile number"}),
    "QuickBooks": frozenset({"opening balance", "opening balance date", "resale number", "full name", "fax", "website", "main phone",
                             "bill to 1", "ship to 1", "sales price rate", "product service name"}),
    "fieldoffice": frozenset({"address label", "notes on the address", "contact s role", "record id", "main customer",
                              "bill to customer"}),
}  # fmt: skip
"""Headings that tell the program by which a list was written; two of them are enough."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for: a target ("" for nothing), and whether the heading was only alike."""

    target: str
    sure: bool


@lru_cache(maxsize=65_536)
def folded(title: str) -> str:
    """A heading without case, accents, signs and double blanks: "Main Phone #s" is "main phone s"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def program_of(head: Sequence[str]) -> str:
    """The program whose headings these are; "" when nobody can tell."""
    titles = {folded(title) for title in head}
    counts = {program: len(known & titles) for program, known in PROGRAMS.items()}
    best = max(counts, key=lambda program: counts[program])
    return best if counts[best] >= 2 else ""


def guess(kind: Kind, head: Sequence[str], own: Sequence[FieldRow] = ()) -> tuple[Guess, ...]:
    """What each column is taken for; no target is given twice, and exact names go before those that are only alike."""
    known = _known(kind.fields, own)
    found: dict[int, Guess] = {}
    for n, target in _exact(head, known):
        if target not in {g.target for g in found.values()}:
            found[n] = Guess(target, True)
    taken = {g.target for g in found.values()}
    for n, title in enumerate(head):
        if n in found or len(folded(title)) < 4:
            continue
        match = process.extractOne(folded(title), list(known), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if match and (target := known[match[0]]) not in taken:
            found[n] = Guess(target, False)
            taken.add(target)
    return tuple(found.get(n, Guess("", True)) for n in range(len(head)))


def _exact(head: Sequence[str], known: Mapping[str, str]) -> Iterable[tuple[int, str]]:
    """Our own titles first, then other programs' names in the order in which a field lists them."""
    ranks = {name: rank for rank, name in enumerate(known)}
    exact = [(ranks[folded(title)], n, known[folded(title)]) for n, title in enumerate(head) if folded(title) in known]
    return [(n, target) for _, n, target in sorted(exact)]


def _known(fields: Sequence[Field], own: Sequence[FieldRow]) -> dict[str, str]:
    """Every name that is understood, folded, to its target; a field's own title goes before another field's further name."""
    known = {folded(field.title): field.id for field in fields}
    for row in own:
        known.setdefault(folded(row.label), f"custom.{row.key}")
    for field in fields:
        for name in field.names:
            known.setdefault(folded(name), field.id)
    for field in fields:
        if field.again:
            for n in range(2, MOST_PLACES + 1):
                for name in (field.title, *field.names):
                    known.setdefault(_again(name, n), f"{field.id}#{n}")
    return known


def _again(name: str, n: int) -> str:
    """The same heading for the n-th address: "Address_1 City" becomes "Address_2 City", "City" becomes "City (address 2)"."""
    plain = folded(name)
    return plain.replace("address 1 ", f"address {n} ") if plain.startswith("address 1 ") else f"{plain} address {n}"
