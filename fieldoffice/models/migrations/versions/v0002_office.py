"""Customers found by any of their words; import runs, geocodes, drives, weather and secrets kept; ids never used again."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "geocode_answer",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("precision", sa.String(length=12), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocode_answer")),
        sa.UniqueConstraint("source", "address", name=op.f("uq_geocode_answer_source_address")),
    )
    op.create_table(
        "import_run",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "secret",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret")),
        sa.UniqueConstraint("key", name=op.f("uq_secret_key")),
    )
    op.create_table(
        "travel_time",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("destination", sa.String(length=24), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("meters", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_time")),
        sa.UniqueConstraint("source", "origin", "destination", name=op.f("uq_travel_time_source_origin_destination")),
    )
    op.create_table(
        "weather",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weather")),
        sa.UniqueConstraint("on_date", "half", name=op.f("uq_weather_on_date_half")),
    )
    op.create_table(
        "imported_row",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=24), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("left_version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_imported_row_run_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
    )
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_row_run_id"), ["run_id"], unique=False)

    op.create_table(
        "shift_break",
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("length_min", sa.Integer(), nullable=False),
        sa.Column("from_min", sa.Integer(), nullable=False),
        sa.Column("to_min", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("from_min <= to_min AND length_min > 0", name=op.f("ck_shift_break_lies_in_order")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_shift_break_shift_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_break")),
    )
    with op.batch_alter_table("shift_break", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_break_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "appointment_pair",
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("gap_s", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_appointment_pair_are_two")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["appointment.id"], name=op.f("fk_appointment_pair_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["appointment.id"], name=op.f("fk_appointment_pair_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_pair")),
        sa.UniqueConstraint("first_id", "second_id", "rule", name=op.f("uq_appointment_pair_first_id_second_id_rule")),
    )
    with op.batch_alter_table("appointment_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_pair_first_id"), ["first_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_pair_second_id"), ["second_id"], unique=False)

    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("crew", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("search", sa.String(), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_customer_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_customer_merged_into_id"), "customer", ["merged_into_id"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.add_column(sa.Column("experience_percent", sa.Integer(), server_default="100", nullable=False))
        batch_op.add_column(sa.Column("starts_at_first_job", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("ends_at_last_job", sa.Boolean(), server_default=sa.false(), nullable=False))
    for table in ("line", "attachment"):
        if op.get_bind().dialect.name == "sqlite":
            with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
                pass
    _fill_search()


def _fill_search() -> None:
    """What `find` looks in: name, number, mail, phone, and the streets and cities where a customer is served."""
    bind = op.get_bind()
    places: dict[int, list[str]] = {}
    for id, street, city in bind.execute(sa.text("select customer_id, street, city from location where active")):
        places.setdefault(id, []).extend((street, city))
    rows = bind.execute(sa.text("select id, name, number, email, phone from customer")).all()
    filled = [{"id": id, "search": _folded(*facts, *dict.fromkeys(places.get(id, [])))} for id, *facts in rows]
    if filled:
        bind.execute(sa.text("update customer set search = :search where id = :id"), filled)


def _folded(*parts: str) -> str:
    words = " ".join(part for part in parts if part)
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c)).casefold()
    phones = ("".join(c for c in part if c.isdigit()) for part in parts if _is_phone(part))
    return " ".join((plain, *phones))


def _is_phone(part: str) -> bool:
    return sum(c.isdigit() for c in part) >= 4 and not set(part) - set("0123456789 ()-./+")
