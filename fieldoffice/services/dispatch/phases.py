"""How long each phase of a visit took, from its stamps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from fieldoffice.models.states import AppointmentState

S = AppointmentState
PHASE_OF = {S.EN_ROUTE: "travel", S.ARRIVED: "on site", S.WORKING: "working", S.PAUSED: "paused"}
"""The phase that begins with a state and lasts until the next stamp."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A visit entered a state; `at` is when it really happened, corrected where somebody corrected it."""

    state: AppointmentState
    at: datetime


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a visit; `end` is None while it runs."""

    name: str
    start: datetime
    end: datetime | None
    seconds: int


def phases(stamps: Sequence[Stamp], now: datetime) -> tuple[Phase, ...]:
    """The phases between stamps in the order of time; the last runs until `now` unless the visit is over."""
    ordered = sorted(stamps, key=lambda s: s.at)
    found: list[Phase] = []
    for stamp, following in zip_longest(ordered, ordered[1:]):
        if stamp.state not in PHASE_OF:
            continue
        end = following.at if following else None
        seconds = int(((end or max(now, stamp.at)) - stamp.at).total_seconds())
        found.append(Phase(PHASE_OF[stamp.state], stamp.at, end, seconds))
    return tuple(found)


def sums(found: Sequence[Phase]) -> dict[str, int]:
    """Seconds by phase, and their total, which is last − first − the gaps in which no phase ran."""
    totals = dict.fromkeys(PHASE_OF.values(), 0)
    for phase in found:
        totals[phase.name] += phase.seconds
    return {**totals, "total": sum(p.seconds for p in found)}
