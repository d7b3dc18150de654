"""What the office should know of its own machine: whether background work runs, and how old the newest backup is. Words only."""

from __future__ import annotations

from datetime import datetime, timedelta

from fieldoffice.services.tasks import QUIET

TOO_OLD = timedelta(hours=24)


def runner_words(beat_at: datetime | None, watched_since: datetime, now: datetime) -> str:
    """A sentence when no background runner has run for ten minutes, counted at the earliest from when somebody watched."""
    last = max(beat_at, watched_since) if beat_at is not None else watched_since
    if now - last < QUIET:
        return ""
    gap = now - (beat_at or watched_since)
    return f"Background work has not run for {ago(gap)}: reminders and held places wait. Restart the program on one desk."


def backup_words(made_at: datetime | None, now: datetime) -> str:
    """A sentence when the newest verified backup on this computer is older than a day, or there is none."""
    if made_at is None:
        return "There is no verified backup on this computer yet."
    gap = now - made_at
    return f"The newest verified backup on this computer is {ago(gap)} old." if gap > TOO_OLD else ""


def ago(gap: timedelta) -> str:
    """ "14 minutes", "5 hours", "3 days"."""
    minutes = int(gap.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    hours = minutes // 60
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
