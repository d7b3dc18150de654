"""Who does the work: new providers, their facts, their order on the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper
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
KINDS = ("employee", "contractor")
LONGEST_OVERTIME_S = 8 * 3600
PERCENTS = {"speed_percent": (50, 200), "target_load_percent": (10, 150), "experience_percent": (50, 200)}
"""From and to, both allowed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person can change of a provider. Places are (latitude, longitude); None means the company's own place.

    `experience_percent` says how long this provider takes, of a service's usual duration; `speed_percent` how fast the
    drives are, of the usual speed.
    """

    name: str
    kind: str = "employee"
    color: str = ""
    email: str = ""
    phone: str = ""
    start_label: str = ""
    start: Point | None = None
    end_label: str = ""
    end: Point | None = None
    max_overtime_s: int = 0
    speed_percent: int = 100
    target_load_percent: int = 85
    experience_percent: int = 100
    starts_at_first_job: bool = False
    ends_at_last_job: bool = False
    booked_online: bool = True  # strangers may take free times


def add_provider(tx: Tx, *, name: str, kind: str = "employee", color: str = "", email: str = "", phone: str = "",
                 start: Point | None = None, start_label: str = "", end: Point | None = None, end_label: str = "",
                 max_overtime_s: int = 0) -> int:  # fmt: skip
    """A new employee or contractor; without a start and end place they start and end at the company."""
    facts = Facts(name, kind, color, email, phone, start_label, start, end_label, end, max_overtime_s)
    return new_provider(tx, facts).value


def new_provider(tx: Tx, facts: Facts) -> Edit:
    """A new provider, last on the board; the answer's value is the id. Without a color the next of the scheme is taken."""
    tx.require(Right.EDIT_PROVIDERS)
    check(facts)
    keep, place = Keeper(tx), tx.number("provider", first=0)
    last = tx.session.scalar(select(func.max(Provider.position)))
    facts = replace(facts, color=facts.color or ROUTE_COLORS[place % len(ROUTE_COLORS)])
    provider = tx.add(Provider(position=max(place, 0 if last is None else last + 1), **columns(facts)))
    keep.new(provider)
    tx.event("provider.added", provider, note=provider.name, after=columns(facts))
    return keep.edit(provider.id)


def edit_provider(tx: Tx, id: int, facts: Facts, *, version: int) -> Edit:
    """Change a provider's facts; one that somebody else changed since `version` is Stale."""
    tx.require(Right.EDIT_PROVIDERS)
    check(facts)
    provider, keep = tx.get(Provider, id, version=version), Keeper(tx)
    keep.before(provider)
    was, wanted = columns(facts_of(provider)), columns(replace(facts, color=facts.color or provider.color))
    changed = [name for name in wanted if was[name] != wanted[name]]
    for name in changed:
        setattr(provider, name, wanted[name])
    if changed:
        tx.event("provider.edited", provider, note=provider.name, before={n: was[n] for n in changed},
                 after={n: wanted[n] for n in changed})  # fmt: skip
    return keep.edit(id)


def move_provider(tx: Tx, id: int, *, before_id: int | None) -> Edit:
    """Let the board show a provider right above another one, or last."""
    tx.require(Right.EDIT_PROVIDERS)
    moved, keep = tx.get(Provider, id), Keeper(tx)
    order = tx.all(select(Provider).order_by(Provider.position, Provider.name, Provider.id).with_for_update(key_share=True))
    left = [provider for provider in order if provider.id != id]
    n = next((n for n, provider in enumerate(left) if provider.id == before_id), len(left))
    for provider, place in zip([*left[:n], moved, *left[n:]], _places(order), strict=True):
        if provider.position != place:
            keep.before(provider)
            provider.position = place
    if keep.rows:
        tx.event("provider.moved", moved, note=moved.name)
    return keep.edit(id)


def check(facts: Facts) -> None:
    """Refuse, by the field, what cannot be right."""
    wrong: dict[str, str] = {}
    if not facts.name.strip():
        wrong["name"] = "Please give the provider's name."
    if facts.kind not in KINDS:
        wrong["kind"] = "A provider is an employee or a contractor."
    if facts.color and not (len(facts.color) == 7 and facts.color[0] == "#" and set(facts.color[1:].upper()) <= set("0123456789ABCDEF")):
        wrong["color"] = "A color is written as # and six hex digits."
    if facts.email.strip() and ("@" not in facts.email or " " in facts.email.strip()):
        wrong["email"] = "This e-mail address cannot be right."
    for name in ("start", "end"):
        point: Point | None = getattr(facts, name)
        if point is not None and not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
            wrong[name] = "Latitude lies between -90 and 90, longitude between -180 and 180."
    if not 0 <= facts.max_overtime_s <= LONGEST_OVERTIME_S:
        wrong["max_overtime_s"] = "Overtime is at most 8 hours a day."
    for name, (low, high) in PERCENTS.items():
        if not low <= getattr(facts, name) <= high:
            wrong[name] = f"Between {low} and {high} %."
    if wrong:
        raise Invalid(**wrong)


def columns(facts: Facts) -> dict[str, Any]:
    """The facts as the table keeps them, JSON types only."""
    kept = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(facts).items()}
    start, end = kept.pop("start"), kept.pop("end")
    return kept | {"start_lat": start and start[0], "start_lon": start and start[1],
                   "end_lat": end and end[0], "end_lon": end and end[1]}  # fmt: skip


def facts_of(p: Provider) -> Facts:
    """What a stored provider's facts are."""
    return Facts(p.name, p.kind, p.color, p.email, p.phone, p.start_label, _point(p.start_lat, p.start_lon), p.end_label,
                 _point(p.end_lat, p.end_lon), p.max_overtime_s, p.speed_percent, p.target_load_percent, p.experience_percent,
                 p.starts_at_first_job, p.ends_at_last_job, p.booked_online)  # fmt: skip


def _places(order: Sequence[Provider]) -> list[int]:
    """The positions there are, each once, so that as few rows as possible change."""
    found = [provider.position for provider in order]
    return found if len(set(found)) == len(found) else list(range(len(found)))


def _point(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else (lat, lon)
