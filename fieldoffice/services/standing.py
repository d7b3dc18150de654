"""Whether a server of this office can do its work: the database answers, has the right shape, and somebody does the background work."""

from __future__ import annotations

from dataclasses import dataclass

from fieldoffice import schema
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.tasks import QUIET, last_beat


@dataclass(frozen=True, slots=True)
class Standing:
    """That there is one means that the database answered."""

    schema_fits: bool
    runner_alive: bool


def standing(tx: Tx) -> Standing:
    """How things stand now."""
    tx.require(Right.ONLINE)
    beat = last_beat(tx)
    return Standing(schema.revision(tx.session.connection()) == schema.head(), beat is not None and tx.now - beat < QUIET)
