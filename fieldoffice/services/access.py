"""Access codes: gate and alarm codes of a location, sealed under the office key.

Lists hold labels only. A code is seen one at a time, by somebody with the right or by a provider who goes there between the
day before and the day after their visit, and every look is an event. No event, message or paper holds a code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.customer import AccessCode, Location
from fieldoffice.models.errors import Invalid, Stale
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.calendar import day_span
from fieldoffice.services.secrets.office_key import about_code, office_key
from fieldoffice.services.secrets.sealing import seal, unseal

LONGEST_LABEL, LONGEST_CODE = 60, 200
WORDS = r"gate|door|entry|alarm|access|key ?pad|lock ?box|key ?box|garage|security|disarm|pin|code|pass ?code|combination"
LIKE_A_CODE = re.compile(
    rf"(?P<label>\b(?:(?:{WORDS})\b[ -]?){{1,4}})(?:\s{{0,3}}(?:(?:no|number|is|are|for|the)\b[.:]?|[:=.\-–]|\#(?=\s))){{0,6}}\s{{0,3}}"
    r"(?P<code>[#*]?\d(?:[ \-]?[\d#*]){2,11}[#*]?|(?=\w{0,11}\d)[A-Z0-9]{4,12}\b)", re.IGNORECASE)  # fmt: skip
"""A word such as gate, alarm or code, a few small words, then three to twelve digits (or capitals with a digit among them)."""


@dataclass(frozen=True, slots=True)
class AccessCodeRow:
    """What a list shows of a code: never the code."""

    id: int
    version: int
    location_id: int
    label: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LocationCodes:
    """The codes of a location, and whether they may be seen."""

    rows: tuple[AccessCodeRow, ...]
    may_see: bool


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code as it stood before a change, still sealed: what undo puts back. `version` is the one the change left, 0 if removed."""

    row: AccessCodeRow
    sealed: bytes
    version: int


@dataclass(frozen=True, slots=True)
class CodeInNotes:
    """Words in a free text that look like an access code: where they stand, what to call it, and the code."""

    start: int
    end: int
    label: str
    code: str


def location_codes(tx: Tx, location_id: int) -> LocationCodes:
    """The codes of a location by their labels, and whether the one who asks may see and keep codes."""
    return LocationCodes(access_codes(tx, location_id), Right.SEE_ACCESS_CODES in tx.actor.rights)


def access_codes(tx: Tx, location_id: int) -> tuple[AccessCodeRow, ...]:
    """The codes of a location by their labels."""
    tx.require(Right.LOOK)
    return tuple(code_row(row) for row in tx.all(select(AccessCode).where(AccessCode.location_id == location_id).order_by(AccessCode.id)))


def add_access_code(tx: Tx, location_id: int, *, label: str, code: str) -> AccessCodeRow:
    """Keep a code of a location."""
    tx.require(Right.SEE_ACCESS_CODES)
    _check(label, code)
    location = tx.get(Location, location_id)
    sealed = seal(office_key(tx), code.strip().encode(), about_code(location_id))
    row = tx.add(AccessCode(location_id=location.id, label=label.strip(), sealed=sealed, created_at=tx.now))
    tx.event("access_code.added", row, customer_id=location.customer_id, note=row.label)
    return code_row(row)


def change_access_code(tx: Tx, id: int, *, version: int, label: str, code: str = "") -> KeptCode:
    """Rename a code; with `code`, also change it. The answer puts it back with `put_code_back`."""
    tx.require(Right.SEE_ACCESS_CODES)
    _check(label, code or "unchanged")
    row = tx.get(AccessCode, id, version=version)
    old, sealed = code_row(row), row.sealed
    row.label = label.strip()
    if code:
        row.sealed = seal(office_key(tx), code.strip().encode(), about_code(row.location_id))
    tx.event("access_code.changed", row, customer_id=_customer(tx, row), note=row.label)
    tx.session.flush()
    return KeptCode(old, sealed, row.version)


def remove_access_code(tx: Tx, id: int, *, version: int) -> KeptCode:
    """Forget a code. The answer puts it back with `put_code_back`."""
    tx.require(Right.SEE_ACCESS_CODES)
    row = tx.get(AccessCode, id, version=version)
    kept = KeptCode(code_row(row), row.sealed, 0)
    tx.event("access_code.removed", row, customer_id=_customer(tx, row), note=row.label)
    tx.session.delete(row)
    return kept


