"""An e-mail has exactly the headers that were meant and one recipient, whatever stands in a name or a subject."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import getaddresses
from typing import Any
from unicodedata import category

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fieldoffice.integrations.letter import HEADERS, composed, message_id
from fieldoffice.models.errors import WorldFault
from tests.faults.processes import LONG

AT = datetime(2026, 3, 2, 11, tzinfo=UTC)
BASE: dict[str, Any] = {"key": "booking_confirmed:7:1", "at": AT, "sender": "office@potomac.example", "sender_name": "Potomac Plumbing",
                        "recipient": "carol@example.com", "subject": "Your booking", "text": "Hello\n"}  # fmt: skip
NASTY = st.text(max_size=120) | st.lists(
    st.sampled_from(["\r\nBcc: evil@x.example", "\n", "\r", "\0", "=", "?", "=?utf-8?q?hi=0ABcc:_evil=40x?=", "utf-8", "\u2028",
                     "\u0085", ",", "<", ">", '"', "@", ";", "(", ")", "\\", "é", "日本", "😀", " ", "\t", "x" * 90, "To: b@x.example",
                     "\ud800"]), max_size=12
).map("".join)  # fmt: skip


@settings(max_examples=10_000 if LONG else 150, deadline=None)
@given(subject=NASTY, name=NASTY, text=NASTY)
@example(subject="=?utf-8?q?hi=0ABcc:_evil=40x?=", name="x", text="y")
@example(subject="x\r\nBcc: evil@x.example", name="x\r\nBcc: evil@x.example", text=".\r\nQUIT")
def test_headers_are_ours_and_nobody_else_is_addressed(subject: str, name: str, text: str) -> None:
    message = {**BASE, "subject": subject, "sender_name": name, "text": text, "html": f"<p>{len(text)}</p>"}
    if "=?" in subject or "=?" in name or any("\ud800" <= c <= "\udfff" for c in text):
        with pytest.raises(WorldFault) as refusal:
            composed(**message)
        assert refusal.value.values["fate"] == "never"
        return
    whole = composed(**message)
    mail = message_from_bytes(whole, policy=policy.compat32)
    assert sorted(mail.keys()) == sorted({*HEADERS} - {"Content-Transfer-Encoding"})
    assert getaddresses([str(mail["To"])]) == [("", "carol@example.com")]
    meant = " ".join("".join(c if category(c) not in {"Cc", "Cs"} else " " for c in subject).split())
    assert str(message_from_bytes(whole, policy=policy.default)["Subject"]) == meant
    assert b"\nBcc:" not in whole.split(b"\r\n\r\n")[0]
    assert max(len(line) for line in whole.split(b"\r\n")) <= 998


def test_plain_names_and_subjects_are_never_refused() -> None:
    for words in ("Müller & Söhne, GmbH", "O'Brien \"Bob\" <x>", "日本の会社 😀", "a" * 200, "ü" * 200, "Tue, Mar 3: 9–11 (R-1)", ""):
        whole = composed(**{**BASE, "subject": words, "sender_name": words})
        mail = message_from_bytes(whole, policy=policy.default)
        assert str(mail["Subject"]) == words
        assert mail["From"].addresses[0].display_name.replace(" ", "") == words.replace(" ", "")  # the library adds blanks


@pytest.mark.parametrize("recipient", ["a@x.example, b@x.example", "a@x.example\r\nBcc: b@x.example", "nobody", "", "Bob <a@x.example>"])
def test_a_recipient_that_is_not_one_address_is_refused(recipient: str) -> None:
    with pytest.raises(WorldFault) as refusal:
        composed(**{**BASE, "recipient": recipient})
    assert refusal.value.values["fate"] == "never"


def test_the_same_key_has_the_same_message_id() -> None:
    assert message_id("k", "a@x.example") == message_id("k", "b@x.example") != message_id("l", "a@x.example")
    assert message_id("k", "a@x.example").endswith("@x.example>")


def test_text_html_logo_and_calendar_stand_in_their_parts() -> None:
    logo = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:Ü\r\nEND:VCALENDAR\r\n"
    more = {"html": '<img src="cid:logo">', "ics": calendar, "logo": logo, "reply_to": "r@x.example"}
    whole = composed(**{**BASE, "text": "Grüße\n.\n", **more})
    mail = message_from_bytes(whole, policy=policy.default)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "image/png", "text/calendar"]
    assert [parts[0].get_content(), parts[2].get_content(), parts[2]["Content-ID"]] == ["Grüße\r\n.\r\n", logo, "<logo>"]
    assert parts[3].get_content().replace("\r\n", "\n") == calendar.replace("\r\n", "\n")
    assert parts[3]["Content-Type"].params["method"] == "CANCEL"
    assert str(mail["Reply-To"]) == "r@x.example"
