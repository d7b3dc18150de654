"""The window on two small pages: sections, navigation, panels, undo, keyboard, names, what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.services.dispatch.rows import Change
from fieldoffice.ui import actions, pages, places, theme
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.help import HelpWindow, topics
from fieldoffice.ui.pages import PageEntry, PanelEntry
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import SidePanel
from fieldoffice.ui.welcome import Choice, Welcome
from fieldoffice.ui.window import MainWindow
from tests.ui.front import to_front
from tests.ui.test_frame_undo import placement


class SmallPage(QWidget):
    """A page that notes what the window asks of it."""

    made: list[str] = []

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.asked: list[object] = []
        self.stays = False
        self.field = QLineEdit()
        self.field.setAccessibleName("Field")
        QVBoxLayout(self).addWidget(self.field)
        self.calls = actions.bind(self, {"new_job": lambda: self.asked.append("new")})
        self.calls["new_job"].setProperty("primary", True)
        SmallPage.made.append(type(self).__name__)

    def head(self):
        return [self.calls["new_job"]]

    def open(self, **args) -> None:
        self.asked.append(args)

    def may_leave(self) -> bool:
        return not self.stays

    def refresh(self) -> None:
        self.asked.append("refresh")

    def find(self) -> None:
        self.field.setFocus()


class SmallPanel(SidePanel):
    def __init__(self, desk: Desk) -> None:
        super().__init__("Job")
        self.asked: list[object] = []
        self.field = QLineEdit()
        self.field.setAccessibleName("Title")
        self.set_body(self.field)

    def open(self, **args) -> None:
        self.asked.append(args)

    def save(self, then: Callable[[], object]) -> None:
        then()


HERE = "tests.ui.test_frame_window"
PAGES = (
    PageEntry("customers", "Customers", "Customers", "group", f"{HERE}:SmallPage"),
    PageEntry("schedule", "Scheduling", "Dispatch board", "calendar_month", f"{HERE}:SmallPage"),
    PageEntry("map", "Scheduling", "Map", "map", f"{HERE}:SmallPage"),
)
PANELS = (PanelEntry("job", f"{HERE}:SmallPanel"), PanelEntry("customer", f"{HERE}:SmallPanel"))


@pytest.fixture
def window(qtbot, desk: Desk) -> Iterator[MainWindow]:
    SmallPage.made.clear()
    desk.memory.set("window", "page", "customers")
    made = MainWindow(desk, company="Potomac & Sons <b>", who="Dana", where="potomac.db", pages=PAGES, panels=PANELS)
    qtbot.addWidget(made)
    made.show()
    to_front(qtbot, made)
    yield made
    for panel in made.panels.values():
        panel.set_dirty(False)
    for page in made.pages.values():
        page.stays = False


def test_the_sidebar_has_the_manual_s_words_in_its_order_and_only_what_exists(window: MainWindow) -> None:
    assert list(window.sidebar.buttons) == ["Customers", "Scheduling"]
    assert [words for words, _ in pages.SECTIONS] == [
        "Dashboard", "Customers", "Providers", "Scheduling", "Accounting", "Post Operations", "Organization"]


def test_every_registered_page_and_panel_can_be_loaded() -> None:
    sections = [words for words, _ in pages.SECTIONS]
    assert [entry.id for entry in pages.PAGES if entry.section not in sections] == []
    assert [e.id for e in (*pages.PAGES, *pages.PANELS) if not issubclass(pages.load(e.factory), QWidget)] == []


def test_pages_are_made_when_first_shown(window: MainWindow) -> None:
    assert (SmallPage.made, window.here) == (["SmallPage"], "customers")
    window.go("schedule")
    window.go("customers")
    assert len(SmallPage.made) == 2


def test_a_section_leads_to_its_page_last_seen(window: MainWindow) -> None:
    window.sidebar.buttons["Scheduling"].click()
    assert (window.here, window.head.title.text(), window.head._sisters.value()) == ("schedule", "", "schedule")
    window.head.chosen.emit("map")
    window.sidebar.buttons["Customers"].click()
    assert (window.head.title.text(), window.head._sisters) == ("Customers", None)
    window.sidebar.buttons["Scheduling"].click()
    assert (window.here, window.windowTitle()) == ("map", "Map – Potomac & Sons <b> – fieldoffice")


def test_a_page_that_may_not_be_left_stays(window: MainWindow) -> None:
    window.page().stays = True
    window.sidebar.buttons["Scheduling"].click()
    assert (window.here, window.sidebar.buttons["Customers"].isChecked()) == ("customers", True)
    assert window.close() is False


def test_the_desk_opens_pages_and_panels(window: MainWindow) -> None:
    window.desk.open("schedule", on="2026-11-22")
    window.desk.open("job", job_id=5)
    assert window.pages["schedule"].asked == [{"on": "2026-11-22"}]
    assert (window.aside.panel, window.panels["job"].asked) == (window.panels["job"], [{"job_id": 5}])
    assert 360 <= window.panels["job"].width() <= 480


def test_an_unsaved_panel_does_not_give_way(window: MainWindow) -> None:
    window.desk.open("job", job_id=5)
    window.panels["job"].set_dirty()
    window.desk.open("customer", customer_id=1)
    assert (window.aside.panel, "customer" in window.panels) == (window.panels["job"], False)
    assert window.panels["job"].warning.isVisible() is True
    assert window.close() is False
    window.panels["job"].save_and_close()
    window.desk.open("customer", customer_id=1)
    assert window.aside.panel is window.panels["customer"]


def test_the_page_s_actions_stand_in_the_head(window: MainWindow) -> None:
    shown = [b for b in window.head.findChildren(QAbstractButton) if b.text() == "New job" and b.isVisible()]
    shown[0].click()
    window.go("schedule")
    shown[0].setVisible(shown[0].isVisible())
    now = [b for b in window.head.findChildren(QAbstractButton) if b.text() == "New job" and b.isVisible()]
    assert (window.pages["customers"].asked, len(shown), len(now), now != shown) == (["new"], 1, 1, True)


def test_undo_and_redo_follow_the_stack(window: MainWindow) -> None:
    assert window.calls["undo"].isEnabled() is False
    window.desk.undo_stack.push("Moved to Ann", Change((), (placement(1, 1),), (placement(1, 2, 2),)))
    assert (window.calls["undo"].isEnabled(), window.calls["undo"].toolTip()) == (True, "Undo: Moved to Ann")
    assert window.calls["redo"].isEnabled() is False


def test_f6_goes_round_and_comes_back_to_where_it_was(qtbot, window: MainWindow) -> None:
    page = window.page()
    page.field.setFocus()
    window.desk.open("job", job_id=1)
    window.panels["job"].field.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(window.panes.where())
    assert seen == [window.sidebar, window.head, window.stack, window.panels["job"]]
    assert QApplication.focusWidget() is window.panels["job"].field
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is page.field


def test_closing_a_panel_gives_the_keyboard_back(window: MainWindow) -> None:
    window.page().field.setFocus()
    window.desk.open("job", job_id=1)
    window.panels["job"].close_panel()
    assert QApplication.focusWidget() is window.page().field


def test_keys_of_the_window(qtbot, window: MainWindow) -> None:
    field = window.page().field
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_F5)
    qtbot.keyClick(field, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert (window.page().asked, window.sidebar.width()) == (["refresh"], 56)
    qtbot.keyClick(field, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert theme.is_dark() is True
    window.sidebar.setFocus()
    qtbot.keyClick(window.sidebar, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is field


def test_arrows_move_within_the_sidebar(qtbot, window: MainWindow) -> None:
    first, second = window.sidebar.buttons.values()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is second


def test_what_is_remembered(qtbot, window: MainWindow, desk: Desk) -> None:
    window.go("map")
    window.calls["toggle_sidebar"].trigger()
    window.resize(1200, 700)
    assert window.close() is True
    again = MainWindow(desk, pages=PAGES, panels=PANELS)
    qtbot.addWidget(again)
    assert (again.here, again.sidebar.narrow, again.height()) == ("map", True, 700)


def test_the_panel_s_width_is_remembered(qtbot, window: MainWindow, desk: Desk) -> None:
    window.resize(1300, 700)
    window.desk.open("job", job_id=1)
    assert window.panels["job"].width() == 360
    window.aside.moveSplitter(window.aside.width() - 430, 1)
    wide = window.panels["job"].width()
    assert (420 <= wide <= 440, window.close()) == (True, True)
    again = MainWindow(desk, pages=PAGES, panels=PANELS)
    qtbot.addWidget(again)
    again.resize(1300, 700)
    again.show()
    again.open("customer", {})
    assert again.panels["customer"].width() == wide


def test_a_long_address_does_not_push_the_window_apart(qtbot, desk: Desk) -> None:
    where = "postgresql://" + "very-long-name." * 20 + "example/fieldoffice"
    window = MainWindow(desk, where=where, who="Dana", pages=PAGES, panels=PANELS)
    qtbot.addWidget(window)
    assert window.minimumSizeHint().width() < 1024
    assert [label for label in window.status.findChildren(PlainLabel) if label.accessibleName() == where] != []


def test_banners_and_the_status_line(window: MainWindow) -> None:
    window.banner("tasks", "warn", "Background tasks have not run for ten minutes.")
    window.banner("tasks", "warn", "Still not.")
    assert (window.banners.isVisible(), len(window.banners._shown)) == (True, 1)
    window.no_banner("tasks")
    assert window.banners.isVisible() is False
    window.desk.live.state_changed.emit(False)
    assert window.status.live.text() == "Not live: the database is out of reach"
    first, second = window.desk.work("Optimizing"), window.desk.work("Printing")
    assert (window.status.strip.words.text(), window.status.more.text()) == ("Optimizing", "and 1 more")
    first.end()
    assert (window.status.strip.words.text(), window.status.more.text()) == ("Printing", "")
    second.end()
    assert window.status.strip.isVisible() is False


def test_everything_that_can_be_pressed_or_typed_into_has_a_name(window: MainWindow) -> None:
    window.desk.open("job", job_id=1)
    window.desk.toast("Moved", undo=lambda: None)
    kinds = (QAbstractButton, QLineEdit, QComboBox)
    nameless = [widget for kind in kinds for widget in window.findChildren(kind)
                if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)]
    assert [widget for widget in nameless if widget.objectName() != "qt_spinbox_lineedit"] == []


def test_the_smallest_window_cuts_nothing_off(window: MainWindow) -> None:
    window.resize(1024, 640)
    assert (window.minimumSizeHint().width() <= 1024, window.width()) == (True, 1024)
    cut = [label.text() for label in window.findChildren(PlainLabel)
           if label.isVisible() and type(label) is PlainLabel and label.width() < label.minimumSizeHint().width()]
    assert cut == []


def test_the_guide_opens_at_the_page_and_finds_words(qtbot, window: MainWindow) -> None:
    window.show_help()
    guide: HelpWindow = window._help
    assert guide.list.currentItem().text() == "Customers"
    guide._narrow("are you sure")
    assert [guide.list.item(n).text() for n in range(guide.list.count())] == ["Finding your way"]
    guide._choose("shortcuts")
    guide._narrow("")
    guide._choose("shortcuts")
    assert "Take back your last action" in guide.text.toPlainText()
    guide.close()


def test_links_in_the_guide_lead_somewhere() -> None:
    import re

    known = topics()
    links = {link for text in known.values() for link in re.findall(r"\]\(([\w-]+)\.md\)", text)}
    assert links - set(known) == set()


# the first start


@pytest.fixture
def welcome(qtbot) -> Welcome:
    made = Welcome()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_sample_needs_nothing(welcome: Welcome) -> None:
    welcome.choose()
    assert (welcome.choice, welcome.result()) == (Choice("sample"), 1)


def test_a_new_company_is_proposed_what_fits_its_country(welcome: Welcome) -> None:
    welcome.pick("new")
    form = welcome.company
    form.name.setText(" Fliesen Kühn ")
    form.owner.setText("Jana Kühn")
    form.country.setCurrentIndex(form.country.findData("DE"))
    welcome.choose()
    assert welcome.choice == Choice("new", "Fliesen Kühn", "DE", "Europe/Berlin", "EUR", "A4", "Jana Kühn")


def test_every_country_is_proposed_something_that_can_be_chosen(qapp) -> None:
    money = dict(places.currencies())
    assert [money[code] for code in ("EUR", "USD", "CHF")] == ["EUR – Euro", "USD – US Dollar", "CHF – Swiss Franc"]
    odd = [code for code, _ in places.countries() for it in [places.proposal(code)]
           if it.currency not in money or it.zone not in it.zones or it.paper not in ("Letter", "A4")]
    assert odd == []
    assert (places.proposal("US").paper, places.proposal("CH").currency, places.proposal("JP").zone) == (
        "Letter", "CHF", "Asia/Tokyo")


def test_a_company_without_names_is_refused_by_the_fields(welcome: Welcome) -> None:
    welcome.pick("new")
    welcome.choose()
    assert (welcome.choice, welcome.isVisible()) == (None, True)
    assert welcome.company.rows["name"].error.words.text() == "Company name is needed."


@pytest.mark.parametrize("address", ["nonsense", "http://server/db", "postgresql://server", "postgresql:///db", "postgresql://a:b@c:x/d"])
def test_an_address_that_cannot_be_one_is_refused(welcome: Welcome, address: str) -> None:
    welcome.pick("join")
    welcome.join.address.setText(address)
    welcome.choose()
    assert (welcome.choice, welcome.join.rows["address"].error.isVisible()) == (None, True)


def test_joining_gives_the_address(welcome: Welcome) -> None:
    welcome.pick("join")
    welcome.join.address.setText(" postgresql://office@server:5433/fieldoffice ")
    welcome.choose()
    assert welcome.choice == Choice("join", address="postgresql://office@server:5433/fieldoffice")
