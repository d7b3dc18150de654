"""Street maps that lie in a file on this machine: raster .pmtiles and .mbtiles. No Qt.

Formats: PMTiles 3 (github.com/protomaps/PMTiles, spec/v3/spec.md), MBTiles 1.3 (github.com/mapbox/mbtiles-spec).
"""

from __future__ import annotations

import gzip
import html
import mmap
import re
import sqlite3
import struct
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from pmtiles.reader import Reader
from pmtiles.tile import TileType, deserialize_directory, deserialize_header, find_tile, zxy_to_tileid

from fieldoffice.integrations.tiles import Kind, TileSource, checked
from fieldoffice.models.errors import Invalid, WorldFault

BROKEN = (OSError, ValueError, KeyError, IndexError, EOFError, struct.error, gzip.BadGzipFile, sqlite3.Error)
"""What the readers raise on a file that is not what its name says."""
VECTOR = "This {} file holds vector tiles; the map needs one with pictures (PNG, JPEG or WebP)."


@dataclass(frozen=True)
class Tile:
    """One picture of 256 or 512 pixels a side, as stored."""

    content: bytes
    mime: str


class TileFile(Protocol):
    """A file full of tiles. `about` gives what the file says of itself, as a source ready for use."""

    about: TileSource

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """The tile (y counts from the north), or None where the file has none."""
        ...

    def close(self) -> None: ...


def source_of(path: Path | str) -> TileSource:
    """What a file says about itself, as a source (a file that names no maker is named by its file name).

    Raises Invalid or WorldFault in words where it is no street map.
    """
    named = TileSource(kind=_kind_of(Path(path)), address=str(path), attribution="")
    with closing(open_tiles(named)) as file:
        about = file.about
    return checked(about if about.attribution else replace(about, attribution=Path(path).name))


def _kind_of(path: Path) -> Kind:
    kinds: dict[str, Kind] = {".pmtiles": "pmtiles", ".mbtiles": "mbtiles"}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise Invalid(address="Choose a file whose name ends in .pmtiles or .mbtiles.")
    return kind


def open_tiles(source: TileSource) -> TileFile:
    """Open the file of a "pmtiles" or "mbtiles" source; raises WorldFault in words where it cannot be read or used."""
    try:
        return PmtilesFile(source) if source.kind == "pmtiles" else MbtilesFile(source)
    except FileNotFoundError:
        raise WorldFault(f"The map file “{source.address}” is not there any more.") from None
    except BROKEN:
        raise WorldFault(f"The map file “{source.address}” cannot be read; it may be damaged or cut short.") from None


class PmtilesFile:
    """A raster .pmtiles archive, read in place. One with vector tiles is refused: the map draws pictures."""

    MIMES = {
        TileType.PNG: "image/png",
        TileType.JPEG: "image/jpeg",
        TileType.WEBP: "image/webp",
        TileType.AVIF: "image/avif",
    }

    def __init__(self, source: TileSource) -> None:
        with open(source.address, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._header = deserialize_header(self._bytes(0, 127))
        self._mime = self.MIMES.get(self._header["tile_type"], "")
        if not self._mime:
            raise WorldFault(VECTOR.format(".pmtiles"))
        self.about = self._describe(source)
        self._directory = lru_cache(maxsize=64)(lambda start, size: deserialize_directory(self._bytes(start, size)))

    def _bytes(self, start: int, size: int) -> bytes:
        return self._map[start : start + size]

    def _describe(self, source: TileSource) -> TileSource:
        told = Reader(self._bytes).metadata()
        low, high = self._header["min_zoom"], self._header["max_zoom"]
        return replace(source, min_zoom=low, max_zoom=high, attribution=_attribution(told, source))

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        try:
            content = self._find(zxy_to_tileid(z, x, y)) if self.about.has(z, x, y) else None
        except BROKEN:
            return None
        return Tile(content, self._mime) if content else None

    def _find(self, number: int) -> bytes | None:
        """Walk down the directories; the format allows at most four levels."""
        start, size = self._header["root_offset"], self._header["root_length"]
        for _ in range(4):
            entry = find_tile(self._directory(start, size), number)
            if entry is None:
                return None
            if entry.run_length > 0:
                return self._bytes(self._header["tile_data_offset"] + entry.offset, entry.length)
            start, size = self._header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()


class MbtilesFile:
    """An .mbtiles file: SQLite, opened for reading only; its rows count from the south."""

    def __init__(self, source: TileSource) -> None:
        if not Path(source.address).is_file():
            raise FileNotFoundError(source.address)
        address = f"file:{quote(str(Path(source.address).resolve()))}?mode=ro&immutable=1"
        self._base = sqlite3.connect(address, uri=True, check_same_thread=False)
        told = dict(self._base.execute("SELECT name, value FROM metadata"))
        if told.get("format") == "pbf":
            self._base.close()
            raise WorldFault(VECTOR.format(".mbtiles"))
        low, high = self._zooms(told)
        self.about = replace(source, min_zoom=low, max_zoom=high, attribution=_attribution(told, source))

    def _zooms(self, told: dict[str, str]) -> tuple[int, int]:
        if "minzoom" in told and "maxzoom" in told:
            return int(told["minzoom"]), int(told["maxzoom"])
        low, high = self._base.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        return low or 0, high or 0

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        asked = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            row = self._base.execute(asked, (z, x, 2**z - 1 - y)).fetchone() if self.about.has(z, x, y) else None
        except sqlite3.Error:
            return None
        return Tile(bytes(row[0]), mime_of(bytes(row[0]))) if row else None

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


def mime_of(content: bytes) -> str:
    """The kind of picture by its first bytes; "" for what is no picture."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if content[4:12] == b"ftypavif" else ""


def _attribution(told: Mapping[str, Any], source: TileSource) -> str:
    """What the file says, without markup; what the user said where it says nothing or the user said something."""
    plain = html.unescape(re.sub(r"<[^>]*>", "", str(told.get("attribution") or ""))).strip()
    return plain[:200] if plain and source.attribution == "" else source.attribution
