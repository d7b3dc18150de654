"""Writing messages: once for a key, by the right channel, in the right language, at the right hour; taken back while they wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fieldoffice.models.customer import Customer
from fieldoffice.office import Office, Tx
from fieldoffice.services import messages
from fieldoffice.services.messages.rules import quiet_until
from fieldoffice.services.messages.segments import length
from fieldoffice.services.messages.whom import mobile
from tests.conftest import Clock
from tests.services.messages.mailserver import mail_server
from tests.services.messages.outbox import VALUES, rows, send, small, states, write

SMS = {"messages.sms_url": "https://sms.example.com/Messages.json", "messages.sms_number": "+12025550100"}


def change(office: Office, id: int, **values: object) -> None:
    def work(tx: Tx) -> None:
        row = tx.get(Customer, id)
        for name, value in values.items():
            setattr(row, name, value)

    office.do(work)


def test_the_same_key_is_written_once_and_keeps_its_first_words(office: Office) -> None:
    made = small(office)
    first = write(office, made, values={"when": "Tuesday"})
    assert write(office, made, values={"when": "Friday"}) == first
    (row,) = rows(office)
    assert (row.state, row.content["subject"]) == ("queued", "Your booking is confirmed: Tuesday")


def test_a_message_is_written_with_its_change_or_not_at_all(office: Office) -> None:
    made = small(office)

    def change_of_mind(tx: Tx) -> None:
        messages.to_customer(tx, "booking_confirmed", made.customer, key="k", values=VALUES)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.do(change_of_mind)
    assert rows(office) == []


def test_what_waits_can_be_taken_back_and_written_again_and_what_was_sent_cannot(office: Office) -> None:
    with mail_server() as server:
        made = small(office, port=server.port)
        write(office, made, "kept", values={"when": "Monday"})
        assert (office.do(messages.withdraw, "kept"), office.do(messages.withdraw, "kept"), states(office)) == (1, 0, [("withdrawn", 0)])
        write(office, made, "kept", values={"when": "Friday"})  # redone: it is to be sent after all
        send(office)
        assert office.do(messages.withdraw, "kept") == 0
    assert (len(server.got), b"Friday" in server.got[0].content, states(office)) == (1, True, [("sent", 1)])


def test_a_key_withdraws_each_message_to_the_office_and_none_of_another_key(office: Office) -> None:
    small(office, **{"messages.office_to": "a@potomac.example; b@potomac.example, a@potomac.example"})
    for key in ("request_office:1", "request_office:10", "request_office:1_"):
        office.do(messages.to_office, "request_office", key=key, values=VALUES)
    assert office.do(messages.withdraw, "request_office:1") == 2
    assert [(row.key, row.recipient) for row in rows(office) if row.state == "queued"] == [
        ("request_office:10|a@potomac.example", "a@potomac.example"), ("request_office:10|b@potomac.example", "b@potomac.example"),
        ("request_office:1_|a@potomac.example", "a@potomac.example"),
        ("request_office:1_|b@potomac.example", "b@potomac.example")]  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "email", "phone", "service", "goes"),
    [("email", "c@example.com", "+12025550101", True, ("email", "c@example.com", "queued")),
     ("sms", "c@example.com", "(202) 555-0101", True, ("sms", "+12025550101", "queued")),
     ("sms", "c@example.com", "", True, ("email", "c@example.com", "queued")),
     ("sms", "c@example.com", "+18005550101", True, ("email", "c@example.com", "queued")),  # toll-free: no SMS
     ("email", "", "+12025550101", True, ("sms", "+12025550101", "queued")),
     ("email", "not an address", "+12025550101", True, ("sms", "+12025550101", "queued")),
     ("sms", "c@example.com", "+12025550101", False, ("email", "c@example.com", "queued")),  # the office has no SMS service
     ("sms", "", "+12025550101", False, ("email", "", "failed")),
     ("email", "", "", True, ("email", "", "failed"))],
)  # fmt: skip
def test_a_message_goes_where_the_customer_can_be_reached(
    sqlite_office: Office, channel: str, email: str, phone: str, service: bool, goes: tuple[str, str, str]
) -> None:
    made = small(sqlite_office, **(SMS if service else {}))
    change(sqlite_office, made.customer, channel=channel, email=email, phone=phone)
    write(sqlite_office, made)
    (row,) = rows(sqlite_office)
    assert (row.channel, row.recipient, row.state) == goes
    assert (row.last_error == "Carol Customer has neither an e-mail address nor a mobile number.") == (goes[2] == "failed")


def test_mobile_numbers_are_told_from_landlines_where_the_country_can_tell(sqlite_office: Office) -> None:
    assert mobile("0151 23456789", "DE") == "+4915123456789"
    assert [mobile(text, "DE") for text in ("030 1234567", "12", "", "no number", "0800 1234567")] == ["", "", "", "", ""]


@pytest.mark.parametrize(("language", "words"), [("es", "Su cita está confirmada"), ("de", "Ihr Termin ist bestätigt"),
                                                 ("fr", "Votre rendez-vous est confirmé"),
                                                 ("ja", "Your booking is confirmed")])  # fmt: skip
def test_a_customer_is_written_to_in_their_language(sqlite_office: Office, language: str, words: str) -> None:
    made = small(sqlite_office)
    change(sqlite_office, made.customer, language=language)
    write(sqlite_office, made)
    (row,) = rows(sqlite_office)
    assert row.content["subject"].startswith(words)
    assert (f'lang="{row.language}"' in row.content["html"], row.language) == (True, language if language != "ja" else "en")


def test_an_sms_waits_for_the_morning_and_an_answer_does_not(office: Office, clock: Clock) -> None:
    made = small(office, **SMS)
    change(office, made.customer, channel="sms")
    zone = ZoneInfo("America/New_York")
    clock.at = datetime(2026, 3, 2, 22, 30, tzinfo=zone).astimezone(UTC)
    write(office, made, "moved", "booking_moved")
    write(office, made, "confirmed", "booking_confirmed")
    change(office, made.customer, channel="email")
    write(office, made, "mail", "booking_moved")
    assert [row.due_at.astimezone(zone).strftime("%d %H:%M") for row in rows(office)] == ["03 08:00", "02 22:30", "02 22:30"]


@pytest.mark.parametrize(
    ("at", "span", "until"),
    [("02 23:59", (1260, 480), "03 08:00"), ("03 07:59", (1260, 480), "03 08:00"), ("03 08:00", (1260, 480), None),
     ("02 20:59", (1260, 480), None), ("02 21:00", (1260, 480), "03 08:00"), ("02 13:10", (720, 840), "02 14:00"),
     ("02 14:00", (720, 840), None), ("02 03:00", (0, 0), None), ("08 01:30", (1260, 480), "08 08:00")],
)  # fmt: skip
def test_quiet_hours_end_by_the_clock_on_the_wall(at: str, span: tuple[int, int], until: str | None) -> None:
    """The eighth of March has 23 hours there."""
    zone = ZoneInfo("America/New_York")
    found = quiet_until(datetime.strptime(f"2026-03-{at}", "%Y-%m-%d %H:%M").replace(tzinfo=zone), zone, span)
    assert (found.astimezone(zone).strftime("%d %H:%M") if found else None) == until


def test_an_access_code_is_in_no_message(office: Office) -> None:
    made = small(office, **{"messages.office_to": "office@potomac.example"})
    notes = "Gate code is 4821, the dog is friendly."
    office.do(messages.to_office, "request_office", key="r", values={**VALUES, "notes": notes, "service": "Repair, gate code 4821"})
    write(office, made, "proposed", "request_proposed", values={"message": "We know the alarm code: 9911"})
    for row in rows(office):
        said = f"{row.content['subject']} {row.content['text']} {row.content['html']}"
        assert "4821" not in said
        assert "9911" not in said


def test_nothing_typed_makes_a_link_a_header_or_a_tag(sqlite_office: Office) -> None:
    made = small(sqlite_office)
    evil = "<script>x</script>\r\nBcc: evil@example.com [click](https://evil.example) **bold** {link}"
    write(sqlite_office, made, values={"customer": evil, "service": "=?utf-8?q?hi=0ABcc:_evil=40x?="})
    (row,) = rows(sqlite_office)
    html = row.content["html"]
    assert "<script" not in html
    assert 'href="https://evil.example"' not in html
    assert "<b>bold</b>" not in html
    assert "=?" not in row.content["text"]
    assert "{link}" in row.content["text"]


def test_a_late_message_goes_out_when_it_is_due(office: Office, clock: Clock) -> None:
    with mail_server() as server:
        made = small(office, port=server.port)
        write(office, made, due_at=clock.at + timedelta(hours=5))
        send(office)
        clock.forward(hours=5, seconds=-1)
        send(office)
        assert server.got == []
        clock.forward(seconds=1)
        send(office)
    assert len(server.got) == 1


@pytest.mark.parametrize(("text", "places", "parts"), [("", 0, 0), ("a" * 160, 160, 1), ("a" * 161, 161, 2), ("a" * 306, 306, 2),
                                                       ("a" * 307, 307, 3), ("€", 2, 1), ("a" * 159 + "€", 161, 2), ("ş" * 70, 70, 1),
                                                       ("ş" * 71, 71, 2), ("😀" * 35, 70, 1), ("😀" * 36, 72, 2),
                                                       ("äöüñ¿", 5, 1)])  # fmt: skip
def test_an_sms_is_counted_as_providers_do(text: str, places: int, parts: int) -> None:
    found = length(text)
    assert (found.places, found.parts) == (places, parts)
