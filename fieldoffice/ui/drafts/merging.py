"""Three versions of one form: as it was, as one person typed it, as another saved it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldoffice.ui.parts.values import same

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """`values` holds what merged by itself, and ours where both changed a field differently: `conflicts` names those."""

    values: dict[str, Any]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    conflicts: tuple[str, ...]


def merge(base: Values, mine: Values, theirs: Values) -> Merged:
    """Fields that only one side changed take that side; a field that only `mine` has stays as it is."""
    values: dict[str, Any] = {}
    ours: list[str] = []
    other: list[str] = []
    conflicts: list[str] = []
    for name in dict.fromkeys((*mine, *theirs)):
        mine_changed = name in mine and not same(mine[name], base.get(name))
        theirs_changed = name in theirs and not same(theirs[name], base.get(name))
        if mine_changed and theirs_changed and not same(mine[name], theirs[name]):
            conflicts.append(name)
        elif mine_changed:
            ours.append(name)
        elif theirs_changed:
            other.append(name)
        keep = mine_changed or name not in theirs or (name in mine and same(mine[name], theirs[name]))
        values[name] = mine[name] if keep else theirs[name]
    return Merged(values, tuple(ours), tuple(other), tuple(conflicts))


def differs(one: Values, other: Values) -> bool:
    """Whether a person would see a difference, in the fields that both have."""
    return any(not same(value, other[name]) for name, value in one.items() if name in other)
