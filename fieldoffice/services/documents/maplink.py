"""A link that opens a place on the map of whoever follows it, on a phone or a desktop."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

MapSite = Literal["openstreetmap", "google"]
POINT: dict[MapSite, str] = {
    "openstreetmap": "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}",
    "google": "https://maps.google.com/?q={lat},{lon}",
}
SEARCH: dict[MapSite, str] = {
    "openstreetmap": "https://www.openstreetmap.org/search?query={words}",
    "google": "https://maps.google.com/?q={words}",
}
LONGEST = 240
"""Characters of a searched address, once escaped: beyond that its QR code is too fine to be read off paper."""


def map_url(lat: float | None, lon: float | None, address: str = "", *, site: MapSite = "openstreetmap") -> str:
    """The link to the point, in degrees; without one a search for `address`; "" where neither is known.

    Raises ValueError for a point that is not on Earth.
    """
    if lat is None or lon is None:
        words = _escaped(" ".join(address.split()))
        return SEARCH[site].format(words=words) if words else ""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"no such place: {lat}, {lon}")
    return POINT[site].format(lat=f"{lat:.5f}", lon=f"{lon:.5f}")


def _escaped(words: str) -> str:
    """Escaped for a query, cut between characters at LONGEST."""
    kept = ""
    for char in words:
        piece = quote(char, safe="", errors="ignore")
        if len(kept) + len(piece) > LONGEST:
            break
        kept += piece
    return kept
