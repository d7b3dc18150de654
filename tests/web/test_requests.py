"""Booking requests over HTTP: the form, what it refuses, the pages behind private links, and whom they are closed to."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest, Proposal, Upload
from fieldoffice.models.customer import Customer
from fieldoffice.models.files import Attachment
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.links import make_link
from fieldoffice.services.requests.answering import Choice, accept_request, decline_request, propose_time
from fieldoffice.services.requests.inbox import open_request
from fieldoffice.services.websessions import SIGN_IN
from tests import make
from tests.conftest import ENGINES
from tests.faults.processes import LONG
from tests.make import at
from tests.services.requests import wishes
from tests.services.requests.conftest import home, keyed, ring  # noqa: F401 - fixtures
from tests.services.requests.wishes import TUESDAY, ask, count, outbox, picture, row
from tests.services.test_pictures import bomb, photo
from tests.web.site import Served, serving


@pytest.fixture(params=ENGINES if LONG else ENGINES[:1])
def kind(request: pytest.FixtureRequest) -> str:
    """What is tried here stands above the database: both engines in the long run, the services below on both always."""
    return request.param


@pytest.fixture
def maker() -> Callable[[Office], make.Made]:
    return wishes.small


@pytest.fixture
def made(begun: tuple[str, make.Made]) -> make.Made:
    return begun[1]


def sign_in(office: Office, served: Served, customer_id: int) -> None:
    """As somebody who pressed the link of our e-mail."""
    token = office.do(lambda tx: make_link(tx, SIGN_IN, tx.get(Customer, customer_id), customer_id=customer_id))
    assert served.post(f"/signin/{token}").status_code == 303


def fields(served: Served, made: make.Made, **more: str) -> dict[str, Any]:
    """A form as the page holds it, filled in."""
    hidden = served.hidden(served.get("/request/new").text)
    return hidden | {"service": str(made.repair), "wish": "", "day1": "2026-03-03", "day2": "2026-03-05", "day3": "", "day_part": "morning",
                     "location": str(made.location), "notes": "The dog is friendly.", "send": "1"} | more  # fmt: skip


def send(served: Served, data: dict[str, Any], photos: tuple[tuple[str, bytes], ...] = ()) -> httpx.Response:
    files = [("photos", (name, content, "image/jpeg")) for name, content in photos]
    return served.post("/request/new", data, files=files or None)


def errors(answer: httpx.Response) -> set[str]:
    """The fields that the page says are wrong."""
    return set(re.findall(r'<li><a href="#(\w+)">', answer.text))


@pytest.mark.requirement("3.1")
@pytest.mark.requirement("3.16")
def test_a_request_is_sent_and_the_page_says_that_nothing_is_booked(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    page = served.get("/request/new").text
    assert "This is a request, not a booking" in page
    answer = send(served, fields(served, made))
    assert answer.status_code == 303
    shown = served.get(answer.headers["location"]).text
    assert '<h1 id="state">Your request has been received</h1>' in unescape(shown)
    assert "Nothing is booked yet" in shown
    stored = row(office, 1)
    assert (stored.item_id, stored.wished_on, stored.day_part, stored.location_id, stored.notes) == (
        made.repair, ["2026-03-03", "2026-03-05"], "morning", made.location, "The dog is friendly.")  # fmt: skip
    assert count(office, Appointment) == 0


@pytest.mark.requirement("3.24")
def test_a_rule_of_recurrence_or_any_unknown_field_is_refused(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    for extra in ({"rrule": "FREQ=WEEKLY"}, {"interval": "7"}, {"customer_id": "1"}, {"state": "confirmed"},
                  {"day1": ["2026-03-03", "2026-03-05"]}):  # fmt: skip
        answer = send(served, fields(served, made) | extra)
        assert (answer.status_code, errors(answer)) == (422, {"form"}), extra
        assert "The dog is friendly." in answer.text
    assert count(office, BookingRequest) == 0


@pytest.mark.requirement("3.5")
@pytest.mark.requirement("3.6")
@pytest.mark.requirement("3.7")
@pytest.mark.requirement("3.8")
@pytest.mark.parametrize(
    ("more", "field"),
    [({"service": "4711"}, "service"), ({"service": "x"}, "service"), ({"service": ""}, "service"),
     ({"service": "other", "wish": " "}, "wish"),
     ({"day4": "2026-03-06"}, "form"), ({"day1": "2026-03-01"}, "day1"), ({"day1": "2026-03-07"}, "day1"), ({"day2": "tomorrow"}, "day2"),
     ({"day1": "", "day2": ""}, "days"), ({"day_part": "night"}, "day_part"), ({"location": "4711"}, "location"),
     ({"location": "other"}, "street"), ({"notes": "x" * 2001}, "notes"), ({"form": "short"}, "form")],
)  # fmt: skip
def test_what_is_wrong_stands_by_its_field_and_nothing_is_lost(
    office: Office, served: Served, made: make.Made, more: dict[str, str], field: str
) -> None:
    sign_in(office, served, made.customer)
    answer = send(served, fields(served, made, **more))
    assert answer.status_code == 422
    assert field in errors(answer)
    assert count(office, BookingRequest) == 0
    kept = more.get("notes", "The dog is friendly.")
    assert kept in answer.text


@pytest.mark.requirement("3.6")
@pytest.mark.requirement("3.9")
def test_own_words_and_another_address(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    data = fields(served, made, service="other", wish="The gutter drips", location="other", street="9 Other Road", city="Arlington")
    assert send(served, data).status_code == 303
    stored = row(office, 1)
    assert (stored.item_id, stored.wish, stored.address["street"], stored.location_id) == (None, "The gutter drips", "9 Other Road", None)
    assert "9 Other Road, Arlington" in served.get(f"/requests/{stored.public_id}").text


@pytest.mark.requirement("3.3")
@pytest.mark.requirement("3.4")
def test_who_may_not_ask_is_told_why(office: Office, served: Served, made: make.Made) -> None:
    assert served.get("/request/new").status_code == 401
    sign_in(office, served, made.customer)
    data = fields(served, made)
    switches: list[tuple[Any, Any, str]] = [
        (lambda tx: setattr(tx.get(Customer, made.customer), "requests_allowed", False),
         lambda tx: setattr(tx.get(Customer, made.customer), "requests_allowed", True), "switched off for your account"),
        (lambda tx: company.set_setting(tx, "requests.enabled", False), lambda tx: company.set_setting(tx, "requests.enabled", True),
         "not taken online"),
        (lambda tx: _onboarded(tx, made.customer, False), lambda tx: _onboarded(tx, made.customer, True), "open the link in our e-mail"),
    ]  # fmt: skip
    for off, on, words in switches:
        office.do(off)
        for answer in (served.get("/request/new"), send(served, data)):
            assert answer.status_code == 403
            assert words in answer.text
        office.do(on)
    assert count(office, BookingRequest) == 0
    assert send(served, data).status_code == 303


def _onboarded(tx: Any, customer_id: int, done: bool) -> None:
    customer = tx.get(Customer, customer_id)
    customer.onboarded_at = customer.email_verified_at = tx.now if done else None


@pytest.mark.requirement("3.11")
def test_photos_are_kept_with_the_form_and_come_out_clean(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    data = fields(served, made, day1="")
    first = send(served, data | {"day2": ""}, (("one.jpg", photo("JPEG", (900, 700))), ("two.jpg", picture())))
    assert first.status_code == 422
    thumbs = re.findall(r'src="(/request/photo/[^"]+)"', first.text)
    assert len(thumbs) == 2
    assert served.get(thumbs[0]).headers["content-type"] == "image/jpeg"
    dropped = send(served, data | {"drop": thumbs[0].rpartition("/")[2]})
    assert (dropped.status_code, len(re.findall(r'src="/request/photo/', dropped.text))) == (422, 1) or dropped.status_code == 200
    assert send(served, data | {"day1": "2026-03-03"}, (("three.jpg", picture(size=(500, 400))),)).status_code == 303
    names = office.see(lambda tx: tx.all(select(Attachment.name).order_by(Attachment.position)))
    assert (names, count(office, Upload)) == (["two.jpg", "three.jpg"], 0)
    shown = served.get(f"/requests/{row(office, 1).public_id}").text
    pictures = re.findall(r'src="(/requests/[^"]+)"', shown)
    assert [served.get(one).content[:2] for one in pictures] == [b"\xff\xd8", b"\xff\xd8"]


@pytest.mark.requirement("3.11")
def test_a_fourth_photo_and_what_is_none_are_refused(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    data, small = fields(served, made), photo()
    for sent in ([small] * 4, [b"<svg xmlns='http://www.w3.org/2000/svg'/>"], [bomb(30_000, 30_000)], [small[: len(small) // 2]]):
        answer = send(served, data, tuple((f"../../{n}.jpg", content) for n, content in enumerate(sent)))
        assert (answer.status_code, errors(answer)) == (422, {"photos"})
    assert (count(office, BookingRequest), count(office, Upload)) == (0, 0)
    assert send(served, data, (("x.jpg", b"\xff" * 36_000_000),)).status_code == 413


@pytest.mark.requirement("3.10")
def test_a_code_in_the_notes_is_offered_to_be_kept_apart(office: Office, keyed: make.Made) -> None:  # noqa: F811
    with serving(office) as served:
        sign_in(office, served, keyed.customer)
        data = fields(served, keyed, notes="Gate code is 4821. Ring twice.")
        asked = send(served, data)
        assert (asked.status_code, count(office, BookingRequest)) == (200, 0)
        assert "Your notes seem to hold an access code" in asked.text
        assert 'name="move_code" value="yes" id="move_code" checked' in asked.text
        assert send(served, data | {"code_asked": "1", "move_code": "yes"}).status_code == 303
        stored = row(office, 1)
        assert stored.notes == "Gate: kept as an access code. Ring twice."
        assert stored.sealed_code is not None
        assert "4821" not in served.get(f"/requests/{stored.public_id}").text
        assert not [m for m in outbox(office) if "4821" in str(m.content)]


@pytest.mark.requirement("3.17")
@pytest.mark.requirement("3.18")
@pytest.mark.requirement("3.20")
def test_the_customer_s_pages_follow_the_state(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    sent, other = ask(office, made, form="a"), ask(office, made, form="b")
    office.do(open_request, sent.id)
    assert "We&#39;re reviewing your request" in served.get(f"/requests/{sent.public_id}").text
    office.do(accept_request, sent.id, Choice(made.ana, at(9, on=TUESDAY)))
    office.do(decline_request, other.id, message="We do no gas work.")
    page = served.get("/my-schedule").text
    assert "Tuesday, March 3, 2026, 9:00\u00a0AM – 11:00\u00a0AM" in page
    assert "Leak repair" in page
    declined = served.get(f"/requests/{other.public_id}").text
    assert "We do no gas work." in declined
    assert "Send a new request" in declined


@pytest.mark.requirement("3.22")
def test_withdrawing_needs_a_reason_and_ends_with_confirmation(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    sent, other = ask(office, made, form="a"), ask(office, made, form="b")
    path = f"/requests/{sent.public_id}"
    assert served.post(path, {"reason": " "}).status_code == 422
    assert served.post(path, {"reason": "Fixed it myself"}).status_code == 303
    assert "You cancelled this request." in served.get(path).text
    token = served.token(f"/requests/{other.public_id}")
    office.do(accept_request, other.id, Choice(on=TUESDAY, kind="am"))
    answer = served.post(f"/requests/{other.public_id}", {"reason": "Too late", "csrf": token})
    assert answer.status_code == 409
    assert row(office, other.id).state == "confirmed"


def proposed(office: Office, made: make.Made) -> tuple[int, str]:
    """(request, the link's path as the e-mail carries it)."""
    sent = ask(office, made)
    office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(14, on=TUESDAY), message="Our van is near then.")
    text = outbox(office, "request_proposed")[-1].content["text"]
    found = re.search(r"(/p/[\w-]+)", text)
    assert found is not None
    return sent.id, found[1]


