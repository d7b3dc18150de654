"""Answers fieldoffice://tiles/SOURCE/Z/X/Y.png from the source in force: online through a cache, or from a file.

Pages ask here and never online, so that one switch takes the map off the net and every request names this program.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkDiskCache, QNetworkReply, QNetworkRequest
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

from fieldoffice import __version__
from fieldoffice.integrations.tile_files import Tile, TileFile, mime_of, open_tiles
from fieldoffice.integrations.tiles import TileSource
from fieldoffice.ui.map.scheme import reply

log = logging.getLogger(__name__)
PATH = re.compile(r"/([0-9a-f]{12})/(\d{1,2})/(\d{1,7})/(\d{1,7})\.png", re.ASCII)
LARGEST = 4_000_000
CACHE_BYTES = 200_000_000
PATIENCE_MS = 15_000
RETRY_S = 300
EMPTY = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b4944415478da6360000200"
    "00050001e9fadcd80000000049454e44ae426082"
)
"""A PNG of one transparent pixel: it shows what lies under it."""
Place = tuple[int, int, int]
Taker = Callable[[Tile | None], None]


class Tiles(QObject):
    """The street map in force, for all pages. `contact`, a web or mail address, goes into the User-Agent."""

    def __init__(self, parent: QObject | None = None, *, contact: str = "", cache: Path | None = None) -> None:
        super().__init__(parent)
        self.contact = contact
        self.cache = cache
        self.source: TileSource | None = None
        self._file: TileFile | None = None
        self._online: Online | None = None

    def use(self, source: TileSource | None) -> None:
        """Take tiles from here from now on; None: from nowhere. Raises WorldFault where a file cannot be opened."""
        file = open_tiles(source) if source and source.kind != "online" else None
        self.stop()
        self.source, self._file = source, file
        if source and source.kind == "online":
            self._online = Online(source, self.contact, self.cache or cache_folder(), self)

    def stop(self) -> None:
        """Close the file or the connections in use."""
        if self._file:
            self._file.close()
        if self._online:
            self._online.close()
        self.source = self._file = self._online = None

    def answer(self, job: QWebEngineUrlRequestJob, url: QUrl) -> None:
        """Reply with the tile, or with an empty picture where there is none; refuse what is no tile of this source."""
        match = PATH.fullmatch(url.path())
        if match is None or self.source is None or match[1] != self.source.id:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        self._find((int(match[2]), int(match[3]), int(match[4])), partial(_give, job))

    def _find(self, place: Place, take: Taker) -> None:
        if self.source is None or not self.source.has(*place):
            take(None)
        elif self._file is not None:
            take(self._file.tile(*place))
        elif self._online is not None:
            self._online.fetch(place, take)


def _give(job: QWebEngineUrlRequestJob, tile: Tile | None) -> None:
    reply(job, tile.content, tile.mime) if tile and tile.mime else reply(job, EMPTY, "image/png")


class Online(QObject):
    """Fetches tiles, each at most once at a time, through a cache on disk that keeps what the server allows to keep.

    A tile that fails is left in peace for five minutes; the log gets one line for the source, not one for each tile.
    """

    def __init__(self, source: TileSource, contact: str, cache: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._source, self._contact = source, contact
        self._net = QNetworkAccessManager(self)
        self._net.setCache(disk_cache(cache, self._net))
        self._net.setTransferTimeout(PATIENCE_MS)
        self._takers: dict[Place, list[Taker]] = {}
        self._failed: dict[Place, float] = {}

    def fetch(self, place: Place, take: Taker) -> None:
        """Call `take` with the tile, or with None where it cannot be had."""
        if time.monotonic() - self._failed.get(place, -RETRY_S) < RETRY_S:
            take(None)
        elif place in self._takers:
            self._takers[place].append(take)
        else:
            self._takers[place] = [take]
            self._ask(place, QNetworkRequest.CacheLoadControl.PreferNetwork)

    def _ask(self, place: Place, control: QNetworkRequest.CacheLoadControl) -> None:
        request = QNetworkRequest(QUrl(self._source.url(*place)))
        request.setAttribute(QNetworkRequest.Attribute.CacheLoadControlAttribute, control)
        for name, value in headers(self._contact).items():
            request.setRawHeader(name.encode(), value.encode())
        answer = self._net.get(request)
        answer.downloadProgress.connect(partial(_not_too_large, answer))
        answer.finished.connect(partial(self._arrived, place, control, answer))

    def _arrived(self, place: Place, control: QNetworkRequest.CacheLoadControl, answer: QNetworkReply) -> None:
        answer.deleteLater()
        if place not in self._takers:
            return
        content = b"" if answer.error() != QNetworkReply.NetworkError.NoError else bytes(answer.readAll().data())
        mime = mime_of(content)
        unreachable = answer.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute) is None
        if not mime and unreachable and control == QNetworkRequest.CacheLoadControl.PreferNetwork:
            self._ask(place, QNetworkRequest.CacheLoadControl.AlwaysCache)
            return
        if not mime:
            self._note(place, answer)
        for take in self._takers.pop(place):
            take(Tile(content, mime) if mime else None)

    def _note(self, place: Place, answer: QNetworkReply) -> None:
        if not self._failed:
            host = QUrl(self._source.address).host()
            log.warning("Street map: %s did not give a tile (%s); the map goes on without.", host, answer.error().name)
        self._failed[place] = time.monotonic()

    def close(self) -> None:
        """Drop what is under way; nobody is called back any more."""
        self._takers.clear()
        self.deleteLater()


def headers(contact: str) -> dict[str, str]:
    """What names us to a tile server: its owner can see which program asks and whom to write to.

    `contact` is the company's web or mail address; without a web address the page itself is named as the origin.
    """
    clean = "".join(sign for sign in contact if sign.isprintable() and sign.isascii() and sign not in "()").strip()
    site = clean if clean.startswith(("https://", "http://")) else "fieldoffice://app/map.html"
    return {"User-Agent": f"fieldoffice/{__version__}" + (f" (+{clean})" if clean else ""), "Referer": site}


def disk_cache(folder: Path, parent: QObject) -> QNetworkDiskCache:
    """At most 200 MB of tiles in `folder`, the oldest of which go first."""
    cache = QNetworkDiskCache(parent)
    cache.setCacheDirectory(str(folder))
    cache.setMaximumCacheSize(CACHE_BYTES)
    return cache


def cache_folder() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)) / "tiles"


def _not_too_large(answer: QNetworkReply, received: int, _total: int) -> None:
    if received > LARGEST:
        answer.abort()
