"""The page of one provider: overview, skills, hours, absences, work calendar, load; all edited in the side panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.providers import person
from fieldoffice.services.providers.rows import Person
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.providers.absences import AbsencesTab
from fieldoffice.ui.providers.header import Header
from fieldoffice.ui.providers.hours import HoursTab
from fieldoffice.ui.providers.leaving import Leaving
from fieldoffice.ui.providers.loadtab import LoadTab
from fieldoffice.ui.providers.overview import OverviewTab
from fieldoffice.ui.providers.panels import Panels
from fieldoffice.ui.providers.skills import SkillsTab
from fieldoffice.ui.providers.worktab import WorkTab

TOPICS = frozenset({"provider", "provider_skill", "skill", "shift", "shift_break", "shift_exception", "absence", "holiday",
                    "appointment", "assignment", "company", "setting", "travel_time"})  # fmt: skip
TABS = ("Overview", "Skills", "Hours", "Absences", "Work calendar", "Load")


class ProviderPage(QWidget):
    """`open(provider_id=…)` shows a provider; `tab` is one of `TABS`, `edit` opens the form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.seen = desk, None
        self.seen: Person | None
        self._wanted, self._then_edit = 0, False
        self.panels = Panels(desk)
        self.header, self.tabs, self.stack = Header(), QTabBar(), QStackedWidget()
        self.overview = OverviewTab(self.edit, self._go)
        self.skills, self.hours = SkillsTab(desk, self.panels), HoursTab(desk, self.panels)
        self.absences, self.work, self.load = AbsencesTab(desk, self.panels), WorkTab(desk, self.panels), LoadTab(desk)
        self.sections = (self.overview, self.skills, self.hours, self.absences, self.work, self.load)
        self.leaving = Leaving(desk, self)
        self.leaving.connect_to(self._toggle_active)
        self.calls = actions.bind(self, {"edit_provider": self.edit})
        self.calls["edit_provider"].setProperty("primary", True)
        self.more = IconButton("more_vert", self.tr("More"), self._show_menu)
        self.empty = EmptyState(self.tr("Choose a provider in the list."), "engineering", self.tr("All providers"),
                                lambda: desk.open("providers"))  # fmt: skip
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.calls["edit_provider"], self.more]

    def open(self, provider_id: int = 0, tab: str = "", edit: bool = False, **_: Any) -> None:
        """Show a provider, at a tab if one is named."""
        if provider_id and provider_id != self._wanted:
            self._wanted, self.seen = provider_id, None
            self.tabs.setCurrentIndex(0)
        self._then_edit = edit
        if tab in TABS:
            self.tabs.setCurrentIndex(TABS.index(tab))
        self.refresh()

    def ready(self) -> bool:
        return not self._wanted or (self.seen is not None and self.work.ready() and self.load.ready())

    def refresh(self) -> None:
        """Read again what is shown."""
        if self._wanted:
            self.desk.see(self, person, self._wanted, then=self._arrived, otherwise=self._failed)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Nothing to search for in one provider: the list has the field."""
        self.desk.open("providers")

    def edit(self) -> None:
        """The facts in a form beside the page."""
        if self.seen is not None:
            self.panels.person().open_person(self.seen)

    # inside

    def _arrived(self, seen: Person) -> None:
        if seen.id != self._wanted:
            return
        first, self.seen = self.seen is None, seen
        self._show_header()
        for section in self.sections:
            section.show_person(seen)
        for n, count in ((1, len(seen.skills)), (3, sum(row.span.end > seen.now for row in seen.absences))):
            self.tabs.setTabText(n, f"{self.tr(TABS[n])} {count}" if count else self.tr(TABS[n]))
        self._show_empty()
        if first:
            self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._then_edit:
            self._then_edit = False
            self.edit()

    def _show_header(self) -> None:
        """The overview says by itself what is to be looked after."""
        if self.seen is not None:
            self.header.show_person(self.seen, warn=self.tabs.currentIndex() != 0)

    def _failed(self, error: Refused) -> None:
        if self.seen is None:
            self._wanted = 0
            self._show_empty()
        self.desk.refuse(error)

    def _show_empty(self) -> None:
        self.empty.setVisible(self.seen is None)
        for part in (self.header, self.tabs, self.stack):
            part.setVisible(self.seen is not None)
        self.calls["edit_provider"].setEnabled(self.seen is not None)
        self.more.setEnabled(self.seen is not None)

    def _toggle_active(self) -> None:
        if self.seen is not None:
            self.leaving.toggle(self.seen.id, self.seen.facts.name, self.seen.version, active=self.seen.active, below=self.tabs)

    def _show_menu(self) -> None:
        if self.seen is None:
            return
        menu = QMenu(self)
        menu.addAction(self.leaving.action(self.seen.active))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _go(self, tab: str) -> None:
        self.tabs.setCurrentIndex(TABS.index(tab))

    def _go_with_keys(self, n: int) -> None:
        self.tabs.setCurrentIndex(n)
        self.sections[n].take_keyboard()

    def _build(self) -> None:
        self.tabs.setAccessibleName(self.tr("Sections of the provider"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for n, (name, section) in enumerate(zip(TABS, self.sections, strict=True), start=1):
            self.tabs.addTab(self.tr(name))
            self.tabs.setTabToolTip(n - 1, f"Alt+{n}")
            self.stack.addWidget(section)
            keys = QKeySequence(f"Alt+{n}")
            QShortcut(keys, self, lambda n=n: self._go_with_keys(n - 1), context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.tabs.currentChanged.connect(lambda _n: self._show_header())
        QShortcut(QKeySequence("Esc"), self, lambda: self.desk.open("providers"), context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        line, box = QHBoxLayout(), QVBoxLayout(self)
        line.setContentsMargins(4, 0, 16, 0)
        line.addWidget(self.tabs)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addLayout(line)
        box.addWidget(self.stack, 1)
        box.addWidget(self.empty, 1)
        self._show_empty()
