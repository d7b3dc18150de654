"""What the office's plans care for: the weights of the objective that people may change, declared in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from fieldoffice.models.company import Setting
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.travel.choice import put_setting

if TYPE_CHECKING:
    from fieldoffice.services.routing.problem import Weights


@dataclass(frozen=True)
class Weight:
    """One weight: `least` to `most`, in `unit`; `words` and `hint` are what the screen says."""

    key: str
    words: str
    hint: str
    default: int
    least: int
    most: int
    unit: str


WEIGHTS = (
    Weight("plan.overtime_factor", "Overtime", "A minute of overtime counts as so many minutes of driving.", 2, 0, 20, "×"),
    Weight("plan.wish_minutes", "Missed wish", "Sending somebody else than the preferred provider counts as so much driving.",
           5, 0, 240, "min"),
    Weight("plan.moved_minutes", "Changed provider", "Taking a visit from the provider who has it counts as so much driving.",
           0, 0, 240, "min"),
    Weight("plan.fairness_percent", "Even load", "0 leaves the load as it falls; more shares it out among the providers.",
           0, 0, 100, "%"),
    Weight("plan.high_weight", "High priority", "A visit of high priority counts as so many normal ones.", 3, 1, 50, "visits"),
    Weight("plan.urgent_weight", "Urgent", "An urgent visit counts as so many normal ones.", 10, 1, 99, "visits"),
)  # fmt: skip
BY_KEY: Mapping[str, Weight] = {weight.key: weight for weight in WEIGHTS}


def weights_of(tx: Tx) -> Weights:
    """The weights that plans of this office are made with."""
    return as_weights(chosen_weights(tx))


def chosen_weights(tx: Tx) -> dict[str, int]:
    """Every weight by key."""
    tx.require(Right.LOOK)
    rows = {row.key: row.value for row in tx.all(select(Setting).where(Setting.key.in_(BY_KEY)))}
    return {weight.key: int(rows.get(weight.key, weight.default)) for weight in WEIGHTS}


def choose_weights(tx: Tx, changed: Mapping[str, int]) -> Edit:
    """Change weights for the whole office; one undo takes them back. Refused by the field."""
    tx.require(Right.ORGANIZATION)
    if wrong := {key: words for key, value in changed.items() if (words := fault(key, value))}:
        raise Invalid(**wrong)
    keep = Keeper(tx)
    for key, value in changed.items():
        put_setting(tx, keep, key, value)
    return keep.edit(chosen_weights(tx))


def fault(key: str, value: object) -> str:
    """What is wrong with a weight, "" when nothing is."""
    known = BY_KEY.get(key)
    if known is None:
        return f"There is no weight {key}."
    fine = isinstance(value, int) and not isinstance(value, bool) and known.least <= value <= known.most
    return "" if fine else f"{known.words} lies between {known.least} and {known.most}."


def as_weights(value: Mapping[str, int]) -> Weights:
    """The objective made of these weights. Serving a visit always comes before saving a drive."""
    from fieldoffice.services.routing.problem import Weights  # brings numpy, which settings do not need

    return Weights(
        unserved={1: 1, 2: value["plan.high_weight"], 3: value["plan.urgent_weight"]},
        overtime_factor=value["plan.overtime_factor"],
        preferred_miss_s=60 * value["plan.wish_minutes"],
        moved_s=60 * value["plan.moved_minutes"],
        fairness_percent=value["plan.fairness_percent"],
    )
