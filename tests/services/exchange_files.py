"""Files to import, and the way through an import, for tests."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fieldoffice.office import Office, Seat
from fieldoffice.services.exchange.drafts import Does, Plan, Twins
from fieldoffice.services.exchange.running import Ready, Result, begin, check, import_rows
from fieldoffice.services.exchange.sheets import Sheet, read_sheet

FIXTURES = Path(__file__).parent / "exchange" / "fixtures"


def written(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A plain CSV file of these rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def plan_of(seat: Seat, kind: str, sheet: Sheet, twins: Twins = "skip", *, leave_out: bool = False) -> Plan:
    """The plan that the guesses make."""
    start = seat.see(begin, kind, sheet)
    return Plan(kind, tuple(guess.target for guess in start.guesses), twins, leave_out)


def checked(office: Office, user: int | None, kind: str, path: Path, twins: Twins = "skip", *, leave_out: bool = False) -> Ready:
    """A file, read, mapped by guessing and checked."""
    seat, sheet = office.seat(user), read_sheet(path)
    return check(seat, sheet, plan_of(seat, kind, sheet, twins, leave_out=leave_out))


def imported(office: Office, user: int | None, kind: str, path: Path, twins: Twins = "skip", *, leave_out: bool = False) -> Result:
    """The same, imported."""
    return import_rows(office.seat(user), checked(office, user, kind, path, twins, leave_out=leave_out)).value


def does(ready: Ready) -> list[str]:
    """What happens with each row, in order."""
    return [outcome.does.value for outcome in ready.outcomes]


NOTHING = {does.value: 0 for does in Does}
