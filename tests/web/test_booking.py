"""The booking pages over real HTTP: the way through, every refusal, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, CustomField
from fieldoffice.models.job import Job
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Office, Tx
from fieldoffice.services import company
from fieldoffice.web import booking
from tests.conftest import Clock
from tests.services.booking.stage import Opened, Stage, alone, opened, stage_on
from tests.web.site import Served, serving
from tests.web.walk import HOME, Walk

FRAMER = "www.example.com"


@pytest.fixture
def maker() -> Callable[[Office], Opened]:
    return opened


@pytest.fixture
def stage(sqlite_office: Office, begun_sqlite: tuple[str, Opened]) -> Stage:
    return stage_on(sqlite_office, begun_sqlite[1])


@pytest.fixture
def site(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(booking, "QUICKEST_S", 0)
    with serving(stage.office) as served:
        yield served


def count(stage: Stage, table: type) -> int:
    return stage.office.see(lambda tx: tx.session.scalar(select(func.count()).select_from(table)))


@pytest.mark.requirement("0.1", "0.3", "0.5")
def test_a_stranger_books_two_services_by_plain_forms(stage: Stage, site: Served) -> None:
    walk = Walk(site)
    times = walk.to_times(stage.made.repair, stage.check)
    held = walk.hold(times[0])
    assert held.status_code == 201
    assert "We hold this time" in held.text
    form = walk.page
    done = walk.confirm(notes="Ring twice")
    assert done.status_code == 201
    assert "Your visit is booked" in done.text
    job = stage.office.see(lambda tx: tx.session.scalars(select(Job)).one())
    visit = stage.office.see(lambda tx: tx.session.scalars(select(Appointment)).one())
    assert job.number in done.text
    assert int(visit.starts_at.timestamp()) == times[0]
    assert not site.client.cookies  # it works in a frame, where there are none
    walk.page = form
    assert job.number in walk.confirm(notes="Ring twice").text
    assert count(stage, Job) == 1


@pytest.mark.requirement("0.1")
def test_the_page_may_be_framed_by_the_listed_sites_and_by_nobody_else(stage: Stage, site: Served) -> None:
    assert "frame-ancestors 'none'" in site.get("/book").headers["content-security-policy"]
    stage.office.do(company.set_setting, "online.framing", FRAMER)
    site.site.forget()
    answer = site.get("/book")
    assert f"frame-ancestors 'self' {FRAMER}" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "frame-ancestors 'none'" in site.get("/signin").headers["content-security-policy"]


def test_a_link_may_name_the_service(stage: Stage, site: Served) -> None:
    page = Walk(site).start("?service=chk").text
    row = next(line for line in page.splitlines() if "Inspection" in line)
    assert " checked" in row
    assert page.count(" checked") == 1
    assert " checked" not in Walk(site).start("?service=nothing").text


def test_looking_changes_nothing(stage: Stage, site: Served) -> None:
    site.get("/book")
    before = stage.office.topics()
    Walk(site).to_times(stage.made.repair)
    site.client.head("/book")
    assert stage.office.topics() == before


@pytest.mark.requirement("0.2")
def test_a_bad_email_names_the_field_and_writes_nothing(stage: Stage, site: Served) -> None:
    walk = Walk(site)
    walk.hold(walk.to_times(stage.made.repair)[0])
    answer = walk.confirm(email="nina@nowhere", notes="The <b>dog</b> is friendly", phone="2025550133")
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'href="#email"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    for kept in ("nina@nowhere", "Nina New", "2025550133", "The &lt;b&gt;dog&lt;/b&gt; is friendly"):
        assert kept in answer.text
    assert count(stage, Job) == 0
    assert count(stage, Customer) == 1
    assert count(stage, BookingRequest) == 0
    assert walk.confirm().status_code == 201


@pytest.mark.parametrize(("path", "fields", "field"), [
    ("/book/place", {}, "service"), ("/book/place", {"service": "999999"}, "service"), ("/book/place", {"service": "x"}, "service"),
])  # fmt: skip
def test_services_that_cannot_be_booked_are_refused(site: Served, path: str, fields: dict[str, str], field: str) -> None:
    walk = Walk(site)
    walk.start()
    answer = walk.step(path, **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_service_on_request_only_is_not_on_the_page_and_not_bookable(stage: Stage, site: Served) -> None:
    stage.office.do(lambda tx: setattr(tx.get(CatalogItem, stage.check), "bookable", "request"))
    walk = Walk(site)
    assert "Inspection" not in walk.start().text
    assert walk.step("/book/place", service=str(stage.check)).status_code == 422


@pytest.mark.parametrize(("typed", "field"), [({"street": "", "postal_code": "20001"}, "street"), ({"street": "1 A Street"}, "postal_code"),
                                              ({"street": "x" * 250, "postal_code": "20001"}, "street")])  # fmt: skip
def test_an_address_that_is_none_is_refused_by_its_field(stage: Stage, site: Served, typed: dict[str, str], field: str) -> None:
    walk = Walk(site)
    walk.start()
    walk.step("/book/place", service=str(stage.made.repair))
    answer = walk.step("/book/time", **typed)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_place_that_nobody_knows_is_counted_from_the_office_and_said(stage: Stage, site: Served) -> None:
    walk = Walk(site)
    assert walk.to_times(stage.made.repair, street="1 Nowhere", postal_code="00000")
    assert walk.page is not None
    assert "drives are counted from our office" in walk.page.text


@pytest.mark.requirement("0.4")
def test_a_taken_time_gets_fresh_ones_and_nothing_typed_is_lost(stage: Stage, site: Served) -> None:
    alone(stage.office, stage.made.ana)
    first, second = Walk(site), Walk(site)
    moment = first.to_times(stage.made.repair)[0]
    assert moment in second.to_times(stage.made.repair)
    assert first.hold(moment).status_code == 201
    lost = second.hold(moment)
    assert lost.status_code == 409
    assert "just taken" in lost.text
    fresh = second.times()
    assert fresh
    assert moment not in fresh
    assert second.hold(fresh[0]).status_code == 201
    assert "5 Fifth Street NW" in second.page.text  # type: ignore[union-attr]


def test_a_hold_that_ran_out_shows_fresh_times_and_keeps_what_was_typed(stage: Stage, site: Served, clock: Clock) -> None:
    walk = Walk(site)
    moment = walk.to_times(stage.made.repair)[3]
    walk.hold(moment)
    clock.forward(minutes=11)
    late = walk.confirm(name="Typed Name", notes="typed notes")
    assert late.status_code == 409
    assert "was held for a while" in late.text
    assert count(stage, Job) == 0
    again = walk.hold(walk.times()[0])
    assert "Typed Name" in again.text
    assert "typed notes" in again.text
    assert walk.confirm().status_code == 201


def test_a_form_that_is_none_of_ours_begins_anew(stage: Stage, site: Served) -> None:
    walk = Walk(site)
    walk.start()
    for path in ("/book/place", "/book/time", "/book/you", "/book/confirm"):
        answer = walk.site.post(path, {"state": "forged", "time": "1772460000"}, token_from="/book")
        assert (answer.status_code, answer.headers["location"]) == (303, "/book")
    assert site.client.post("/book/place", data={"service": "1"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert count(stage, Appointment) == 0


def test_machines_are_sent_back(stage: Stage, site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk(site)
    walk.hold(walk.to_times(stage.made.repair)[0])
    assert walk.confirm(website="http://spam.example").status_code == 422
    monkeypatch.setattr(booking, "QUICKEST_S", 3)
    assert walk.confirm().status_code == 422
    assert count(stage, Job) == 0


def test_one_address_confirms_five_times_an_hour(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booking, "QUICKEST_S", 0)
    with serving(stage.office, generous=1) as site:
        said = []
        for n in range(6):
            walk = Walk(site)
            walk.hold(walk.to_times(stage.check)[0])
            said.append(walk.confirm(email=f"nina{n}@example.com").status_code)
    assert said == [201] * 5 + [429]
    assert count(stage, Job) == 5


@pytest.mark.parametrize(("what", "words"), [("closed", "no bookings online"), ("no service", "No service can be booked"),
                                             ("no time", "There is no free time")])  # fmt: skip
def test_where_nothing_can_be_booked_it_says_so_and_whom_to_call(stage: Stage, site: Served, what: str, words: str) -> None:
    def close(tx: Tx) -> None:
        tx.company.phone = "+1 202 555 0199"
        if what == "no service":
            for item in tx.all(select(CatalogItem)):
                item.bookable = "no"
        else:
            key, value = ("booking.open", False) if what == "closed" else ("booking.kept_percent", 100)
            company.set_setting(tx, key, value)

    stage.office.do(close)
    site.site.forget()
    walk = Walk(site)
    page = walk.start().text
    if what == "no time":
        assert walk.to_times(stage.made.repair) == []
        page = walk.page.text  # type: ignore[union-attr]
    assert words in page
    assert 'href="tel:+1 202 555 0199"' in page


@pytest.mark.parametrize("kind", ["text", "number", "choice", "yes_no", "date"])
def test_a_required_field_of_the_company_is_asked_for(stage: Stage, site: Served, kind: str) -> None:
    value = {"text": "blue", "number": "12.5", "choice": "b", "yes_no": "no", "date": "2026-03-05"}[kind]
    stage.office.do(lambda tx: tx.add(CustomField(entity="job", key="own", label="Our own", kind=kind, choices=["a", "b"], required=True)))
    walk = Walk(site)
    assert "Our own" in walk.hold(walk.to_times(stage.made.repair)[0]).text
    assert walk.confirm().status_code == 422
    assert walk.confirm(**{"custom.own": value}).status_code == 201
    assert stage.office.see(lambda tx: tx.session.scalars(select(Job)).one().custom["own"]) in (value, 12.5, False)


@pytest.mark.parametrize(("language", "words"), [("es", "Paso 1 de 4"), ("de", "Schritt 1 von 4"), ("fr", "Étape 1 sur 4")])
def test_it_speaks_the_visitor_s_language(stage: Stage, site: Served, language: str, words: str) -> None:
    assert words in site.get(f"/book?lang={language}").text
    walk = Walk(site)
    walk.start(f"?lang={language}")
    walk.step("/book/place", service=str(stage.made.repair), lang=language)
    walk.step("/book/time", lang=language, **HOME)
    walk.step("/book/you", time=str(walk.times()[0]), lang=language)
    walk.confirm(lang=language)
    told = stage.office.see(lambda tx: tx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "booking_confirmed")).one())
    assert told.language == language


def test_nobody_learns_from_the_page_who_is_known(stage: Stage, site: Served) -> None:
    pages: list[str] = []
    for email in ("carol@example.com", "nobody@example.com"):
        walk = Walk(site)
        walk.hold(walk.to_times(stage.made.repair)[0])
        page = walk.confirm(email=email, name="Somebody").text
        assert "Carol" not in page
        assert "1 First" not in page
        assert "5550101" not in page
        pages.append(page)
    assert [_shape(pages[0])] == [_shape(pages[1])]


def _shape(page: str) -> list[str]:
    """A page without what differs between any two bookings."""
    import re

    return re.sub(r"[\w-]{40,}|J\d+|\d{1,2}:\d{2}", "", page).split()


@pytest.mark.requirement("0.4")
def test_a_program_that_asks_for_a_taken_time_is_told_the_fresh_ones(stage: Stage, site: Served) -> None:
    alone(stage.office, stage.made.ana)
    first, second = Walk(site), Walk(site)
    moment = first.to_times(stage.made.repair)[0]
    second.to_times(stage.made.repair)
    assert first.hold(moment).status_code == 201
    hidden = site.hidden(second.page.text)  # type: ignore[union-attr]
    fields = {"csrf": hidden["csrf"], "state": hidden["state"], "time": str(moment)}
    lost = site.post("/book/you", fields, headers={"Accept": "application/json"})
    assert lost.status_code == 409
    assert "just taken" in lost.json()["error"]
    fresh = [int(datetime.fromisoformat(at).timestamp()) for at in lost.json()["slots"]]
    assert fresh
    assert moment not in fresh
