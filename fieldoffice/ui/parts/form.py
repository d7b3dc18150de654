"""A form: labels above or beside fields, the error by its field with an icon, and summed up at the top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.ui import icons
from fieldoffice.ui.parts import values
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.fields import ReadField
from fieldoffice.ui.parts.labels import PlainLabel

UNBOUND = 2000
"""A field that may become wider than this fills its row."""


class Row(QWidget):
    """One field with its label (buddy), an optional hint below, and a line for what is wrong."""

    def __init__(self, words: str, field: QWidget, *, required: bool = False, hint: str = "", beside: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.field, self.required = words, field, required
        self.label = PlainLabel(words + (" *" if required else ""), "muted")
        self.label.setBuddy(field)
        field.setAccessibleName(words + (", required" if required else ""))
        self.hint = PlainLabel(hint, "muted", wrap=True)
        self.error = _ErrorLine()
        self._place(beside)
        self.hint.setVisible(bool(hint))  # only now has it a parent: before, it would be a window of its own

    def show_error(self, words: str) -> None:
        """Say below the field what is wrong; "" takes it away."""
        self.error.show_words(words)
        self.field.setProperty("wrong", bool(words))
        self.field.setAccessibleDescription(words or self.hint.text())
        self.field.style().polish(self.field)

    def _place(self, beside: bool) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        down = 0 if beside else 1
        grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.field, down, 1 if beside else 0, _stand(self.field))
        grid.addWidget(self.hint, down + 1, 1 if beside else 0)
        grid.addWidget(self.error, down + 2, 1 if beside else 0)
        if beside:
            self.label.setFixedWidth(128)
            grid.setColumnStretch(1, 1)


def _stand(field: QWidget) -> Qt.AlignmentFlag:
    """A field that does not grow stands at the left, below its label, not in the middle of its row."""
    still = field.sizePolicy().horizontalPolicy() in (QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
    return Qt.AlignmentFlag.AlignLeft if still or field.maximumWidth() < UNBOUND else Qt.AlignmentFlag(0)


class Form(QWidget):
    """Rows by field name, the names that services use in `Invalid(name="words")`."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, beside: bool = False) -> None:
        super().__init__(parent)
        self.rows: dict[str, Row] = {}
        self._beside = beside
        self.summary = Banner("danger")
        self.summary.hide()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        self._box.addWidget(self.summary)

    def add(self, name: str, words: str, field: QWidget, *, required: bool = False, hint: str = "") -> QWidget:
        """Put a field below the others and return it."""
        row = Row(words, field, required=required, hint=hint, beside=self._beside, parent=self)
        self.rows[name] = row
        self._box.addWidget(row)
        _follow(field, self.changed.emit)
        return field

    def add_widget(self, widget: QWidget) -> None:
        """Put anything else (a heading, a line, buttons) below."""
        self._box.addWidget(widget)

    def put_on_top(self, widget: QWidget) -> None:
        """Show a widget (a banner) above everything else."""
        self._box.insertWidget(0, widget)

    def values(self) -> dict[str, Any]:
        """What is entered by field name, in JSON terms; text that cannot be read yet is kept as it was typed."""
        return {name: values.read(row.field) for name, row in self.rows.items() if values.holds_a_value(row.field)}

    def set_values(self, given: Mapping[str, Any]) -> None:
        """Show what `values` gave; fields that are not named stay. Nobody is told."""
        before = self.blockSignals(True)
        for name, row in self.rows.items():
            if name in given and values.holds_a_value(row.field):
                values.write(row.field, given[name])
        self.blockSignals(before)

    def words(self, name: str) -> str:
        """What a field is called."""
        return self.rows[name].words if name in self.rows else name.rpartition(".")[2].replace("_", " ").capitalize()

    def said(self, name: str, value: Any) -> str:
        """A value in JSON terms as its field would show it."""
        return values.said(self.rows[name].field, value) if name in self.rows else values.said(self, value)

    def unreadable(self) -> dict[str, str]:
        """The fields whose text cannot be read, and the required ones left empty, each with its words."""
        found: dict[str, str] = {}
        for name, row in self.rows.items():
            problem = row.field.problem() if isinstance(row.field, ReadField) else ""
            if problem or (row.required and _empty(row.field)):
                found[name] = problem or f"{row.words} is needed."
        return found

    def check(self) -> bool:
        """Show what cannot be read; True when nothing stands against asking the service."""
        found = self.unreadable()
        self.show_errors(Invalid(**found)) if found else self.clear_errors()
        return not found

    def show_errors(self, error: Refused) -> None:
        """Show a refusal: by the fields it names, the rest (and the sum) at the top; the first wrong field gets the focus."""
        fields = error.fields if isinstance(error, Invalid) else {}
        for name, row in self.rows.items():
            row.show_error(fields.get(name, ""))
        wrong = [row for name, row in self.rows.items() if name in fields]
        self.summary.show_words(_sum(error, fields, self.rows))
        if wrong:
            wrong[0].field.setFocus(Qt.FocusReason.OtherFocusReason)
            _scroll_to(wrong[0])

    def clear_errors(self) -> None:
        for row in self.rows.values():
            row.show_error("")
        self.summary.hide()


class _ErrorLine(QWidget):
    """An icon and words in the danger color; takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.picture, self.words = QLabel(), PlainLabel("", "danger", wrap=True)
        icons.dress(self.picture, "error", "danger")
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 0, 1)
        row.setColumnStretch(1, 1)
        self.hide()

    def show_words(self, words: str) -> None:
        self.words.setText(words)
        self.setVisible(bool(words))


def _sum(error: Refused, fields: Mapping[str, str], rows: Mapping[str, Row]) -> str:
    """One wrong field needs no list: its own words; else the names of what to look at."""
    strange = [words for name, words in fields.items() if name not in rows]
    named = [rows[name].words for name in fields if name in rows]
    if not fields:
        return str(error)
    if len(named) + len(strange) == 1:
        return next(iter(fields.values()))
    return " ".join([*strange, f"Please look at: {', '.join(named)}."] if named else strange)


def _empty(field: QWidget) -> bool:
    for ask in ("text", "toPlainText", "currentText"):
        if hasattr(field, ask):
            return not getattr(field, ask)().strip()
    return False


def _follow(field: QWidget, tell: object) -> None:
    """Connect whichever signal this kind of field has for a change by a person."""
    signals = ("value_changed", "textEdited", "textChanged", "currentIndexChanged", "valueChanged", "toggled", "chosen")
    found = next((getattr(field, name) for name in signals if hasattr(field, name)), None)
    if found is not None:
        found.connect(lambda *_: tell())  # type: ignore[operator]
    if isinstance(field, ReadField):
        field.textEdited.connect(lambda *_: tell())  # type: ignore[operator]


def _scroll_to(row: Row) -> None:
    above = row.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(row)
            return
        above = above.parentWidget()