@pytest.mark.requirement("3.19")
def test_a_proposal_is_answered_without_signing_in_and_looking_answers_nothing(office: Office, served: Served, made: make.Made) -> None:
    request_id, path = proposed(office, made)
    before = office.topics()
    for _ in range(5):
        page = served.get(path)
        served.client.head(path)
    assert office.topics() == before
    assert ('id="accept"' in page.text, 'id="decline"' in page.text) == (True, True)
    assert "Tuesday, March 3, 2026, 2:00\u00a0PM" in page.text
    token = served.token(path)
    assert served.post(path, {"answer": "perhaps", "csrf": token}).status_code == 422
    assert served.post(path, {"answer": "accept", "csrf": "x"}).status_code == 403
    assert served.post(path, {"answer": "accept", "csrf": token}).status_code == 303
    assert "Your visit is confirmed" in served.get(path).text
    assert (row(office, request_id).state, count(office, Assignment)) == ("confirmed", 1)
    assert served.post(path, {"answer": "decline", "csrf": token}).status_code == 409


@pytest.mark.requirement("3.19")
def test_declining_a_proposal_gives_the_time_back(office: Office, served: Served, made: make.Made) -> None:
    request_id, path = proposed(office, made)
    assert served.post(path, {"answer": "decline", "reason": "I am away"}).status_code == 303
    assert "You declined this time" in served.get(path).text
    assert (row(office, request_id).state, count(office, Assignment)) == ("under_review", 0)


