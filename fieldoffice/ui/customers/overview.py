"""The facts of a customer at a glance: how to reach it, who pays, what the company wants to know, what is coming."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.services.customers.profile import CustomerSheet, Kin
from fieldoffice.services.fields import FieldRow
from fieldoffice.ui.customers.words import CHANNELS, breakable_address, counted, day_of, grouped
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import breakable, moment
from fieldoffice.ui.parts.arranging import surface
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_date

Line = tuple[str, str, Callable[[], object] | None]
"""(what, words, what a press on them does)"""
NAME_WIDTH = 120


class Facts(QWidget):
    """Names at the left, words at the right; words that can be pressed look like it, the others can be copied."""

    def __init__(self, title: str, desk: Desk) -> None:
        super().__init__()
        self.desk, self._shown = desk, tuple[Any, ...]()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self.grid.setColumnStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(PlainLabel(title, "section"))
        box.addLayout(self.grid)

    def show_lines(self, lines: Sequence[Line], copyable: frozenset[str] = frozenset()) -> None:
        """Lines without words are left out."""
        wanted = [line for line in lines if line[1]]
        key = tuple((what, words) for what, words, _ in wanted)
        if key == self._shown:
            return
        self._shown = key
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        for n, (what, words, press) in enumerate(wanted):
            name = PlainLabel(what, "muted")
            name.setFixedHeight(28)
            self.grid.addWidget(name, n, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(self._said(words, press), n, 1)
            if what in copyable:
                self.grid.addWidget(IconButton("content_copy", f"Copy {what.lower()}", lambda words=words: self._copy(words),
                                               color="muted"), n, 2, Qt.AlignmentFlag.AlignTop)

    def words(self) -> dict[str, str]:
        """What is shown, by name."""
        return dict(self._shown)

    def _said(self, words: str, press: Callable[[], object] | None) -> QWidget:
        if press is not None:
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(button(words.replace("&", "&&"), press, link=True))
            row.addStretch(1)
            return holder
        label = PlainLabel("\n".join(breakable(breakable_address(line)) for line in words.split("\n")), wrap=True)
        label.setMinimumHeight(28)
        return label

    def _copy(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self.desk.toast("Copied")


class Overview(QScrollArea):
    """Two columns of facts: the customer, and its work."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.reach, self.work, self.own = (Facts(title, desk) for title in (
            self.tr("Customer"), self.tr("Work"), self.tr("The company's own fields")))
        self.notes, self.no_notes = PlainLabel("", wrap=True), PlainLabel(self.tr("Nothing is noted."), "muted")
        self._build()

    def show_customer(self, sheet: CustomerSheet) -> None:
        zone = ZoneInfo(sheet.zone)
        here = next((place for place in sheet.places if place.active), None)
        main = [p for p in sheet.contacts][:1]
        self.reach.show_lines((
            (self.tr("Phone"), sheet.phone, None), (self.tr("E-mail"), sheet.email, None),
            (self.tr("Messages by"), dict(CHANNELS).get(sheet.channel, sheet.channel), None),
            (self.tr("Address"), here.line if here else self.tr("No address yet"), None),
            (self.tr("Contact"), " · ".join(part for c in main for part in (c.name, c.role, c.phone) if part), None),
            (self.tr("Belongs to"), _named(sheet.parent), self._opener(sheet.parent)),
            (self.tr("Bills are paid by"), _named(sheet.bill_to) or self.tr("the customer"), self._opener(sheet.bill_to)),
            (self.tr("Customer since"), day_of(sheet.created_at, zone), None),
            (self.tr("Merged in"), ", ".join(f"{kin.name} ({kin.number})" for kin in sheet.absorbed), None),
        ), frozenset({self.tr("Phone"), self.tr("E-mail"), self.tr("Address")}))  # fmt: skip
        bare = sum(p.place is None for p in sheet.places if p.active)
        self.work.show_lines((
            (self.tr("Jobs"), grouped(sheet.jobs), None),
            (self.tr("Open visits"), grouped(sheet.open_visits), None),
            (self.tr("Next visit"), moment(sheet.next_at, zone) if sheet.next_at else self.tr("none planned"), None),
            (self.tr("Last visit"), day_of(sheet.last_at, zone) if sheet.last_at else self.tr("none yet"), None),
            (self.tr("Addresses"), self._addresses(sum(p.active for p in sheet.places), bare), None),
        ))  # fmt: skip
        self.own.setVisible(bool(sheet.fields))
        self.own.show_lines([(field.label, shown(field, sheet.custom.get(field.key)) or "–", None) for field in sheet.fields])
        self.notes.setText("\n".join(breakable(line) for line in sheet.notes.split("\n")))
        self.notes.setVisible(bool(sheet.notes))
        self.no_notes.setVisible(not sheet.notes)

    def _addresses(self, count: int, bare: int) -> str:
        words = counted(count, "address", "addresses")
        return f"{words}, {bare} {self.tr('without coordinates')}" if bare else words

    def _opener(self, kin: Kin | None) -> Callable[[], object] | None:
        return None if kin is None else lambda: self.desk.open("customer", customer_id=kin.id)

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        inner, left, right = QWidget(), QVBoxLayout(), QVBoxLayout()
        for column, parts in ((left, (self.reach, self.own)), (right, (self.work, self._noted()))):
            column.setSpacing(24)
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
        row = QHBoxLayout(inner)
        row.setContentsMargins(16, 8, 16, 16)
        row.setSpacing(16)
        row.addWidget(surface(left), 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(surface(right), 1, Qt.AlignmentFlag.AlignTop)
        inner.setMaximumWidth(1280)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def _noted(self) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(PlainLabel(self.tr("Notes"), "section"))
        box.addWidget(self.notes)
        box.addWidget(self.no_notes)
        return holder


def shown(field: FieldRow, value: Any) -> str:
    """A value of the company's own field in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if field.kind == "date":
        return show_date(date.fromisoformat(str(value)))
    return QLocale().toString(value) if isinstance(value, float) else str(value)


def _named(kin: Kin | None) -> str:
    return f"{kin.name} ({kin.number})" if kin else ""
