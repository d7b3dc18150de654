"""The page of one provider: its tabs, and each panel from opening to undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import catalog, company, providers
from fieldoffice.services.dispatch import moves
from fieldoffice.services.providers import Facts
from fieldoffice.services.providers.hours import Hours, Pause
from fieldoffice.services.providers.rows import Person
from fieldoffice.ui.charts.drawing import Colors, draw
from fieldoffice.ui.palette import LIGHT
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.rowpanel import RowPanel
from fieldoffice.ui.providers.fields import PercentField, PointField, Swatches
from fieldoffice.ui.providers.listing import ProvidersPage
from fieldoffice.ui.providers.page import ProviderPage
from tests import make
from tests.make import TODAY, at
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def opened(stand: Stand, id: int, tab: str = "") -> ProviderPage:
    page = ProviderPage(stand.desk)
    stand.show(page, 1120, 700)
    page.open(provider_id=id, tab=tab)
    stand.wait()
    assert page.seen is not None
    return page


def beside(stand: Stand, panel: RowPanel) -> Any:
    """The panel in sight, as the window would show it."""
    stand.show(panel, 460, 700)
    return panel


def stored(stand: Stand, id: int) -> Person:
    return stand.office.see(providers.person, id)


def typed(panel: RowPanel, **fields: Any) -> None:
    """Enter values as a person would, by field name."""
    panel.form.set_values(fields)
    panel.form.changed.emit()


def test_the_tabs_say_what_is_known(stand: Stand) -> None:
    page = opened(stand, stand.made.ana)
    assert [page.tabs.tabText(n) for n in range(page.tabs.count())] == [
        "Overview", "Skills 1", "Hours", "Absences", "Work calendar", "Load"]  # fmt: skip
    assert page.header.name.text() == "Ana"
    assert page.overview.week.values["Regular week"].text() == "42.5 h"
    assert page.overview.places.values["Starts at"].text() == "the company"
    banners = page.overview.findChildren(Banner)
    assert [banner.label.text() for banner in banners] == ["Plumbing certificate has no date of expiry"]
    page.open(provider_id=stand.made.bo)
    stand.wait()
    assert (page.header.name.text(), page.overview.week.values["Skills"].text()) == ("Bo", "plumbing")


def test_alt_and_a_number_lead_to_a_tab_and_esc_back_to_the_list(stand: Stand) -> None:
    page = opened(stand, stand.made.ana)
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert (page.stack.currentWidget(), page.hours.week.table.hasFocus()) == (page.hours, True)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert stand.opened == [("providers", {})]


def test_a_warning_leads_to_where_it_is_looked_after(stand: Stand) -> None:
    page = opened(stand, stand.made.ana)
    button = page.overview.warnings.itemAt(0).widget().findChildren(QWidget)[-1]
    assert isinstance(button, QWidget)
    button.click()  # type: ignore[attr-defined]
    assert page.stack.currentWidget() is page.skills


def test_a_provider_that_is_gone_is_told_and_the_page_offers_the_list(stand: Stand) -> None:
    page = ProviderPage(stand.desk)
    stand.show(page)
    assert page.ready()
    page.open(provider_id=999)
    stand.wait()
    assert (stand.toasts[-1].words, page.empty.isVisible()) == ("This provider no longer exists.", True)
    page.empty.button.click()  # type: ignore[union-attr]
    assert stand.opened == [("providers", {})]


def test_facts_are_edited_saved_and_undone(stand: Stand) -> None:
    page = opened(stand, stand.made.ana)
    page.edit()
    panel = beside(stand, page.panels.person())
    typed(panel, name="Ana Lopez", start=[38.9, -77.03], start_label="home", starts_at_first_job=True, target_load_percent=70,
          color="#AA4499")  # fmt: skip
    assert panel.dirty
    panel.save_now()
    stand.wait()
    expected = Facts("Ana Lopez", "employee", "#AA4499", start_label="home", start=(38.9, -77.03), starts_at_first_job=True,
                     target_load_percent=70)  # fmt: skip
    assert (stored(stand, stand.made.ana).facts, panel.dirty) == (expected, False)
    stand.wait()
    assert page.overview.places.values["Way there"].text() == "not paid: work begins at the first job"
    stand.press_undo()
    assert stored(stand, stand.made.ana).facts.name == "Ana"


def test_two_desks_edit_one_provider_and_both_changes_are_kept(stand: Stand) -> None:
    page = opened(stand, stand.made.ana)
    page.edit()
    panel = beside(stand, page.panels.person())
    typed(panel, phone="555")
    other = stored(stand, stand.made.ana)
    stand.office.do(providers.edit_provider, other.id, Facts("Ana", "employee", other.facts.color, email="ana@example.com"), version=1)
    panel.save_now()
    stand.wait()
    facts = stored(stand, stand.made.ana).facts
    assert (facts.phone, facts.email, panel.dirty) == ("555", "ana@example.com", False)


def test_a_skill_with_a_certificate_needs_its_date(stand: Stand) -> None:
    gas = stand.office.do(catalog.add_skill, "gas", certified=True)
    page = opened(stand, stand.made.ana, "Skills")
    page.skills.add()
    panel = beside(stand, page.panels.skill())
    assert (panel.skill.value(), panel.form.rows["expires_on"].label.text()) == (gas, "Expires on *")
    panel.save_now()
    stand.wait()
    assert "a certificate is needed" in panel.form.rows["expires_on"].error.words.text()
    typed(panel, certificate="G-1", expires_on="2026-03-14")
    panel.save_and_close()
    stand.wait()
    held = stored(stand, stand.made.ana).skills
    assert [(one.name, one.certificate, one.expires_on) for one in held] == [("gas", "G-1", date(2026, 3, 14)), ("plumbing", "", None)]
    stand.wait()
    states = [page.skills.list.rows.columns[3].text(row) for row in page.skills.list.rows.rows]
    assert states == ["Expires in 12 days", "Has no date of expiry"]
    page.skills.list.table.selectRow(0)
    page.skills.list.calls["row_edit"].trigger()
    assert (panel.row_id, panel.skill.isEnabled()) == (held[0].id, False)
    page.skills.list.calls["row_remove"].trigger()
    stand.wait()
    assert [one.name for one in stored(stand, stand.made.ana).skills] == ["plumbing"]
    stand.press_undo()
    assert [one.name for one in stored(stand, stand.made.ana).skills] == ["gas", "plumbing"]


def test_hours_are_added_for_several_days_with_any_number_of_breaks(stand: Stand) -> None:
    page = opened(stand, stand.made.ana, "Hours")
    lines = page.hours.week.rows.rows
    assert [(line.weekday, line.row is None) for line in lines] == [(6, True), *((n, False) for n in range(5)), (5, True)]
    page.hours.week.table.selectRow(0)
    assert not page.hours.week.calls["row_remove"].isEnabled()
    page.hours.week.calls["row_add"].trigger()
    panel = beside(stand, page.panels.shift())
    assert panel.weekdays.value() == [6]
    panel.weekdays.set_value([5, 6])
    panel.breaks.more.click()
    line = panel.breaks.lines()[1]
    assert (line.value(), panel.dirty) == ([15, 900, 930], True)
    line.length.setText("soon")
    line.length.textEdited.emit("soon")
    panel.save_now()
    assert "Enter a duration" in panel.form.rows["pauses"].error.words.text()
    line.length.set_value(600)
    panel.save_and_close()
    stand.wait()
    added = [row.hours for row in stored(stand, stand.made.ana).shifts if row.weekday > 4]
    assert added == [Hours(480, 1020, (Pause(30, 690, 780), Pause(10, 900, 930)))] * 2
    stand.press_undo()
    assert len(stored(stand, stand.made.ana).shifts) == 5


def test_new_hours_can_be_saved_as_they_are_offered(stand: Stand) -> None:
    id = stand.office.do(providers.new_provider, Facts("Cy")).value
    page = opened(stand, id, "Hours")
    page.hours.add_hours()
    panel = beside(stand, page.panels.shift())
    assert (panel.dirty, panel.may_close()) == (False, True)
    panel.save_and_close()
    stand.wait()
    assert [row.weekday for row in stored(stand, id).shifts] == [0, 1, 2, 3, 4]


def test_a_shift_is_edited_and_its_end_at_midnight_is_the_end_of_the_day(stand: Stand) -> None:
    page = opened(stand, stand.made.ana, "Hours")
    page.hours.edit_hours(page.hours.week.rows.rows[1])
    panel = beside(stand, page.panels.shift())
    assert (panel.start.value(), panel.end.value(), panel.breaks.value()) == (time(8), time(17), [[30, 690, 780]])
    typed(panel, end_min="00:00:00", valid_from="2026-03-02")
    panel.save_now()
    stand.wait()
    monday = stored(stand, stand.made.ana).shifts[0].hours
    assert (monday.end_min, monday.valid_from) == (1440, TODAY)
    typed(panel, start_min="23:00:00")
    panel.save_now()
    stand.wait()
    assert "lie within the shift" in panel.form.rows["pauses"].error.words.text()
    assert stored(stand, stand.made.ana).shifts[0].hours == monday


def test_an_exception_is_entered_and_removed(stand: Stand) -> None:
    stand.office.do(company.add_holiday, date(2026, 7, 4), "Independence Day")
    page = opened(stand, stand.made.ana, "Hours")
    assert page.hours.days.hint.text() == "Holidays ahead: Sat, Jul 4 2026 Independence Day"
    page.hours.days.calls["row_add"].trigger()
    panel = beside(stand, page.panels.day())
    typed(panel, on_date="2026-03-08", works="none", reason="Trip")
    assert not panel.times.isVisible()
    panel.save_now()
    stand.wait()
    assert [(d.on, d.hours, d.reason) for d in stored(stand, stand.made.ana).days] == [(date(2026, 3, 8), None, "Trip")]
    typed(panel, works="other", start_min=None)
    panel.save_now()
    assert panel.form.rows["start_min"].error.words.text() == "Please give the time."
    typed(panel, start_min="10:00", end_min="12:30")
    panel.save_now()
    stand.wait()
    assert stored(stand, stand.made.ana).days[0].hours == (600, 750)
    page.hours.days.table.selectRow(0)
    page.hours.days.calls["row_remove"].trigger()
    stand.wait()
    assert stored(stand, stand.made.ana).days == ()


def test_an_absence_names_the_visits_that_it_hits_and_leads_to_the_board(stand: Stand) -> None:
    made = stand.made
    ids = [make.job(stand.office, made).appointment_id for _ in range(2)]
    for id, hour in zip(ids, (9, 14), strict=True):
        stand.office.do(moves.place, id, version=1, provider_ids=(made.ana,), starts_at=at(hour))
    page = opened(stand, made.ana, "Absences")
    page.absences.add()
    panel = beside(stand, page.panels.absence())
    assert panel.hit.banner.label.text() == "2 planned visits lie in this time."
    typed(panel, whole=False, start="13:00", end="18:00", reason="Dentist")
    stand.wait()
    assert panel.hit.banner.label.text() == "1 planned visit lies in this time."
    panel.hit.show_button.click()
    assert stand.opened == [("schedule", {"on": TODAY, "select": (ids[1],)})]
    panel.save_now()
    stand.wait()
    row = stored(stand, made.ana).absences[0]
    assert (row.span.start, row.span.end, row.reason, row.visits) == (at(13), at(18), "Dentist", 1)
    assert stand.toasts[-1].words == "Absence of Ana added\n1 planned visit lies in this time."
    typed(panel, first="2026-03-03")
    panel.save_now()
    stand.wait()
    assert panel.form.summary.label.text() == "An absence ends after it starts."
    page.absences.list.table.selectRow(0)
    page.absences.show_visits.trigger()
    stand.wait()
    assert stand.opened[-1] == ("schedule", {"on": TODAY, "select": (ids[1],)})
    page.absences.remove(row)
    stand.wait()
    stand.press_undo()
    assert [a.reason for a in stored(stand, made.ana).absences] == ["Dentist"]


@pytest.mark.parametrize(("first", "last", "hours"), [("2026-03-08", "2026-03-08", 23), ("2026-11-01", "2026-11-01", 25),
                                                      ("2026-03-02", "2026-03-06", 120)])  # fmt: skip
def test_whole_days_of_an_absence_are_as_long_as_the_clocks_make_them(stand: Stand, first: str, last: str, hours: int) -> None:
    page = opened(stand, stand.made.bo, "Absences")
    page.absences.add()
    panel = beside(stand, page.panels.absence())
    typed(panel, first=first, last=last)
    panel.save_now()
    stand.wait()
    span = stored(stand, stand.made.bo).absences[0].span
    assert span.end - span.start == timedelta(hours=hours)
    panel.close_panel()
    page.absences.edit(stored(stand, stand.made.bo).absences[0])
    assert (panel.whole.isChecked(), panel.last.value()) == (True, date.fromisoformat(last))


def test_the_work_calendar_shows_the_month_and_opens_the_board(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    stand.office.do(moves.place, job.appointment_id, version=1, provider_ids=(stand.made.ana,), starts_at=at(9))
    stand.office.do(company.add_holiday, date(2026, 3, 4), "Founding day")
    stand.office.do(providers.new_absence, stand.made.ana, starts_at=at(13), ends_at=at(15), reason="Dentist")
    page = opened(stand, stand.made.ana, "Work calendar")
    days = {day.on: day for day in page.work.month.days}
    assert (page.work.title.text(), len(days), min(days)) == ("March 2026", 35, date(2026, 3, 1))
    monday = days[TODAY]
    assert (monday.hours, monday.notes, monday.visits, monday.away) == ("08:00–17:00", ("Dentist 13:00–15:00",), 1, True)
    assert (days[date(2026, 3, 4)].hours, days[date(2026, 3, 4)].notes) == ("", ("Founding day",))
    month = page.work.month
    month.setFocus()
    assert month.days[month.at].on == TODAY
    QTest.keyClick(month, Qt.Key.Key_Down)
    QTest.keyClick(month, Qt.Key.Key_Return)
    QTest.mouseClick(month, Qt.MouseButton.LeftButton, pos=month.cell(1).center())
    assert [args for _, args in stand.opened] == [{"on": date(2026, 3, 9)}, {"on": date(2026, 3, 2)}]
    QTest.keyClick(month, Qt.Key.Key_PageDown)
    stand.wait()
    assert (page.work.title.text(), month.days[month.at].on.month) == ("April 2026", 4)
    page.work.go_to_today()
    stand.wait()
    assert page.work.title.text() == "March 2026"


@pytest.fixture
def drawing_is_warm() -> None:
    """The first picture of a process finds the machine's fonts, which may take long; the tests are not about that."""
    draw(lambda axes, colors: None, Colors(LIGHT), "DejaVu Sans", 200, 100, 1.0)


