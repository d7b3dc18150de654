"""What a file says, understood cell by cell, before anybody looks into the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from fieldoffice.models.errors import Invalid
from fieldoffice.services.exchange.cells import Unreadable, Ways, understand
from fieldoffice.services.exchange.kinds import KINDS, Field, Kind, title_of
from fieldoffice.services.exchange.sheets import Line, Sheet
from fieldoffice.services.fields import FieldRow, problem

Twins = Literal["skip", "update", "add"]
OWN_TYPES = {"text": "text", "number": "number", "date": "date", "choice": "text", "yes_no": "yes_no"}


class Does(StrEnum):
    """What an import does with one row."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"  # everything stands there already
    SKIP = "skip"  # a duplicate that is left alone
    JOIN = "join"  # more of a row above it: another address, another contact
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file is imported: `targets` says for each column what it means ("" for nothing)."""

    kind: str
    targets: tuple[str, ...]
    twins: Twins = "skip"
    leave_out_errors: bool = False


@dataclass(slots=True)
class Outcome:
    """What happens with one row of the file. `column` names the heading that an error is about."""

    id: int  # the line in the file
    does: Does
    title: str
    words: str = ""
    column: str = ""

    @property
    def line(self) -> int:
        return self.id


@dataclass(slots=True)
class Draft:
    """One row, understood: values by target, empty cells left out; or the first thing that is wrong with it."""

    line: int
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    column: str = ""
    wrong: str = ""
    unread: bool = False  # a cell could not be understood, whatever the database says

    def refuse(self, column: str, words: str) -> None:
        """The first error of a row is the one that is told."""
        if not self.wrong:
            self.column, self.wrong = column, words


def check_plan(plan: Plan, sheet: Sheet) -> Kind:
    """The kind of the list; refuses where nothing tells what the rows are called, or two columns mean the same."""
    kind = KINDS.get(plan.kind)
    if kind is None:
        raise Invalid(kind=f"There is no list of {plan.kind}. There are {', '.join(KINDS)}.")
    given = [target for target in plan.targets if target]
    for target in given:
        _known(kind, target)
        if given.count(target) > 1:
            raise Invalid(mapping=f"Two columns are taken for {title_of(kind, target)}. Choose one of them.")
    lacking = [f.title for f in kind.fields if f.required and f.id not in given]
    if kind.several and not set(kind.several) & set(given):
        lacking.append(" or ".join(kind.field(id).title for id in kind.several))
    if lacking:
        raise Invalid(mapping=f"Say which column holds: {', '.join(lacking)}.")
    if not sheet.lines:
        raise Invalid(file="There are no rows below the headings.")
    return kind


def read_rows(sheet: Sheet, plan: Plan, ways: Ways, own: Sequence[FieldRow] = ()) -> list[Draft]:
    """Every row, understood as far as it can be without the database."""
    kind = check_plan(plan, sheet)
    custom = {f"custom.{row.key}": row for row in own}
    columns = [(n, target, title) for n, (target, title) in enumerate(zip(plan.targets, sheet.head, strict=False)) if target]
    return [_draft(line, columns, kind, custom, ways) for line in sheet.lines]


def _draft(line: Line, columns: Iterable[tuple[int, str, str]], kind: Kind, custom: Mapping[str, FieldRow], ways: Ways) -> Draft:
    draft = Draft(line.number)
    for n, target, title in columns:
        text = line.cells[n] if n < len(line.cells) else ""
        if not text:
            continue
        try:
            draft.values[target] = _own(custom[target], text, ways) if target in custom else _value(kind.field(target), text, ways)
        except Unreadable as error:
            draft.refuse(title, str(error))
            draft.unread = True
    return draft


def _value(field: Field, text: str, ways: Ways) -> Any:
    if len(text) > field.most:
        raise Unreadable(f"At most {field.most:,} characters; there are {len(text):,}.")
    return understand(field.type, text, ways)


def _own(row: FieldRow, text: str, ways: Ways) -> Any:
    """A value of the company's own field; a choice is found whatever its capitals."""
    if row.kind == "choice":
        value: Any = next((choice for choice in row.choices if choice.casefold() == text.casefold()), text)
    else:
        value = understand(OWN_TYPES[row.kind], text, ways)
        value = value.isoformat() if isinstance(value, date) else value
    if words := problem(row, value):
        raise Unreadable(words)
    return value


def _known(kind: Kind, target: str) -> None:
    if not target.startswith("custom."):
        try:
            kind.field(target)
        except KeyError:
            raise Invalid(mapping=f"{kind.title} have no column {target}.") from None
