"""What every table shares: ids, UTC instants, versions, names of constraints."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, ForeignKey, Integer, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

BigId = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself on SQLite
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A UTC moment. Naive datetimes are refused; SQLite gets its zone back on load."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """The base of all tables; the table's name is the topic that rings when one of its rows changes."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant(), date: Date(), dict[str, Any]: JSON(), list[str]: JSON()}

    id: Mapped[int] = mapped_column(BigId, primary_key=True)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")


class Versioned:
    """A row that people edit: a save against an old version is refused."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def new_public_id() -> str:
    """128 random bits as 32 hex digits; seen outside, never the only guard."""
    return secrets.token_hex(16)


Cents = Annotated[int, mapped_column(BigInteger)]
"""Minor units of the company's currency."""
PublicId = Annotated[str, mapped_column(String(32), unique=True, default=new_public_id)]


def link(target: str, *, null: bool = False, index: bool = True, cascade: bool = False) -> Any:
    """A foreign key column to `target` ("table.id"); rows are kept from being orphaned unless `cascade`."""
    rule = ForeignKey(target, ondelete="CASCADE" if cascade else "RESTRICT")
    return mapped_column(BigId, rule, nullable=null, index=index)
