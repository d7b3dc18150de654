"""The skills of a provider with their certificates: what expires within 30 days warns, what has expired alarms."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.services.providers import drop_held
from fieldoffice.services.providers.rows import Held, Person, Warn
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.providers.delegates import Warned
from fieldoffice.ui.providers.panels import Panels
from fieldoffice.ui.providers.rowtab import RowList
from fieldoffice.ui.providers.words import tr


class SkillsTab(QWidget):
    """Enter edits, Ins adds, Del removes."""

    def __init__(self, desk: Desk, panels: Panels) -> None:
        super().__init__()
        self.desk, self.panels, self.seen = desk, panels, None
        self.seen: Person | None
        self.list = RowList(desk, "Skills of a provider", self.tr("Skills and certificates"), _columns(self), add=self.add,
                            edit=self.edit, remove=self.remove, empty=self.tr("No skills yet: only visits that need none fit."),
                            icon="workspace_premium", add_words=self.tr("Add a skill"))  # fmt: skip
        ids = [column.id for column in self.list.rows.columns]
        self.list.table.setItemDelegateForColumn(ids.index("state"), Warned(self._with_warning, self.list.table))
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.list)

    def show_person(self, seen: Person) -> None:
        self.seen = seen
        self.list.show_rows(seen.skills)

    def take_keyboard(self) -> None:
        self.list.table.setFocus()

    def add(self) -> None:
        if self.seen is not None:
            self.panels.skill().open_new(self.seen)

    def edit(self, held: Held) -> None:
        if self.seen is not None:
            self.panels.skill().open_held(self.seen, held)

    def remove(self, held: Held) -> None:
        if self.seen is not None:
            label = self.tr("%1 of %2 removed").replace("%1", held.name).replace("%2", self.seen.facts.name)
            self.desk.act(self, label, drop_held, held.id, version=held.version)

    def today(self) -> date:
        return self.seen.today if self.seen else date.min

    def _with_warning(self, index: object) -> object:
        held = self.list.table.row_at(index)  # type: ignore[arg-type]
        return None if held is None else Marked(held.warning(self.today()))


class Marked:
    """A row as the delegate for warnings wants it."""

    def __init__(self, warning: Warn | None) -> None:
        self.warnings = (warning,) if warning else ()


def _columns(tab: SkillsTab) -> list[Column[Held]]:
    def state(held: Held) -> str:
        warning = held.warning(tab.today())
        words = "" if warning is None else warning.words.removeprefix(f"{held.label} ")
        return words[:1].upper() + words[1:]

    return [
        Column("name", tr("Skill"), lambda r: r.name, lambda r: r.name.casefold(), width=200),
        Column("certificate", tr("Certificate"), lambda r: r.certificate or "–", lambda r: r.certificate, width=160),
        Column("expires", tr("Expires"), lambda r: show_date(r.expires_on) if r.expires_on else "–", lambda r: r.expires_on, width=160),
        Column("state", tr("To look after"), state, lambda r: (r.expires_on or date.max), width=240),
    ]
