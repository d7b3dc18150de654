"""Notes of customers and their addresses: what looks like a code is offered to be kept; drafts of small forms open again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from pytestqt.qtbot import QtBot

from fieldoffice.models.customer import Location
from fieldoffice.office import Office
from fieldoffice.services import access, customers
from fieldoffice.services.customers.profile import customer_sheet
from fieldoffice.services.secrets import office_key
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from fieldoffice.ui.customers.panel import CustomerPanel
from fieldoffice.ui.customers.profile import CustomerPage
from fieldoffice.ui.customers.small_forms import ContactPanel, PlacePanel
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts.left import can_open, headline, open_kept
from fieldoffice.ui.parts.access import CodeOffer
from tests.services.secrets.conftest import OwnKeyring
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    before = keyring.get_keyring()
    keyring.set_keyring(OwnKeyring())
    with standing(qtbot, sqlite_office) as made:
        made.office.do(office_key.set_up_key, phrase_of(new_key()))
        yield made
    keyring.set_keyring(before)


def kept_at(stand: Stand, location_id: int) -> list[str]:
    return [row.label for row in stand.office.see(access.access_codes, location_id)]


@pytest.mark.requirement("0.37")
def test_a_code_in_the_notes_of_an_address_is_kept_as_one(stand: Stand) -> None:
    panel = PlacePanel(stand.desk)
    stand.show(panel, 480, 760)
    panel.show_place(stand.made.customer, stand.office.see(customer_sheet, stand.made.customer).places[0])
    stand.wait()
    panel.notes.setPlainText("Dog. Gate code 4711#")
    offer = panel.findChild(CodeOffer)
    assert offer is not None
    stand.qtbot.waitUntil(lambda: offer.offered is not None, timeout=10_000)
    offer.take.click()
    stand.wait()
    assert kept_at(stand, stand.made.location) == ["Gate"]
    assert panel.notes.toPlainText() == "Dog. Gate: kept as an access code"
    panel.save_now()
    stand.wait()
    assert "4711" not in stand.office.see(lambda tx: tx.get(Location, stand.made.location)).notes


@pytest.mark.requirement("0.37")
def test_a_code_in_a_customers_notes_goes_to_the_address_that_was_chosen(stand: Stand) -> None:
    second = stand.office.do(customers.add_location, stand.made.customer, street="2 Second Street NW", label="Warehouse")
    panel = CustomerPanel(stand.desk)
    stand.show(panel, 480, 900)
    panel.open(customer_id=stand.made.customer)
    stand.wait()
    assert panel.codes.which.isHidden()
    panel.notes.setPlainText("Alarm code 998877")
    stand.qtbot.waitUntil(lambda: panel.codes.offer.offered is not None, timeout=10_000)
    assert not panel.codes.which.isHidden()
    panel.codes.place.set_value(second)
    panel.codes.place.value_changed.emit()
    stand.wait()
    stand.qtbot.waitUntil(lambda: panel.codes.offer.offered is not None, timeout=10_000)
    panel.codes.offer.take.click()
    stand.wait()
    assert (kept_at(stand, second), kept_at(stand, stand.made.location)) == (["Alarm"], [])
    assert "998877" not in panel.notes.toPlainText()


def test_a_dated_note_is_offered_too(stand: Stand) -> None:
    page = CustomerPage(stand.desk)
    page.open(customer_id=stand.made.customer, section="Notes")
    stand.show(page)
    stand.wait()
    page.notes.text.setPlainText("He said the gate code is 4711")
    stand.qtbot.waitUntil(lambda: page.notes.codes.offer.offered is not None, timeout=10_000)
    page.notes.codes.offer.take.click()
    stand.wait()
    assert kept_at(stand, stand.made.location) == ["Gate"]
    page.notes.text.clear()


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("kind", ["contact", "location"])
def test_an_unfinished_contact_or_address_opens_at_its_customer(stand: Stand, tmp_path: Path, kind: str, new: bool) -> None:
    stand.office.do(customers.add_contact, stand.made.customer, name="Ben") if kind == "contact" else None
    desk = Desk(stand.office, user_id=stand.made.owner, known=stand.office.topics(), drafts=tmp_path)
    sheet = stand.office.see(customer_sheet, stand.made.customer)
    field = "name" if kind == "contact" else "street"
    if kind == "contact":
        panel: ContactPanel | PlacePanel = ContactPanel(desk)
        panel.show_contact(stand.made.customer, None if new else sheet.contacts[0])
    else:
        panel = PlacePanel(desk)
        panel.show_place(stand.made.customer, None if new else sheet.places[0])
    stand.qtbot.addWidget(panel)
    panel.form.rows[field].field.setText("Half a na")
    panel.draft.keep_now()
    kept = desk.shelf.all()[0]
    assert (can_open(kept), headline(kept).split(":")[0]) == (True, "Contact" if kind == "contact" else "Address")
    opened: list[tuple[str, dict]] = []
    desk.opened.connect(lambda page, args: opened.append((page, args)))
    open_kept(desk, kept)
    name, args = opened[0]
    assert name == "customer"
    page = CustomerPage(desk)
    stand.qtbot.addWidget(page)
    shown: list = []
    desk.panel_wanted.connect(shown.append)
    page.open(**args)
    stand.qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    stand.qtbot.waitUntil(lambda: desk.background.waiting() == 0, timeout=10_000)
    stand.qtbot.addWidget(shown[0])
    assert (page.sheet.id, shown[0].form.rows[field].field.text()) == (stand.made.customer, "Half a na")
    assert (shown[0].row_id is None) == new
    desk.close()
