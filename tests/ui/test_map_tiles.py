"""Street tiles: files read in place, a real server on this machine asked as its owner may expect."""

from __future__ import annotations

import gzip
import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from PySide6.QtGui import QColor, QDesktopServices, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldoffice import __version__
from fieldoffice.integrations.tile_files import Tile, mime_of, open_tiles, source_of
from fieldoffice.integrations.tiles import OPENSTREETMAP, TileSource, checked
from fieldoffice.models.errors import Invalid, WorldFault
from fieldoffice.ui.map.scene import MapMarker, MapScene
from fieldoffice.ui.map.tiles import EMPTY, Online, Tiles, headers
from fieldoffice.ui.map.view import MapView
from fieldoffice.ui.map.web import web

SPOT = MapScene((MapMarker(1, 38.9, -77.03, 1, "Harbor Dental", "1 Main Street", "scheduled", None, "#117733"),))
RED = "#cc2211"


def picture(path: Path, color: str = RED) -> bytes:
    """A tile of one color, as PNG."""
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    image.save(str(path))
    return path.read_bytes()


@pytest.fixture
def red(tmp_path: Path, qapp: QApplication) -> bytes:
    return picture(tmp_path / "red.png")


class Server:
    """A tile server that notes what it was asked; `broken` columns answer 500."""

    def __init__(self, tile: bytes) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.broken, self.tile, self.mime = False, tile, "image/png"
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def handler(outer) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                body = b"<html>sorry</html>" if outer.broken else outer.tile
                self.send_response(500 if outer.broken else 200)
                self.send_header("Content-Type", outer.mime)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "max-age=604800")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler

    def source(self, **more: Any) -> TileSource:
        address = f"http://127.0.0.1:{self.http.server_port}/{{z}}/{{x}}/{{y}}.png"
        return TileSource("online", address, "© Test makers", **more)

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server(red: bytes) -> Iterator[Server]:
    made = Server(red)
    yield made
    made.stop()


@pytest.fixture
def tiles(qapp: QApplication, tmp_path: Path) -> Iterator[Tiles]:
    made = Tiles(contact="office@harbor.example", cache=tmp_path / "cache")
    yield made
    made.stop()
    qapp.processEvents()


def take(tiles: Tiles, qtbot: QtBot, place: tuple[int, int, int]) -> Tile | None:
    got: list[Tile | None] = []
    tiles._find(place, got.append)
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


# A source in words


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("address", {"address": "ftp://tiles.example/{z}/{x}/{y}.png"}),
        ("address", {"address": "https://tiles.example/{z}/{x}.png"}),
        ("address", {"address": "https://me:secret@tiles.example/{z}/{x}/{y}.png"}),
        ("address", {"address": "https://{s}.tiles.example/{z}/{x}/{y}.png"}),
        ("address", {"address": "https://[broken/{z}/{x}/{y}.png"}),
        ("address", {"address": ""}),
        ("address", {"kind": "pmtiles", "address": "/nowhere/region.pmtiles"}),
        ("address", {"kind": "pmtiles", "address": "/nowhere/region.zip"}),
        ("attribution", {"attribution": "  "}),
        ("attribution", {"attribution": "x" * 201}),
        ("max_zoom", {"max_zoom": 23}),
        ("max_zoom", {"max_zoom": -1}),
        ("key", {"key": "abc"}),
        ("key", {"address": "https://tiles.example/{z}/{x}/{y}.png?key={key}"}),
    ],
)
def test_a_wrong_source_is_refused_at_its_field(field: str, change: dict[str, Any]):
    with pytest.raises(Invalid) as refused:
        checked(replace(OPENSTREETMAP, **change))
    assert set(refused.value.fields) == {field}


def test_a_good_source_is_trimmed():
    source = replace(OPENSTREETMAP, address=f" {OPENSTREETMAP.address} ", attribution=" © Makers ")
    assert checked(source) == replace(OPENSTREETMAP, attribution="© Makers")


def test_addresses_and_bounds():
    source = TileSource("online", "https://tiles.example/{z}/{x}/{y}.png?key={key}", "x", max_zoom=3, key="a&b")
    assert source.url(3, 7, 0) == "https://tiles.example/3/7/0.png?key=a%26b"
    assert source.has(3, 7, 7)
    assert not any((source.has(4, 0, 0), source.has(3, 8, 0), source.has(3, 0, 8), source.has(-1, 0, 0)))
    assert source.id != replace(source, key="other").id


def test_we_are_named_and_a_contact_cannot_add_headers():
    assert headers("office@harbor.example")["User-Agent"] == f"fieldoffice/{__version__} (+office@harbor.example)"
    assert headers("https://harbor.example")["Referer"] == "https://harbor.example"
    assert headers("")["User-Agent"] == f"fieldoffice/{__version__}"
    assert headers("a\r\nX-Evil: 1")["User-Agent"] == f"fieldoffice/{__version__} (+aX-Evil: 1)"


# Files


def mbtiles(path: Path, tile: bytes, **told: str) -> Path:
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE metadata (name text, value text)")
    base.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
    base.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
    base.execute("INSERT INTO tiles VALUES (2, 1, 3, ?)", (tile,))  # row 3 from the south is row 0 from the north
    base.commit()
    base.close()
    return path


def pmtiles(path: Path, tile: bytes, kind: TileType = TileType.PNG, attribution: str = "© <b>Makers</b> &amp; Co") -> Path:
    with open(path, "wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(2, 1, 0), tile)
        header = {"tile_type": kind, "tile_compression": Compression.NONE, "min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 0,
                  "max_lat_e7": 0, "center_zoom": 2, "center_lon_e7": 0, "center_lat_e7": 0}  # fmt: skip
        writer.finalize(header, {"attribution": attribution})
    return path


def test_mbtiles_count_from_the_south(tmp_path: Path, red: bytes):
    source = source_of(mbtiles(tmp_path / "a.mbtiles", red, format="png", attribution="<a href='x'>© Makers</a>"))
    assert (source.attribution, source.min_zoom, source.max_zoom) == ("© Makers", 2, 2)
    file = open_tiles(source)
    assert file.tile(2, 1, 0) == Tile(red, "image/png")
    assert file.tile(2, 1, 3) is None
    assert file.tile(5, 0, 0) is None
    file.close()


def test_pmtiles(tmp_path: Path, red: bytes):
    source = source_of(pmtiles(tmp_path / "a.pmtiles", red))
    assert (source.attribution, source.min_zoom, source.max_zoom) == ("© Makers & Co", 2, 2)
    file = open_tiles(source)
    assert file.tile(2, 1, 0) == Tile(red, "image/png")
    assert file.tile(2, 1, 1) is None
    file.close()


def test_what_the_user_says_of_the_makers_stands(tmp_path: Path, red: bytes):
    path = pmtiles(tmp_path / "a.pmtiles", red)
    file = open_tiles(TileSource("pmtiles", str(path), "© City of Harbor"))
    assert file.about.attribution == "© City of Harbor"
    file.close()


def test_a_file_that_names_no_maker_is_named_by_itself(tmp_path: Path, red: bytes):
    assert source_of(mbtiles(tmp_path / "a.mbtiles", red)).attribution == "a.mbtiles"


@pytest.mark.parametrize("name", ["bad.pmtiles", "bad.mbtiles", "empty.pmtiles", "empty.mbtiles"])
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"PMTiles\x03 but no more" if name.startswith("bad") else b"")
    with pytest.raises(WorldFault, match="damaged"):
        source_of(tmp_path / name)


def test_a_file_cut_short_gives_no_tile_or_is_refused(tmp_path: Path, red: bytes):
    path = pmtiles(tmp_path / "a.pmtiles", red)
    whole = path.read_bytes()
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        try:
            source = source_of(path)
        except WorldFault:
            continue
        file = open_tiles(source)
        assert file.tile(2, 1, 0) in (None, *[Tile(red[:n], "image/png") for n in range(len(red) + 1)])
        file.close()


def test_vector_tiles_are_refused_in_words(tmp_path: Path):
    with pytest.raises(WorldFault, match="vector"):
        source_of(pmtiles(tmp_path / "a.pmtiles", gzip.compress(b"x"), TileType.MVT))
    with pytest.raises(WorldFault, match="vector"):
        source_of(mbtiles(tmp_path / "a.mbtiles", b"x", format="pbf"))