@pytest.mark.usefixtures("drawing_is_warm")
def test_the_load_says_its_finding_and_keeps_its_numbers_behind_the_picture(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    stand.office.do(moves.place, job.appointment_id, version=1, provider_ids=(stand.made.ana,), starts_at=at(9))
    page = opened(stand, stand.made.ana, "Load")
    stand.qtbot.waitUntil(page.load.chart.drawn, timeout=60_000)
    assert page.load.chart.title.text().startswith("Ana is booked 1 % over four weeks; the fullest day is Mon, Mar 2 with ")
    assert page.load.weeks[0].values["Visits"].text() == "1"
    page.load.chart.turn.click()
    assert page.load.chart.table is not None
    assert page.load.chart.table.rows.rowCount() == 28
    page.open(provider_id=stand.made.bo)
    stand.wait()
    assert page.load.chart.title.text() == "Bo has no visits in these four weeks yet"
    idle = stand.office.do(providers.new_provider, Facts("Cy")).value
    page.open(provider_id=idle)
    stand.wait()
    assert page.load.chart.sentence.text() == "No hours in the next four weeks."


def test_what_is_typed_comes_back_for_the_provider_it_was_typed_for(stand: Stand) -> None:
    page = opened(stand, stand.made.ana, "Absences")
    page.absences.add()
    panel = beside(stand, page.panels.absence())
    typed(panel, reason="Half typed")
    panel.draft.keep_now()
    other = opened(stand, stand.made.bo, "Absences")
    other.absences.add()
    assert beside(stand, other.panels.absence()).reason.text() == ""
    again = opened(stand, stand.made.ana, "Absences")
    again.absences.add()
    restored = beside(stand, again.panels.absence())
    assert (restored.reason.text(), restored.dirty) == ("Half typed", True)


def test_the_facts_of_a_provider_come_back_where_they_were_left(stand: Stand) -> None:
    page = opened(stand, stand.made.ana)
    page.edit()
    panel = beside(stand, page.panels.person())
    typed(panel, phone="555")
    panel.draft.keep_now()
    listed = ProvidersPage(stand.desk)
    stand.show(listed)
    listed.open(provider_id=stand.made.ana)
    assert stand.opened[-1] == ("provider", {"provider_id": stand.made.ana, "edit": True})
    again = ProviderPage(stand.desk)
    stand.show(again)
    again.open(**stand.opened[-1][1])
    stand.wait()
    assert (again.panels.person().phone.text(), again.panels.person().dirty) == ("555", True)


def test_another_row_does_not_take_the_place_of_what_is_typed(stand: Stand) -> None:
    gas = stand.office.do(catalog.add_skill, "gas")
    stand.office.do(providers.add_held, stand.made.ana, skill_id=gas)
    page = opened(stand, stand.made.ana, "Skills")
    first, other = page.skills.list.rows.rows
    page.skills.edit(first)
    panel = beside(stand, page.panels.skill())
    typed(panel, certificate="G-1")
    page.skills.edit(other)
    assert (panel.row_id, panel.certificate.text(), panel.warning.isVisible()) == (first.id, "G-1", True)
    panel.save_now()
    stand.wait()
    page.skills.edit(other)
    assert (panel.row_id, panel.certificate.text()) == (other.id, "")


def test_a_user_without_the_right_is_told_so(qtbot: QtBot, sqlite_office: Office) -> None:
    with standing(qtbot, sqlite_office) as stand:
        user = stand.office.do(company.add_user, login="books", name="Bea", roles=(Role.BOOKKEEPER,)).id
        stand.desk.seat = stand.office.seat(user)
        page = opened(stand, stand.made.ana)
        page.edit()
        panel = beside(stand, page.panels.person())
        typed(panel, phone="555")
        panel.save_now()
        stand.wait()
        assert panel.form.summary.label.text() == "Bea does not have the right to do this."
        assert (stored(stand, stand.made.ana).facts.phone, panel.form.values()["phone"]) == ("", "555")


# fields


@pytest.mark.parametrize(
    ("text", "point"),
    [("38.9072, -77.0369", (38.9072, -77.0369)), (" 38.9 -77 ", (38.9, -77.0)), ("38.9 N, 77.03 W", (38.9, -77.03)),
     ("33.9 S; 151.2 E", (-33.9, 151.2))],
)  # fmt: skip
def test_a_place_is_read_in_several_writings(qtbot: QtBot, text: str, point: tuple[float, float]) -> None:
    field = PointField()
    qtbot.addWidget(field)
    assert field.read(text) == point
    field.set_value(point)
    assert field.read(field.text()) == point


@pytest.mark.parametrize("text", ["here", "38.9", "91, 0", "0, 181", "38.9 N"])
def test_what_is_no_place_is_told(qtbot: QtBot, text: str) -> None:
    field = PointField()
    qtbot.addWidget(field)
    field.setText(text)
    field.textEdited.emit(text)
    assert (field.value(), bool(field.problem())) == (None, True)


def test_percents_step_by_five_and_colors_with_arrows(qtbot: QtBot) -> None:
    percent, colors = PercentField(), Swatches()
    for field in (percent, colors):
        qtbot.addWidget(field)
    percent.set_value(85)
    QTest.keyClick(percent, Qt.Key.Key_Up)
    assert (percent.value(), percent.text()) == (90, "90 %")
    colors.set_value("#123456")
    QTest.keyClick(colors, Qt.Key.Key_Right)
    assert colors.value() == "#332288"
    QTest.mouseClick(colors, Qt.MouseButton.LeftButton, pos=colors.place(2).center())
    assert colors.value() == "#44AA99"
