"""The company's logo on the settings page: what it looks like, and a button to take another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget

from fieldoffice.models.errors import WorldFault
from fieldoffice.services.company.logo import drop_logo, logo_bytes, set_logo
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.sections import line_of
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

HIGH = 72


class LogoPart(QWidget):
    """Applies at once, with undo."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.picture = desk, QLabel()
        self.none = PlainLabel(self.tr("No logo: pages show the company's name alone."), "muted", wrap=True)
        self.choose = button(self.tr("Choose a picture…"), self._choose, icon="image")
        self.drop = button(self.tr("Remove"), self._drop, icon="delete")
        self.picture.setAccessibleName(self.tr("The company's logo"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.picture)
        box.addWidget(self.none)
        box.addLayout(line_of(self.choose, self.drop))
        self._came(None)

    def reload(self) -> None:
        self.desk.see(self, logo_bytes, then=self._came)

    def take(self, path: Path) -> None:
        """Take the picture of this file."""
        try:
            content = path.read_bytes()
        except OSError as error:
            self.desk.refuse(WorldFault(f"{path.name} cannot be read: {error.strerror}."))
            return
        self.desk.act(self, self.tr("Logo changed"), set_logo, path.name, content, then=lambda _edit: self.reload())

    def _came(self, content: bytes | None) -> None:
        shown = QPixmap()
        there = content is not None and shown.loadFromData(content)
        if there and shown.height() > HIGH:
            shown = shown.scaledToHeight(HIGH, Qt.TransformationMode.SmoothTransformation)
        self.picture.setPixmap(shown)
        self.picture.setVisible(there)
        self.none.setVisible(not there)
        self.drop.setVisible(there)

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Logo"), "", self.tr("Pictures (*.png *.jpg *.jpeg *.webp)"))
        if path:
            self.take(Path(path))

    def _drop(self) -> None:
        self.desk.act(self, self.tr("Logo removed"), drop_logo, then=lambda _edit: self.reload())
