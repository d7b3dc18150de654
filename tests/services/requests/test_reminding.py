"""Two days without an answer: the dispatchers are reminded once, whoever runs the background work and however often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.requests.answering import decline_request, propose_time
from fieldoffice.services.requests.inbox import open_request
from fieldoffice.services.requests.proposals import decline_proposal
from fieldoffice.services.requests.reminding import remind_requests
from fieldoffice.services.tasks import run_one
from tests import make
from tests.conftest import MONDAY, Clock
from tests.make import at
from tests.services.requests.wishes import TUESDAY, ask, door, outbox, row


def run(office: Office) -> None:
    while run_one(office):
        pass


def reminders(office: Office) -> int:
    return len(outbox(office, "request_reminder"))


@pytest.mark.requirement("3.25")
def test_a_minute_before_two_days_nothing_a_minute_after_one_and_then_no_more(office: Office, made: make.Made, clock: Clock) -> None:
    sent = ask(office, made)
    clock.at = MONDAY + timedelta(hours=47, minutes=59)
    run(office)
    assert reminders(office) == 0
    clock.at = MONDAY + timedelta(hours=48, minutes=1)
    run(office)
    assert reminders(office) == 1
    text = outbox(office, "request_reminder")[0].content["text"]
    assert "R1001" in text
    for hours in (49, 72, 200):
        clock.at = MONDAY + timedelta(hours=hours)
        run(office)
        office.do(remind_requests, sent.id)
    assert reminders(office) == 1


@pytest.mark.requirement("3.25")
def test_a_look_is_no_answer_but_an_answer_is(office: Office, made: make.Made, clock: Clock) -> None:
    looked, declined = ask(office, made, form="a"), ask(office, made, form="b")
    office.do(open_request, looked.id)
    office.do(decline_request, declined.id, message="No.")
    clock.forward(hours=49)
    run(office)
    assert reminders(office) == 1
    assert (row(office, looked.id).reminded_at, row(office, declined.id).reminded_at) == (clock(), None)


@pytest.mark.requirement("3.25")
def test_several_requests_are_one_message(office: Office, made: make.Made, clock: Clock) -> None:
    for n in range(3):
        ask(office, made, form=str(n))
    clock.forward(hours=49)
    run(office)
    assert reminders(office) == 1
    assert "R1001, R1002, R1003" in outbox(office, "request_reminder")[0].content["text"]


@pytest.mark.requirement("3.25")
def test_a_new_silence_is_told_anew(office: Office, made: make.Made, clock: Clock) -> None:
    from sqlalchemy import select

    from fieldoffice.models.booking import Proposal

    sent = ask(office, made)
    clock.forward(hours=49)
    run(office)
    office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(14, on=TUESDAY + timedelta(days=3)))
    clock.forward(hours=20)
    run(office)
    assert reminders(office) == 1
    door(office).do(decline_proposal, office.see(lambda tx: tx.all(select(Proposal.id)))[0], made.customer)
    clock.forward(hours=47)
    run(office)
    assert reminders(office) == 1
    clock.forward(hours=2)
    run(office)
    assert reminders(office) == 2


@pytest.mark.requirement("3.25")
def test_many_runners_and_a_restart_remind_once(office: Office, made: make.Made, clock: Clock) -> None:
    for n in range(6):
        ask(office, made, form=str(n))
        clock.forward(minutes=1)
    clock.at = MONDAY + timedelta(hours=48, minutes=2)
    gate = threading.Barrier(4)

    def runner() -> None:
        other = Office(office.address, clock=clock)
        gate.wait()
        run(other)
        other.close()

    runners = [threading.Thread(target=runner) for _ in range(4)]
    for one in runners:
        one.start()
    for one in runners:
        one.join()
    clock.forward(hours=3)
    again = Office(office.address, clock=clock)
    run(again)
    again.close()
    told = [n for message in outbox(office, "request_reminder") for n in range(1001, 1007) if f"R{n}" in message.content["text"]]
    assert sorted(told) == [1001, 1002, 1003, 1004, 1005, 1006]


@pytest.mark.requirement("3.25")
def test_on_the_business_clock_a_weekend_does_not_count(office: Office, made: make.Made, clock: Clock) -> None:
    office.do(company.set_setting, "requests.business_clock", True)
    clock.at = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)  # Friday noon: 12 hours of Friday, 24 of Monday, 12 of Tuesday
    ask(office, made, days=(TUESDAY + timedelta(days=14),))
    late: Callable[[int, int], datetime] = lambda day, hour: datetime(2026, 3, day, hour, 1, tzinfo=UTC)  # noqa: E731
    clock.at = late(9, 18)
    run(office)
    assert reminders(office) == 0
    clock.at = late(10, 15)  # the clocks have gone forward: noon is 16:00 UTC
    run(office)
    assert reminders(office) == 0
    clock.at = late(10, 16)
    run(office)
    assert reminders(office) == 1


@pytest.mark.requirement("3.25")
def test_a_longer_wait_that_was_set_meanwhile_counts(office: Office, made: make.Made, clock: Clock) -> None:
    ask(office, made)
    office.do(company.set_setting, "requests.remind_hours", 72)
    clock.forward(hours=49)
    run(office)
    assert reminders(office) == 0
    clock.forward(hours=24)
    run(office)
    assert reminders(office) == 1
