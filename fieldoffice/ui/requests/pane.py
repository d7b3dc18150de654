"""One request in full, beside the columns: what is asked, what came with it, what was answered, and the answers."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from fieldoffice.models.states import UNANSWERED, RequestState
from fieldoffice.services.requests.codes import see_request_codes
from fieldoffice.services.requests.rows import RequestSheet
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import Chip, ElidedLabel, PlainLabel, hairline
from fieldoffice.ui.requests import words
from fieldoffice.ui.requests.answer import AnswerBox
from fieldoffice.ui.requests.thumbs import Thumbs
from fieldoffice.ui.requests.viewer import PhotoViewer

WIDTH, PHOTO, CODE_MS = 428, 104, 60_000


class RequestPane(QFrame):
    """`closed` when it should go; the page shows requests here with `show_request`."""

    closed = Signal()
    agreed = Signal()  # the customer has said yes to the proposed time by phone

    def __init__(self, desk: Desk, thumbs: Thumbs) -> None:
        super().__init__()
        self.desk, self.thumbs = desk, thumbs
        self.sheet: RequestSheet | None = None
        self.setObjectName("side_panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Request"))
        self.title, self.state, self.answers = ElidedLabel("", "section"), Chip(""), AnswerBox(desk)
        self.customer, self.job = button("", self._open_customer, link=True, icon="person"), button("", self._open_job, icon="open_in_new")
        self.code, self._hide = PlainLabel("", wrap=True), QTimer(self, interval=CODE_MS, singleShot=True)
        self.show_code = button(self.tr("Show"), self._show_code, link=True, icon="key")
        self._hide.timeout.connect(self._hide_code)
        self.facts, self.photos, self.history = QVBoxLayout(), QHBoxLayout(), QVBoxLayout()
        self.buttons: list[QToolButton] = []
        self._build()
        thumbs.arrived.connect(self._dress_photos)

    def show_request(self, sheet: RequestSheet) -> None:
        """Show this one; the same one again keeps what is typed."""
        other = self.sheet is None or self.sheet.card.id != sheet.card.id
        self.sheet = sheet
        card = sheet.card
        icon, color = words.OUTCOMES[card.state]
        self.title.setText(f"{card.customer} · {card.number}")
        self.state.show_words(words.outcome(card), icon, "hover", color)
        self.customer.setText(card.customer.replace("&", "&&"))
        self.job.setText(self.tr("Open job %1").replace("%1", card.job_number))
        self.job.setVisible(card.job_id is not None)
        if other:
            self._hide_code()
        self.code_line.setVisible(sheet.code)
        self.show_code.setVisible(sheet.may_see_code)
        _fill(self.facts, [line for name, text in self._facts(sheet) if text for line in (_fact(name, text),)])
        self._show_photos(sheet)
        _fill(self.history, [_step(words.STEPS.get(s.kind, s.kind), f"{words.moment(s.at, ZoneInfo(sheet.zone))} · {s.by_name}", s.note)
                             for s in reversed(sheet.steps)])  # fmt: skip
        open_now = card.kind == "request" and card.state in UNANSWERED
        for part in (self.answers, self.answers.foot, self.foot_line):
            part.setVisible(open_now and sheet.may_answer)
        self.may_not.setVisible(open_now and not sheet.may_answer)
        self.phoned.setVisible(sheet.may_answer and self.waits_for_customer())
        if open_now and sheet.may_answer:
            self.answers.show_request(sheet)
        if other:
            self.body.verticalScrollBar().setValue(0)

    def waits_for_customer(self) -> bool:
        """Whether a time is proposed that the customer may still take."""
        card = self.sheet.card if self.sheet is not None else None
        return card is not None and card.state is RequestState.COUNTER_PROPOSED and card.expires_at is not None

    def answer(self, kind: str) -> None:
        """Go to one of the answers."""
        if self.answers.isVisible():
            self.answers.choose(kind)
            self.answers.focus()
            QTimer.singleShot(0, self, lambda: self.body.ensureWidgetVisible(self.answers.kind, 0, 200))

    # inside

    def _facts(self, sheet: RequestSheet) -> list[tuple[str, str]]:
        card, zone = sheet.card, ZoneInfo(sheet.zone)
        agreed = {"confirmed": self.tr("Agreed"), "counter_proposed": self.tr("Proposed")}.get(card.state.value, self.tr("Visit"))
        days = "\n".join(words.day(on) for on in card.wished)
        expires = words.moment(card.expires_at, zone) if card.expires_at else ""
        proposals = "\n".join(
            " · ".join(part for part in (words.moment(p.starts_at, zone), words.PROPOSALS[p.state], p.by_name, p.message) if part)
            for p in sheet.proposals)  # fmt: skip
        return [
            (self.tr("What"), card.service), (agreed, words.when(card, zone) if card.starts_at or card.window else ""),
            (self.tr("Answer until"), expires), (self.tr("Wished days"), days),
            (self.tr("Time of day"), words.PARTS.get(card.day_part, "") if card.kind == "request" else ""),
            (self.tr("Where"), f"{sheet.address}\n{self.tr('not one of the addresses on file')}" if sheet.elsewhere else sheet.address),
            (self.tr("Reach"), " · ".join(part for part in (sheet.phone, sheet.email) if part)), (self.tr("Notes"), sheet.notes),
            (self.tr("Reason"), sheet.answer), (self.tr("Proposals"), proposals),
        ]  # fmt: skip

    def _show_photos(self, sheet: RequestSheet) -> None:
        self.buttons = []
        while (item := self.photos.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for n, photo in enumerate(sheet.photos):
            made = QToolButton()
            made.setFixedSize(PHOTO, PHOTO)
            made.setIconSize(QSize(PHOTO - 8, PHOTO - 8))
            made.setAccessibleName(self.tr("Photo %1: %2").replace("%1", str(n + 1)).replace("%2", photo.name))
            made.clicked.connect(partial(self._view, n))
            self.photos.addWidget(made)
            self.buttons.append(made)
        self.photos.addStretch(1)
        self.thumbs.want(photo.id for photo in sheet.photos)
        self._dress_photos()

    def _dress_photos(self) -> None:
        for made, photo in zip(self.buttons, self.sheet.photos if self.sheet else (), strict=False):
            picture = self.thumbs.square(photo.id, PHOTO - 8, self.devicePixelRatioF())
            if picture is not None:
                made.setIcon(QIcon(picture))

    def _by_phone(self) -> QWidget:
        """What to do when the customer phones instead of pressing the link."""
        whole, self.agree = QWidget(), button(self.tr("Customer agrees"), self.agreed.emit, icon="event_available", primary=True)
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(PlainLabel(self.tr("The customer is on the phone? The held time becomes the visit, and the confirmation is sent."),
                                 "muted", wrap=True))  # fmt: skip
        box.addWidget(self.agree, 0, Qt.AlignmentFlag.AlignLeft)
        return whole

    def _view(self, n: int, _checked: bool = False) -> None:
        if self.sheet is not None:
            PhotoViewer(self.desk, self.sheet.photos, n, self.window()).show()

    def _show_code(self) -> None:
        if self.sheet is not None:
            self.desk.do(self, see_request_codes, self.sheet.card.id, then=self._code_came)

    def _code_came(self, found: tuple[tuple[str, str], ...]) -> None:
        self.code.setText("\n".join(f"{label}: {code}" for label, code in found))
        self._hide.start()

    def _hide_code(self) -> None:
        self._hide.stop()
        self.code.setText(self.tr("Access code kept apart: ••••"))

    def _open_customer(self) -> None:
        if self.sheet is not None:
            self.desk.open("customer", customer_id=self.sheet.card.customer_id)

    def _open_job(self) -> None:
        if self.sheet is not None and self.sheet.card.job_id is not None:
            self.desk.open("job", job_id=self.sheet.card.job_id)

    # building

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 8)
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.state)
        head.addWidget(IconButton("close", self.tr("Close (Esc)"), self.closed.emit))
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(16, 12, 16, 16)
        body.setSpacing(12)
        links = QHBoxLayout()
        links.addWidget(self.customer)
        links.addStretch(1)
        links.addWidget(self.job)
        body.addLayout(links)
        self.facts.setSpacing(6)
        body.addLayout(self.facts)
        self.code_line = _row(self.code, self.show_code)
        body.addWidget(self.code_line)
        self.photos.setSpacing(8)
        body.addLayout(self.photos)
        self.may_not = PlainLabel(self.tr("You may look at this request. A dispatcher may answer it."), "muted", wrap=True)
        body.addWidget(hairline())
        self.phoned = self._by_phone()
        body.addWidget(self.answers)
        body.addWidget(self.phoned)
        body.addWidget(self.may_not)
        body.addWidget(PlainLabel(self.tr("History"), "strong"))
        self.history.setSpacing(4)
        body.addLayout(self.history)
        body.addStretch(1)
        self.body = QScrollArea()
        self.body.setWidgetResizable(True)
        self.body.setFrameShape(QFrame.Shape.NoFrame)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.viewport().setAutoFillBackground(False)
        self.body.setWidget(inner)
        inner.setAutoFillBackground(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(hairline())
        box.addWidget(self.body, 1)
        self.foot_line = hairline()
        box.addWidget(self.foot_line)
        box.addWidget(self.answers.foot)


def _fact(name: str, text: str) -> QWidget:
    label, value = PlainLabel(name, "muted"), PlainLabel(text, wrap=True)
    label.setFixedWidth(92)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return _row(label, value, stretch=1)


def _step(what: str, who: str, note: str) -> QWidget:
    whole = QWidget()
    box = QVBoxLayout(whole)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    box.addWidget(PlainLabel(f"{what}: {note}" if note and what.endswith("customer") else what, wrap=True))
    box.addWidget(PlainLabel(who, "small"))
    return whole


def _row(first: QWidget, second: QWidget, *, stretch: int = 0) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(first, 0 if stretch else 1)
    row.addWidget(second, stretch)
    return whole


def _fill(layout: QVBoxLayout, widgets: list[QWidget]) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.deleteLater()
    for widget in widgets:
        layout.addWidget(widget)


