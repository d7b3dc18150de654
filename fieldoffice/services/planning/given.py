"""What a plan takes as given beside the board: drives, weather, weights, and what is particular about people and visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, AppointmentPair
from fieldoffice.models.provider import Provider
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.diaries import provider_rows
from fieldoffice.services.dispatch.rows import Board
from fieldoffice.services.geo import Point
from fieldoffice.services.planning.weights import weights_of
from fieldoffice.services.routing.problem import Precedence, Traffic, Weights
from fieldoffice.services.travel.cache import Unknown, drives
from fieldoffice.services.travel.choice import Rush, travel_choice
from fieldoffice.services.travel.drives import Drives
from fieldoffice.services.weather.days import ForecastWanted, HalfDay, forecast_wanted, weather_of
from fieldoffice.services.weather.effects import HALVES, Half, Kind

LOOK_AHEAD = 7


@dataclass(frozen=True)
class Person:
    """How one provider differs from the usual: percents of time, and where the paid day begins and ends."""

    work_percent: int = 100
    drive_percent: int = 100
    starts_at_first_job: bool = False
    ends_at_last_job: bool = False


@dataclass(frozen=True)
class Given:
    """Everything but the board that a plan of one day looks at. Without anything: the estimate and good weather.

    `later` is the next day on which anybody works; `unknown` says what a road server should still be asked, `forecast` what
    a forecast service should. `sky` is where the weather comes from.
    """

    drives: Drives = field(default_factory=Drives)
    weights: Weights = field(default_factory=Weights)
    weather: Mapping[Half, Kind] = field(default_factory=dict[Half, Kind])
    rush: tuple[Rush, ...] = ()
    people: Mapping[int, Person] = field(default_factory=dict[int, Person])
    crews: Mapping[int, int] = field(default_factory=dict[int, int])
    precedences: tuple[Precedence, ...] = ()
    same_day: tuple[tuple[str, ...], ...] = ()
    later: date | None = None
    unknown: Unknown | None = None
    forecast: ForecastWanted | None = None
    sky: tuple[HalfDay, ...] = ()
    depot: Point | None = None

    @property
    def traffic(self) -> tuple[Traffic, ...]:
        return tuple(Traffic((60 * rush.from_min, 60 * rush.to_min - 1), rush.percent) for rush in self.rush)


def given(tx: Tx, seen: Board) -> Given:
    """What holds for the first day of this board."""
    choice, on = travel_choice(tx), seen.first_on
    known, unknown = drives(tx, points_of(seen), choice=choice)
    precedences, same_day = _pairs(tx, seen)
    sky = weather_of(tx, on)
    weather: dict[Half, Kind] = {half: sky[on, half].kind for half in HALVES if (on, half) in sky}
    company = tx.company
    return Given(
        known, weights_of(tx), weather, choice.rush, _people(tx), _crews(tx, seen), precedences, same_day, _later(tx, on), unknown,
        forecast_wanted(tx, on), tuple(sky.values()),
        None if company.lat is None or company.lon is None else (company.lat, company.lon),
    )  # fmt: skip


def points_of(seen: Board) -> tuple[Point, ...]:
    """Every place that a plan of this board may drive between."""
    homes = chain.from_iterable((row.start_place, row.end_place) for row in seen.providers)
    visits = (card.place for card in (*seen.cards, *seen.tray))
    return tuple(dict.fromkeys(point for point in chain(homes, visits) if point is not None))


def _people(tx: Tx) -> dict[int, Person]:
    query = select(Provider.id, Provider.experience_percent, Provider.speed_percent, Provider.starts_at_first_job,
                   Provider.ends_at_last_job)  # fmt: skip
    rows = tx.session.execute(query)
    made = {id: Person(work, round(10_000 / max(1, speed)), first, last) for id, work, speed, first, last in rows}
    return {id: person for id, person in made.items() if person != Person()}


def _crews(tx: Tx, seen: Board) -> dict[int, int]:
    ids = [card.id for card in seen.tray]
    query = select(Appointment.id, Appointment.crew).where(Appointment.id.in_(ids), Appointment.crew > 1)
    return {id: crew for id, crew in tx.session.execute(query)} if ids else {}


def _pairs(tx: Tx, seen: Board) -> tuple[tuple[Precedence, ...], tuple[tuple[str, ...], ...]]:
    """Pairs of visits that are both on this board."""
    ids = {card.id for card in (*seen.cards, *seen.tray)}
    pairs: Sequence[AppointmentPair] = [
        pair for pair in tx.all(select(AppointmentPair)) if pair.first_id in ids and pair.second_id in ids
    ]
    before = (Precedence(str(p.first_id), str(p.second_id), p.gap_s) for p in pairs if p.rule == "before")
    same = ((str(p.first_id), str(p.second_id)) for p in pairs if p.rule == "same_day")
    return tuple(before), tuple(same)


def _later(tx: Tx, on: date) -> date | None:
    rows = provider_rows(tx, on + timedelta(days=1), LOOK_AHEAD)
    starts = [span.start.astimezone(tx.zone).date() for row in rows for span in row.shifts]
    return min(starts, default=None)
