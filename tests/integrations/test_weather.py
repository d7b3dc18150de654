"""Forecasts over real HTTP, in the formats of Open-Meteo and the US National Weather Service."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fieldoffice.integrations.weather import Forecaster
from fieldoffice.models.errors import WorldFault
from tests.integrations.peer import Peer, peer

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
PLACE, ZONE = (38.9072, -77.0369), "America/New_York"


def hourly(*changes: tuple[int, dict[str, float]]) -> dict[str, Any]:
    """Two days of clear hours, except for these (hour from the first midnight)."""
    hours: dict[str, list[Any]] = {
        "time": [f"2026-03-{2 + n // 24:02d}T{n % 24:02d}:00" for n in range(48)], "weather_code": [1] * 48,
        "precipitation": [0.0] * 48, "temperature_2m": [12.0] * 48, "wind_gusts_10m": [20.0] * 48,
    }  # fmt: skip
    for hour, values in changes:
        for name, value in values.items():
            hours[name][hour] = value
    return {"latitude": 38.9, "longitude": -77.0, "utc_offset_seconds": -18000, "hourly": hours}


def test_open_meteo_tells_the_worst_of_the_working_hours() -> None:
    told = hourly(
        (9, {"weather_code": 61, "precipitation": 1.8}), (14, {"weather_code": 95, "precipitation": 4.0}),
        (24 + 8, {"weather_code": 73}), (24 + 15, {"temperature_2m": 36.5}),
    )  # fmt: skip
    with peer(lambda path, body: (200, told)) as server:
        found = Forecaster("open_meteo", server.url).halves(PLACE, ZONE, DAY, NEXT)
        asked = parse_qs(urlsplit(server.asked[0][0]).query)
    assert found == [(DAY, "am", "rain"), (DAY, "pm", "storm"), (NEXT, "am", "snow"), (NEXT, "pm", "heat")]
    assert (asked["latitude"], asked["timezone"], asked["start_date"]) == (["38.9072"], [ZONE], ["2026-03-02"])


def test_a_drizzle_and_a_night_of_rain_leave_a_day_dry() -> None:
    told = hourly((3, {"weather_code": 65, "precipitation": 9.0}), (10, {"weather_code": 51, "precipitation": 0.2}))
    with peer(lambda path, body: (200, told)) as server:
        assert Forecaster("open_meteo", server.url).halves(PLACE, ZONE, DAY, DAY) == [(DAY, "am", "dry"), (DAY, "pm", "dry")]


def period(hour: int, words: str, *, chance: int | None = 80, warm: int = 60) -> dict[str, Any]:
    return {"startTime": f"2026-03-02T{hour:02d}:00:00-05:00", "temperature": warm, "temperatureUnit": "F",
            "probabilityOfPrecipitation": {"unitCode": "wmoUnit:percent", "value": chance}, "shortForecast": words}  # fmt: skip


def test_the_weather_service_is_asked_for_the_place_and_then_for_its_hours() -> None:
    periods = [period(8, "Rain Likely"), period(10, "Chance Rain Showers", chance=30), period(13, "Sunny", chance=None, warm=97),
               period(15, "Showers And Thunderstorms Likely")]  # fmt: skip
    made: list[Peer] = []

    def answer(path: str, body: Any) -> tuple[int, Any]:
        if path.startswith("/points/"):
            return 200, {"properties": {"forecastHourly": f"{made[0].url}/gridpoints/LWX/96,70/forecast/hourly"}}
        return 200, {"properties": {"periods": periods}}

    with peer(answer) as server:
        made.append(server)
        found = Forecaster("nws", server.url).halves(PLACE, ZONE, DAY, DAY)
    assert [path for path, _ in server.asked] == ["/points/38.9072,-77.0369", "/gridpoints/LWX/96,70/forecast/hourly"]
    assert found == [(DAY, "am", "rain"), (DAY, "pm", "storm")]


@pytest.mark.parametrize(
    ("source", "status", "told", "words"),
    [
        ("open_meteo", 429, {"error": True}, "refused"),
        ("open_meteo", 200, {"hourly": {"time": []}}, "no usable forecast"),
        ("open_meteo", 200, "<html>", "no usable forecast"),
        ("open_meteo", 200, [], "no usable forecast"),
        ("nws", 404, {"title": "Data Unavailable For Requested Point"}, "refused"),
        ("nws", 200, {"properties": {"forecastHourly": "http://elsewhere.invalid/hourly"}}, "no usable forecast"),
    ],
)
def test_a_forecast_that_cannot_be_read_is_refused_in_words(source: str, status: int, told: Any, words: str) -> None:
    with peer(lambda path, body: (status, told)) as server, pytest.raises(WorldFault, match=words):
        Forecaster(source, server.url).halves(PLACE, ZONE, DAY, DAY)
