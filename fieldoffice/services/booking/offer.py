"""Which services people outside may book, and what a visit for some of them needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from fieldoffice.models.catalog import CatalogItem, ItemSkill
from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Wanted
from fieldoffice.services.booking.rules import booking_rules
from fieldoffice.services.fields import FieldRow, custom_fields
from fieldoffice.services.geo import Point
from fieldoffice.services.words import marked

AT_ONCE = ("instant", "both")
"""`CatalogItem.bookable` of services that may be booked at once."""
MOST_SERVICES = 6
LONGEST_S = 24 * 3600
CHOOSE = marked("Please choose at least one service.")
TOO_MANY = marked("Please choose at most six services at once.")


@dataclass(frozen=True, slots=True)
class Service:
    """A service as strangers see it; `price_from` says that it is the least it costs."""

    id: int
    code: str
    name: str
    description: str
    duration_s: int
    price_cents: int
    price_from: bool


@dataclass(frozen=True, slots=True)
class WantedVisit:
    """A visit for which a free time is looked for.

    `between_min` are the allowed starts in minutes after midnight. `appointment_id` names a visit that exists already and is
    to be moved: it is not in its own way. The services of `item_ids` are what the rest was made from.
    """

    duration_s: int
    skills: frozenset[str] = field(default_factory=frozenset[str])
    place: Point | None = None
    item_ids: tuple[int, ...] = ()
    preferred: frozenset[int] = field(default_factory=frozenset[int])
    excluded: frozenset[int] = field(default_factory=frozenset[int])
    appointment_id: int | None = None
    between_min: tuple[int, int] | None = None

    @property
    def wanted(self) -> Wanted:
        """What the availability rule needs to know."""
        return Wanted(self.duration_s, self.appointment_id, self.skills, None, self.place, self.preferred, self.excluded)


def offered(tx: Tx) -> tuple[Service, ...]:
    """The services that may be booked at once, in the order of the price book."""
    tx.require(Right.ONLINE)
    query = select(CatalogItem).where(CatalogItem.active, CatalogItem.kind == "service", CatalogItem.bookable.in_(AT_ONCE))
    return tuple(_service(row) for row in tx.all(query.order_by(CatalogItem.position, CatalogItem.name, CatalogItem.id)))


def chosen(tx: Tx, item_ids: Sequence[int]) -> tuple[Service, ...]:
    """The chosen ones among those on offer, each once, in the order of the price book; refused by the field `service`."""
    known = offered(tx)
    found = tuple(service for service in known if service.id in set(item_ids))
    if not found or len(found) != len(set(item_ids)):
        raise Invalid(service=CHOOSE)
    if len(found) > MOST_SERVICES:
        raise Invalid(service=TOO_MANY)
    return found


def wanted_visit(tx: Tx, item_ids: Sequence[int], place: Point | None) -> WantedVisit:
    """The visit that these services make: durations and buffers add up, the skills of all are needed."""
    if Right.ONLINE not in tx.actor.rights:
        tx.require(Right.LOOK)
    items = tx.all(select(CatalogItem).where(CatalogItem.id.in_(list(item_ids))).order_by(CatalogItem.position, CatalogItem.id))
    skills = select(Skill.name).join(ItemSkill, ItemSkill.skill_id == Skill.id).where(ItemSkill.item_id.in_(list(item_ids)))
    length = sum(item.duration_s + item.buffer_s for item in items)
    return WantedVisit(min(max(length, 60), LONGEST_S) if length else 3600, frozenset(tx.all(skills)), place, tuple(i.id for i in items))


def _service(row: CatalogItem) -> Service:
    return Service(row.id, row.code, row.name, row.description, row.duration_s, row.price_cents, row.price_from)


MADE_OF = ("setting", "catalog_item", "custom_field")
"""The tables that `offer` reads."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the first page shows. `fields` are the company's own fields that every job needs."""

    open: bool
    intro: str
    services: tuple[Service, ...]
    fields: tuple[FieldRow, ...]


def offer(tx: Tx) -> Offer:
    """Whether bookings are taken, for which services, and what is asked for beside name and address."""
    tx.require(Right.ONLINE)
    rules = booking_rules(tx)
    with tx.as_office():
        asked = tuple(field for field in custom_fields(tx, "job") if field.required)
    return Offer(rules.open, rules.intro, offered(tx), asked)
