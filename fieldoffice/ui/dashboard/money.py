"""The dashboard's money, for those who bill: the figures of now, four pictures of the year, and all of it on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontInfo, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.books.reports import report_look, report_sender
from fieldoffice.services.documents.reportpaper import ReportPaper
from fieldoffice.services.overview.money import MoneyFigures, money_figures
from fieldoffice.ui import theme
from fieldoffice.ui.charts import Chart, Picture
from fieldoffice.ui.charts.printing import printed, report_parts
from fieldoffice.ui.dashboard.moneypictures import money_pictures
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_money
from fieldoffice.ui.printing.drawn import Drawn

TOPICS = frozenset({"journal_entry", "ar_item", "allocation", "payment", "invoice", "setting"})
REST_MS = 5_000
"""Postings come in bunches; the pictures of a year need not follow each of them."""
NARROW = 820
NAMES = ("Earned by month", "Earned by service", "Owed by age", "Days of sales owed")


class Sum(QFrame):
    """One amount of now, with what it is, and the way to what is behind it."""

    def __init__(self, words: str, press: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("box", "surface")
        self.figure, self.note = PlainLabel("", "title"), PlainLabel("", "muted")
        self.go = button(words, press, link=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 8)
        box.setSpacing(2)
        box.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.figure)
        box.addWidget(self.note)
        self.figure.setFont(theme.font(20, bold=True))
        for label in (self.figure, self.note):
            label.setContentsMargins(7, 0, 0, 0)  # below the words of the link, which has a margin of its own

    def say(self, figure: str, note: str = "") -> None:
        self.figure.setText(figure)
        self.note.setText(note)
        self.setAccessibleName(f"{self.go.text()}: {figure} {note}".strip())


class MoneyView(QWidget):
    """Asks when it is first shown, and again after money moved while it is in sight."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.stale = desk, True
        self.seen: MoneyFigures | None = None
        self.pictures: list[Picture] = []
        self.others: list[Picture] = []  # pictures of the work that the report prints, too
        self.owed = Sum(self.tr("Owed"), lambda: desk.open("receivables"))
        self.overdue = Sum(self.tr("Overdue"), lambda: desk.open("invoices", state="overdue"))
        self.received = Sum(self.tr("Received this month"), lambda: desk.open("payments"))
        self.unbilled = Sum(self.tr("Jobs to bill"), lambda: desk.open("invoices", view="to_bill"))
        self.charts = [Chart(desk, name=name) for name in NAMES]
        self.empty = EmptyState(self.tr("Nothing is billed yet. Bill a finished job, and this page shows how the money stands."),
                                "payments", self.tr("Jobs to bill"), lambda: desk.open("invoices", view="to_bill"))  # fmt: skip
        self.report = button(self.tr("PDF report"), self.print, icon="picture_as_pdf")
        self.paper, self.pages = Drawn(desk, self), QStackedWidget()
        self.soon = QTimer(self, interval=REST_MS, singleShot=True)
        self._arrange()
        self.soon.timeout.connect(self._ask)
        desk.live.watch(self, TOPICS, self._rung)

    def ready(self) -> bool:
        """Whether all that is in sight has arrived."""
        return self.seen is not None and (self.pages.currentIndex() == 1 or all(chart.drawn() for chart in self.charts))

    def refresh(self) -> None:
        """Ask now, where it is in sight."""
        self.stale = True
        if self.isVisible():
            self._ask()

    def print(self) -> None:
        """The pictures with their numbers on paper, those of the week's work behind those of the money."""
        if self.seen is None or not self.pictures:
            return
        self.report.setEnabled(False)
        pictures, family = (*self.pictures, *self.others), QFontInfo(theme.font()).family()

        def drawn(pngs: Sequence[bytes]) -> None:
            self.report.setEnabled(True)
            self.paper.show("report", lambda tx: report_of(tx, pictures, pngs))

        self.desk.background.ask(self, lambda: [printed(picture, family) for picture in pictures], drawn,
                                 broken=lambda: self.report.setEnabled(True))  # fmt: skip

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.stale:
            self._ask()

    def _rung(self) -> None:
        self.stale = True
        if self.isVisible() and not self.soon.isActive():
            self.soon.start()

    def _ask(self) -> None:
        self.stale = False
        self.desk.see(self, money_figures, then=self._came)

    def _came(self, seen: MoneyFigures) -> None:
        self.seen = seen
        self.pages.setCurrentIndex(0 if seen.any else 1)
        self.report.setEnabled(seen.any)
        self._say(seen)
        found = money_pictures(seen)
        self.pictures = [picture for picture in found if picture is not None]
        for chart, picture in zip(self.charts, found, strict=True):
            if picture is None:
                chart.say(self.tr("Nothing to show yet."))
            else:
                chart.show_picture(picture)

    def _say(self, seen: MoneyFigures) -> None:
        def money(cents: int) -> str:
            return show_money(cents, exponent=seen.exponent)

        now, owed = seen.now, sum(seen.now.sums.buckets)
        credit = self.tr("less %1 credit").replace("%1", money(-now.sums.credits)) if now.sums.credits else seen.currency
        self.owed.say(money(now.sums.total), credit)
        share = f"{100 * now.sums.overdue / owed:.0f} % {self.tr('of what is owed')}" if owed else ""
        self.overdue.say(money(now.sums.overdue), share)
        self.received.say(money(seen.received_cents), seen.currency)
        self.unbilled.say(f"{seen.to_bill:,}", self.tr("finished, not billed"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(1 if self.width() < NARROW else 2)

    def _place(self, columns: int) -> None:
        for n, chart in enumerate(self.charts):
            self.grid.addWidget(chart, n // columns, n % columns)
        self.grid.setColumnStretch(1, columns - 1)

    def _arrange(self) -> None:
        body, sums, self.grid = QWidget(), QHBoxLayout(), QGridLayout()
        sums.setSpacing(8)
        for one in (self.owed, self.overdue, self.received, self.unbilled):
            sums.addWidget(one, 1)
        self.grid.setSpacing(12)
        self.grid.setColumnStretch(0, 1)
        for chart in self.charts:
            chart.setMinimumHeight(250)
        self._place(2)
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 0, 16, 16)
        box.setSpacing(12)
        box.addLayout(sums)
        box.addLayout(self.grid, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(body)
        body.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        self.pages.addWidget(area)
        self.pages.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)


def report_of(tx: Tx, pictures: Sequence[Picture], pngs: Sequence[bytes]) -> tuple[str, ReportPaper]:
    """A title for the file, and the report: each picture with its numbers below it."""
    look = report_look(tx)
    parts = tuple(part for picture, png in zip(pictures, pngs, strict=True) for part in report_parts(picture, png))
    words = f"Amounts in {look.money.currency}. Earned is without tax, as the journal has it; owed is by the day it was due."
    paper = ReportPaper(report_sender(tx), "Money and work", tx.today, parts, words, look=look)
    return f"Money and work {tx.today.isoformat()}", paper
