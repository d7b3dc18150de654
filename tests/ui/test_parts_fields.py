"""Fields and forms: typed, stepped, refused in words beside the field, and named for screen readers."""

from __future__ import annotations

from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPlainTextEdit

from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.ui.parts.fields import DateField, DurationField, MoneyField, SearchField, TimeField
from fieldoffice.ui.parts.form import Form

SUNDAY = date(2026, 11, 22)


def _typed(qtbot, field: QLineEdit, text: str) -> QLineEdit:
    qtbot.addWidget(field)
    field.show()
    field.clear()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    return field


@pytest.mark.parametrize(("field", "text", "value", "shown"), [
    (DurationField, "90", 5400, "1 h 30"), (TimeField, "930", time(9, 30), "09:30"), (MoneyField, "1234.5", 123450, "1,234.50"),
    (lambda: DateField(today=lambda: SUNDAY), "fri", date(2026, 11, 27), "Fri, Nov 27 2026"),
])
def test_what_is_typed_is_shown_in_one_form(qtbot, field, text: str, value: object, shown: str) -> None:
    made = _typed(qtbot, field(), text)
    assert (made.value(), made.text(), made.problem()) == (value, shown, "")


def test_what_cannot_be_read_is_marked_and_kept(qtbot) -> None:
    field = _typed(qtbot, DurationField(), "soon")
    assert (field.value(), field.text(), field.property("wrong")) == (None, "soon", True)
    assert "1 h 30" in field.problem()
    field.set_value(600)
    assert (field.problem(), field.property("wrong")) == ("", False)


def test_arrows_step(qtbot) -> None:
    field, told = TimeField(), []
    qtbot.addWidget(field)
    field.set_value(time(23, 50))
    field.value_changed.connect(lambda: told.append(field.value()))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageDown):
        qtbot.keyClick(field, key)
    assert told == [time(0, 5), time(23, 50), time(22, 50)]


def test_days_step_and_read_back_what_they_show(qtbot) -> None:
    field = DateField(today=lambda: SUNDAY)
    qtbot.addWidget(field)
    field.set_value(SUNDAY)
    qtbot.keyClick(field, Qt.Key.Key_PageUp)
    assert field.value() == date(2026, 11, 29)
    field._read_now("Tue, Dec 1 2026")
    assert field.value() == date(2026, 12, 1)


def test_a_day_can_be_picked(qtbot) -> None:
    field, told = DateField(today=lambda: SUNDAY), []
    qtbot.addWidget(field)
    field.show()
    field.value_changed.connect(lambda: told.append(field.value()))
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    menu = field.findChild(QMenu)
    calendar = menu.actions()[0].defaultWidget()
    calendar.activated.emit(calendar.selectedDate().addDays(2))
    assert told == [date(2026, 11, 24)]


def test_reading_tells_only_new_values(qtbot) -> None:
    field, told = MoneyField(), []
    qtbot.addWidget(field)
    field.value_changed.connect(lambda: told.append(field.value()))
    qtbot.keyClicks(field, "12.0")
    assert told == [100, 1200]


def test_search_waits_for_a_rest_and_enter_does_not(qtbot) -> None:
    field, asked = SearchField(rest_ms=40), []
    qtbot.addWidget(field)
    field.show()
    field.searched.connect(asked.append)
    qtbot.keyClicks(field, "mil")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["mil"])
    qtbot.keyClicks(field, "l")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert asked == ["mil", "mill", ""]


@pytest.fixture
def form(qtbot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.add("name", "Name", QLineEdit(), required=True)
    made.add("duration", "Duration", DurationField())
    made.add("notes", "Notes", QPlainTextEdit(), hint="Seen by the provider.")
    made.show()
    return made


def test_every_field_has_its_label_as_name(form: Form) -> None:
    assert [row.field.accessibleName() for row in form.rows.values()] == ["Name, required", "Duration", "Notes"]
    assert [row.label.buddy() is row.field for row in form.rows.values()] == [True] * 3


def test_one_refused_field_says_it_by_the_field_and_above(form: Form) -> None:
    form.show_errors(Invalid(name="A customer needs a name."))
    row = form.rows["name"]
    assert (row.error.words.text(), row.error.isVisible(), row.field.property("wrong")) == ("A customer needs a name.", True, True)
    assert form.summary.label.text() == "A customer needs a name."
    assert form.rows["duration"].error.isVisible() is False
    form.clear_errors()
    assert (form.summary.isVisible(), row.error.isVisible(), row.field.property("wrong")) == (False, False, False)


def test_several_are_summed_up_by_name_and_strangers_in_full(form: Form) -> None:
    form.show_errors(Invalid(name="A customer needs a name.", duration="Too long.", window="The window is over."))
    assert form.summary.label.text() == "The window is over. Please look at: Name, Duration."


def test_a_refusal_without_fields_stands_above(form: Form) -> None:
    form.show_errors(NotAllowed("You may not do this."))
    assert (form.summary.label.text(), form.summary.isVisible()) == ("You may not do this.", True)


def test_what_cannot_be_read_or_is_missing_is_found_before_asking(qtbot, form: Form) -> None:
    qtbot.keyClicks(form.rows["duration"].field, "soon")
    assert form.check() is False
    assert form.rows["name"].error.words.text() == "Name is needed."
    assert "1 h 30" in form.rows["duration"].error.words.text()
    qtbot.keyClicks(form.rows["name"].field, "Ann")
    form.rows["duration"].field.set_value(600)
    assert (form.check(), form.summary.isVisible()) == (True, False)


def test_a_form_tells_of_every_change(qtbot) -> None:
    form, told, combo = Form(), [], QComboBox()
    qtbot.addWidget(form)
    combo.addItems(["a", "b"])
    form.add("text", "Text", QLineEdit()), form.add("notes", "Notes", QPlainTextEdit()), form.add("combo", "Combo", combo)
    form.add("price", "Price", MoneyField())
    form.changed.connect(lambda: told.append(1))
    for change in (lambda: qtbot.keyClicks(form.rows["text"].field, "a"), lambda: form.rows["notes"].field.setPlainText("b"),
                   lambda: combo.setCurrentIndex(1), lambda: qtbot.keyClicks(form.rows["price"].field, "x")):
        told.clear()
        change()
        assert told
