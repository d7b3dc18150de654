"""A new job, entered while the customer is on the phone. A refusal loses nothing; a mistake is undone from the toast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.customers import CustomerRow
from fieldoffice.services.customers.finding import customer_row
from fieldoffice.services.jobs.calls import open_call, undo_opening
from fieldoffice.services.jobs.choices import Choices, choices
from fieldoffice.services.jobs.opening import NewJob, Opened, Promise
from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.jobs.caller import Caller
from fieldoffice.ui.jobs.items import ItemsBox
from fieldoffice.ui.jobs.promising import Promising
from fieldoffice.ui.jobs.words import PRIORITIES
from fieldoffice.ui.parts.access import AccessCodes, CodeOffer
from fieldoffice.ui.parts.arranging import chain, side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.custom import OwnFields
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.panel import WIDE, SidePanel

OFFERED = frozenset({"provider", "catalog_item", "custom_field", "tax_rate"})


class NewJobPanel(SidePanel):
    """Ctrl+S saves and is ready for the next call; Ctrl+Enter saves and shows the visit on the board."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("New job", width=WIDE)
        self.desk, self.choices, self._today = desk, None, date.today()
        self.choices: Choices | None
        self.zone, self._to_board, self._saving, self._wanted = ZoneInfo("UTC"), False, False, False
        self.form = Form()
        self.caller = Caller(desk, self.form)
        self.items, self.promising = self._add_work()
        self.title_field, self.notes = QLineEdit(), QPlainTextEdit()
        self.priority, self.preferred = Segmented(PRIORITIES, self.tr("Priority")), Choice()
        self._add_rest()
        self.own = OwnFields(self.form, lambda name, words, field, need: self._add_own(name, words, field, need), lambda: self._today)
        self._arrange()
        self.draft = Draft(desk, "new_job", self.form)
        self.form.changed.connect(self._entered)
        self.caller.changed.connect(self.form.changed)
        desk.live.watch(self, OFFERED, self._ask)
        self._ask()

    def open(self, customer_id: int = 0, on: date | None = None, **_: Any) -> None:
        """The keyboard goes to where the customer is found; what was left unfinished is shown again.

        `customer_id` is chosen already and the day `on` promised, unless something was left unfinished.
        """
        self._wanted = True
        self.caller.picker.setFocus()
        self._begin()
        if on is not None and not self.dirty:
            self.promising.set_value(Promise("all_day", on))
        if customer_id:
            self.desk.see(self, customer_row, customer_id, then=self._take_customer)

    def new_job(self) -> NewJob:
        """What is entered."""
        wished = self.preferred.value()
        return NewJob(self.caller.customer_id, self.caller.location_id, self.items.value(), self.promising.value(),
                      title=self.title_field.text(), priority=int(self.priority.value() or 1), notes=self.notes.toPlainText(),
                      preferred=() if wished is None else (wished,), custom=self.own.value({}))

    def save(self, then: Callable[[], object]) -> None:
        wrong = self.form.unreadable() | self.promising.problems()
        if self._saving or wrong:
            self._to_board = False
            if wrong:
                self.form.show_errors(Invalid(**wrong))
            return
        self._saving = True
        self.desk.do(self, open_call, self.new_job(), customer=self.caller.new_customer(), place=self.caller.new_place(),
                     then=lambda opened: self._opened(opened, then), otherwise=self._refused, broken=self._ended,
                     op_id=self.draft.op())

    def save_and_close(self) -> None:
        self._to_board = self.dirty
        super().save_and_close()

    def discard(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Empty, for the next call."""
        self.form.clear_errors()
        self.caller.clear()
        self.items.clear()
        self.promising.set_value(Promise())
        for field in (self.title_field, self.notes):
            field.clear()
        self.priority.set_value("1")
        self.preferred.set_value(None)
        self.own.show({})
        self.set_dirty(False)

    # inside

    def _take_customer(self, row: CustomerRow) -> None:
        if self.caller.row is None and not self.caller.is_new:
            self.caller.choose(row)
            self.items.setFocus()

    def _begin(self) -> None:
        """A draft needs the choices that it may name."""
        if self._wanted and self.choices is not None and self.draft.row < 0:
            self.draft.open(None, 0)

    def _opened(self, opened: Opened, then: Callable[[], object]) -> None:
        on, to_board = self.new_job().promise.on, self._to_board
        self._ended()
        self.clear()
        then()
        self.desk.toast(self.tr("%1 opened").replace("%1", opened.number), undo=lambda: self._take_back(opened))
        if to_board:
            self.desk.open("schedule", on=on, select=(opened.appointment_id,))

    def _take_back(self, opened: Opened) -> None:
        def taken(_job: JobSheet) -> None:
            self.desk.toast(self.tr("%1 is canceled: opened by mistake").replace("%1", opened.number))

        self.desk.do(self, undo_opening, opened.job_id, then=taken)

    def _refused(self, error: Refused) -> None:
        self._ended()
        self.form.show_errors(error)

    def _ended(self) -> None:
        self._saving = self._to_board = False

    def _entered(self) -> None:
        self.set_dirty(True)

    def _ask(self) -> None:
        self.desk.see(self, choices, then=self._offered)

    def _offered(self, found: Choices) -> None:
        self.choices, self._today, self.zone = found, found.today, ZoneInfo(found.zone)
        self.items.items, self.items.exponent = found.items, found.exponent
        self.preferred.set_choices([(None, self.tr("Nobody in particular")), *((p.id, p.name) for p in found.people if p.active)])
        self.own.offer(found.fields)
        last = (self.title_field, *self.own.widgets.values(), self._save, self._save_close)
        chain(last)
        self._begin()

    # building

    def _add_work(self) -> tuple[ItemsBox, Promising]:
        items = ItemsBox()
        self.form.add("items", self.tr("What is to be done"), items)
        return items, Promising(self.form, lambda: self._today)

    def _add_rest(self) -> None:
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(76)
        self.form.add("priority", self.tr("Priority"), self.priority)
        self.form.add("preferred", self.tr("Preferred provider"), self.preferred)
        side_by_side(self.form, ("priority", "preferred"), (0, 1))
        self.form.add("notes", self.tr("Notes for whoever goes there"), self.notes)
        self.codes = AccessCodes(self.desk)
        self.caller.placed.connect(lambda: self.codes.show_location(self.caller.location_id))
        for below in (CodeOffer(self.codes, self.notes), self.codes):
            self.form.add_widget(below)
        self.form.add("title", self.tr("Title"), self.title_field)
        self.title_field.setPlaceholderText(self.tr("Left empty, it is made of the services"))
        self.priority.set_value("1")

    def _add_own(self, name: str, words: str, field: QWidget, required: bool) -> None:
        self.form.add(name, words, field)
        if required:
            self.form.rows[name].label.setText(f"{words} *")

    def _arrange(self) -> None:
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.form)
        box.addStretch(1)
        self.set_body(body)
        self.setMinimumWidth(440)
        self._save.setToolTip(self.tr("Save, ready for the next call (Ctrl+S)"))
        self._save_close.setText(self.tr("Save and show on board"))
        self._save_close.setToolTip(self.tr("Save and show the visit on the board (Ctrl+Enter)"))
