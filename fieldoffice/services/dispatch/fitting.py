"""Where one more visit fits into a provider's day with the least driving. Pure; asks the one availability rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from fieldoffice.services.availability import Diary, Reason, Span, Wanted, why_not

STEP = timedelta(minutes=5)


def best_start(diary: Diary, wanted: Wanted, within: Span) -> datetime | None:
    """The start inside `within` against which nothing stands, with the least added driving; the earliest of equals."""
    fits = [at for at in _candidates(diary, wanted, within) if not why_not(diary, wanted, at)]
    return min(fits, key=lambda at: (_added_s(diary, wanted, at), at), default=None)


def first_reason(diary: Diary, wanted: Wanted, within: Span) -> Reason | None:
    """Why it fits nowhere inside `within`, as told for the start against which least stands."""
    told = [why_not(diary, wanted, at) for at in _candidates(diary, wanted, within)]
    return min(told, key=len)[0] if told and min(told, key=len) else None


def _candidates(diary: Diary, wanted: Wanted, within: Span) -> Iterator[datetime]:
    """Right when the day or the promise begins, right behind each visit, and right before each."""
    length, drive_s = timedelta(seconds=wanted.duration_s), diary.drives.seconds
    moments = [within.start, *(s.start for s in diary.shifts)]
    moments += [wanted.window.start] if wanted.window else []
    for busy in diary.busy:
        moments.append(busy.end + timedelta(seconds=drive_s(busy.place, wanted.place)))
        moments.append(busy.start - length - timedelta(seconds=drive_s(wanted.place, busy.place)) - STEP)
    for shift in diary.shifts:
        if diary.start_place:
            moments.append(shift.start + timedelta(seconds=drive_s(diary.start_place, wanted.place)))
    yield from sorted({on_step(at) for at in moments if within.start <= at < within.end})


def on_step(at: datetime) -> datetime:
    """The next whole five minutes."""
    over = timedelta(seconds=at.timestamp() % STEP.total_seconds())
    return at if not over else at + STEP - over


def _added_s(diary: Diary, wanted: Wanted, at: datetime) -> int:
    before = [b.place for b in diary.busy if b.end <= at]
    after = [b.place for b in diary.busy if b.start >= at]
    here, there = (before[-1] if before else diary.start_place), (after[0] if after else diary.end_place)
    return diary.drives.added_s(here, wanted.place, there)
