"""The restore drill at the size of an old company: every row and every photo comes back, and nobody waits long for it."""

from __future__ import annotations

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from fieldoffice.engine import open_engine
from fieldoffice.models.files import Blob
from fieldoffice.office import Office, Tx
from fieldoffice.services.backups import back_up, prove, restore
from fieldoffice.services.sample import bulk
from tests.conftest import MONDAY
from tests.faults.processes import LONG, TIMED, rounds

pytestmark = TIMED
COMPANY = bulk.Size(120, 5_000, 600, 60, 28, 0.4) if LONG else bulk.Size(3, 60, 14, 6, 2)
PHOTO = 4_000_000 if LONG else 400_000


@pytest.fixture
def grown(sqlite_office: Office) -> Office:
    """About 50,000 jobs and 2 GB of photos in the long run; the same in small by default."""
    bulk._make(sqlite_office, MONDAY, lambda what, share: None, COMPANY)
    for n in range(rounds(25, 500)):
        sqlite_office.do(_photo, n)
    return sqlite_office


def _photo(tx: Tx, n: int) -> None:
    content = os.urandom(PHOTO)
    tx.add(Blob(sha256=sha256(content).hexdigest(), size=len(content), content=content))


def test_a_grown_company_comes_back_whole_and_soon(grown: Office, tmp_path: Path) -> None:
    made = back_up(grown.engine, tmp_path / "backups", now=MONDAY, why="asked for")
    done = prove(tmp_path / "backups", MONDAY + timedelta(hours=1))
    assert (done.backup.path, done.backup.rows) == (made.path, made.rows)
    assert made.size >= rounds(25, 500) * PHOTO
    engine = open_engine(f"sqlite:///{tmp_path / 'back.db'}")
    again = restore(made.path, engine)
    engine.dispose()
    assert again.backup.rows == made.rows
    assert made.rows > rounds(500, 200_000)
    print(f"{made.rows:,} rows, {made.size / 1e9:.2f} GB: made in {made.seconds:.0f} s, proven in {done.seconds:.0f} s")
