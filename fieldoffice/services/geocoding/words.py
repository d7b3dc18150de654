"""How good a place is, and how an address is written in one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

PLACED: Mapping[str, str] = {
    "hand": "Pinned by hand.",
    "house": "Found at the house.",
    "street": "Found in the street; the house may be a little further.",
    "postal_code": "Near the middle of its postal code.",
    "city": "Somewhere in its city.",
    "import": "From an imported list.",
}
"""What a location's `placed_by` means, for people."""
RANK = ("city", "postal_code", "street", "house")
"""From rough to exact; an answer replaces only a rougher one."""
ROUGH = ("", "city", "postal_code")
"""What an answer may replace; everything else was placed by somebody who knew better."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is asked for."""

    street: str
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = "US"

    @property
    def line(self) -> str:
        """One line without case, accents and double blanks: what answers are kept under."""
        text = ", ".join(p for p in (self.street, self.city, f"{self.region} {self.postal_code}".strip(), self.country) if p)
        plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        return " ".join(plain.casefold().split())


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its precision: house, street, postal_code or city."""

    lat: float
    lon: float
    precision: str


def placed_words(placed_by: str, *, known: bool = True) -> str:
    """What to say about a place; `known` is False where there are no coordinates."""
    return PLACED.get(placed_by, "") if known else "Not on the map yet: drag the pin, or find its coordinates."
