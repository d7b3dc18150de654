"""The company's own fields on a form: one widget by kind, read and shown in the form's terms.

The rows are called `custom.<key>`, as the services name what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from fieldoffice.services.fields import FieldRow, problem
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField, ReadField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.reading import Unreadable

YES_NO = ((None, "–"), (True, "Yes"), (False, "No"))


class NumberField(ReadField[float]):
    """A number in the locale's writing."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def read(self, text: str) -> float:
        try:
            amount = Decimal(text.strip().replace(QLocale().decimalPoint(), "."))
        except InvalidOperation:
            raise Unreadable(_words("Enter a number such as 12 or 2.5.")) from None
        if not amount.is_finite():
            raise Unreadable(_words("Enter a number such as 12 or 2.5."))
        return int(amount) if amount == amount.to_integral_value() else float(amount)

    def shown(self, value: float) -> str:
        return f"{Decimal(str(value)):f}".replace(".", QLocale().decimalPoint())

    def stepped(self, value: float, steps: int) -> float:
        return value + steps


class OwnFields:
    """Rows in `form` for some fields; made again when the company changed them."""

    def __init__(self, form: Form, add: Callable[[str, str, QWidget, bool], None] | None = None,
                 today: Callable[[], date] = date.today) -> None:
        """`add(name, words, widget, required)` puts a row where it belongs; without it, rows stand at the form's end."""
        self.form, self._add, self._today = form, add or self._at_end, today
        self.fields: tuple[FieldRow, ...] = ()
        self.widgets: dict[str, QWidget] = {}

    def offer(self, fields: Sequence[FieldRow]) -> bool:
        """Make the rows for these fields, with what was entered; False when they stand already."""
        if tuple(fields) == self.fields:
            return False
        entered = self.value({})
        for key in self.widgets:
            row = self.form.rows.pop(row_name(key))
            row.setParent(None)
            row.deleteLater()
        self.fields, self.widgets = tuple(fields), {}
        for field in self.fields:
            self.widgets[field.key] = self._widget(field)
            self._add(row_name(field.key), field.label, self.widgets[field.key], field.required)
        self._keep({key: value for key, value in entered.items() if key in self.widgets})
        return True

    def value(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """What is entered, over `kept`: values of fields that the form does not show stay. Empty ones are left out."""
        found = dict(kept)
        for field in self.fields:
            value = _value(self.widgets[field.key])
            found.pop(field.key, None)
            if value not in (None, ""):
                found[field.key] = value
        return found

    def show(self, custom: Mapping[str, Any]) -> None:
        """Show these values by key; fields without one are empty."""
        for field in self.fields:
            _show(self.widgets[field.key], field, custom.get(field.key))

    def _keep(self, entered: Mapping[str, Any]) -> None:
        """What was typed before the fields changed; a value that a field's new kind cannot show is left behind."""
        for field in self.fields:
            if field.key in entered and _fits(field, entered[field.key]):
                _show(self.widgets[field.key], field, entered[field.key])

    def _at_end(self, name: str, words: str, widget: QWidget, required: bool) -> None:
        self.form.add(name, words, widget, required=required)

    def _widget(self, field: FieldRow) -> QWidget:
        if field.kind == "number":
            return NumberField()
        if field.kind == "date":
            return DateField(today=self._today)
        if field.kind in ("choice", "yes_no"):
            made = Choice()
            made.set_choices(_offered(field))
            return made
        return QLineEdit()


def row_name(key: str) -> str:
    """What a field's row is called on a form."""
    return f"custom.{key}"


def _offered(field: FieldRow) -> list[tuple[Any, str]]:
    return list(YES_NO) if field.kind == "yes_no" else [(None, "–"), *((c, c) for c in field.choices)]


def _fits(field: FieldRow, value: Any) -> bool:
    return not problem(field, value)


def _value(widget: QWidget) -> Any:
    if isinstance(widget, QLineEdit) and not isinstance(widget, ReadField):
        return widget.text().strip()
    value = widget.value()  # type: ignore[attr-defined]
    return value.isoformat() if isinstance(value, date) else value


def _show(widget: QWidget, field: FieldRow, value: Any) -> None:
    if isinstance(widget, DateField):
        widget.set_value(date.fromisoformat(value) if value else None)
    elif isinstance(widget, Choice):
        offered = _offered(field)
        strange = value is not None and value not in [known for known, _ in offered]
        widget.set_choices([*offered, (value, str(value))] if strange else offered)  # it was offered once: it stays
        widget.set_value(value)
    elif isinstance(widget, ReadField):
        widget.set_value(value)
    elif isinstance(widget, QLineEdit):
        widget.setText("" if value is None else str(value))


def _words(text: str) -> str:
    return QCoreApplication.translate("Custom", text)
