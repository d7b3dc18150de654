"""Before the door opens: empty, old, newer and foreign databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldoffice import schema
from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office
from fieldoffice.services.backups import (
    bring_up_to_date,
    restore,
)
from tests.models.revisions import NEW_COLUMN, rows_of, run
from tests.services.backups.shelf import NOON, Opener


def test_an_empty_database_gets_its_schema_and_a_current_one_nothing(new_address, kind: str, tmp_path: Path) -> None:
    address, folder = new_address(kind, migrated=False), tmp_path / "b"
    first = bring_up_to_date(address, folder, now=NOON)
    assert (first.revision_before, first.revision_after, first.backup) == (None, schema.head(), None)
    again = bring_up_to_date(address, folder, now=NOON)
    assert (again.revision_before, again.revision_after, again.backup) == (schema.head(), schema.head(), None)
    assert not folder.exists()


def test_an_old_database_is_backed_up_and_then_upgraded(books: Office, target: Opener, kind: str, tmp_path: Path,
                                                        next_revision) -> None:  # fmt: skip
    was, old = rows_of(books.engine), schema.head()
    next_revision(NEW_COLUMN)
    prepared = bring_up_to_date(books.address, tmp_path / "b", now=NOON)
    assert (prepared.revision_before, prepared.revision_after) == (old, "9999_test")
    assert prepared.backup
    assert (prepared.backup.revision, prepared.backup.why) == (old, "before an upgrade")
    assert rows_of(books.engine) == was
    fresh = target(kind)
    assert restore(prepared.backup.path, fresh).revision == "9999_test"  # the old backup climbs on its way back
    assert rows_of(fresh) == was


def test_nothing_is_upgraded_without_a_backup(books: Office, tmp_path: Path, next_revision) -> None:
    next_revision(NEW_COLUMN)
    folder = tmp_path / "b"
    folder.write_text("in the way")
    with pytest.raises(WorldFault, match=r"The folder .* cannot be used"):
        bring_up_to_date(books.address, folder, now=NOON)
    assert schema.state(books.engine) is schema.SchemaState.OLD


@pytest.mark.parametrize(
    ("statement", "words"),
    [("update alembic_version set version_num = '9999'", "newer fieldoffice"), ("drop table alembic_version", "another program")],
)
def test_a_newer_or_foreign_database_is_refused_untouched(office: Office, tmp_path: Path, statement: str, words: str) -> None:
    run(office.engine, statement)
    with pytest.raises(WorldFault, match=words):
        bring_up_to_date(office.address, tmp_path / "b", now=NOON)
    assert not (tmp_path / "b").exists()
