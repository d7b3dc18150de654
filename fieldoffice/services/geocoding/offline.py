"""The middle of a postal code, without asking anybody: US codes from the package zipcodes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from fieldoffice.services.geocoding.words import Address, Spot


def by_postal_code(address: Address) -> Spot | None:
    """Near the middle of the address's postal code; None where the code is not known here."""
    code = re.match(r"\s*(\d{5})(?:-\d{4})?\s*$", address.postal_code)
    return _middle(code[1]) if code and address.country.upper() in {"US", "PR", "VI", "GU"} else None


def read_codes() -> None:
    """Read the list of codes ahead of the first question."""
    _middle("20001")


@lru_cache(maxsize=4096)
def _middle(code: str) -> Spot | None:
    import zipcodes  # type: ignore[import-untyped] - reads its list on first use, which takes most of a second

    package: Any = zipcodes
    for found in package.matching(code):
        lat, lon = float(found["lat"] or 0), float(found["long"] or 0)
        if lat or lon:
            return Spot(lat, lon, "postal_code")
    return None
