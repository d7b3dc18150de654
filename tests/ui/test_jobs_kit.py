"""What the tests of the job pages share, and tests of what the pages say in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.dispatch.progress import Entry
from fieldoffice.services.jobs import sheet
from fieldoffice.ui.desk import Desk, Notice
from fieldoffice.ui.jobs import words
from fieldoffice.ui.jobs.editor import JobPage
from fieldoffice.ui.jobs.export import cell, timeline_csv
from tests import make
from tests.ui.front import to_front


class Stand:
    """A desk on a real office with a small company, and the pages that a test opens on it."""

    def __init__(self, qtbot: QtBot, office: Office) -> None:
        self.qtbot, self.office, self.made = qtbot, office, make.small(office)
        self.desk = Desk(office, user_id=self.made.owner, known=office.topics())
        self.toasts: list[Notice] = []
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.desk.toasted.connect(self.toasts.append)
        self.desk.opened.connect(lambda page, args: self.opened.append((page, args)))

    def wait(self) -> None:
        """Until everything that was asked for has been answered."""
        self.qtbot.waitUntil(lambda: self.desk.background.waiting() == 0, timeout=10_000)
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.desk.background.waiting() == 0, timeout=10_000)

    def show(self, widget: QWidget, width: int = 1120, height: int = 700) -> None:
        self.qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        to_front(self.qtbot, widget)
        self.wait()

    def page(self, job_id: int, section: str = "") -> JobPage:
        """The editor with a job on it."""
        page = JobPage(self.desk)
        page.open(job_id=job_id, section=section)
        self.show(page)
        assert page.job is not None
        return page

    def job(self, job_id: int) -> sheet.JobSheet:
        """The job as the database has it."""
        return self.office.see(sheet.job_sheet, job_id)

    def press_undo(self) -> None:
        """The button of the newest toast."""
        press = self.toasts[-1].press
        assert press is not None
        press()
        self.wait()


@contextmanager
def standing(qtbot: QtBot, office: Office) -> Iterator[Stand]:
    made = Stand(qtbot, office)
    try:
        yield made
    finally:
        made.desk.close()


@pytest.mark.parametrize(("typed", "milli"), [("1", 1000), ("2.5", 2500), ("2,5", 2500), (" 0.125 ", 125), ("1000000", 10**9)])
def test_a_quantity_is_read(typed: str, milli: int) -> None:
    assert words.read_quantity(typed) == milli


@pytest.mark.parametrize("typed", ["", "0", "-1", "a", "0.0001", "1e9", "nan", "inf", "1000000.001"])
def test_what_is_no_quantity_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        words.read_quantity(typed)


@given(st.integers(1, 10**9))
def test_a_shown_quantity_is_read_back(milli: int) -> None:
    assert words.read_quantity(words.shown_quantity(milli)) == milli


@pytest.mark.parametrize(("ppm", "shown"), [(0, "–"), (60_000, "6 %"), (88_750, "8.875 %"), (1_000_000, "100 %"), (1, "0.0001 %")])
def test_a_tax_rate_is_shown_in_percent(ppm: int, shown: str) -> None:
    assert words.shown_rate(ppm) == shown


@given(st.text(max_size=60))
def test_a_label_that_may_break_says_the_same(text: str) -> None:
    text = text.replace(words.ZERO_WIDTH, "")
    assert words.breakable(text).replace(words.ZERO_WIDTH, "") == text
    assert all(len(part) <= words.LONG for word in words.breakable(text).split(" ") for part in word.split(words.ZERO_WIDTH))


def test_days_between_are_said_plainly() -> None:
    first, last = date(2026, 3, 2), date(2026, 3, 6)
    said = [words.any_day(*pair) for pair in ((None, None), (first, None), (None, last), (first, last))]
    assert said == ["any day", "any day from Mon, Mar 2 2026", "any day until Fri, Mar 6 2026",
                    "any day from Mon, Mar 2 2026 to Fri, Mar 6 2026"]  # fmt: skip


@pytest.mark.requirement("0.36")
@given(st.text(max_size=40))
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    found = cell(text)
    assert not found.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert found in (text, f"'{text}")


@pytest.mark.requirement("0.36")
def test_an_export_reads_back_as_it_was_written() -> None:
    at = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    entries = [Entry(1, at, at, "Ana", "job.note", 'Said "hi",\nthen left', None), Entry(2, at, at, "=cmd()", "visit.placed", "Ana", 7)]
    rows = list(csv.reader(io.StringIO(timeline_csv(entries, ZoneInfo("America/New_York"), {7: 1}))))
    assert rows[0] == ["occurred", "entered", "who", "kind", "what", "visit"]
    assert rows[1][2:] == ["Ana", "job.note", 'Said "hi",\nthen left', ""]
    assert rows[2][2:] == ["'=cmd()", "visit.placed", "Ana", "1"]
    assert rows[1][0] == "2026-03-02T09:00:00-05:00"


def amount(text: str) -> Decimal:
    """Money as a label shows it."""
    return Decimal(text.replace(",", ""))
