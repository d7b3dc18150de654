"""What the set-up puts into vendor/, and how the program finds it."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from fieldoffice.assets import resource

TREE = Path(__file__).resolve().parents[2]
VENDOR = TREE / "vendor"
KINDS = {".ttf": b"\0\1\0\0", ".png": b"\x89PNG", ".json": b"", ".js": b"", ".css": b"", ".svg": b"<svg", ".txt": b""}


def named_icons() -> set[str]:
    lines = (TREE / "setup" / "icons.txt").read_text(encoding="utf-8").splitlines()
    return {word.split("=")[0] for line in lines if not line.startswith("#") for word in line.split()}


def test_every_icon_of_the_list_is_there_and_no_other() -> None:
    assert {path.stem for path in (VENDOR / "icons").iterdir()} == named_icons()


def test_every_icon_is_a_drawing() -> None:
    for path in (VENDOR / "icons").iterdir():
        drawing = ET.parse(path).getroot()
        assert drawing.tag.endswith("svg"), path.name
        assert drawing.get("viewBox") == "0 -960 960 960", path.name


def test_every_file_is_of_the_kind_it_says() -> None:
    files = [path for path in VENDOR.rglob("*") if path.is_file()]
    assert [path.name for path in files if not path.read_bytes().startswith(KINDS[path.suffix])] == []


@pytest.mark.parametrize("style", ["Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt"])
def test_fonts_have_truetype_outlines(style: str) -> None:
    from fontTools.ttLib import TTFont

    with TTFont(resource(f"fonts/SourceSans3-{style}.ttf")) as font:
        assert "glyf" in font
        assert set("€0123456789äß") <= set(map(chr, font.getBestCmap() or {}))


def test_place_names_begin_with_the_largest_and_know_city_quarters() -> None:
    path = resource("places.json")
    places = json.loads(path.read_text(encoding="utf-8"))
    sizes = [inhabitants for _, _, _, inhabitants, _ in places]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] >= 1000
    assert all(-90 <= lat <= 90 and -180 <= lon <= 180 and len(country) == 2 for _, lat, lon, _, country in places)
    quarters = {name for name, lat, lon, _, _ in places if abs(lat - 38.9) < 0.05 and abs(lon + 77.03) < 0.05}
    assert {"Washington", "Georgetown", "Dupont Circle", "Rosslyn"} <= quarters
    assert path.stat().st_size < 6_000_000


def test_the_base_maps_have_the_layers_that_are_drawn() -> None:
    for name, layers in (("countries-50m", {"countries", "land"}), ("counties-10m", {"counties", "states", "nation"})):
        topology = json.loads(resource(f"atlas/{name}.json").read_text(encoding="utf-8"))
        assert topology["type"] == "Topology"
        assert set(topology["objects"]) == layers


def test_each_package_has_its_license_beside_it() -> None:
    packages = json.loads((TREE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    names = {name.lstrip("@").replace("/", "-") for name in packages} | {"geonames"}
    assert {path.stem for path in (VENDOR / "LICENSES").iterdir()} == names
    assert "CC BY 4.0" in (VENDOR / "LICENSES" / "geonames.txt").read_text(encoding="utf-8")


# -- resource()


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frozen program's folder, with one file of ours, one of others, and a secret beside them."""
    for path in ("resources/both.txt", "vendor/both.txt", "vendor/theirs/a.js", "secret.txt", "resources-old/x.txt"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    return tmp_path


def test_ours_come_before_theirs(frozen: Path) -> None:
    assert resource("both.txt").read_text() == "resources/both.txt"
    assert resource("theirs/a.js").read_text() == "vendor/theirs/a.js"
    assert resource("theirs") == (frozen / "vendor" / "theirs").resolve()


@pytest.mark.parametrize(
    "path",
    ["../secret.txt", "theirs/../../secret.txt", "../resources-old/x.txt", "/etc/passwd", "theirs/\0a.js", "a" * 5000],
)
def test_nothing_outside_is_found(frozen: Path, path: str) -> None:
    with pytest.raises(FileNotFoundError):
        resource(path)


def test_a_link_out_of_the_folder_is_not_followed(frozen: Path) -> None:
    (frozen / "vendor" / "link.txt").symlink_to(frozen / "secret.txt")
    with pytest.raises(FileNotFoundError):
        resource("link.txt")


def test_what_is_missing_is_said_with_the_cure() -> None:
    with pytest.raises(FileNotFoundError, match=r"“leaflet/nothing\.js” is missing\. Run the set-up: \./run"):
        resource("leaflet/nothing.js")
