"""A canceled job comes back with its visits, as far as their time is still free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldoffice.models.errors import NotAllowed, Stale
from fieldoffice.models.job import JobStatus
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves
from fieldoffice.services.jobs import editing, visits
from fieldoffice.services.jobs.opening import Promise, promise_visit
from fieldoffice.services.jobs.reopening import reopen_job
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet
from tests import make
from tests.make import at

S = AppointmentState


def canceled(office: Office, made: make.Made) -> JobSheet:
    """A job with a visit at nine and one that waits, both canceled with it."""
    opened = make.job(office, made)
    office.do(moves.place, opened.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9))
    office.do(visits.another_visit, opened.job_id, promise=Promise())
    job = office.see(job_sheet, opened.job_id)
    return office.do(editing.cancel_job, job.id, version=job.version, reason="By mistake")


def test_a_reopened_job_has_its_visits_where_they_stood(office: Office) -> None:
    made = make.small(office)
    job = canceled(office, made)
    done = office.do(reopen_job, job.id, version=job.version)
    assert (done.job.status, done.warnings) == (JobStatus.SCHEDULED, ())
    assert sorted((v.state, v.starts_at) for v in done.job.visits if v.starts_at) == [(S.SCHEDULED, at(9))]
    assert sorted(v.state for v in done.job.visits) == [S.SCHEDULED, S.WAITING]


def test_a_visit_whose_time_was_given_away_waits_in_the_tray(office: Office) -> None:
    made = make.small(office)
    job = canceled(office, made)
    other = make.job(office, made).appointment_id
    office.do(moves.place, other, version=1, provider_ids=(made.ana,), starts_at=at(9) + timedelta(minutes=30))
    done = office.do(reopen_job, job.id, version=job.version)
    assert {v.state for v in done.job.visits} == {S.WAITING}
    assert len(done.warnings) == 1
    assert done.warnings[0].endswith("it waits in the tray.")


def test_only_a_canceled_job_is_reopened_and_only_as_it_was_seen(office: Office) -> None:
    made = make.small(office)
    job = canceled(office, made)
    with pytest.raises(Stale):
        office.do(reopen_job, job.id, version=job.version - 1)
    done = office.do(reopen_job, job.id, version=job.version)
    with pytest.raises(NotAllowed, match="not canceled"):
        office.do(reopen_job, job.id, version=done.job.version)


def test_undo_of_a_promise_brings_back_the_days_between_which_it_lay(office: Office) -> None:
    made = make.small(office)
    opened = make.job(office, made, on=None)
    asked = Promise(earliest_on=make.TODAY, latest_on=make.TODAY + timedelta(days=4))
    first = office.do(promise_visit, opened.appointment_id, version=1, promise=asked)
    change = office.do(promise_visit, opened.appointment_id, version=first.cards[0].version, promise=Promise("am", make.TODAY))
    back = office.do(moves.put_back, change.before, change.after)
    assert (back.cards[0].earliest_on, back.cards[0].latest_on) == (asked.earliest_on, asked.latest_on)
    assert back.cards[0].window_kind == "all_day"
