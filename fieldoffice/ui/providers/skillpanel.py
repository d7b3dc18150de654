"""One skill of a provider with its certificate, in a side panel."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit

from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.office import Tx
from fieldoffice.services.providers import add_held, edit_held, person
from fieldoffice.services.providers.rows import Held, Person
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish


class SkillPanel(RowPanel):
    """`open_new` and `open_held` fill it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "provider_skill")
        self.seen: Person | None = None
        self.skill, self.certificate = Choice(), QLineEdit()
        self.expires = DateField(today=lambda: self._seen().today)
        self.form.add("skill_id", self.tr("Skill"), self.skill)
        self.form.add("certificate", self.tr("Number of the certificate"), self.certificate)
        self.form.add("expires_on", self.tr("Expires on"), self.expires, hint=self.tr("The last day on which it holds."))

    def open_new(self, seen: Person) -> None:
        if not self.free():
            return
        self.seen = seen
        has = {held.skill_id for held in seen.skills}
        offered = [(id, words_of(name, certified)) for id, name, certified in seen.offered if id not in has]
        self.skill.set_choices(offered)
        first = offered[0][0] if offered else None
        title = self.tr("Another skill of %1").replace("%1", seen.facts.name)
        self.show_row(title, None, 0, {"skill_id": first, "certificate": "", "expires_on": None}, of=str(seen.id))
        self.show_in(self.desk)

    def open_held(self, seen: Person, held: Held) -> None:
        if not self.free():
            return
        self.seen = seen
        self.skill.set_choices([(held.skill_id, words_of(held.name, held.certified))])
        self.show_row(f"{seen.facts.name}: {held.name}", held.id, held.version, values_of(held))
        self.show_in(self.desk)

    def entered(self) -> None:
        self.skill.setEnabled(self.row_id is None)  # another skill is another row
        row = self.form.rows["expires_on"]
        row.label.setText(f"{row.words} *" if self._certified() else row.words)

    def wanted(self) -> Wish:
        seen, values = self._seen(), self.form.values()
        if values["skill_id"] is None:
            raise Invalid(skill_id=self.tr("Please choose a skill."))
        facts: dict[str, Any] = {"certificate": self.certificate.text(), "expires_on": self.expires.value()}
        name = next(name for id, name, _ in seen.offered if id == values["skill_id"])
        if self.row_id is None:
            label = self.tr("%1 has %2 now").replace("%1", seen.facts.name).replace("%2", name)
            return Wish(label, add_held, (seen.id,), {"skill_id": values["skill_id"], **facts})
        return Wish(self.tr("%1 of %2 saved").replace("%1", name).replace("%2", seen.facts.name), edit_held, (self.row_id,), facts)

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        held = next((one for one in person(tx, self._seen().id).skills if one.id == row_id), None)
        if held is None:
            raise NotFound(self.tr("This skill was taken away meanwhile."))
        return held.version, values_of(held)

    def _certified(self) -> bool:
        chosen = self.skill.value()
        return self.seen is not None and any(id == chosen and certified for id, _, certified in self.seen.offered)

    def _seen(self) -> Person:
        assert self.seen is not None
        return self.seen


def values_of(held: Held) -> dict[str, Any]:
    """A held skill in the form's terms."""
    on = held.expires_on.isoformat() if held.expires_on else None
    return {"skill_id": held.skill_id, "certificate": held.certificate, "expires_on": on}


def words_of(name: str, certified: bool) -> str:
    return f"{name} (with certificate)" if certified else name
