"""Ctrl+K: every command, page, customer and job by a few letters, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.search import search
from fieldoffice.ui.actions import CONTEXTS, HOMES
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.launcher.box import Launcher
from fieldoffice.ui.launcher.choices import Choice
from fieldoffice.ui.launcher.matching import best, score
from fieldoffice.ui.pages import PAGES, PageEntry
from fieldoffice.ui.window import MainWindow
from tests import make
from tests.ui.front import to_front

HERE = "tests.ui.test_frame_window"
SMALL = (
    PageEntry("customers", "Customers", "Customers", "group", f"{HERE}:SmallPage"),
    PageEntry("schedule", "Scheduling", "Dispatch board", "calendar_month", f"{HERE}:SmallPage"),
    PageEntry("job", "Scheduling", "Job", "assignment", f"{HERE}:SmallPage", tab=False),
)


@pytest.fixture
def made(sqlite_office: Office) -> make.Made:
    return make.small(sqlite_office)


@pytest.fixture
def window(qtbot, sqlite_office: Office, made: make.Made) -> Iterator[MainWindow]:
    desk = Desk(sqlite_office, user_id=made.owner)
    desk.memory.set("window", "page", "customers")
    window = MainWindow(desk, company="Potomac", who="Olive", where="x", pages=SMALL, panels=())
    qtbot.addWidget(window)
    window.show()
    to_front(qtbot, window)
    yield window
    desk.close()


@pytest.fixture
def box(qtbot, window: MainWindow) -> Launcher:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window._launcher is not None
    qtbot.waitUntil(window._launcher.field.hasFocus)
    return window._launcher


def titles(box: Launcher) -> list[str]:
    return [line.title for line in box.model.lines if isinstance(line, Choice)]


def test_the_start_of_a_word_comes_before_its_middle_and_initials_count() -> None:
    assert best(["A renewed job", "New job", "Nothing"], "new", str) == ["New job", "A renewed job"]
    assert score("nj", "New job") == 1
    assert score("jo ne", "New job") > 1
    assert score("xyz", "New job") == 0
    assert score("zoe", "Zoë") > 0


def test_it_offers_commands_at_once_and_enter_carries_one_out(qtbot, window: MainWindow, box: Launcher) -> None:
    assert {"Undo", "Search or do"}.isdisjoint(titles(box))  # nothing to undo, and it is open already
    qtbot.keyClicks(box.field, "new jo")
    assert titles(box)[0] == "New job"
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert window.page().asked == ["new"]
    assert not box.isVisible()


def test_a_command_of_another_page_opens_that_page_first(qtbot, window: MainWindow, box: Launcher) -> None:
    window.calls["undo"].setEnabled(False)
    assert window.here == "customers"
    qtbot.keyClicks(box.field, "dispatch board")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert window.here == "schedule"


def test_customers_and_jobs_are_found_and_opened(qtbot, window: MainWindow, box: Launcher, made: make.Made) -> None:
    job = make.job(window.desk.office, made, on=None)
    qtbot.keyClicks(box.field, "carol")
    qtbot.waitUntil(lambda: any("J1001" in title for title in titles(box)))
    row = next(n for n, line in enumerate(box.model.lines) if isinstance(line, Choice) and line.key.startswith("job"))
    box.run(row)
    assert window.here == "job"
    assert window.page().asked == [{"job_id": job.job_id}]


def test_arrows_skip_headings_and_go_round(qtbot, box: Launcher) -> None:
    first = box.list.currentIndex().row()
    assert box.model.choice(first) is not None
    qtbot.keyClick(box.field, Qt.Key.Key_Up)
    assert box.list.currentIndex().row() == len(box.model.lines) - 1
    qtbot.keyClick(box.field, Qt.Key.Key_Down)
    assert box.list.currentIndex().row() == first


def test_escape_leaves_and_nothing_found_says_so(qtbot, box: Launcher) -> None:
    qtbot.keyClicks(box.field, "qqqqq")
    assert box.empty.isVisible()
    qtbot.keyClick(box.field, Qt.Key.Key_Escape)
    assert not box.isVisible()


def test_what_was_used_last_stands_first(qtbot, window: MainWindow, box: Launcher) -> None:
    qtbot.keyClicks(box.field, "full screen")
    box.run()
    window.calls["full_screen"].trigger()
    box.open()
    assert titles(box)[0] == "Full screen"


def test_commands_of_other_pages_name_pages_that_exist() -> None:
    assert set(HOMES) <= set(CONTEXTS)
    assert set(HOMES.values()) <= {entry.id for entry in PAGES}


def test_the_search_finds_each_kind_by_its_words(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made, on=None)
    assert [(h.kind, h.id) for h in office.see(search, "carol")] == [("customer", made.customer), ("job", job.job_id)]
    assert [(h.kind, h.id) for h in office.see(search, "ana")] == [("provider", made.ana)]
    assert [h.kind for h in office.see(search, "j1001")] == ["job"]
    assert office.see(search, "  ") == ()
    assert office.see(search, "100%") == ()


def test_a_customer_without_accents_typed_is_found(office: Office) -> None:
    make.small(office)
    zoe = office.do(customers.add_customer, name="Zoë Ångström", phone="(202) 555-0177")
    assert [h.id for h in office.see(search, "zoe angstrom")] == [zoe]
    assert [h.id for h in office.see(search, "2025550177")] == [zoe]


def test_a_setting_is_found_and_opened_with_enter(qtbot, sqlite_office: Office, made: make.Made) -> None:
    desk = Desk(sqlite_office, user_id=made.owner)
    opened: list[tuple[str, dict]] = []
    desk.opened.connect(lambda page, args: opened.append((page, args)))
    window = MainWindow(desk, company="Potomac", who="Olive", where="x", panels=(), pages=(
        *SMALL, PageEntry("settings", "Organization", "Settings", "settings", f"{HERE}:SmallPage")))  # fmt: skip
    qtbot.addWidget(window)
    box = Launcher(desk, lambda: [], window.entries.__contains__, window)
    box.open()
    qtbot.keyClicks(box.field, "settings > company > time zone")
    assert titles(box)[0] == "Time zone"
    box.run()
    assert opened == [("settings", {"key": "company.zone"})]
    desk.close()
