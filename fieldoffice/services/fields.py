"""The company's own fields of customers and jobs: which there are, and what a value must be.

Values lie in the row's `custom`, by the field's key. A field is never deleted: one that is retired keeps its values, is no
longer offered and no longer asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from fieldoffice.models.customer import CustomField
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx

ENTITIES = ("customer", "job")
KINDS: Mapping[str, str] = {
    "text": "Text",
    "number": "Number",
    "date": "Day",
    "choice": "One of a list",
    "yes_no": "Yes or no",
}
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field that the company added to customers or jobs."""

    key: str
    label: str
    kind: str
    choices: tuple[str, ...]
    required: bool
    position: int = 0
    active: bool = True
    entity: str = ""
    id: int = 0
    version: int = 0


def custom_fields(tx: Tx, entity: str) -> tuple[FieldRow, ...]:
    """The fields in use of customers or jobs, in their order."""
    tx.require(Right.LOOK)
    return tuple(field for field in every_field(tx, entity) if field.active)


def every_field(tx: Tx, entity: str) -> tuple[FieldRow, ...]:
    """The same with the retired ones, which follow those in use."""
    tx.require(Right.LOOK)
    query = select(CustomField).where(CustomField.entity == entity)
    rows = tx.all(query.order_by(CustomField.active.desc(), CustomField.position, CustomField.id))
    return tuple(field_row(row) for row in rows)


def field_row(f: CustomField) -> FieldRow:
    return FieldRow(f.key, f.label, f.kind, tuple(f.choices), f.required, f.position, f.active, f.entity, f.id, f.version)


def checked(tx: Tx, entity: str, values: Mapping[str, Any], *, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The values as they are stored, empty ones left out; refuses by `custom.<key>` what the company does not accept.

    `kept` is what the row holds already: values of retired fields stay, whether or not `values` names them, and a value
    that stands there unchanged is not asked about again (its list of choices may have changed since).
    """
    if wrong := problems(tx, entity, values, kept=kept):
        raise Invalid(**wrong)
    return stored(values, kept or {}, every_field(tx, entity))


def problems(tx: Tx, entity: str, values: Mapping[str, Any], *, kept: Mapping[str, Any] | None = None) -> dict[str, str]:
    """What is wrong with the values, by `custom.<key>`: for services that name all that is wrong at once."""
    known = {field.key: field for field in every_field(tx, entity)}
    before = {key: value for key, value in (kept or {}).items() if value not in (None, "")}
    wrong = {k: problem(f, v) for k, f in known.items() if f.active and ((v := values.get(k)) is None or v != before.get(k))}
    strange = {key: f"There is no field {key}." for key in values if key not in known and key not in before}
    return {f"custom.{key}": words for key, words in (wrong | strange).items() if words}


def stored(values: Mapping[str, Any], kept: Mapping[str, Any], known: tuple[FieldRow, ...]) -> dict[str, Any]:
    """What the row's `custom` becomes."""
    active = {field.key for field in known if field.active}
    old = {key: value for key, value in kept.items() if key not in active}
    new = {key: plain(value) for key, value in values.items() if key in active or key not in old}
    return old | {key: value for key, value in new.items() if value not in (None, "")}


def plain(value: Any) -> Any:
    """A value as JSON holds it: text without blanks around it, a day as 2026-03-02."""
    if isinstance(value, str):
        return value.strip()
    return value.isoformat() if isinstance(value, date) else value


def problem(field: FieldRow, value: Any) -> str:
    """What is wrong with a value of this field, in words; "" when nothing is."""
    value = plain(value)
    if value is None or value == "":
        return f"{field.label} is required." if field.required else ""
    return CHECKS[field.kind](field, value)


def _text(field: FieldRow, value: Any) -> str:
    if not isinstance(value, str):
        return f"{field.label} is a text."
    return f"{field.label} has at most {LONGEST:,} characters." if len(value) > LONGEST else ""


def _number(field: FieldRow, value: Any) -> str:
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return "" if good else f"{field.label} is a number."


def _day(field: FieldRow, value: Any) -> str:
    try:
        good = isinstance(value, str) and len(value) == 10 and bool(datetime.strptime(value, "%Y-%m-%d"))
    except ValueError:
        good = False
    return "" if good else f"{field.label} is a day."


def _choice(field: FieldRow, value: Any) -> str:
    return "" if value in field.choices else f"{field.label}: choose one of {', '.join(field.choices)}."


def _yes_no(field: FieldRow, value: Any) -> str:
    return "" if isinstance(value, bool) else f"{field.label} is yes or no."


CHECKS = {"text": _text, "number": _number, "date": _day, "choice": _choice, "yes_no": _yes_no}
