"""What the forms of a job offer: the price book, the providers, the company's own fields; and how to read its times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.catalog import ItemRow, items
from fieldoffice.services.fields import FieldRow, custom_fields


@dataclass(frozen=True, slots=True)
class Person:
    """A provider to choose; those who left are named on past visits but no longer offered."""

    id: int
    name: str
    color: str
    active: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """All that a form about jobs needs beside the job. `exponent` is the number of decimals of the currency."""

    zone: str
    now: datetime
    today: date
    exponent: int
    items: tuple[ItemRow, ...]
    people: tuple[Person, ...]
    fields: tuple[FieldRow, ...]

    @property
    def names(self) -> dict[int, str]:
        """The names of all providers by id."""
        return {person.id: person.name for person in self.people}


def choices(tx: Tx) -> Choices:
    """What the forms offer now."""
    tx.require(Right.LOOK)
    everyone = tx.all(select(Provider).order_by(Provider.position, Provider.name, Provider.id))
    return Choices(tx.company.zone, tx.now, tx.today, tx.company.currency_exponent, items(tx),
                   tuple(Person(p.id, p.name, p.color, p.active) for p in everyone), custom_fields(tx, "job"))  # fmt: skip