def test_other_files_and_missing_ones(tmp_path: Path):
    with pytest.raises(Invalid, match=r"\.pmtiles"):
        source_of(tmp_path / "map.zip")
    with pytest.raises(WorldFault, match="not there"):
        source_of(tmp_path / "gone.mbtiles")
    with pytest.raises(WorldFault, match="not there"):
        source_of(tmp_path / "gone.pmtiles")


def test_pictures_are_known_by_their_first_bytes(red: bytes):
    assert mime_of(red) == "image/png"
    assert mime_of(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert mime_of(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert mime_of(b"<html>") == ""
    assert mime_of(EMPTY) == "image/png"


# Online


def test_the_server_is_asked_once_and_knows_who_asks(tiles: Tiles, server: Server, qtbot: QtBot, red: bytes):
    tiles.use(server.source())
    assert take(tiles, qtbot, (3, 2, 1)) == Tile(red, "image/png")
    tiles.use(server.source())  # a new start: only the disk remembers
    assert take(tiles, qtbot, (3, 2, 1)) == Tile(red, "image/png")
    [(path, sent)] = server.asked
    assert path == "/3/2/1.png"
    assert sent["user-agent"] == f"fieldoffice/{__version__} (+office@harbor.example)"
    assert sent["referer"] == "fieldoffice://app/map.html"


def test_two_that_want_the_same_tile_share_one_request(tiles: Tiles, server: Server, qtbot: QtBot):
    tiles.use(server.source())
    got: list[Tile | None] = []
    for _ in range(3):
        tiles._find((3, 2, 1), got.append)
    qtbot.waitUntil(lambda: len(got) == 3)
    assert len(server.asked) == 1


def test_a_failing_server_gives_nothing_is_left_in_peace_and_noted_once(
    tiles: Tiles, server: Server, qtbot: QtBot, caplog: pytest.LogCaptureFixture
):
    server.broken = True
    tiles.use(server.source())
    with caplog.at_level(logging.WARNING):
        assert [take(tiles, qtbot, (3, n, 1)) for n in (1, 2, 1, 2)] == [None] * 4
    assert [path for path, _ in server.asked] == ["/3/1/1.png", "/3/2/1.png"]
    assert len(caplog.records) == 1
    assert "127.0.0.1" in caplog.text


def test_what_is_no_picture_is_no_tile(tiles: Tiles, server: Server, qtbot: QtBot):
    server.tile = b"<svg onload='alert(1)'/>"
    tiles.use(server.source())
    assert take(tiles, qtbot, (3, 2, 1)) is None


def test_without_the_server_the_disk_still_serves(tiles: Tiles, server: Server, qtbot: QtBot, red: bytes):
    source = server.source()
    tiles.use(source)
    take(tiles, qtbot, (3, 2, 1))
    server.stop()
    tiles.use(source)
    assert take(tiles, qtbot, (3, 2, 1)) == Tile(red, "image/png")
    assert take(tiles, qtbot, (3, 2, 2)) is None


def test_outside_the_world_nobody_is_asked(tiles: Tiles, server: Server, qtbot: QtBot):
    tiles.use(server.source(max_zoom=5))
    assert take(tiles, qtbot, (6, 0, 0)) is None
    assert take(tiles, qtbot, (3, 8, 0)) is None
    assert server.asked == []


def test_closing_while_a_tile_is_under_way_calls_nobody_back(tiles: Tiles, server: Server, qtbot: QtBot):
    got: list[Any] = []
    tiles.use(server.source())
    tiles._find((3, 2, 1), got.append)
    tiles.use(None)
    qtbot.wait(200)
    assert got == []
    assert tiles.findChildren(Online) == []


def test_a_file_that_is_gone_leaves_the_old_source(tiles: Tiles, server: Server, tmp_path: Path):
    tiles.use(server.source())
    with pytest.raises(WorldFault):
        tiles.use(TileSource("mbtiles", str(tmp_path / "gone.mbtiles"), "x"))
    assert tiles.source == server.source()


# On the map


@pytest.fixture(scope="module")
def one_view(qapp: QApplication) -> Iterator[MapView]:
    made = MapView()
    made.resize(700, 500)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    qapp.processEvents()


@pytest.fixture
def view(one_view: MapView, qtbot: QtBot, tmp_path: Path) -> Iterator[MapView]:
    web().tiles.cache = tmp_path / "cache"
    one_view.show_scene(SPOT, fit=True)
    qtbot.waitUntil(one_view.is_ready, timeout=30_000)
    yield one_view
    one_view.use_tiles(None)
    assert one_view.page.complaints == []
    assert web().wall.stopped == []
    assert one_view.loads == 1


def js(view: MapView, qtbot: QtBot, expression: str) -> Any:
    got: list[Any] = []
    view.page.runJavaScript(f"JSON.stringify({expression})", 0, got.append)
    qtbot.waitUntil(lambda: bool(got))
    return json.loads(got[0])


CREDIT = "document.querySelector('.credit').textContent"


def red_shown(view: MapView) -> bool:
    return view.grab().toImage().pixelColor(120, 350).name() == RED


def test_streets_come_and_go_without_loading_again(view: MapView, server: Server, qtbot: QtBot):
    view.use_tiles(server.source(), contact="https://harbor.example")
    qtbot.waitUntil(lambda: view.is_ready() and red_shown(view))
    assert js(view, qtbot, CREDIT).startswith("© Test makers")
    assert {sent["referer"] for _, sent in server.asked} == {"https://harbor.example"}
    view.use_tiles(None)
    qtbot.waitUntil(lambda: view.is_ready() and not red_shown(view))
    assert "No street map is set" in js(view, qtbot, CREDIT)


def test_a_file_on_the_map(view: MapView, tmp_path: Path, qtbot: QtBot):
    path = tmp_path / "world.mbtiles"
    mbtiles(path, b"")
    base = sqlite3.connect(path)
    world = [(z, x, y) for z in range(3) for x in range(2**z) for y in range(2**z)]
    base.execute("DELETE FROM tiles")
    base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [(*place, picture(tmp_path / "t.png")) for place in world])
    base.commit()
    base.close()
    view.use_tiles(source_of(path))
    js(view, qtbot, "(fieldofficePage.map.setView([38.9, -77], 6, {animate: false}), 1)")
    qtbot.waitUntil(lambda: view.is_ready() and red_shown(view))  # enlarged from zoom 2
    js(view, qtbot, "(fieldofficePage.map.setView([38.9, -77], 9, {animate: false}), 1)")
    qtbot.waitUntil(lambda: not red_shown(view))  # too far: the ground is better than one blurred color


def test_a_failing_server_leaves_the_ground(view: MapView, server: Server, qtbot: QtBot):
    before = view.grab().toImage().pixelColor(120, 350)
    server.broken = True
    view.use_tiles(server.source())
    qtbot.waitUntil(lambda: view.is_ready() and bool(server.asked))
    qtbot.wait(300)
    assert view.grab().toImage().pixelColor(120, 350) == before


def test_a_hostile_attribution_is_text(view: MapView, server: Server, qtbot: QtBot):
    words = "<img src=x onerror=alert(1)>"
    view.use_tiles(replace(server.source(), attribution=words))
    qtbot.waitUntil(view.is_ready)
    assert js(view, qtbot, "document.querySelector('.maker').textContent") == words
    assert js(view, qtbot, "document.querySelectorAll('.credit img').length") == 0


def test_the_makers_page_is_opened_outside_and_only_from_the_settings(
    view: MapView, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    view.use_tiles(replace(server.source(), attribution_url="https://makers.example/rights"))
    qtbot.waitUntil(view.is_ready)
    js(view, qtbot, "(document.querySelector('button.maker').click(), 1)")
    qtbot.waitUntil(lambda: bool(opened))
    assert opened == ["https://makers.example/rights"]


def test_tiles_of_another_source_or_of_no_shape_are_refused(view: MapView, server: Server, qtbot: QtBot):
    view.use_tiles(server.source())
    qtbot.waitUntil(view.is_ready)
    good = f"{server.source().id}/3/2/1.png"
    for path, answer in [(good, "load"), ("0" * 12 + "/3/2/1.png", "error"), (f"{good}/../x", "error"), ("", "error")]:
        js(view, qtbot, "(window.got = null, ((i) => (i.onload = () => (window.got = 'load'), i.onerror = () => (window.got = 'error'),"
                        f"i.src = 'fieldoffice://tiles/{path}'))(new Image()), 1)")  # fmt: skip
        qtbot.waitUntil(lambda: js(view, qtbot, "window.got") is not None)
        assert (path, js(view, qtbot, "window.got")) == (path, answer)
