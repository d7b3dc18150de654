"""Duplicates as a dispatcher meets them: pairs with reasons, compared side by side, merged, taken back, said to be two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QRadioButton
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.customers.editing import CustomerFacts, edit_customer
from fieldoffice.services.customers.profile import customer_sheet
from fieldoffice.ui.customers.duplicates import DuplicatesPage
from tests import make
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


@pytest.fixture
def twin(stand: Stand) -> int:
    """Caroline: Carol's phone number, another name and e-mail address."""

    def add(tx: Tx) -> int:
        id = customers.add_customer(
            tx, name="Caroline", phone="(202) 555-0101", email="caroline@example.com", notes="Pays cash"
        )
        customers.add_location(tx, id, street="8 Elm Street")
        return id

    make.job(stand.office, stand.made)
    return stand.office.do(add)


@pytest.fixture
def page(stand: Stand, twin: int) -> DuplicatesPage:
    made = DuplicatesPage(stand.desk)
    stand.show(made)
    made.table.selectRow(0)
    stand.wait()
    return made


def choose(page: DuplicatesPage, name: str, side: int) -> None:
    page.compare.groups[name].button(side).setChecked(True)


def test_a_pair_is_shown_with_its_reason_and_the_one_with_more_work_stays(
    stand: Stand, page: DuplicatesPage, twin: int
) -> None:
    row = page.rows.row(0)
    assert row is not None
    assert (row.first.name, row.second.name, row.reasons) == ("Carol Customer", "Caroline", "same phone")
    assert page.words.text() == "1 pair that may be the same customer"
    assert (page.compare.stays.value(), page.compare.take()) == ("0", ())
    said = [one.text() for one in page.compare.findChildren(QRadioButton)]
    assert "Carol Customer" in said
    assert "caroline@example.com" in said


def test_merging_takes_what_was_chosen_and_the_toast_takes_it_back(
    stand: Stand, page: DuplicatesPage, twin: int
) -> None:
    choose(page, "name", 1)
    assert page.compare.take() == ("name",)
    page.compare.merge.click()
    stand.wait()
    kept = stand.office.see(customer_sheet, stand.made.customer)
    assert (kept.name, kept.email, kept.notes, len(kept.places)) == ("Caroline", "carol@example.com", "Pays cash", 2)
    assert stand.toasts[-1].words == "Caroline is merged into Carol Customer"
    page.refresh()
    stand.wait()
    assert page.rows.rowCount() == 0
    stand.press_undo()
    assert stand.office.see(customer_sheet, stand.made.customer).name == "Carol Customer"
    assert stand.office.see(customer_sheet, twin).merged_into is None


def test_the_other_one_may_stay(stand: Stand, page: DuplicatesPage, twin: int) -> None:
    page.compare.stays.set_value("1")
    page.compare.stays.chosen.emit("1")
    assert page.compare.take() == ()
    page.compare.merge.click()
    stand.wait()
    kept = stand.office.see(customer_sheet, twin)
    assert (kept.name, kept.jobs) == ("Caroline", 1)
    assert stand.office.see(customer_sheet, stand.made.customer).merged_into.id == twin  # type: ignore[union-attr]


def test_two_that_are_not_the_same_are_not_offered_again(stand: Stand, page: DuplicatesPage, twin: int) -> None:
    page.compare.apart.click()
    stand.wait()
    page.refresh()
    stand.wait()
    assert (page.rows.rowCount(), page.empty.isVisible()) == (0, True)
    assert page.empty.sentence.text() == "No two customers look like one."


def test_a_change_of_another_desk_is_seen_before_merging(stand: Stand, page: DuplicatesPage, twin: int) -> None:
    stand.office.do(edit_customer, twin, version=1, facts=CustomerFacts("Carla", phone="(202) 555-0101"))
    page.compare.merge.click()
    stand.wait()
    assert stand.toasts[-1].words == "Carla was changed meanwhile. Look at both again before you merge them."
    stand.wait()
    assert page.compare.pair is not None
    assert {one.name for one in page.compare.pair} == {"Carol Customer", "Carla"}
    assert stand.office.see(customer_sheet, twin).merged_into is None


def test_any_two_can_be_compared_by_name(stand: Stand, page: DuplicatesPage, twin: int) -> None:
    other, _ = make.customer(stand.office, "Dora", 3)
    page.open(customer_id=other)
    stand.wait()
    page.other.set_value(twin, "Caroline")
    page.other.value_changed.emit()
    stand.wait()
    assert page.compare.pair is not None
    assert [one.id for one in page.compare.pair] == [other, twin]
    page.compare.merge.click()
    stand.wait()
    assert stand.opened[-1] == ("customer", {"customer_id": twin})  # with equal work, the one that is longer known stays
