"""The window: sidebar, head, pages, panel, status line, toasts. It only assembles; pages never call each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.ui import actions, theme
from fieldoffice.ui.aside import Aside, Banners
from fieldoffice.ui.connection import ConnectionBanner
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.head import Head
from fieldoffice.ui.help import HelpWindow
from fieldoffice.ui.launcher.box import Launcher
from fieldoffice.ui.launcher.choices import Choice, commands, pages
from fieldoffice.ui.pages import PAGES, PANELS, SECTIONS, PageEntry, PanelEntry, ask
from fieldoffice.ui.panes import Panes
from fieldoffice.ui.parts.banner import Banner, Kind
from fieldoffice.ui.parts.panel import SidePanel
from fieldoffice.ui.parts.toast import Toasts
from fieldoffice.ui.sidebar import Sidebar
from fieldoffice.ui.statusline import StatusLine

SMALLEST = (1024, 640)
FIRST_PAGE = "schedule"  # until somebody left from another one


class MainWindow(QMainWindow):
    """One window with its own desk. `closing` is emitted when it has agreed to close."""

    closing = Signal()

    def __init__(self, desk: Desk, *, company: str = "", who: str = "", where: str = "",
                 pages: Sequence[PageEntry] = PAGES, panels: Sequence[PanelEntry] = PANELS) -> None:
        super().__init__()
        self.desk, self.company = desk, company
        self.entries = {entry.id: entry for entry in pages}
        self.panel_entries = {entry.id: entry for entry in panels}
        self.pages: dict[str, QWidget] = {}
        self.panels: dict[str, SidePanel] = {}
        self.here = ""
        self._last_in: dict[str, str] = {}
        self._help: HelpWindow | None = None
        self._launcher: Launcher | None = None
        self.calls = actions.bind(self, self._calls())
        self._build(who, where)
        self._connect()
        self._restore()

    def go(self, page: str, **args: Any) -> None:
        """Show a page, made on its first showing; it stays where it is when the present page may not be left."""
        if page != self.here and not self._may_leave():
            return
        if page not in self.pages:
            self.pages[page] = self.entries[page].make(self.desk)
            self.stack.addWidget(self.pages[page])
        if page != self.here:
            self._arrive(page)
        if args:
            ask(self.pages[page], "open", **args)

    def open(self, name: str, args: dict[str, Any]) -> None:
        """A page or a panel by its id, with what to show there."""
        if name in self.entries:
            self.go(name, **args)
        elif self.aside.make_room():
            if name not in self.panels:
                self.panels[name] = self.panel_entries[name].make(self.desk)
            self.aside.show_panel(self.panels[name])
            ask(self.panels[name], "open", **args)

    def banner(self, key: str, kind: Kind, words: str) -> Banner:
        """A sentence across the top of the page that stays until `no_banner(key)`; the same key replaces it."""
        return self.banners.say(key, kind, words)

    def no_banner(self, key: str) -> None:
        self.banners.drop(key)

    def page(self) -> QWidget | None:
        """The page in sight."""
        return self.pages.get(self.here)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None or self.panes.where() is self.sidebar:
            self.panes.enter(self.stack)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self._may_leave() and self.aside.may_close()):
            event.ignore()
            return
        self._remember()
        self.closing.emit()
        event.accept()

    def _calls(self) -> dict[str, Callable[..., object]]:
        return {
            "launcher": self.show_launcher, "undo": self.desk.undo, "redo": self.desk.redo, "refresh": self._refresh, "find": self._find,
            "next_pane": lambda: self.panes.go(1), "previous_pane": lambda: self.panes.go(-1),
            "toggle_sidebar": self._set_narrow, "toggle_dark": self._toggle_dark, "full_screen": self._full_screen,
            "help": self.show_help, "quit": self.close,
        }

    def _build(self, who: str, where: str) -> None:
        self.setMinimumSize(QSize(*SMALLEST).boundedTo(self.screen().availableSize()))
        sections = [section for section in SECTIONS if section[0] in {entry.section for entry in self.entries.values()}]
        foot = [self.calls[id] for id in ("help", "toggle_dark", "toggle_sidebar")]
        self.sidebar = Sidebar(self.company, sections, foot, top=[self.calls["launcher"]])
        self.head = Head([self.calls["undo"], self.calls["redo"]])
        self.stack = QStackedWidget()
        self.banners = Banners()
        self.status = StatusLine(who, where, self.desk.works)
        middle = self._middle()
        self.setCentralWidget(middle)
        self.toasts = Toasts(middle)
        self.panes = Panes(lambda: [part for part in (self.sidebar, self.head, self.stack, self.aside.panel) if part], self)

    def _middle(self) -> QWidget:
        content, all_of_it = QWidget(), QWidget()
        column = _box(QVBoxLayout(content))
        for part in (self.head, self.banners):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        self.aside = Aside(content)
        right = _box(QVBoxLayout())
        right.addWidget(self.aside, 1)
        right.addWidget(self.status)
        row = _box(QHBoxLayout(all_of_it))
        row.addWidget(self.sidebar)
        row.addLayout(right, 1)
        return all_of_it

    def _connect(self) -> None:
        desk = self.desk
        desk.toasted.connect(self.toasts.tell)
        desk.opened.connect(self.open)
        desk.panel_wanted.connect(self.aside.show_panel)
        desk.live.state_changed.connect(self.status.show_live)
        self.connection = ConnectionBanner(desk, self, self)
        desk.undo_stack.changed.connect(self._show_undo)
        self.sidebar.chosen.connect(self._go_section)
        self.head.chosen.connect(self.go)
        self.aside.shown.connect(self.panes.enter)
        self.aside.emptied.connect(lambda: self.panes.enter(self.stack))
        theme.changed.connect(self._theme_changed)
        self._show_undo()
        self._theme_changed("")

    def _arrive(self, page: str) -> None:
        entry, self.here = self.entries[page], page
        if entry.tab:
            self._last_in[entry.section] = page
        sisters = [(other.id, other.title) for other in self.entries.values() if other.section == entry.section and other.tab]
        self.head.show_page(entry.title if len(sisters) < 2 else "", sisters, page)  # tabs say where we are
        self.head.show_own(ask(self.pages[page], "head", ()))
        self.sidebar.mark(entry.section)
        self.stack.setCurrentWidget(self.pages[page])
        self.setWindowTitle(" – ".join(part for part in (entry.title, self.company, "fieldoffice") if part))

    def _go_section(self, section: str) -> None:
        first = next(entry.id for entry in self.entries.values() if entry.section == section)
        self.go(self._last_in.get(section, first))
        self.sidebar.mark(self.entries[self.here].section)

    def _may_leave(self) -> bool:
        here = self.page()
        return here is None or bool(ask(here, "may_leave", True))

    def _show_undo(self) -> None:
        for way, words in (("undo", "Undo"), ("redo", "Redo")):
            label = self.desk.undo_stack.label(way)  # type: ignore[arg-type]
            self.calls[way].setEnabled(bool(label))
            self.calls[way].setToolTip(f"{words}: {label}" if label else f"Nothing to {words.lower()}")

    def _refresh(self) -> None:
        here = self.page()
        if here is not None:
            ask(here, "refresh")
        self.desk.live.look()

    def _find(self) -> None:
        here = self.page()
        if here is not None:
            ask(here, "find")

    def _set_narrow(self, narrow: bool) -> None:
        self.sidebar.set_narrow(narrow)
        self.calls["toggle_sidebar"].setChecked(narrow)
        self.desk.memory.set("window", "narrow", narrow)

    def _toggle_dark(self, _checked: bool) -> None:
        theme.toggle(QApplication.instance())  # type: ignore[arg-type]

    def _theme_changed(self, _name: str) -> None:
        self.calls["toggle_dark"].setChecked(theme.is_dark())

    def _full_screen(self, full: bool) -> None:
        self.showFullScreen() if full else self.showNormal()

    def show_help(self) -> None:
        """The user guide, at the page in sight."""
        if self._help is None:
            self._help = HelpWindow(self)
        first = next((e.id for e in self.entries.values() if e.tab and e.section == self.entries[self.here].section), "")
        self._help.open_at(self.here, first)

    def show_launcher(self) -> None:
        """One field for every command, page, customer, job and provider."""
        if self._launcher is None:
            self._launcher = Launcher(self.desk, self._offers, self.entries.__contains__, self)
        self._launcher.open()

    def _offers(self) -> list[Choice]:
        places = [place for place in (self.aside.panel, self.page()) if place is not None]
        bound = [*self.calls.values(), *(action for place in places for action in place.findChildren(QAction))]
        return [*commands(bound, self._go_and_do), *pages(self.entries.values(), self.go)]

    def _go_and_do(self, page: str, action: str) -> None:
        self.go(page)
        found = self.pages[page].findChild(QAction, action) if self.here == page else None
        if found is not None and found.isEnabled():
            found.trigger()

    def _restore(self) -> None:
        memory = self.desk.memory
        geometry = memory.get("window", "geometry")
        if not (isinstance(geometry, bytes) and self.restoreGeometry(geometry)):
            self.resize(1366, 768)
        self._set_narrow(bool(memory.get("window", "narrow", False)))
        self.aside.panel_width = int(memory.get("window", "panel", 0))
        last = memory.get("window", "page", "")
        if self.entries:
            first = FIRST_PAGE if FIRST_PAGE in self.entries else next(iter(self.entries))
            self.go(last if last in self.entries else first)

    def _remember(self) -> None:
        self.desk.memory.set("window", "geometry", self.saveGeometry())
        self.desk.memory.set("window", "panel", self.aside.panel_width)
        self.desk.memory.set("window", "page", self._last_in.get(self.entries[self.here].section, "") if self.here else "")


def _box(layout: Any) -> Any:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout
