"""SMS go to a provider over plain HTTP: a kind one, a busy one, a broken one, one that never answers, one that babbles."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from fieldoffice.integrations import sms
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office
from fieldoffice.services import secrets
from fieldoffice.services.secrets import office_key, phrase, sealing
from tests import make
from tests.conftest import Clock
from tests.services.messages.mailserver import SmsServer, sms_server
from tests.services.messages.outbox import rows, send, small, states, write


def fine(_form: dict[str, str]) -> tuple[int, str]:
    return 201, json.dumps({"sid": "SM123", "status": "queued"})


def ready(office: Office, server: SmsServer, *, account: str = "") -> make.Made:
    """Carol wants SMS, and the provider is on this machine."""
    url = {"messages.sms_url": server.url if account else server.url.replace("{account}", "x"), "messages.sms_number": "+12025550100"}
    made = small(office, **url, **({"messages.sms_account": account} if account else {}))
    office.do(lambda tx: setattr(tx.get(Customer, made.customer), "channel", "sms"))
    return made


def test_an_sms_is_posted_with_the_account_and_its_token(office: Office, ring: object) -> None:
    with sms_server(fine) as server:
        made = ready(office, server, account="AC77")
        office.do(office_key.set_up_key, phrase.phrase_of(sealing.new_key()))
        office.do(secrets.keep_secret, "sms_token", "s3cret")
        write(office, made)
        send(office)
        send(office)
    (form,), (headers,) = server.forms, server.headers
    assert (form["To"], form["From"]) == ("+12025550101", "+12025550100")
    assert form["Body"].startswith("Potomac Plumbing: your visit is booked for Tuesday")
    assert headers["authorization"] == "Basic " + base64.b64encode(b"AC77:s3cret").decode()
    assert len(headers["idempotency-key"]) == 32
    assert [(row.state, row.reference) for row in rows(office)] == [("sent", "SM123")]


@pytest.mark.parametrize(
    ("status", "body", "state", "words"),
    [(429, '{"message": "Too many requests"}', "queued", "429 Too many requests"),
     (500, "oops", "queued", "500"),
     (503, "", "queued", "503"), (400, '{"message": "Not a mobile number"}', "failed", "400 Not a mobile number"),
     (401, '{"message": "Authenticate"}', "queued", "Check the address, the account and the token."),
     (200, "<html>hello</html>", "unknown", "not understood"), (201, "[]", "unknown", "not understood"),
     (201, "{}", "unknown", "not understood"),
     (200, "x" * 200_000, "unknown", "no answer")],
)  # fmt: skip
def test_what_the_provider_says_decides_what_becomes_of_it(sqlite_office: Office, status: int, body: str, state: str, words: str) -> None:
    with sms_server(lambda _form: (status, body)) as server:
        write(sqlite_office, ready(sqlite_office, server))
        send(sqlite_office)
        send(sqlite_office)
    (row,) = rows(sqlite_office)
    assert (row.state, len(server.forms)) == (state, 1)
    assert words in row.last_error


def test_a_busy_provider_says_when_to_come_back(office: Office, clock: Clock) -> None:
    with sms_server(lambda _form: (429, "{}")) as server:
        server.more = {"Retry-After": "600"}
        write(office, ready(office, server))
        send(office)
    assert rows(office)[0].due_at == clock.at + timedelta(minutes=10)


def test_a_provider_that_is_away_is_asked_again_and_one_that_never_answers_is_not(office: Office, clock: Clock) -> None:
    with sms_server(fine) as server:
        gone = server.url
    made = ready(office, SmsServer(gone))
    write(office, made)
    send(office)
    assert states(office) == [("queued", 1)]
    with sms_server(fine, delay_s=2.0) as slow:
        client = sms.Sms(url=slow.url, account="", token="", number="+12025550100", answer_s=0.3)
        with pytest.raises(WorldFault) as silence:
            client.send(key="k", recipient="+12025550101", text="x")
    assert (silence.value.values["fate"], len(slow.forms)) == ("unknown", 1)
