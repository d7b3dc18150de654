"""What the tests of backups share: a moment, the contents of a database, a backup that lies."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from fieldoffice import schema
from fieldoffice.services.backups.form import Manifest, Sum, Writer
from fieldoffice.services.backups.rows import shape_of, sum_of

NOON = datetime(2026, 3, 2, 12, 0, 5, 999, tzinfo=UTC)
Opener = Callable[..., Engine]


def contents(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        shape = shape_of(connection, frozenset(schema.metadata.tables))
        return {name: sum_of(connection, name, columns) for name, columns in shape.items()}


def tamper(path: Path, to: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A backup that lies: its manifest was changed, and it was sealed again."""
    writer = Writer(to)
    with zipfile.ZipFile(path) as archive:
        said = json.loads(archive.read("manifest.json"))
        for name in archive.namelist():
            if name != "manifest.json":
                with writer.member(name) as part:
                    part.write(archive.read(name))
    change(said)
    sums = {part: {name: Sum(**s) for name, s in said[part].items()} for part in ("tables", "members")}
    writer.finish(Manifest(**(said | sums)))
    return to


