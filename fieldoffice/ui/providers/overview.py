"""A provider at a glance: what to look after, how to reach them, where the day begins and ends, how much and how fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.services.geo import Point
from fieldoffice.services.providers.rows import Person
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_duration
from fieldoffice.ui.providers import words
from fieldoffice.ui.providers.fields import weekday

WIDEST = 1040
Facts = Sequence[tuple[str, str]]


class OverviewTab(QScrollArea):
    """Read here, edited in the panel: `edit()` opens it, `go(tab)` leads to another tab."""

    def __init__(self, edit: Callable[[], object], go: Callable[[str], object]) -> None:
        super().__init__()
        self.edit, self.go = edit, go
        self.warnings = QVBoxLayout()
        self.warnings.setSpacing(8)
        self.contact, self.places = Card(self.tr("Contact")), Card(self.tr("Where the day begins and ends"))
        self.numbers, self.week = Card(self.tr("How much and how fast")), Card(self.tr("Skills, hours, absences"))
        self._build()

    def show_person(self, seen: Person) -> None:
        self._show_warnings(seen)
        f = seen.facts
        self.contact.show_facts((
            (self.tr("Kind"), words.KINDS.get(f.kind, f.kind)), (self.tr("Phone"), f.phone or "–"), (self.tr("E-mail"), f.email or "–")))
        self.places.show_facts((
            (self.tr("Starts at"), self._place(f.start_label, f.start, seen)),
            (self.tr("Way there"), self._paid(self.tr("not paid: work begins at the first job"), f.starts_at_first_job)),
            (self.tr("Ends at"), self._place(f.end_label, f.end, seen)),
            (self.tr("Way home"), self._paid(self.tr("not paid: work ends at the last job"), f.ends_at_last_job)),
        ))  # fmt: skip
        self.numbers.show_facts((
            (self.tr("Target load"), f"{f.target_load_percent} %"),
            (self.tr("Overtime a day"), show_duration(f.max_overtime_s) if f.max_overtime_s else self.tr("none")),
            (self.tr("Time needed"), self.tr("%1 % of the usual").replace("%1", str(f.experience_percent))),
            (self.tr("Speed of driving"), self.tr("%1 % of the usual").replace("%1", str(f.speed_percent))),
            (self.tr("Online booking"), self.tr("yes") if f.booked_online else self.tr("no")),
        ))  # fmt: skip
        self.week.show_facts(self._week(seen))

    def take_keyboard(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _week(self, seen: Person) -> Facts:
        regular = [row for row in seen.shifts if (row.hours.valid_from or seen.today) <= seen.today <= (row.hours.valid_to or seen.today)]
        days = sorted({row.weekday for row in regular}, key=lambda n: (n - seen.first_weekday) % 7)
        hours = words.hours_of(sum(words.net_s(row.hours) for row in regular))
        ahead = [row for row in seen.absences if row.span.end > seen.now]
        away = words.absence(ahead[0], ZoneInfo(seen.zone)) if ahead else self.tr("none planned")
        return (
            (self.tr("Skills"), ", ".join(held.name for held in seen.skills) or "–"),
            (self.tr("Works on"), ", ".join(weekday(n) for n in days) or "–"),
            (self.tr("Regular week"), hours if regular else "–"), (self.tr("Next absence"), away),
        )  # fmt: skip

    def _place(self, label: str, point: Point | None, seen: Person) -> str:
        where = f"{point[0]:.5f}, {point[1]:.5f}" if point else ""
        if not label and not where:
            return self.tr("the company") if seen.depot else self.tr("nowhere yet: the company has no place either")
        return f"{label} ({where})" if label and where else label or where

    def _paid(self, words: str, unpaid: bool) -> str:
        return words if unpaid else self.tr("is working time")

    def _show_warnings(self, seen: Person) -> None:
        while (item := self.warnings.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for warning in seen.warnings:
            banner = Banner(warning.level, warning.words)
            tab = "Skills" if "certificate" in warning.words else "Hours" if "hours" in warning.words else ""
            banner.add_button(self.tr("Look after it"), (lambda tab=tab: self.go(tab)) if tab else self.edit)
            self.warnings.addWidget(banner)

    def _build(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        grid = QGridLayout()
        grid.setSpacing(16)
        for n, card in enumerate((self.contact, self.week, self.places, self.numbers)):
            grid.addWidget(card, n // 2, n % 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        box = QVBoxLayout(inside)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(16)
        box.addLayout(self.warnings)
        box.addLayout(grid)
        box.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)


class Card(QFrame):
    """A heading and facts below it, label beside value."""

    LABEL = 128

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("box", "surface")
        self.setAccessibleName(title)
        self.values: dict[str, PlainLabel] = {}
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnMinimumWidth(0, self.LABEL)
        self.grid.setColumnStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(12)
        self.heading = PlainLabel(title, "section")
        box.addWidget(self.heading)
        box.addLayout(self.grid)
        box.addStretch(1)

    def show_facts(self, facts: Facts) -> None:
        """Labels stay as they were first given; values follow."""
        for n, (name, value) in enumerate(facts):
            if name not in self.values:
                made = self.values[name] = PlainLabel("", wrap=True)
                made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self.grid.addWidget(PlainLabel(name, "muted"), n, 0, Qt.AlignmentFlag.AlignTop)
                self.grid.addWidget(made, n, 1)
            self.values[name].setText(value)
