"""The facts of a provider in a side panel: new ones and edited ones."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.providers import Facts, edit_provider, new_provider, person
from fieldoffice.services.providers.rows import Person
from fieldoffice.ui.customers.on_map import OnMap
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.fields import DurationField
from fieldoffice.ui.parts.labels import PlainLabel, hairline
from fieldoffice.ui.parts.panel import WIDE
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish
from fieldoffice.ui.providers.fields import PercentField, PointField, Swatches

KINDS = (("employee", "Employee"), ("contractor", "Contractor"))
COMPANY = "Left empty: at the company."


class PersonPanel(RowPanel):
    """`open_new` and `open_person` fill it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "provider", width=WIDE)
        self.name, self.email, self.phone = QLineEdit(), QLineEdit(), QLineEdit()
        self.kind_field = Segmented(KINDS, self.tr("Kind"))
        self.color = Swatches()
        self._fill_form()

    def open_new(self, color: str = "") -> None:
        if not self.free():
            return
        self.show_row(self.tr("New provider"), None, 0, values_of(Facts("", color=color)))
        self.show_in(self.desk)

    def open_person(self, seen: Person) -> None:
        if not self.free():
            return
        self.show_row(seen.facts.name, seen.id, seen.version, values_of(seen.facts))
        self.show_in(self.desk)

    def wanted(self) -> Wish:
        facts = facts_of(self.form.values())
        if self.row_id is None:
            return Wish(self.tr("%1 added").replace("%1", facts.name), new_provider, (facts,))
        return Wish(self.tr("%1 saved").replace("%1", facts.name), edit_provider, (self.row_id, facts))

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        seen = person(tx, row_id)
        return seen.version, values_of(seen.facts)

    # building

    def _fill_form(self) -> None:
        form = self.form
        form.add("name", self.tr("Name"), self.name, required=True)
        form.add("kind", self.tr("Kind"), self.kind_field)
        form.add("color", self.tr("Color on board and map"), self.color)
        form.add("phone", self.tr("Phone"), self.phone)
        form.add("email", self.tr("E-mail"), self.email)
        side_by_side(form, ("phone", "email"), (1, 1))
        self._heading(self.tr("Where the day begins and ends"))
        self._place("start", self.tr("Start"), "starts_at_first_job", self.tr("Paid from the first job on"))
        self._place("end", self.tr("End"), "ends_at_last_job", self.tr("Paid up to the last job"))
        self._heading(self.tr("How much and how fast"))
        self._numbers()

    def _place(self, name: str, words: str, paid: str, paid_words: str) -> None:
        self.form.add(f"{name}_label", self.tr("%1 address").replace("%1", words), QLineEdit(), hint=self.tr(COMPANY))
        self.form.add(name, self.tr("%1 coordinates").replace("%1", words), PointField())
        point = self.form.rows[name].field
        assert isinstance(point, PointField)
        OnMap(self.desk, point, self.tr("Where the day begins") if name == "start" else self.tr("Where the day ends"))
        point.setPlaceholderText("38.9072, -77.0369")
        side_by_side(self.form, (f"{name}_label", name), (1, 1))
        self.form.add(paid, self.tr("Way there") if name == "start" else self.tr("Way home"), QCheckBox(paid_words))

    def _numbers(self) -> None:
        form = self.form
        form.add("target_load_percent", self.tr("Target load"), PercentField(), required=True,
                 hint=self.tr("Work and driving, of the time on shift."))  # fmt: skip
        form.add("max_overtime_s", self.tr("Overtime a day, at most"), DurationField(), required=True)
        form.add("experience_percent", self.tr("Time needed"), PercentField(), required=True,
                 hint=self.tr("Of a service's usual duration: 120 % for a beginner."))  # fmt: skip
        form.add("speed_percent", self.tr("Speed of driving"), PercentField(), required=True, hint=self.tr("Of the usual speed."))
        side_by_side(form, ("target_load_percent", "max_overtime_s"), (1, 1))
        side_by_side(form, ("experience_percent", "speed_percent"), (1, 1))
        form.add("booked_online", self.tr("Online booking"), QCheckBox(self.tr("Customers may book free times online")))

    def _heading(self, words: str) -> None:
        self.form.add_widget(hairline())
        heading: QWidget = PlainLabel(words, "strong")
        self.form.add_widget(heading)


def values_of(facts: Facts) -> dict[str, Any]:
    """Facts in the form's terms."""
    return {name: getattr(facts, name) for name in NAMES} | {
        "start": list(facts.start) if facts.start else None, "end": list(facts.end) if facts.end else None}  # fmt: skip


def facts_of(values: Values) -> Facts:
    """What the form says."""
    kept = {name: values[name] for name in NAMES}
    for name in ("start", "end"):
        kept[name] = tuple(values[name]) if values[name] else None
    return Facts(**kept)


NAMES = ("name", "kind", "color", "email", "phone", "start_label", "start", "end_label", "end", "max_overtime_s", "speed_percent",
         "target_load_percent", "experience_percent", "starts_at_first_job", "ends_at_last_job", "booked_online")  # fmt: skip
