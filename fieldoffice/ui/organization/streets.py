"""The street map of this computer: where its maps take their streets from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.integrations.tile_files import source_of
from fieldoffice.integrations.tiles import LIGHT_USE, OPENSTREETMAP, TileSource
from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.map.streets import streets
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel

KINDS = (("none", "No streets"), ("file", "A file"), ("online", "Online"))


class StreetsPart(QWidget):
    """`changed` whenever something is entered; `save` keeps it on this computer or says by the field what is wrong."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.kind = Segmented(KINDS, self.tr("Where streets come from"))
        self.address, self.attribution, self.form = QLineEdit(), QLineEdit(), Form()
        self._build()
        self.kind.chosen.connect(self._kind_chosen)
        self.form.changed.connect(self.changed)
        self.discard()

    def dirty(self) -> bool:
        """Whether something is entered that is not kept."""
        return (self.kind.value(), self.address.text(), self.attribution.text()) != self._kept

    def save(self) -> bool:
        """Keep what is entered; False when it was refused."""
        self.form.clear_errors()
        try:
            streets().choose(self._entered())
        except Invalid as error:
            self.form.show_errors(error)
        except Refused as error:
            self.desk.refuse(error)
        else:
            self.discard()
            return True
        return False

    def discard(self) -> None:
        """Show what is kept, and forget what was typed."""
        source = streets().current()
        kind = "none" if source is None else "online" if source.kind == "online" else "file"
        self.kind.set_value(kind)
        self.address.setText(source.address if source else "")
        self.attribution.setText(source.attribution if source else "")
        self._kept = (kind, self.address.text(), self.attribution.text())
        self.form.clear_errors()
        self._show_kind(kind)
        self.changed.emit()

    def _entered(self) -> TileSource | None:
        kind, address, whose = self.kind.value(), self.address.text().strip(), self.attribution.text().strip()
        if kind == "none":
            return None
        if kind == "online":
            link = OPENSTREETMAP.attribution_url if address == OPENSTREETMAP.address else ""
            return TileSource("online", address, whose, attribution_url=link)
        if not address:
            raise Invalid(address=self.tr("Choose a .pmtiles or .mbtiles file."))
        found = source_of(Path(address))
        return TileSource(found.kind, found.address, whose or found.attribution, found.max_zoom, found.min_zoom)

    def _kind_chosen(self, kind: str) -> None:
        if kind == "online" and "://" not in self.address.text():
            self.address.setText(OPENSTREETMAP.address)
            self.attribution.setText(OPENSTREETMAP.attribution)
        elif kind == "file" and "://" in self.address.text():
            self.address.clear()
            self.attribution.clear()
        self._show_kind(kind)
        self.changed.emit()

    def _show_kind(self, kind: str) -> None:
        self.form.setVisible(kind != "none")
        self.browse.setVisible(kind == "file")
        self.note.setText({"online": LIGHT_USE, "file": self.tr("A file of your region works without a network.")}.get(
            kind, self.tr("The map orients by places, outlines and rings, without streets.")))  # fmt: skip

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Street map"), "", self.tr("Street maps (*.pmtiles *.mbtiles)"))
        if path:
            self.address.setText(path)

    def _build(self) -> None:
        self.note = PlainLabel("", "muted", wrap=True)
        self.browse = button(self.tr("Choose a file…"), self._browse, icon="folder_open")
        self.form.add("address", self.tr("Address or file"), self.address, required=True)
        self.form.add("attribution", self.tr("Whose map it is"), self.attribution, required=True,
                      hint=self.tr("Shown on the map, as its makers ask."))  # fmt: skip
        foot = QHBoxLayout()
        foot.addWidget(self.browse)
        foot.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.kind)
        box.addWidget(self.note)
        box.addWidget(self.form)
        box.addLayout(foot)
