"""Messages leave once: to a kind server, a slow one, one that hangs up at each stage, one that refuses."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from fieldoffice.integrations import smtp
from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office
from fieldoffice.services import company, messages, secrets
from fieldoffice.services.messages import sending
from fieldoffice.services.secrets import office_key, phrase, sealing
from tests.conftest import Clock
from tests.services.messages.mailserver import STAGES, MailServer, certificate, mail_server
from tests.services.messages.outbox import rows, send, small, states, write

RETRIED = [stage for stage in STAGES if stage != "end"]


def test_a_message_goes_to_one_recipient_in_the_words_and_the_look_of_the_company(office: Office) -> None:
    with mail_server() as server:
        made = small(office, port=server.port, **{"company.email": "hello@potomac.example"})
        write(office, made, ics="BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n")
        send(office)
    (got,) = server.got
    mail = message_from_bytes(got.content, policy=policy.default)
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert (got.sender, got.recipients) == ("office@potomac.example", ["carol@example.com"])
    assert (str(mail["From"]), str(mail["Reply-To"])) == ("Potomac Plumbing <office@potomac.example>", "hello@potomac.example")
    assert str(mail["Subject"]) == "Your booking is confirmed: Tuesday, March 3, 9:00 AM"
    assert "Hello Carol Customer," in parts["text/plain"].get_content()
    assert "https://book.example.com/v/Zm9vYmFy" in parts["text/html"].get_content()
    assert parts["text/calendar"].get_content().startswith("BEGIN:VCALENDAR")
    assert str(parts["text/calendar"]["Content-Type"].params["method"]) == "PUBLISH"
    (row,) = rows(office)
    assert (row.state, row.tries, row.reference) == ("sent", 1, mail["Message-ID"])


@pytest.mark.requirement("0.6")
def test_a_server_that_is_down_keeps_the_message_and_gets_it_once_when_it_is_up(office: Office, clock: Clock) -> None:
    with mail_server() as server:
        port = server.port
    made = small(office, port=port, **{"messages.office_to": "office@potomac.example"})
    values = {"customer": "Carol", "service": "Leak repair", "number": "R-1001", "wished": "March 5", "notes": ""}
    for _ in range(2):
        office.do(messages.to_office, "request_office", key="request_office:1:1", values=values, customer_id=made.customer)
    send(office)
    (row,) = rows(office)
    assert (row.state, row.tries, row.due_at) == ("queued", 1, clock.at + timedelta(minutes=1))
    assert "does not answer" in row.last_error
    with mail_server(port=port) as server:
        send(office)
        assert server.got == []  # its next try is in a minute
        clock.forward(minutes=1)
        send(office)
        send(office)
    (got,) = server.got
    assert (got.recipients, b"R-1001" in got.content, states(office)) == (["office@potomac.example"], True, [("sent", 2)])


@pytest.mark.parametrize("stage", RETRIED)
def test_a_line_that_drops_before_the_end_is_tried_again_and_arrives_once(office: Office, clock: Clock, stage: str) -> None:
    with mail_server(MailServer(drop=stage)) as server:
        made = small(office, port=server.port)
        write(office, made)
        send(office)
        assert (states(office), server.got) == ([("queued", 1)], [])
        server.drop = ""
        clock.forward(minutes=1)
        send(office)
    assert (len(server.got), states(office)) == (1, [("sent", 2)])


def test_a_line_that_drops_after_the_whole_message_is_for_a_person_to_decide(office: Office, clock: Clock) -> None:
    with mail_server(MailServer(drop="end")) as server:
        write(office, small(office, port=server.port))
        send(office)
        server.drop = ""
        clock.forward(days=1)
        send(office)
    (row,) = rows(office)
    assert (len(server.got), row.state, row.tries) == (1, "unknown", 1)
    assert "may have been sent" in row.last_error


def test_a_later_4xx_waits_longer_each_time_and_is_given_up_after_twelve(office: Office, clock: Clock) -> None:
    with mail_server(MailServer(answers={"carol@example.com": "451 4.7.1 Greylisted, come back later"})) as server:
        write(office, small(office, port=server.port))
        waits: list[int] = []
        for _ in range(12):
            send(office)
            (row,) = rows(office)
            waits.append(int((row.due_at - clock.at).total_seconds() // 60))
            clock.at = max(clock.at, row.due_at)
    assert waits[:11] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert (row.state, row.tries, len(server.asked), server.got) == ("failed", 12, 12, [])
    assert row.last_error == "Given up after 12 tries. The mail server says: 451 4.7.1 Greylisted, come back later"


def test_a_5xx_is_final_for_this_recipient_and_the_others_get_theirs(office: Office) -> None:
    with mail_server(MailServer(answers={"gone@potomac.example": "550 5.1.1 No such user here"})) as server:
        small(office, port=server.port, **{"messages.office_to": "gone@potomac.example, here@potomac.example"})
        office.do(messages.to_office, "request_reminder", key="r", values={"count": "1", "oldest": "2 days", "numbers": "R-1"})
        send(office)
    gone, here = rows(office)
    assert (gone.state, gone.last_error) == ("failed", "The mail server says: 550 5.1.1 No such user here")
    assert (here.state, [got.recipients for got in server.got]) == ("sent", [["here@potomac.example"]])
    assert server.lines == 1  # one line for all


def test_a_5xx_after_the_message_is_final_too(office: Office) -> None:
    with mail_server(MailServer(end="554 5.7.1 Looks like spam")) as server:
        write(office, small(office, port=server.port))
        send(office)
    assert [(row.state, row.last_error) for row in rows(office)] == [("failed", "The mail server says: 554 5.7.1 Looks like spam")]


def test_no_transaction_is_open_while_the_network_is_waited_for(office: Office) -> None:
    """While the server keeps its answer back, the office goes on working; and nobody else takes the message."""
    gate = threading.Event()
    with mail_server(MailServer(gate=gate)) as server:
        made = small(office, port=server.port)
        write(office, made)
        runner = threading.Thread(target=send, args=(office,))
        runner.start()
        try:
            while not server.got:
                gate.wait(0.02)
            office.do(company.set_setting, "messages.sender_name", "Potomac")  # waits for nobody
            assert states(office) == [("claimed", 1)]
            send(office)
            assert office.do(messages.withdraw, "k1") == 0
        finally:
            gate.set()
            runner.join()
    assert (len(server.got), states(office)) == (1, [("sent", 1)])


def test_a_runner_that_died_leaves_a_message_that_is_shown_as_unknown(office: Office, clock: Clock) -> None:
    with mail_server() as server:
        write(office, small(office, port=server.port))
        claimed = office.do(sending.claim, office.see(sending.ways))
        assert claimed is not None
        clock.at += sending.LEASE - timedelta(seconds=1)
        send(office)
        assert states(office) == [("claimed", 1)]
        clock.forward(seconds=1)
        send(office)
    (row,) = rows(office)
    assert (row.state, row.last_error, server.got) == ("unknown", sending.LOST, [])


def test_a_late_answer_still_counts_and_one_after_a_new_claim_does_not(office: Office, clock: Clock) -> None:
    with mail_server() as server:
        write(office, small(office, port=server.port))
        claimed = office.do(sending.claim, office.see(sending.ways))
        assert claimed is not None
        clock.at += sending.LEASE
        office.do(sending.let_go)
        office.do(sending.settle, claimed, sending.Fate("sent", reference="<a@b>"))
        assert states(office) == [("sent", 1)]
        office.do(sending.settle, claimed, sending.Fate("never", "too late"))
        assert states(office) == [("sent", 1)]


def test_what_nobody_could_send_for_days_is_not_sent_out_of_the_blue(office: Office, clock: Clock) -> None:
    made = small(office)
    write(office, made)
    send(office)
    assert states(office) == [("queued", 0)]  # no mail server is entered
    clock.forward(days=4)
    with mail_server() as server:
        for key, value in (("smtp_host", "127.0.0.1"), ("smtp_port", server.port), ("smtp_security", "none")):
            office.do(company.set_setting, f"messages.{key}", value)
        send(office)
    (row,) = rows(office)
    assert (row.state, row.last_error, server.got) == ("failed", sending.TOO_OLD, [])


def test_a_minute_has_at_most_so_many_messages(office: Office, clock: Clock) -> None:
    with mail_server() as server:
        made = small(office, port=server.port, **{"messages.per_minute": 3})
        for n in range(7):
            write(office, made, f"k{n}")
        counts: list[int] = []
        for _ in range(3):
            send(office)
            counts.append(len(server.got))
            clock.forward(minutes=1)
    assert counts == [3, 6, 7]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_line_checks_the_certificate(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str) -> None:
    good, other = certificate(tmp_path), certificate(tmp_path, name="elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(good))
    with mail_server(certificate=good, tls=security == "tls") as server:
        made = small(office, port=server.port, **{"messages.smtp_security": security})
        write(office, made)
        send(office)
    assert (len(server.got), states(office)) == (1, [("sent", 1)])
    for trusted, words in ((good, "self-signed certificate"), (other, "IP address mismatch")):
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        with mail_server(certificate=other, tls=security == "tls") as wrong:
            office.do(company.set_setting, "messages.smtp_port", wrong.port)
            id = write(office, made, f"k {words}")
            send(office)
        row = next(row for row in rows(office) if row.id == id)
        assert (wrong.got, row.state) == ([], "queued")
        assert "cannot be trusted" in row.last_error
        assert words in row.last_error


def test_a_server_without_encryption_gets_nothing_where_it_is_asked_for(office: Office) -> None:
    with mail_server() as server:
        write(office, small(office, port=server.port, **{"messages.smtp_security": "starttls"}))
        send(office)
    assert (server.got, states(office)) == ([], [("queued", 1)])
    assert "does not offer STARTTLS" in rows(office)[0].last_error


def test_the_password_lies_under_the_office_key_and_a_wrong_one_is_said(office: Office, clock: Clock, ring: object) -> None:
    with mail_server(password="right") as server:
        made = small(office, port=server.port, **{"messages.smtp_user": "potomac"})
        write(office, made)
        send(office)
        assert states(office) == [("queued", 0)]  # no password yet: nothing is tried
        office.do(office_key.set_up_key, phrase.phrase_of(sealing.new_key()))
        office.do(secrets.keep_secret, "smtp_password", "wrong")
        send(office)
        (row,) = rows(office)
        assert (row.state, row.tries) == ("queued", 1)
        assert "does not accept the user or the password" in row.last_error
        office.do(secrets.keep_secret, "smtp_password", "right")
        clock.forward(minutes=1)
        send(office)
    assert (len(server.got), states(office)) == (1, [("sent", 2)])


def test_a_server_that_is_too_slow_is_given_up_in_time() -> None:
    with mail_server(MailServer(slow="rcpt", slow_s=4)) as server:
        line = smtp.Mailer(host="127.0.0.1", port=server.port, security="none", whole_s=0.5)
        with pytest.raises(WorldFault, match="took too long") as late:
            line.send(key="k", at=datetime(2026, 3, 2, tzinfo=UTC), sender="a@b.example", sender_name="A", recipient="c@d.example",
                      subject="S", text="T")  # fmt: skip
        line.close()
    assert (late.value.values["fate"], server.got) == ("again", [])
