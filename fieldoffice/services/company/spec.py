"""What a setting is: its key, its words, its type, where it lies, and what it must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from fieldoffice.services.company import checks

Kind = Literal["text", "email", "link", "number", "minutes", "yes_no", "choice", "zone", "country", "place", "own", "hidden"]
Store = Literal["company", "office", "place"]


@dataclass(frozen=True, slots=True)
class Spec:
    """One setting. `search` holds further words to find it by; `check` says what is wrong with a value, "" when nothing is."""

    key: str
    section: str
    words: str
    kind: Kind = "text"
    store: Store = "office"
    default: Any = ""
    hint: str = ""
    search: str = ""
    required: bool = False
    choices: tuple[tuple[Any, str], ...] = ()
    check: Callable[[Any], str] = checks.fine
    group: str = ""  # a heading within the section, shown where it changes
    unit: str = ""  # what a number counts
    beside: bool = False  # stands in one line with the setting before it

    @property
    def column(self) -> str:
        """The column of `Company` behind a setting of the company."""
        return self.key.partition(".")[2]
