"""The calendar page on a real office: its counts are the board's, moves are the board's moves, refusals come back in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldoffice.models.company import Holiday
from fieldoffice.models.staff import Role
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from fieldoffice.ui.calendar.daypanel import DayPanel
from fieldoffice.ui.calendar.page import CalendarPage
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.schedule.words import NBSP
from tests import make
from tests.conftest import Clock
from tests.make import TODAY, at
from tests.ui.front import to_front

K, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
WEDNESDAY = date(2026, 3, 4)


class Open:
    """A page with a visit promised for the week at Ana's, today from nine to ten, and what the desk was told."""

    def __init__(self, office: Office, made: make.Made, user: int) -> None:
        self.office, self.made = office, made
        self.desk = Desk(office, user_id=user, known=office.topics(), every_ms=100)
        self.said: list[Any] = []
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.panels: list[Any] = []
        self.desk.toasted.connect(self.said.append)
        self.desk.opened.connect(lambda page, args: self.opened.append((page, args)))
        self.desk.panel_wanted.connect(self.panels.append)
        self.visit = self.new(made.ana, at(9))
        self.page = CalendarPage(self.desk)

    def new(self, who: int | None, when: datetime, *, on: date | None = None, **more: Any) -> int:
        """A planned visit without a promised day, so that days may be changed."""
        id = make.job(self.office, self.made, on=on, **more).appointment_id
        if who is not None:
            self.office.do(moves.place, id, version=1, provider_ids=(who,), starts_at=when, override="a test")
        return id

    def card(self, id: int | None = None) -> Any:
        return make.card(self.office, id or self.visit)

    def entry(self, id: int | None = None) -> Any:
        shown = self.page.book.months.month
        assert shown is not None
        return next(e for d in shown.days for e in d.entries if e.id == (id or self.visit))


@pytest.fixture
def made(sqlite_office: Office) -> make.Made:
    return make.small(sqlite_office)


def on_screen(qtbot: Any, open_: Open) -> Open:
    page = open_.page
    page.resize(1166, 680)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page.ready, timeout=20_000)
    to_front(qtbot, page)
    page.setFocus()
    return open_


@pytest.fixture
def cal(sqlite_office: Office, made: make.Made, qtbot: Any) -> Iterator[Open]:
    opened = on_screen(qtbot, Open(sqlite_office, made, made.owner))
    yield opened
    opened.desk.close()


Settle = Callable[[], None]


@pytest.fixture
def settle(cal: Open, qtbot: Any) -> Settle:
    return lambda: qtbot.waitUntil(lambda: cal.desk.background.waiting() == 0, timeout=20_000)


def days_shown(cal: Open) -> dict[date, int]:
    shown = cal.page.book.months.month if cal.page.book.view == "month" else cal.page.book.weeks.week
    assert shown is not None
    return {d.on: d.total for d in shown.days}


@pytest.mark.requirement("4.4")
def test_month_and_week_count_what_the_board_and_the_list_show(cal: Open, settle: Settle) -> None:
    for day in (1, 2, 2, 17, 25):
        cal.new(cal.made.bo, at(8 + day % 9, on=date(2026, 3, day)))
    cal.page.refresh()
    settle()
    for view in ("month", "week"):
        cal.page.set_view(view)
        settle()
        for on, total in days_shown(cal).items():
            listed = cal.office.see(board, on).cards
            assert total == len(listed), on
            if view == "month":
                assert [e.id for d in cal.page.book.months.month.days if d.on == on for e in d.entries] == [c.id for c in listed]
    assert cal.page.figures.text() == "4 visits"  # of the week
    cal.page.set_view("month")
    settle()
    assert (cal.page.title.text(), cal.page.figures.text()) == ("March 2026", "6 visits")


@pytest.mark.requirement("0.46")
def test_a_drag_to_another_day_keeps_the_time_of_day_and_is_undone(cal: Open, settle: Settle) -> None:
    cal.page.book.months.moved.emit(cal.entry(), WEDNESDAY)
    assert days_shown(cal)[WEDNESDAY] == 1  # at once, before any answer
    settle()
    assert (cal.card().starts_at, cal.card().provider_ids, cal.card().duration_s) == (at(9, on=WEDNESDAY), (cal.made.ana,), 3600)
    assert cal.said[-1].words.startswith("Carol Customer: ")
    assert cal.entry().version == cal.card().version
    cal.said[-1].press()
    settle()
    assert cal.card().starts_at == at(9)
    cal.page.refresh()
    settle()
    assert (days_shown(cal)[TODAY], days_shown(cal)[WEDNESDAY]) == (1, 0)


