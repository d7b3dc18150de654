"""The smallest action and the look at it: a note is written, and counted from a desk that nobody hurts."""

from __future__ import annotations

from sqlalchemy import func, select

from fieldoffice.models.job import Note
from fieldoffice.office import Office, Tx


def write_note(tx: Tx, words: str) -> int:
    return tx.add(Note(text=words, by_name="", created_at=tx.now)).id


def written(office: Office, words: str) -> int:
    """How many notes are like that."""
    return office.see(lambda tx: tx.session.scalars(select(func.count()).where(Note.text.like(words))).one())
