"""Proving a backup: it is reopened and restored into a scratch database, and what came back is compared."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from fieldoffice import schema
from fieldoffice.engine import open_engine, told
from fieldoffice.services.backups import rows
from fieldoffice.services.backups.form import Backup, BackupRow, damaged, in_words, opened
from fieldoffice.services.backups.pouring import pour, refuse_newer
from fieldoffice.services.backups.sources import source_of

SCRATCH = "fieldoffice-scratch-"


def verify(path: Path) -> BackupRow:
    """Restore a backup into a scratch database and compare every table; WorldFault names the damaged part.

    The scratch database lies beside the backup where that folder can be written to, and is gone afterwards.
    """
    began = time.monotonic()
    beside = path.parent if os.access(path.parent, os.W_OK) else None
    with told(), opened(path) as backup, in_words(path.parent):
        refuse_newer(backup)
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=beside) as scratch:
            _prove(backup, Path(scratch))
        return backup.manifest.row(path, time.monotonic() - began)


def _prove(backup: Backup, scratch: Path) -> None:
    engine = open_engine(f"sqlite:///{scratch / 'proof.sqlite'}")
    try:
        with source_of(backup, scratch) as source, schema.migrating(engine) as connection:
            schema.climb(connection, backup.manifest.revision)
            pour(backup, source, connection)
            shape = rows.shape_of(connection, schema.tables_at(backup.manifest.revision))
            for name, expected in backup.manifest.tables.items():
                if rows.sum_of(connection, name, shape[name]) != expected:
                    raise damaged(backup.path, f"the table {name} came back changed")
    finally:
        engine.dispose()
