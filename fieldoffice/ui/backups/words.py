"""What the page of backups says: sizes, ages, whether the company is safe."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fieldoffice.services.backups import Proved, Standing
from fieldoffice.ui.parts.banner import Kind

SAME_DISK = ("The backups lie on the same disk as the company. If that disk breaks, both are gone: "
             "choose a folder on another disk, a stick or a network drive.")  # fmt: skip


def size(n: int) -> str:
    """Bytes as people read them: "812 kB", "24.5 MB"."""
    if n < 1_000_000:
        return f"{max(1, round(n / 1000)):,} kB"
    return f"{n / 1_000_000:,.1f} MB" if n < 1_000_000_000 else f"{n / 1_000_000_000:,.1f} GB"


def age(gap: timedelta) -> str:
    """ "3 minutes", "5 hours", "12 days"; the smaller unit up to two of the larger one."""
    minutes = int(gap.total_seconds() // 60)
    for unit, name in ((1440, "day"), (60, "hour")):
        if minutes >= unit * 2:
            return _many(minutes // unit, name)
    return _many(minutes, "minute")


def seconds(s: float) -> str:
    return f"{s:.1f} s" if s < 60 else f"{int(s // 60)} min {int(s % 60)} s"


def verdict(found: Standing) -> tuple[Kind, str]:
    """Whether the company is safe, in a sentence or two."""
    if found.age is None:
        return "danger", "There is no backup yet. Make one now; it takes a moment and holds nobody up."
    newest = f"The newest backup is {age(found.age)} old and was proven by restoring it."
    if found.too_old:
        return "warn", f"{newest} It should not be older than a day."
    return ("warn", f"{newest} {SAME_DISK}") if found.same_disk else ("ok", newest)


def proved(done: Proved) -> str:
    """What the drill found."""
    return (f"Proven: {done.backup.rows:,} rows in {done.tables} tables came back from a restore, every table the same bit by bit. "
            f"The backup is {age(done.age)} old; bringing it back took {seconds(done.seconds)}.")  # fmt: skip


def address_of(path: Path) -> str:
    """The database address of a file."""
    return f"sqlite:///{path}"


def _many(n: int, name: str) -> str:
    return f"{n} {name}" if n == 1 else f"{n} {name}s"
