"""Requests: what customers ask for and what they booked online, in columns by state; one opens beside them to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused, Stale
from fieldoffice.services.requests.answering import Answered
from fieldoffice.services.requests.inbox import Inbox, inbox, open_request, request_sheet
from fieldoffice.services.requests.proposals import agree_by_phone
from fieldoffice.services.requests.rows import RequestCard, RequestSheet
from fieldoffice.services.requests.taking_back import take_answer_back
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.requests import words
from fieldoffice.ui.requests.column import Column
from fieldoffice.ui.requests.pane import RequestPane
from fieldoffice.ui.requests.thumbs import Thumbs

TOPICS = frozenset({"booking_request", "proposal", "customer", "setting"})
MINUTE_MS = 60_000
NOTHING_YET = "No requests and no online bookings yet. They arrive here by themselves once your web pages are on."
DONE = {"accept": "Accepted", "propose": "Time proposed", "decline": "Declined"}


class RequestsPage(QWidget):
    """A click or Enter opens a request beside the columns; Enter on one that has become a job opens the job."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.seen: Inbox | None = None
        self._first = 0  # a request to open once the inbox is here
        self._then = ""  # the answer to go to once the request is open
        self.thumbs, self.search = Thumbs(desk, self), SearchField(self.tr("Find a request"))
        self.off, self.pane = Banner("info"), RequestPane(desk, self.thumbs)
        self.columns = {key: Column(key, title, nothing, self.thumbs) for key, title, nothing in words.COLUMNS}
        self.calls = actions.bind(self, {
            "accept_request": lambda: self._answer("accept"), "propose_time": lambda: self._answer("propose"),
            "decline_request": lambda: self._answer("decline"), "customer_agrees": self.agree, "request_job": self.open_job,
            "request_customer": self.open_customer})  # fmt: skip
        self.empty = EmptyState(self.tr(NOTHING_YET), "pending_actions", self.tr("Set up the web pages"),
                                lambda: self.desk.open("settings", key="online.here"))  # fmt: skip
        self._build()
        self._connect()
        self._follow()
        self.refresh()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.search]

    def open(self, request_id: int = 0, **_: Any) -> None:
        """Open one request."""
        if request_id:
            self._select(request_id)
            self._open(request_id)

    def ready(self) -> bool:
        return self.seen is not None

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Read the inbox again, and the request that is open."""
        self.desk.see(self, inbox, then=self._came)
        if self.pane.sheet is not None and self.pane.isVisible():
            self.desk.see(self, request_sheet, self.pane.sheet.card.id, then=self._again, otherwise=lambda _error: self.close_pane())

    def card(self) -> RequestCard | None:
        """The request that is selected."""
        return next((card for column in self.columns.values() if column.list.hasFocus() and (card := column.list.card())), self._chosen())

    # acts

    def open_job(self) -> None:
        """The job that a request has become."""
        card = self.card()
        if card is not None and card.job_id is not None:
            self.desk.open("job", job_id=card.job_id)

    def agree(self) -> None:
        """The customer has said yes to the proposed time by phone."""
        card = self.card()
        if card is not None and self._may_agree(card):
            self.pane.agree.setEnabled(False)
            self.desk.do(self, agree_by_phone, card.id, then=self._agreed, otherwise=self._not_agreed)

    def open_customer(self) -> None:
        card = self.card()
        if card is not None:
            self.desk.open("customer", customer_id=card.customer_id)

    def close_pane(self) -> None:
        """Back to the columns; the keyboard returns to the card."""
        if self.pane.isHidden():
            return
        self.pane.hide()
        if self.pane.sheet is not None:
            self._select(self.pane.sheet.card.id)
        self.pane.sheet = None
        self._follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.pane.isVisible():
            self.close_pane()
            return
        super().keyPressEvent(event)

    # inside

    def _wanted(self, card: RequestCard, by_enter: bool) -> None:
        if by_enter and card.job_id is not None:
            self.desk.open("job", job_id=card.job_id)
        else:
            self._open(card.id)

    def _open(self, request_id: int) -> None:
        """For who may answer, the first look is the review; others only look."""
        if self.seen is None:
            self._first = request_id
        elif self.seen.may_answer:
            self.desk.do(self, open_request, request_id, then=self._opened)
        else:
            self.desk.see(self, request_sheet, request_id, then=self._opened)

    def _opened(self, sheet: RequestSheet) -> None:
        self.pane.show()
        self.pane.show_request(sheet)
        self._select(sheet.card.id, focus=False)
        self._follow()
        if self._then:
            then, self._then = self._then, ""
            self.pane.answer(then)

    def _again(self, sheet: RequestSheet) -> None:
        if self.pane.isVisible() and self.pane.sheet is not None and self.pane.sheet.card.id == sheet.card.id:
            self.pane.show_request(sheet)
            self._follow()

    def _answer(self, kind: str) -> None:
        card = self.card()
        if card is None or card.kind != "request":
            return
        if self.pane.isVisible() and self.pane.sheet is not None and self.pane.sheet.card.id == card.id:
            self.pane.answer(kind)
        else:
            self._then = kind
            self._open(card.id)

    def _answered(self, done: Answered, kind: str) -> None:
        said = f"{DONE[kind]}: {done.number}" + (f" · {done.job_number}" if done.job_number else "")
        self.desk.toast(said, undo=lambda: self._take_back(done.id))
        self.refresh()

    def _agreed(self, done: Answered) -> None:
        self.pane.agree.setEnabled(True)
        words_ = self.tr("Confirmed: %1 · %2").replace("%1", done.number).replace("%2", done.job_number)
        self.desk.toast(words_)
        self.refresh()

    def _not_agreed(self, error: Refused) -> None:
        self.pane.agree.setEnabled(True)
        self.desk.refuse(error)
        self.refresh()

    def _may_agree(self, card: RequestCard) -> bool:
        return self.seen is not None and self.seen.may_answer and words.column_of(card) == "proposed"

    def _take_back(self, request_id: int) -> None:
        self.desk.do(self, take_answer_back, request_id,
                     then=lambda done: self.desk.toast(self.tr("Taken back: %1").replace("%1", done.number)))  # fmt: skip

    def _refused(self, error: Refused) -> None:
        self.desk.refuse(error)
        if isinstance(error, Stale):
            self.refresh()

    def _came(self, seen: Inbox) -> None:
        self.seen = seen
        self.thumbs.want(id for card in seen.cards for id in card.photos)
        self.off.setVisible(not seen.taken)
        self.empty.setVisible(not seen.cards)
        self.across.setVisible(bool(seen.cards))
        self._show()
        if self._first:
            first, self._first = self._first, 0
            self._select(first)
            self._open(first)

    def _show(self) -> None:
        if self.seen is None:
            return
        text, zone = self.search.text(), ZoneInfo(self.seen.zone)
        shown = [card for card in self.seen.cards if words.matches(card, text)]
        for key, column in self.columns.items():
            mine = [card for card in shown if words.column_of(card) == key]
            mine.sort(key=_order, reverse=key in ("answered", "booked"))  # what waits longest first, what ended last first
            column.show_cards(mine, self.seen.now, zone, filtered=bool(text.strip()))
        if self.pane.sheet is not None and self.pane.isVisible():
            self._select(self.pane.sheet.card.id, focus=False)  # it may stand in another column by now
        self._follow()

    def _chosen(self) -> RequestCard | None:
        if self.pane.sheet is not None and not self.pane.isHidden():
            return self.pane.sheet.card
        return next((card for column in self.columns.values() if (card := column.list.card())), None)

    def _select(self, request_id: int, *, focus: bool = True) -> None:
        for column in self.columns.values():
            if column.list.select(request_id):
                self.across.ensureWidgetVisible(column)
                if focus:
                    column.list.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                column.list.clearSelection()
                column.list.selectionModel().clearCurrentIndex()

    def _aside(self, key: str, step: int) -> None:
        """The keyboard goes to the next column that has cards."""
        keys = list(self.columns)
        way = keys[keys.index(key) + 1 :] if step > 0 else keys[: keys.index(key)][::-1]
        for other in way:
            cards = self.columns[other].list.cards.cards
            if cards:
                row = min(self.columns[key].list.currentIndex().row(), len(cards) - 1)
                self._select(cards[max(row, 0)].id)
                return

    def _follow(self) -> None:
        card = self.card()
        waits = card is not None and card.kind == "request" and words.column_of(card) in ("new", "review")
        for id in ("accept_request", "propose_time", "decline_request"):
            self.calls[id].setEnabled(waits)
        self.calls["customer_agrees"].setEnabled(card is not None and self._may_agree(card))
        self.calls["request_job"].setEnabled(card is not None and card.job_id is not None)
        self.calls["request_customer"].setEnabled(card is not None)

    # building

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self._show())
        self.pane.closed.connect(self.close_pane)
        self.pane.agreed.connect(self.agree)
        self.pane.answers.answered.connect(self._answered)
        self.pane.answers.refused.connect(self._refused)
        for key, column in self.columns.items():
            column.list.wanted.connect(self._wanted)
            column.list.aside.connect(lambda step, key=key: self._aside(key, step))
            column.list.selectionModel().currentChanged.connect(lambda *_: self._follow())
        self._clock = QTimer(self, interval=MINUTE_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self.desk.live.watch(self, TOPICS, self.refresh)

    def _tick(self) -> None:
        """Ages go on while nothing else happens."""
        if self.isVisible():
            self.desk.see(self, inbox, then=self._came)

    def _build(self) -> None:
        self.off.show_words(self.tr("Customers cannot send requests at the moment: they are switched off in the Portal Settings."))
        self.off.add_button(self.tr("Open settings"), lambda: self.desk.open("settings", key="requests.enabled"))
        self.off.hide()
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(16, 12, 8, 0)
        row.setSpacing(12)
        for column in self.columns.values():
            row.addWidget(column, 1)
        self.across = QScrollArea()
        self.across.setWidgetResizable(True)
        self.across.setFrameShape(QFrame.Shape.NoFrame)
        self.across.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.across.viewport().setAutoFillBackground(False)
        self.across.setWidget(inner)
        inner.setAutoFillBackground(False)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.off)
        left.addWidget(self.across, 1)
        left.addWidget(self.empty, 1)
        self.empty.hide()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self.pane)
        self.pane.hide()


def _order(card: RequestCard) -> datetime:
    return card.waits_since_at or card.answered_at or card.created_at
