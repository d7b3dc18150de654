"""The timeline of a job on the screen: filter, sums of the phases, corrected times, export."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.jobs import editing
from fieldoffice.services.jobs.opening import Opened
from fieldoffice.ui.jobs.bars import NAMES
from fieldoffice.ui.jobs.timeline import TimelineSection
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_duration
from tests import make
from tests.conftest import Clock
from tests.make import at
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def worked(stand: Stand, clock: Clock) -> Opened:
    """A visit on its way at 8:42, there at 9:03, working from 9:10 with a pause from 9:40 to 9:55, done at 10:20."""
    job = make.job(stand.office, stand.made)
    seat = stand.office.seat(stand.made.owner)
    seat.do(editing.add_note, job.job_id, "=cmd|' /C calc'!A0")
    card = seat.do(moves.place, job.appointment_id, version=1, provider_ids=(stand.made.ana,), starts_at=at(9)).cards[0]
    steps = ((S.EN_ROUTE, at(8, 42)), (S.ARRIVED, at(9, 3)), (S.WORKING, at(9, 10)), (S.PAUSED, at(9, 40)), (S.WORKING, at(9, 55)),
             (S.COMPLETED, at(10, 20)))  # fmt: skip
    for to, when in steps:
        clock.at = when
        card = seat.do(progress.move_on, card.id, version=card.version, to=to).cards[0]
    clock.at = at(12)
    return job


def numbers(section: TimelineSection, line: int) -> dict[str, str]:
    labels = {label.objectName(): label.text() for label in section.phases.findChildren(PlainLabel)}
    return {name: labels[f"{name} {line}"] for name in NAMES}


@pytest.mark.requirement("0.33")
def test_the_sums_on_the_screen_are_those_of_the_service(stand: Stand, clock: Clock) -> None:
    job = worked(stand, clock)
    section = stand.page(job.job_id, "Timeline").timeline
    found = stand.office.see(progress.timeline, job.job_id)
    assert section.phases.sums == found.sums
    assert numbers(section, 1) == {name: show_duration(found.visits[0].sums[name]) for name in NAMES}
    assert numbers(section, 1) == {"travel": "21 min", "on site": "7 min", "working": "55 min", "paused": "15 min", "total": "1 h 38"}


@pytest.mark.requirement("0.36")
def test_the_timeline_is_filtered_by_kind_and_words(stand: Stand, clock: Clock) -> None:
    job = worked(stand, clock)
    section = stand.page(job.job_id, "Timeline").timeline
    everything = stand.office.see(progress.timeline, job.job_id).entries
    assert [e.id for e in section.shown()] == [e.id for e in everything]
    assert section.rows.rowCount() == len(everything)
    section.kind._buttons["visits"].click()
    assert {e.kind.split(".")[0] for e in section.shown()} == {"visit"}
    section.kind._buttons["notes"].click()
    assert [e.kind for e in section.shown()] == ["job.note"]
    section.kind._buttons["all"].click()
    QTest.keyClicks(section.search, "olive paused")
    stand.qtbot.waitUntil(lambda: section.rows.rowCount() == 1)
    assert section.rows.row(0).kind == "visit.paused"  # type: ignore[union-attr]


@pytest.mark.requirement("0.36")
def test_what_is_shown_is_exported_and_no_cell_is_a_formula(stand: Stand, clock: Clock, tmp_path: Path) -> None:
    job = worked(stand, clock)
    section = stand.page(job.job_id, "Timeline").timeline
    section.export_to(str(tmp_path / "t.csv"))
    stand.wait()
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = stand.office.see(progress.timeline, job.job_id).entries
    assert [(r["kind"], r["who"]) for r in rows] == [(e.kind, e.who) for e in entries]
    assert [datetime.fromisoformat(r["occurred"]) for r in rows] == [e.occurred_at for e in entries]
    note = next(r for r in rows if r["kind"] == "job.note")
    assert note["what"] == "Note: =cmd|' /C calc'!A0"
    assert not any(value.startswith(("=", "+", "-", "@")) for r in rows for value in r.values())
    section.kind._buttons["visits"].click()
    section.export_to(str(tmp_path / "v.csv"))
    stand.wait()
    assert (tmp_path / "v.csv").read_bytes().count(b"\r\n") == 1 + len(section.shown())


def test_an_export_that_cannot_be_written_says_so(stand: Stand, clock: Clock, tmp_path: Path) -> None:
    section = stand.page(worked(stand, clock).job_id, "Timeline").timeline
    section.export_to(str(tmp_path / "nowhere" / "t.csv"))
    stand.wait()
    assert "could not be written" in stand.toasts[-1].words


@pytest.mark.requirement("0.33")
def test_a_time_is_corrected_and_both_are_kept(stand: Stand, clock: Clock) -> None:
    job = worked(stand, clock)
    section = stand.page(job.job_id, "Timeline").timeline
    row = next(n for n in range(section.rows.rowCount()) if section.rows.row(n).kind == "visit.arrived")  # type: ignore[union-attr]
    section.table.selectRow(row)
    assert section.correct_button.isEnabled()
    section.correct_button.click()
    ask = section.popover
    assert ask is not None
    ask.time.set_value(time(8, 30))
    ask.try_agree()
    stand.wait()
    assert section.popover is not ask
    assert "order of the steps" in section.popover.problem.text()  # type: ignore[union-attr]
    assert section.popover.time.value() == time(8, 30)  # type: ignore[union-attr]
    section.popover.time.set_value(time(8, 58))  # type: ignore[union-attr]
    section.popover.try_agree()  # type: ignore[union-attr]
    stand.wait()
    found = stand.office.see(progress.timeline, job.job_id)
    assert numbers(section, 1)["travel"] == "16 min"
    assert section.phases.sums == found.sums
    assert [e.words for e in found.entries if e.kind in ("visit.arrived", "visit.corrected")] == [
        "Arrived", "Time corrected to 08:58 from 09:03"]  # fmt: skip


def test_only_steps_of_a_visit_can_be_corrected(stand: Stand, clock: Clock) -> None:
    section = stand.page(worked(stand, clock).job_id, "Timeline").timeline
    for n in range(section.rows.rowCount()):
        section.table.selectRow(n)
        kind = section.rows.row(n).kind  # type: ignore[union-attr]
        assert section.correct_button.isEnabled() == (kind.removeprefix("visit.") in set(S)), kind