def test_a_day_over_the_change_of_the_clocks_keeps_the_wall_clock(cal: Open, settle: Settle) -> None:
    """Clocks change on Sunday March 8: nine o'clock stays nine o'clock."""
    cal.page.book.months.moved.emit(cal.entry(), date(2026, 3, 9))
    settle()
    assert cal.card().starts_at == at(9, on=date(2026, 3, 9))
    assert cal.card().starts_at - at(9) == timedelta(days=7) - timedelta(hours=1)


def test_a_drag_in_the_week_gives_day_and_time(cal: Open, settle: Settle) -> None:
    cal.page.set_view("week")
    settle()
    cal.page.book.weeks.moved.emit(cal.page.book.weeks.week.entries[0], at(14, 15, WEDNESDAY))
    settle()
    assert cal.card().starts_at == at(14, 15, WEDNESDAY)
    assert [h.starts_at for h in cal.page.book.weeks.week.hours if h.entries] == [at(14, on=WEDNESDAY)]


@pytest.mark.requirement("0.46")
def test_another_length_is_shown_at_once_and_undone(cal: Open, settle: Settle) -> None:
    cal.page.set_view("week")
    settle()
    cal.page.book.weeks.resized.emit(cal.page.book.weeks.week.entries[0], 9000)
    assert [e.duration_s for e in cal.page.book.weeks.week.entries] == [9000]  # at once, before any answer
    settle()
    assert (cal.card().starts_at, cal.card().duration_s, cal.card().provider_ids) == (at(9), 9000, (cal.made.ana,))
    assert cal.said[-1].words.replace(NBSP, " ") == "Carol Customer: 2 h 30 min"
    cal.said[-1].press()
    settle()
    cal.page.refresh()
    settle()
    assert (cal.card().duration_s, [e.duration_s for e in cal.page.book.weeks.week.entries]) == (3600, [3600])


def test_a_length_that_meets_the_next_visit_says_so_and_goes_back(cal: Open, settle: Settle) -> None:
    cal.new(cal.made.ana, at(10, 30))
    cal.page.set_view("week")
    settle()
    cal.page.book.weeks.resized.emit(cal.page.book.weeks.week.entries[0], 7200)
    settle()
    asked = cal.page.book.deeds.popover
    assert asked is not None
    assert [r.code for r in asked.reasons if r.blocks] == ["overlap"]
    assert (cal.card().duration_s, cal.page.book.weeks.week.entries[0].duration_s) == (3600, 3600)


def test_two_moves_in_a_row_end_where_the_second_went(cal: Open, settle: Settle) -> None:
    cal.page.book.months.moved.emit(cal.entry(), WEDNESDAY)
    cal.page.book.months.moved.emit(cal.entry(), date(2026, 3, 5))
    settle()
    settle()
    assert (cal.card().starts_at, days_shown(cal)[date(2026, 3, 5)]) == (at(9, on=date(2026, 3, 5)), 1)
    assert [n.kind for n in cal.said] == ["plain", "plain"]


def test_a_clash_is_named_and_slides_back_and_is_booked_with_a_reason(cal: Open, settle: Settle) -> None:
    cal.new(cal.made.ana, at(9, 30, WEDNESDAY))
    cal.page.book.months.moved.emit(cal.entry(), WEDNESDAY)
    settle()
    asked = cal.page.book.deeds.popover
    assert asked is not None
    assert asked.title.text() == "Carol Customer does not fit"
    assert [r.code for r in asked.reasons if r.blocks] == ["overlap"]
    assert (cal.card().starts_at, cal.page.book.deeds.under_way) == (at(9), {})
    asked.try_agree()
    assert asked.problem.text() == "Please say why; the reason is kept with the visit."
    asked.reason.setText("Two go together")
    asked.try_agree()
    settle()
    assert (cal.card().starts_at, cal.card().overridden) == (at(9, on=WEDNESDAY), "Two go together")


def test_a_promise_moves_with_the_visit_when_the_customer_agreed(cal: Open, settle: Settle) -> None:
    id = cal.new(cal.made.bo, at(13), on=TODAY, kind="pm")
    cal.page.refresh()
    settle()
    cal.page.book.months.moved.emit(cal.entry(id), WEDNESDAY)
    settle()
    asked = cal.page.book.deeds.popover
    assert asked is not None
    assert [r.code for r in asked.reasons if r.blocks] == ["window"]
    asked.agreed.setChecked(True)
    asked.try_agree()
    settle()
    assert cal.card(id).starts_at == at(13, on=WEDNESDAY)
    assert cal.card(id).window.start == at(12, on=WEDNESDAY)


