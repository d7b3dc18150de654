"""The dashboard on a real office: each figure equals what board and tray show, with the visits behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from sqlalchemy import select, update

from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.provider import Absence
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import backups, company, messages, tasks
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from fieldoffice.ui.dashboard.figures import standing
from fieldoffice.ui.dashboard.health import ago, backup_words, runner_words
from fieldoffice.ui.dashboard.lists import left
from fieldoffice.ui.dashboard.page import DashboardPage
from fieldoffice.ui.dashboard.week import drive_picture, load_picture, visits_picture, week_figures
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.schedule.hours import Hours
from fieldoffice.ui.schedule.layout import NORMAL_LANE, figures, laid_out
from fieldoffice.ui.statusline import Resting, StatusLine
from tests import make
from tests.conftest import Clock
from tests.make import TODAY, at

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def made(sqlite_office: Office) -> make.Made:
    return make.small(sqlite_office)


def planned(office: Office, made: make.Made, who: int, when: datetime, **more: Any) -> int:
    id = make.job(office, made, on=more.pop("on", None), **more).appointment_id
    office.do(moves.place, id, version=1, provider_ids=(who,), starts_at=when, override="a test")
    return id


def go(office: Office, id: int, *states: S) -> None:
    for state in states:
        why = "Nobody at home" if state in (S.NOT_DONE, S.PARTLY_DONE) else ""
        office.do(progress.move_on, id, version=make.card(office, id).version, to=state, reason=why)


@pytest.fixture
def day(sqlite_office: Office, made: make.Made, clock: Clock) -> dict[str, int]:
    """At 10:50 on a Monday: one of each kind of visit, by name."""
    office, found = sqlite_office, dict[str, int]()
    for name, who, hour in (("done", made.ana, 8), ("over time", made.ana, 9), ("clash", made.ana, 14), ("other", made.ana, 14),
                            ("missed", made.bo, 8), ("late", made.bo, 10), ("driving", made.bo, 11), ("held", made.bo, 15)):
        if name != "held":
            found[name] = planned(office, made, who, at(hour))
    found["held"] = make.job(office, made, on=None).appointment_id
    office.do(moves.hold, found["held"], version=1, provider_ids=(made.bo,), starts_at=at(15), minutes=420)
    clock.at = at(8)
    go(office, found["done"], S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED)
    go(office, found["missed"], S.EN_ROUTE, S.ARRIVED, S.NOT_DONE)
    clock.at = at(9)
    go(office, found["over time"], S.EN_ROUTE, S.ARRIVED, S.WORKING)
    clock.at = at(10, 50)
    go(office, found["driving"], S.EN_ROUTE)
    found["waits"] = make.job(office, made).appointment_id
    found["overdue"] = make.job(office, made, kind="exact", at_min=9 * 60).appointment_id
    found["urgent"] = make.job(office, made, priority=3).appointment_id
    found["tomorrow"] = make.job(office, made, on=TUESDAY).appointment_id
    return found


def ids(state: Any, figure: str) -> set[int]:
    return {item.card.id for item in state.figures[figure].items}


# figures


def test_each_figure_is_what_the_board_and_its_tray_show(sqlite_office: Office, day: dict[str, int]) -> None:
    state, shown = sqlite_office.see(standing), sqlite_office.see(board, TODAY)
    assert ids(state, "unassigned") == {c.id for c in shown.tray} == {day["waits"], day["overdue"], day["urgent"]}
    for figure, states in (("on_the_road", {S.EN_ROUTE}), ("at_work", {S.ARRIVED, S.WORKING, S.PAUSED}), ("done", {S.COMPLETED}),
                           ("not_done", {S.NOT_DONE, S.PARTLY_DONE}), ("to_come", {S.HELD, S.SCHEDULED, S.DISPATCHED})):
        assert ids(state, figure) == {c.id for c in shown.cards if c.state in states}
        assert state.figures[figure].count == len(ids(state, figure))
    whole = sum(state.figures[id].count for id in ("to_come", "on_the_road", "at_work", "not_done", "done"))
    assert whole == len(shown.cards)
    assert state.figures["done"].note == f"of {whole}"


def test_late_and_clashing_visits_are_those_that_the_board_marks(sqlite_office: Office, made: make.Made, day: dict[str, int]) -> None:
    office = sqlite_office
    office.do(lambda tx: tx.add(Absence(provider_id=made.bo, starts_at=at(16), ends_at=at(17), reason="Doctor")))
    day["away"] = planned(office, made, made.bo, at(16))
    full = office.see(board, TODAY)
    boxes = laid_out(full, figures(full), Hours(TODAY, 1, full.zone, per_hour=93), NORMAL_LANE).boxes
    state = office.see(standing)
    late = {id: max(b.late_s for b in mine) for id, mine in boxes.items() if any(b.late_s for b in mine)}
    assert {i.card.id: i.words for i in state.figures["late"].items} == {id: f"Late +{-(-s // 60)} min" for id, s in late.items()}
    assert late[day["late"]] == 50 * 60
    marked = {id: next(b.clash for b in mine if b.clash) for id, mine in boxes.items() if any(b.clash for b in mine)}
    assert {i.card.id: i.words for i in state.needs if i.kind == "clash"} == marked
    assert marked[day["away"]] == "Away: Doctor"
    assert {day["clash"], day["other"]} <= marked.keys()


def test_what_needs_somebody_now_stands_in_order_of_urgency(sqlite_office: Office, day: dict[str, int], clock: Clock) -> None:
    names = {id: name for name, id in day.items()}
    found = [(names[i.card.id], i.kind) for i in sqlite_office.see(standing).needs]
    assert found == [("clash", "clash"), ("other", "clash"), ("overdue", "unassigned"), ("late", "late"), ("urgent", "unassigned"),
                     ("waits", "unassigned"), ("over time", "overrun"), ("missed", "not_done")]  # fmt: skip
    clock.at = at(12, 30)  # the hold of the morning ends at one
    held = next(i for i in sqlite_office.see(standing).needs if i.kind == "hold")
    assert (names[held.card.id], held.words) == ("held", "The held place runs out")


def test_an_item_names_who_goes_there(sqlite_office: Office, made: make.Made, day: dict[str, int]) -> None:
    state = sqlite_office.see(standing)
    assert [i.who for i in state.figures["late"].items] == ["Ana", "Bo"]
    assert {i.who for i in state.figures["unassigned"].items} == {""}


# the week


def test_the_pictures_have_the_boards_numbers(sqlite_office: Office, made: make.Made, day: dict[str, int]) -> None:
    office = sqlite_office
    for hour, on in ((9, TUESDAY), (11, TUESDAY), (9, date(2026, 3, 7))):
        planned(office, made, made.ana, at(hour, on=on))
    week, full = office.see(week_figures), office.see(board, date(2026, 3, 1), 7)
    loads = figures(full).loads
    for row, (name, load) in zip(full.providers, week.by_provider, strict=True):
        assert (row.name, sum(d.work_s for d in loads[row.id])) == (name, load.work_s)
        assert (sum(d.drive_s for d in loads[row.id]), sum(d.shift_s for d in loads[row.id])) == (load.drive_s, load.shift_s)
    for n, on in enumerate(week.days):
        shown = office.see(board, on)
        assert sum(k for name, k in week.counts[n].items() if name != "To assign") == len(shown.cards)
        assert sum(loads[row.id][n].work_s for row in full.providers) == week.by_day[n].work_s
    assert [d["To assign"] for d in week.counts] == [0, 3, 1, 0, 0, 0, 0]
    assert (week.today, week.counts[1]["Done"], week.counts[1]["Running"]) == (TODAY, 1, 2)


def test_each_picture_says_its_finding_and_has_its_numbers(sqlite_office: Office, day: dict[str, int]) -> None:
    week = sqlite_office.see(week_figures)
    made_ = [picture(week) for picture in (visits_picture, load_picture, drive_picture)]
    assert all(made_)
    visits, load, drive = made_
    assert visits.title == "Monday is the fullest day: 8 visits; 4 still to assign"  # type: ignore[union-attr]
    assert visits.heads == ("Day", "Visits", "Done", "Running", "To come", "Not or partly done", "To assign")  # type: ignore[union-attr]
    assert [c if isinstance(c, str) else c.words for c in visits.rows[1]] == ["Monday", "8", "1", "2", "4", "1", "3"]  # type: ignore[union-attr]
    assert load.title.startswith("Providers are booked to ")  # type: ignore[union-attr]
    assert [row[0] for row in load.rows] == sorted((r[0] for r in load.rows), key=["Ana", "Bo"].index)  # type: ignore[union-attr]
    assert drive.title.startswith("Driving takes ")  # type: ignore[union-attr]


def test_a_provider_booked_beyond_the_shift_is_the_finding(sqlite_office: Office, made: make.Made) -> None:
    for n in range(5):
        for on in range(7):
            id = make.job(sqlite_office, made, on=None).appointment_id
            when = at(4 * n + 1, on=date(2026, 3, 1) + timedelta(days=on))
            sqlite_office.do(moves.place, id, version=1, provider_ids=(made.ana,), starts_at=when, duration_s=10_000, override="a test")
    found = load_picture(sqlite_office.see(week_figures))
    assert found is not None
    assert found.title.startswith("1 of 2 providers are booked beyond their shifts, Ana the most: ")


def test_a_week_without_visits_has_no_pictures(sqlite_office: Office, made: make.Made) -> None:
    week = sqlite_office.see(week_figures)
    assert [picture(week) for picture in (visits_picture, load_picture, drive_picture)] == [None, None, None]


# the page


class Open:
    """The page on the screen, and what the desk was told."""

    def __init__(self, office: Office, made: make.Made, folder: Path) -> None:
        self.office = office
        self.desk = Desk(office, user_id=made.owner, known=office.topics(), every_ms=100)
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.desk.opened.connect(lambda page, args: self.opened.append((page, args)))
        self.page = DashboardPage(self.desk)
        self.page.backups = lambda: folder


Settle = Callable[[], None]


@pytest.fixture
def shown(sqlite_office: Office, made: make.Made, day: dict[str, int], qtbot: Any, tmp_path: Path) -> Iterator[Open]:
    opened = Open(sqlite_office, made, tmp_path)
    opened.page.resize(1166, 700)
    qtbot.addWidget(opened.page)
    opened.page.show()
    qtbot.waitUntil(opened.page.ready, timeout=60_000)
    yield opened
    qtbot.waitUntil(lambda: opened.desk.background.waiting() == 0, timeout=20_000)
    opened.desk.close()


@pytest.fixture
def settle(shown: Open, qtbot: Any) -> Settle:
    return lambda: qtbot.waitUntil(lambda: shown.desk.background.waiting() == 0, timeout=20_000)


def test_the_page_shows_the_figures_and_a_press_the_visits_behind_one(shown: Open, day: dict[str, int]) -> None:
    tiles, needs = shown.page.tiles.tiles, shown.page.needs
    assert {id: tile.count for id, tile in tiles.items()} == {
        "unassigned": 3, "late": 2, "to_come": 4, "on_the_road": 1, "at_work": 1, "not_done": 1, "done": 1}  # fmt: skip
    assert tiles["done"].accessibleName() == "Done: 1 of 8"
    assert (needs.title.text(), needs.rows.rowCount()) == ("Needs you now: 8", 8)
    for id, tile in tiles.items():
        tile.click()
        assert (needs.rows.rowCount(), tile.isChecked()) == (tile.count, True), id
    assert needs.title.text() == "Done: 1 visit today"
    tiles["done"].click()
    assert (needs.rows.rowCount(), tiles["done"].isChecked()) == (8, False)


def test_lists_lead_to_the_job_and_to_the_board_with_these_visits(shown: Open, day: dict[str, int]) -> None:
    page = shown.page
    page.choose("unassigned")
    page._list_to_board()
    page.needs.table.opened.emit(page.needs.rows.rows[0])
    page._tomorrow_to_board()
    job = make.card(shown.office, day["overdue"]).job_id
    assert shown.opened == [
        ("schedule", {"on": TODAY, "select": (day["overdue"], day["urgent"], day["waits"])}), ("job", {"job_id": job, "back": "dashboard"}),
        ("schedule", {"on": TUESDAY, "select": (day["tomorrow"],)})]  # fmt: skip


def test_what_is_coming_is_listed(shown: Open, day: dict[str, int]) -> None:
    assert [c.id for c in shown.page.tomorrow.rows.rows] == [day["tomorrow"]]
    rows = shown.page.certificates.rows
    assert [rows.index(0, n).data() for n in range(3)] == ["in 29 days", "Bo", "plumbing"]
    assert shown.page.certificates.title.text() == "Certificates that run out: 1"


def test_another_desk_s_change_is_in_the_figures_by_itself(shown: Open, day: dict[str, int], qtbot: Any) -> None:
    shown.desk.start()
    make.job(shown.office, make.Made(1, 1, 2, 1, 1, 1, 1))
    qtbot.waitUntil(lambda: shown.page.tiles.tiles["unassigned"].count == 4, timeout=20_000)
    assert shown.page.later.isActive()  # the pictures follow with their own rest


def test_a_minute_makes_visits_late(shown: Open, clock: Clock, settle: Settle) -> None:
    clock.at = at(14, 30)
    shown.page._minute_passed()
    settle()
    assert shown.page.tiles.tiles["late"].count == 3  # those of two o'clock have not begun either


def test_the_page_says_when_no_background_work_ran_for_ten_minutes(shown: Open, clock: Clock, settle: Settle) -> None:
    def told() -> str:
        shown.page._minute_passed()
        settle()
        return shown.page.runner.label.text() if shown.page.runner.isVisible() else ""

    assert told() == ""
    clock.forward(minutes=9)
    assert told() == ""
    clock.forward(minutes=2)
    assert told().startswith("Background work has not run for 11 minutes")
    shown.office.do(tasks.beat)
    assert told() == ""
    clock.forward(minutes=11)
    assert "11 minutes" in told()


def test_the_page_says_when_the_newest_verified_backup_is_too_old(shown: Open, tmp_path: Path, settle: Settle) -> None:
    made_at = datetime.now(UTC).replace(microsecond=0)

    def told(now: datetime) -> str:
        shown.page.machine_now = lambda: now
        shown.page.refresh()
        settle()
        return shown.page.backup.label.text() if shown.page.backup.isVisible() else ""

    assert told(made_at) == "There is no verified backup on this computer yet."
    backups.back_up(shown.office.engine, tmp_path, now=made_at, why="a test")
    assert told(made_at + timedelta(hours=23)) == ""
    assert told(made_at + timedelta(hours=25)) == "The newest verified backup on this computer is 25 hours old."


@pytest.mark.parametrize("people", [False, True])
def test_an_empty_company_is_told_what_to_do(sqlite_office: Office, qtbot: Any, tmp_path: Path, people: bool) -> None:
    sqlite_office.do(company.found, name="Potomac", country="US", zone="America/New_York", currency="USD", paper="Letter", owner="Olive")
    if people:
        sqlite_office.do(make.provider, "Ana")
    opened = Open(sqlite_office, make.Made(1, 1, 2, 1, 1, 1, 1), tmp_path)
    qtbot.addWidget(opened.page)
    opened.page.show()
    qtbot.waitUntil(lambda: opened.page.ready() and opened.desk.background.waiting() == 0, timeout=20_000)
    words = "There are no jobs yet. Open the first one" if people else "Nobody works here yet. Add the people who do the work"
    assert opened.page.empty.isVisible()
    assert opened.page.empty.sentence.text().startswith(words)
    opened.page.empty.button.click()
    assert opened.opened == [("new_job" if people else "providers", {})]
    opened.desk.close()


# words


def test_words_of_the_office_s_health() -> None:
    now = at(12)
    minutes = [timedelta(minutes=n) for n in (0, 9, 10, 700)]
    assert [bool(runner_words(now - gap, now - timedelta(days=1), now)) for gap in minutes] == [False, False, True, True]
    assert runner_words(now - timedelta(days=3), now, now) == ""  # just opened: a runner has just begun too
    assert [bool(backup_words(now - timedelta(hours=n), now)) for n in (0, 24, 25)] == [False, False, True]
    assert [ago(timedelta(minutes=n)) for n in (10, 119, 120, 2879, 2880)] == ["10 minutes", "119 minutes", "2 hours", "47 hours", "2 days"]
    assert [left(n) for n in (-6, -1, 0, 1, 30)] == ["expired 6 days ago", "expired yesterday", "today", "tomorrow", "in 30 days"]


def test_the_status_line_says_when_background_work_rests(sqlite_office: Office, made: make.Made, qtbot: Any, clock: Clock) -> None:
    desk = Desk(sqlite_office, user_id=made.owner, known={})
    line = StatusLine("Olive", "potomac.db", desk.works)
    qtbot.addWidget(line)
    line.show()
    resting = line.findChild(Resting)
    assert resting is not None

    def told() -> str:
        resting.look()
        qtbot.waitUntil(lambda: desk.background.waiting() == 0)
        return resting.words.text() if resting.isVisible() else ""

    assert told() == ""
    clock.forward(minutes=12)
    assert told() == "No background work for 12 min"
    sqlite_office.do(tasks.beat)
    assert told() == ""
    desk.close()


def test_messages_that_could_not_be_sent_are_told_and_lead_to_the_outbox(shown: Open, made: make.Made, qtbot: Any) -> None:
    banner, office = shown.page.mail, shown.office

    def fail(tx: Any, many: int) -> None:
        tx.session.execute(update(OutboxMessage).values(state="sent"))
        for id in tx.all(select(OutboxMessage.id).order_by(OutboxMessage.id).limit(many)):
            tx.get(OutboxMessage, id).state = "failed"

    assert not banner.isVisible()
    for n in range(3):
        office.do(messages.to_customer, "request_declined", made.customer, key=f"k{n}",
                  values={"customer": "C", "service": "S", "number": str(n), "message": "No."})  # fmt: skip
    shown.desk.start()
    for many, words in ((3, "3 messages could not be sent"), (1, "1 message could not be sent")):
        office.do(fail, many)
        qtbot.waitUntil(lambda words=words: banner.isVisible() and banner.label.text().startswith(words), timeout=20_000)
    banner.findChildren(QPushButton)[0].click()
    assert shown.opened[-1] == ("messages", {"group": "attention"})
    office.do(fail, 0)
    qtbot.waitUntil(lambda: not banner.isVisible(), timeout=20_000)
