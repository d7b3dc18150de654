"""Before the search: what may change, how long to look, and what the planner will look at."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from fieldoffice.services.planning.day import DayPlan, Scope
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import IconButton, Segmented, button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.planning.sky import WeatherStrip
from fieldoffice.ui.planning.words import budget_for, facts, movable, notes, source

SCOPES = ((Scope.ALL, "All"), (Scope.UNASSIGNED, "Only unassigned"), (Scope.KEEP_PROVIDER, "Keep provider"))
SCOPE_HINTS = {
    Scope.ALL: "Every visit may get another time and another provider. Locked, running and confirmed exceptions stay.",
    Scope.UNASSIGNED: "What stands on the board stays; waiting visits are fitted in.",
    Scope.KEEP_PROVIDER: "Visits keep their provider; order and times may change. Waiting visits are fitted in.",
}


class StartView(QWidget):
    """`started` when a person wants the search; `scope_changed` when the day must be read anew.

    `weights_wanted` and `what_if_wanted` lead to the views beside this one, `source_wanted` to the settings of drive times.
    """

    started = Signal()
    scope_changed = Signal()
    weights_wanted = Signal()
    what_if_wanted = Signal()
    source_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own_seconds = False
        self.problem = Banner("danger", narrow=True)
        self.problem.hide()
        self.scopes = Segmented([(scope.value, words) for scope, words in SCOPES], self.tr("What may change"))
        self.scopes.set_value(Scope.ALL.value)
        self.hint = PlainLabel(SCOPE_HINTS[Scope.ALL], "muted", wrap=True)
        self.seconds = QSpinBox()
        self.seconds.setRange(1, 600)
        self.seconds.setSuffix(self.tr(" s"))
        self.seconds.setFixedWidth(88)
        self.seconds.lineEdit().setTextMargins(6, 0, 0, 0)
        self.seconds.setAccessibleName(self.tr("Seconds to search"))
        self.facts, self.source = PlainLabel("", wrap=True), PlainLabel("", "muted", wrap=True)
        self.notes = PlainLabel("", "muted", wrap=True)
        self.sky = WeatherStrip()
        self.start = button(self.tr("Start"), self.started.emit, icon="wand_stars", primary=True)
        self.weights = button(self.tr("What counts …"), self.weights_wanted.emit, icon="tune", link=True)
        self.what_if = button(self.tr("What if …"), self.what_if_wanted.emit, icon="compare_arrows", link=True)
        self.change_source = IconButton("settings", self.tr("Where drive times come from"), self.source_wanted.emit, color="muted")
        self._arrange()
        self.scopes.chosen.connect(self._scope_chosen)
        self.seconds.valueChanged.connect(self._seconds_chosen)
        self.show_waiting()

    @property
    def scope(self) -> Scope:
        return Scope(self.scopes.value())

    def set_scope(self, scope: Scope) -> None:
        self.scopes.set_value(scope.value)
        self.hint.setText(SCOPE_HINTS[scope])

    def show_waiting(self) -> None:
        """The day is being read."""
        self.problem.hide()
        self.facts.setText(self.tr("Reading the day …"))
        self.notes.hide()
        self.start.setEnabled(False)
        self.what_if.setEnabled(False)

    def show_day(self, day: DayPlan, *, over: bool) -> None:
        """What was read; a day that is over, or without anything to place, cannot be searched."""
        free = movable(day)
        self.facts.setText(facts(day) if day.problem.providers else self.tr("Nobody works on this day."))
        self.source.setText(source(day))
        said = notes(day)
        if over:
            said = (self.tr("This day is over, so there is nothing to plan."),)
        elif day.problem.providers and not free:
            said = (self.tr("There is nothing to plan on this day."), *said)
        self.notes.setText("\n".join(said))
        self.notes.setVisible(bool(said))
        self._suggest(len(day.problem.visits))
        self.sky.show_day(day, over=over)
        self.start.setEnabled(bool(free and day.problem.providers) and not over)
        self.what_if.setEnabled(self.start.isEnabled())

    def show_problem(self, words: str) -> None:
        """Something went wrong; it may be tried again."""
        self.problem.show_words(words)
        self.start.setEnabled(True)

    def _suggest(self, visits: int) -> None:
        if not self._own_seconds:
            blocked = self.seconds.blockSignals(True)
            self.seconds.setValue(budget_for(visits))
            self.seconds.blockSignals(blocked)

    def _seconds_chosen(self) -> None:
        self._own_seconds = True

    def _scope_chosen(self, key: str) -> None:
        self.hint.setText(SCOPE_HINTS[Scope(key)])
        self.scope_changed.emit()

    def _arrange(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(8)
        box.addWidget(self.problem)
        box.addWidget(PlainLabel(self.tr("What may change"), "muted"))
        box.addWidget(self.scopes)
        box.addWidget(self.hint)
        box.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel(self.tr("Search for")))
        row.addWidget(self.seconds)
        row.addStretch(1)
        box.addLayout(row)
        box.addSpacing(12)
        box.addWidget(self.sky)
        box.addSpacing(12)
        box.addWidget(self.facts)
        box.addWidget(self.notes)
        driving = QHBoxLayout()
        driving.setSpacing(4)
        driving.addWidget(self.source, 1)
        driving.addWidget(self.change_source)
        box.addLayout(driving)
        box.addSpacing(12)
        foot = QHBoxLayout()
        foot.addWidget(self.start)
        foot.addWidget(PlainLabel(self.tr("Nothing changes until you apply it."), "muted"))
        foot.addStretch(1)
        box.addLayout(foot)
        box.addSpacing(12)
        ways = QHBoxLayout()
        ways.setSpacing(16)
        ways.addWidget(self.weights)
        ways.addWidget(self.what_if)
        ways.addStretch(1)
        box.addLayout(ways)
        box.addStretch(1)
