"""The list of providers: found as one types, filtered, in the order of the board, with the load of this week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QHeaderView, QMenu, QVBoxLayout, QWidget

from fieldoffice.services.providers import move_provider, providers
from fieldoffice.services.providers.rows import ProviderLine, Providers
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.gate import gate
from fieldoffice.ui.palette import ROUTES
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel, plain_tip
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.providers import words
from fieldoffice.ui.providers.delegates import Dots, Dotted, LoadBar, Warned
from fieldoffice.ui.providers.leaving import Leaving
from fieldoffice.ui.providers.personpanel import PersonPanel
from fieldoffice.ui.providers.words import tr

TOPICS = frozenset({"provider", "provider_skill", "skill", "shift", "shift_break", "shift_exception", "absence", "holiday",
                    "appointment", "assignment", "setting", "travel_time"})  # fmt: skip
WHO = (("active", "Active"), ("left", "Inactive"), ("all", "All"))
EXPIRY = "certificate"
WIDE, ROOM = 1000, 184


class ProvidersPage(QWidget):
    """Double click or Enter opens a provider; Alt+Up and Alt+Down change the order in which the board shows them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.found = desk, None
        self.found: Providers | None
        self.panel: PersonPanel | None = None
        self.leaving = Leaving(desk, self)
        self.calls = self._bind()
        self.search = SearchField(self.tr("Name, skill, phone or e-mail"))
        self.who, self.skill = Segmented(WHO, self.tr("Which providers")), Choice()
        self.skill.setAccessibleName(self.tr("Skill"))
        self.expiring, self.count = QCheckBox(), PlainLabel("", "muted")
        self.expiring.setToolTip(plain_tip(self.tr("A certificate has expired, expires within 30 days, or has no date.")))
        self.empty = EmptyState("", "engineering", self.tr("New provider"), self.new)
        self.rows: Rows[ProviderLine] = Rows(_columns(self))
        self.table = Table(self.rows, "Providers", self.empty, memory=desk.memory)
        self.gate = gate(desk, self, self.table, "providers", self.tr("Providers"))
        self._dress()
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)
        self.refresh()

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.gate, self.calls["new_provider"]]

    def ready(self) -> bool:
        return self.found is not None

    def open(self, provider_id: int = 0, **_: Any) -> None:
        """A provider's own page with its form, where one is named: so a form left unfinished comes back."""
        if provider_id:
            self.desk.open("provider", provider_id=provider_id, edit=True)

    def refresh(self) -> None:
        """Ask again; the selection stays."""
        self.desk.see(self, providers, then=self._arrived)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def new(self) -> None:
        """An empty form beside the list, with the color that comes next."""
        count = len(self.found.lines) if self.found else 0
        self._panel().open_new(ROUTES[count % len(ROUTES)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside a panel there is less room: words get shorter, and the list scrolls rather than squeezes."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        self.expiring.setText(self.tr("Certificate expired or expiring") if wide else self.tr("Expiring"))
        self.count.setVisible(wide)
        ids, head = [column.id for column in self.rows.columns], self.table.horizontalHeader()
        for id in ("skills", "warning"):
            head.setSectionResizeMode(ids.index(id), QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.Interactive)
            if not wide:
                head.resizeSection(ids.index(id), ROOM)

    def open_current(self) -> None:
        """The page of the selected provider, else of the first."""
        row = self.table.current() or self.rows.row(0)
        if row is not None:
            self._open(row)

    def edit_current(self) -> None:
        """The selected provider in a form beside the list."""
        if (row := self.table.current()) is not None:
            self.desk.open("provider", provider_id=row.id, edit=True)

    def move_row(self, by: int) -> None:
        """Let the board show the selected provider one place further up (-1) or down (1), among the active ones."""
        row = self.table.current()
        if row is None or self.found is None:
            return
        order = [line for line in self.found.lines if line.active or line.id == row.id]
        n = next(n for n, line in enumerate(order) if line.id == row.id)
        if not 0 <= n + by < len(order):
            return
        after = n + 2 if by > 0 else n - 1
        before_id = order[after].id if after < len(order) else None
        label = self.tr("%1 moved on the board").replace("%1", row.name)
        self.desk.act(self, label, move_provider, row.id, before_id=before_id, then=lambda _edit: self.refresh())

    def menu_for(self, row: ProviderLine) -> QMenu:
        """What can be done with a row."""
        menu = QMenu(self)
        for id in ("open_provider", "edit_provider", "provider_on_board", None, "provider_up", "provider_down", None):
            menu.addSeparator() if id is None else menu.addAction(self.calls[id])
        menu.addAction(self.leaving.action(row.active))
        return menu

    # inside

    def _arrived(self, found: Providers) -> None:
        self.found = found
        self.skill.set_choices([(None, self.tr("Any skill")), *((name, name) for name in found.skills)])
        self._narrow()

    def _narrow(self) -> None:
        """Show those that match what is typed and chosen."""
        if self.found is None:
            return
        lines = [line for line in self.found.lines if self._matches(line)]
        total = sum(line.active for line in self.found.lines)
        self.empty.say(self._nothing())
        if self.empty.button is not None:
            self.empty.button.setVisible(not self.found.lines)
        self.rows.show(lines)
        n = len(lines)
        said = words.counted(n, self.tr("provider"), self.tr("providers"))
        said = said if n == total else self.tr("%1, %2 active in all").replace("%1", said).replace("%2", str(total))
        self.count.setText(self.tr("%1 · hours and load of this week").replace("%1", said))
        self._show_what_can_be_done()

    def _matches(self, line: ProviderLine) -> bool:
        wanted = self.who.value()
        if wanted != "all" and line.active is not (wanted == "active"):
            return False
        if self.skill.value() is not None and self.skill.value() not in line.skills:
            return False
        if self.expiring.isChecked() and not any(EXPIRY in warning.words for warning in line.warnings):
            return False
        text = " ".join((line.name, words.KINDS.get(line.kind, ""), *line.skills, line.phone, line.email)).casefold()
        return all(word in text for word in self.search.text().casefold().split())

    def _nothing(self) -> str:
        assert self.found is not None
        if not self.found.lines:
            return self.tr("There are no providers yet. Add those who do the work.")
        if self.expiring.isChecked() and not self.search.text():
            return self.tr("No certificate expires within 30 days.")
        return self.tr("No provider matches.")

    def _open(self, row: ProviderLine) -> None:
        self.desk.open("provider", provider_id=row.id)

    def _on_board(self) -> None:
        if self.table.current() is not None and self.found is not None:
            self.desk.open("schedule", on=self.found.today)

    def _toggle_active(self) -> None:
        row = self.table.current()
        if row is not None:
            self.leaving.toggle(row.id, row.name, row.version, active=row.active, below=self.table)

    def _panel(self) -> PersonPanel:
        if self.panel is None:
            self.panel = PersonPanel(self.desk)
        return self.panel

    def _show_what_can_be_done(self) -> None:
        chosen = self.table.current() is not None
        for id in ("open_provider", "edit_provider", "provider_on_board", "provider_up", "provider_down", "deactivate_provider"):
            self.calls[id].setEnabled(chosen)

    def _show_menu(self, row: ProviderLine, where: QPoint) -> None:
        menu = self.menu_for(row)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _menu_at(self, where: QPoint) -> None:
        row = self.table.row_at(self.table.indexAt(where)) or self.table.current()
        if row is not None:
            self._show_menu(row, self.table.viewport().mapToGlobal(where))

    def _bind(self) -> dict[str, QAction]:
        calls = actions.bind(self, {
            "new_provider": self.new, "open_provider": self.open_current, "edit_provider": self.edit_current,
            "provider_on_board": self._on_board, "provider_up": lambda: self.move_row(-1), "provider_down": lambda: self.move_row(1),
            "deactivate_provider": self._toggle_active})  # fmt: skip
        calls["new_provider"].setProperty("primary", True)
        calls["open_provider"].setShortcuts([])  # Enter belongs to the table, and to the field while one types
        self.leaving.connect_to(self._toggle_active)
        return calls

    def _dress(self) -> None:
        """Colors, bars, icons and ⋮ in their columns."""
        ids = [column.id for column in self.rows.columns]
        dots = Dots(self.table.row_at, self.table)
        dots.pressed.connect(self._show_menu)
        for id, made in (("name", Dotted), ("load", LoadBar), ("warning", Warned)):
            self.table.setItemDelegateForColumn(ids.index(id), made(self.table.row_at, self.table))
        self.table.setItemDelegateForColumn(ids.index("more"), dots)
        head = self.table.horizontalHeader()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(ids.index("more"), QHeaderView.ResizeMode.Fixed)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu_at)

    def _build(self) -> None:
        self.who.set_value("active")
        self.skill.setMinimumWidth(120)
        row = QHBoxLayout()
        row.setSpacing(16)
        for part in (self.search, self.who, self.skill, self.expiring, self.count):
            row.addWidget(part)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        for signal in (self.search.searched, self.who.chosen, self.skill.value_changed, self.expiring.toggled):
            signal.connect(lambda *_: self._narrow())
        self.search.returnPressed.connect(self.open_current)
        self.table.opened.connect(self._open)
        self.table.picked.connect(lambda _row: self._show_what_can_be_done())
        self.setTabOrder(self.search, self.table)


def _columns(page: ProvidersPage) -> list[Column[ProviderLine]]:
    def zone() -> ZoneInfo:
        return ZoneInfo(page.found.zone if page.found else "UTC")

    def today() -> date:
        return page.found.today if page.found else date.min

    return [
        Column("place", "#", lambda r: str(r.place), lambda r: r.place, right=True, width=44, tip=lambda _r: tr("Place on the board")),
        Column("name", tr("Name"), lambda r: r.name, lambda r: r.name.casefold(), width=140, tip=lambda r: r.name),
        Column("kind", tr("Kind"), lambda r: words.KINDS.get(r.kind, r.kind), lambda r: r.kind, width=88),
        Column("skills", tr("Skills"), lambda r: ", ".join(r.skills) or "–", lambda r: ", ".join(r.skills), width=176,
               tip=lambda r: ", ".join(r.skills)),
        Column("hours", tr("Hours"), lambda r: words.hours_of(r.load.shift_s), lambda r: r.load.shift_s, right=True, width=76,
               tip=lambda _r: tr("On shift this week, without breaks and absences")),
        Column("load", tr("Load"), words.share, lambda r: r.percent, width=136, tip=words.load_tip),
        Column("absence", tr("Next absence"), lambda r: words.short_absence(r.absence, zone(), today()) if r.absence else "–",
               lambda r: r.absence.span.start if r.absence else None, width=152,
               tip=lambda r: f"{words.absence(r.absence, zone())}\n{r.absence.reason}" if r.absence else ""),
        Column("warning", tr("To look after"), lambda r: words.warned(r.warnings),
               lambda r: (r.warnings[0].level, r.warnings[0].words) if r.warnings else None, width=200,
               tip=lambda r: "\n".join(warning.words for warning in r.warnings)),
        Column("more", "", lambda _r: "", width=40, tip=lambda _r: tr("What can be done")),
    ]  # fmt: skip
