"""As if the program had one more migration, and what its databases hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from fieldoffice import schema

NEXT = '''"""A revision for tests."""
import sqlalchemy as sa
from alembic import op

revision = "9999_test"
down_revision = "{down}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {body}
'''
NEW_COLUMN = """with op.batch_alter_table("job", recreate="auto") as batch:
        batch.add_column(sa.Column("mood", sa.String(), nullable=False, server_default="calm"))
        batch.alter_column("title", type_=sa.Text())"""


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """`next_revision(body)`: as if this program had one more migration; returns the folder of its migrations."""

    def add(body: str) -> Path:
        folder = tmp_path / "migrations"
        shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "v9999_test.py").write_text(NEXT.format(down=schema.head(), body=body))
        monkeypatch.setattr(schema, "MIGRATIONS", folder)
        return folder

    return add


def rows_of(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        tables = sorted(schema.metadata.tables)
        return {name: connection.execute(text(f'select count(*) from "{name}"')).scalar_one() for name in tables}


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))