def test_what_somebody_else_changed_meanwhile_is_refused_in_words_and_shown_anew(cal: Open, settle: Settle) -> None:
    stale = cal.entry()
    cal.office.do(moves.place, cal.visit, version=2, provider_ids=(cal.made.bo,), starts_at=at(11), override="")
    cal.page.book.months.moved.emit(stale, WEDNESDAY)
    settle()
    assert (cal.said[-1].kind, cal.card().starts_at) == ("danger", at(11))
    assert "just changed by somebody else" in cal.said[-1].words
    settle()
    assert cal.entry().starts_at == at(11)


def test_a_running_visit_and_a_locked_one_say_why_they_stay(cal: Open, settle: Settle) -> None:
    cal.office.do(progress.move_on, cal.visit, version=2, to=S.EN_ROUTE)
    cal.page.refresh()
    settle()
    cal.page.book.months.look.entry = cal.visit
    QTest.keyClick(cal.page.book.months, K.Key_Right, ALT)
    settle()
    assert cal.said[-1].words == "This visit is en route and can no longer be moved."


def test_who_may_not_dispatch_is_told_so(sqlite_office: Office, made: make.Made, qtbot: Any) -> None:
    reader = sqlite_office.do(company.add_user, login="bea", name="Bea", roles=(Role.BOOKKEEPER,))
    opened = on_screen(qtbot, Open(sqlite_office, made, reader.id))
    opened.page.book.months.moved.emit(opened.entry(), WEDNESDAY)
    qtbot.waitUntil(lambda: opened.desk.background.waiting() == 0)
    assert (opened.said[-1].kind, opened.card().starts_at) == ("danger", at(9))
    assert "Bea does not have the right" in opened.said[-1].words
    opened.desk.close()


def test_another_desk_s_change_is_shown_by_itself(cal: Open, qtbot: Any) -> None:
    cal.desk.start()
    cal.office.do(moves.place, cal.visit, version=2, provider_ids=(cal.made.ana,), starts_at=at(9, on=WEDNESDAY))
    qtbot.waitUntil(lambda: days_shown(cal)[WEDNESDAY] == 1 and days_shown(cal)[TODAY] == 0, timeout=20_000)


def test_a_provider_is_found_by_typing_and_has_a_calendar_of_one(cal: Open, settle: Settle) -> None:
    cal.new(cal.made.bo, at(13))
    cal.office.do(lambda tx: tx.add(Holiday(on_date=date(2026, 3, 17), name="Founders' Day")))
    box = cal.page.bar.whose
    assert [box.itemText(n) for n in range(box.count())] == ["Everybody", "Ana", "Bo"]
    edit = box.lineEdit()
    edit.setText("an")
    edit.editingFinished.emit()
    settle()
    assert (cal.page.whose, box.currentText(), days_shown(cal)[TODAY]) == (cal.made.ana, "Ana", 1)
    assert next(d.holiday for d in cal.page.book.months.month.days if d.on.day == 17) == "Founders' Day"
    edit.setText("nobody of that name")
    edit.editingFinished.emit()
    settle()
    assert (cal.page.whose, box.currentText()) == (cal.made.ana, "Ana")
    box.activated.emit(0)
    settle()
    assert (cal.page.whose, days_shown(cal)[TODAY]) == (None, 2)


def test_keys_and_buttons_go_through_months_weeks_and_back_to_today(cal: Open, settle: Settle) -> None:
    QTest.keyClick(cal.page.book.months, K.Key_PageDown)
    settle()
    assert (cal.page.title.text(), cal.page.book.on) == ("April 2026", date(2026, 4, 1))
    cal.page.calls["day_after"].trigger()
    settle()
    assert cal.page.title.text() == "May 2026"
    QTest.keyClick(cal.page.book.months, K.Key_T)
    settle()
    assert (cal.page.title.text(), cal.page.book.months.look.day) == ("March 2026", TODAY)
    cal.page.calls["view_7"].trigger()
    settle()
    assert (cal.page.title.text(), cal.page.book.weeks.hasFocus()) == ("Mar 1 – 7, 2026", True)
    QTest.keyClick(cal.page.book.weeks, K.Key_PageUp)
    settle()
    assert (cal.page.title.text(), cal.page.bar.views.value()) == ("Feb 22 – 28, 2026", "week")
    cal.page.calls["view_month"].trigger()
    settle()
    assert cal.page.title.text() == "February 2026"


