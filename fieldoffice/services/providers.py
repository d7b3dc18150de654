"""Those who do the work: adding them, their skills, hours and absences."""

from __future__ import annotations

from datetime import date, datetime

from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Absence, Provider, ProviderSkill, Shift, ShiftException
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.geo import Point

ROUTE_COLORS = (
    "#332288",
    "#88CCEE",
    "#44AA99",
    "#117733",
    "#999933",
    "#DDCC77",
    "#CC6677",
    "#882255",
    "#AA4499",
    "#6E6E6E",
)
"""Paul Tol's muted scheme: ten colors that color-blind people can tell apart."""


def add_provider(tx: Tx, *, name: str, kind: str = "employee", color: str = "", email: str = "", phone: str = "",
                 start: Point | None = None, start_label: str = "", end: Point | None = None, end_label: str = "",
                 max_overtime_s: int = 0) -> int:  # fmt: skip
    """A new employee or contractor; without a start and end place they start and end at the company."""
    tx.require(Right.EDIT_PROVIDERS)
    if not name.strip():
        raise Invalid(name="Please give the provider's name.")
    if kind not in {"employee", "contractor"}:
        raise Invalid(kind="A provider is an employee or a contractor.")
    place = tx.number("provider", first=0)
    return tx.add(Provider(name=name.strip(), kind=kind, color=color or ROUTE_COLORS[place % len(ROUTE_COLORS)], email=email,
                           phone=phone, start_label=start_label, start_lat=start and start[0], start_lon=start and start[1],
                           end_label=end_label, end_lat=end and end[0], end_lon=end and end[1],
                           max_overtime_s=max_overtime_s, position=place)).id  # fmt: skip


def give_skill(
    tx: Tx, provider_id: int, skill_id: int, *, certificate: str = "", expires_on: date | None = None
) -> None:
    """A provider has a skill, until its certificate expires."""
    tx.require(Right.EDIT_PROVIDERS)
    tx.add(ProviderSkill(provider_id=provider_id, skill_id=skill_id, certificate=certificate, expires_on=expires_on))


def set_shift(tx: Tx, provider_id: int, weekday: int, start_min: int, end_min: int, *, lunch_min: int = 0,
              lunch_from_min: int = 0, lunch_to_min: int = 0) -> None:  # fmt: skip
    """Regular hours on a weekday (0 Monday), in minutes after midnight; the break starts between two times."""
    tx.require(Right.EDIT_PROVIDERS)
    if not 0 <= start_min < end_min <= 24 * 60:
        raise Invalid(hours="A shift starts before it ends, within one day.")
    if lunch_min and not start_min <= lunch_from_min <= lunch_to_min <= end_min - lunch_min:
        raise Invalid(lunch="The break lies within the shift.")
    tx.add(Shift(provider_id=provider_id, weekday=weekday, start_min=start_min, end_min=end_min, lunch_min=lunch_min,
                 lunch_from_min=lunch_from_min, lunch_to_min=lunch_to_min))  # fmt: skip


def set_day(tx: Tx, provider_id: int, on: date, hours: tuple[int, int] | None, reason: str = "") -> None:
    """Other hours on one day, or none."""
    tx.require(Right.EDIT_PROVIDERS)
    start, end = hours or (None, None)
    tx.add(ShiftException(provider_id=provider_id, on_date=on, start_min=start, end_min=end, reason=reason))


def add_absence(tx: Tx, provider_id: int, starts_at: datetime, ends_at: datetime, reason: str) -> int:
    """A provider is away; visits already planned then stay, and show as conflicts."""
    tx.require(Right.EDIT_PROVIDERS)
    if ends_at <= starts_at:
        raise Invalid(until="An absence ends after it starts.")
    tx.get(Provider, provider_id, lock=True)
    return tx.add(
        Absence(provider_id=provider_id, starts_at=starts_at, ends_at=ends_at, reason=reason.strip() or "away")
    ).id
