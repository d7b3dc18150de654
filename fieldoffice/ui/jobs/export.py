"""A timeline as CSV: for a spreadsheet, and safe there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from fieldoffice.services.dispatch.progress import Entry

HEADS = ("occurred", "entered", "who", "kind", "what", "visit")
RISKY = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """Text that a spreadsheet would read as a formula gets a leading apostrophe."""
    return f"'{text}" if text.lstrip(" \n").startswith(RISKY) or text.startswith(RISKY) else text


def timeline_csv(entries: Iterable[Entry], zone: ZoneInfo, numbers: dict[int, int]) -> str:
    """The entries in order; times local with their offset. `numbers` are visit numbers by appointment id."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    for e in entries:
        times = (e.occurred_at.astimezone(zone).isoformat(timespec="seconds"), e.at.astimezone(zone).isoformat(timespec="seconds"))
        visit = str(numbers.get(e.appointment_id, "")) if e.appointment_id is not None else ""
        writer.writerow([*times, cell(e.who), cell(e.kind), cell(e.words), visit])
    return out.getvalue()
