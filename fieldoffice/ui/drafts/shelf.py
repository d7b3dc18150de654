"""Drafts on this computer's disk: what was typed into forms and is not saved in the database yet.

One small file for each user of each office and each running desktop, held under an exclusive lock as long as the program
lives. A desktop that starts takes over what lies in files that nobody holds any more: what a killed program left.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
TABLE = "create table if not exists draft (kind text, row integer, content text, primary key (kind, row))"
PUT = "insert or replace into draft (kind, row, content) values (?, ?, ?)"
DROP = "delete from draft where kind = ? and row = ?"
MOST_DESKTOPS = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """One unfinished form: `row` is 0 for something new; `sent` is what a save under way carried with `op_id`."""

    kind: str
    row: int
    title: str
    version: int
    base: dict[str, Any]
    values: dict[str, Any]
    op_id: str
    sent: dict[str, Any] | None = None
    changed_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.changed_at)


class Shelf:
    """The drafts of one user of one office. Reading is from memory; writing happens on a thread of its own."""

    def __init__(self, folder: Path | None, office: str = "", who: int | None = None) -> None:
        """Without a folder nothing outlives the program. `problem` says why a disk cannot be used."""
        self.problem = ""
        self._name = hashlib.sha256(f"{who or 0} {office}".encode()).hexdigest()[:12]
        self.failed: Callable[[str], object] = log.warning  # called on the writing thread
        self._kept: dict[tuple[str, int], Kept] = {}
        self._file: sqlite3.Connection | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None
        if folder is not None:
            self._open(folder)
        self.left = tuple(sorted(self._kept.values(), key=lambda one: one.changed_at))

    def get(self, kind: str, row: int) -> Kept | None:
        return self._kept.get((kind, row))

    def all(self) -> list[Kept]:
        """Every draft, the oldest first."""
        return sorted(self._kept.values(), key=lambda one: one.changed_at)

    def put(self, draft: Kept) -> None:
        """Keep `draft` in place of the one of the same kind and row."""
        self._kept[draft.kind, draft.row] = draft
        self._write(PUT, (draft.kind, draft.row, json.dumps(asdict(draft))))

    def drop(self, kind: str, row: int) -> None:
        """Forget a draft; nothing happens where there is none."""
        if self._kept.pop((kind, row), None) is not None:
            self._write(DROP, (kind, row))

    def on_disk(self) -> bool:
        """Whether everything that was put or dropped has been written."""
        return self._last is None or self._last.done()

    def settle(self) -> None:
        """Wait until everything is on the disk."""
        if self._writer is not None:
            self._writer.submit(lambda: None).result()

    def close(self) -> None:
        """Write what waits and let go of the file; drafts stay on the disk."""
        if self._writer is not None:
            self._writer.shutdown(wait=True)
        if self._file is not None:
            self._file.close()
        self._writer = self._file = None

    def _open(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = next(_free_files(folder, self._name), None)
            if self._file is None:
                raise OSError("too many desktops are open")
            _take_over(self._file, folder, self._name)
            self._load(self._file)
            self._writer = ThreadPoolExecutor(1, "drafts")
        except (sqlite3.Error, OSError) as error:
            self.problem = str(error)
            log.warning("drafts cannot be kept on this disk: %s", error)

    def _load(self, file: sqlite3.Connection) -> None:
        for (content,) in file.execute("select content from draft"):
            with suppress(ValueError, TypeError):  # written by a newer version: left alone
                draft = Kept(**json.loads(content))
                self._kept[draft.kind, draft.row] = draft

    def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        if self._writer is not None and self._file is not None:
            self._last = self._writer.submit(_run, self._file, statement, values)
            self._last.add_done_callback(self._look)

    def _look(self, done: Future[None]) -> None:
        error = done.exception()
        if error is not None:
            self.problem = str(error)
            self.failed(self.problem)


def _run(file: sqlite3.Connection, statement: str, values: tuple[Any, ...]) -> None:
    file.execute(statement, values)


def _free_files(folder: Path, name: str) -> Iterator[sqlite3.Connection]:
    """Files that no running desktop holds, the first one first; a damaged one is put aside."""
    for n in range(1, MOST_DESKTOPS + 1):
        path = folder / f"drafts-{name}-{n}.db"
        if (file := _hold(path)) is not None:
            yield file


def _hold(path: Path) -> sqlite3.Connection | None:
    try:
        return _exclusive(path)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return None
        raise
    except sqlite3.DatabaseError:
        path.replace(path.with_suffix(".damaged"))
        return _exclusive(path)


def _exclusive(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)  # what people type is for nobody else on this computer
    file = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=TRUNCATE", "synchronous=FULL"):
            file.execute(f"pragma {pragma}")
        file.execute("begin exclusive")
        file.execute(TABLE)
        file.execute("commit")
    except BaseException:
        file.close()
        raise
    return file


def _take_over(mine: sqlite3.Connection, folder: Path, name: str) -> None:
    """Move in what lies in other files that nobody holds; of two drafts of one row the later one stays."""
    own = mine.execute("pragma database_list").fetchone()[2]
    for path in sorted(folder.glob(f"drafts-{name}-*.db")):
        if path.samefile(own):
            continue
        other = _hold(path)
        if other is None:
            continue
        with closing(other):
            _merge_in(mine, other)


def _merge_in(mine: sqlite3.Connection, other: sqlite3.Connection) -> None:
    for kind, row, content in other.execute("select kind, row, content from draft").fetchall():
        known = mine.execute("select content from draft where kind = ? and row = ?", (kind, row)).fetchone()
        if known is None or json.loads(known[0])["changed_at"] < json.loads(content)["changed_at"]:
            mine.execute(PUT, (kind, row, content))
    other.execute("delete from draft")
