"""The map as a widget: it shows a scene and says what a person did on it; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from fieldoffice.integrations.tiles import TileSource
from fieldoffice.ui import theme
from fieldoffice.ui.map.bridge import Bridge
from fieldoffice.ui.map.colors import inks, theme_message
from fieldoffice.ui.map.scene import MapScene, as_message, route_colors, set_aside, uncolored
from fieldoffice.ui.map.web import MAP_PAGE, LocalPage, web
from fieldoffice.ui.palette import OTHER_ROUTE, ROUTES

NO_STREETS = "No street map is set. A .pmtiles file of your region adds the streets."
MOST_LOADS = 4
"""A page whose process dies is loaded again, but not for ever."""


class MapView(QWidget):
    """Shows a `MapScene` and keeps its place while scenes change; the page is loaded once.

    A click, a dropped marker and a box only emit; whoever owns the view answers with `select` or a new scene.
    `ready` is emitted once, after the first paint; `is_ready` says whether all that was sent has been painted.
    """

    ready = Signal()
    marker_clicked = Signal(int, bool)
    """(visit, whether Ctrl or Shift was held)"""
    marker_dropped = Signal(int, int)
    """(visit, provider)"""
    box_selected = Signal(list)
    """visits inside a box drawn with Shift held"""
    provider_clicked = Signal(object)
    """the provider now highlighted, or None"""
    layer_toggled = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene = MapScene()
        self.loads = 0
        self._chosen: int | None = None
        self._awake = self._was_ready = False
        self._layers: dict[str, bool] = {}
        self._sent = self._painted = 0
        self._no_streets = NO_STREETS
        self._build()
        self._listen()
        self._load() if web().fault is not None else web().prepare()

    def _build(self) -> None:
        self.browser = QWebEngineView(self)
        self.browser.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.page = LocalPage(self.browser)
        self.page.setBackgroundColor(theme.color("ground"))
        self.page.settings().setAttribute(QWebEngineSettings.WebAttribute.FocusOnNavigationEnabled, False)
        self.browser.setPage(self.page)
        self.browser.setAccessibleName(self.tr("Map"))
        self._words = QLabel(self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._words.hide()
        self.bridge = Bridge(self)
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", self.bridge)
        self.page.setWebChannel(self._channel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.browser)
        layout.addWidget(self._words)
        self.setFocusProxy(self.browser)

    def _listen(self) -> None:
        self.bridge.woke.connect(self._wake)
        self.bridge.painted.connect(self._on_painted)
        self.bridge.marker_clicked.connect(self.marker_clicked)
        self.bridge.marker_dropped.connect(self.marker_dropped)
        self.bridge.box_selected.connect(self.box_selected)
        self.bridge.provider_clicked.connect(self._on_provider)
        self.bridge.layer_toggled.connect(self._on_layer)
        self.bridge.source_clicked.connect(self._open_source)
        self.page.loadFinished.connect(self._count_load)
        self.page.renderProcessTerminated.connect(self._revive)
        theme.changed.connect(self._tell_theme)
        web().answered.connect(self._load)

    def _load(self) -> None:
        """Load the page, or say what is missing for it."""
        if fault := web().fault:
            self._words.setText(fault)
            self._words.show()
            self.browser.hide()
        else:
            self.page.load(MAP_PAGE)

    # What a caller does

    def show_scene(self, scene: MapScene, *, fit: bool = False) -> None:
        """Show this instead of what was there. The view moves only for the first places shown, or with `fit`."""
        first = not (self.scene.markers or self.scene.homes)
        self.scene = scene
        self._tell("scene", {**as_message(scene), "paint": self._paint(), "fit": fit or first})

    def select(self, ids: Iterable[int]) -> None:
        """Turn exactly these visits into the selected ones."""
        self.scene = self.scene.select(frozenset(ids))
        self._tell("selection", sorted(self.scene.selected))

    def highlight(self, provider_id: int | None) -> None:
        """Bring one provider's route out, the others back; None: all alike."""
        self._chosen = provider_id
        self._tell("paint", self._paint())

    def show_layers(self, shown: Mapping[str, bool]) -> None:
        """Switch "routes", "stops", "names", "rings" or "before" on or off, as the buttons on the map do."""
        self._layers.update(shown)
        self._tell("layers", dict(shown))

    def fit_all(self) -> None:
        """Move so that every place is seen."""
        self._tell("fit", "all")

    def zoom_to_selection(self) -> None:
        """Move to the selected visits; to all where none is selected."""
        self._tell("fit", "selection")

    def use_tiles(self, source: TileSource | None, *, contact: str = "", hint: str = NO_STREETS) -> None:
        """Take streets from here; from nowhere with None, and show `hint` instead. Raises WorldFault on a bad file.

        One source serves all maps of the program. `contact` tells an online server whom to write to.
        """
        web().tiles.contact = contact
        web().tiles.use(source)
        self._no_streets = hint
        self._tell_tiles()

    def is_ready(self) -> bool:
        """Whether the page has painted all that it was told, for pictures and tests."""
        return self._awake and self._painted == self._sent

    # What the page is told

    def _tell(self, kind: str, content: Any) -> None:
        if self._awake:
            self._sent += 1
            self.bridge.tell(kind, {"number": self._sent, "content": content})

    def _paint(self) -> dict[str, Any]:
        """Which color each route has now, which provider stands out, who stands back, whose line is only hinted at."""
        routes, chosen = self.scene.routes, self._chosen
        colors = route_colors(routes, chosen, ROUTES, OTHER_ROUTE)
        return {
            "colors": dict(colors),
            "inks": inks(colors, {mark.color for mark in self.scene.markers}),
            "chosen": chosen,
            "aside": set_aside(routes, chosen),
            "plain": uncolored(routes, chosen),
        }

    def _tell_theme(self) -> None:
        self.page.setBackgroundColor(theme.color("ground"))
        self._tell("theme", theme_message(theme.current()))

    def _tell_tiles(self) -> None:
        source = web().tiles.source
        told = {"hint": self._no_streets} if source is None else {
            "id": source.id, "attribution": source.attribution, "link": bool(source.attribution_url),
            "max": source.max_zoom, "min": source.min_zoom,
        }  # fmt: skip
        self._tell("tiles", told)

    # What the page says

    def _wake(self) -> None:
        """The page is there, for the first time or again: tell it everything."""
        self._awake = True
        self._tell_theme()
        self._tell("layers", self._layers)
        self._tell_tiles()
        self._tell("scene", {**as_message(self.scene), "paint": self._paint(), "fit": True})

    def _on_painted(self, number: int) -> None:
        self._painted = number
        if self.is_ready() and not self._was_ready:
            self._was_ready = True
            self.ready.emit()

    def _on_provider(self, provider_id: int) -> None:
        self.highlight(None if provider_id == self._chosen else provider_id)
        self.provider_clicked.emit(self._chosen)

    def _on_layer(self, name: str, shown: bool) -> None:
        self._layers[name] = shown
        self.layer_toggled.emit(name, shown)

    def _open_source(self) -> None:
        """Open the address that the settings hold for the map's makers; the page itself names none."""
        source = web().tiles.source
        if source and source.attribution_url.startswith(("https://", "http://")):
            QDesktopServices.openUrl(QUrl(source.attribution_url))

    def _count_load(self, fine: bool) -> None:
        self.loads += fine
        if keyboard := self.browser.focusProxy():
            keyboard.installEventFilter(self)  # once a load: Qt drops a filter that is there already

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The browser would keep Ctrl+Z and its like for itself: the program's shortcuts go first."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _revive(self) -> None:
        self._awake = False
        if self.loads < MOST_LOADS:
            QTimer.singleShot(0, self, self._load)
