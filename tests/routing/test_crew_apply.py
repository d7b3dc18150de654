"""A crew that did not come together on a real day: one click lets a rule give way, Apply books everybody, undo puts it back."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves
from fieldoffice.services.planning.apply import apply_plan
from fieldoffice.services.planning.day import plan_day
from fieldoffice.services.planning.granting import grant
from fieldoffice.services.planning.proposal import propose
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.solve import solve
from tests import make
from tests.make import TODAY


@pytest.mark.requirement("0.18")
def test_an_unserved_crew_is_brought_together_with_one_click_and_apply_books_it(office: Office) -> None:
    made = make.small(office)
    late = make.job(office, made, kind="exact", at_min=16 * 60 + 45).appointment_id
    office.do(lambda tx: tx.session.execute(update(Appointment).where(Appointment.id == late).values(crew=2)))
    day = office.see(plan_day, TODAY)
    proposal = propose(day, solve(day.problem, seconds=1, iterations=200, start=day.today))
    left = next(each for each in proposal.left if each.card.id == late)
    assert left.ways
    after = grant(proposal, left.ways[0])
    assert after.accepted
    assert check(after.day.problem, after.plan).violations == ()
    assert len(after.plan.crew_of[left.visit_id]) == 2
    change = office.do(apply_plan, after)
    assert change.refused == ()
    card = make.card(office, late)
    assert (card.state, set(card.provider_ids)) == (S.SCHEDULED, {made.ana, made.bo})
    office.do(moves.put_back, change.before, change.after)
    assert make.card(office, late).provider_ids == ()
