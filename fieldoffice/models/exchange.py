"""What came in from files: one run for each import, with every row that it made or changed, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, Versioned, link


class ImportRun(Versioned, Table):
    """One import of one file: all of it happened, or none."""

    kind: Mapped[str] = mapped_column(String(12))  # customers | services | providers | jobs
    file_name: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]


class ImportedRow(Table):
    """A row that an import made (`before` is null) or changed, and the version in which it left it."""

    run_id: Mapped[int] = link("import_run.id")
    entity: Mapped[str] = mapped_column(String(24))
    entity_id: Mapped[int] = mapped_column(BigInteger)
    left_version: Mapped[int]
    before: Mapped[dict[str, Any] | None]
