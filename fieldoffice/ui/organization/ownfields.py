"""The company's own fields of customers or jobs: a list in their order, and a panel to add or change one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from fieldoffice.services.company.ownfields import add_field, edit_field, order_fields, retire_field
from fieldoffice.services.edits import Edit
from fieldoffice.services.fields import KINDS, FieldRow, every_field
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.organization.closed import padded
from fieldoffice.ui.organization.lists import ListPart
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.panel import SidePanel
from fieldoffice.ui.parts.rows import Column

COLUMNS = (
    Column[FieldRow]("label", "Field", lambda f: f.label, width=200),
    Column[FieldRow]("kind", "Holds", lambda f: ", ".join(f.choices) if f.kind == "choice" else KINDS[f.kind], width=230,
                     tip=lambda f: ", ".join(f.choices)),
    Column[FieldRow]("required", "Required", lambda f: "Yes" if f.required else "No", width=96),
    Column[FieldRow]("state", "State", lambda f: "In use" if f.active else "Retired", width=90),
)  # fmt: skip


class FieldsPart(ListPart):
    """The fields of one entity; changes apply at once and are undone with Ctrl+Z."""

    def __init__(self, desk: Desk, entity: str) -> None:
        words = "customers" if entity == "customer" else "jobs"
        super().__init__(COLUMNS, f"Fields of {words}", f"No fields of your own on {words} yet.", desk.memory)
        self.desk, self.entity = desk, entity
        self.add_button(self.tr("Add field…"), lambda: self.edit(None), icon="add")
        self.add_button(self.tr("Edit…"), lambda: self.edit(self.current()), icon="edit", fits=lambda f: f.active)
        self.add_button(self.tr("Up"), lambda: self.shift(-1), icon="arrow_upward", fits=lambda f: f.active and self._at(f) > 0)
        self.add_button(self.tr("Down"), lambda: self.shift(1), icon="arrow_downward", fits=self._may_sink)
        self.add_button(self.tr("Retire"), lambda: self.retire(True), icon="block", fits=lambda f: f.active)
        self.add_button(self.tr("Take up again"), lambda: self.retire(False), icon="undo", fits=lambda f: not f.active)
        self.opened.connect(self.edit)

    def reload(self) -> None:
        self.desk.see(self, every_field, self.entity, then=self.show_rows)

    def edit(self, field: FieldRow | None) -> None:
        if field is None or field.active:
            self.desk.show_panel(FieldPanel(self.desk, self.entity, field))

    def shift(self, steps: int) -> None:
        """One place up (-1) or down (1)."""
        field: FieldRow = self.current()
        ids = [row.id for row in self.model.rows if row.active]
        at = ids.index(field.id)
        ids.insert(at + steps, ids.pop(at))
        self.desk.act(self, self.tr("%1 moved").replace("%1", field.label), order_fields, self.entity, ids)

    def retire(self, retired: bool) -> None:
        field: FieldRow = self.current()
        said = self.tr("%1 retired; what was entered is kept") if retired else self.tr("%1 is in use again")
        self.desk.act(self, said.replace("%1", field.label), retire_field, field.id, version=field.version, retired=retired)

    def _may_sink(self, field: FieldRow) -> bool:
        return field.active and self._at(field) < self._active() - 1

    def _at(self, field: FieldRow) -> int:
        return [row.id for row in self.model.rows].index(field.id)

    def _active(self) -> int:
        return sum(row.active for row in self.model.rows)


class FieldPanel(SidePanel):
    """One field: its name, what it holds, whether it must be filled."""

    def __init__(self, desk: Desk, entity: str, field: FieldRow | None) -> None:
        super().__init__(self.tr("Field of customers") if entity == "customer" else self.tr("Field of jobs"))
        self.desk, self.entity, self.field, self.form = desk, entity, field, Form()
        self.label, self.kind, self.choices, self.required = QLineEdit(), Choice(), QPlainTextEdit(), QCheckBox(self.tr("Must be filled"))
        self._compose()
        self._fill()
        self.draft = Draft(desk, "custom_field", self.form)
        self.form.changed.connect(self._entered)
        self.draft.open(field.id if field else None, field.version if field else 0)

    def save(self, then: Callable[[], object]) -> None:
        if not self.form.check():
            return

        def saved(edit: Edit) -> None:
            self.draft.saved()
            if self.field is not None:
                self.field = edit.value
            self._fill()
            then()

        label, required = self.label.text().strip(), self.required.isChecked()
        choices = self.choices.toPlainText().splitlines() if self.kind.value() == "choice" else ()
        if self.field is None:
            self.desk.act(self, self.tr("Field %1 added").replace("%1", label), add_field, self.entity, name=label,
                          kind=self.kind.value(), choices=choices, required=required, then=saved,
                          otherwise=self.form.show_errors, op_id=self.draft.op())  # fmt: skip
        else:
            self.desk.act(self, self.tr("Field %1 saved").replace("%1", label), edit_field, self.field.id, version=self.field.version,
                          name=label, choices=choices, required=required, then=saved, otherwise=self.form.show_errors,
                          op_id=self.draft.op())  # fmt: skip

    def discard(self) -> None:
        self.draft.discard()

    def _entered(self) -> None:
        self.form.rows["choices"].setVisible(self.kind.value() == "choice")
        self.set_dirty()

    def _fill(self) -> None:
        field = self.field
        self.label.setText(field.label if field else "")
        self.kind.set_value(field.kind if field else "text")
        self.kind.setEnabled(field is None)
        self.choices.setPlainText("\n".join(field.choices) if field else "")
        self.required.setChecked(field.required if field else False)
        self.form.rows["choices"].setVisible(self.kind.value() == "choice")
        self.form.clear_errors()
        self.set_dirty(False)

    def _compose(self) -> None:
        self.kind.set_choices(list(KINDS.items()))
        self.choices.setTabChangesFocus(True)
        self.choices.setFixedHeight(120)
        self.form.add("name", self.tr("Name"), self.label, required=True)
        self.form.add("kind", self.tr("Holds"), self.kind, hint=self.tr("This stays as it is once the field is added."))
        self.form.add("choices", self.tr("Choices, one a line"), self.choices,
                      hint=self.tr("Rows that hold a choice you take away keep it."))  # fmt: skip
        self.form.add("required", self.tr("Required"), self.required,
                      hint=self.tr("Rows saved earlier without it are asked when they are next edited."))  # fmt: skip
        self.set_body(padded(self.form))
