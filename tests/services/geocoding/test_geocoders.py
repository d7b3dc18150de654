"""The clients against a real HTTP server: what they ask, what they understand, and what they say when it misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fieldoffice import __version__
from fieldoffice.integrations.geocoders import GeocoderClient, connect
from fieldoffice.models.errors import WorldFault
from tests.services.geocoding.geoserver import CENSUS, CITY, NOMINATIM, STREET, GeoServer, serving

OAK = {"street": "4 Oak Street", "city": "Washington", "region": "DC", "postal_code": "20002", "country": "US"}


@pytest.fixture
def server() -> Iterator[GeoServer]:
    with serving() as made:
        yield made


def test_nominatim_is_asked_in_fields_by_a_program_that_gives_its_name(server: GeoServer) -> None:
    server.will([NOMINATIM])
    assert connect("nominatim", server.url).find(**OAK) == (38.8976997, -77.0365532, "house")
    assert server.asked == [
        {
            "path": "/search",
            "street": "4 Oak Street",
            "city": "Washington",
            "state": "DC",
            "postalcode": "20002",
            "countrycodes": "us",
            "format": "jsonv2",
            "limit": "1",
            "addressdetails": "1",
        }
    ]
    assert server.agents[0].startswith(f"fieldoffice/{__version__} ")


@pytest.mark.parametrize(
    ("answer", "precision"),
    [
        (NOMINATIM, "house"),
        (STREET, "street"),
        (CITY, "city"),
        (NOMINATIM | {"addresstype": "postcode", "category": "place", "address": {}}, "postal_code"),
    ],
)
def test_precision_is_read_from_what_was_found(server: GeoServer, answer: dict[str, Any], precision: str) -> None:
    server.will([answer])
    found = connect("nominatim", server.url).find(**OAK)
    assert found is not None
    assert found[2] == precision


def test_the_census_geocoder_is_asked_for_addresses_in_the_us_only(server: GeoServer) -> None:
    server.will(CENSUS)
    client = connect("census", server.url)
    assert client.find(**OAK) == (38.8977, -77.0365, "house")
    assert server.asked[0] == {
        "path": "/locations/address",
        "street": "4 Oak Street",
        "city": "Washington",
        "state": "DC",
        "zip": "20002",
        "benchmark": "Public_AR_Current",
        "format": "json",
    }
    assert client.find(**OAK | {"country": "DE"}) is None
    assert len(server.asked) == 1


@pytest.mark.parametrize(("source", "nothing"), [("nominatim", []), ("census", {"result": {"addressMatches": []}})])
def test_an_address_that_nobody_knows_is_no_error(server: GeoServer, source: str, nothing: Any) -> None:
    server.will(nothing)
    assert connect(source, server.url).find(**OAK) is None


@pytest.mark.parametrize("source", ["nominatim", "census"])
@pytest.mark.parametrize(
    "garbage",
    [
        b"<html>busy</html>",
        b"{",
        b"",
        b"null",
        b'"text"',
        b'[{"lat": "north"}]',
        b"[{}]",
        b'{"result": 5}',
        b'{"result": {"addressMatches": [{"coordinates": {"x": 1}}]}}',
        b"\xff\xfe\x00",
    ],
)
def test_garbage_is_refused_in_words(server: GeoServer, source: str, garbage: bytes) -> None:
    server.will(garbage)
    with pytest.raises(WorldFault, match="cannot be used"):
        connect(source, server.url).find(**OAK)


@pytest.mark.parametrize(
    ("status", "headers", "words", "wait"),
    [
        (429, {"Retry_After": "120"}, "come back later", 120),
        (429, {"Retry_After": "soon"}, "come back later", 0),
        (500, {}, r"error \(500\)", 0),
        (503, {"Retry_After": "30"}, r"error \(503\)", 30),
        (403, {}, "does not let this office ask", 3600),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, r"error \(302\)", 0),
    ],
)
def test_errors_are_told_with_how_long_to_wait(server: GeoServer, status: int, headers: dict[str, str], words: str, wait: int) -> None:
    server.will([], status, **headers)
    with pytest.raises(WorldFault, match=words) as caught:
        connect("nominatim", server.url).find(**OAK)
    assert caught.value.values["retry_after"] == wait


def test_a_server_that_does_not_answer_in_time_and_one_that_is_not_there(server: GeoServer) -> None:
    server.will([NOMINATIM])
    server.slow_s = 2.0
    with pytest.raises(WorldFault, match="did not answer in time"):
        GeocoderClient("nominatim", server.url, answer_s=0.2).find(**OAK)
    with pytest.raises(WorldFault, match="cannot be reached"):
        connect("nominatim", "http://127.0.0.1:9").find(**OAK)
    with pytest.raises(WorldFault, match="no geocoder called maps"):
        connect("maps")


def test_an_answer_that_is_far_too_long_is_not_read(server: GeoServer) -> None:
    server.will([NOMINATIM] * 4_000)
    with pytest.raises(WorldFault, match="far too long"):
        connect("nominatim", server.url).find(**OAK)
