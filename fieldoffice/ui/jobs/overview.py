"""The overview of a job: what, for whom, where, how urgent, and who is wanted. The one form that is saved as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.customers import LocationRow
from fieldoffice.services.documents.maplink import map_url
from fieldoffice.services.jobs.choices import Choices
from fieldoffice.services.jobs.editing import JobFacts
from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui import icons
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.whom import Whom
from fieldoffice.ui.jobs.words import PRIORITIES, breakable
from fieldoffice.ui.parts.access import AccessCodes, CodeOffer
from fieldoffice.ui.parts.arranging import chain, column, surface
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.choosing import Choice, Ticks
from fieldoffice.ui.parts.custom import OwnFields
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel

SHORT = 44
"""Characters of an address that fit into its box; a longer one is written out below it."""


class Overview(QScrollArea):
    """`changed` whenever something is entered. What is entered is never overwritten: `show_job` keeps it until `take`."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.job: JobSheet | None = None
        self.places: tuple[LocationRow, ...] = ()
        self._today = date.today()
        self.form, self.whom = Form(), Whom(desk)
        self.title, self.notes, self.hold = QLineEdit(), QPlainTextEdit(), QCheckBox(self.tr("On hold"))
        self.priority, self.place = Segmented(PRIORITIES, self.tr("Priority")), Choice()
        self.preferred, self.excluded = Ticks(self.tr("Nobody in particular")), Ticks(self.tr("Nobody"))
        self._build()
        self.own = OwnFields(self.form, self._add_own, lambda: self._today)
        self.form.changed.connect(self.changed)

    def show_job(self, job: JobSheet, choices: Choices, places: Sequence[LocationRow]) -> None:
        """Show a job, or the same one as it is now. While something is entered only what cannot be entered follows."""
        kept = self.facts() if self.dirty() and self.job is not None and self.job.id == job.id else None
        self._today, self.places = choices.today, tuple(places)
        self.whom.show_job(job)
        self._offer(job, choices)
        if kept is None:
            self.take(job)
        else:
            self._fill(kept)

    def take(self, job: JobSheet) -> None:
        """Show what is stored; what was entered is gone."""
        self.job = job
        self._fill(_facts(job))
        self.form.clear_errors()
        self.changed.emit()

    def dirty(self) -> bool:
        """Whether something is entered that is not saved."""
        return self.job is not None and (self.facts() != _facts(self.job) or bool(self.form.unreadable()))

    def facts(self) -> JobFacts:
        """What is entered."""
        assert self.job is not None
        return JobFacts(
            title=self.title.text().strip(), priority=int(self.priority.value() or 1), notes=self.notes.toPlainText().strip(),
            location_id=self.place.value() or self.job.location.id, preferred=_sorted(self.preferred.value()),
            excluded=_sorted(self.excluded.value()), custom=self.own.value(self.job.custom), on_hold=self.hold.isChecked(),
        )

    def show_errors(self, error: Refused) -> None:
        """Show a refusal by its fields."""
        fields_ = error.fields if isinstance(error, Invalid) else {}
        self.form.show_errors(error)
        for name in fields_:
            if name in self.form.rows:
                self.ensureWidgetVisible(self.form.rows[name])
                return

    # inside

    def _fill(self, facts: JobFacts) -> None:
        self.title.setText(facts.title)
        self.title.setCursorPosition(0)
        if self.notes.toPlainText().strip() != facts.notes:
            self.notes.setPlainText(facts.notes)
        self.priority.set_value(str(facts.priority))
        self.hold.setChecked(facts.on_hold)
        self.place.set_value(facts.location_id)
        self.preferred.set_value(facts.preferred)
        self.excluded.set_value(facts.excluded)
        self.own.show(facts.custom)
        self._show_place()

    def _offer(self, job: JobSheet, choices: Choices) -> None:
        known = {place.id: place for place in (*self.places, job.location)}
        self.places = tuple(known.values())
        self.place.set_choices([(place.id, place.line) for place in self.places])
        wanted = {*job.preferred, *job.excluded}
        people = [(p.id, p.name) for p in choices.people if p.active or p.id in wanted]
        self.preferred.set_choices(people)
        self.excluded.set_choices(people)
        self.own.offer(choices.fields)
        chain([self.title, self.priority, self.notes, self.hold, *self.own.widgets.values(), *self.whom.buttons(), self.place,
               self.map_button, self.copy_button, self.preferred, self.excluded])

    def _show_place(self) -> None:
        here = next((place for place in self.places if place.id == self.place.value()), None)
        placed = here is not None and here.place is not None
        self.codes.show_location(here.id if here is not None else 0)
        self.map_button.setVisible(here is not None)
        self.unplaced.setVisible(here is not None and not placed)
        self.whole.setText(breakable(here.line) if here is not None else "")
        self.whole.setVisible(here is not None and len(here.line) > SHORT)

    def _open_map(self) -> None:
        here = next((place for place in self.places if place.id == self.place.value()), None)
        if here is not None:
            lat, lon = here.place or (None, None)
            QDesktopServices.openUrl(QUrl(map_url(lat, lon, here.line)))

    def _copy_address(self) -> None:
        self.whom.copy(self.place.currentText(), self.tr("Address copied"))

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.notes.setTabChangesFocus(True)
        self.notes.setMinimumHeight(96)
        self.left, self.right, self.own_box = column(), column(), column()
        for name, words, field, where in (
            ("title", self.tr("What is to be done"), self.title, self.left),
            ("priority", self.tr("Priority"), self.priority, self.left),
            ("notes", self.tr("Notes for whoever goes there"), self.notes, self.left),
            ("on_hold", self.tr("Planning"), self.hold, self.left),
            ("location", self.tr("Address"), self.place, self.right),
            ("preferred", self.tr("Preferred providers"), self.preferred, self.right),
            ("excluded", self.tr("Excluded providers"), self.excluded, self.right),
        ):
            self.form.add(name, words, field, required=name == "title")
            where.addWidget(self.form.rows[name])
        self.place.value_changed.connect(self._show_place)
        self.right.insertLayout(1, self._below_address())
        self.offer = CodeOffer(self.codes, self.notes)
        self.left.insertWidget(3, self.offer)
        self._arrange()

    def _below_address(self) -> QVBoxLayout:
        self.unplaced = QWidget()
        row = QHBoxLayout(self.unplaced)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        said = self.tr("No coordinates: visits here can be planned by hand, but not routed.")
        picture, words = PlainLabel(), PlainLabel(said, "warn", wrap=True)
        icons.dress(picture, "location_off", "warn")
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        self.map_button = button(self.tr("Open map"), self._open_map, icon="map", link=True)
        links = QHBoxLayout()
        links.setSpacing(0)
        links.addWidget(self.map_button)
        self.copy_button = button(self.tr("Copy address"), self._copy_address, icon="content_copy", link=True)
        links.addWidget(self.copy_button)
        links.addStretch(1)
        box = QVBoxLayout()
        box.setSpacing(4)
        self.whole = PlainLabel("", "muted", wrap=True)
        box.addWidget(self.whole)
        box.addWidget(self.unplaced)
        box.addLayout(links)
        self.codes = AccessCodes(self.desk)
        box.addWidget(self.codes)
        return box

    def _arrange(self) -> None:
        inner = QWidget()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        self.left.addLayout(self.own_box)
        self.left.addStretch(1)
        self.right.insertWidget(0, self.whom)
        self.right.addStretch(1)
        grid.addWidget(surface(self.left), 0, 0)
        grid.addWidget(surface(self.right), 0, 1)
        self.form.layout().addLayout(grid)  # type: ignore[union-attr]
        box = QVBoxLayout(inner)
        box.setContentsMargins(16, 8, 16, 16)
        box.addWidget(self.form)
        box.addStretch(1)
        self.form.setMaximumWidth(1240)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def _add_own(self, name: str, words: str, widget: QWidget, required: bool) -> None:
        self.form.add(name, words, widget, required=required)
        self.own_box.addWidget(self.form.rows[name])


def _facts(job: JobSheet) -> JobFacts:
    custom = {key: value for key, value in job.custom.items() if value not in (None, "")}
    return JobFacts(job.title, job.priority, job.notes, job.location.id, _sorted(job.preferred), _sorted(job.excluded), custom,
                    job.on_hold)


def _sorted(ids: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(ids))
