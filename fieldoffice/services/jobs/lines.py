"""The lines of a job: services, materials and charges, added, changed, removed and put back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.catalog import CatalogItem, ItemSkill
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import JobSkill, Line
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.jobs.fresh import fresh, open_row
from fieldoffice.services.jobs.money import amount, quantity
from fieldoffice.services.jobs.opening import check_quantity, need_skills, new_line
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet

DEAREST_CENTS = 10**9
LONGEST_S = 24 * 3600
KEPT = ("item_id", "kind", "name", "quantity_milli", "unit_price_cents", "tax_ppm", "duration_s", "outdoor", "position", "added_by")


def add_line(
    tx: Tx, job_id: int, *, item_id: int, quantity_milli: int = 1000, unit_price_cents: int | None = None
) -> JobSheet:
    """Add an item of the price book; a waiting visit grows by the time that a service takes."""
    tx.require(Right.EDIT_JOBS)
    job, item = open_row(tx, job_id), tx.get(CatalogItem, item_id)
    last = tx.session.scalar(select(func.max(Line.position)).where(Line.job_id == job_id))
    line = new_line(tx, job_id, item, quantity_milli, position=(last or 0) + 1)
    if unit_price_cents is not None:
        line.unit_price_cents = _price(unit_price_cents)
    tx.add(line)
    need_skills(tx, job_id, [item_id])
    _stretch(tx, job_id, _takes(line))
    tx.event("job.line_added", line, job_id=job_id, customer_id=job.customer_id, note=f"{line.name}, {_words(tx, line)}",
             after=_line_facts(line))  # fmt: skip
    return job_sheet(tx, job_id)


def edit_line(
    tx: Tx, line_id: int, *, version: int, quantity_milli: int, unit_price_cents: int, name: str = ""
) -> JobSheet:
    """Change quantity, price or words of a line; a line that somebody else changed since `version` is Stale in words."""
    tx.require(Right.EDIT_JOBS)
    line = fresh(tx, Line, line_id, version)
    job, before, was, took = open_row(tx, line.job_id), _line_facts(line), _words(tx, line), _takes(line)
    check_quantity(quantity_milli)
    line.quantity_milli, line.unit_price_cents = quantity_milli, _price(unit_price_cents)
    line.name = name.strip() or line.name
    tx.session.flush()
    after = _line_facts(line)
    if after != before:
        _stretch(tx, line.job_id, _takes(line) - took)
        now = _words(tx, line)
        note = line.name if now == was else f"{line.name}, {now} (was {was})"
        tx.event("job.line_edited", line, job_id=job.id, customer_id=job.customer_id, note=note, before=before, after=after)
    return job_sheet(tx, job.id)


def remove_line(tx: Tx, line_id: int, *, version: int) -> JobSheet:
    """Take a line off a job; the log keeps it, so `put_line_back` can bring it back."""
    tx.require(Right.EDIT_JOBS)
    line = fresh(tx, Line, line_id, version)
    job = open_row(tx, line.job_id)
    tx.event("job.line_removed", line, job_id=job.id, customer_id=job.customer_id, note=f"{line.name}, {_words(tx, line)}",
             before=_line_facts(line))  # fmt: skip
    took, item_id = _takes(line), line.item_id
    tx.session.delete(line)
    tx.session.flush()
    _stretch(tx, job.id, -took)
    _forget_skills(tx, job.id, item_id)
    return job_sheet(tx, job.id)


def put_line_back(tx: Tx, line_id: int) -> JobSheet:
    """Undo `remove_line`: the line comes back as it was, with the price and the tax it had, under a new id."""
    tx.require(Right.EDIT_JOBS)
    about = (Event.entity == "line", Event.entity_id == line_id, Event.kind == "job.line_removed")
    gone = tx.session.scalars(select(Event).where(*about).order_by(Event.id.desc())).first()
    if gone is None or gone.job_id is None:
        raise NotAllowed("This line was not removed.")
    job = open_row(tx, gone.job_id)
    again = select(Event.after).where(Event.job_id == job.id, Event.kind == "job.line_put_back", Event.id > gone.id)
    if any(after.get("was") == line_id for after in tx.all(again)):
        raise NotAllowed("This line was put back already.")
    line = tx.add(Line(job_id=job.id, **{key: gone.before[key] for key in KEPT}))
    if line.item_id is not None:
        need_skills(tx, job.id, [line.item_id])
    _stretch(tx, job.id, _takes(line))
    tx.event("job.line_put_back", line, job_id=job.id, customer_id=job.customer_id, note=f"{line.name}, {_words(tx, line)}",
             after=_line_facts(line) | {"was": line_id})  # fmt: skip
    return job_sheet(tx, job.id)


def _takes(line: Line) -> int:
    return line.duration_s * line.quantity_milli // 1000


def _stretch(tx: Tx, job_id: int, by_s: int) -> None:
    """A visit that nobody planned yet takes as long as its services; planned ones keep their place."""
    query = select(Appointment).where(Appointment.job_id == job_id, Appointment.state == AppointmentState.WAITING)
    waiting = tx.all(query)
    if by_s and len(waiting) == 1:
        waiting[0].duration_s = min(max(60, waiting[0].duration_s + by_s), LONGEST_S)


def _forget_skills(tx: Tx, job_id: int, item_id: int | None) -> None:
    """The skills that only the removed service asked for are needed no longer."""
    left = select(Line.item_id).where(Line.job_id == job_id, Line.item_id.is_not(None))
    needed = set(tx.all(select(ItemSkill.skill_id).where(ItemSkill.item_id.in_(left))))
    asked = set(tx.all(select(ItemSkill.skill_id).where(ItemSkill.item_id == item_id)))
    if gone := asked - needed:
        tx.session.execute(delete(JobSkill).where(JobSkill.job_id == job_id, JobSkill.skill_id.in_(gone)))


def _price(cents: int) -> int:
    if not -DEAREST_CENTS <= cents <= DEAREST_CENTS:
        raise Invalid(price="This price is out of bounds.")
    return cents


def _words(tx: Tx, line: Line) -> str:
    return f"{quantity(line.quantity_milli)} × {amount(line.unit_price_cents, tx.company.currency_exponent)}"


def _line_facts(line: Line) -> dict[str, Any]:
    return {key: getattr(line, key) for key in KEPT}
