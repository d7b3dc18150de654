"""What if: named scenarios of the day side by side, each planned by itself; nothing of them is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid
from fieldoffice.services.dispatch.rows import ProviderRow
from fieldoffice.services.planning.proposal import Proposal
from fieldoffice.services.planning.whatif import Away, OneMore, Scenario, Sky, Turn, in_words, named
from fieldoffice.services.weather.effects import EFFECTS, HALF_WORDS, HALVES
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, hairline
from fieldoffice.ui.schedule.words import lasting

HEADS = ("Served", "Driving", "Overtime")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
AS_IS = Scenario("The day as it is")
MOST = 5


class WhatIfView(QWidget):
    """`compared(scenarios)` starts the searches, `opened(scenario)` shows one plan, `left()` goes back."""

    compared = Signal(object)
    opened = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scenarios: list[Scenario] = [AS_IS]
        self.found: dict[str, Proposal] = {}
        self.providers: tuple[ProviderRow, ...] = ()
        self.kind, self.what, self.name = Choice(), Choice(), QLineEdit()
        self.problem = Banner("danger", narrow=True)
        self.stage = PlainLabel("", "muted", wrap=True)
        self.compare = button(self.tr("Compare"), self._compare, icon="wand_stars", primary=True)
        self.add = button(self.tr("Add"), self._add, icon="add")
        self._grid = QGridLayout()
        self._arrange()
        self.kind.value_changed.connect(self._offer)
        self.what.value_changed.connect(self._suggest)

    def show_day(self, providers: Sequence[ProviderRow]) -> None:
        """A day with these providers; scenarios of another day are forgotten."""
        self.providers = tuple(row for row in providers if row.shifts)
        self.kind.set_choices([("away", self.tr("Somebody is away")), ("more", self.tr("One more provider")),
                               ("sky", self.tr("Other weather"))])  # fmt: skip
        self._offer()
        self._fill()

    def forget(self) -> None:
        """Another day: no scenario holds any more."""
        self.scenarios, self.found = [AS_IS], {}
        self.show_stage("")
        self._fill()

    def show_found(self, scenario: Scenario, proposal: Proposal) -> None:
        """The plan of one scenario."""
        self.found[scenario.name] = proposal
        self._fill()

    def show_stage(self, words: str) -> None:
        """What goes on, "" when nothing does."""
        self.stage.setText(words)
        self._enable()

    # a new scenario

    def turn(self) -> Turn | None:
        """What the fields say should be different."""
        value = self.what.value()
        if value is None:
            return None
        if self.kind.value() == "away":
            return Away(value)
        return OneMore(value) if self.kind.value() == "more" else Sky(*value)

    def _offer(self) -> None:
        people = [(row.id, row.name) for row in self.providers]
        like = [(row.id, self.tr("like %1").replace("%1", row.name)) for row in self.providers]
        skies = [((half, kind), f"{effect.words}, {HALF_WORDS[half]}") for kind, effect in EFFECTS.items() for half in HALVES]
        offered: Mapping[str, list[tuple[Any, str]]] = {"away": people, "more": like, "sky": skies}
        self.what.set_choices(offered.get(self.kind.value() or "", []))
        self._suggest()

    def _suggest(self) -> None:
        turn = self.turn()
        self.name.setPlaceholderText(in_words(turn, self.providers) if turn else "")

    def _add(self) -> None:
        turn = self.turn()
        try:
            made = named(self.name.text() or self.name.placeholderText(), [turn] if turn else [], self.scenarios)
        except Invalid as error:
            self.problem.show_words(str(error))
            return
        self.problem.hide()
        self.scenarios.append(made)
        self.name.clear()
        self._fill()

    def _drop(self, scenario: Scenario) -> None:
        self.scenarios.remove(scenario)
        self.found.pop(scenario.name, None)
        self._fill()

    def _compare(self) -> None:
        self.compared.emit(tuple(each for each in self.scenarios if each.name not in self.found))

    # the table

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for column, words in enumerate(HEADS, start=1):
            self._grid.addWidget(self._cell(words, "muted"), 0, column)
        for row, scenario in enumerate(self.scenarios, start=1):
            self._row(row, scenario)
        self.add.setEnabled(len(self.scenarios) <= MOST)
        self._enable()

    def _enable(self) -> None:
        self.compare.setEnabled(not self.stage.text() and any(s.name not in self.found for s in self.scenarios))

    def _row(self, row: int, scenario: Scenario) -> None:
        proposal = self.found.get(scenario.name)
        if proposal is None:
            self._grid.addWidget(ElidedLabel(scenario.name), row, 0)
        else:
            opener = button(scenario.name, lambda: self.opened.emit(scenario), link=True)
            opener.setToolTip(self.tr("Show this plan"))
            self._grid.addWidget(opener, row, 0, Qt.AlignmentFlag.AlignLeft)
        for column, words in enumerate(_figures(proposal), start=1):
            self._grid.addWidget(self._cell(words, ""), row, column)
        if scenario is not AS_IS:
            words = self.tr("Remove %1").replace("%1", scenario.name)
            self._grid.addWidget(IconButton("close", words, lambda: self._drop(scenario)), row, len(HEADS) + 1)

    def _cell(self, words: str, role: Any) -> PlainLabel:
        made = PlainLabel(words, role)
        made.setAlignment(RIGHT)
        made.setMinimumHeight(28)
        return made

    def _arrange(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(8)
        self.problem.hide()
        box.addWidget(self.problem)
        box.addWidget(PlainLabel(self.tr("Plan the day as it could be, beside the day as it is. Nothing is written."), "muted", wrap=True))
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        box.addLayout(self._grid)
        box.addWidget(hairline())
        box.addWidget(PlainLabel(self.tr("Another scenario"), "strong"))
        for field, words in ((self.kind, self.tr("What is different")), (self.what, self.tr("Who or what"))):
            field.setAccessibleName(words)
            box.addWidget(field)
        naming = QHBoxLayout()
        self.name.setAccessibleName(self.tr("Name of the scenario"))
        self.name.returnPressed.connect(self._add)
        naming.addWidget(self.name, 1)
        naming.addWidget(self.add)
        box.addLayout(naming)
        box.addSpacing(8)
        foot = QHBoxLayout()
        foot.addWidget(self.compare)
        foot.addWidget(button(self.tr("Back"), self.left.emit))
        foot.addStretch(1)
        box.addLayout(foot)
        box.addWidget(self.stage)
        box.addStretch(1)


def _figures(proposal: Proposal | None) -> tuple[str, ...]:
    """Served, driving and overtime of a scenario's plan."""
    if proposal is None:
        return ("–",) * len(HEADS)
    after = proposal.after
    served, wanted = sum(after.served.values()), sum(proposal.wanted.values())
    return f"{served} of {wanted}", lasting(after.score.drive_s), lasting(after.score.overtime_s)
