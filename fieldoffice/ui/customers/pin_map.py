"""The map of a customer's addresses as a widget: it shows pins and says where one was dropped; it decides nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.services.geo import Point
from fieldoffice.ui import theme
from fieldoffice.ui.customers.pin_page import NAME, pin_page
from fieldoffice.ui.map.colors import theme_message
from fieldoffice.ui.map.streets import streets
from fieldoffice.ui.map.web import LocalPage, web

PAGE = QUrl(f"fieldoffice://app/{NAME}")


@dataclass(frozen=True, slots=True)
class Pin:
    """One address on the map."""

    id: int
    lat: float
    lon: float
    title: str
    selected: bool = False
    movable: bool = True


class PinBridge(QObject):
    """`told` goes to the page as (kind, JSON); the other signals come from it."""

    told = Signal(str, str)
    woke = Signal()
    painted = Signal(int)
    pin_dropped = Signal(int, float, float)
    pin_clicked = Signal(int)
    spot_clicked = Signal(float, float)

    @Slot()
    def awake(self) -> None:
        self.woke.emit()

    @Slot(int)
    def paintedPins(self, number: int) -> None:
        self.painted.emit(number)

    @Slot(int, float, float)
    def droppedPin(self, id: int, lat: float, lon: float) -> None:
        self.pin_dropped.emit(id, lat, lon)

    @Slot(int)
    def clickedPin(self, id: int) -> None:
        self.pin_clicked.emit(id)

    @Slot(float, float)
    def clickedSpot(self, lat: float, lon: float) -> None:
        self.spot_clicked.emit(lat, lon)


class PinMap(QWidget):
    """`dropped(id, lat, lon)` after a drag, `picked(id)` on a click; while `asking`, a click on the ground is `spotted`."""

    dropped = Signal(int, float, float)
    picked = Signal(int)
    spotted = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pins: tuple[Pin, ...] = ()
        self._near: Point | None = None
        self._awake, self._sent, self._painted, self._fit, self._asking = False, 0, 0, True, ""
        web().handler.publish(NAME, pin_page(), "text/html")
        self.browser, self.bridge = QWebEngineView(self), PinBridge(self)
        self.page = LocalPage(self.browser)
        self._build()
        self.bridge.woke.connect(self._wake)
        self.bridge.painted.connect(self._on_painted)
        self.bridge.pin_dropped.connect(self.dropped)
        self.bridge.pin_clicked.connect(self.picked)
        self.bridge.spot_clicked.connect(self.spotted)
        theme.changed.connect(self._tell_theme)
        streets().changed.connect(self._tell_tiles)
        self.page.load(PAGE)

    def show_pins(self, pins: Sequence[Pin], *, near: Point | None = None, fit: bool = False) -> None:
        """Show these instead; the view moves with `fit` only, or for other pins; `near` is seen where there are none."""
        self._near = near
        fit = fit or {pin.id for pin in self.pins} != {pin.id for pin in pins}
        self.pins, self._fit = tuple(pins), self._fit or fit
        self._tell_pins()

    def ask_spot(self, words: str) -> None:
        """Let a person click where an address lies, with `words` over the map; "" ends that."""
        self._asking = words
        self._tell("ask", words)

    def is_ready(self) -> bool:
        """Whether the page has painted all that it was told."""
        return self._awake and self._painted == self._sent

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The program's shortcuts go before the browser's."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.browser.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.browser.setAccessibleName(self.tr("Map of the addresses"))
        self.page.setBackgroundColor(theme.color("ground"))
        self.page.settings().setAttribute(QWebEngineSettings.WebAttribute.FocusOnNavigationEnabled, False)
        self.browser.setPage(self.page)
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", self.bridge)
        self.page.setWebChannel(self._channel)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.browser)
        self.page.loadFinished.connect(self._loaded)

    def _loaded(self, _fine: bool) -> None:
        if keyboard := self.browser.focusProxy():
            keyboard.installEventFilter(self)

    def _wake(self) -> None:
        self._awake = True
        self._tell_theme()
        self._tell_tiles()
        self._tell_pins()
        self._tell("ask", self._asking)

    def _on_painted(self, number: int) -> None:
        self._painted = number

    def _tell(self, kind: str, content: Any) -> None:
        if self._awake:
            self._sent += 1
            self.bridge.told.emit(kind, json.dumps({"number": self._sent, "content": content}, ensure_ascii=False))

    def _tell_pins(self) -> None:
        if self._awake:
            self._tell("pins", {"pins": [asdict(pin) for pin in self.pins], "fit": self._fit, "near": self._near})
            self._fit = False

    def _tell_theme(self, _name: str = "") -> None:
        self.page.setBackgroundColor(theme.color("ground"))
        self._tell("theme", theme_message(theme.current()))

    def _tell_tiles(self) -> None:
        source = web().tiles.source
        self._tell("tiles", {"hint": self.tr("No street map is set: Organization, Settings.")} if source is None else {
            "id": source.id, "attribution": source.attribution, "max": source.max_zoom, "min": source.min_zoom})
