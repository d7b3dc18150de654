"""The sample's days, lived through the services in the order of time: calls come in, evenings are planned, visits are made."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.catalog import CatalogItem, TaxRate
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.job import Job
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Tx
from fieldoffice.services.calendar import day_span, local
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.progress import enter
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.dispatch.settle import Goal, apply_goals
from fieldoffice.services.jobs.editing import add_note, cancel_job
from fieldoffice.services.jobs.opening import NewJob, Promise, open_job, repromise
from fieldoffice.services.planning.day import day_plan
from fieldoffice.services.planning.standing import rounded
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.sample.wishes import Wish

EVENING_MIN = 19 * 60  # when the last visit is over
MORNING_MIN = 7 * 60
Step = tuple[datetime, int, S, str]
"""When, which appointment, into which state, and why."""


@dataclass
class Diarist:
    """Lives one day after the other: `asked` are the wishes still to come, `tries` counts how often a visit was put off."""

    dice: random.Random
    now: datetime
    asked: list[Wish]
    tries: dict[int, int] = field(default_factory=dict[int, int])
    _visits: dict[int, Appointment] = field(default_factory=dict[int, Appointment])
    _jobs: list[Job] = field(default_factory=list[Job])  # of today's visits, kept in memory while they are lived

    def live(self, tx: Tx, on: date) -> None:
        """Everything that happens on a day until `now`: dispatch, calls and visits in the order of time, the evening's plan."""
        tx.now = day_span(on, tx.zone).start
        kept = [
            tx.all(select(table)) for table in (CatalogItem, TaxRate, Customer, Location)
        ]  # read once, not for each call
        happenings: list[tuple[datetime, int, Step | Wish]] = [
            *((step[0], 0, step) for step in self._steps(tx, on)),
            *((wish.asked_at, 1, wish) for wish in self._calls(tx, on)),
        ]
        for at, _, what in sorted(happenings, key=lambda h: h[:2]):
            tx.now = at
            self._call(tx, what) if isinstance(what, Wish) else self._step(tx, what)
        del kept
        self._promise_follow_ups(tx, on)
        evening = local(on, EVENING_MIN, tx.zone)
        if evening <= self.now:
            tx.now = max(evening, tx.now)
            last = local(on + timedelta(days=1), EVENING_MIN, tx.zone) > self.now
            self.plan(tx, on + timedelta(days=1), leave=0.15 if last else 0.0)
            if not last:
                self._put_off(tx, on + timedelta(days=1))

    def plan(self, tx: Tx, on: date, *, leave: float = 0.0) -> None:
        """Give the waiting visits of a day to providers; with `leave`, a share of them stays in the tray."""
        day = day_plan(board(tx, on))
        plan = rounded(day.problem, insert_all(day.problem, start=day.today), day.today)
        assert check(day.problem, plan).accepted, f"the plan of {on} breaks a rule"
        goals = [
            Goal(card.id, card.version, int(provider), day.moment(start))
            for id, (provider, start) in plan.place_of.items()
            if not (card := day.cards[id]).provider_ids and self.dice.random() >= leave
        ]
        if goals:
            apply_goals(tx, goals, "visit.planned", note="Planned")

    def _calls(self, tx: Tx, on: date) -> list[Wish]:
        end = day_span(on, tx.zone).end
        today = [wish for wish in self.asked if wish.asked_at < end]
        self.asked = self.asked[len(today) :]
        return today

    def _call(self, tx: Tx, wish: Wish) -> None:
        items = ((wish.service, 1000), *(((wish.extra, 1000),) if wish.extra else ()))
        new = NewJob(wish.place.customer_id, wish.place.location_id, items, wish.promise, priority=wish.priority,
                     notes=wish.notes, preferred=(wish.preferred,) if wish.preferred else ())  # fmt: skip
        opened = open_job(tx, new)
        if self.dice.random() < 0.03:
            add_note(tx, opened.job_id, "Customer sent pictures by e-mail.")

    def _steps(self, tx: Tx, on: date) -> list[Step]:
        seen = board(tx, on)
        ids, jobs = [card.id for card in seen.cards], [card.job_id for card in seen.cards]
        self._visits = {v.id: v for v in tx.all(select(Appointment).where(Appointment.id.in_(ids)))}
        self._jobs = tx.all(select(Job).where(Job.id.in_(jobs)))
        morning = local(on, MORNING_MIN, tx.zone)
        steps: list[Step] = []
        for card in seen.cards:
            if card.state is S.SCHEDULED and not card.locked:
                steps.append((morning, card.id, S.DISPATCHED, ""))
            if card.state in (S.SCHEDULED, S.DISPATCHED) and card.starts_at is not None:
                steps += self._visit(card, card.starts_at)
        return [step for step in steps if step[0] <= self.now]

    def _visit(self, card: Card, start: datetime) -> Iterator[Step]:
        """How one visit goes: mostly as planned, sometimes longer, sometimes nobody is at home."""
        minute = timedelta(minutes=1)
        roll, late = self.dice.random(), self.dice.randint(-6, 7) * minute
        arrived = start + late
        yield arrived - self.dice.randint(8, 20) * minute, card.id, S.EN_ROUTE, ""
        yield arrived, card.id, S.ARRIVED, ""
        if roll < 0.03:
            yield arrived + 12 * minute, card.id, S.NOT_DONE, "Nobody at home"
            return
        begun, length = arrived + self.dice.randint(2, 5) * minute, timedelta(seconds=card.duration_s)
        done = begun + max(length + self.dice.randint(-15, 6) * minute, 20 * minute)
        yield begun, card.id, S.WORKING, ""
        if roll > 0.88:
            yield begun + length / 3, card.id, S.PAUSED, ""
            yield begun + length / 3 + self.dice.randint(5, 20) * minute, card.id, S.WORKING, ""
            done += 10 * minute
        outcome, reason = (S.PARTLY_DONE, "A part has to be ordered") if roll < 0.055 else (S.COMPLETED, "")
        yield max(done, begun + length / 3 + 21 * minute), card.id, outcome, reason

    def _step(self, tx: Tx, step: Step) -> None:
        _, id, to, reason = step
        enter(tx, self._visits[id], to, reason=reason)

    def _promise_follow_ups(self, tx: Tx, on: date) -> None:
        """Visits left over from partly done ones get a day; a customer who was not at home is called and cancels or not."""
        start = day_span(on, tx.zone).start
        unpromised = select(Appointment).where(Appointment.state == S.WAITING, Appointment.window_from_at.is_(None))
        for visit in tx.all(unpromised.where(Appointment.created_at >= start).order_by(Appointment.id)):
            later = on + timedelta(days=self.dice.randint(2, 6))
            repromise(tx, visit, Promise("all_day", later))

    def _put_off(self, tx: Tx, on: date) -> None:
        """Who could not be given a place is called: another day, or after three tries they give up."""
        span = day_span(on, tx.zone)
        query = select(Appointment).where(Appointment.state == S.WAITING, Appointment.window_from_at < span.end)
        waiting: Sequence[Appointment] = tx.all(query.order_by(Appointment.id))
        for visit in waiting:
            self.tries[visit.id] = self.tries.get(visit.id, 0) + 1
            if self.tries[visit.id] > 2:
                cancel_job(
                    tx, visit.job_id, version=tx.get(Job, visit.job_id).version, reason="Customer found somebody else"
                )
            else:
                repromise(tx, visit, Promise("all_day", on + timedelta(days=self.tries[visit.id])))