@pytest.mark.requirement("3.19")
def test_a_proposal_that_expired_says_so_and_cannot_be_answered(office: Office, served: Served, made: make.Made, clock: Any) -> None:
    request_id, path = proposed(office, made)
    token = served.token(path)
    clock.at = at(13, 1, on=TUESDAY)
    assert "The proposed time has passed" in served.get(path).text
    assert served.post(path, {"answer": "accept", "csrf": token}).status_code in (403, 409)
    assert row(office, request_id).state == "counter_proposed"
    assert office.see(lambda tx: tx.all(select(Proposal.state))) == ["open"]


def test_pages_of_others_do_not_exist(office: Office, served: Served, made: make.Made) -> None:
    sent = ask(office, made)
    stranger = make.customer(office, "Somebody Else", 3)[0]
    sign_in(office, served, stranger)
    said = {served.get(path).text for path in (f"/requests/{sent.public_id}", "/requests/" + "0" * 32, f"/requests/{sent.id}")}
    assert {served.get(path).status_code for path in (f"/requests/{sent.public_id}", f"/requests/{sent.public_id}/photo/0")} == {404}
    assert len({re.sub(r'value="[^"]+"', "", text) for text in said}) == 1
    assert served.post(f"/requests/{sent.public_id}", {"reason": "x", "csrf": served.token("/me")}).status_code == 404
    assert "R1001" not in served.get("/my-schedule").text
    assert row(office, sent.id).state == "submitted"


