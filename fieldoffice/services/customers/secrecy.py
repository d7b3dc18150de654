"""Free text that may hold a gate or alarm code: shown whole to whoever may see codes, with dots to everybody else."""

from __future__ import annotations

from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.access import masked


def shown(tx: Tx, text: str) -> str:
    """The text as the one who asks may read it."""
    return text if Right.SEE_ACCESS_CODES in tx.actor.rights else masked(text)


def kept(tx: Tx, given: str, stored: str) -> str:
    """The text to store: who saw dots instead of a code and saved them leaves the code where it was.

    Changing a text that holds a code one may not see is refused: the code would be lost.
    """
    if stored == shown(tx, stored):
        return given
    if given.strip() == shown(tx, stored).strip():
        return stored
    raise Invalid(notes="These notes hold an access code that you may not see. Somebody who may has to change them.")
