"""What the map's page and the program say to each other: JSON one way, plain calls the other."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot


class Bridge(QObject):
    """`told` goes to the page as (kind, JSON); the other signals come from the page."""

    told = Signal(str, str)
    woke = Signal()
    painted = Signal(int)
    marker_clicked = Signal(int, bool)
    marker_dropped = Signal(int, int)
    box_selected = Signal(list)
    provider_clicked = Signal(int)
    layer_toggled = Signal(str, bool)
    source_clicked = Signal()

    def tell(self, kind: str, content: Any) -> None:
        """Send one message; it arrives in order, after the page said that it is awake."""
        self.told.emit(kind, json.dumps(content, ensure_ascii=False, separators=(",", ":")))

    @Slot()
    def awake(self) -> None:
        self.woke.emit()

    @Slot(int)
    def paintedScene(self, number: int) -> None:
        self.painted.emit(number)

    @Slot(int, bool)
    def clickedMarker(self, marker_id: int, additive: bool) -> None:
        self.marker_clicked.emit(marker_id, additive)

    @Slot(int, int)
    def droppedMarker(self, marker_id: int, provider_id: int) -> None:
        self.marker_dropped.emit(marker_id, provider_id)

    @Slot("QVariantList")
    def drewBox(self, ids: list[Any]) -> None:
        self.box_selected.emit([int(one) for one in ids])

    @Slot(int)
    def clickedProvider(self, provider_id: int) -> None:
        self.provider_clicked.emit(provider_id)

    @Slot(str, bool)
    def toggledLayer(self, name: str, shown: bool) -> None:
        self.layer_toggled.emit(name, shown)

    @Slot()
    def clickedSource(self) -> None:
        self.source_clicked.emit()
