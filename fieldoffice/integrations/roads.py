"""Road servers: tables of drive times from OSRM or Valhalla over HTTP.

Formats: OSRM `table` service v1 (durations in seconds, distances in meters, null where there is no way) and Valhalla
`sources_to_targets` (time in seconds, distance in kilometers or miles as `units` says).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from fieldoffice.integrations.web import NoAnswer, TooLong, ask
from fieldoffice.models.errors import WorldFault

Point = tuple[float, float]
Drive = tuple[int, int] | None
ANSWER_S = 30.0
MILE_M = 1609.344
LONGEST_S = 7 * 86_400
MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class RoadClient:
    """A road server at an address; `kind` is osrm or valhalla. `table` refuses with a sentence when it gets no answer."""

    kind: str
    url: str
    answer_s: float = ANSWER_S

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> list[list[Drive]]:
        """Drives from each origin to each destination."""
        rows = self._osrm(origins, destinations) if self.kind == "osrm" else self._valhalla(origins, destinations)
        if len(rows) != len(origins) or any(len(row) != len(destinations) for row in rows):
            raise self._strange("its table has another size than was asked for")
        return rows

    def _osrm(self, origins: Sequence[Point], destinations: Sequence[Point]) -> list[list[Drive]]:
        places = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in (*origins, *destinations))
        first, count = len(origins), len(origins) + len(destinations)
        wanted = {
            "annotations": "duration,distance",
            "sources": ";".join(str(n) for n in range(first)),
            "destinations": ";".join(str(n) for n in range(first, count)),
        }
        told = self._asked(f"/table/v1/driving/{places}", params=wanted)
        if told.get("code") != "Ok":
            raise self._strange(str(told.get("message") or told.get("code") or "no code"))
        seconds, meters = self._rows(told, "durations"), self._rows(told, "distances")
        return [[self._drive(s, m) for s, m in zip(*row, strict=True)] for row in zip(seconds, meters, strict=True)]

    def _valhalla(self, origins: Sequence[Point], destinations: Sequence[Point]) -> list[list[Drive]]:
        wanted = {
            "sources": [{"lat": lat, "lon": lon} for lat, lon in origins],
            "targets": [{"lat": lat, "lon": lon} for lat, lon in destinations],
            "costing": "auto",
        }
        told = self._asked("/sources_to_targets", post=wanted)
        unit_m = MILE_M if told.get("units") == "miles" else 1000
        return [[self._cell(cell, unit_m) for cell in row] for row in self._rows(told, "sources_to_targets")]

    def _cell(self, cell: Any, unit_m: float) -> Drive:
        if not isinstance(cell, dict):
            raise self._strange("an entry of its table is not an object")
        entry = cast("dict[str, Any]", cell)
        time, way = entry.get("time"), entry.get("distance")
        return self._drive(time, way * unit_m if isinstance(way, int | float) else None)

    def _drive(self, seconds: Any, meters: Any) -> Drive:
        if seconds is None:
            return None
        if not _is_number(seconds) or not 0 <= seconds <= LONGEST_S or not (meters is None or _is_number(meters)):
            raise self._strange("a drive in its table is not a number of seconds")
        return math.ceil(round(seconds, 6)), max(0, round(meters or 0))

    def _rows(self, told: dict[str, Any], name: str) -> list[list[Any]]:
        rows = told.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in cast("list[Any]", rows)):
            raise self._strange(f"it has no {name}")
        return cast("list[list[Any]]", rows)

    def _asked(self, path: str, **wanted: Any) -> dict[str, Any]:
        try:
            answer = ask(self.url.rstrip("/") + path, answer_s=self.answer_s, most_bytes=MOST_BYTES, **wanted)
        except NoAnswer as fault:
            raise WorldFault(f"The road server {self._host} does not answer.", key="roads_silent") from fault
        except TooLong as fault:
            raise self._strange("it is too long") from fault
        try:
            told = answer.json()
        except ValueError as fault:
            raise self._strange(f"status {answer.status}") from fault
        if not isinstance(told, dict) or answer.status >= 400:
            raise self._strange(_said(told) or f"status {answer.status}")
        return cast("dict[str, Any]", told)

    def _strange(self, what: str) -> WorldFault:
        words = f"The road server {self._host} gave no usable answer: {what[:200]}."
        return WorldFault(words, key="roads_strange")

    @property
    def _host(self) -> str:
        try:
            return urlsplit(self.url).hostname or self.url
        except ValueError:
            return self.url


def _said(told: Any) -> str:
    """What a server says of its own refusal."""
    record = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    return str(record.get("message") or record.get("error") or "")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
