"""The frame of a customer's page: its head, the bar of sections with Alt and a number, the sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from fieldoffice.services.customers.profile import CustomerSheet
from fieldoffice.ui.customers.words import KINDS, counted, translate
from fieldoffice.ui.parts.labels import Chip, ElidedLabel, PlainLabel

SECTIONS = ("Overview", "Locations", "Contacts", "Sub customers", "Bookings", "Money", "Notes", "Files", "History", "Messages")


class Header(QWidget):
    """Number, name, and what is unusual about the customer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.name, self.kind, self.state = PlainLabel("", "muted"), ElidedLabel("", "section"), Chip(), Chip()
        self.owed = Chip()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 4)
        row.setSpacing(8)
        row.addWidget(self.number)
        row.addWidget(self.name, 1)
        for chip in (self.owed, self.kind, self.state):
            row.addWidget(chip)

    def show_customer(self, sheet: CustomerSheet) -> None:
        self.number.setText(sheet.number)
        self.name.setText(sheet.name)
        self.kind.show_words(KINDS.get(sheet.kind, sheet.kind), "domain" if sheet.kind == "commercial" else "home")
        self.state.setVisible(not sheet.active)
        merged = sheet.merged_into is not None
        self.state.show_words("merged" if merged else "out of use", "merge" if merged else "person_off", "warn_ground", "warn")
        self.owed.setVisible(bool(sheet.open_visits))
        self.owed.show_words(counted(sheet.open_visits, "open visit"), "event")
        self.setAccessibleName(f"{sheet.number}, {sheet.name}")


class Sections(QWidget):
    """`sections` by name, each with the widget that gets the keyboard."""

    def __init__(self, sections: Mapping[str, tuple[QWidget, QWidget]], messages: Sequence[QWidget]) -> None:
        super().__init__()
        self.header, self.tabs, self.stack = Header(), QTabBar(), QStackedWidget()
        self._firsts = tuple(first for _, first in sections.values())
        self.tabs.setAccessibleName(translate("Customers", "Sections of the customer"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for n, (name, (section, _)) in enumerate(sections.items()):
            self.tabs.addTab(translate("Customers", name))
            self.tabs.setTabToolTip(n, f"Alt+{n + 1}" if n < 9 else "")
            self.stack.addWidget(section)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self._arrange(messages)

    def listen(self, page: QWidget) -> None:
        """Alt and a number lead to the sections from anywhere on `page`."""
        for n in range(min(9, len(SECTIONS))):
            QShortcut(QKeySequence(f"Alt+{n + 1}"), page, lambda n=n: self._go(n),
                      context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def choose(self, name: str) -> None:
        """Show the section of that name; an unknown one changes nothing."""
        if name in SECTIONS:
            self.tabs.setCurrentIndex(SECTIONS.index(name))

    def here(self) -> str:
        return SECTIONS[self.tabs.currentIndex()]

    def show_customer(self, sheet: CustomerSheet) -> None:
        """The head, and counts beside the names of the sections."""
        self.header.show_customer(sheet)
        counts = {"Locations": sum(p.active for p in sheet.places), "Contacts": len(sheet.contacts), "Sub customers": len(sheet.subs),
                  "Bookings": sheet.open_visits, "Notes": len(sheet.remarks), "Files": len(sheet.files)}
        for n, name in enumerate(SECTIONS):
            count = counts.get(name, 0)
            self.tabs.setTabText(n, f"{translate('Customers', name)} {count}" if count else translate("Customers", name))

    def _go(self, n: int) -> None:
        self.tabs.setCurrentIndex(n)
        self._firsts[n].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _arrange(self, messages: Sequence[QWidget]) -> None:
        line, room = QHBoxLayout(), QVBoxLayout()
        line.setContentsMargins(16, 0, 16, 0)
        line.addWidget(self.tabs, 1)
        room.setContentsMargins(16, 8, 16, 0)
        for message in messages:
            room.addWidget(message)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addLayout(line)
        box.addLayout(room)
        box.addWidget(self.stack, 1)
