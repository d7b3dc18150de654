"""The map's page and the addresses of the program: nothing outside, nothing but the open files."""

from __future__ import annotations

import re

import folium
import pytest

from fieldoffice.assets import resource
from fieldoffice.ui.map import scheme
from fieldoffice.ui.map import shell as shell_module
from fieldoffice.ui.map.shell import NEEDLESS, OURS, ours, shell


def test_the_page_names_only_files_that_the_program_has():
    made = shell()
    links = re.findall(r'(?:src|href)="([^"]+)"', made.html)
    assert len(links) > 10
    for link in links:
        name = link.removeprefix("fieldoffice://app/")
        assert link != name
        assert name in made.scripts or name == "qwebchannel.js" or resource(name).is_file()


def test_no_script_stands_in_the_page():
    made = shell()
    assert re.findall(r"<script(?! src=)", made.html) == []
    assert "script-src fieldoffice:;" in made.html
    assert any("L.map(" in script for script in made.scripts.values())


def test_leaflet_itself_is_told_how_far_one_can_zoom():
    assert any('"maxZoom": 19' in script for script in shell().scripts.values())


def test_a_link_that_nobody_decided_about_stops_the_program():
    with pytest.raises(ValueError, match="brand_new"):
        ours([("brand_new", "https://cdn.example/new.js")])


def test_all_links_of_folium_are_decided_about():
    asked = {name for name, _ in (*folium.Map.default_js, *folium.Map.default_css)}
    assert asked <= set(OURS) | NEEDLESS


def test_a_page_that_points_outside_is_not_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shell_module, "SCRIPTS", ("main",))
    monkeypatch.setattr(shell_module, "HOST", "https://elsewhere.example/")
    with pytest.raises(ValueError, match="points outside"):
        shell()


def test_a_missing_script_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(OURS, "leaflet", "leaflet/nothing.js")
    with pytest.raises(FileNotFoundError, match=r"leaflet/nothing\.js.*set-up"):
        shell()


def test_open_files_are_read_with_their_type():
    content, mime = scheme.read_open("leaflet/leaflet.js") or (b"", "")
    assert content.startswith(b"/* @preserve")
    assert mime == "text/javascript"
    assert (scheme.read_open("map/map.css") or (b"", ""))[1] == "text/css"
    assert (scheme.read_open("fonts/SourceSans3-Regular.ttf") or (b"", ""))[1] == "font/ttf"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "map",
        "map/",
        "nothing.js",
        "map/../../pyproject.toml",
        "../pyproject.toml",
        "map/../map/main.js",
        "map//main.js",
        "/map/main.js",
        "map\\main.js",
        "map/main.js\0.png",
        "LICENSES/leaflet.txt",
        "templates",
        "help/index.md",
    ],
)
def test_nothing_else_is_read(name: str):
    assert scheme.read_open(name) is None


def test_registering_twice_does_nothing():
    scheme.register()
    scheme.register()
    assert scheme.QWebEngineUrlScheme.schemeByName(b"fieldoffice").flags()