def test_the_link_of_a_message_opens_its_request_and_no_other(office: Office, served: Served, made: make.Made) -> None:
    ask(office, made)
    found = re.search(r"(/r/[\w-]+)", outbox(office, "request_received")[0].content["text"])
    assert found is not None
    page = served.get(found[1])
    assert (page.status_code, "Your request has been received" in page.text) == (200, True)
    assert served.get(found[1].replace("/r/", "/p/")).status_code == 404
    assert served.post(found[1], {"reason": "Fixed it myself"}).status_code == 303
    assert row(office, 1).state == "cancelled"


def test_the_front_door_answers_alike_for_everybody(office: Office, served: Served, made: make.Made) -> None:
    answers = [served.post("/request", {"email": email}) for email in ("carol@example.com", "nobody@example.com", "CAROL@example.com ")]
    assert {answer.status_code for answer in answers} == {200}
    assert len({re.sub(r'value="[^"]+"', "", answer.text) for answer in answers}) == 1
    assert len(outbox(office, "private_link")) == 2
    assert served.post("/request", {"email": "no address"}).status_code == 422
    sign_in(office, served, made.customer)
    assert served.get("/request").headers["location"] == "/request/new"


@pytest.mark.requirement("3.16")
def test_pages_speak_the_customer_s_language(office: Office, served: Served, made: make.Made) -> None:
    sent = ask(office, made)
    office.do(lambda tx: setattr(tx.get(Customer, made.customer), "language", "de"))
    sign_in(office, served, made.customer)
    page = served.get(f"/requests/{sent.public_id}").text
    assert "Ihre Anfrage ist eingegangen" in page
    assert "Dienstag, 3. März 2026" in page
    form = served.get("/request/new").text
    assert "Um einen Besuch bitten" in form


@pytest.mark.requirement("3.7")
def test_everything_that_is_wrong_is_said_at_once_by_its_own_field(office: Office, served: Served, made: make.Made) -> None:
    sign_in(office, served, made.customer)
    data = fields(served, made, service="", day1="", day2="2026-03-01", day3="soon", day_part="night", location="other")
    answer = send(served, data)
    assert (answer.status_code, errors(answer)) == (422, {"service", "day2", "day3", "day_part", "street", "city"})
    asked = served.post("/request/new", data, headers={"Accept": "application/json"})
    assert set(asked.json()["errors"]) == errors(answer)
