"""Settings whose meaning lives elsewhere: what plans weigh, where drive times and forecasts come from.

Their defaults and rules stay with the services that use them; here they get their place on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldoffice.services.company import checks
from fieldoffice.services.company.spec import Spec
from fieldoffice.services.planning.weights import WEIGHTS
from fieldoffice.services.travel import choice as travel
from fieldoffice.services.weather import days as weather

SCHEDULING = tuple(
    Spec(w.key, "scheduling", w.words, "number", default=w.default, hint=w.hint, unit=w.unit, required=True, group="What a plan weighs",
         check=checks.whole(w.least, w.most), search="optimize plan weight objective cost fairness overtime")
    for w in WEIGHTS
)  # fmt: skip

ROADS, SKY = "Drive times", "Weather"
TRAVEL = (
    Spec("travel.source", "connections", "Where drive times come from", "choice", default=travel.ESTIMATE, group=ROADS,
         choices=tuple(travel.SOURCES.items()), search="road matrix osrm valhalla distance travel",
         hint="For plans, the board, free times, day sheets and load. A road server is sent the coordinates of the coming days' places, "
              "without names; what it does not know yet is estimated."),
    Spec("travel.url", "connections", "Address of the road server", "link", default="", group=ROADS, search="osrm valhalla url own"),
    Spec("travel.detour_percent", "connections", "Roads against the straight line", "number", group=ROADS,
         default=travel.DEFAULTS["travel.detour_percent"], unit="%", required=True, check=checks.whole(100, 300), search="estimate detour",
         hint="For the estimate: 130 means that a way by road is 1.3 times the straight line."),
    Spec("travel.kmh", "connections", "Speed of the estimate", "number", default=travel.DEFAULTS["travel.kmh"], group=ROADS, unit="km/h",
         required=True, check=checks.whole(5, 130), search="estimate average speed"),
    Spec("travel.rush", "connections", "Rush hours", default="", group=ROADS, check=travel.rush_fault, hint=travel.RUSH_HINT,
         search="traffic jam peak slow"),
)  # fmt: skip
WEATHER = (
    Spec("weather.source", "connections", "Where forecasts come from", "choice", default=weather.OFF, group=SKY,
         choices=tuple(weather.SOURCES.items()), search="rain storm heat snow outdoor forecast",
         hint="The forecast service is sent the coordinates of the office, nothing else."),
    Spec("weather.url", "connections", "Address of the forecast service", "link", default="", group=SKY, search="forecast url own",
         hint="Empty for the public one."),
)  # fmt: skip


def travel_together(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the settings of travel, by key."""
    found = travel.faults({key.partition(".")[2]: values[key] for key in travel.DEFAULTS})
    return {f"travel.{field}": words for field, words in found.items()}


def weather_together(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the settings of the forecast, by key."""
    url = str(values["weather.url"]).strip()
    return {"weather.url": travel.address_fault(url) if url else ""}
