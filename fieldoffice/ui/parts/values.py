"""What stands in a field, as plain JSON values: to keep it on disk, to compare it, to put it back, to say it in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice, Ticks
from fieldoffice.ui.parts.fields import DateField, ReadField, TimeField

TYPED = "typed"
"""The key under which a text is kept that its field cannot read (yet)."""
EMPTY = (None, "", [], {})


def holds_a_value(field: QWidget) -> bool:
    """Whether a person can enter something here that is worth keeping."""
    if isinstance(field, (QLineEdit, QPlainTextEdit, QTextEdit, QComboBox)):
        return True
    if isinstance(field, QAbstractButton) and not isinstance(field, Ticks):
        return field.isCheckable()
    return hasattr(field, "value") and (hasattr(field, "set_value") or hasattr(field, "setValue"))


def read(field: QWidget) -> Any:
    """What is entered, in JSON terms."""
    if isinstance(field, ReadField):
        return {TYPED: field.text()} if field.problem() else plain(field.value())
    if isinstance(field, (QPlainTextEdit, QTextEdit)):
        return field.toPlainText()
    if isinstance(field, QAbstractButton) and not isinstance(field, Ticks):
        return field.isChecked()
    if hasattr(field, "value"):
        return plain(field.value())  # type: ignore[attr-defined]
    if isinstance(field, QComboBox):
        return field.currentText() if field.isEditable() else plain(field.currentData() or field.currentText())
    return field.text() if isinstance(field, QLineEdit) else None


def write(field: QWidget, value: Any) -> None:
    """Show what `read` gave."""
    if isinstance(field, ReadField):
        _write_read_field(field, value)
    elif isinstance(field, (QPlainTextEdit, QTextEdit)):
        if field.toPlainText() != (value or ""):
            field.setPlainText(value or "")
    elif isinstance(field, QAbstractButton) and not isinstance(field, Ticks):
        field.setChecked(bool(value))
    elif isinstance(field, QComboBox):
        _choose(field, value)
    elif isinstance(field, Ticks):
        field.set_value(_of_ticks(field, value))
    elif isinstance(field, Segmented):
        if value in field.choices():
            field.set_value(value)
    elif isinstance(field, QLineEdit):
        field.setText(value or "")
    elif hasattr(field, "set_value"):
        field.set_value(value)  # type: ignore[attr-defined]
    elif hasattr(field, "setValue"):
        field.setValue(value)  # type: ignore[attr-defined]


def said(field: QWidget, value: Any) -> str:
    """A value as this field would show it, "" for nothing."""
    if isinstance(value, Mapping) and set(value) == {TYPED}:
        return str(value[TYPED])
    if value in EMPTY and not isinstance(field, QComboBox):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(field, ReadField):
        return field.shown(_readable(field, value))
    if isinstance(field, QComboBox):
        return next((field.itemText(n) for n in range(field.count()) if plain(field.itemData(n)) == value), words_of(value))
    if isinstance(field, Ticks):
        words = {repr(plain(key)): name for key, name in field.choices().items()}
        return ", ".join(words.get(repr(one), words_of(one)) for one in value or ())
    if isinstance(field, Segmented):
        return field.words(str(value))
    return words_of(value)


def plain(value: Any) -> Any:
    """A value in JSON terms: days and times as ISO text, sequences as lists."""
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        found = [plain(one) for one in value]
        return sorted(found, key=repr) if isinstance(value, (set, frozenset)) else found
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same to a person: nothing is nothing, and blanks at the ends do not count."""
    return _bare(one) == _bare(other)


def _bare(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, str):
        value = value.strip().replace("\r\n", "\n")
    if isinstance(value, dict):
        value = {key: bare for key, one in value.items() if (bare := _bare(one)) is not None}
    return None if value in EMPTY else value


def _write_read_field(field: ReadField[Any], value: Any) -> None:
    if isinstance(value, Mapping) and set(value) == {TYPED}:
        field.setText(value[TYPED])
        field.textEdited.emit(value[TYPED])  # read it, and say what is wrong with it
    else:
        field.set_value(None if value in EMPTY else _readable(field, value))


def _readable(field: ReadField[Any], value: Any) -> Any:
    if isinstance(field, DateField):
        return date.fromisoformat(value)
    if isinstance(field, TimeField):
        return time.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def _choose(field: QComboBox, value: Any) -> None:
    at = next((n for n in range(field.count()) if plain(field.itemData(n)) == value), -1)
    if at < 0 and isinstance(value, str):
        at = field.findText(value)
    if at >= 0 and isinstance(field, Choice):
        field.set_value(field.itemData(at))
    elif at >= 0:
        field.setCurrentIndex(at)
    elif field.isEditable():
        field.setEditText(value or "")


def _of_ticks(field: Ticks, value: Any) -> list[Any]:
    offered = {repr(plain(one)): one for one in field.choices()}
    return [offered.get(repr(one), one) for one in value or ()]


def words_of(value: Any) -> str:
    """A value without its field, as well as it can be said."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {words_of(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(words_of(one) for one in value)
    return "" if value is None else str(value)
