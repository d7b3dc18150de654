"""Geocoders over HTTP: Nominatim and whatever speaks like it, and the geocoder of the US Census.

Formats: Nominatim `search` (format jsonv2, addressdetails) and Census `locations/address` (benchmark Public_AR_Current).
Their rules: one question a second at most, a User-Agent that names the program, answers kept. The caller sees to the pace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from fieldoffice.integrations.web import Answer, NoAnswer, TooLong, ask
from fieldoffice.models.errors import WorldFault

PUBLIC: Mapping[str, str] = {"nominatim": "https://nominatim.openstreetmap.org",
                             "census": "https://geocoding.geo.census.gov/geocoder"}  # fmt: skip
NAMES: Mapping[str, str] = {"nominatim": "The map service", "census": "The Census geocoder"}
ANSWER_S = 15.0
HOUSES = frozenset({"building", "house", "place", "amenity", "shop", "office", "tourism", "leisure", "craft", "man_made"})
STREETS = frozenset({"highway", "road", "street", "railway"})

Found = tuple[float, float, str]


def connect(source: str, url: str = "") -> GeocoderClient:
    """The client of a chosen service; without `url` its public address. Refuses a source that nobody knows."""
    if source not in PUBLIC:
        raise WorldFault(f"There is no geocoder called {source}.", key="geocoder_unknown")
    return GeocoderClient(source, (url or PUBLIC[source]).rstrip("/"))


@dataclass(frozen=True)
class GeocoderClient:
    """A geocoder at an address. `find` refuses with a sentence when it gets no usable answer."""

    source: str
    url: str
    answer_s: float = ANSWER_S

    def find(self, *, street: str, city: str, region: str, postal_code: str, country: str) -> Found | None:
        """(latitude, longitude, precision) of an address: house, street, postal_code or city; None where it is not known."""
        asked = {"street": street, "city": city, "state": region, "country": country}
        ask = self._nominatim if self.source == "nominatim" else self._census
        try:
            return ask(asked, postal_code)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
            raise WorldFault(f"{NAMES[self.source]} gave an answer that cannot be used.", key="geocoder_strange") from fault

    def _nominatim(self, asked: Mapping[str, str], postal_code: str) -> Found | None:
        params = {k: v for k, v in asked.items() if v and k != "country"}
        params |= {"format": "jsonv2", "limit": "1", "addressdetails": "1"} | ({"postalcode": postal_code} if postal_code else {})
        if len(asked["country"]) == 2:
            params["countrycodes"] = asked["country"].lower()
        answers = self._get("/search", params)
        if not isinstance(answers, list):
            raise TypeError("not a list")
        if not answers:
            return None
        first = cast("dict[str, Any]", answers[0])
        return float(first["lat"]), float(first["lon"]), _nominatim_precision(first)

    def _census(self, asked: Mapping[str, str], postal_code: str) -> Found | None:
        if asked["country"].upper() not in {"US", "PR", "GU", "VI"}:
            return None
        params = {"street": asked["street"], "city": asked["city"], "state": asked["state"], "zip": postal_code,
                  "benchmark": "Public_AR_Current", "format": "json"}  # fmt: skip
        told = self._get("/locations/address", {k: v for k, v in params.items() if v})
        matches = told["result"]["addressMatches"]
        if not isinstance(matches, list):
            raise TypeError("not a list")
        if not matches:
            return None
        place = cast("dict[str, Any]", matches[0])["coordinates"]
        return float(place["y"]), float(place["x"]), "house"

    def _get(self, path: str, params: Mapping[str, str]) -> Any:
        name = NAMES[self.source]
        try:
            return self._usable(ask(self.url + path, params=params, answer_s=self.answer_s))
        except TooLong:
            raise WorldFault(f"{name} gave an answer that is far too long.", key="geocoder_strange") from None
        except NoAnswer as silence:
            if silence.slow:
                raise WorldFault(f"{name} did not answer in time.", key="geocoder_slow") from None
            raise WorldFault(f"{name} at {self.url} cannot be reached.", key="geocoder_away") from None

    def _usable(self, answer: Answer) -> Any:
        name = NAMES[self.source]
        if answer.status == 429:
            raise WorldFault(f"{name} asks to come back later.", key="geocoder_busy", retry_after=_seconds(answer))
        if answer.status in {401, 403}:
            raise WorldFault(f"{name} does not let this office ask. Look at its address in the settings.", key="geocoder_forbidden",
                             retry_after=3600)  # fmt: skip
        if answer.status != 200:
            raise WorldFault(f"{name} answered with an error ({answer.status}).", key="geocoder_error",
                             retry_after=_seconds(answer))  # fmt: skip
        return answer.json()


def _seconds(answer: Answer) -> int:
    """How long the service asks to wait; 0 where it does not say in seconds."""
    told = answer.headers.get("retry-after", "")
    return int(told) if told.isdigit() and len(told) < 7 else 0


def _nominatim_precision(answer: Mapping[str, Any]) -> str:
    """What Nominatim found: it says so by the class of the object, and by whether the address has a house number."""
    kind, category = str(answer.get("addresstype") or answer.get("type") or ""), str(answer.get("category") or answer.get("class") or "")
    address = cast("dict[str, Any]", answer.get("address") or {})
    if "house_number" in address or category in {"building"} or kind in {"building", "house"}:
        return "house"
    if kind in STREETS or category == "highway":
        return "street"
    if kind in {"postcode", "postal_code"}:
        return "postal_code"
    return "house" if category in HOUSES - {"place"} else "city"
