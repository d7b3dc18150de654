"""Organization → Settings: each setting with words; nothing applies before Save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.integrations.tile_files import source_of
from fieldoffice.integrations.tiles import LIGHT_USE, OPENSTREETMAP, TileSource
from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.company import CompanyRow
from fieldoffice.services.company import company as ask_company
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.map.streets import streets
from fieldoffice.ui.parts.buttons import Segmented, action_button, button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel, hairline

KINDS = (("none", "No streets"), ("file", "A file"), ("online", "Online"))
WIDEST = 640


class SettingsPage(QWidget):
    """The street map of this machine, and the facts of the company."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.kind = Segmented(KINDS, self.tr("Where streets come from"))
        self.address, self.attribution = QLineEdit(), QLineEdit()
        self.form, self.facts = Form(), PlainLabel("", wrap=True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.calls = actions.bind(self, {"save": self.save})
        self._build()
        self.kind.chosen.connect(self._kind_chosen)
        self.form.changed.connect(self._show_dirty)
        self.take_back()
        desk.see(self, ask_company, then=self._company_came)

    def save(self) -> None:
        """Keep what is entered, or say by the field what is wrong."""
        self.form.clear_errors()
        try:
            streets().choose(self._entered())
        except Invalid as error:
            self.form.show_errors(error)
        except Refused as error:
            self.desk.refuse(error)
        else:
            self.take_back()
            self.desk.toast(self.tr("Street map saved"))

    def take_back(self) -> None:
        """Show what is kept, and forget what was typed."""
        source = streets().current()
        kind = "none" if source is None else "online" if source.kind == "online" else "file"
        self.kind.set_value(kind)
        self.address.setText(source.address if source else "")
        self.attribution.setText(source.attribution if source else "")
        self._kept = (kind, self.address.text(), self.attribution.text())
        self._show_kind(kind)
        self._show_dirty()

    def dirty(self) -> bool:
        return (self.kind.value(), self.address.text(), self.attribution.text()) != self._kept

    def may_leave(self) -> bool:
        """Unsaved settings hold the page; Save or Take back lets it go."""
        if self.dirty():
            self.desk.toast(self.tr("The street map is not saved yet: save it or take it back."), kind="warn")
        return not self.dirty()

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
        self._show_dirty()

    def _show_kind(self, kind: str) -> None:
        for row in ("address", "attribution"):
            self.form.rows[row].setVisible(kind != "none")
        self.browse.setVisible(kind == "file")
        self.note.setText({"online": LIGHT_USE, "file": self.tr("A file of your region works without a network.")}.get(
            kind, self.tr("The map orients by places, outlines and rings, without streets.")))  # fmt: skip

    def _show_dirty(self) -> None:
        self.calls["save"].setEnabled(self.dirty())
        self.back.setEnabled(self.dirty())

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Street map"), "", self.tr("Street maps (*.pmtiles *.mbtiles)"))
        if path:
            self.address.setText(path)

    def _company_came(self, row: CompanyRow) -> None:
        lines = (row.name, *row.address.splitlines(), row.phone, f"{row.zone.replace('_', ' ')} · {row.currency} · {row.paper}",
                 self.tr("Company ID") + f" {row.number}")  # fmt: skip
        self.facts.setText("\n".join(line for line in lines if line))

    def _build(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        box = QVBoxLayout(inside)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(8)
        box.addWidget(PlainLabel(self.tr("Company"), "section"))
        box.addWidget(self.facts)
        box.addSpacing(16)
        box.addWidget(hairline())
        box.addSpacing(8)
        self._build_map(box)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _build_map(self, box: QVBoxLayout) -> None:
        self.note = PlainLabel("", "muted", wrap=True)
        self.browse = button(self.tr("Choose a file…"), self._browse, icon="folder_open")
        self.back = button(self.tr("Take back"), self.take_back)
        box.addWidget(PlainLabel(self.tr("Street map"), "section"))
        box.addWidget(PlainLabel(self.tr("Streets under the map, on this computer."), "muted", wrap=True))
        box.addWidget(self.kind)
        box.addWidget(self.note)
        self.form.add("address", self.tr("Address or file"), self.address, required=True)
        self.form.add("attribution", self.tr("Whose map it is"), self.attribution, required=True,
                      hint=self.tr("Shown on the map, as its makers ask."))  # fmt: skip
        box.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(self.browse)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(action_button(self.calls["save"], primary=True))
        box.addLayout(row)
