"""Refusals: errors that a person can act on. Anything else is a bug and goes to the crash dialog.

Each refusal carries a sentence for the person (`str(error)`), and a `key` with `values` for front ends that
speak another language.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The base of all refusals: `str(error)` is a sentence for the user."""

    def __init__(self, words: str, *, key: str = "", **values: Any) -> None:
        super().__init__(words)
        self.words = words
        self.key = key or type(self).__name__.lower()
        self.values: dict[str, Any] = values


class NotAllowed(Refused):
    """A rule or a missing right stands against it."""


class NotFound(Refused):
    """The thing does not exist, or not for this person."""


class Stale(Refused):
    """Somebody else changed it first."""


class Invalid(Refused):
    """One or more fields are wrong: `fields` maps each to a sentence shown beside it."""

    def __init__(self, **fields: str) -> None:
        super().__init__(" ".join(fields.values()), key="invalid")
        self.fields = fields


class WorldFault(Refused):
    """The world's fault, not ours and not the user's: disk full, server gone, file unreadable."""
