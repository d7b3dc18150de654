"""The outbox as people see it: lists, what failed with the words why, and what a person may decide about a message."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company, messages
from fieldoffice.services.messages import outbox, sending
from tests import make
from tests.conftest import Clock
from tests.services.messages.mailserver import MailServer, mail_server
from tests.services.messages.outbox import VALUES, rows, send, small, states, write


def test_lists_hold_all_or_those_of_a_customer_or_a_job(office: Office) -> None:
    made = small(office, **{"messages.office_to": "office@potomac.example"})
    job = make.job(office, made).job_id
    other, _ = make.customer(office, "Olaf Other", 3)
    write(office, made, "a", job_id=job)
    write(office, made, "b")
    office.do(messages.to_customer, "booking_moved", other, key="c", values=VALUES)
    office.do(messages.to_office, "request_office", key="d", values=VALUES, job_id=job)
    seen = office.see(outbox.outbox)
    assert [line.id for line in seen.lines] == [4, 3, 2, 1]
    assert (seen.counts["attention"], seen.counts["waiting"], seen.counts["all"]) == (1, 3, 4)
    assert [line.customer for line in seen.lines] == ["", "Olaf Other", "Carol Customer", "Carol Customer"]
    assert [line.id for line in office.see(outbox.outbox, customer_id=made.customer).lines] == [2, 1]
    assert [line.id for line in office.see(outbox.outbox, job_id=job).lines] == [4, 1]
    assert [line.last_error for line in office.see(outbox.outbox, "attention").lines] == [
        "Olaf Other has neither an e-mail address nor a mobile number."]  # fmt: skip
    assert seen.why["email"].startswith("E-mails wait: no mail server is entered")
    assert office.see(outbox.troubled) == 1


def test_a_list_asks_as_often_for_three_as_for_one(office: Office) -> None:
    made, asked = small(office), list[str]()

    def count() -> int:
        asked.clear()
        office.see(outbox.outbox)
        return len(asked)

    event.listen(office.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    write(office, made, "a")
    one = count()
    for key in "bc":
        write(office, made, key)
    assert (count(), len(office.see(outbox.outbox).lines)) == (one, 3)


def test_a_message_shows_every_word_and_when_it_was_sent(office: Office, clock: Clock) -> None:
    with mail_server() as server:
        id = write(office, small(office, port=server.port), ics="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        send(office)
    seen = office.see(outbox.message, id)
    assert (seen.line.state, seen.line.sent_at, seen.calendar) == ("sent", clock.at, True)
    assert "Hello Carol Customer," in seen.text
    assert seen.html.startswith("<!DOCTYPE html>")


def test_a_failed_message_goes_to_the_new_address_after_retry(office: Office, clock: Clock) -> None:
    with mail_server(MailServer(answers={"carol@example.com": "550 No such user"})) as server:
        made = small(office, port=server.port)
        id = write(office, made)
        send(office)
        line = office.see(outbox.message, id).line
        assert (line.state, line.needs_attention) == ("failed", True)
        office.do(lambda tx: setattr(tx.get(Customer, made.customer), "email", "new@example.com"))
        with pytest.raises(Stale):
            office.do(outbox.send_again, id, version=line.version - 1)
        again = office.do(outbox.send_again, id, version=line.version).line
        assert (again.state, again.recipient) == ("queued", "new@example.com")
        with pytest.raises(NotAllowed):
            office.do(outbox.send_again, id, version=again.version)
        send(office)
    assert ([got.recipients for got in server.got], states(office)) == ([["new@example.com"]], [("sent", 1)])


def test_a_retry_may_change_the_channel_and_then_speaks_its_words(office: Office) -> None:
    sms = {"messages.sms_url": "https://sms.example.com/x", "messages.sms_number": "+12025550100"}
    made = small(office, **sms)
    office.do(lambda tx: [setattr(tx.get(Customer, made.customer), name, "") for name in ("email", "phone")] and None)
    id = write(office, made)
    with pytest.raises(NotAllowed, match="neither an e-mail address nor a mobile number"):
        office.do(outbox.send_again, id, version=1)
    office.do(lambda tx: setattr(tx.get(Customer, made.customer), "phone", "+12025550177"))
    office.do(outbox.send_again, id, version=1)
    (row,) = rows(office)
    assert (row.channel, row.recipient, row.content["text"][:36]) == ("sms", "+12025550177", "Potomac Plumbing: your visit is book")


def test_of_an_unknown_message_a_person_decides(office: Office, clock: Clock) -> None:
    with mail_server(MailServer(drop="end")) as server:
        made = small(office, port=server.port)
        first = write(office, made, "a")
        send(office)
        server.drop = ""
        second = write(office, made, "b")
        send(office)
        lines = {line.id: line for line in office.see(outbox.outbox).lines}
        assert [lines[id].state for id in (first, second)] == ["unknown", "sent"]
        arrived = office.do(outbox.call_arrived, first, version=lines[first].version)
        assert (arrived.line.state, arrived.line.last_error) == ("sent", "")
        with pytest.raises(NotAllowed):
            office.do(outbox.call_arrived, first, version=arrived.line.version)
        send(office)
    assert len(server.got) == 2


def test_a_waiting_message_is_called_off_and_sent_after_all(office: Office) -> None:
    with mail_server() as server:
        id = write(office, small(office, port=server.port))
        off = office.do(outbox.call_off, id, version=1)
        send(office)
        assert (off.line.state, server.got) == ("withdrawn", [])
        office.do(outbox.send_again, id, version=off.line.version)
        send(office)
        with pytest.raises(NotAllowed):
            office.do(outbox.call_off, id, version=office.see(outbox.message, id).line.version)
    assert len(server.got) == 1


def test_the_office_is_written_to_once_it_has_an_address(office: Office) -> None:
    small(office)
    (id,) = office.do(messages.to_office, "request_office", key="r", values=VALUES)
    with pytest.raises(NotAllowed, match="Nobody in the office has an e-mail address"):
        office.do(outbox.send_again, id, version=1)
    office.do(company.set_setting, "messages.office_to", "office@potomac.example")
    assert office.do(outbox.send_again, id, version=1).line.recipient == "office@potomac.example"


def test_a_test_message_is_sent_like_any_other(office: Office) -> None:
    with mail_server() as server:
        small(office, port=server.port)
        for wrong in ("", "nobody", "a@b.example, c@d.example"):
            with pytest.raises(Invalid):
                office.do(outbox.send_test, wrong)
        id = office.do(outbox.send_test, "owner@potomac.example")
        send(office)
    assert (server.got[0].recipients, office.see(outbox.message, id).line.state) == (["owner@potomac.example"], "sent")


def test_what_happened_stands_in_the_log_of_the_customer(office: Office) -> None:
    with mail_server() as server:
        made = small(office, port=server.port)
        write(office, made)
        send(office)
    (told,) = office.see(lambda tx: tx.all(select(Event).where(Event.kind == "message.sent")))
    assert (told.customer_id, told.note) == (made.customer, "Your booking is confirmed: Tuesday, March 3, 9:00 AM")


def test_rights(sqlite_office: Office) -> None:
    """Everybody of the staff may look; who looks after customers may decide; only an owner sends tests."""
    office = sqlite_office
    made = small(office)
    id = write(office, made)
    field = office.seat(office.do(company.add_user, login="f", name="Fay Field", roles=(Role.FIELD_WORKER,)).id)
    boss = office.seat(office.do(company.add_user, login="s", name="Sam Super", roles=(Role.SUPERVISOR,)).id)
    for query in (outbox.outbox, outbox.troubled):
        with pytest.raises(NotAllowed):
            field.see(query)
    assert boss.see(outbox.outbox).may_edit is False
    for service in (outbox.send_again, outbox.call_arrived, outbox.call_off):
        with pytest.raises(NotAllowed):
            boss.do(service, id, version=1)
    with pytest.raises(NotAllowed):
        boss.do(outbox.send_test, "a@b.example")


def test_the_servers_of_a_message_are_never_shown_with_their_passwords(sqlite_office: Office) -> None:
    small(sqlite_office, port=25)
    found = sqlite_office.see(sending.ways)
    assert "127.0.0.1" not in repr(found)


def test_a_private_link_cannot_be_used_by_whoever_reads_the_outbox_later(office: Office) -> None:
    token = "Zm9vYmFyYmF6cXV4" * 2
    link = f"https://book.example.com/v/{token}"
    with mail_server() as server:
        made = small(office, port=server.port)
        write(office, made, values={"link": link}, ics=f"BEGIN:VCALENDAR\r\nURL:{link}\r\nEND:VCALENDAR\r\n")
        assert token in str(rows(office)[0].content)  # it has to be sent yet
        send(office)
    (row,) = rows(office)
    assert token in server.got[0].content.decode().replace("=\r\n", "")
    assert token not in str(row.content)
    assert "https://book.example.com/v/…" in row.content["text"]
