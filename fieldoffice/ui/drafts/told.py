"""What a form says at its top about its draft: restored, waiting for the connection, changed by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fieldoffice.ui.parts.banner import Banner, Kind

ROOMY = 600
"""Pixels of a form in which the buttons fit beside the words."""
Way = tuple[str, Callable[[], object]]


class Told:
    """At most one banner above the form."""

    def __init__(self, form: Any) -> None:
        self._form = form
        self.banner: Banner | None = None

    def say(self, words: str, *ways: Way, kind: Kind = "info") -> None:
        """Show `words` with buttons; what was said before goes."""
        self.hide()
        self.banner = Banner(kind, words, narrow=self._form.width() < ROOMY)
        for name, press in ways:
            self.banner.add_button(name, press)
        self._form.put_on_top(self.banner)
        self.banner.show()

    def words(self) -> str:
        """What is said now, "" for nothing."""
        return self.banner.label.text() if self.banner is not None else ""

    def hide(self) -> None:
        old, self.banner = self.banner, None
        if old is not None:
            old.hide()
            old.setParent(None)
            old.deleteLater()


def when(at: datetime) -> str:
    """ "at 10:12" for today, "on Mon, Mar 2 at 10:12" for other days, in this computer's time."""
    here = at.astimezone()
    if here.date() == datetime.now().astimezone().date():
        return f"at {here:%H:%M}"
    return f"on {here:%a, %b} {here.day} at {here:%H:%M}"
