"""Where this machine's maps take their streets from: kept in its settings file, told to every open map."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache

from PySide6.QtCore import QObject, Signal

from fieldoffice import settings
from fieldoffice.integrations.tiles import TileSource, checked
from fieldoffice.models.errors import Refused

NAME = "tiles"
HINT = "No street map is set. Add one at Organization → Settings → Street map."


class Streets(QObject):
    """One for the program; `changed` is emitted when somebody chose another source."""

    changed = Signal()

    def current(self) -> TileSource | None:
        """The source that was chosen, None for no streets; one that cannot be used any more counts as none."""
        try:
            found = settings.kept(settings.load().home, NAME)
            return checked(TileSource(**found)) if found else None
        except (Refused, TypeError):
            return None

    def choose(self, source: TileSource | None) -> None:
        """Check and keep a source; raises Invalid with a sentence for each wrong field."""
        settings.keep(settings.load().home, NAME, None if source is None else asdict(checked(source)))
        self.changed.emit()


@cache
def streets() -> Streets:
    """The one that all maps listen to."""
    return Streets()
