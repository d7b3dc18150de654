"""Portal Settings and Bookable Services on the settings page, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.errors import Stale
from fieldoffice.office import Office
from fieldoffice.services import catalog
from fieldoffice.services.company.register import found
from fieldoffice.services.requests.asking import askable
from fieldoffice.services.requests.bookable import bookable_services, move_bookable, set_bookable
from fieldoffice.services.requests.mine import my_request
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.page import SettingsPage
from tests import make
from tests.services.requests import wishes
from tests.services.requests.wishes import ask, door

PATIENCE_MS = 20_000


@pytest.fixture
def made(sqlite_office: Office) -> make.Made:
    made = wishes.small(sqlite_office)
    for code in ("AAA", "BBB"):
        sqlite_office.do(catalog.add_item, kind="service", code=code, name=f"Service {code}", price_cents=5000, duration_s=1800)
    return made


@pytest.fixture
def page(qtbot: Any, sqlite_office: Office, made: make.Made) -> Iterator[SettingsPage]:
    desk = Desk(sqlite_office, user_id=made.owner, known=sqlite_office.topics(), every_ms=200)
    page = SettingsPage(desk)
    page.resize(1166, 700)
    qtbot.addWidget(page)
    page.show()
    desk.start()
    qtbot.waitUntil(lambda: page.ready() and desk.background.waiting() == 0, timeout=PATIENCE_MS)
    yield page
    desk.close()


def until(qtbot: Any, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(true, timeout=PATIENCE_MS)


@pytest.mark.requirement("3.21")
def test_services_become_bookable_and_change_their_place(qtbot: Any, page: SettingsPage, sqlite_office: Office, made: make.Made) -> None:
    page.open(section="bookable")
    rows = page.bookable.list
    assert [row.name for row in rows.model.rows] == ["Leak repair", "Service AAA", "Service BBB"]
    rows.table.selectRow(2)
    page.bookable.request.click()
    until(qtbot, lambda: rows.model.rows[2].way == "request")
    page.bookable.instant.click()
    until(qtbot, lambda: rows.model.rows[2].way == "both" and page.bookable.instant.isChecked())
    page.bookable.up.click()
    until(qtbot, lambda: rows.model.rows[1].name == "Service BBB")
    page.bookable.up.click()
    until(qtbot, lambda: rows.model.rows[0].name == "Service BBB")
    assert not page.bookable.up.isEnabled()
    assert [one.name for one in door(sqlite_office).see(askable)] == ["Service BBB", "Leak repair"]
    page.bookable.least.click()
    until(qtbot, lambda: rows.model.rows[0].price_from)
    page.desk.undo()
    until(qtbot, lambda: not rows.model.rows[0].price_from)
    until(qtbot, lambda: page.desk.background.waiting() == 0)


@pytest.mark.requirement("3.21")
def test_the_list_is_kept_by_versions_and_knows_its_ends(sqlite_office: Office, made: make.Made) -> None:
    first = sqlite_office.see(bookable_services)[0]
    sqlite_office.do(set_bookable, first.id, version=first.version, way="no", price_from=False)
    with pytest.raises(Stale):
        sqlite_office.do(set_bookable, first.id, version=first.version, way="both", price_from=False)
    order = lambda: [row.name for row in sqlite_office.see(bookable_services)]  # noqa: E731
    sqlite_office.do(move_bookable, first.id, up=True)
    assert order()[0] == "Leak repair"
    sqlite_office.do(move_bookable, first.id, up=False)
    sqlite_office.do(move_bookable, first.id, up=False)
    sqlite_office.do(move_bookable, first.id, up=False)
    assert order() == ["Service AAA", "Service BBB", "Leak repair"]
    assert sqlite_office.see(lambda tx: tx.get(CatalogItem, first.id)).bookable == "no"


@pytest.mark.requirement("3.16")
def test_the_words_of_a_state_are_edited_for_each_language(qtbot: Any, page: SettingsPage, sqlite_office: Office, made: make.Made) -> None:
    sent = ask(sqlite_office, made)
    page.open(key="requests.text.submitted.en")
    field: Any = page.form.rows["requests.text.submitted.en"].field
    assert field.text() == "Your request has been received"
    field.setText("We have it, thank you")
    page.save()
    until(qtbot, lambda: not page.dirty() and page.desk.background.waiting() == 0)
    assert door(sqlite_office).see(my_request, made.customer, sent.id).text == "We have it, thank you"


@pytest.mark.requirement("3.21")
def test_the_paths_of_the_manual_lead_here() -> None:
    assert "requests.enabled" in {one.key for one in found("customer portal settings")}
    assert "requests.bookable" in {one.key for one in found("customer portal bookable services")}
