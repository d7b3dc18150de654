"""Tables: selection survives a reload, sorting, copying, remembered columns, pages of long lists."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.rows import Column, PagedRows, Rows
from fieldoffice.ui.parts.table import Table
from tests.ui.front import to_front

ROLE = Qt.ItemDataRole


@dataclass(frozen=True)
class Customer:
    id: int
    name: str
    owes: int | None = None


COLUMNS = [
    Column[Customer]("name", "Name", lambda c: c.name, lambda c: c.name.casefold(), tip=lambda c: f"<b>{c.name}</b>"),
    Column[Customer]("owes", "Open", lambda c: "" if c.owes is None else f"{c.owes / 100:.2f}", lambda c: c.owes, right=True),
    Column[Customer]("note", "Note", lambda c: "two\tcells\nand lines"),
]


def customers(*ids: int) -> list[Customer]:
    return [Customer(id, f"Customer {id}", id * 100) for id in ids]


def ids(model) -> list[int]:
    return [model.row(n).id for n in range(model.rowCount())]


@pytest.fixture
def rows(qapp) -> Rows[Customer]:
    made = Rows(COLUMNS)
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    return made


def test_selection_and_scroll_survive_every_kind_of_reload(qtbot, rows: Rows[Customer]) -> None:
    table = Table(rows, "customers")
    qtbot.addWidget(table)
    rows.show(customers(*range(50)))
    table.selectRow(30)
    pick = random.Random(1)
    for _ in range(25):
        here = pick.sample(range(40), pick.randrange(5, 35))
        here = here if 30 in here else [*here, 30]
        rows.show([Customer(id, f"Customer {pick.random()}", id) for id in here])
        assert ids(rows) == here
        assert [row.id for row in table.selected()] == [30]
    rows.show(customers(1, 2))
    assert table.selected() == []


def test_sorting_stays_when_rows_are_read_again(rows: Rows[Customer]) -> None:
    rows.show([Customer(1, "b", 5), Customer(2, "A", None), Customer(3, "c", 1)])
    rows.sort(0)
    assert ids(rows) == [2, 1, 3]
    rows.sort(1, Qt.SortOrder.DescendingOrder)
    assert ids(rows) == [1, 3, 2]
    rows.show([Customer(1, "b", 0), Customer(2, "A", None), Customer(3, "c", 1), Customer(4, "d", 9)])
    assert ids(rows) == [4, 3, 1, 2]
    rows.sort(2)
    assert ids(rows) == [4, 3, 1, 2]


def test_the_query_s_order_counts_until_somebody_sorts(qtbot, rows: Rows[Customer]) -> None:
    table = Table(rows, "customers")
    qtbot.addWidget(table)
    rows.show(customers(2, 3, 1))
    assert ids(rows) == [2, 3, 1]


def test_cells_and_tooltips_are_plain(rows: Rows[Customer]) -> None:
    rows.show([Customer(1, "<img src=x>", 250)])
    assert rows.data(rows.index(0, 0), ROLE.DisplayRole) == "<img src=x>"
    assert "<img" not in rows.data(rows.index(0, 0), ROLE.ToolTipRole)
    assert rows.data(rows.index(0, 1), ROLE.TextAlignmentRole) & int(Qt.AlignmentFlag.AlignRight)
    assert rows.headerData(1, Qt.Orientation.Horizontal) == "Open"


def test_copy_gives_a_spreadsheet_what_is_in_sight(qtbot, rows: Rows[Customer]) -> None:
    table = Table(rows, "customers")
    qtbot.addWidget(table)
    table.show()
    rows.show(customers(1, 2, 3))
    table.horizontalHeader().moveSection(1, 0)
    for n in (2, 0):
        table.selectionModel().select(rows.index(n, 0), QItemSelectionModel.SelectionFlag.Select
                                      | QItemSelectionModel.SelectionFlag.Rows)
    to_front(qtbot, table)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == (
        "Open\tName\tNote\n1.00\tCustomer 1\ttwo cells and lines\n3.00\tCustomer 3\ttwo cells and lines")


def test_columns_are_as_a_person_left_them(qtbot, qapp) -> None:
    def table() -> Table:
        made = Table(Rows(COLUMNS), "customers", memory=Memory())
        qtbot.addWidget(made)
        return made

    first = table()
    first.horizontalHeader().moveSection(1, 0)
    first.setColumnWidth(0, 333)
    next(item for item in first.column_menu().actions() if item.text() == "Note").setChecked(False)
    again = table()
    head = again.horizontalHeader()
    assert ([head.logicalIndex(n) for n in range(3)], again.columnWidth(0), head.isSectionHidden(2)) == ([1, 0, 2], 333, True)


def test_columns_that_are_gone_or_new_do_no_harm(qtbot, qapp) -> None:
    Memory().set("customers", "columns", {"order": ["gone", "note", "name"], "widths": {"gone": 5}, "hidden": ["name", "owes", "note"]})
    table = Table(Rows(COLUMNS), "customers", memory=Memory())
    qtbot.addWidget(table)
    assert table._in_sight() != []


def test_the_last_column_in_sight_cannot_be_hidden(qtbot, rows: Rows[Customer]) -> None:
    table = Table(rows, "customers")
    qtbot.addWidget(table)
    for n in (0, 1):
        table._set_hidden(n, True)
    assert [item.isEnabled() for item in table.column_menu().actions()] == [True, True, False]


def test_an_empty_list_says_so_only_after_the_answer(qtbot, rows: Rows[Customer]) -> None:
    empty = EmptyState("No customers yet.")
    table = Table(rows, "customers", empty)
    qtbot.addWidget(table)
    table.show()
    assert empty.isVisible() is False
    rows.show([])
    assert empty.isVisible() is True
    rows.show(customers(1))
    assert empty.isVisible() is False


def test_enter_opens_the_row(qtbot, rows: Rows[Customer]) -> None:
    table, opened = Table(rows, "customers"), []
    qtbot.addWidget(table)
    table.show()
    rows.show(customers(1, 2))
    table.opened.connect(opened.append)
    table.setCurrentIndex(rows.index(1, 0))
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == customers(2)


class Database:
    """Answers a paged query later, when the test says so."""

    def __init__(self, total: int) -> None:
        self.rows, self.asked, self.waiting = customers(*range(total)), [], []

    def fetch(self, offset: int, limit: int, by: str, down: bool, give) -> None:
        self.asked.append((offset, by, down))
        found = sorted(self.rows, key=lambda c: c.id, reverse=down)
        self.waiting.append(lambda: give(len(self.rows), found[offset : offset + limit]))

    def answer(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


def test_a_long_list_reads_only_the_pages_in_sight(qtbot, qapp) -> None:
    database = Database(100_000)
    model = PagedRows(COLUMNS, database.fetch)
    table = Table(model, "customers")
    qtbot.addWidget(table)
    table.show()
    model.reload()
    database.answer()
    assert model.rowCount() == 100_000
    table.scrollToBottom()
    qtbot.waitUntil(lambda: len(database.asked) > 1)
    database.answer()
    assert (model.row(99_999), {page for page, _, _ in database.asked}) == (customers(99_999)[0], {0, 99_800})


def test_few_pages_are_kept(qapp) -> None:
    database = Database(10_000)
    model = PagedRows(COLUMNS, database.fetch)
    model.reload()
    for n in range(0, 10_000, 200):
        model.row(n)
        database.answer()
    assert len(model._pages) == PagedRows.KEPT


def test_sorting_asks_the_database_and_old_answers_do_not_count(qapp) -> None:
    database = Database(500)
    model = PagedRows(COLUMNS, database.fetch)
    model.reload()
    late = database.waiting.pop()
    model.sort(1, Qt.SortOrder.DescendingOrder)
    database.answer()
    late()
    assert (model.row(0).id, database.asked) == (499, [(0, "", False), (0, "owes", True)])


def test_a_list_that_grew_meanwhile_is_read_afresh(qapp) -> None:
    database = Database(300)
    model = PagedRows(COLUMNS, database.fetch)
    model.reload()
    database.answer()
    database.rows = customers(*range(350))
    assert model.row(250) is None
    database.answer()
    assert (model.rowCount(), model.row(250).id) == (350, 250)
    assert model.data(QModelIndex()) is None
