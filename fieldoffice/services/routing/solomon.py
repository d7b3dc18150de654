"""Solomon's text format: one depot, vehicles of one size, customers with a demand and a time window each.

Distances are counted as the DIMACS challenge counts them: tenths, cut off, and they are the times too. So a "second" and a
"meter" of such a problem is a tenth of the file's unit, and the number of vehicles is free.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.routing.dayfile import write_whole
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Visit, Weights
from fieldoffice.services.routing.travel import Travel

FIELDS = ("customer number", "x coordinate", "y coordinate", "demand", "ready time", "due date", "service time")
MOST = 10**6
UNSERVED = 5_000_000
"""Price of an unserved customer: more than any detour."""
Row = tuple[int, ...]


def read_solomon(path: str | Path) -> Problem:
    """The problem in a file; a fault is refused with its line and field."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        why = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        raise Refused(f"The file {path} cannot be read: {why}.") from fault
    vehicles, capacity = _fleet(lines)
    rows = [*_rows(lines)]
    if len(rows) < 2:
        raise Invalid(file=f"line {len(lines)}: the depot and at least one customer must stand in the file.")
    return _problem(rows, vehicles, capacity)


def write_routes(plan: Plan, path: str | Path) -> None:
    """Write the customers' numbers route by route, whole or not at all."""
    routes = [[int(stop.visit_id) for stop in route.stops] for route in plan.routes.values() if route.stops]
    write_whole(json.dumps({"routes": routes}, separators=(",", ":")), path)


def _fleet(lines: list[str]) -> tuple[int, int]:
    """The number of vehicles and their capacity, below the word CAPACITY."""
    head = next((n for n, line in enumerate(lines) if "CAPACITY" in line.upper()), None)
    if head is None:
        raise Invalid(CAPACITY="line 1: the word CAPACITY is missing; is this a file in Solomon's format?")
    below = next((n for n in range(head + 1, len(lines)) if lines[n].strip()), head)
    parts = lines[below].split()
    if len(parts) != 2:
        raise Invalid(VEHICLE=f"line {below + 1}: the number of vehicles and their capacity must stand here.")
    return _whole(parts[0], below, "number of vehicles", least=1), _whole(parts[1], below, "capacity")


def _rows(lines: list[str]) -> Iterator[Row]:
    """The customers, the depot first; they must be numbered in order from 0."""
    head = next(
        (n for n, line in enumerate(lines) if re.match(r"\s*CUST\b", line.upper()) and len(line.split()) > 3), None
    )
    if head is None:
        raise Invalid(CUSTOMER=f"line {len(lines)}: the customers' heading (CUST NO. ...) is missing.")
    expected = 0
    for n in range(head + 1, len(lines)):
        if lines[n].strip():
            yield _row(lines[n].split(), n, expected)
            expected += 1


def _row(parts: list[str], n: int, expected: int) -> Row:
    if len(parts) != len(FIELDS):
        field = FIELDS[min(len(parts), len(FIELDS) - 1)]
        raise Invalid(
            **{field: f"line {n + 1}: {len(FIELDS)} numbers must stand here, up to the {FIELDS[-1]}; {len(parts)} do."}
        )
    signed = {"x coordinate", "y coordinate"}
    row = tuple(
        _whole(part, n, name, least=-MOST if name in signed else 0) for part, name in zip(parts, FIELDS, strict=True)
    )
    if row[0] != expected:
        raise Invalid(**{FIELDS[0]: f"line {n + 1}: customer number {expected} is expected here, not {row[0]}."})
    if row[4] > row[5]:
        raise Invalid(**{FIELDS[5]: f"line {n + 1}: the due date lies before the ready time."})
    return row


def _whole(text: str, n: int, name: str, *, least: int = 0) -> int:
    if not re.fullmatch(r"-?\d{1,7}", text) or not least <= int(text) <= MOST:
        raise Invalid(
            **{name: f"line {n + 1}: the {name} must be a whole number from {least} to {MOST}, not {text[:20]}."}
        )
    return int(text)


def _problem(rows: list[Row], vehicles: int, capacity: int) -> Problem:
    depot = rows[0]
    shift = (10 * depot[4], 10 * depot[5])
    fleet = max(vehicles, -(-len(rows) // 3))
    return Problem(
        places=tuple((float(row[1]), float(row[2])) for row in rows),
        providers=tuple(ProviderShift(f"vehicle {k + 1}", 0, 0, shift, capacity=capacity) for k in range(fleet)),
        visits=tuple(
            Visit(str(row[0]), row[0], 10 * row[6], ((10 * row[4], 10 * row[5]),), load=row[3]) for row in rows[1:]
        ),
        travel=_distances(rows),
        weights=Weights(unserved={1: 1}, overtime_factor=0, preferred_miss_s=0, penalty=UNSERVED),
    )


def _distances(rows: list[Row]) -> Travel:
    at = np.array([row[1:3] for row in rows], dtype=np.float64)
    squares: NDArray[np.float64] = ((at[:, None] - at[None]) ** 2).sum(axis=2)
    tenths = np.trunc(10 * np.sqrt(squares) + 1e-9).astype(np.int32)
    tenths.setflags(write=False)
    return Travel(tenths, tenths, "straight lines in tenths, cut off")


def in_units(tenths: int) -> str:
    """A distance as such files' authors print it."""
    return f"{tenths / 10:,.1f}"


def gap_percent(path: str | Path, tenths: int) -> float | None:
    """How far a distance is above the best known one, where FILE.sol stands beside the file."""
    best = Path(path).with_suffix(".sol")
    found = re.search(r"Cost\s+([\d.]+)", best.read_text(encoding="utf-8")) if best.is_file() else None
    return 100 * (tenths / math.floor(10 * float(found[1]) + 0.5) - 1) if found and float(found[1]) else None
