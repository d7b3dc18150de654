"""Who may ask, what for, and what becomes of it: nothing is promised, and nothing of the file is touched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid, NotAllowed, NotFound, Refused
from fieldoffice.models.job import Job
from fieldoffice.models.states import RequestState
from fieldoffice.office import Office, Tx
from fieldoffice.services import catalog, company
from fieldoffice.services.requests.asking import askable, request_form
from fieldoffice.services.requests.inbox import inbox, request_sheet
from fieldoffice.services.requests.inviting import allow_requests, onboard, request_standing, send_request_link
from fieldoffice.services.requests.mine import my_request, my_requests
from fieldoffice.services.requests.rows import Address
from tests import make
from tests.services.requests.wishes import SATURDAY, THURSDAY, TUESDAY, WEDNESDAY, ask, count, door, outbox, row


@pytest.mark.requirement("3.1")
@pytest.mark.requirement("3.16")
def test_a_request_promises_nothing_and_tells_both_sides(office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    stored = row(office, sent.id)
    assert (stored.state, stored.kind, sent.number) == ("submitted", "request", "R1001")
    assert [count(office, table) for table in (Job, Appointment)] == [0, 0]
    mine = door(office).see(my_request, made.customer, sent.id)
    assert (mine.state, mine.text) == (RequestState.SUBMITTED, "Your request has been received")
    assert [message.kind for message in outbox(office)] == ["request_received", "request_office"]


@pytest.mark.requirement("3.2")
def test_it_arrives_in_the_inbox_as_a_lead_with_its_customer(office: Office, made: make.Made, clock: object) -> None:
    sent = ask(office, made)
    clock.forward(hours=3)  # type: ignore[attr-defined]
    seen = office.see(inbox)
    card = seen.cards[0]
    assert (card.id, card.customer_id, card.customer, card.service, card.wished) == (
        sent.id, made.customer, "Carol Customer", "Leak repair", (TUESDAY, THURSDAY))  # fmt: skip
    assert (seen.now - card.created_at, card.fresh, card.waits) == (timedelta(hours=3), True, True)


def not_onboarded(office: Office, made: make.Made, *, verified: bool, on_file: bool) -> None:
    def change(tx: Tx) -> None:
        customer = tx.get(Customer, made.customer)
        customer.onboarded_at, customer.email_verified_at = None, tx.now if verified else None
        tx.get(Location, made.location).active = on_file

    office.do(change)


@pytest.mark.requirement("3.3")
@pytest.mark.parametrize(("verified", "on_file", "why"), [(False, True, "open the link"), (True, False, "no address"), (True, True, "")])
def test_only_who_completed_onboarding_may_ask(office: Office, made: make.Made, verified: bool, on_file: bool, why: str) -> None:
    not_onboarded(office, made, verified=verified, on_file=on_file)
    if why:
        with pytest.raises(NotAllowed, match=why) as refused:
            ask(office, made)
        assert refused.value.key == "not_onboarded"
        assert count(office, BookingRequest) == 0
    else:
        assert ask(office, made).number == "R1001"


@pytest.mark.requirement("3.3")
def test_the_staff_can_say_that_onboarding_is_done(office: Office, made: make.Made) -> None:
    not_onboarded(office, made, verified=False, on_file=True)
    before = office.see(request_standing, made.customer)
    assert before.why_not == "The e-mail address is not verified yet."
    office.do(onboard, made.customer, version=before.version, done=True)
    assert office.see(request_standing, made.customer).why_not == ""
    ask(office, made)


@pytest.mark.requirement("3.4")
def test_both_switches_work_at_once(office: Office, made: make.Made) -> None:
    version = office.see(request_standing, made.customer).version
    office.do(allow_requests, made.customer, version=version, allowed=False)
    with pytest.raises(NotAllowed, match="switched off for your account"):
        ask(office, made)
    office.do(allow_requests, made.customer, version=version + 1, allowed=True)
    ask(office, made, form="a")
    office.do(company.set_setting, "requests.enabled", False)
    with pytest.raises(NotAllowed, match="not taken online"):
        door(office).see(request_form, made.customer)
    with pytest.raises(NotAllowed, match="not taken online"):
        ask(office, made, form="b")
    assert len(door(office).see(my_requests, made.customer)) == 1


@pytest.mark.requirement("3.5")
@pytest.mark.requirement("3.21")
def test_the_list_of_bookable_services_is_what_may_be_chosen(office: Office, made: make.Made) -> None:
    def more(tx: Tx) -> list[int]:
        return [catalog.add_item(tx, kind="service", code=kind, name=kind, price_cents=1, duration_s=600, bookable=kind)
                for kind in ("request", "instant", "no")]  # fmt: skip

    by_request, instant, no = office.do(more)
    assert [one.id for one in door(office).see(askable)] == [made.repair, by_request]
    for other in (instant, no, 4711):
        with pytest.raises(Invalid) as refused:
            ask(office, made, item_id=other)
        assert list(refused.value.fields) == ["service"]
    office.do(lambda tx: setattr(tx.get(CatalogItem, made.repair), "position", 99))
    form = door(office).see(request_form, made.customer)
    assert [(one.name, one.duration_s) for one in form.services] == [("request", 600), ("Leak repair", 3600)]


@pytest.mark.requirement("3.6")
def test_own_words_do_instead_of_a_service(office: Office, made: make.Made) -> None:
    sent = ask(office, made, item_id=None, wish="The gutter drips at night")
    stored = row(office, sent.id)
    assert (stored.item_id, stored.wish) == (None, "The gutter drips at night")
    with pytest.raises(Invalid) as refused:
        ask(office, made, form="b", item_id=None, wish="  ")
    assert list(refused.value.fields) == ["wish"]


@pytest.mark.requirement("3.7")
@pytest.mark.parametrize(
    ("days", "field"),
    [((), "days"), ((TUESDAY, WEDNESDAY, THURSDAY, date(2026, 3, 6)), "days"), ((date(2026, 3, 1),), "day1"),
     ((TUESDAY, SATURDAY), "day2"), ((TUESDAY, TUESDAY), "day2"), ((date(2027, 3, 3),), "day1")],
)  # fmt: skip
def test_days_that_cannot_be_wished(office: Office, made: make.Made, days: tuple[date, ...], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(office, made, days=days)
    assert list(refused.value.fields) == [field]


@pytest.mark.requirement("3.7")
def test_days_keep_their_rank_and_holidays_are_closed(office: Office, made: make.Made) -> None:
    assert row(office, ask(office, made, days=(THURSDAY, TUESDAY, WEDNESDAY)).id).wished_on == ["2026-03-05", "2026-03-03", "2026-03-04"]
    office.do(company.add_holiday, WEDNESDAY, "Rest")
    with pytest.raises(Invalid, match="closed"):
        ask(office, made, form="b", days=(WEDNESDAY,))
    assert WEDNESDAY in door(office).see(request_form, made.customer).closed


@pytest.mark.requirement("3.8")
def test_parts_of_the_day_and_their_hours(office: Office, made: make.Made) -> None:
    for n, part in enumerate(("morning", "afternoon", "flexible")):
        assert row(office, ask(office, made, form=str(n), day_part=part).id).day_part == part
    with pytest.raises(Invalid) as refused:
        ask(office, made, form="x", day_part="midnight")
    assert list(refused.value.fields) == ["day_part"]
    office.do(company.set_setting, "windows.am_from", 7 * 60)
    assert door(office).see(request_form, made.customer).hours["am"] == (7 * 60, 12 * 60)


@pytest.mark.requirement("3.9")
def test_another_address_leaves_the_file_alone(office: Office, made: make.Made) -> None:
    def file(tx: Tx) -> tuple[object, ...]:
        customer, places = tx.get(Customer, made.customer), tx.all(select(Location))
        return customer.version, [(p.id, p.street, p.version) for p in places]

    before = office.see(file)
    assert [place.id for place in door(office).see(request_form, made.customer).places] == [made.location]
    sent = ask(office, made, location_id=None, address=Address("9 Other Road", "Arlington", "VA", "22201"))
    assert office.see(file) == before
    assert office.see(request_sheet, sent.id).address == "9 Other Road, Arlington, VA 22201"
    for wrong, field in ((Address(" ", "Arlington"), "street"), (Address("9 Other Road"), "city")):
        with pytest.raises(Invalid) as refused:
            ask(office, made, form="b", location_id=None, address=wrong)
        assert list(refused.value.fields) == [field]
    stranger = make.customer(office, "Somebody Else", 3)[1]
    with pytest.raises(Invalid, match="choose an address"):
        ask(office, made, form="c", location_id=stranger)


def test_the_same_form_twice_is_one_request(office: Office, made: make.Made) -> None:
    assert ask(office, made).id == ask(office, made).id
    assert (count(office, BookingRequest), len(outbox(office))) == (1, 2)


def test_a_queue_has_an_end(office: Office, made: make.Made) -> None:
    for n in range(10):
        ask(office, made, form=str(n))
    with pytest.raises(NotAllowed, match="several open requests"):
        ask(office, made, form="one more")


def test_foreign_and_gone_customers_answer_like_unknown_ones(office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    other = make.customer(office, "Somebody Else", 3)[0]
    said: set[str] = set()
    for customer, request in ((other, sent.id), (made.customer, 4711), (4711, sent.id)):
        with pytest.raises(NotFound) as refused:
            door(office).see(my_request, customer, request)
        said.add(str(refused.value))
    assert len(said) == 1


def test_the_office_sends_the_link_and_is_told_why_not(office: Office, made: make.Made) -> None:
    assert office.do(send_request_link, made.customer) == "carol@example.com"
    message = outbox(office, "private_link")[0]
    assert "/signin/" in message.content["text"]
    silent = make.customer(office, "No Mail", 4)[0]
    with pytest.raises(Refused, match="no e-mail address"):
        office.do(send_request_link, silent)


def test_the_inbox_asks_as_often_for_one_as_for_three(office: Office, made: make.Made) -> None:
    from sqlalchemy import event

    def asked() -> int:
        n = 0

        def count_one(*_: object) -> None:
            nonlocal n
            n += 1

        event.listen(office.engine, "before_cursor_execute", count_one)
        event.listen(office._reading, "before_cursor_execute", count_one)
        office.see(inbox)
        event.remove(office.engine, "before_cursor_execute", count_one)
        event.remove(office._reading, "before_cursor_execute", count_one)
        return n

    ask(office, made, form="a")
    one = asked()
    ask(office, made, form="b")
    ask(office, made, form="c", item_id=None, wish="x")
    assert asked() == one > 0
    assert office.see(lambda tx: tx.session.scalar(select(func.count()).select_from(BookingRequest))) == 3


