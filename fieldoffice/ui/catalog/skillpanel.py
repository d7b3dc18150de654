"""The name of a skill, and whether it needs a certificate, in a side panel; and where the skill is used."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit

from fieldoffice.models.errors import NotFound
from fieldoffice.office import Tx
from fieldoffice.services.catalog import SkillRow, edit_skill, new_skill, skills
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish


class SkillNamePanel(RowPanel):
    """`open_new` and `open_skill` fill it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "skill")
        self.name, self.certified = QLineEdit(), QCheckBox(self.tr("Needs a certificate with a date of expiry"))
        self.used = PlainLabel("", "muted", wrap=True)
        self.form.add("name", self.tr("Name"), self.name, required=True)
        self.form.add("certified", self.tr("Certificate"), self.certified)
        self.form.add_widget(self.used)

    def open_new(self) -> None:
        if not self.free():
            return
        self.used.hide()
        self.show_row(self.tr("New skill"), None, 0, {"name": "", "certified": False})
        self.show_in(self.desk)

    def open_skill(self, row: SkillRow) -> None:
        if not self.free():
            return
        self.used.setText(self._usage(row))
        self.used.show()
        self.show_row(row.name, row.id, row.version, {"name": row.name, "certified": row.certified})
        self.show_in(self.desk)

    def wanted(self) -> Wish:
        kw = {"name": self.name.text(), "certified": self.certified.isChecked()}
        if self.row_id is None:
            return Wish(self.tr("%1 added").replace("%1", kw["name"]), new_skill, (), kw)
        return Wish(self.tr("%1 saved").replace("%1", kw["name"]), edit_skill, (self.row_id,), kw)

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        row = next((one for one in skills(tx) if one.id == row_id), None)
        if row is None:
            raise NotFound(self.tr("This skill was removed meanwhile."))
        return row.version, {"name": row.name, "certified": row.certified}

    def _usage(self, row: SkillRow) -> str:
        lines = [f"{self.tr('Needed by')}: {', '.join(row.services) or '–'}", f"{self.tr('Held by')}: {', '.join(row.providers) or '–'}"]
        lines += [f"{self.tr('Without a date of expiry')}: {', '.join(row.dateless)}"] if row.dateless else []
        return "\n".join(lines)
