"""The page Messages, the panel of one message, the lists of a customer and a job, the status line, the passwords."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldoffice.models.customer import Customer
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Office, Tx
from fieldoffice.services import messages
from fieldoffice.services.messages import outbox
from fieldoffice.services.secrets import kept_secrets, office_key, phrase, sealing
from fieldoffice.ui.customers.profile import CustomerPage
from fieldoffice.ui.messages.listing import MessageList
from fieldoffice.ui.messages.page import MessagesPage
from fieldoffice.ui.messages.passwords import PasswordsPart
from fieldoffice.ui.messages.sheet import MessagePanel
from fieldoffice.ui.messages.trouble import Trouble
from tests import make
from tests.services.messages.outbox import VALUES
from tests.services.secrets.conftest import home as home
from tests.services.secrets.conftest import ring as ring
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def write(stand: Stand, key: str, state: str = "queued", error: str = "", kind: str = "booking_confirmed", **about: Any) -> int:
    def work(tx: Tx) -> int:
        id = messages.to_customer(tx, kind, stand.made.customer, key=key, values=VALUES, **about)
        tx.get(OutboxMessage, id).become(state, error)
        return id

    return stand.office.do(work)


def shown(list: MessageList, id: str) -> list[str]:
    column = next(one for one in list.rows.columns if one.id == id)
    return [column.text(row) for row in list.rows.rows]


def open_panel(stand: Stand, id: int) -> MessagePanel:
    panel = MessagePanel(stand.desk)
    panel.show_message(id)
    stand.show(panel, 480, 640)
    return panel


def test_an_empty_outbox_says_what_it_is_for(stand: Stand) -> None:
    page = MessagesPage(stand.desk)
    stand.show(page)
    assert page.ready()
    assert page.list.empty.sentence.text().startswith("No message yet.")


def test_the_list_is_narrowed_by_state_and_by_words(stand: Stand) -> None:
    write(stand, "a", "sent")
    write(stand, "b", "failed", "The mail server says: 550 No such user", kind="booking_moved")
    write(stand, "c", "queued", kind="booking_canceled")
    page = MessagesPage(stand.desk)
    stand.show(page)
    assert shown(page.list, "state") == ["Waiting", "Failed", "Sent"]
    assert shown(page.list, "subject")[1] == "The mail server says: 550 No such user"
    assert page.list.why["email"].isVisible()
    page.open(group="attention")
    stand.wait()
    assert shown(page.list, "kind") == ["Booking moved"]
    page.open(group="all")
    page.find()
    QTest.keyClicks(page.list.search, "canceled carol")
    stand.qtbot.waitUntil(lambda: shown(page.list, "kind") == ["Booking canceled"], timeout=5000)
    QTest.keyClicks(page.list.search, " zzz")
    stand.qtbot.waitUntil(lambda: page.list.empty.sentence.text().startswith("Nothing matches"), timeout=5000)


def test_a_failed_message_is_sent_again_from_the_list(stand: Stand) -> None:
    id = write(stand, "a", "failed", "The mail server says: 550 No such user")
    write(stand, "b", "unknown", "It may have been sent.")
    page = MessagesPage(stand.desk)
    stand.show(page)
    page.list.table.selectAll()
    assert page.list.retry.isEnabled()
    page.list.retry.click()
    stand.wait()
    assert stand.office.see(outbox.message, id).line.state == "queued"
    assert sorted(shown(page.list, "state")) == ["Perhaps sent", "Waiting"]  # what may have arrived asks for its own press
    assert stand.toasts[-1].words == "On its way again: carol@example.com"


def test_a_panel_shows_every_word_and_what_can_be_done(stand: Stand) -> None:
    job = make.job(stand.office, stand.made).job_id
    panel = open_panel(stand, write(stand, "a", "failed", "The mail server says: 550 No such user", job_id=job))
    assert "Hello Carol Customer," in panel.text.text()
    assert (panel.failed.isVisible(), panel.failed.label.text()) == (True, "The mail server says: 550 No such user")
    panel.copy_button.click()
    assert QApplication.clipboard().text().startswith("Your booking is confirmed: Tuesday")
    panel.customer.click()
    panel.job.click()
    assert stand.opened[-2:] == [("customer", {"customer_id": stand.made.customer}), ("job", {"job_id": job})]
    panel.retry.click()
    stand.wait()
    assert (panel.state.words, panel.failed.isVisible(), panel.off.isVisible()) == ("Waiting", False, True)
    panel.off.click()
    stand.wait()
    assert (panel.state.words, panel.anew.isVisible()) == ("Withdrawn", True)
    panel.anew.click()
    stand.wait()
    assert panel.state.words == "Waiting"


def test_of_a_message_that_may_have_arrived_a_person_decides(stand: Stand) -> None:
    panel = open_panel(stand, write(stand, "a", "unknown", "It may have been sent."))
    assert panel.perhaps.isVisible()
    panel.arrived_button.click()
    stand.wait()
    assert (panel.state.words, panel.perhaps.isVisible()) == ("Sent", False)


def test_who_may_not_decide_has_no_buttons_for_it(stand: Stand) -> None:
    from fieldoffice.models.staff import Role
    from fieldoffice.services import company

    id = stand.office.do(company.add_user, login="s", name="Sam Super", roles=(Role.SUPERVISOR,)).id
    stand.desk.seat = stand.office.seat(id)
    panel = open_panel(stand, write(stand, "a", "failed", "No."))
    assert (panel.failed.isVisible(), panel.retry.isVisible()) == (True, False)


def test_a_refused_retry_says_why_and_keeps_the_message(stand: Stand) -> None:
    id = write(stand, "a", "failed", "No.")
    stand.office.do(lambda tx: [setattr(tx.get(Customer, stand.made.customer), name, "") for name in ("email", "phone")] and None)
    panel = open_panel(stand, id)
    panel.retry.click()
    stand.wait()
    assert stand.toasts[-1].words == "Carol Customer has neither an e-mail address nor a mobile number."
    assert stand.office.see(outbox.message, id).line.state == "failed"


def test_a_customer_and_a_job_show_their_own_messages(stand: Stand) -> None:
    job = make.job(stand.office, stand.made).job_id
    write(stand, "a", job_id=job)
    write(stand, "b")
    editor = stand.page(job, "Messages")
    stand.qtbot.waitUntil(lambda: editor.messages.found is not None, timeout=5000)
    assert len(editor.messages.rows.rows) == 1
    profile = CustomerPage(stand.desk)
    profile.open(customer_id=stand.made.customer, section="Messages")
    stand.show(profile)
    stand.qtbot.waitUntil(lambda: len(profile.messages.rows.rows) == 2, timeout=5000)


def test_the_status_line_counts_what_failed(stand: Stand) -> None:
    trouble = Trouble(stand.desk)
    stand.qtbot.addWidget(trouble)
    trouble.reload()
    stand.wait()
    assert trouble.isHidden()
    write(stand, "a", "failed", "No.")
    write(stand, "b", "unknown", "Perhaps.")
    trouble.reload()
    stand.wait()
    assert (trouble.isHidden(), trouble.link.text()) == (False, "2 messages need attention")
    trouble.link.click()
    assert stand.opened[-1] == ("messages", {"group": "attention"})


def test_a_password_is_kept_and_never_shown_again(stand: Stand, ring: object) -> None:
    part = PasswordsPart(stand.desk)
    stand.show(part)
    part.fields["smtp_password"].setText("s3cret")
    part.keep["smtp_password"].click()
    stand.wait()
    assert part.form.rows["smtp_password"].error.words.text().startswith("There is no office key yet.")
    stand.office.do(office_key.set_up_key, phrase.phrase_of(sealing.new_key()))
    part.keep["smtp_password"].click()
    stand.wait()
    part.reload()
    stand.wait()
    assert stand.office.see(kept_secrets) == {"smtp_password"}
    assert part.fields["smtp_password"].text() == ""
    assert part.form.rows["smtp_password"].hint.text().startswith("Kept under the office key.")
    part.drop["smtp_password"].click()
    stand.wait()
    assert stand.office.see(kept_secrets) == frozenset()


def test_a_test_message_is_watched(stand: Stand) -> None:
    part = PasswordsPart(stand.desk)
    stand.show(part)
    part.send.click()
    stand.wait()
    assert part.form.rows["to"].error.words.text() == "Please give the e-mail address that the test goes to."
    part.to.setText("owner@example.com")
    part.send.click()
    stand.wait()
    stand.qtbot.waitUntil(lambda: part.told["danger"].isVisible(), timeout=5000)
    assert part.told["danger"].label.text().startswith("E-mails wait: no mail server is entered")
    id = stand.office.see(outbox.outbox).lines[0].id
    stand.office.do(lambda tx: tx.get(OutboxMessage, id).become("sent"))
    part.reload()
    stand.wait()
    assert part.told["ok"].label.text() == "The server took the test message for owner@example.com."
