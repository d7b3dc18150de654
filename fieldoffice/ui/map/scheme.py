"""The program's own web addresses: fieldoffice://app/… (files of the program) and fieldoffice://tiles/… (street maps).

Web pages inside the program are loaded from here and from nowhere else: a page may read the files listed in `OPEN`,
never the disk, and a wall stops every request that would leave the program.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QObject, Qt, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from fieldoffice.assets import resource

SCHEME = b"fieldoffice"
OPEN = ("map", "leaflet", "markercluster", "topojson", "atlas", "fonts", "icons", "places.json")
"""The only names under resources/ and vendor/ that a page may read."""
LOCAL = frozenset({"fieldoffice", "data", "blob"})
MIMES = {
    ".js": "text/javascript",
    ".json": "application/json",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
Answer = Callable[[QWebEngineUrlRequestJob, QUrl], None]


def register() -> None:
    """Make the scheme known. Call it before the QApplication is built; calling it again does nothing."""
    if QWebEngineUrlScheme.schemeByName(SCHEME).name() == SCHEME:
        return
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


class Wall(QWebEngineUrlRequestInterceptor):
    """Stops every request that leaves the program; `stopped` lists their addresses: the tests expect none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stopped: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() not in LOCAL:
            info.block(True)
            self.stopped.append(info.requestUrl().toString())


class Handler(QWebEngineUrlSchemeHandler):
    """Answers fieldoffice://HOST/… : `hosts` maps a host to what answers; anything else is "not found"."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pages: dict[str, tuple[bytes, str]] = {}
        self.hosts: dict[str, Answer] = {"app": self._file}

    def publish(self, name: str, content: str, mime: str) -> None:
        """Serve text made by the program itself as fieldoffice://app/`name`."""
        self.pages[name] = (content.encode(), mime)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        answer = self.hosts.get(job.requestUrl().host())
        if answer is None or job.requestMethod().data() != b"GET":
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
        else:
            answer(job, job.requestUrl())

    def _file(self, job: QWebEngineUrlRequestJob, url: QUrl) -> None:
        name = url.path(QUrl.ComponentFormattingOption.FullyDecoded).removeprefix("/")
        found = self.pages.get(name) or read_open(name)
        if found is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
        else:
            reply(job, *found)


def read_open(name: str) -> tuple[bytes, str] | None:
    """Content and type of an open file of the program; None for a closed or missing one or a way out of the folders."""
    parts = name.split("/")
    if parts[0] not in OPEN or ".." in parts or "" in parts or "\\" in name or "\0" in name:
        return None
    try:
        path = resource(name)
        return path.read_bytes(), mime_of(path)
    except OSError:
        return None


def mime_of(path: Path) -> str:
    """The type by the file's ending; not left to the machine, whose registry may say otherwise."""
    return MIMES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def reply(job: QWebEngineUrlRequestJob, content: bytes, mime: str) -> None:
    """Answer a request with bytes; a request that has gone away meanwhile is left alone."""
    if not shiboken6.isValid(job):
        return
    buffer = QBuffer(job)
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    job.reply(QByteArray(mime.encode()), buffer)
