"""Rows of customers, their places and their contacts as everybody is given them."""

from __future__ import annotations

from dataclasses import dataclass

from fieldoffice.models.customer import Location
from fieldoffice.services.geo import Point


@dataclass(frozen=True, slots=True)
class LocationRow:
    id: int
    label: str
    street: str
    city: str
    region: str
    postal_code: str
    place: Point | None

    @property
    def line(self) -> str:
        """The address in one line."""
        return one_line(self.street, self.city, self.region, self.postal_code)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as a search offers it."""

    id: int
    version: int
    number: str
    name: str
    email: str
    phone: str
    city: str
    locations: int


def location_row(row: Location) -> LocationRow:
    return LocationRow(row.id, row.label, row.street, row.city, row.region, row.postal_code, place_of(row))


def place_of(row: Location) -> Point | None:
    """Where a location lies; None while nobody has placed it."""
    return None if row.lat is None or row.lon is None else (row.lat, row.lon)


def one_line(street: str, city: str, region: str, postal_code: str) -> str:
    """An address in one line."""
    return ", ".join(part for part in (street, city, f"{region} {postal_code}".strip()) if part)
