"""The visits of a job in order of time: planned, promised, moved on and added from here."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.progress import NEEDS_REASON
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.jobs.choices import Choices
from fieldoffice.services.jobs.opening import Promise, promise_visit
from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.services.jobs.visits import another_visit, set_length
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.planning import Plan, PlanForm, PromiseForm, promise_form
from fieldoffice.ui.jobs.visit import VisitBox
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.schedule.commands import step_words
from fieldoffice.ui.schedule.popover import WhenPopover
from fieldoffice.ui.schedule.steps import AT_ONCE
from fieldoffice.ui.schedule.words import clock, translate

S = AppointmentState


class VisitsSection(QScrollArea):
    """`busy` tells whether a form is open: what is typed there is not saved yet."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.job: JobSheet | None = None
        self.choices: Choices | None = None
        self.boxes: dict[int, VisitBox] = {}
        self.adding: PromiseForm | None = None
        self.popover: WhenPopover | None = None
        self._told_at = datetime.now(UTC)
        self._build()

    def show_job(self, job: JobSheet, choices: Choices) -> None:
        """Show the visits; open forms stay open."""
        other = self.job is None or self.job.id != job.id
        if choices is not self.choices:
            self._told_at = datetime.now(UTC)
        self.job, self.choices = job, choices
        if other:
            self._drop(set(self.boxes))
            self._close_adding()
        self._drop(set(self.boxes) - {card.id for card in job.visits})
        numbers = {card.id: n for n, card in enumerate(sorted(job.visits, key=lambda c: c.id), start=1)}
        for place, card in enumerate(job.visits):
            self._show_card(card, numbers[card.id], place)
        self.count.setText(_counted(len(job.visits)))

    def busy(self) -> bool:
        """Whether a form is open, with something typed into it perhaps."""
        return self.adding is not None or any(box.inline is not None for box in self.boxes.values())

    def close_forms(self) -> None:
        for box in self.boxes.values():
            box.close_inline()
        self._close_adding()

    # asking the services

    def plan(self, box: VisitBox) -> None:
        """Open the form for team and time."""
        assert self.choices is not None
        box.show_inline(PlanForm(box.card, self.choices, lambda plan, form: self._send_plan(box, plan, form)))

    def promise(self, box: VisitBox) -> None:
        """Open the form for the promised window."""
        assert self.choices is not None
        box.show_inline(promise_form(box.card, self.choices, lambda promise, form: self._send_promise(box, promise, form)))

    def add(self) -> None:
        """Open the form for one more visit."""
        if self.choices is None or self.adding is not None:
            return
        form = PromiseForm(self.tr("Add a visit"), self.tr("Add the visit"), Promise(), self.choices, self._send_new)
        form.closed.connect(self._close_adding)
        self.adding = form
        self.new_room.addWidget(form)
        form.show()
        form.promising.mode.setFocus(Qt.FocusReason.TabFocusReason)

    def step(self, box: VisitBox, to: AppointmentState) -> None:
        """Bring a visit into a state: at once, or after asking when and why."""
        if to in AT_ONCE:
            self._go(box.card, to, None, "")
        else:
            self._ask_when(box, to)

    def _send_plan(self, box: VisitBox, plan: Plan, form: PlanForm) -> None:
        card = box.card
        if not plan.team:
            label = self.tr("Changed how long the visit takes")
            self.desk.act(self, label, set_length, card.id, version=card.version, duration_s=plan.duration_s, then=form.done,
                          otherwise=form.refused)
            return
        assert plan.starts_at is not None
        assert self.choices is not None
        names = ", ".join(self.choices.names[id] for id in plan.team)
        label = f"{card.customer}: {names}, {clock(plan.starts_at, ZoneInfo(self.choices.zone))}"
        self.desk.act(self, label, moves.place, card.id, version=card.version, provider_ids=plan.team, starts_at=plan.starts_at,
                      duration_s=plan.duration_s, override=plan.override, promise=plan.promise, then=form.done, otherwise=form.refused)

    def _send_promise(self, box: VisitBox, promise: Promise, form: PromiseForm) -> None:
        self.desk.act(self, self.tr("Promised another time"), promise_visit, box.card.id, version=box.card.version, promise=promise,
                      then=form.done, otherwise=form.refused)

    def _send_new(self, promise: Promise, form: PromiseForm) -> None:
        assert self.job is not None

        def added(card: Card) -> None:
            form.done()
            self.desk.toast(self.tr("Visit added"), undo=lambda: self._cancel(card, self.tr("Added by mistake")))

        self.desk.do(self, another_visit, self.job.id, promise=promise, then=added, otherwise=form.refused)

    def _cancel(self, card: Card, reason: str) -> None:
        self.desk.do(self, progress.move_on, card.id, version=card.version, to=S.CANCELLED, reason=reason,
                     then=lambda _change: self.desk.toast(self.tr("Visit canceled")))

    def _ask_when(self, box: VisitBox, to: AppointmentState) -> None:
        assert self.choices is not None
        card, zone = box.card, ZoneInfo(self.choices.zone)
        now = self.choices.now + (datetime.now(UTC) - self._told_at)
        past = card.starts_at is not None and card.starts_at.astimezone(zone).date() < now.astimezone(zone).date()
        planned = (card.ends_at if to in {S.COMPLETED, S.PARTLY_DONE} else card.starts_at) if past else None
        said = step_words(card.state, to)
        hint = self.tr("The rest becomes a new visit in the tray.") if to is S.PARTLY_DONE else \
            self.tr("Another time than now is kept beside the time of entry.")
        ask = WhenPopover(self.window(), f"{said}: {card.customer}", said, now=now, zone=zone, when=planned,
                          needs_reason=to in NEEDS_REASON, hint=hint, then=lambda at, reason: self._go(card, to, at, reason))
        if self.popover is not None:
            self.popover.close_it()
        self.popover = ask
        ask.closed.connect(self._closed_popover)
        corner = box.mapTo(self.window(), QPoint(16, 0))
        ask.open_at(QRect(corner, box.size()).adjusted(0, 0, -32, -4))

    def _closed_popover(self) -> None:
        self.popover = None
        self.setFocus()

    def _go(self, card: Card, to: AppointmentState, at: datetime | None, reason: str) -> None:
        label = f"{card.customer}: {to.word}"
        self.desk.act(self, label, progress.move_on, card.id, version=card.version, to=to, at=at, reason=reason,
                      otherwise=self._refused)

    def _refused(self, error: Refused) -> None:
        self.desk.refuse(error)

    # showing

    def _show_card(self, card: Card, number: int, place: int) -> None:
        assert self.choices is not None
        box = self.boxes.get(card.id)
        if box is None:
            box = self.boxes[card.id] = VisitBox(card, number, self.choices)
            self._connect(box)
        else:
            box.show_card(card, number, self.choices)
        if self.room.indexOf(box) != place:
            self.room.insertWidget(place, box)

    def _connect(self, box: VisitBox) -> None:
        box.plan_wanted.connect(lambda: self.plan(box))
        box.promise_wanted.connect(lambda: self.promise(box))
        box.step_wanted.connect(lambda to: self.step(box, to))
        box.unassign_wanted.connect(lambda: self.desk.act(
            self, self.tr("Back in the tray"), moves.unassign, ((box.card.id, box.card.version),)))
        box.lock_wanted.connect(lambda on: self.desk.act(
            self, self.tr("Locked") if on else self.tr("Unlocked"), moves.lock, ((box.card.id, box.card.version),), on))
        box.board_wanted.connect(lambda: self._show_on_board(box.card))

    def _show_on_board(self, card: Card) -> None:
        assert self.choices is not None
        at = card.starts_at or (card.window.start if card.window else None)
        zone = ZoneInfo(self.choices.zone)
        self.desk.open("schedule", on=at.astimezone(zone).date() if at else None, select=(card.id,))

    def _drop(self, ids: set[int]) -> None:
        for id in ids:
            box = self.boxes.pop(id)
            self.room.removeWidget(box)
            box.hide()
            box.deleteLater()

    def _close_adding(self) -> None:
        if self.adding is not None:
            old, self.adding = self.adding, None
            self.new_room.removeWidget(old)
            old.hide()
            old.deleteLater()

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.count = PlainLabel("", "muted")
        inner, head = QWidget(), QHBoxLayout()
        head.addWidget(self.count, 1)
        head.addWidget(button(self.tr("Add a visit…"), self.add, icon="add"))
        self.new_room, self.room = QVBoxLayout(), QVBoxLayout()
        self.room.setSpacing(8)
        box = QVBoxLayout(inner)
        box.setContentsMargins(16, 4, 16, 16)
        box.setSpacing(8)
        for part in (head, self.new_room, self.room):
            box.addLayout(part)
        box.addStretch(1)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)


def _counted(count: int) -> str:
    return translate("Jobs", "1 visit") if count == 1 else translate("Jobs", "%1 visits").replace("%1", str(count))
