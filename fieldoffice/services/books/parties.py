"""From frozen facts to what the papers of the money draw: who sends, who gets, in which money. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldoffice.services.documents.moneypaper import Look, Money, Party, Postal, Sender

TOWN_FIRST = ("US", "CA", "GB", "AU", "")
"""Countries in which the postal code follows the town."""


def sender_of(who: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Sender:
    """The company; `pictures` holds its logo by its hash."""
    accent = {"accent": who["accent"]} if who.get("accent") else {}
    vat = who["tax_number"] if who["tax_number"][:2].isalpha() else ""
    return Sender(who["name"], postal_lines(who, country=False), who["phone"], who["email"], tax_id=who["tax_number"],
                  logo_png=pictures.get(who["logo"]), postal=_postal(who), vat_id=vat, **accent)  # fmt: skip


def party_of(who: Mapping[str, Any]) -> Party:
    """A customer."""
    return Party(who["name"], postal_lines(who), who["number"], _postal(who), who["tax_number"], who["email"])


def look_of(frozen: Mapping[str, Any]) -> Look:
    """Paper and money of a frozen document."""
    return Look("letter" if frozen["sender"]["paper"] == "Letter" else "a4", Money(frozen["currency"], frozen["exponent"]))


def postal_lines(who: Mapping[str, Any], *, country: bool = True) -> tuple[str, ...]:
    """An address as it stands in the window."""
    behind = who["country"] in TOWN_FIRST
    town = f"{who['city']}, {who['region']} {who['postal_code']}" if behind else f"{who['postal_code']} {who['city']}"
    lines = (who["street"], " ".join(town.split()).strip(" ,"), "" if behind or not country else who["country"])
    return tuple(line for line in lines if line)


def _postal(who: Mapping[str, Any]) -> Postal:
    return Postal(who["street"], city=who["city"], region=who["region"], postal_code=who["postal_code"], country=who["country"])
