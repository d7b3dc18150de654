"""Skills: their names, whether they need a certificate, and where they are used."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.services.catalog import SkillRow, drop_skill
from fieldoffice.ui.catalog.skillpanel import SkillNamePanel
from fieldoffice.ui.catalog.words import tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.providers.rowtab import RowList
from fieldoffice.ui.providers.words import counted


class SkillTab(QWidget):
    """Enter edits, Ins adds, Del removes what nothing uses."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.panel: SkillNamePanel | None = None
        self.list = RowList(desk, "Skills", "", _columns(), add=self.add, edit=self.edit, remove=self.remove,
                            empty=self.tr("No skills yet: everybody can do everything."), icon="workspace_premium",
                            add_words=self.tr("Add a skill"))  # fmt: skip
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.list)

    def show_skills(self, rows: Sequence[SkillRow]) -> None:
        lonely = [row.name for row in rows if row.services and not row.providers]
        words = self.tr("Needed, but nobody has it: %1.").replace("%1", ", ".join(lonely))
        self.list.show_rows(rows, words if lonely else "")

    def take_keyboard(self) -> None:
        self.list.table.setFocus()

    def add(self) -> None:
        self._panel().open_new()

    def edit(self, row: SkillRow) -> None:
        self._panel().open_skill(row)

    def remove(self, row: SkillRow) -> None:
        self.desk.act(self, self.tr("%1 removed").replace("%1", row.name), drop_skill, row.id, version=row.version)

    def _panel(self) -> SkillNamePanel:
        if self.panel is None:
            self.panel = SkillNamePanel(self.desk)
        return self.panel


def _columns() -> list[Column[SkillRow]]:
    def certificate(row: SkillRow) -> str:
        missing = counted(len(row.dateless), tr("without a date"), tr("without a date"))
        return "" if not row.certified else tr("needed, %1").replace("%1", missing) if row.dateless else tr("needed")

    return [
        Column("name", tr("Name"), lambda r: r.name, lambda r: r.name.casefold(), width=180),
        Column("certified", tr("Certificate"), certificate, lambda r: r.certified, width=200,
               tip=lambda r: f"{tr('Without a date of expiry')}: {', '.join(r.dateless)}" if r.dateless else ""),
        Column("services", tr("Needed by"), lambda r: ", ".join(r.services) or "–", lambda r: len(r.services), width=360,
               tip=lambda r: "\n".join(r.services)),
        Column("providers", tr("Held by"), lambda r: ", ".join(r.providers) or "–", lambda r: len(r.providers), width=300,
               tip=lambda r: "\n".join(r.providers)),
    ]  # fmt: skip
