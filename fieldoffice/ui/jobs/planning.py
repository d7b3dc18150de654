"""Giving a visit its team and its time; rules that stand against it are shown in words and may be overruled with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.availability import Conflict, Reason
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.jobs.choices import Choices
from fieldoffice.services.jobs.opening import Promise
from fieldoffice.ui import icons
from fieldoffice.ui.jobs.inline import Inline
from fieldoffice.ui.jobs.promising import Promising, promise_of
from fieldoffice.ui.jobs.words import translate
from fieldoffice.ui.parts.choosing import Choice, Ticks
from fieldoffice.ui.parts.fields import DateField, DurationField, TimeField
from fieldoffice.ui.parts.labels import PlainLabel


@dataclass(frozen=True, slots=True)
class Plan:
    """What the form asks for. Without a team only the duration changes."""

    team: tuple[int, ...]
    starts_at: datetime | None
    duration_s: int
    override: str = ""
    promise: bool = False


class PlanForm(Inline):
    """`send(plan, form)` asks the service and calls `done` or `refused` of the form."""

    def __init__(self, card: Card, choices: Choices, send: Callable[[Plan, PlanForm], None], parent: QWidget | None = None) -> None:
        words = translate("Jobs", "Assign") if card.starts_at is None else translate("Jobs", "Change team and time")
        super().__init__(words, translate("Jobs", "Save the plan"), parent)
        self.card, self.zone, self._send = card, ZoneInfo(choices.zone), send
        self.lead, self.helpers = Choice(), Ticks(translate("Jobs", "Nobody"))
        self.on, self.at, self.lasts = DateField(today=lambda: choices.today), TimeField(), DurationField()
        self.at.twelve = False
        for name, label, field in (
            ("provider", translate("Jobs", "Lead"), self.lead), ("helpers", translate("Jobs", "Helpers"), self.helpers),
            ("on", translate("Jobs", "Day"), self.on), ("at", translate("Jobs", "Start"), self.at),
            ("duration", translate("Jobs", "Duration"), self.lasts),
        ):
            self.form.add(name, label, field)
        self.against, self.reason, self.agreed = QWidget(), QLineEdit(), QCheckBox(translate("Jobs", "The customer agreed to the new time"))
        self.form.add_widget(self.against)
        self.form.add_widget(self.agreed)
        self.form.add("reason", translate("Jobs", "Reason"), self.reason)
        self.reason.setPlaceholderText(translate("Jobs", "Kept with the visit"))
        self._fill(choices)
        self._drop_conflict()
        for field in (self.lead, self.helpers, self.on, self.at, self.lasts):
            field.value_changed.connect(self._drop_conflict)

    def plan(self) -> Plan:
        """What is entered."""
        team = tuple(dict.fromkeys(id for id in (self.lead.value(), *self.helpers.value()) if id is not None))
        starts = None
        if team and self.on.value() is not None and self.at.value() is not None:
            starts = datetime.combine(self.on.value(), self.at.value(), self.zone)  # type: ignore[arg-type]
        return Plan(team, starts, self.lasts.value() or 0, self.reason.text().strip(), self.agreed.isChecked())

    def agree(self) -> None:
        plan, wrong = self.plan(), dict[str, str]()
        if plan.team and self.lead.value() is None:
            wrong["provider"] = translate("Jobs", "Choose who leads.")
        if not plan.team and self.card.starts_at is not None:
            wrong["provider"] = translate("Jobs", "Choose at least one provider, or unassign the visit.")
        if plan.team and plan.starts_at is None:
            wrong |= {name: words for name, field, words in (("on", self.on, translate("Jobs", "Choose the day.")),
                      ("at", self.at, translate("Jobs", "Enter the time."))) if field.value() is None}
        if self.lasts.value() is None:
            wrong["duration"] = translate("Jobs", "Enter how long it takes.")
        if wrong:
            self.refused(Invalid(**wrong))
        else:
            self._send(plan, self)

    def refused(self, error: Refused) -> None:
        if isinstance(error, Conflict):
            self.form.clear_errors()
            self._show_conflict(error.reasons)
            self.ok.setEnabled(True)
        else:
            super().refused(error)

    def _show_conflict(self, reasons: tuple[Reason, ...]) -> None:
        self._drop_conflict()
        box = self.against.layout()
        assert box is not None
        for reason in reasons:
            box.addWidget(_line(reason))
        self.against.show()
        self.agreed.setVisible(any(r.code == "window" for r in reasons))
        self.form.rows["reason"].show()
        self.ok.setText(translate("Jobs", "Book anyway"))
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop_conflict(self) -> None:
        """Another plan is another question."""
        old = self.against.layout()
        while old is not None and (item := old.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.against.hide()
        self.agreed.hide()
        self.agreed.setChecked(False)
        self.form.rows["reason"].hide()
        self.reason.clear()
        self.ok.setText(translate("Jobs", "Save the plan"))

    def _fill(self, choices: Choices) -> None:
        box = QVBoxLayout(self.against)
        box.setContentsMargins(136, 0, 0, 0)
        box.setSpacing(4)
        people = [(p.id, p.name) for p in choices.people if p.active or p.id in self.card.provider_ids]
        self.lead.set_choices([(None, "–"), *people])
        self.helpers.set_choices(people)
        self.lead.set_value(next(iter(self.card.provider_ids), None))
        self.helpers.set_value(self.card.provider_ids[1:])
        start = self.card.starts_at or (self.card.window.start if self.card.window else None)
        here = start.astimezone(self.zone) if start else None
        self.on.set_value(here.date() if here else choices.today)
        self.at.set_value(time(here.hour, here.minute) if here else None)
        self.lasts.set_value(self.card.duration_s)


class PromiseForm(Inline):
    """Another promise for a visit, or for one that is to be added. `send(promise, form)` as in PlanForm."""

    def __init__(self, title: str, words: str, promise: Promise, choices: Choices, send: Callable[[Promise, PromiseForm], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(title, words, parent)
        self._send = send
        self.promising = Promising(self.form, lambda: choices.today)
        self.promising.set_value(promise)

    def agree(self) -> None:
        if wrong := self.promising.problems():
            self.refused(Invalid(**wrong))
        else:
            self._send(self.promising.value(), self)


def promise_form(card: Card, choices: Choices, send: Callable[[Promise, PromiseForm], None]) -> PromiseForm:
    """The form for the promise of a visit."""
    zone = ZoneInfo(choices.zone)
    title, words = translate("Jobs", "Change what was promised"), translate("Jobs", "Save the promise")
    return PromiseForm(title, words, promise_of(card, zone), choices, send)


def _line(reason: Reason) -> QWidget:
    line, picture = QWidget(), PlainLabel()
    icons.dress(picture, "block" if reason.blocks else "warning", "danger" if reason.blocks else "warn")
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(PlainLabel(reason.words, "danger" if reason.blocks else "warn", wrap=True), 1)
    return line
