"""The steps that a visit went through, read back from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from fieldoffice.models.log import Event
from fieldoffice.office import Tx


@dataclass(frozen=True, slots=True)
class Stamped:
    event_id: int
    state: str
    at: datetime


def stamps_of(tx: Tx, appointment_id: int) -> list[Stamped]:
    """The states that a visit entered, each with its last corrected time; a step that was undone does not count."""
    query = select(Event.id, Event.kind, Event.occurred_at, Event.after)
    query = query.where(Event.entity == "appointment", Event.entity_id == appointment_id).order_by(Event.id)
    return stamps_in(tx.session.execute(query))


def stamps_in(events: Iterable[Any]) -> list[Stamped]:
    """As `stamps_of`, from the log entries of one visit in their order."""
    found: list[Stamped] = []
    for event in events:
        if event.kind == "visit.corrected":
            found = [
                Stamped(s.event_id, s.state, event.occurred_at) if s.event_id == event.after["event"] else s
                for s in found
            ]
        elif event.kind == "visit.put_back":
            while found and found[-1].state != event.after["state"]:
                found.pop()
        elif event.after.get("state") == event.kind.removeprefix("visit."):
            found.append(Stamped(event.id, event.after["state"], event.occurred_at))
    return found
