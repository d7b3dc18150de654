"""The import page as a dispatcher goes through it: file, columns, check, import, undo; nothing waits and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from fieldoffice import settings
from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import backups, company, customers
from fieldoffice.services.exchange.sheets import read_sheet
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.page import ImportPage
from fieldoffice.ui.pages import PAGES
from tests import make
from tests.services.exchange_files import FIXTURES, imported, written
from tests.ui.test_jobs_kit import Stand, standing

HEAD = ["Name", "E-mail", "Phone", "Street", "City", "ZIP", "Shoe size"]
GOOD = ["Dora Field", "dora@field.example", "202-555-0171", "4 Oak Street", "Washington", "20002", "42"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def opened(stand: Stand) -> ImportPage:
    page = ImportPage(stand.desk)
    stand.show(page)
    stand.qtbot.waitUntil(page.ready, timeout=20_000)
    return page


def reach(stand: Stand, page: ImportPage, step: QWidget) -> None:
    stand.qtbot.waitUntil(lambda: page.stack.currentWidget() is step and not page.working.busy, timeout=60_000)
    stand.wait()


def count(office: Office) -> int:
    return office.see(lambda tx: tx.session.scalar(select(func.count()).select_from(Customer)))


def test_the_page_is_registered_under_organization() -> None:
    entry = next(entry for entry in PAGES if entry.id == "import")
    assert (entry.section, entry.title, entry.tab) == ("Organization", "Import and export", True)


def test_a_list_goes_through_all_steps_and_back_again(stand: Stand, tmp_path: Path, home: Path) -> None:
    page = opened(stand)
    path = written(tmp_path / "c.csv", [HEAD, GOOD, ["Carol", "carol@example.com", *[""] * 5]])
    page.read(str(path))
    reach(stand, page, page.columns)
    assert "c.csv · 2 rows · UTF-8, separated by commas" in page.columns.about.text()
    assert "6 of 7 columns understood" in page.columns.about.text()
    assert page.columns.plan().targets == ("name", "email", "phone", "street", "city", "postal_code", "")
    page.columns.check.click()
    reach(stand, page, page.check)
    assert [chip.words for chip in page.check.chips.values() if chip.isVisible()] == ["1 new", "1 left alone"]
    assert (page.check.go.text(), page.check.go.isEnabled(), page.check.leave_out.isVisible()) == ("Import 1 row", True, False)
    page.check.go.click()
    reach(stand, page, page.result)
    assert page.result.banner.label.text() == "Customers: 1 added, 1 left alone."
    assert "1 address is being placed" in page.result.more.text()
    assert backups.newest(home / "backups") is not None
    assert count(stand.office) == 2
    page.result.undo.click()
    reach(stand, page, page.result)
    assert page.result.banner.label.text() == "The import was taken back: 2 rows removed, 0 rows put back."
    assert count(stand.office) == 1
    page.result.next.click()
    stand.wait()
    assert [page.rows_text(0)] if hasattr(page, "rows_text") else [page.files.table.rows.row(0).file_name] == ["c.csv"]
    assert not page.files.undo.isEnabled()


def test_errors_are_shown_first_by_line_and_column_and_can_be_taken_away_as_a_file(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(stand)
    page.read(str(written(tmp_path / "c.csv", [HEAD, GOOD, ["=Eve", "eve at home", *[""] * 5]])))
    reach(stand, page, page.columns)
    page.look(page.columns.plan())
    reach(stand, page, page.check)
    assert page.check.show_only.value() == "errors"
    row = page.check.rows.row(0)
    assert [column.text(row) for column in page.check.rows.columns] == [
        "3",
        "Error",
        "=Eve",
        "E-mail",
        "“eve at home”: this e-mail address cannot be right.",
    ]
    assert not page.check.go.isEnabled()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / "errors.csv"), ""))
    page.check.errors.click()
    stand.qtbot.waitUntil(lambda: (tmp_path / "errors.csv").exists() and not page.working.busy, timeout=20_000)
    assert read_sheet(tmp_path / "errors.csv").lines[0].cells == (
        "3",
        "E-mail",
        "“eve at home”: this e-mail address cannot be right.",
        "=Eve",
    )
    assert "'=Eve" in (tmp_path / "errors.csv").read_text("utf-8-sig")
    page.check.leave_out.setChecked(True)
    assert (page.check.go.isEnabled(), page.check.go.text()) == (True, "Import 1 row")
    page.check.go.click()
    reach(stand, page, page.result)
    assert page.result.banner.label.text() == "Customers: 1 added, 1 left out with errors."


def test_a_meaning_can_be_changed_and_a_wrong_mapping_is_told_at_the_top(stand: Stand, tmp_path: Path) -> None:
    page = opened(stand)
    page.read(str(written(tmp_path / "c.csv", [HEAD, GOOD])))
    reach(stand, page, page.columns)
    shoe = page.columns.boxes[6]
    shoe.setCurrentIndex(shoe.findData("name"))
    page.columns.check.click()
    reach(stand, page, page.columns)
    assert page.columns.problem.label.text() == "Two columns are taken for Name. Choose one of them."
    shoe.setCurrentIndex(shoe.findData("notes"))
    assert not page.columns.problem.isVisible()
    page.columns.check.click()
    reach(stand, page, page.check)
    page.check.go.click()
    reach(stand, page, page.result)
    assert stand.office.see(lambda tx: tx.session.scalars(select(Customer).order_by(Customer.id.desc())).first()).notes == "42"


def test_a_dropped_file_is_read_and_what_is_no_list_is_refused(stand: Stand, tmp_path: Path) -> None:
    page = opened(stand)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7")
    page.files.area.dropEvent(_drop(tmp_path / "bad.pdf"))
    stand.qtbot.waitUntil(lambda: bool(stand.toasts), timeout=20_000)
    assert "not a list" in stand.toasts[-1].words
    assert page.stack.currentWidget() is page.files
    page.files.area.dropEvent(_drop(FIXTURES / "housecall_customers.csv"))
    reach(stand, page, page.columns)
    assert "headings of Housecall Pro" in page.columns.about.text()
    street = next(box for box in page.columns.boxes if box.currentData() == "street#2")
    assert street.currentText() == "Street (address 2)"


def _drop(path: Path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    _drop.kept = data  # type: ignore[attr-defined] # the event does not own it
    return QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def test_cancel_rolls_back_and_leads_back_to_the_check(stand: Stand, tmp_path: Path) -> None:
    page = opened(stand)
    page.read(str(written(tmp_path / "c.csv", [["Name"], *([f"Customer {n}"] for n in range(3000))])))
    reach(stand, page, page.columns)
    page.look(page.columns.plan())
    reach(stand, page, page.check)
    page.do_import(False)
    assert not page.may_leave()
    page.running.cancel.click()
    reach(stand, page, page.check)
    assert count(stand.office) == 1
    assert "Nothing was changed" in stand.toasts[-1].words
    assert page.may_leave()


def test_the_screen_lives_while_a_long_list_is_imported(stand: Stand, tmp_path: Path) -> None:
    page = opened(stand)
    rows = [[f"Customer {n}", f"c{n}@example.com", "", f"{n} Main Street", "Washington", "20001", ""] for n in range(3000)]
    beats: list[float] = []
    clock = QTimer(page, interval=20)
    clock.timeout.connect(lambda: beats.append(time.monotonic()))
    page.read(str(written(tmp_path / "c.csv", [HEAD, *rows])))
    reach(stand, page, page.columns)
    clock.start()
    page.look(page.columns.plan())
    reach(stand, page, page.check)
    page.do_import(False)
    reach(stand, page, page.result)
    clock.stop()
    assert count(stand.office) == 3001
    gaps = sorted(b - a for a, b in zip(beats, beats[1:], strict=False))
    longest, whole = gaps[-1], beats[-1] - beats[0]
    assert longest < max(1.0, whole / 4), "whoever waited for a step would stand still for most of the time"
    assert len(beats) > 20


def test_an_old_import_is_taken_back_from_the_list_and_what_stays_is_named(stand: Stand, tmp_path: Path) -> None:
    imported(stand.office, stand.made.owner, "customers", written(tmp_path / "c.csv", [HEAD, GOOD]))

    def rename(tx: Any) -> None:
        tx.session.scalars(select(Customer).where(Customer.name == "Dora Field")).one().name = "Dora F."

    stand.office.do(rename)
    page = opened(stand)
    page.files.table.selectRow(0)
    assert page.files.undo.isEnabled()
    page.files.undo.click()
    reach(stand, page, page.result)
    assert [page.result.kept.item(n).text() for n in range(page.result.kept.count())] == [
        "The customer Dora F. was changed since; it stays as it is."
    ]


def test_only_what_one_may_import_can_be_chosen(qtbot: QtBot, sqlite_office: Office) -> None:
    make.small(sqlite_office)
    user = sqlite_office.do(company.add_user, login="sue", name="Sue", roles=[Role.SUPERVISOR], password="a long password")
    desk = Desk(sqlite_office, user_id=user.id, known=sqlite_office.topics())
    try:
        page = ImportPage(desk)
        qtbot.addWidget(page)
        qtbot.waitUntil(page.ready, timeout=20_000)
        assert page.files.kind.value() == "services"
        page.open(kind="jobs")
        assert page.files.kind.value() == "jobs"
    finally:
        desk.close()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_templates_and_whole_lists_go_out_as_an_import_reads_them(stand: Stand, tmp_path: Path, suffix: str) -> None:
    page = opened(stand)
    page.write_template(str(tmp_path / f"t.{suffix}"))
    stand.qtbot.waitUntil(lambda: (tmp_path / f"t.{suffix}").exists() and not page.working.busy, timeout=20_000)
    assert read_sheet(tmp_path / f"t.{suffix}").head[:2] == ("Number", "Name")
    page.write_all(str(tmp_path / f"all.{suffix}"))
    stand.qtbot.waitUntil(lambda: (tmp_path / f"all.{suffix}").exists() and not page.working.busy, timeout=20_000)
    page.read(str(tmp_path / f"all.{suffix}"))
    reach(stand, page, page.columns)
    assert all(box.currentData() for box in page.columns.boxes)
    page.columns.twins.set_value("update")
    page.columns.check.click()
    reach(stand, page, page.check)
    assert page.check.go.text() == "Nothing to import"


def test_the_missing_coordinates_are_told_and_looked_for(stand: Stand) -> None:
    stand.office.do(customers.add_location, stand.made.customer, street="9 Ninth Street")
    page = opened(stand)
    assert page.files.places.text().startswith("1 address is not on the map. Nobody is asked")
    page.files.seek.click()
    stand.qtbot.waitUntil(lambda: bool(stand.toasts), timeout=20_000)
    assert stand.toasts[-1].words == "Coordinates are being looked for: 1 address"
