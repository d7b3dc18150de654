"""What the page of backups does, off the Qt thread: look, make, prove, restore into a new file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fieldoffice import settings
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services import backups


def allowed(tx: Tx) -> None:
    """Refuses unless the user may look after the company's books as a whole."""
    tx.require(Right.ORGANIZATION)


class Deeds:
    """For one office. `folder` may be given for a test or a picture."""

    def __init__(self, office: Any, seat: Any, folder: Path | None = None) -> None:
        self.office, self.seat, self._folder = office, seat, folder

    @property
    def folder(self) -> Path:
        return self._folder or settings.load().backups

    def look(self) -> backups.Standing:
        return backups.standing(self.folder, self.office.address, datetime.now(UTC))

    def make(self) -> backups.BackupRow:
        self.seat.see(allowed)
        made = backups.back_up(self.office.engine, self.folder, now=datetime.now(UTC), why="asked for")
        backups.prune(self.folder, datetime.now(UTC))
        return made

    def prove(self, path: Path | None) -> backups.Proved:
        self.seat.see(allowed)
        return backups.prove(self.folder, datetime.now(UTC), path)

    def restore(self, backup: Path, target: Path) -> backups.Restored:
        """Into a file that is not there yet: nothing that is in use is ever overwritten."""
        self.seat.see(allowed)
        if target.exists():
            raise NotAllowed(f"{target.name} is there already. Choose a new name: a restore never overwrites a file.")
        engine = open_engine(f"sqlite:///{target}")
        try:
            return backups.restore(backup, engine)
        except BaseException:
            engine.dispose()
            for end in ("", "-wal", "-shm"):
                target.with_name(target.name + end).unlink(missing_ok=True)
            raise
        finally:
            engine.dispose()

    def choose_folder(self, folder: Path) -> backups.Standing:
        """Keep backups there from now on. Those in the former folder stay where they are."""
        self.seat.see(allowed)
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".fieldoffice-write-test"
        probe.write_bytes(b"")
        probe.unlink()
        settings.keep(settings.load().home, "backup_folder", str(folder))
        return self.look()

    def open_next_time(self, target: Path) -> None:
        """The next start of the program opens this file."""
        settings.remember(settings.load(), f"sqlite:///{target}")
