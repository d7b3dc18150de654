"""The list of customers as a dispatcher uses it: found while typing, narrowed, selected, opened from the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fieldoffice.models.customer import Customer, searchable
from fieldoffice.office import Office, Tx
from fieldoffice.services import company, customers
from fieldoffice.services.company.values import set_setting
from fieldoffice.services.customers.editing import switch_customer
from fieldoffice.services.customers.filtering import Filter
from fieldoffice.services.customers.listing import customer_page
from fieldoffice.services.customers.selection import Selection
from fieldoffice.services.geocoding.queue import state
from fieldoffice.ui.customers.columns import MENU
from fieldoffice.ui.customers.page import CustomersPage
from fieldoffice.ui.customers.words import counted, months_before
from fieldoffice.ui.desk import Desk
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


@pytest.fixture
def page(stand: Stand) -> CustomersPage:
    """Carol of the small company, Änne, Bert (a firm), and Zed out of use."""

    def add(tx: Tx) -> None:
        customers.add_customer(tx, name="Änne Özdemir", phone="(202) 555-0177")
        customers.add_customer(tx, name="Bert's Bakery", kind="commercial")
        zed = customers.add_customer(tx, name="Zed")
        tx.get(Customer, zed).active = False

    stand.office.do(add)
    made = CustomersPage(stand.desk)
    stand.show(made, 1240, 640)
    return made


def names(page: CustomersPage) -> list[str]:
    rows = (page.rows.row(n) for n in range(page.rows.rowCount()))
    return [row.name if row else "…" for row in rows]


def ids(page: CustomersPage) -> list[int]:
    return [row.id for n in range(page.rows.rowCount()) if (row := page.rows.row(n))]


def crowd(stand: Stand, count: int) -> None:
    def add(tx: Tx) -> None:
        tx.session.connection().execute(Customer.__table__.insert(), [
            {"public_id": f"{n:032d}", "number": f"X{n}", "name": f"Sam {n:05d}", "email": "", "phone": "", "kind": "residential",
             "channel": "email", "language": "en", "notes": "", "custom": {}, "active": True, "requests_allowed": True,
             "created_at": tx.now, "version": 1, "search": searchable(f"Sam {n:05d}", f"X{n}")} for n in range(count)])  # fmt: skip

    stand.office.do(add)


def test_the_list_finds_as_one_types_and_says_how_many(stand: Stand, page: CustomersPage) -> None:
    assert (names(page), page.total.text()) == (["Änne Özdemir", "Bert's Bakery", "Carol Customer"], "3 customers")
    page.find()
    QTest.keyClicks(page.search, "ozd")
    stand.qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
    assert (names(page), page.total.text()) == (["Änne Özdemir"], "1 customer")
    page.search.clear()
    stand.wait()
    assert len(names(page)) == 3


def test_chips_narrow_the_list_and_can_be_cleared(stand: Stand, page: CustomersPage) -> None:
    page.filters.state.choose("all")
    stand.wait()
    assert names(page) == ["Änne Özdemir", "Bert's Bakery", "Carol Customer", "Zed"]
    page.filters.kind.choose("commercial")
    stand.wait()
    assert (names(page), page.filters.kind.text(), page.filters.kind.isChecked()) == (
        ["Bert's Bakery"],
        "Commercial",
        True,
    )
    page.filters.clear.click()
    stand.wait()
    assert (len(names(page)), page.filter(), page.filters.clear.isVisible()) == (3, Filter(), False)
    page.filters.since.choose(date(2026, 1, 1))
    assert page.filters.since.text() == "No visit since Thu, Jan 1 2026"


def test_own_fields_become_chips(stand: Stand, page: CustomersPage) -> None:
    from fieldoffice.models.customer import CustomField

    def own(tx: Tx) -> None:
        tx.add(CustomField(entity="customer", key="tier", label="Tier", kind="choice", choices=["gold", "tin"]))
        tx.get(Customer, stand.made.customer).custom = {"tier": "gold"}

    stand.office.do(own)
    page.refresh()
    stand.wait()
    chip = page.filters.chips()[-1]
    assert chip.name == "Tier"
    chip.choose("gold")
    stand.wait()
    assert (names(page), chip.text()) == (["Carol Customer"], "Tier: gold")


def test_an_empty_office_and_an_empty_search_say_what_to_do(qtbot: QtBot, sqlite_office: Office) -> None:
    sqlite_office.do(
        company.found, name="P", country="US", zone="America/New_York", currency="USD", paper="Letter", owner="Olive"
    )
    desk = Desk(sqlite_office, user_id=1, known=sqlite_office.topics())
    opened: list[str] = []
    desk.opened.connect(lambda name, _args: opened.append(name))
    page = CustomersPage(desk)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.ready() and desk.background.waiting() == 0, timeout=10_000)
    assert page.empty.sentence.text() == "There are no customers yet. Enter the first one."
    page.empty.button.click()  # type: ignore[union-attr]
    assert opened == ["edit_customer"]
    sqlite_office.do(customers.add_customer, name="A")
    QTest.keyClicks(page.search, "zzz")
    page.refresh()
    qtbot.waitUntil(lambda: page.empty.sentence.text() == "No customer matches.", timeout=10_000)
    page.empty.button.click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: page.rows.rowCount() == 1, timeout=10_000)
    page.close()
    desk.close()


@pytest.mark.requirement("1.27")
def test_the_menu_s_edit_a_double_click_and_enter_do_the_same(stand: Stand, page: CustomersPage) -> None:
    row = page.rows.row(2)
    assert row is not None
    wanted = ("customer", {"customer_id": row.id, "edit": True})
    dots = [column.id for column in page.rows.columns].index(MENU)
    spot = page.table.visualRect(page.rows.index(2, dots)).center()
    menus: list[object] = []
    page.menu_of, made = lambda r: menus.append(r) or made(r), page.menu_of  # type: ignore[method-assign]
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert menus == [row]
    page.menu_of = made  # type: ignore[method-assign]
    for popup in [w for w in page.findChildren(type(page.menu_of(row))) if w.isVisible()]:
        popup.close()
    next(a for a in page.menu_of(row).actions() if a.text() == "Edit").trigger()
    assert stand.opened == [wanted]
    stand.opened.clear()
    name = page.table.visualRect(page.rows.index(2, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, name)
    QTest.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, name)
    assert stand.opened == [wanted]
    stand.opened.clear()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert stand.opened == [wanted]


@pytest.mark.requirement("0.37")
def test_all_selected_are_all_that_match_with_their_number_said(stand: Stand, page: CustomersPage) -> None:
    crowd(stand, 10_000)
    page.search.setText("sam")
    page.search._tell()
    stand.wait()
    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    stand.wait()
    assert (page.chosen.words.text(), page.chosen.isVisible()) == ("10,000 customers selected", True)
    given: list[Selection] = []
    page.chosen.give(given.append)
    assert given == [Selection(filter=Filter("sam"))]
    page.act_on_chosen("off")
    stand.wait()
    assert stand.toasts[-1].words == "10,000 customers out of use"
    assert stand.office.see(customer_page, Filter("sam")).total == 0
    stand.press_undo()
    assert stand.office.see(customer_page, Filter("sam")).total == 10_000


def test_a_few_stay_a_few_and_rows_never_read_are_asked_for(stand: Stand, page: CustomersPage) -> None:
    crowd(stand, 1_000)
    page.rows.reload()
    stand.wait()
    page.table.selectRow(0)
    assert page.chosen.isHidden()
    page.table.selectAll()
    model, flags = page.table.selectionModel(), page.table.selectionModel().SelectionFlag
    model.select(page.rows.index(1, 0), flags.Deselect | flags.Rows)
    given: list[Selection] = []
    page.chosen.give(given.append)
    assert given == [Selection(filter=Filter(), but=frozenset({ids(page)[1]}))]
    assert page.chosen.words.text() == "1,002 customers selected"
    page.table.clearSelection()
    from PySide6.QtCore import QItemSelection

    last = len(page.rows.columns) - 1
    model.select(QItemSelection(page.rows.index(500, 0), page.rows.index(502, last)), flags.Select)
    page.chosen.give(given.append)
    stand.wait()
    whole = stand.office.see(customer_page, Filter(), offset=500, limit=3).rows
    assert given[-1] == Selection(frozenset(row.id for row in whole))
    page.chosen.all.click()
    assert page.chosen.words.text() == "1,003 customers selected"


def test_copying_takes_the_columns_in_sight(stand: Stand, page: CustomersPage) -> None:
    page.table.setFocus()
    page.table.selectAll()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    stand.wait()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t") == [
        "Name",
        "Number",
        "Phone",
        "E-mail",
        "City",
        "Open visits",
        "Next visit",
        "Last visit",
    ]
    assert [line.split("\t")[0] for line in lines[1:]] == ["Änne Özdemir", "Bert's Bakery", "Carol Customer"]
    assert stand.toasts[-1].words == "3 customers copied"


def test_a_selection_is_exported_as_an_import_reads_it(stand: Stand, page: CustomersPage, tmp_path: Path) -> None:
    page.export_to(Selection(frozenset(ids(page)[:2])), tmp_path / "some.csv")
    stand.wait()
    stand.wait()
    text = (tmp_path / "some.csv").read_text(encoding="utf-8-sig")
    assert ("Änne Özdemir" in text, "Bert's Bakery" in text, "Carol" in text) == (True, True, False)
    assert stand.toasts[-1].words == "2 rows written to some.csv"


def test_one_customer_is_taken_out_of_use_with_undo(stand: Stand, page: CustomersPage) -> None:
    row = page.rows.row(1)
    assert row is not None
    next(a for a in page.menu_of(row).actions() if a.text() == "Take out of use").trigger()
    stand.wait()
    page.refresh()
    stand.wait()
    assert names(page) == ["Änne Özdemir", "Carol Customer"]
    stand.desk.undo()
    stand.wait()
    page.refresh()
    stand.wait()
    assert names(page) == ["Änne Özdemir", "Bert's Bakery", "Carol Customer"]


def test_a_change_of_another_desk_comes_without_losing_the_place(stand: Stand, page: CustomersPage) -> None:
    crowd(stand, 300)
    page.rows.reload()
    stand.wait()
    page.table.selectRow(5)
    page.table.verticalScrollBar().setValue(120)
    row = page.rows.row(5)
    assert row is not None
    stand.office.do(lambda tx: setattr(tx.get(Customer, row.id), "phone", "555 1234"))
    page.refresh()
    stand.wait()
    assert page.rows.row(5).phone == "555 1234"  # type: ignore[union-attr]
    assert (page.table.verticalScrollBar().value(), page.chosen.count()) == (120, 1)
    stand.office.do(switch_customer, row.id, version=row.version + 1, active=False)
    page.refresh()
    stand.wait()
    assert (page.chosen.count(), page.rows.rowCount()) == (
        0,
        302,
    )  # somebody else stands there now: nothing is selected


def test_columns_are_sorted_by_the_database_and_remembered(stand: Stand, page: CustomersPage) -> None:
    head = page.table.horizontalHeader()
    page.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    stand.wait()
    assert names(page) == ["Bert's Bakery", "Änne Özdemir", "Carol Customer"]
    shown = [a.text() for a in page.table.column_menu().actions()]
    assert shown[-1] == "Since"
    page.table._set_hidden(2, True)
    again = CustomersPage(stand.desk)
    stand.show(again, 1240, 640)
    assert again.table.isColumnHidden(2)
    assert not again.table.isColumnHidden(len(again.rows.columns) - 1)
    assert head.isSectionHidden(2)


def test_the_dots_stay_in_sight_and_the_name_takes_what_is_left(stand: Stand, page: CustomersPage) -> None:
    page.resize(1700, 640)
    stand.wait()
    widths = [page.table.columnWidth(n) for n in range(len(page.rows.columns)) if not page.table.isColumnHidden(n)]
    assert sum(widths) == page.table.viewport().width()
    assert page.table.columnAt(page.table.viewport().width() - 10) == len(page.rows.columns) - 1
    assert page.table.indexAt(QPoint(10, 10)).column() == 0


def test_words_of_counts_and_months() -> None:
    assert (counted(1), counted(2431), counted(2, "address", "addresses")) == (
        "1 customer",
        "2,431 customers",
        "2 addresses",
    )
    assert (months_before(date(2026, 5, 31), 3), months_before(date(2026, 1, 15), 1)) == (
        date(2026, 2, 28),
        date(2025, 12, 15),
    )


def test_the_coordinates_of_what_is_selected_are_looked_for(stand: Stand, page: CustomersPage) -> None:
    bare = stand.office.see(lambda tx: tx.all(select(Customer.id).where(Customer.name == "Zed")))[0]
    stand.office.do(customers.add_location, bare, street="9 Ninth Street NW", city="Washington")
    page.look_for_places(Selection(frozenset({stand.made.customer})))
    stand.wait()
    assert stand.toasts[-1].words == "These addresses have good coordinates already."
    page.look_for_places(Selection(filter=Filter(state="all")))
    stand.wait()
    assert (stand.toasts[-1].kind, stand.toasts[-1].words.startswith("Nobody is asked where addresses lie: 1 address ")) == ("warn", True)
    stand.office.do(set_setting, "geocoder.source", "nominatim")
    page.look_for_places(Selection(frozenset({bare})))
    stand.wait()
    assert stand.toasts[-1].words == "1 address will be looked for with Nominatim"
    assert stand.office.see(state).waiting
