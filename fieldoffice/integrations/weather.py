"""Forecasts for half days from Open-Meteo or the US National Weather Service.

Formats: Open-Meteo `v1/forecast` with hourly WMO weather codes, millimeters, degrees Celsius and km/h; the weather
service's `points` and `forecastHourly` (GeoJSON periods with a short forecast in words).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fieldoffice.integrations.web import NoAnswer, TooLong, ask
from fieldoffice.models.errors import WorldFault

Half = Literal["am", "pm"]
Kind = Literal["dry", "rain", "storm", "heat", "snow"]
PUBLIC = {"open_meteo": "https://api.open-meteo.com", "nws": "https://api.weather.gov"}
NAMES = {"open_meteo": "Open-Meteo", "nws": "The weather service"}
ANSWER_S = 10.0
WORKING = range(7, 18)
"""The hours of the day that count."""
STORM_KMH, HEAT_C, RAIN_MM, RAIN_CHANCE = 75.0, 35.0, 1.0, 50
ORDER: tuple[Kind, ...] = ("dry", "heat", "rain", "snow", "storm")
"""The worst hour of a half day decides; later is worse."""
STORM_WORDS, SNOW_WORDS = ("thunder", "hurricane", "tornado"), ("snow", "blizzard", "sleet", "flurr", "freezing")
RAIN_WORDS = ("rain", "shower", "drizzle")


@dataclass(frozen=True)
class Hour:
    """One forecast hour, local."""

    at: datetime
    kind: Kind
    rain_mm: float = 0.0


@dataclass(frozen=True)
class Forecaster:
    """A forecast service; `url` "" is its public address. `halves` refuses with a sentence when it gets no answer."""

    source: str
    url: str = ""

    def halves(
        self, place: tuple[float, float], zone: str, first_on: date, last_on: date
    ) -> list[tuple[date, Half, Kind]]:
        """The weather of each half day from `first_on` to `last_on`, as far as the service knows it."""
        try:
            made = self._open_meteo if self.source == "open_meteo" else self._nws
            hours = [*made(place, zone, first_on, last_on)]
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise WorldFault(f"{NAMES[self.source]} gave no usable forecast.", key="forecast_strange") from fault
        return [*_halves(hour for hour in hours if first_on <= hour.at.date() <= last_on)]

    def _open_meteo(self, place: tuple[float, float], zone: str, first_on: date, last_on: date) -> Iterator[Hour]:
        wanted = {
            "latitude": f"{place[0]:.4f}", "longitude": f"{place[1]:.4f}", "timezone": zone,
            "hourly": "weather_code,precipitation,temperature_2m,wind_gusts_10m",
            "start_date": first_on.isoformat(), "end_date": last_on.isoformat(),
        }  # fmt: skip
        hourly = self._asked("/v1/forecast", wanted)["hourly"]
        columns = [hourly[name] for name in ("time", "weather_code", "precipitation", "temperature_2m", "wind_gusts_10m")]
        for time, code, rain, warm, gusts in zip(*columns, strict=True):
            kind = _by_code(int(code or 0), float(warm or 0), float(gusts or 0))
            yield Hour(datetime.fromisoformat(time), kind, float(rain or 0))

    def _nws(self, place: tuple[float, float], zone: str, first_on: date, last_on: date) -> Iterator[Hour]:
        found = self._asked(f"/points/{place[0]:.4f},{place[1]:.4f}", {})
        hourly = urlsplit(found["properties"]["forecastHourly"])
        if hourly.hostname != urlsplit(self.url or PUBLIC["nws"]).hostname:
            raise ValueError("the forecast lies on another server")
        for period in self._asked(hourly._replace(scheme="", netloc="").geturl(), {})["properties"]["periods"]:
            at = datetime.fromisoformat(period["startTime"]).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            chance = (period.get("probabilityOfPrecipitation") or {}).get("value") or 0
            warm = float(period["temperature"])
            celsius = warm if period.get("temperatureUnit") == "C" else (warm - 32) / 1.8
            kind = _by_words(str(period["shortForecast"]).lower(), celsius, float(chance))
            yield Hour(at, kind, RAIN_MM if kind == "rain" else 0.0)

    def _asked(self, path: str, wanted: dict[str, str]) -> dict[str, Any]:
        base = (self.url or PUBLIC[self.source]).rstrip("/")
        try:
            answer = ask(base + path, params=wanted, answer_s=ANSWER_S)
        except NoAnswer as fault:
            raise WorldFault(f"{NAMES[self.source]} does not answer.", key="forecast_silent") from fault
        except TooLong as fault:
            raise WorldFault(f"{NAMES[self.source]} gave no usable forecast.", key="forecast_strange") from fault
        if answer.status != 200:
            raise WorldFault(f"{NAMES[self.source]} refused (status {answer.status}).", key="forecast_refused")
        return cast("dict[str, Any]", answer.json())


def _halves(hours: Iterable[Hour]) -> Iterator[tuple[date, Half, Kind]]:
    """The worst of the working hours; a little rain in all is dry."""
    parts: dict[tuple[date, Half], list[Hour]] = {}
    for hour in hours:
        if hour.at.hour in WORKING:
            parts.setdefault((hour.at.date(), "am" if hour.at.hour < 12 else "pm"), []).append(hour)
    for (on, half), found in sorted(parts.items()):
        wet = sum(hour.rain_mm for hour in found) >= RAIN_MM
        kinds: list[Kind] = [hour.kind for hour in found if wet or hour.kind != "rain"]
        yield on, half, ORDER[max((ORDER.index(kind) for kind in kinds), default=0)]


def _by_code(code: int, celsius: float, gusts_kmh: float) -> Kind:
    """WMO weather codes: 51 to 67 and 80 to 82 rain, 71 to 77, 85 and 86 snow, 95 to 99 thunderstorm."""
    if 95 <= code <= 99 or gusts_kmh >= STORM_KMH:
        return "storm"
    if 71 <= code <= 77 or code in (85, 86):
        return "snow"
    if 51 <= code <= 67 or 80 <= code <= 82:
        return "rain"
    return "heat" if celsius >= HEAT_C else "dry"


def _by_words(words: str, celsius: float, chance: float) -> Kind:
    likely = chance >= RAIN_CHANCE
    if likely and any(word in words for word in STORM_WORDS):
        return "storm"
    if likely and any(word in words for word in SNOW_WORDS):
        return "snow"
    if likely and any(word in words for word in RAIN_WORDS):
        return "rain"
    return "heat" if celsius >= HEAT_C else "dry"
