"""What all web pages of the program share: a profile that keeps nothing, its wall, its handler, the street map."""

from __future__ import annotations

import atexit
import logging
import threading
from functools import cache
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QFile, QIODevice, QObject, QUrl, Signal, Slot
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile

from fieldoffice.ui.map.scheme import SCHEME, Handler, Wall
from fieldoffice.ui.map.tiles import Tiles

if TYPE_CHECKING:
    from fieldoffice.ui.map.shell import Shell

log = logging.getLogger(__name__)
MAP_PAGE = QUrl("fieldoffice://app/map.html")


class Web(QObject):
    """One for the program, see `web`. Pages are closed before their profile: else the engine complains.

    The map's page takes a second to make, so that is done beside the window: `prepare` starts it, `answered` tells the
    end with "" or with words on what is missing.
    """

    answered = Signal(str)
    _made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.fault: str | None = None
        self._maker: threading.Thread | None = None
        self._made.connect(self._publish)
        self.profile = QWebEngineProfile()
        self.wall = Wall(self.profile)
        self.handler = Handler(self.profile)
        self.tiles = Tiles(self.profile)
        self._pages: list[QWebEnginePage] = []
        self.handler.hosts["tiles"] = self.tiles.answer
        self.profile.setUrlRequestInterceptor(self.wall)
        self.profile.installUrlSchemeHandler(SCHEME, self.handler)
        self.handler.publish("qwebchannel.js", _qt_script(), "text/javascript")

    def prepare(self) -> None:
        """Begin to make the map's page, where that has not begun yet."""
        if self._maker is None:
            self._maker = threading.Thread(target=self._make, name="map-shell")
            self._maker.start()

    def _make(self) -> None:
        from fieldoffice.ui.map.shell import shell  # here, since it brings folium and a second of imports

        try:
            self._made.emit(shell())
        except (FileNotFoundError, ValueError) as fault:
            self._made.emit(str(fault))

    @Slot(object)
    def _publish(self, made: Shell | str) -> None:
        """Serve the page and the scripts that no file holds."""
        self.fault = made if isinstance(made, str) else ""
        if not isinstance(made, str):
            self._serve(made)
        self.answered.emit(self.fault)

    def _serve(self, made: Shell) -> None:
        self.handler.publish("map.html", made.html, "text/html")
        for name, script in made.scripts.items():
            self.handler.publish(name, script, "text/javascript")

    def adopt(self, page: QWebEnginePage) -> None:
        """Remember a page, so that it goes before the profile does."""
        self._pages = [old for old in self._pages if shiboken6.isValid(old)] + [page]

    def close(self) -> None:
        """Let go of the pages, then of the profile. Nothing here works afterwards."""
        self.tiles.stop()
        for thing in (*self._pages, self.profile):
            if shiboken6.isValid(thing):
                shiboken6.delete(thing)
        self._pages = []


@cache
def web() -> Web:
    """The one `Web`; made at first use, closed when the program ends."""
    made = Web()
    atexit.register(made.close)
    return made


class LocalPage(QWebEnginePage):
    """A page that stays inside the program: it opens no window, asks nothing, and goes to no other address.

    `complaints` keeps what its scripts reported as wrong, and every dialog they tried to open.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(web().profile, parent)
        self.complaints: list[str] = []
        web().adopt(self)

    def acceptNavigationRequest(self, url: QUrl | str, kind: QWebEnginePage.NavigationType, main: bool) -> bool:
        return main and QUrl(url).scheme() == SCHEME.decode() and QUrl(url).host() == "app"

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        return None

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        if level != QWebEnginePage.JavaScriptConsoleMessageLevel.InfoMessageLevel:
            self._complain(f"{source.rpartition('/')[2]}:{line}: {message}")

    def javaScriptAlert(self, origin: QUrl | str, message: str) -> None:
        self._complain(f"dialog: {message}")

    def javaScriptConfirm(self, origin: QUrl | str, message: str) -> bool:
        self._complain(f"dialog: {message}")
        return False

    def _complain(self, words: str) -> None:
        self.complaints.append(words)
        log.warning("Page: %s", words)


def _qt_script() -> str:
    file = QFile(":/qtwebchannel/qwebchannel.js")
    file.open(QIODevice.OpenModeFlag.ReadOnly)
    return bytes(file.readAll().data()).decode()