def test_arrows_out_of_the_month_stand_on_the_day_they_meant(cal: Open, settle: Settle) -> None:
    cal.page.book.months.go_to(date(2026, 4, 4))
    QTest.keyClick(cal.page.book.months, K.Key_Right)
    settle()
    assert (cal.page.title.text(), cal.page.book.months.look.day) == ("April 2026", date(2026, 4, 5))


def test_enter_opens_the_job_and_a_free_day_a_new_one(cal: Open, settle: Settle) -> None:
    QTest.keyClick(cal.page.book.months, K.Key_Down)
    QTest.keyClick(cal.page.book.months, K.Key_Return)
    cal.page.book.months.empty_opened.emit(WEDNESDAY)
    assert cal.opened == [("job", {"job_id": cal.card().job_id, "back": "calendar"}), ("new_job", {"on": WEDNESDAY})]


def test_a_day_opens_as_a_list_that_is_searched_and_opened(cal: Open, settle: Settle, qtbot: Any) -> None:
    other = cal.new(cal.made.bo, at(8))
    cal.page.book.months.day_opened.emit(TODAY)
    panel = cal.panels[-1]
    assert isinstance(panel, DayPanel)
    qtbot.addWidget(panel)
    settle()
    assert (panel.title.text(), panel.count.text()) == ("Monday, March 2", "2 visits")
    assert [e.id for e in panel.rows.rows] == [other, cal.visit] == [c.id for c in cal.office.see(board, TODAY).cards]
    panel.search.setText("ana")
    qtbot.waitUntil(lambda: panel.count.text() == "1 of 2")
    panel.table.opened.emit(panel.rows.rows[0])
    panel.table.selectRow(0)
    panel._to_board()
    assert cal.opened == [("job", {"job_id": cal.card().job_id, "back": "calendar"}), ("schedule", {"on": TODAY, "select": (cal.visit,)})]


def test_opened_for_a_provider_and_a_day_it_shows_them(cal: Open, settle: Settle) -> None:
    cal.page.open(on="2026-07-14", whose=cal.made.bo, view="week")
    settle()
    assert (cal.page.title.text(), cal.page.whose, cal.page.bar.whose.currentText()) == ("Jul 12 – 18, 2026", cal.made.bo, "Bo")


def test_the_view_is_remembered_and_the_provider_is_not(cal: Open, settle: Settle, qtbot: Any) -> None:
    cal.page.set_view("week")
    cal.page.set_whose(cal.made.ana)
    settle()
    again = CalendarPage(cal.desk)
    qtbot.addWidget(again)
    settle()
    assert (again.book.view, again.whose) == ("week", None)


def test_at_midnight_today_moves_on(cal: Open, settle: Settle, clock: Clock) -> None:
    clock.at = at(0, 5, date(2026, 3, 3))
    cal.page.book._told_at = datetime.now(UTC) - timedelta(hours=20)  # it has stood open since
    cal.page.book._minute_passed()
    settle()
    assert (cal.page.book.today(), cal.page.book.on) == (date(2026, 3, 3), TODAY)


def test_an_empty_company_has_an_empty_month(sqlite_office: Office, qtbot: Any) -> None:
    sqlite_office.do(company.found, name="Potomac", country="US", zone="America/New_York", currency="USD", paper="Letter", owner="Olive")
    desk = Desk(sqlite_office, user_id=1, known={})
    page = CalendarPage(desk)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.ready() and desk.background.waiting() == 0)
    assert (page.figures.text(), page.bar.whose.count(), [d.closed for d in page.book.months.month.days]) == ("0 visits", 1, [False] * 35)
    desk.close()


def test_ctrl_p_shows_what_is_in_sight_on_paper(cal: Open, qtbot: Any) -> None:
    cal.page.set_view("week")
    QTest.keyClick(cal.page.book.weeks, K.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: cal.page.papers.preview is not None, timeout=60_000)
    preview = cal.page.papers.preview
    assert preview is not None
    assert (preview.title, preview.document.pageCount()) == ("Mar 1 – 7, 2026, Everybody", 1)
    assert preview.document.pagePointSize(0).toSize().width() == 792
    preview.close()
    cal.page.papers.close()
