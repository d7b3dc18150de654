"""The company's rules for booking online, as its settings have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from fieldoffice.models.company import Setting
from fieldoffice.office import Tx
from fieldoffice.services.company.booking_rules import BOOKING

DEFAULTS: dict[str, Any] = {spec.key: spec.default for spec in BOOKING if spec.store == "office"}


@dataclass(frozen=True, slots=True)
class Rules:
    """`window` is what customers are told: two_hours or exact."""

    open: bool = True
    intro: str = ""
    notice: timedelta = timedelta(hours=4)
    horizon_days: int = 30
    step_min: int = 30
    window: str = "two_hours"
    buffer: timedelta = timedelta(minutes=10)
    kept_percent: int = 10
    hold: timedelta = timedelta(minutes=10)
    change: timedelta = timedelta(hours=24)
    cancel: timedelta = timedelta(hours=24)


BY_OFFICE = Rules(notice=timedelta(0), horizon_days=366, buffer=timedelta(0), kept_percent=0)
"""What holds where the office itself looks for a free time."""


def booking_rules(tx: Tx) -> Rules:
    """The rules as they are now."""
    rows = {row.key: row.value for row in tx.all(select(Setting).where(Setting.key.in_(DEFAULTS)))}
    value = {key.partition(".")[2]: rows.get(key, default) for key, default in DEFAULTS.items()}
    return Rules(
        bool(value["open"]), str(value["intro"]), timedelta(hours=value["notice_h"]), int(value["horizon_days"]), int(value["step_min"]),
        str(value["window"]), timedelta(minutes=value["buffer_min"]), int(value["kept_percent"]), timedelta(minutes=value["hold_min"]),
        timedelta(hours=value["change_h"]), timedelta(hours=value["cancel_h"]),
    )  # fmt: skip
