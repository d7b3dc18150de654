"""When a provider is away: past thirty days, present and ahead, with the planned visits that each absence hits."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.providers import drop_absence, visits_hit
from fieldoffice.services.providers.rows import AbsenceRow, Person
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.providers import words
from fieldoffice.ui.providers.panels import Panels
from fieldoffice.ui.providers.rowtab import RowList
from fieldoffice.ui.providers.words import tr


class AbsencesTab(QWidget):
    """Enter edits, Ins adds, Del removes; the menu leads to the visits on the board."""

    def __init__(self, desk: Desk, panels: Panels) -> None:
        super().__init__()
        self.desk, self.panels, self.seen = desk, panels, None
        self.seen: Person | None
        self.show_visits = actions.make(self, "provider_on_board")
        self.show_visits.setText(self.tr("Show the visits on the board"))
        self.show_visits.triggered.connect(lambda _checked=False: self._show_hits())
        self.list = RowList(desk, "Absences of a provider", self.tr("Absences"), _columns(self), add=self.add, edit=self.edit,
                            remove=self.remove, empty=self.tr("Nothing planned: always there when the hours say so."),
                            icon="beach_access", add_words=self.tr("Add an absence"), more=(self.show_visits,))  # fmt: skip
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.list)

    def show_person(self, seen: Person) -> None:
        self.seen = seen
        self.list.show_rows(sorted(seen.absences, key=lambda row: (row.span.end <= seen.now, row.span.start)))

    def take_keyboard(self) -> None:
        self.list.table.setFocus()

    def add(self) -> None:
        if self.seen is not None:
            self.panels.absence().open_new(self.seen)

    def edit(self, row: AbsenceRow) -> None:
        if self.seen is not None:
            self.panels.absence().open_absence(self.seen, row)

    def remove(self, row: AbsenceRow) -> None:
        if self.seen is not None:
            label = self.tr("Absence of %1 removed").replace("%1", self.seen.facts.name)
            self.desk.act(self, label, drop_absence, row.id, version=row.version)

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.seen.zone if self.seen else "UTC")

    def state(self, row: AbsenceRow) -> str:
        """Whether it is over, on, or ahead."""
        if self.seen is None or row.span.end <= self.seen.now:
            return tr("over")
        return tr("now") if row.span.start <= self.seen.now else tr("ahead")

    def _show_hits(self) -> None:
        row: AbsenceRow | None = self.list.table.current()
        if row is not None and self.seen is not None:
            self.desk.see(self, visits_hit, self.seen.id, row.span.start, row.span.end, then=self._go)

    def _go(self, cards: tuple[Card, ...]) -> None:
        starts = [card.starts_at for card in cards if card.starts_at is not None]
        if starts:
            self.desk.open("schedule", on=min(starts).astimezone(self.zone()).date(), select=tuple(card.id for card in cards))
        else:
            self.desk.toast(self.tr("No planned visit lies in this time."))


def _columns(tab: AbsencesTab) -> list[Column[AbsenceRow]]:
    return [
        Column("when", tr("When"), lambda r: words.absence(r, tab.zone()), lambda r: r.span.start, width=320),
        Column("reason", tr("Reason"), lambda r: r.reason, lambda r: r.reason.casefold(), width=200, tip=lambda r: r.reason),
        Column("state", tr("State"), tab.state, lambda r: r.span.end, width=80),
        Column("visits", tr("Visits hit"), lambda r: str(r.visits) if r.visits else "–", lambda r: r.visits, right=True, width=96),
    ]
