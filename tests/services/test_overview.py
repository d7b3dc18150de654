"""The dashboard's queries: what they count is what the board and its tray show; the runner's beat."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.log import Event, Operation, Task
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import company, providers, tasks
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.overview.plain import plain_board, promised
from fieldoffice.services.overview.today import certificates, this_week, today, unassigned
from tests import make
from tests.conftest import Clock
from tests.make import TODAY, at


@pytest.fixture
def made(office: Office) -> make.Made:
    return make.small(office)


def placed(office: Office, made: make.Made, who: int, when: datetime) -> Any:
    job = make.job(office, made, on=when.date())
    office.do(moves.place, job.appointment_id, version=1, provider_ids=(who,), starts_at=when, override="a test")
    return job


TOLD = ("id", "version", "job_id", "job_number", "customer_id", "customer", "service", "street", "city", "place", "state", "starts_at",
        "duration_s", "provider_ids", "priority", "locked", "held_until")  # fmt: skip


def test_a_plain_board_tells_times_places_and_states_as_the_board_does(office: Office, made: make.Made) -> None:
    first = placed(office, made, made.ana, at(9))
    placed(office, made, made.bo, at(9))
    placed(office, made, made.bo, at(23, 45))
    placed(office, made, made.ana, at(8, on=date(2026, 3, 4)))
    team = make.job(office, made)
    office.do(moves.place, team.appointment_id, version=1, provider_ids=(made.bo, made.ana), starts_at=at(14))
    gone = placed(office, made, made.ana, at(16))
    office.do(progress.move_on, gone.appointment_id, version=2, to=S.CANCELLED, reason="No longer needed")
    office.do(progress.move_on, first.appointment_id, version=2, to=S.EN_ROUTE)
    make.job(office, made)
    for on, days in ((TODAY, 1), (date(2026, 3, 1), 7)):
        full, plain = office.see(board, on, days), office.see(plain_board, on, days, with_tray=True)
        assert [[getattr(c, name) for name in TOLD] for c in plain.cards] == [[getattr(c, name) for name in TOLD] for c in full.cards]
        assert (plain.providers, plain.tray, plain.first_on, plain.days, plain.zone) == (
            full.providers, full.tray, full.first_on, full.days, full.zone)  # fmt: skip


def test_a_plain_board_keeps_the_visits_of_those_who_left(office: Office, made: make.Made) -> None:
    placed(office, made, made.bo, at(9))
    office.do(lambda tx: setattr(tx.get(providers.people.Provider, made.bo), "active", False))
    assert [row.name for row in office.see(plain_board, TODAY).providers] == [row.name for row in office.see(board, TODAY).providers]
    assert "Bo" in [row.name for row in office.see(plain_board, TODAY).providers]


def test_today_has_its_tray_and_tomorrows_visits_without_a_provider(office: Office, made: make.Made) -> None:
    placed(office, made, made.ana, at(9))
    waits = make.job(office, made)
    tomorrow = [make.job(office, made, on=date(2026, 3, 3), kind=kind).appointment_id for kind in ("am", "pm")]
    placed(office, made, made.ana, at(9, on=date(2026, 3, 3)))
    make.job(office, made, on=date(2026, 3, 4))
    found = office.see(today)
    assert (found.on, len(found.board.cards), found.providers, found.jobs, found.sample) == (TODAY, 1, 2, True, False)
    assert [c.id for c in found.board.tray] == [c.id for c in office.see(board, TODAY).tray] == [waits.appointment_id]
    assert [c.id for c in found.tomorrow] == tomorrow == [c.id for c in office.see(unassigned, date(2026, 3, 3))]


def test_a_company_that_has_just_begun_has_nobody_and_nothing(office: Office) -> None:
    office.do(company.found, name="Potomac", country="US", zone="America/New_York", currency="USD", paper="Letter", owner="Olive")
    found, week = office.see(today), office.see(this_week)
    assert (found.providers, found.jobs, found.board.cards, found.certificates, found.beat_at) == (0, False, (), (), None)
    assert (week.board.cards, week.waiting) == ((), (0,) * 7)


def test_the_week_counts_what_was_promised_for_each_day_and_has_no_provider(office: Office, made: make.Made) -> None:
    for on in (TODAY, TODAY, date(2026, 3, 5)):
        make.job(office, made, on=on)
    make.job(office, made, on=None)
    make.job(office, made, on=date(2026, 3, 8))
    week = office.see(this_week)
    assert (week.board.first_on, week.board.days, week.waiting) == (date(2026, 3, 1), 7, (0, 2, 0, 0, 1, 0, 0))
    assert office.see(promised, date(2026, 3, 8), 1) == (1,)


def test_certificates_that_run_out_within_thirty_days_are_told_with_the_days_left(office: Office, made: make.Made, clock: Clock) -> None:
    assert [(c.provider, c.skill, c.certificate, c.days) for c in office.see(certificates)] == [("Bo", "plumbing", "P-77", 29)]
    clock.at = at(12, on=date(2026, 2, 28))
    assert office.see(certificates) == ()  # 31 days
    clock.at = at(12, on=date(2026, 4, 2))
    assert [c.days for c in office.see(certificates)] == [-2]
    office.do(lambda tx: setattr(tx.get(providers.people.Provider, made.bo), "active", False))
    assert office.see(certificates) == ()


def test_the_dashboard_asks_the_same_number_of_queries_for_one_row_and_for_three(office: Office, made: make.Made) -> None:
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def cost(ask: Any) -> int:
        asked.clear()
        office.see(ask)
        return len(asked)

    def more(hour: int) -> None:
        placed(office, made, made.ana, at(hour))
        make.job(office, made)
        make.job(office, made, on=date(2026, 3, 3))

    more(9)
    before = [cost(ask) for ask in (today, this_week)]
    more(10)
    more(11)
    assert [cost(ask) for ask in (today, this_week)] == before


def test_who_may_not_look_is_refused(office: Office, made: make.Made) -> None:
    nobody = office.do(company.add_user, login="field", name="Fay", roles=())
    for ask in ((today,), (this_week,), (certificates,), (unassigned, TODAY), (plain_board, TODAY)):
        with pytest.raises(NotAllowed):
            office.seat(nobody.id).see(*ask)


# the beat of the runner


def test_a_beat_is_one_row_that_is_never_due_and_rings_nothing(office: Office, clock: Clock) -> None:
    def counted() -> list[int]:
        return office.see(lambda tx: [tx.session.scalar(select(func.count()).select_from(t)) or 0 for t in (Event, Operation)])

    make.small(office)
    logged, rung = counted(), office.topics()
    assert office.see(tasks.last_beat) is None
    office.do(tasks.beat)
    first = clock.at
    assert office.see(tasks.last_beat) == first
    clock.forward(minutes=1)
    office.do(tasks.beat)
    assert office.see(tasks.last_beat) == first + timedelta(minutes=1)
    assert office.see(lambda tx: len(tx.all(select(Task)))) == 1
    assert (counted(), office.topics()) == (logged, rung)
    assert tasks.run_one(office) is False


def test_a_runner_beats_when_it_begins_and_once_a_minute(office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[float] = []
    kept = tasks.beat
    monkeypatch.setattr(tasks, "beat", lambda tx: (beats.append(time.monotonic()), kept(tx))[1])
    make.small(office)
    runner = tasks.Runner(office, every_s=0.05)
    runner.start()
    try:
        end = time.monotonic() + 20
        while office.see(tasks.last_beat) is None and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.3)
        assert (office.see(tasks.last_beat), len(beats)) == (clock.at, 1)
    finally:
        runner.stop()
