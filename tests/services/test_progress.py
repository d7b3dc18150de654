"""How a visit goes: its steps and their times, corrected ones beside the first, and how long each phase took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.phases import PHASE_OF, Stamp, phases, sums
from fieldoffice.services.jobs.sheet import job_sheet
from tests import make
from tests.conftest import Clock
from tests.make import at

EPOCH = datetime(2026, 3, 2, tzinfo=UTC)
STEPS = st.lists(st.tuples(st.sampled_from([S.EN_ROUTE, S.ARRIVED, S.WORKING, S.PAUSED]), st.integers(0, 20_000)), min_size=1, max_size=9)


class Visit:
    """A visit at Ana's at nine, brought from step to step."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self.office, self.made = office, make.small(office)
        job = make.job(office, self.made)
        self.id, self.job = job.appointment_id, job.job_id
        office.do(moves.place, self.id, version=1, provider_ids=(self.made.ana,), starts_at=at(9))
        clock.at = at(18).astimezone(UTC)

    def go(self, to: S, when: datetime | None = None, reason: str = "") -> moves.Change:
        version = make.card(self.office, self.id).version
        return self.office.do(progress.move_on, self.id, version=version, to=to, at=when, reason=reason)

    def through_the_day(self) -> None:
        day = ((S.EN_ROUTE, 8, 40), (S.ARRIVED, 9, 0), (S.WORKING, 9, 5), (S.PAUSED, 9, 30), (S.WORKING, 9, 45), (S.COMPLETED, 10, 15))
        for to, hour, minute in day:
            self.go(to, at(hour, minute))

    def timeline(self) -> progress.Timeline:
        return self.office.see(progress.timeline, self.job)


@pytest.fixture
def visit(office: Office, clock: Clock) -> Visit:
    return Visit(office, clock)


# 0.33: the sums


@pytest.mark.requirement("0.33")
@given(STEPS, st.sampled_from([S.COMPLETED, S.PARTLY_DONE, S.NOT_DONE, None]), st.integers(1, 5000))
def test_sums_are_last_minus_first_and_every_phase_counts_once(steps: list[tuple[S, int]], end: S | None, rest: int) -> None:
    ordered = sorted(steps, key=lambda step: step[1])
    last = EPOCH + timedelta(seconds=ordered[-1][1] + rest)
    stamps = [Stamp(state, EPOCH + timedelta(seconds=s)) for state, s in steps] + ([Stamp(end, last)] if end else [])
    found = phases(stamps, last)
    totals = sums(found)
    first = EPOCH + timedelta(seconds=ordered[0][1])
    assert totals["total"] == (last - first).total_seconds()
    assert totals["total"] == sum(totals[name] for name in PHASE_OF.values())
    assert [a.end for a in found[:-1]] == [b.start for b in found[1:]]
    assert (found[-1].end is None) is (end is None)


@pytest.mark.requirement("0.33")
@given(STEPS, STEPS, st.integers(1, 40_000))
def test_a_gap_in_which_no_phase_runs_is_not_counted(before: list[tuple[S, int]], after: list[tuple[S, int]], gap: int) -> None:
    """A visit that was put back on the board for a while: its stamps say "scheduled" until it goes on."""
    stop = EPOCH + timedelta(seconds=30_000)
    go_on = stop + timedelta(seconds=gap)
    stamps = [Stamp(state, EPOCH + timedelta(seconds=s)) for state, s in before] + [Stamp(S.SCHEDULED, stop)]
    stamps += [Stamp(state, go_on + timedelta(seconds=s)) for state, s in after] + [Stamp(S.COMPLETED, go_on + timedelta(hours=9))]
    first, resumed = min(s for _, s in before), min(s for _, s in after)
    last = 9 * 3600 + gap + 30_000
    assert sums(phases(stamps, EPOCH))["total"] == last - first - (gap + resumed)


