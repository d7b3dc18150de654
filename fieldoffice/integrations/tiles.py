"""A source of street maps, chosen by the user: an online address, a .pmtiles file or an .mbtiles file. No Qt.

`checked` refuses a source in words for the settings page. Files are read by `tile_files`; online tiles are fetched by
whoever has a network client, at the address that `TileSource.url` gives.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from fieldoffice.models.errors import Invalid

Kind = Literal["online", "pmtiles", "mbtiles"]
FARTHEST = 22


@dataclass(frozen=True)
class TileSource:
    """Where street tiles come from. `address` is an address with {z}, {x}, {y} (and {key}), or the path of a file.

    `attribution` is the plain text that the map shows, as the makers of the map ask; `attribution_url` is opened when
    it is pressed. Beyond `max_zoom` the tiles of that zoom are enlarged.
    """

    kind: Kind
    address: str
    attribution: str
    max_zoom: int = 19
    min_zoom: int = 0
    key: str = ""
    attribution_url: str = ""

    @property
    def id(self) -> str:
        """A short name that changes with the address or the key, so that no old tile is taken for a new one."""
        return hashlib.sha256(f"{self.kind} {self.address} {self.key}".encode()).hexdigest()[:12]

    def url(self, z: int, x: int, y: int) -> str:
        """The online address of one tile."""
        place = {"{z}": str(z), "{x}": str(x), "{y}": str(y), "{key}": quote(self.key, safe="")}
        address = self.address
        for mark, value in place.items():
            address = address.replace(mark, value)
        return address

    def has(self, z: int, x: int, y: int) -> bool:
        """Whether such a tile can exist: within the source's zooms and within the world."""
        return self.min_zoom <= z <= self.max_zoom and 0 <= x < 2**z and 0 <= y < 2**z


OPENSTREETMAP = TileSource(
    kind="online",
    address="https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    attribution="© OpenStreetMap contributors",
    attribution_url="https://www.openstreetmap.org/copyright",
)
LIGHT_USE = "OpenStreetMap's own servers are for light use; an office of many desks takes a paid source or a file."


def checked(source: TileSource) -> TileSource:
    """The source with spaces trimmed; raises Invalid with a sentence for each field that is wrong."""
    trimmed = {name: str(getattr(source, name)).strip() for name in ("address", "attribution", "key")}
    source = replace(source, **trimmed)
    wrong = _address_fault(source) if source.kind == "online" else _file_fault(source)
    faults = {"address": wrong, "attribution": _attribution_fault(source), "max_zoom": _zoom_fault(source)}
    faults["key"] = _key_fault(source)
    if found := {field: words for field, words in faults.items() if words}:
        raise Invalid(**found)
    return source


def _address_fault(source: TileSource) -> str:
    marks = [mark for mark in ("{z}", "{x}", "{y}") if mark not in source.address]
    try:
        parts = urlsplit(source.address)
        secret = parts.password or parts.username
    except ValueError:
        return "This is not a web address."
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "The address begins with https:// and names a server."
    if secret:
        return "Leave name and password out of the address; put a key into its own field and {key} into the address."
    if marks:
        return f"The address needs {', '.join(marks)} where zoom, column and row of a tile stand."
    if "{s}" in source.address or "{r}" in source.address:
        return "Replace {s} by one of the server's names and leave {r} out."
    return ""


def _file_fault(source: TileSource) -> str:
    if Path(source.address).suffix.lower() != f".{source.kind}":
        return f"The file's name ends in .{source.kind}."
    return "" if Path(source.address).is_file() else f"There is no file “{source.address}”."


def _attribution_fault(source: TileSource) -> str:
    if not source.attribution:
        return "Say whose map it is; its makers ask for that, for example “© OpenStreetMap contributors”."
    return "" if len(source.attribution) <= 200 else "At most 200 characters fit on the map."


def _zoom_fault(source: TileSource) -> str:
    if 0 <= source.min_zoom <= source.max_zoom <= FARTHEST:
        return ""
    return f"The largest zoom lies between {max(source.min_zoom, 1)} and {FARTHEST}."


def _key_fault(source: TileSource) -> str:
    if source.kind != "online":
        return ""
    if source.key and "{key}" not in source.address:
        return "Write {key} into the address, where the key belongs."
    return "Enter the key that {key} in the address stands for." if "{key}" in source.address and not source.key else ""
