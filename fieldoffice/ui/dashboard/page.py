"""The first page: how today stands, what needs somebody now, what is coming, and the week in pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice import settings
from fieldoffice.services import backups
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.messages.outbox import troubled
from fieldoffice.services.overview.today import Certificate
from fieldoffice.ui.charts import Chart, Picture
from fieldoffice.ui.dashboard.figures import Item, Standing, standing
from fieldoffice.ui.dashboard.health import backup_words, runner_words
from fieldoffice.ui.dashboard.lists import ItemRows, ListCard, card_columns, certificate_columns, item_columns
from fieldoffice.ui.dashboard.money import MoneyView
from fieldoffice.ui.dashboard.tiles import LOOKS, Tiles
from fieldoffice.ui.dashboard.views import Views
from fieldoffice.ui.dashboard.week import WeekFigures, drive_picture, load_picture, visits_picture, week_figures
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Rows

TOPICS = frozenset({"appointment", "assignment", "job", "customer", "location", "provider", "provider_skill", "skill", "absence",
                    "shift", "shift_exception", "holiday", "company", "setting", "travel_time"})  # fmt: skip
MINUTE_MS = 60_000
MANY_MAILS = "%1 messages could not be sent or may not have arrived."
NARROW = 820
REST_MS, WEEK_REST_MS = 300, 20_000
"""A busy desk rings every second: the figures follow after a short rest, the pictures of the week at most every 20 s."""


class DashboardPage(QWidget):
    """`chosen` is the figure whose list is shown, "" for what needs somebody now."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.chosen = desk, ""
        self.state: Standing | None = None
        self.week: WeekFigures | None = None
        self.backups: Callable[[], Path] = lambda: settings.load().backups
        self.machine_now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.watched_since: datetime | None = None
        self.tiles, self.day = Tiles(), PlainLabel("", "muted")
        self.runner, self.backup, self.mail = Banner("warn"), Banner("warn"), Banner("warn")
        self.needs = ListCard("Needs you now", "Needs you now", ItemRows(item_columns(self.zone, self.today)), "", desk.memory,
                              words="Show on the board", press=self._list_to_board)  # fmt: skip
        self.needs.table.setMinimumHeight(172)
        self.tomorrow = ListCard("Tomorrow", "Tomorrow without a provider", Rows[Card](card_columns(self.zone)),
                                 "Every visit promised for tomorrow has a provider.", desk.memory,
                                 words="Show on the board", press=self._tomorrow_to_board)  # fmt: skip
        self.certificates = ListCard("Certificates", "Certificates", Rows[Certificate](certificate_columns()),
                                     "No certificate expires within 30 days.", desk.memory, icon="workspace_premium")  # fmt: skip
        self.charts = [Chart(desk, name=name) for name in ("Visits by day", "Utilization by provider", "Driving and work")]
        self.empty = EmptyState("", "engineering", "New job", self._begin)
        self.pages, self.money, self.home = QStackedWidget(), MoneyView(desk), 0
        self.views = Views(desk, self.day, self.money.report)
        self.soon, self.later = QTimer(self, interval=REST_MS, singleShot=True), QTimer(self, interval=WEEK_REST_MS, singleShot=True)
        self.clock = QTimer(self, interval=MINUTE_MS)
        self._arrange()
        self._connect()
        self.refresh()

    # what the window asks for

    def ready(self) -> bool:
        if self.state is None or self.week is None:
            return False
        if self.pages.currentWidget() is self.money:
            return self.money.ready()
        return not self.isVisible() or self.pages.currentIndex() == 1 or all(chart.drawn() for chart in self.charts)

    def refresh(self) -> None:
        """Everything anew, now."""
        self._ask()
        self._ask_week()
        self._ask_backups()
        self._ask_messages()
        self.money.refresh()

    def open(self, view: str = "", **_: object) -> None:
        """Show "today" or "money"."""
        if view in ("today", "money"):
            self.views.choose(view)

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.state.today.board.zone if self.state is not None else "UTC")

    def today(self) -> date:
        return self.state.today.on if self.state is not None else date.today()

    # asking

    def _rung(self) -> None:
        self.soon.start()
        if not self.later.isActive():
            self.later.start()

    def _minute_passed(self) -> None:
        """Visits become late without anybody changing anything."""
        if self.isVisible():
            self._ask()
            self._ask_backups()

    def _ask(self) -> None:
        self.desk.see(self, standing, then=self._arrived)

    def _ask_week(self) -> None:
        self.desk.see(self, week_figures, then=self._week_arrived)

    def _ask_backups(self) -> None:
        """On a thread: the folder may lie on a slow disk."""
        folder = self.backups()

        def newest() -> datetime | None:
            row = backups.newest(folder)
            return None if row is None else row.made_at

        self.desk.background.ask(self, newest, self._backup_told)

    def _ask_messages(self) -> None:
        self.desk.see(self, troubled, then=self._messages_told)

    # answers

    def _arrived(self, state: Standing) -> None:
        first = self.state is None or self.state.today.on != state.today.on
        self.state = state
        if self.watched_since is None:
            self.watched_since = state.today.board.now
        if first and self.week is not None:
            self._ask_week()
        self.day.setText(_day_words(state.today.on))
        self.tiles.show_figures(state.figures)
        self._show_list()
        self._show_coming(state)
        self._show_runner(state)
        self._show_empty(state)

    def _week_arrived(self, week: WeekFigures) -> None:
        self.week = week
        pictures: list[Picture | None] = [visits_picture(week), load_picture(week), drive_picture(week)]
        self.money.others = [picture for picture in pictures if picture is not None]
        for chart, picture in zip(self.charts, pictures, strict=True):
            if picture is None:
                chart.say("Nothing is planned this week yet.")
            else:
                chart.show_picture(picture)

    def _backup_told(self, made_at: datetime | None) -> None:
        words = "" if self.state is not None and self.state.today.sample else backup_words(made_at, self.machine_now())
        self._say(self.backup, words)

    def _messages_told(self, count: int) -> None:
        one, many = self.tr("1 message could not be sent or may not have arrived."), self.tr(MANY_MAILS)
        self._say(self.mail, (one if count == 1 else many.replace("%1", str(count))) if count else "")

    # showing

    def choose(self, figure: str) -> None:
        """Show the visits behind a figure; "" shows what needs somebody now."""
        self.chosen = figure
        self.tiles.mark(figure)
        self._show_list()

    def _show_list(self) -> None:
        if self.state is None:
            return
        if self.chosen:
            items, words = self.state.figures[self.chosen].items, LOOKS[self.chosen].words
            self.needs.show_rows(f"{words}: {_visits(len(items))} today", items, f"{words}: none today.")
        else:
            items = self.state.needs
            self.needs.show_rows(f"Needs you now: {len(items)}" if items else "Needs you now", items, "Nothing needs you right now.")

    def _show_coming(self, state: Standing) -> None:
        free, papers = state.today.tomorrow, state.today.certificates
        self.tomorrow.show_rows(f"Tomorrow without a provider: {len(free)}" if free else "Tomorrow", free)
        self.certificates.show_rows(f"Certificates that run out: {len(papers)}" if papers else "Certificates", papers)

    def _show_runner(self, state: Standing) -> None:
        now = state.today.board.now
        self._say(self.runner, runner_words(state.today.beat_at, self.watched_since or now, now))
        if state.today.sample:
            self._say(self.backup, "")

    def _show_empty(self, state: Standing) -> None:
        """A company that has just begun is told what to do instead of many zeros."""
        if not state.today.providers:
            self.empty.say("Nobody works here yet. Add the people who do the work, then open the first job.")
        else:
            self.empty.say("There are no jobs yet. Open the first one, and this page shows how the day stands.")
        if self.empty.button is not None:
            self.empty.button.setText("New job" if state.today.providers else "Providers")
        self.home = 0 if state.today.jobs else 1
        if self.pages.currentWidget() is not self.money:
            self.pages.setCurrentIndex(self.home)

    def _show_view(self, view: str) -> None:
        """Today, or the money."""
        if view == "money":
            self.pages.setCurrentWidget(self.money)
        else:
            self.pages.setCurrentIndex(self.home)

    @staticmethod
    def _say(banner: Banner, words: str) -> None:
        if words:
            banner.show_words(words)
        else:
            banner.hide()

    # going elsewhere

    def _begin(self) -> None:
        """The one thing to do in a company that has just begun."""
        known = self.state is not None and self.state.today.providers
        self.desk.open("new_job" if known else "providers")

    def _open_item(self, item: Item) -> None:
        self.desk.open("job", job_id=item.card.job_id, back="dashboard")

    def _open_card(self, card: Card) -> None:
        self.desk.open("job", job_id=card.job_id, back="dashboard")

    def _open_provider(self, row: Certificate) -> None:
        self.desk.open("provider", provider_id=row.provider_id)

    def _list_to_board(self) -> None:
        if self.state is not None:
            chosen: Item | None = self.needs.table.current()
            items = [chosen] if chosen is not None else self.needs.rows.rows
            self.desk.open("schedule", on=self.state.today.on, select=tuple(dict.fromkeys(item.card.id for item in items)))

    def _tomorrow_to_board(self) -> None:
        if self.state is not None:
            cards: list[Card] = self.tomorrow.rows.rows
            self.desk.open("schedule", on=self.state.today.on + timedelta(days=1), select=tuple(card.id for card in cards))

    # building

    def _connect(self) -> None:
        self.desk.live.watch(self, TOPICS, self._rung)
        self.desk.live.watch(self, {"outbox_message"}, self._ask_messages)
        self.tiles.chosen.connect(self.choose)
        self.views.chosen.connect(self._show_view)
        self.needs.table.opened.connect(self._open_item)
        self.tomorrow.table.opened.connect(self._open_card)
        self.certificates.table.opened.connect(self._open_provider)
        self.soon.timeout.connect(self._ask)
        self.later.timeout.connect(self._ask_week)
        self.clock.timeout.connect(self._minute_passed)
        self.clock.start()

    def _arrange(self) -> None:
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 0, 16, 16)
        box.setSpacing(12)
        self.backup.add_button("Backups", lambda: self.desk.open("backups"))
        self.mail.add_button(self.tr("Show them"), lambda: self.desk.open("messages", group="attention"))
        for banner in (self.runner, self.backup, self.mail):
            banner.hide()
            box.addWidget(banner)
        box.addWidget(self.tiles)
        self.sides = (self._lists(), self._pictures())
        for side, share in zip(self.sides, (5, 4), strict=True):
            box.addLayout(side, share)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(body)
        body.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        self.pages.addWidget(area)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.money)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside an open panel there is no room for things side by side: they go below each other."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        for side in self.sides:
            side.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _lists(self) -> QHBoxLayout:
        right, row = QVBoxLayout(), QHBoxLayout()
        right.setSpacing(12)
        row.setSpacing(12)
        right.addWidget(self.tomorrow, 1)
        right.addWidget(self.certificates, 1)
        row.addWidget(self.needs, 5)
        row.addLayout(right, 3)
        return row

    def _pictures(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for chart in self.charts:
            chart.setMinimumHeight(228)
            row.addWidget(chart, 1)
        return row

    def head(self) -> list[QWidget]:
        return [self.views]


def _day_words(on: date) -> str:
    return QLocale().toString(QDate(on.year, on.month, on.day), "dddd, MMMM d, yyyy")


def _visits(n: int) -> str:
    return "1 visit" if n == 1 else f"{n} visits"
