"""What an OSRM server answers, for tests: served over real HTTP by `tests.integrations.peer`."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit


def table(path: str, body: Any) -> tuple[int, Any]:
    """What an OSRM server answers: seconds tell origin and destination apart, so a mix-up would show."""
    parts = urlsplit(path)
    places = [tuple(map(float, each.split(","))) for each in parts.path.rsplit("/", 1)[1].split(";")]
    asked = parse_qs(parts.query)
    rows, columns = ([int(n) for n in asked[name][0].split(";")] for name in ("sources", "destinations"))
    return 200, {
        "code": "Ok",
        "durations": [[drive(places[a], places[b]) for b in columns] for a in rows],
        "distances": [[2 * drive(places[a], places[b]) for b in columns] for a in rows],
    }


def drive(a: tuple[float, ...], b: tuple[float, ...]) -> int:
    """An asymmetric drive, by (longitude, latitude): uphill takes longer."""
    return 0 if a == b else round(60 + 9000 * abs(a[0] - b[0]) + (40_000 if b[1] > a[1] else 20_000) * abs(a[1] - b[1]))
