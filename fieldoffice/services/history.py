"""What happened to one row, from the append-only log; and whether an action landed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from fieldoffice.models.log import Event, Operation
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx


@dataclass(frozen=True, slots=True)
class Happened:
    """Who did what to a row, when; `before` and `after` hold the fields that changed, where the service wrote them down."""

    at: datetime
    who: str
    kind: str
    note: str
    before: dict[str, Any]
    after: dict[str, Any]


def history(tx: Tx, entity: str, row: int, *, limit: int = 50) -> tuple[Happened, ...]:
    """What happened to a row, the newest first; `entity` is the table's name."""
    tx.require(Right.LOOK)
    query = select(Event).where(Event.entity == entity, Event.entity_id == row).order_by(Event.id.desc()).limit(limit)
    return tuple(Happened(e.at, e.by_name, e.kind, e.note, dict(e.before), dict(e.after)) for e in tx.all(query))


def landed(tx: Tx, op_id: str) -> bool:
    """Whether the action with this id was committed."""
    return tx.session.scalar(select(Operation.id).where(Operation.op_id == op_id)) is not None
