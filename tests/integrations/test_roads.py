"""Road servers over real HTTP: tables in the formats of OSRM and Valhalla, and every way in which a server can fail."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fieldoffice.integrations.roads import RoadClient
from fieldoffice.models.errors import WorldFault
from tests.integrations.peer import peer

A, B, C = (47.14, 9.52), (47.16, 9.51), (47.21, 9.53)
OSRM = {
    "code": "Ok",
    "sources": [{"hint": "", "distance": 4.1, "name": "Städtle", "location": [9.52, 47.14]}] * 2,
    "destinations": [{"hint": "", "distance": 2.0, "name": "", "location": [9.51, 47.16]}] * 2,
    "durations": [[301.2, 742], [0, None]],
    "distances": [[2410.5, 8120], [0, None]],
}
VALHALLA = {
    "algorithm": "costmatrix",
    "units": "kilometers",
    "sources_to_targets": [
        [{"distance": 2.411, "time": 301, "to_index": 0, "from_index": 0}, {"distance": None, "time": None, "to_index": 1, "from_index": 0}]
    ],
}


def test_osrm_answers_a_table_of_whole_seconds_and_meters() -> None:
    with peer(lambda path, body: (200, OSRM)) as server:
        assert RoadClient("osrm", server.url + "/").table([A, B], [B, C]) == [[(302, 2410), (742, 8120)], [(0, 0), None]]
        asked = urlsplit(server.asked[0][0])
        assert asked.path == "/table/v1/driving/9.520000,47.140000;9.510000,47.160000;9.510000,47.160000;9.530000,47.210000"
        assert parse_qs(asked.query) == {"annotations": ["duration,distance"], "sources": ["0;1"], "destinations": ["2;3"]}


def test_valhalla_answers_kilometers_and_knows_where_there_is_no_way() -> None:
    with peer(lambda path, body: (200, VALHALLA)) as server:
        assert RoadClient("valhalla", server.url).table([A], [B, C]) == [[(301, 2411), None]]
        assert server.asked == [("/sources_to_targets", {
            "sources": [{"lat": 47.14, "lon": 9.52}], "costing": "auto",
            "targets": [{"lat": 47.16, "lon": 9.51}, {"lat": 47.21, "lon": 9.53}]})]  # fmt: skip


def test_valhalla_may_count_in_miles() -> None:
    told = VALHALLA | {"units": "miles", "sources_to_targets": [[{"distance": 1.5, "time": 60}]]}
    with peer(lambda path, body: (200, told)) as server:
        assert RoadClient("valhalla", server.url).table([A], [B]) == [[(60, 2414)]]


@pytest.mark.parametrize(
    ("status", "told", "words"),
    [
        (400, {"code": "TooBig", "message": "Too many table coordinates"}, "Too many table coordinates"),
        (200, {"code": "NoTable"}, "NoTable"),
        (500, "Internal Server Error", "status 500"),
        (200, "<html>sign in</html>", "status 200"),
        (200, {"code": "Ok", "durations": [[1, 2, 3]], "distances": [[1, 2, 3]]}, "another size"),
        (200, {"code": "Ok", "distances": [[1]]}, "no durations"),
        (200, {"code": "Ok", "durations": [["soon"]], "distances": [[1]]}, "not a number"),
        (200, {"code": "Ok", "durations": [[-5]], "distances": [[1]]}, "not a number"),
    ],
)
def test_an_answer_that_is_no_table_is_refused_in_words(status: int, told: Any, words: str) -> None:
    with peer(lambda path, body: (status, told)) as server, pytest.raises(WorldFault, match=words):
        RoadClient("osrm", server.url).table([A], [B])


def test_a_server_that_is_silent_or_not_there_is_refused_in_words() -> None:
    with peer(lambda path, body: (200, OSRM), delay_s=1.0) as server, pytest.raises(WorldFault, match=r"127\.0\.0\.1 does not answer"):
        RoadClient("osrm", server.url, answer_s=0.1).table([A], [B])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(WorldFault, match="does not answer"):
            RoadClient("valhalla", nobody).table([A], [B])
