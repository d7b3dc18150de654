"""The page of a customer: its sections, its forms, drafts and saves that met another desk, undo; and ways to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fieldoffice.models.customer import Customer, CustomField
from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.customers.bookings import bookings
from fieldoffice.services.customers.editing import CustomerFacts, edit_customer
from fieldoffice.services.customers.merging import merge
from fieldoffice.services.customers.profile import CustomerSheet, customer_sheet
from fieldoffice.services.dispatch import moves
from fieldoffice.ui.customers.bookings import BookingsSection
from fieldoffice.ui.customers.panel import CustomerPanel
from fieldoffice.ui.customers.profile import CustomerPage
from fieldoffice.ui.jobs.opening import NewJobPanel
from tests import make
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


@pytest.fixture
def page(stand: Stand) -> CustomerPage:
    made = CustomerPage(stand.desk)
    made.open(customer_id=stand.made.customer)
    stand.show(made)
    return made


def sheet(stand: Stand, id: int = 0) -> CustomerSheet:
    return stand.office.see(customer_sheet, id or stand.made.customer)


def panel_of(stand: Stand, id: int = 0) -> CustomerPanel:
    panel = CustomerPanel(stand.desk)
    panel.open(customer_id=id) if id else panel.open()
    stand.show(panel, 420, 700)
    return panel


def typed(panel: CustomerPanel, name: str, text: str) -> None:
    field = panel.form.rows[name].field
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


# the page


def test_the_overview_says_what_matters_and_no_money(stand: Stand, page: CustomerPage) -> None:
    said = page.overview.reach.words()
    assert (said["Phone"], said["E-mail"], said["Address"]) == (
        "+12025550101",
        "carol@example.com",
        "1 First Street NW, Washington, DC 20001",
    )
    assert page.overview.work.words()["Open visits"] == "0"
    assert page.body.header.name.text() == "Carol Customer"
    make.job(stand.office, stand.made)
    page.refresh()
    stand.wait()
    assert (page.overview.work.words()["Jobs"], page.body.tabs.tabText(4)) == ("1", "Bookings 1")


def test_alt_and_a_number_lead_to_the_sections_and_esc_back(stand: Stand, page: CustomerPage) -> None:
    page.body.tabs.setFocus()
    for n, name in ((3, "Contacts"), (6, "Money"), (9, "History"), (1, "Overview")):
        QTest.keyClick(page.focusWidget() or page, getattr(Qt.Key, f"Key_{n}"), Qt.KeyboardModifier.AltModifier)
        assert page.body.here() == name
    QTest.keyClick(page.body.tabs, Qt.Key.Key_Escape)
    assert stand.opened[-1] == ("customers", {})


def test_edit_opens_the_form_beside_and_new_job_knows_its_customer(stand: Stand, page: CustomerPage) -> None:
    page.open(customer_id=stand.made.customer, edit=True)
    page.calls["new_job"].trigger()
    assert stand.opened == [
        ("edit_customer", {"customer_id": stand.made.customer}),
        ("new_job", {"customer_id": stand.made.customer}),
    ]


def test_a_typed_note_holds_the_page_until_it_is_added(stand: Stand, page: CustomerPage) -> None:
    page.body.choose("Notes")
    QTest.keyClicks(page.notes.text, "Rings twice")
    other, _ = make.customer(stand.office, "Dora", 3)
    page.open(customer_id=other)
    assert (page.may_leave(), page.body.here(), page.sheet and page.sheet.id) == (False, "Notes", stand.made.customer)
    page.notes.add_button.click()
    stand.wait()
    assert page.may_leave()
    assert [note.text for note in sheet(stand).remarks] == ["Rings twice"]


def test_files_are_dropped_on_a_customer_and_come_back(stand: Stand, page: CustomerPage, tmp_path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("plan")
    page.body.choose("Files")
    page.files.add_paths([str(file)])
    stand.wait()
    stand.wait()
    assert [f.name for f in sheet(stand).files] == ["plan.txt"]
    page.files.list.setCurrentRow(0)
    page.files.remove_current()
    stand.wait()
    assert sheet(stand).files == ()
    stand.desk.undo()
    stand.wait()
    assert [f.name for f in sheet(stand).files] == ["plan.txt"]


def test_contacts_are_entered_changed_and_removed_with_undo(stand: Stand, page: CustomerPage) -> None:
    page.body.choose("Contacts")
    page.contacts.add()
    panel = page.contacts.panel
    assert panel is not None
    stand.show(panel, 420, 600)
    panel.form.rows["name"].field.setText("Nina")  # type: ignore[attr-defined]
    panel.set_dirty(True)
    panel.save_now()
    stand.wait()
    assert [c.name for c in sheet(stand).contacts] == ["Nina"]
    page.refresh()
    stand.wait()
    page.contacts.table.selectRow(0)
    page.contacts.remove_current()
    stand.wait()
    assert sheet(stand).contacts == ()
    stand.press_undo()
    assert [c.name for c in sheet(stand).contacts] == ["Nina"]


def test_sub_customers_and_history_are_listed(stand: Stand, page: CustomerPage) -> None:
    sub = stand.office.do(
        customers.add_customer, name="Sub", parent_id=stand.made.customer, bill_to_id=stand.made.customer
    )
    job = make.job(stand.office, stand.made)
    page.refresh()
    stand.wait()
    page.body.choose("Sub customers")
    row = page.subs.rows.row(0)
    assert row is not None
    assert [column.text(row) for column in page.subs.rows.columns] == ["Sub", "C1002", "", "–", "paid from above", ""]
    page.subs.table.opened.emit(row)
    assert stand.opened[-1] == ("customer", {"customer_id": sub})
    page.body.choose("History")
    stand.wait()
    first = page.history.rows.row(0)
    assert first is not None
    assert (first.words, first.job, page.history.words.text()) == ("Job opened", job.number, "3 entries")
    page.history.table.opened.emit(first)
    assert stand.opened[-1] == ("job", {"job_id": job.job_id, "back": "customer"})


def in_sight(section: BookingsSection) -> set[int]:
    month = section.book.months.month
    assert month is not None
    return {entry.id for day in month.days if day.on.month == month.first_on.month for entry in day.entries}


@pytest.mark.requirement("4.2")
@pytest.mark.requirement("4.4")
def test_one_tab_shows_bookings_as_list_and_calendar_and_both_count_alike(stand: Stand, page: CustomerPage) -> None:
    made = stand.made
    for hour, on in ((9, make.TODAY), (13, date(2026, 3, 19)), (10, date(2026, 4, 2))):
        job = make.job(stand.office, made, on=on)
        stand.office.do(
            moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(hour, on=on)
        )
    make.job(stand.office, made, on=None)
    page.refresh()
    page.body.choose("Bookings")
    stand.wait()
    section, total = page.bookings, stand.office.see(bookings, made.customer).total
    assert (section.rows.rowCount(), section.words.text()) == (total, "4 upcoming visits, 1 without a day yet")
    section.view.set_value("month")
    section.show_view()
    stand.wait()
    assert (section.title.text(), section.words.text()) == ("March 2026", "4 upcoming visits, 1 without a day yet")
    assert section.book.months.month is not None
    assert section.book.months.month.days[0].on.weekday() == 6  # as the company's weeks begin
    seen = in_sight(section)
    section.go(1)
    stand.wait()
    assert section.title.text() == "April 2026"
    seen |= in_sight(section)
    assert len(seen) + 1 == total
    section.view.set_value("week")
    section.show_view()
    section.go(0)
    stand.wait()
    assert (section.title.text(), len(section.book.weeks.week.entries)) == ("Mar 1 – 7, 2026", 1)
    QTest.keyClick(section.book.weeks, Qt.Key.Key_Down)
    QTest.keyClick(section.book.weeks, Qt.Key.Key_Return)
    assert stand.opened[-1][0] == "job"
    section.book.weeks.moved.emit(section.book.weeks.week.entries[0], make.at(11))
    stand.wait()
    assert [e.starts_at for e in section.book.weeks.week.entries] == [make.at(11)]
    section.book.empty_opened.emit(date(2026, 3, 4))
    assert stand.opened[-1] == ("new_job", {"customer_id": made.customer, "on": date(2026, 3, 4)})
    section.book.day_opened.emit(make.TODAY)
    stand.wait()
    assert section.panel is not None
    stand.qtbot.addWidget(section.panel)
    assert (section.panel.count.text(), section.panel.back) == ("1 visit", "customer")
    section.view.set_value("past")
    section.show_view()
    stand.wait()
    assert section.words.text() == "0 past visits"
    section.new.click()
    assert stand.opened[-1] == ("new_job", {"customer_id": made.customer})


def test_a_merged_customer_says_where_it_went_and_can_come_back(stand: Stand, page: CustomerPage) -> None:
    other = stand.office.do(customers.add_customer, name="Caroline")
    stand.office.do(merge, stand.made.customer, other, versions=(1, 1))
    page.open(customer_id=other)
    stand.wait()
    assert (
        page.merged.label.text()
        == "Caroline was merged into Carol Customer (C1001). Its jobs, addresses and papers are there."
    )
    assert not page.calls["customer_form"].isEnabled()
    page.undo_merge()
    stand.wait()
    assert (page.merged.isHidden(), sheet(stand, other).active) == (True, True)


# the form


def test_a_new_customer_is_entered_and_its_page_opened(stand: Stand) -> None:
    panel = panel_of(stand)
    typed(panel, "name", "Nina New")
    typed(panel, "phone", "(703) 555-0142")
    panel.save_and_close()
    stand.wait()
    made = stand.office.see(customers.find, "nina")[0]
    assert ("customer", {"customer_id": made.id}) in stand.opened
    stand.press_undo()
    assert stand.office.see(customers.find, "nina") == ()


def test_what_is_wrong_stands_by_its_field_and_nothing_is_lost(stand: Stand) -> None:
    stand.office.do(
        lambda tx: tx.add(
            CustomField(entity="customer", key="tier", label="Tier", kind="choice", choices=["a"], required=True)
        )
    )
    panel = panel_of(stand)
    typed(panel, "name", "Nina")
    panel.save_now()
    stand.wait()
    assert panel.form.rows["custom.tier"].error.words.text() == "Tier is required."
    panel.own.widgets["tier"].set_value("a")  # type: ignore[attr-defined]
    typed(panel, "email", "nowhere")
    panel.save_now()
    stand.wait()
    assert panel.form.rows["email"].error.words.text() == "This e-mail address cannot be right."
    assert (panel.dirty, panel.facts().name, panel.facts().custom) == (True, "Nina", {"tier": "a"})


def test_the_form_says_that_somebody_like_this_is_there(stand: Stand) -> None:
    panel = panel_of(stand)
    typed(panel, "name", "C. Customer")
    typed(panel, "phone", "202 555 0101")
    panel.phone.editingFinished.emit()
    stand.wait()
    assert (panel.twin.isVisible(), panel.twin.label.text()) == (
        True,
        "Carol Customer (C1001) is there already: same phone.",
    )


def test_the_form_of_a_customer_is_saved_and_undone(stand: Stand) -> None:
    above = stand.office.do(customers.add_customer, name="Above")
    panel = panel_of(stand, stand.made.customer)
    typed(panel, "name", "Carol C.")
    panel.parent_id.set_value(above, "Above")
    panel.parent_id.value_changed.emit()
    panel.save_now()
    stand.wait()
    now = sheet(stand)
    assert (now.name, now.parent and now.parent.name, panel.dirty) == ("Carol C.", "Above", False)
    stand.desk.undo()
    stand.wait()
    assert (sheet(stand).name, sheet(stand).parent) == ("Carol Customer", None)


def test_two_desks_that_change_different_fields_lose_nothing(stand: Stand) -> None:
    panel = panel_of(stand, stand.made.customer)
    facts = CustomerFacts("Carol Customer", email="carol@example.com", phone="+1 703 555 0100")
    stand.office.do(edit_customer, stand.made.customer, version=1, facts=facts)
    typed(panel, "name", "Carol C.")
    panel.save_now()
    for _ in range(4):
        stand.wait()
    now = sheet(stand)
    assert (now.name, now.phone) == ("Carol C.", "+1 703 555 0100")


def test_what_was_typed_is_there_again(stand: Stand, tmp_path) -> None:
    from fieldoffice.ui.desk import Desk

    desk = Desk(stand.office, user_id=stand.made.owner, known=stand.office.topics(), drafts=tmp_path)
    for typing in (True, False):
        panel = CustomerPanel(desk)
        stand.qtbot.addWidget(panel)
        panel.open(customer_id=stand.made.customer)
        panel.show()
        stand.qtbot.waitUntil(lambda: desk.background.waiting() == 0, timeout=10_000)
        if typing:
            typed(panel, "name", "Half a na")
            panel.draft.keep_now()  # type: ignore[union-attr]
        else:
            assert (panel.name.text(), panel.dirty) == ("Half a na", True)
            panel._drop()
        panel.hide()
    assert sheet(stand).name == "Carol Customer"
    desk.close()


# ways to a customer


def test_the_new_job_panel_takes_the_customer_that_it_is_opened_for(stand: Stand) -> None:
    panel = NewJobPanel(stand.desk)
    stand.show(panel, 480, 700)
    panel.open(customer_id=stand.made.customer)
    stand.wait()
    assert (panel.caller.customer_id, panel.caller.location_id) == (stand.made.customer, stand.made.location)
    other, _ = make.customer(stand.office, "Dora", 3)
    panel.open(customer_id=other)
    stand.wait()
    assert panel.caller.customer_id == stand.made.customer  # what was chosen before is not thrown away
    panel._drop()


def test_a_job_s_page_leads_to_its_customer(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    stand.page(job.job_id).calls["customer"].trigger()
    assert stand.opened[-1] == ("customer", {"customer_id": stand.made.customer, "back": "job"})


def test_markup_in_a_name_stays_text(stand: Stand, page: CustomerPage) -> None:
    hostile = "<b>Bob</b><img src=x>&amp;"
    stand.office.do(lambda tx: setattr(tx.get(Customer, stand.made.customer), "name", hostile))
    page.refresh()
    stand.wait()
    assert (page.body.header.name.text(), page.body.header.name.textFormat()) == (hostile, Qt.TextFormat.PlainText)


def test_a_customer_that_is_gone_is_told(stand: Stand, page: CustomerPage) -> None:
    page.open(customer_id=99_999)
    stand.wait()
    assert stand.toasts[-1].words == "This customer no longer exists."
    assert page.empty.isVisible()
