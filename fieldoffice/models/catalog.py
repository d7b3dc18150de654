"""What the company sells: services, materials and charges, and the tax on them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Cents, Table, Versioned, link


class TaxRate(Versioned, Table):
    """A tax rate in parts per million, dated, for a region or for all."""

    name: Mapped[str]
    ppm: Mapped[int]
    region: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class CatalogItem(Versioned, Table):
    """A service, material or charge of the price book."""

    kind: Mapped[str] = mapped_column(String(8))  # service | material | charge
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    duration_s: Mapped[int] = mapped_column(default=0)
    price_cents: Mapped[Cents] = mapped_column(default=0)
    tax_rate_id: Mapped[int | None] = link("tax_rate.id", null=True, index=False)
    outdoor: Mapped[bool] = mapped_column(default=False)
    buffer_s: Mapped[int] = mapped_column(default=0)
    bookable: Mapped[str] = mapped_column(String(10), default="no")  # instant | request | both | no
    price_from: Mapped[bool] = mapped_column(default=False, server_default=false())  # the price is the least it costs
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class ItemSkill(Table):
    """A service needs a skill."""

    __table_args__ = (UniqueConstraint("item_id", "skill_id"),)

    item_id: Mapped[int] = link("catalog_item.id")
    skill_id: Mapped[int] = link("skill.id", index=False)