def put_code_back(tx: Tx, kept: KeptCode) -> AccessCodeRow:
    """Undo a change or a removal, unless somebody changed the code since."""
    tx.require(Right.SEE_ACCESS_CODES)
    old = kept.row
    row = tx.session.get(AccessCode, old.id, with_for_update=True, populate_existing=True)
    if (row is None) != (kept.version == 0) or (row is not None and row.version != kept.version):
        raise Stale("Somebody else has changed this code since; it stays as it is.")
    if row is None:
        tx.get(Location, old.location_id)
        row = tx.add(AccessCode(id=old.id, location_id=old.location_id, label=old.label, sealed=kept.sealed, created_at=old.created_at,
                                version=old.version + 1))  # fmt: skip
    row.label, row.sealed = old.label, kept.sealed
    tx.event("access_code.put_back", row, customer_id=_customer(tx, row), note=old.label)
    tx.session.flush()
    return code_row(row)


def see_access_code(tx: Tx, id: int) -> str:
    """The code itself; an event says who looked."""
    if Right.SEE_ACCESS_CODES not in tx.actor.rights and not _goes_there(tx, id):
        tx.require(Right.SEE_ACCESS_CODES)
    row = tx.get(AccessCode, id)
    plain = unseal(office_key(tx), row.sealed, about_code(row.location_id)).decode()
    tx.event("access_code.seen", row, customer_id=_customer(tx, row), note=row.label)
    return plain


def codes_in(text: str) -> tuple[CodeInNotes, ...]:
    """The places in a free text that look like an access code. Pure: for a form to offer moving them before they are saved."""
    return tuple(
        CodeInNotes(hit.start(), hit.end(), _label(hit["label"]), hit["code"].strip()) for hit in LIKE_A_CODE.finditer(text)
    )


def without_code(text: str, found: CodeInNotes) -> str:
    """The text with the code taken out."""
    return f"{text[: found.start]}{found.label}: kept as an access code{text[found.end :]}"


def masked(text: str) -> str:
    """The text as the log may keep it: what looks like a code is dots."""
    for found in reversed(codes_in(text)):
        text = text[: found.start] + text[found.start : found.end].replace(found.code, "•••") + text[found.end :]
    return text


def code_row(row: AccessCode) -> AccessCodeRow:
    return AccessCodeRow(row.id, row.version, row.location_id, row.label, row.created_at)


def _label(words: str) -> str:
    """ "gate code" is kept as "Gate"; a bare "code" stays one."""
    plain = re.sub(r"\b(?:code|number|no)\b", "", words, flags=re.IGNORECASE).strip(" -") or "Code"
    return plain[:1].upper() + plain[1:]


def _check(label: str, code: str) -> None:
    wrong: dict[str, str] = {}
    if not 0 < len(label.strip()) <= LONGEST_LABEL:
        wrong["label"] = f"Say what the code opens, in at most {LONGEST_LABEL} characters, such as Gate or Alarm."
    if code.strip() and code.strip() in label:
        wrong["label"] = "The label is shown to everybody: it must not hold the code."
    if not 0 < len(code.strip()) <= LONGEST_CODE:
        wrong["code"] = f"Please enter the code, at most {LONGEST_CODE} characters."
    if wrong:
        raise Invalid(**wrong)


def _customer(tx: Tx, row: AccessCode) -> int | None:
    return tx.session.scalar(select(Location.customer_id).where(Location.id == row.location_id))


def _goes_there(tx: Tx, id: int) -> bool:
    """Whether the actor is a provider with a visit at the code's location yesterday, today or tomorrow."""
    if tx.actor.user_id is None:
        return False
    days = day_span(tx.today - timedelta(days=1), tx.zone, 3)
    there = _there(id, tx.actor.user_id)
    query = select(Appointment.id).join(Job, Job.id == Appointment.job_id).join(AccessCode, AccessCode.location_id == Job.location_id)
    query = query.join(Assignment, Assignment.appointment_id == Appointment.id).join(Provider, Provider.id == Assignment.provider_id)
    return tx.session.scalar(query.where(there, Appointment.starts_at >= days.start, Appointment.starts_at < days.end).limit(1)) is not None


def _there(id: int, user_id: int) -> ColumnElement[bool]:
    return (AccessCode.id == id) & Assignment.active & Provider.active & (Provider.user_id == user_id)

