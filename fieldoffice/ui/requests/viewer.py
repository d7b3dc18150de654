"""A photo as large as it was kept, with the ones beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fieldoffice.services.jobs.files import content
from fieldoffice.services.requests.rows import PhotoRow
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import ElidedLabel


class PhotoViewer(QDialog):
    """Arrows go to the next photo, Esc closes."""

    def __init__(self, desk: Desk, photos: Sequence[PhotoRow], n: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self.photos, self.n, self.picture = desk, tuple(photos), n, QPixmap()
        self.shown, self.name = QLabel(), ElidedLabel("")
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown.setMinimumSize(QSize(320, 240))
        foot = QHBoxLayout()
        foot.addWidget(IconButton("chevron_left", self.tr("Photo before"), lambda: self.go(-1)))
        foot.addWidget(self.name, 1)
        foot.addWidget(IconButton("chevron_right", self.tr("Next photo"), lambda: self.go(1)))
        box = QVBoxLayout(self)
        box.addWidget(self.shown, 1)
        box.addLayout(foot)
        self.resize(960, 720)
        self.go(0)

    def go(self, step: int) -> None:
        """Show the photo so many further, round and round."""
        self.n = (self.n + step) % len(self.photos)
        photo = self.photos[self.n]
        self.setWindowTitle(photo.name)
        self.name.setText(f"{photo.name} · {self.n + 1} / {len(self.photos)}")
        self.desk.see(self, content, photo.id, then=self._came)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.go(step)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _came(self, found: bytes) -> None:
        self.picture = QPixmap()
        self.picture.loadFromData(found)
        self.shown.setAccessibleName(self.photos[self.n].name)
        self._fit()

    def _fit(self) -> None:
        if not self.picture.isNull():
            room = self.shown.size().boundedTo(self.picture.size())
            self.shown.setPixmap(self.picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation))
