"""A small company that takes requests, and requests to put into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Office, Seat, Tx
from fieldoffice.services.requests.asking import Submitted, Wished, submit_request
from tests import make

TUESDAY, WEDNESDAY, THURSDAY = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)
SATURDAY = date(2026, 3, 7)


def small(office: Office) -> make.Made:
    """The small company of `make`: its repair can be asked for, Carol is onboarded, the office has an address for mail."""
    made = make.small(office)
    office.do(_ready, made)
    return made


def _ready(tx: Tx, made: make.Made) -> None:
    tx.get(CatalogItem, made.repair).bookable = "both"
    tx.get(Customer, made.customer).onboarded_at = tx.now
    tx.company.email = "office@example.com"


def door(office: Office) -> Seat:
    return office.outside("customer")


def wished(made: make.Made, **more: Any) -> Wished:
    plain = Wished("form-1", made.repair, "", (TUESDAY, THURSDAY), "morning", made.location, notes="The dog is friendly.")
    return replace(plain, **more)


def ask(office: Office, made: make.Made, **more: Any) -> Submitted:
    """Carol asks for a repair on Tuesday or Thursday morning."""
    return door(office).do(submit_request, made.customer, wished(made, **more))


def row(office: Office, request_id: int) -> BookingRequest:
    return office.see(lambda tx: tx.get(BookingRequest, request_id))


def outbox(office: Office, kind: str = "") -> list[OutboxMessage]:
    query = select(OutboxMessage).order_by(OutboxMessage.id)
    return office.see(lambda tx: tx.all(query.where(OutboxMessage.kind == kind) if kind else query))


def count(office: Office, table: Any) -> int:
    return len(office.see(lambda tx: tx.all(select(table.id))))


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), **more: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def utc(on: date, hour: int, minute: int = 0) -> datetime:
    return make.at(hour, minute, on).astimezone(UTC)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)