@pytest.mark.requirement("0.33")
def test_a_day_s_phases_are_told_with_their_lengths(visit: Visit) -> None:
    visit.through_the_day()
    told = visit.timeline()
    assert [(p.name, p.seconds // 60) for p in told.visits[0].phases] == [
        ("travel", 20), ("on site", 5), ("working", 25), ("paused", 15), ("working", 30)]  # fmt: skip
    assert told.sums == {"travel": 1200, "on site": 300, "working": 3300, "paused": 900, "total": 5700}
    assert told.visits[0].sums == told.sums
    assert (told.visits[0].state, told.visits[0].starts_at) == (S.COMPLETED, at(9))


def test_what_still_runs_runs_until_now(visit: Visit, clock: Clock) -> None:
    visit.go(S.EN_ROUTE, at(17, 50))
    assert visit.timeline().visits[0].phases[-1].end is None
    assert visit.timeline().sums["travel"] == 600
    clock.forward(minutes=5)
    assert visit.timeline().sums["travel"] == 900


# 0.36: one timeline, corrected times beside the first


@pytest.mark.requirement("0.36")
def test_the_timeline_tells_every_step_in_words_with_who_and_when(visit: Visit) -> None:
    visit.through_the_day()
    told = visit.timeline().entries
    assert [entry.words for entry in told] == [
        "Opened", "Ana, Mon Mar 2 09:00", "En route", "Arrived", "Working", "Paused", "Working", "Completed"]  # fmt: skip
    assert {entry.who for entry in told} == {"fieldoffice"}
    assert [entry.occurred_at for entry in told[2:4]] == [at(8, 40), at(9)]
    assert told[2].at == at(18)
    assert [entry.appointment_id for entry in told] == [None] + [visit.id] * 7


@pytest.mark.requirement("0.36")
def test_a_corrected_time_counts_and_the_first_one_stays(visit: Visit) -> None:
    visit.through_the_day()
    arrived = visit.timeline().entries[3]
    told = visit.office.do(progress.correct_time, arrived.id, at=at(8, 50), reason="Forgot to tap")
    assert (told.sums["travel"], told.sums["on site"], told.sums["total"]) == (600, 900, 5700)
    assert told.entries[3] == arrived
    assert told.entries[-1].words == "Time corrected to 08:50 from 09:00: Forgot to tap"
    again = visit.office.do(progress.correct_time, arrived.id, at=at(8, 55))
    assert (again.sums["travel"], again.entries[3].occurred_at) == (900, at(9))


@pytest.mark.parametrize(
    ("step", "when", "words"),
    [
        (3, at(8, 30), "change the order of the steps"),  # arrived before he was on the way
        (3, at(9, 10), "change the order of the steps"),  # arrived after work had begun
        (7, at(9, 40), "change the order of the steps"),
        (7, at(18, 5), "This time is in the future"),
    ],
)
def test_a_correction_keeps_the_order_of_the_steps(visit: Visit, step: int, when: datetime, words: str) -> None:
    visit.through_the_day()
    before = visit.timeline()
    with pytest.raises(Invalid, match=words) as refused:
        visit.office.do(progress.correct_time, before.entries[step].id, at=when)
    assert (list(refused.value.fields), visit.timeline()) == (["at"], before)


def test_the_last_step_s_correction_moves_the_next_one_s_limit(visit: Visit) -> None:
    visit.go(S.EN_ROUTE, at(8, 40))
    visit.go(S.ARRIVED, at(9, 30))
    visit.office.do(progress.correct_time, visit.timeline().entries[-1].id, at=at(9))
    visit.go(S.WORKING, at(9, 10))
    assert visit.timeline().sums == {"travel": 1200, "on site": 600, "working": 31_800, "paused": 0, "total": 33_600}


# refusals, by field


def test_a_step_lies_neither_before_the_one_before_nor_in_the_future(visit: Visit, clock: Clock) -> None:
    visit.go(S.EN_ROUTE, at(8, 40))
    with pytest.raises(Invalid) as refused:
        visit.go(S.ARRIVED, at(8, 30))
    assert refused.value.fields == {"at": "This is before en route at 08:40."}
    with pytest.raises(Invalid) as refused:
        visit.go(S.ARRIVED, at(18, 3))
    assert refused.value.fields == {"at": "This time is in the future."}
    visit.go(S.ARRIVED, at(18, 2))  # clocks differ a little
    assert make.card(visit.office, visit.id).state is S.ARRIVED


@pytest.mark.parametrize("outcome", [S.NOT_DONE, S.CANCELLED])
@pytest.mark.requirement("4.16")
def test_not_done_and_canceled_need_a_reason(visit: Visit, outcome: S) -> None:
    for reason in ("", "   "):
        with pytest.raises(Invalid) as refused:
            visit.go(outcome, reason=reason)
        assert refused.value.fields == {"reason": "Please say why."}
    visit.go(outcome, reason=" Nobody at home ")
    assert visit.timeline().entries[-1].words == f"{outcome.value.replace('_', ' ').capitalize()}: Nobody at home"


def test_an_outcome_frees_the_provider(visit: Visit) -> None:
    other = make.job(visit.office, visit.made).appointment_id
    with pytest.raises(moves.Conflict, match="Ana is at Carol Customer"):
        visit.office.do(moves.place, other, version=1, provider_ids=(visit.made.ana,), starts_at=at(9))
    visit.go(S.NOT_DONE, reason="Nobody at home")
    done = visit.office.do(moves.place, other, version=1, provider_ids=(visit.made.ana,), starts_at=at(9))
    assert done.cards[0].state is S.SCHEDULED


def test_a_step_that_the_table_does_not_know_and_a_stale_one_are_refused(visit: Visit) -> None:
    with pytest.raises(NotAllowed, match="This visit is scheduled and cannot become working"):
        visit.go(S.WORKING)
    version = make.card(visit.office, visit.id).version
    visit.go(S.DISPATCHED)
    with pytest.raises(Stale):
        visit.office.do(progress.move_on, visit.id, version=version, to=S.EN_ROUTE)
    visit.go(S.CANCELLED, reason="moved away")
    with pytest.raises(NotAllowed, match="This visit is canceled and cannot become en route"):
        visit.go(S.EN_ROUTE)


# partly done


def test_partly_done_leaves_a_follow_up_and_undo_takes_it_away(visit: Visit) -> None:
    for to, minute in ((S.EN_ROUTE, 0), (S.ARRIVED, 10), (S.WORKING, 15)):
        visit.go(to, at(9, minute))
    with pytest.raises(Invalid, match="Please say why"):
        visit.go(S.PARTLY_DONE)
    change = visit.go(S.PARTLY_DONE, at(10), reason="A part has to be ordered")
    both = visit.office.see(job_sheet, visit.job).visits
    assert sorted((v.state, v.provider_ids) for v in both) == [(S.PARTLY_DONE, (visit.made.ana,)), (S.WAITING, ())]
    undone = visit.office.do(moves.put_back, change.before, change.after)
    assert (undone.refused, undone.cards[0].state) == ((), S.WORKING)
    states = {v.id: v.state for v in visit.office.see(job_sheet, visit.job).visits}
    assert (states.pop(visit.id), list(states.values())) == (S.WORKING, [S.CANCELLED])
    assert visit.timeline().visits[0].phases[-1].name == "working"


def test_undo_forgets_the_step_and_its_time(visit: Visit) -> None:
    visit.go(S.EN_ROUTE, at(8, 40))
    change = visit.go(S.ARRIVED, at(9))
    visit.office.do(moves.put_back, change.before, change.after)
    assert [p.name for p in visit.timeline().visits[0].phases] == ["travel"]
    visit.go(S.ARRIVED, at(8, 45))  # earlier than the step that was undone, later than the one before it
    assert [(p.name, p.seconds) for p in visit.timeline().visits[0].phases][0] == ("travel", 300)


# rescheduling (0.46, 4.16)


@pytest.mark.requirement("0.46")
def test_a_move_keeps_the_old_time_in_the_log_and_counts_the_calendar_entry(visit: Visit) -> None:
    from fieldoffice.models.appointment import Appointment

    before = visit.office.see(lambda tx: tx.get(Appointment, visit.id).ical_sequence)
    card = make.card(visit.office, visit.id)
    visit.office.do(moves.place, visit.id, version=card.version, provider_ids=(visit.made.ana,), starts_at=at(13))
    assert visit.timeline().entries[-1].words == "Ana, Mon Mar 2 13:00 (was Mon Mar 2 09:00)"
    assert visit.office.see(lambda tx: tx.get(Appointment, visit.id).ical_sequence) == before + 1
    card = make.card(visit.office, visit.id)
    visit.office.do(moves.place, visit.id, version=card.version, provider_ids=(visit.made.bo,), starts_at=at(13))
    assert visit.office.see(lambda tx: tx.get(Appointment, visit.id).ical_sequence) == before + 1


@pytest.mark.requirement("4.16")
def test_a_booking_changes_time_and_provider_and_is_canceled_with_its_reason_in_the_log(visit: Visit) -> None:
    card = make.card(visit.office, visit.id)
    visit.office.do(moves.place, visit.id, version=card.version, provider_ids=(visit.made.bo,), starts_at=at(11))
    visit.go(S.CANCELLED, reason="Customer called")
    assert [entry.words for entry in visit.timeline().entries[-2:]] == [
        "Bo, Mon Mar 2 11:00 (was Mon Mar 2 09:00)", "Cancelled: Customer called"]  # fmt: skip
