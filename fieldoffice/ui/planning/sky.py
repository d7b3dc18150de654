"""The weather of the day: typed for morning and afternoon, its effect in words, and the rain delay."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.weather.days import SOURCES, TYPED
from fieldoffice.services.weather.delay import wet
from fieldoffice.services.weather.effects import EFFECTS, HALF_WORDS, HALVES, Half
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.labels import PlainLabel

UNKNOWN = ""


class WeatherStrip(QWidget):
    """`declared(half, kind or "")` when somebody types the weather, `delayed()` when the wet visits are to be moved."""

    declared = Signal(str, str)
    delayed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: dict[Half, Choice] = {half: self._choice(half) for half in HALVES}
        self.effect = PlainLabel("", "muted", wrap=True)
        self.delay = button("", self.delayed.emit, icon="rainy", link=True)
        self.delay.setToolTip(self.tr("Moves them to the next dry working day, as one action that Undo takes back."))
        self._arrange()
        self.show_waiting()

    def show_waiting(self) -> None:
        """The day is being read."""
        for choice in self.choices.values():
            choice.setEnabled(False)
        self.delay.hide()

    def show_day(self, day: DayPlan, *, over: bool) -> None:
        """What is known of the day's weather, and what it does."""
        for half, choice in self.choices.items():
            choice.set_value(day.given.weather.get(half, UNKNOWN))
            choice.setEnabled(not over)
        words = [*day.weather, self._source(day)]
        self.effect.setText(" ".join(part for part in words if part))
        self.effect.setVisible(bool(self.effect.text()))
        self._offer(0 if over or day.seen is None else len(wet(day.seen, day.given.weather)))

    def _offer(self, count: int) -> None:
        visits = self.tr("1 outdoor visit") if count == 1 else self.tr("%1 outdoor visits").replace("%1", str(count))
        self.delay.setText(self.tr("Rain delay: move %1").replace("%1", visits))
        self.delay.setVisible(count > 0)

    def _source(self, day: DayPlan) -> str:
        """Who said so, where somebody else than a person did."""
        fetched = [each for each in day.given.sky if each.source != TYPED]
        if not fetched:
            return ""
        names = dict.fromkeys(SOURCES.get(each.source, each.source) for each in fetched)
        return self.tr("Forecast by %1.").replace("%1", " and ".join(names))

    def _choice(self, half: Half) -> Choice:
        made = Choice(self)
        made.set_choices([(UNKNOWN, self.tr("Not known")), *((kind, effect.words) for kind, effect in EFFECTS.items())])
        made.setAccessibleName(self.tr("Weather in the %1").replace("%1", HALF_WORDS[half]))
        made.value_changed.connect(lambda: self.declared.emit(half, made.value() or UNKNOWN))
        return made

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for column, words in enumerate(self._heads()):
            grid.addWidget(words, 0, column)
            grid.setColumnStretch(column, 1)
        for column, choice in enumerate(self.choices.values()):
            grid.addWidget(choice, 1, column)
        grid.addWidget(self.effect, 2, 0, 1, 2)
        grid.addWidget(self.delay, 3, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)

    def _heads(self) -> Sequence[PlainLabel]:
        return [PlainLabel(self.tr("Weather, %1").replace("%1", HALF_WORDS[half]), "muted") for half in self.choices]
