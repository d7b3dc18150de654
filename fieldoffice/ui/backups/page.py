"""Organization → Backups: is the company safe, make one now, prove it, bring one back into a new file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused, WorldFault
from fieldoffice.services.backups import BackupRow, Proved, Restored, Standing
from fieldoffice.ui.backups import words
from fieldoffice.ui.backups.deeds import Deeds, allowed
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner, Kind
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

SECRETS = ("A backup holds everything but the office key: passwords of connections and access codes stay encrypted in it. "
           "On a new computer the recovery phrase opens them.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A backup in the list."""

    id: int
    backup: BackupRow


class BackupsPage(QWidget):
    """It looks at the folder when it is shown and after everything it did."""

    def __init__(self, desk: Desk, deeds: Deeds | None = None) -> None:
        super().__init__()
        self.desk, self.deeds = desk, deeds or Deeds(desk.office, desk.seat)
        self.found: Standing | None = None
        self.may, self.busy = True, False
        self.verdict, self.told = _Room(), _Room()
        self.where, self.count = ElidedLabel("", "muted"), PlainLabel("", "muted")
        self.rows: Rows[Line] = Rows(_columns())
        self.empty = EmptyState("No backup yet.", "backup", "Back up now", self.make)
        self.table = Table(self.rows, "Backups", self.empty, memory=desk.memory)
        self._build()
        desk.see(self, allowed, then=lambda _none: self._allow(True), otherwise=lambda _error: self._allow(False))
        self.refresh()

    def ready(self) -> bool:
        return self.found is not None

    def refresh(self) -> None:
        """Look at the folder again."""
        self.desk.background.ask(self, self.deeds.look, self._looked)

    # what can be pressed

    def make(self) -> None:
        """Back up now; the desk stays free meanwhile."""
        self._do("Backing up", self.deeds.make, self._made)

    def prove(self) -> None:
        """Restore the chosen backup, else the newest, into a scratch database and compare."""
        line: Line | None = self.table.current()
        path = line.backup.path if line is not None else None
        self._do("Proving the backup", lambda: self.deeds.prove(path), self._proved)

    def restore(self) -> None:
        """Bring the chosen backup, else the newest, back into a new file."""
        line: Line | None = self.table.current() or self.rows.row(0)
        if line is None:
            return
        start = str(line.backup.path.with_name(f"restored-{line.backup.made_at:%Y%m%d-%H%M%S}.db"))
        chosen, _ = QFileDialog.getSaveFileName(self, "Restore into a new file", start, "Company file (*.db)")
        if chosen:
            self.restore_into(line.backup.path, Path(chosen))

    def restore_into(self, backup: Path, target: Path) -> None:
        self._do("Restoring", lambda: self.deeds.restore(backup, target), lambda done: self._restored(done, target))

    def choose_folder(self) -> None:
        """Ask for the folder in which backups are kept."""
        chosen = QFileDialog.getExistingDirectory(self, "Where backups go", str(self.deeds.folder))
        if chosen:
            self.use_folder(Path(chosen))

    def use_folder(self, folder: Path) -> None:
        def work() -> Standing:
            try:
                return self.deeds.choose_folder(folder)
            except OSError as error:
                raise WorldFault(f"The folder {folder} cannot be used: {error.strerror or error}.") from error

        self._do("Looking at the folder", work, lambda found: self._say("ok", f"Backups go to {found.folder} from now on."))

    # answers

    def _allow(self, may: bool) -> None:
        self.may = may
        self._enable()
        if not may:
            self._say("info", "Making, proving and restoring backups takes the right to look after the organization.")

    def _looked(self, found: Standing) -> None:
        self.found = found
        self.verdict.say(*words.verdict(found))
        self.where.setText(f"Folder: {found.folder}")
        self.rows.show([Line(n, row) for n, row in enumerate(found.backups, start=1)])
        total = sum(row.size for row in found.backups)
        self.count.setText(f"{len(found.backups)} kept, {words.size(total)} in all" if found.backups else "")
        self._enable()

    def _made(self, row: BackupRow) -> None:
        self._say("ok", f"Backed up and proven by restoring it: {row.rows:,} rows, {words.size(row.size)}, {words.seconds(row.seconds)}.")

    def _proved(self, done: Proved) -> None:
        self._say("ok", words.proved(done))

    def _restored(self, done: Restored, target: Path) -> None:
        banner = self._say("ok", f"Restored into {target}: {done.backup.rows:,} rows in {words.seconds(done.seconds)}. "
                                 "The company you work in is as it was.")  # fmt: skip
        banner.add_button("Open it at the next start", lambda: self._open_next_time(target))

    def _open_next_time(self, target: Path) -> None:
        try:
            self.deeds.open_next_time(target)
        except Refused as error:
            self.desk.refuse(error)
        else:
            self._say("ok", f"The next start opens {target.name}.")

    # inside

    def _do(self, what: str, work: Callable[[], Any], then: Callable[[Any], object]) -> None:
        if self.busy:
            return
        self.busy = True
        self._enable()
        running = self.desk.work(what)

        def over() -> None:
            running.end()
            self.busy = False
            self._enable()
            self.refresh()

        def done(value: Any) -> None:
            over()
            then(value)

        def refused(error: Refused) -> None:
            over()
            self._say("danger", str(error))

        self.desk.background.ask(self, work, done, refused, broken=over)

    def _say(self, kind: Kind, sentence: str) -> Banner:
        return self.told.say(kind, sentence)

    def _enable(self) -> None:
        some = self.found is not None and bool(self.found.backups)
        for widget in (self.make_button, self.folder_button):
            widget.setEnabled(self.may and not self.busy)
        for widget in (self.prove_button, self.restore_button):
            widget.setEnabled(self.may and not self.busy and some)

    def _build(self) -> None:
        self.make_button = button("Back up now", self.make, icon="backup", primary=True)
        self.prove_button = button("Prove my backup", self.prove, icon="verified")
        self.restore_button = button("Restore into a new file…", self.restore, icon="settings_backup_restore")
        self.folder_button = button("Choose the folder…", self.choose_folder, icon="folder_open")
        doing = QHBoxLayout()
        doing.setSpacing(8)
        for widget in (self.make_button, self.prove_button, self.restore_button):
            doing.addWidget(widget)
        doing.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.where, 1)
        foot.addWidget(self.count)
        foot.addWidget(self.folder_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        for part in (self.verdict, self.told):
            box.addWidget(part)
        box.addLayout(doing)
        box.addWidget(self.table, 1)
        box.addLayout(foot)
        box.addWidget(PlainLabel(_policy(), "muted", wrap=True))
        box.addWidget(PlainLabel(SECRETS, "muted", wrap=True))
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def head(self) -> list[QAction | QWidget]:
        return []


class _Room(QWidget):
    """Room for one banner."""

    def __init__(self) -> None:
        super().__init__()
        self.banner: Banner | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def say(self, kind: Kind, sentence: str) -> Banner:
        old, self.banner = self.banner, Banner(kind, sentence)
        if old is not None:
            old.hide()
            old.deleteLater()
        self._box.addWidget(self.banner)
        self.show()
        return self.banner


def _policy() -> str:
    return ("One is made every half hour in which something changed, before an upgrade, an import or a restore, and at the end of work. "
            "Kept are the newest of the last 24 hours, 14 days, 8 weeks and 12 months that have one.")  # fmt: skip


def _columns() -> list[Column[Line]]:
    return [
        Column("made", "Made", lambda r: f"{r.backup.made_at.astimezone():%a, %b %d %Y  %H:%M}", lambda r: r.backup.made_at, width=190),
        Column("why", "Why", lambda r: r.backup.why.capitalize(), lambda r: r.backup.why, width=180),
        Column("rows", "Rows", lambda r: f"{r.backup.rows:,}", lambda r: r.backup.rows, right=True, width=96),
        Column("size", "Size", lambda r: words.size(r.backup.size), lambda r: r.backup.size, right=True, width=96),
        Column("file", "File", lambda r: r.backup.path.name, lambda r: r.backup.path.name, width=300, tip=lambda r: str(r.backup.path)),
    ]
