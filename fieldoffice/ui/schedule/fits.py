"""Does a visit fit into a row, and how well: the availability rule asked over diaries frozen when a drag begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldoffice.services.availability import Busy, Diary, Reason, Wanted, blocking, why_not
from fieldoffice.services.dispatch.rows import Board
from fieldoffice.ui.schedule.legs import cards_of

NEAR = timedelta(hours=20)  # what lies farther off than this can neither overlap nor make anybody late


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against a row, blocking reasons first, and the seconds of driving that the visit would add."""

    reasons: tuple[Reason, ...]
    added_s: int = 0

    @property
    def fits(self) -> bool:
        """No rule stands against it; there may be warnings."""
        return not blocking(self.reasons)

    @property
    def clean(self) -> bool:
        return not self.reasons

    @property
    def first(self) -> Reason | None:
        return self.reasons[0] if self.reasons else None


class Judge:
    """Answers for every provider of a board as if the `moved` visits were in nobody's diary."""

    def __init__(self, board: Board, moved: Iterable[int]) -> None:
        away = frozenset(moved)
        mine = cards_of(board)
        self.diaries: Mapping[int, Diary] = {
            row.id: row.diary((card for card in mine[row.id] if card.id not in away), board.drives) for row in board.providers
        }

    def reasons(self, provider_id: int, wanted: Wanted, at: datetime) -> tuple[Reason, ...]:
        return why_not(near(self.diaries[provider_id], at), wanted, at)

    def verdict(self, provider_id: int, wanted: Wanted, at: datetime) -> Verdict:
        diary = near(self.diaries[provider_id], at)
        return Verdict(why_not(diary, wanted, at), added_drive_s(diary, wanted, at))


def near(diary: Diary, at: datetime) -> Diary:
    """The diary without what lies more than a day from `at`: same answers, fewer rows."""
    busy = diary.busy
    if not busy or (busy[0].start > at - NEAR and busy[-1].end < at + NEAR):
        return diary
    kept = tuple(b for b in busy if b.end > at - NEAR and b.start < at + NEAR)
    return Diary(
        diary.provider_id,
        diary.name,
        diary.zone,
        diary.shifts,
        diary.absences,
        diary.lunches,
        diary.skills,
        kept,
        diary.start_place,
        diary.end_place,
        diary.overtime_s,
        diary.drives,
    )


def added_drive_s(diary: Diary, wanted: Wanted, at: datetime) -> int:
    """Seconds of driving that one more stop at `at` adds to the day; 0 where the place is unknown."""
    if wanted.place is None:
        return 0
    end = at + timedelta(seconds=wanted.duration_s)
    start, home = _ends_of_day(diary, at)
    before = next((b.place for b in reversed(diary.busy) if b.end <= at and _same(start, b)), diary.start_place)
    after = next((b.place for b in diary.busy if b.start >= end and _same_end(home, b)), diary.end_place)
    return diary.drives.added_s(before, wanted.place, after)


def _ends_of_day(diary: Diary, at: datetime) -> tuple[datetime, datetime]:
    """The shift that holds `at`, or half a day around it."""
    shift = next((s for s in diary.shifts if s.start <= at < s.end), None)
    return (shift.start, shift.end) if shift else (at - NEAR / 2, at + NEAR / 2)


def _same(start: datetime, busy: Busy) -> bool:
    return busy.end > start


def _same_end(home: datetime, busy: Busy) -> bool:
    return busy.start < home
