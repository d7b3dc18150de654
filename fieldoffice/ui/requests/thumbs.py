"""Small pictures of photos, read once and kept while the page is open."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPixmap

from fieldoffice.services.requests.inbox import request_thumbs
from fieldoffice.ui.desk import Desk

MOST = 300


class Thumbs(QObject):
    """`arrived()` after pictures came that somebody asked for."""

    arrived = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self._asked = desk, set[int]()
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._scaled: dict[tuple[int, int, float], QPixmap] = {}

    def want(self, ids: Iterable[int]) -> None:
        """Read those that are not here yet."""
        missing = [id for id in ids if id not in self._kept and id not in self._asked]
        if missing:
            self._asked.update(missing)
            for n in range(0, len(missing), 40):
                self.desk.see(self, request_thumbs, missing[n : n + 40], then=lambda found: self._came(found))

    def whole(self, id: int) -> QPixmap | None:
        """The picture as it was stored, at most 512 pixels a side."""
        return self._kept.get(id)

    def square(self, id: int, side: int, ratio: float) -> QPixmap | None:
        """The middle of the picture as a square; None while it is on its way."""
        whole = self._kept.get(id)
        if whole is None or whole.isNull():
            return None
        key = (id, side, ratio)
        if key not in self._scaled:
            pixels = round(side * ratio)
            way, smooth = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
            fit = whole.scaled(QSize(pixels, pixels), way, smooth)
            made = fit.copy((fit.width() - pixels) // 2, (fit.height() - pixels) // 2, pixels, pixels)
            made.setDevicePixelRatio(ratio)
            self._scaled[key] = made
        return self._scaled[key]

    def _came(self, found: dict[int, bytes]) -> None:
        for id, content in found.items():
            picture = QPixmap()
            picture.loadFromData(content, "JPEG")  # type: ignore[call-overload]
            self._kept[id] = picture
            self._asked.discard(id)
        while len(self._kept) > MOST:
            gone, _ = self._kept.popitem(last=False)
            self._scaled = {key: made for key, made in self._scaled.items() if key[0] != gone}
        self.arrived.emit()
