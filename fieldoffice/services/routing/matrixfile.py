"""A travel matrix from a file: JSON rows of whole seconds, for the places of a day file in their order.

Either the rows alone or {"seconds": rows, "meters": rows, "source": words}; rows may differ from columns (one-way streets).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fieldoffice.models.errors import Invalid
from fieldoffice.services.routing.jsonfile import read_json
from fieldoffice.services.routing.travel import Travel

MOST = 10**7


def read_matrix(path: str | Path, places: int) -> Travel:
    """The matrix in a file; refused with the row and the column where it does not fit the day's places."""
    content = read_json(path, "matrix file")
    record = cast("dict[str, Any]", content) if isinstance(content, dict) else {"seconds": content}
    if "seconds" not in record:
        raise Invalid(seconds=f"{path}: seconds is missing.")
    seconds = _square(record["seconds"], "seconds", places)
    meters = _square(record["meters"], "meters", places) if "meters" in record else _guessed(seconds)
    return Travel(seconds, meters, str(record.get("source") or f"matrix file {Path(path).name}"))


def _guessed(seconds: NDArray[np.int32]) -> NDArray[np.int32]:
    """Where a file has no meters: at 35 km/h."""
    meters = (seconds.astype(np.int64) * 35_000 // 3_600).astype(np.int32)
    meters.setflags(write=False)
    return meters


def _square(value: object, name: str, places: int) -> NDArray[np.int32]:
    rows = cast("list[Any]", value) if isinstance(value, list) else []
    if len(rows) != places:
        raise Invalid(**{name: f"{name} must have {places} rows, one for each place; {len(rows)} are there."})
    matrix = np.zeros((places, places), np.int32)
    for n, row in enumerate(rows):
        matrix[n] = _row(row, f"{name}[{n}]", places)
    matrix.setflags(write=False)
    return matrix


def _row(value: object, path: str, places: int) -> list[int]:
    row = cast("list[Any]", value) if isinstance(value, list) else []
    if len(row) != places:
        raise Invalid(**{path: f"{path} must be a list of {places} whole numbers."})
    for n, entry in enumerate(row):
        if type(entry) is not int or not 0 <= entry <= MOST:
            raise Invalid(**{f"{path}[{n}]": f"{path}[{n}] must be a whole number from 0 to {MOST}."})
    return row
