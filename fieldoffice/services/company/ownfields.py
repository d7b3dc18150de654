"""The company's own fields: adding, renaming, ordering and retiring them. What was entered into one is never lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.customer import CustomField
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.fields import ENTITIES, KINDS, field_row

LONGEST_LABEL, LONGEST_KEY = 60, 40


def add_field(tx: Tx, entity: str, *, name: str, kind: str, choices: Sequence[str] = (), required: bool = False) -> Edit:
    """A new field at the end; `value` of the answer is its row. Its key is made of its name and never changes."""
    tx.require(Right.ORGANIZATION)
    label, offered = name.strip(), tidy(choices)
    _check(tx, entity, label, kind, offered, ())
    last = tx.session.scalar(select(func.max(CustomField.position)).where(CustomField.entity == entity))
    row = tx.add(CustomField(entity=entity, key=_new_key(tx, entity, label), label=label, kind=kind, choices=offered,
                             required=required, position=0 if last is None else last + 1))  # fmt: skip
    keep = Keeper(tx)
    keep.new(row)
    tx.event("field.added", row, after=_facts(row), note=label)
    return keep.edit(field_row(row))


def edit_field(tx: Tx, id: int, *, version: int, name: str, choices: Sequence[str] = (), required: bool = False) -> Edit:
    """Rename a field, change what it offers and whether it must be filled. Its kind stays: its values are of that kind."""
    tx.require(Right.ORGANIZATION)
    row, keep = tx.get(CustomField, id, version=version), Keeper(tx)
    label, offered = name.strip(), tidy(choices)
    _check(tx, row.entity, label, row.kind, offered, (row.id,))
    keep.before(row)
    before = _facts(row)
    row.label, row.choices, row.required = label, offered, required
    tx.event("field.edited", row, before=before, after=_facts(row), note=label)
    tx.session.flush()
    return keep.edit(field_row(row))


def retire_field(tx: Tx, id: int, *, version: int, retired: bool = True) -> Edit:
    """No longer show or require a field, or take it up again: its values are kept either way."""
    tx.require(Right.ORGANIZATION)
    row, keep = tx.get(CustomField, id, version=version), Keeper(tx)
    if not retired:
        _check(tx, row.entity, row.label, row.kind, row.choices, (row.id,))
    keep.before(row)
    row.active = not retired
    tx.event("field.retired" if retired else "field.taken_up", row, note=row.label)
    tx.session.flush()
    return keep.edit(field_row(row))


def order_fields(tx: Tx, entity: str, ids: Sequence[int]) -> Edit:
    """Put the fields into this order; those that are not named follow as they were."""
    tx.require(Right.ORGANIZATION)
    query = select(CustomField).where(CustomField.entity == entity).order_by(CustomField.position, CustomField.id)
    rows = tx.all(query.with_for_update())
    place = {id: n for n, id in enumerate(ids)}
    keep = Keeper(tx)
    for n, row in enumerate(sorted(rows, key=lambda row: place.get(row.id, len(place)))):
        if row.position != n:
            keep.before(row)
            row.position = n
    if keep.rows:
        tx.event("field.ordered", rows[0], note=entity)
    return keep.edit()


def tidy(choices: Sequence[str]) -> list[str]:
    """The choices without blanks around them, without empty ones, each once."""
    return list(dict.fromkeys(choice.strip() for choice in choices if choice.strip()))


def _check(tx: Tx, entity: str, label: str, kind: str, choices: Sequence[str], same: Sequence[int]) -> None:
    wrong: dict[str, str] = {}
    if entity not in ENTITIES:
        wrong["entity"] = "Customers and jobs have fields of their own."
    if not 0 < len(label) <= LONGEST_LABEL:
        wrong["name"] = f"Please name the field, in at most {LONGEST_LABEL} characters."
    elif tx.session.scalar(_namesake(entity, label).where(CustomField.id.not_in(same))):
        wrong["name"] = f"There is a field {label} already."
    if kind not in KINDS:
        wrong["kind"] = "Choose what the field holds."
    if kind == "choice" and len(choices) < 2:
        wrong["choices"] = "Give at least two choices, one a line."
    if wrong:
        raise Invalid(**wrong)


def _namesake(entity: str, label: str) -> Any:
    same = func.lower(CustomField.label) == label.lower()
    return select(CustomField.id).where(CustomField.entity == entity, same, CustomField.active).limit(1)


def _new_key(tx: Tx, entity: str, label: str) -> str:
    """Made of the label's plain letters; counted up where a field, even a retired one, has that key."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_KEY - 4] or "field"
    taken = set(tx.all(select(CustomField.key).where(CustomField.entity == entity)))
    return next(key for n in range(1, len(taken) + 2) if (key := stem if n == 1 else f"{stem}_{n}") not in taken)


def _facts(row: CustomField) -> dict[str, Any]:
    return {"label": row.label, "kind": row.kind, "choices": list(row.choices), "required": row.required}
