"""The plan as a difference: figures, ticked moves, what nobody serves; and afterwards what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.planning.proposal import Figures, Proposal
from fieldoffice.services.planning.whatif import Scenario
from fieldoffice.ui.parts.banner import Banner, Kind
from fieldoffice.ui.parts.buttons import action_button, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel, hairline
from fieldoffice.ui.planning.moves import MoveList
from fieldoffice.ui.planning.relief import ReliefBar
from fieldoffice.ui.planning.rows import ROW
from fieldoffice.ui.planning.table import FigureTable
from fieldoffice.ui.planning.words import Line, counted, figures, finding, groups, settled, source

MOST_BROKEN = 2
BANNERS: tuple[Kind, ...] = ("warn", "ok", "warn")


class ResultView(QWidget):
    """Shows one proposal. `again` asks for another search; applying and leaving are actions of the panel.

    `allowed(Relaxation)`: somebody lets a rule give way, so that a visit that is left out is served.
    """

    again = Signal()
    longer = Signal()
    ticked_changed = Signal()
    allowed = Signal(object)

    def __init__(self, calls: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.proposal: Proposal | None = None
        self.calls = calls
        self.changed, self.done, self.partly = (Banner(kind, narrow=True) for kind in BANNERS)
        for banner in (self.changed, self.done, self.partly):
            banner.add_button(self.tr("Optimize again"), self.again.emit)
        self.finding, self.broken = PlainLabel("", "section", wrap=True), PlainLabel("", "warn", wrap=True)
        self.table, self.source = FigureTable(), PlainLabel("", "muted", wrap=True)
        self.count = PlainLabel("", "muted")
        self.scenario = Banner("info", narrow=True)
        self.relief = ReliefBar()
        self.list = MoveList()
        self.empty = EmptyState(self.tr("This day is already the best that was found."), "check_circle",
                                self.tr("Search longer"), self.longer.emit)  # fmt: skip
        self.empty.sentence.setMinimumWidth(320)
        self.line = hairline()
        self._arrange()
        self.list.rows.ticked_changed.connect(self._count)
        self.list.rows.ticked_changed.connect(self.ticked_changed)
        self.list.selectionModel().currentChanged.connect(lambda now, _was: self._current(now))
        self.relief.allowed.connect(self.allowed)

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset(self.list.rows.ticked)

    def show_proposal(self, proposal: Proposal, names: Mapping[str, str], scenario: Scenario | None = None) -> None:
        """A new proposal, everything ticked; that of a scenario says what it counts on."""
        self.proposal = proposal
        self._say_scenario(scenario)
        self.relief.show_ways("", ())
        shown = groups(proposal, names)
        self.list.rows.show(shown)
        self._say_nothing()
        self.source.setText(source(proposal.day))
        self.show_after(proposal.after)
        nothing = not proposal.moves
        if nothing:
            self.done.show_words(self.tr("The board is already the best plan that was found."))
        self.finding.setVisible(not nothing)
        self.list.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        self.top.setVisible(bool(shown))
        for part in (self.tick_bar, self.foot):
            part.setVisible(not nothing)
        self.line.setVisible(bool(shown))
        self._count()

    def allowing(self, busy: bool) -> None:
        """A rule is giving way, or it has."""
        self.relief.set_busy(busy)

    def show_after(self, after: Figures) -> None:
        """The figures with what is ticked, and what the ticks would break that is not broken now."""
        assert self.proposal is not None
        self.table.show_figures(figures(self.proposal, after))
        if self.proposal.moves:
            self.finding.setText(finding(self.proposal, after))
        new = [words for words in after.broken if words not in self.proposal.before.broken]
        more = self.tr(" … and %1 more").replace("%1", str(len(new) - MOST_BROKEN)) if len(new) > MOST_BROKEN else ""
        self.broken.setText(" ".join(new[:MOST_BROKEN]) + more)
        self.broken.setVisible(bool(new) and self.list.rows.refused is None)

    def settle(self, applied: Collection[str], refused: Mapping[str, str]) -> None:
        """It was applied: the moves in `applied` are done, those in `refused` were left alone for a reason in words."""
        assert self.proposal is not None
        self.list.rows.settle(settled(self.list.rows.groups, refused, applied), refused)
        self.list.scrollToTop()
        self.changed.hide()
        said = self.tr("Plan applied: %1.").replace("%1", counted(len(applied), "visit", "visits"))
        if refused:
            kept = self.tr("1 visit was") if len(refused) == 1 else self.tr("%1 visits were").replace("%1", str(len(refused)))
            said += " " + self.tr("%1 left alone; the marked lines say why.").replace("%1", kept)
        (self.partly if refused else self.done).show_words(said)
        self.tick_bar.hide()
        self.foot.hide()
        self.relief.hide()

    def taken_back(self, *, undone: bool) -> None:
        """Undo took the applied plan back, or redo wrote it again."""
        self._say_nothing()
        self.done.show_words(self.tr("The plan was taken back." if undone else "The plan was applied again."))

    def _say_scenario(self, scenario: Scenario | None) -> None:
        self.scenario.setVisible(scenario is not None)
        if scenario is None:
            return
        rest = self.tr("Its visits for the extra provider stay as they are when you apply it.") if scenario.invents else (
            self.tr("Applying it moves the visits, nothing else."))  # fmt: skip
        self.scenario.show_words(self.tr("What if: %1. %2").replace("%1", scenario.name).replace("%2", rest))

    def _current(self, index: QModelIndex) -> None:
        """What would help the visit that is current, where it is left out."""
        row = index.data(ROW) if index.isValid() else None
        left = None
        if isinstance(row, Line) and not row.ticks and self.proposal is not None and self.list.rows.refused is None:
            left = next((each for each in self.proposal.left if each.visit_id == row.key), None)
        self.relief.show_ways(left.card.customer if left else "", left.ways if left else ())
        if left is not None:  # the bar takes room from the list
            QTimer.singleShot(0, self.list, lambda: self.list.scrollTo(self.list.currentIndex()))

    def _say_nothing(self) -> None:
        for banner in (self.changed, self.done, self.partly):
            banner.hide()

    def take_focus(self) -> None:
        """Put the keyboard where it is of use."""
        if self.list.isVisibleTo(self):
            self.list.setFocus()
            if not self.list.currentIndex().isValid() and self.list.rows.rowCount():
                self.list.start_at(0)
        elif self.empty.button is not None:
            self.empty.button.setFocus()

    def _count(self) -> None:
        all_of_them, ticked = len(self.proposal.moves if self.proposal else ()), len(self.ticked)
        self.count.setText(self.tr("%1 of %2 ticked").replace("%1", str(ticked)).replace("%2", str(all_of_them)))
        apply = self.calls["apply_plan"]
        apply.setEnabled(ticked > 0)
        apply.setText(_apply_words(ticked, all_of_them))

    def _arrange(self) -> None:
        self.top = QWidget()
        top = QVBoxLayout(self.top)
        top.setContentsMargins(16, 12, 16, 8)
        top.setSpacing(8)
        for part in (self.scenario, self.changed, self.done, self.partly, self.finding, self.table, self.source, self.broken):
            top.addWidget(part)
        self.tick_bar, self.foot = self._ticks(), self._foot()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.top)
        box.addWidget(self.line)
        box.addWidget(self.tick_bar)
        box.addWidget(self.list, 1)
        box.addWidget(self.empty, 1)
        box.addWidget(self.relief)
        box.addWidget(self.foot)

    def _ticks(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(4)
        row.addWidget(self.count, 1)
        row.addWidget(button(self.tr("All"), lambda: self.list.rows.tick_all(True), link=True))
        row.addWidget(button(self.tr("None"), lambda: self.list.rows.tick_all(False), link=True))
        return bar

    def _foot(self) -> QWidget:
        foot = QWidget()
        box = QVBoxLayout(foot)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(hairline())
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addStretch(1)
        discard = self.calls["discard_plan"]
        row.addWidget(button(discard.text(), discard.trigger))
        row.addWidget(action_button(self.calls["apply_plan"], primary=True))
        box.addLayout(row)
        return foot


def _apply_words(ticked: int, all_of_them: int) -> str:
    if ticked == all_of_them:
        return f"Apply {counted(ticked, 'change', 'changes')}"
    return f"Apply {ticked} of {all_of_them} changes"
