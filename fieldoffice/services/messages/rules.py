"""The company's rules for messages, read with one query; and when an SMS may go out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fieldoffice.models.company import Setting
from fieldoffice.office import Tx
from fieldoffice.services.calendar import local
from fieldoffice.services.company import checks
from fieldoffice.services.company.register import SETTINGS

PREFIX = "messages."


def rules(tx: Tx) -> dict[str, Any]:
    """Every setting of messages by its key without "messages."."""
    stored = {row.key: row.value for row in tx.all(select(Setting).where(Setting.key.startswith(PREFIX)))}
    known = {key: default for key, default in SETTINGS.items() if key.startswith(PREFIX)}
    return {key.removeprefix(PREFIX): stored.get(key, default) for key, default in known.items()}


def addresses(text: str) -> tuple[str, ...]:
    """The e-mail addresses of a list with commas, semicolons or blanks between them, each once."""
    return tuple(dict.fromkeys(part for part in re.split(r"[,;\s]+", text) if part))


def office_addresses(tx: Tx, known: dict[str, Any]) -> tuple[str, ...]:
    """Who in the office is written to: the list in the settings, else the company's own address."""
    listed = addresses(str(known["office_to"])) or addresses(tx.company.email)
    return tuple(one for one in listed if not checks.email(one))


def quiet_until(at: datetime, zone: ZoneInfo, span: Sequence[int]) -> datetime | None:
    """When the quiet hours around an instant end, None outside them. `span`: from and to, in minutes after midnight."""
    start, end = span
    here = at.astimezone(zone)
    minute = here.hour * 60 + here.minute
    if start == end or not (start <= minute < end if start < end else minute >= start or minute < end):
        return None
    on = here.date() if minute < end else here.date() + timedelta(days=1)
    return local(on, end, zone)


def quiet_span(known: dict[str, Any]) -> tuple[int, int]:
    return int(known["quiet_from"]), int(known["quiet_to"])
