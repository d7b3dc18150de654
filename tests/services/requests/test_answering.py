"""The office answers: each step has one actor and one message, and of two dispatchers one wins."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.customer import AccessCode, Location
from fieldoffice.models.errors import Invalid, NotAllowed, Refused, Stale
from fieldoffice.models.files import Attachment
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Role
from fieldoffice.models.states import PROPOSAL_MOVES, REQUEST_MOVES, AppointmentState, RequestState
from fieldoffice.office import Office
from fieldoffice.services import access, company
from fieldoffice.services.availability import Conflict
from fieldoffice.services.jobs.sheet import job_sheet
from fieldoffice.services.requests.answering import (
    Choice,
    accept_request,
    decline_request,
    preview_answer,
    propose_time,
)
from fieldoffice.services.requests.best import best_answers, other_times
from fieldoffice.services.requests.codes import see_request_codes
from fieldoffice.services.requests.inbox import inbox, open_request, request_sheet, waiting
from fieldoffice.services.requests.mine import cancel_request, my_request, my_schedule
from fieldoffice.services.requests.proposals import (
    accept_proposal,
    agree_by_phone,
    decline_proposal,
    expire_proposal,
    see_proposal,
)
from fieldoffice.services.requests.rows import Address
from fieldoffice.services.requests.taking_back import take_answer_back
from fieldoffice.services.tasks import run_one
from tests import make
from tests.conftest import Clock
from tests.make import at
from tests.services.requests.wishes import TUESDAY, ask, count, door, outbox, row

R = RequestState


def proposed(office: Office, made: make.Made, **more: object) -> tuple[int, int]:
    """(request, proposal): Ana could come on Tuesday at two."""
    sent = ask(office, made, **more)
    office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(14, on=TUESDAY), message="Our van is near then.")
    return sent.id, office.see(lambda tx: tx.all(select(Proposal.id).order_by(Proposal.id.desc())))[0]


def test_the_tables_of_moves_are_those_of_the_domain() -> None:
    assert {old.value: sorted(n.value for n in new) for old, new in REQUEST_MOVES.items()} == {
        "submitted": ["cancelled", "under_review"], "under_review": ["cancelled", "confirmed", "counter_proposed", "declined"],
        "counter_proposed": ["cancelled", "confirmed", "expired", "under_review"], "confirmed": [], "declined": [], "expired": [],
        "cancelled": []}  # fmt: skip
    assert {old.value for old, new in PROPOSAL_MOVES.items() if new} == {"open"}


@pytest.mark.requirement("3.17")
def test_the_first_look_of_the_staff_is_the_review(office: Office, made: make.Made, clock: Clock) -> None:
    sent = ask(office, made)
    office.see(request_sheet, sent.id)
    assert row(office, sent.id).state == "submitted"
    clock.forward(minutes=5)
    office.do(open_request, sent.id)
    stored = row(office, sent.id)
    assert (stored.state, stored.reviewed_at) == ("under_review", clock())
    mine = door(office).see(my_request, made.customer, sent.id)
    assert mine.text == "We're reviewing your request"
    assert office.see(waiting).fresh == 0
    topics = office.topics()
    office.do(open_request, sent.id)
    assert office.topics() == topics


@pytest.mark.requirement("3.12")
@pytest.mark.requirement("3.18")
def test_accepting_a_slot_makes_the_visit_and_it_appears_in_my_schedule(office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    done = office.do(accept_request, sent.id, Choice(made.ana, at(9, on=TUESDAY)))
    stored = row(office, sent.id)
    assert (stored.state, stored.job_id, stored.appointment_id) == ("confirmed", done.job_id, done.appointment_id)
    card = make.card(office, done.appointment_id or 0)
    assert (card.starts_at, card.provider_ids, card.state) == (at(9, on=TUESDAY), (made.ana,), AppointmentState.SCHEDULED)
    visits = door(office).see(my_schedule, made.customer)
    assert [(v.service, v.window.start, v.window.end, v.exact) for v in visits] == [
        ("Leak repair", at(9, on=TUESDAY), at(11, on=TUESDAY), True)]  # fmt: skip
    assert door(office).see(my_request, made.customer, sent.id).window == visits[0].window


@pytest.mark.requirement("1.39")
def test_a_request_accepted_without_a_provider_waits_unassigned(office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    assert count(office, Assignment) == 0
    done = office.do(accept_request, sent.id, Choice(on=TUESDAY, kind="am"))
    card = make.card(office, done.appointment_id or 0)
    assert (card.state, card.provider_ids, count(office, Assignment)) == (AppointmentState.WAITING, (), 0)
    assert card.window is not None
    assert card.window.start == at(8, on=TUESDAY)
    assert door(office).see(my_schedule, made.customer)[0].window.end == at(12, on=TUESDAY)


@pytest.mark.requirement("3.15")
def test_each_answer_is_one_message_on_the_customer_s_channel(office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    seen = office.see(preview_answer, sent.id, "accept", choice=Choice(made.ana, at(9, on=TUESDAY)))
    assert (seen["channel"], seen["recipient"], seen["problem"]) == ("email", "carol@example.com", "")
    assert "Tuesday, March 3" in seen["text"]
    office.do(accept_request, sent.id, Choice(made.ana, at(9, on=TUESDAY)))
    told = outbox(office, "request_confirmed")
    assert [(m.recipient, m.request_id, m.state) for m in told] == [("carol@example.com", sent.id, "queued")]
    assert told[0].content["subject"] == seen["subject"]
    assert "/r/" in told[0].content["text"]
    assert "DTSTART:20260303T140000Z" in told[0].content["ics"]
    assert "SUMMARY:Potomac Plumbing: Leak repair" in told[0].content["ics"]


@pytest.mark.requirement("3.12")
def test_of_two_dispatchers_one_wins_and_the_other_is_told_who(office: Office, made: make.Made) -> None:
    users = [office.do(company.add_user, login=n, name=n, roles=(Role.DISPATCHER,)).id for n in ("Dora", "Dan")]
    for n in range(4):
        sent = ask(office, made, form=str(n))
        gate, said = threading.Barrier(2), dict[int, str]()

        def accept(user: int, provider: int, sent_id: int = sent.id, n: int = n, gate: threading.Barrier = gate,
                   said: dict[int, str] = said) -> None:  # fmt: skip
            gate.wait()
            try:
                office.seat(user).do(accept_request, sent_id, Choice(provider, at(8 + 2 * n, on=TUESDAY)))
                said[user] = "won"
            except Stale as error:
                said[user] = str(error)

        pair = [threading.Thread(target=accept, args=(u, p)) for u, p in zip(users, (made.ana, made.bo), strict=True)]
        for one in pair:
            one.start()
        for one in pair:
            one.join()
        winner = "Dora" if said[users[0]] == "won" else "Dan"
        assert sorted(said.values()) == sorted(["won", f"{winner} accepted this request at 06:00."])
    assert (count(office, Job), count(office, Assignment), len(outbox(office, "request_confirmed"))) == (4, 4, 4)


@pytest.mark.requirement("3.12")
def test_a_slot_that_was_taken_meanwhile_is_refused_and_nothing_is_left_of_it(office: Office, made: make.Made) -> None:
    first, second = ask(office, made, form="a"), ask(office, made, form="b")
    office.do(accept_request, first.id, Choice(made.ana, at(9, on=TUESDAY)))
    with pytest.raises(Conflict):
        office.do(accept_request, second.id, Choice(made.ana, at(9, 30, on=TUESDAY)))
    assert (row(office, second.id).state, count(office, Job)) == ("submitted", 1)


@pytest.mark.requirement("3.13")
def test_a_proposal_holds_its_time_until_it_expires(office: Office, made: make.Made, clock: Clock) -> None:
    sent, proposal = proposed(office, made)
    stored = row(office, sent)
    assert (stored.state, stored.waits_since_at) == ("counter_proposed", None)
    offer = office.see(lambda tx: tx.get(Proposal, proposal))
    assert (offer.message, offer.state, offer.expires_at) == ("Our van is near then.", "open", at(13, on=TUESDAY))
    other = ask(office, made, form="other")
    with pytest.raises(Conflict):
        office.do(accept_request, other.id, Choice(made.ana, at(14, 30, on=TUESDAY)))
    clock.at = at(13, 1, on=TUESDAY)
    while run_one(office):
        pass
    assert (row(office, sent).state, count(office, Assignment)) == ("expired", 0)
    mine = door(office).see(my_request, made.customer, sent)
    assert mine.text == "The proposed time has passed. Ask for another."
    office.do(accept_request, other.id, Choice(made.ana, at(14, 30, on=TUESDAY)))


@pytest.mark.requirement("3.13")
def test_what_cannot_be_proposed(office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    for wrong, field in (({"hours": 0}, "hours"), ({"hours": 5000}, "hours"), ({"message": "x" * 2001}, "message")):
        with pytest.raises(Invalid) as refused:
            office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(14, on=TUESDAY), **wrong)  # type: ignore[arg-type]
        assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid, match="too soon"):
        office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(6, 30))
    assert (row(office, sent.id).state, count(office, Appointment)) == ("submitted", 0)


@pytest.mark.requirement("3.19")
def test_the_customer_accepts_a_proposal_and_the_held_time_is_the_visit(office: Office, made: make.Made) -> None:
    sent, proposal = proposed(office, made)
    seen = door(office).see(see_proposal, proposal, made.customer)
    assert (seen.open, seen.request.text) == (True, "We propose another time. Please accept or decline it.")
    door(office).do(accept_proposal, proposal, made.customer)
    stored = row(office, sent)
    assert stored.state == "confirmed"
    card = make.card(office, stored.appointment_id or 0)
    assert (card.starts_at, card.provider_ids) == (at(14, on=TUESDAY), (made.ana,))
    assert (count(office, Appointment), count(office, Assignment), len(outbox(office, "request_confirmed"))) == (1, 1, 1)
    for again in (accept_proposal, decline_proposal):
        with pytest.raises(Stale, match="answered already"):
            door(office).do(again, proposal, made.customer)
    with pytest.raises(Refused, match="does not exist|no longer exists"):
        door(office).see(see_proposal, proposal, 4711)


@pytest.mark.requirement("3.19")
@pytest.mark.requirement("3.23")
def test_the_customer_declines_and_the_office_looks_again(office: Office, made: make.Made, clock: Clock) -> None:
    sent, proposal = proposed(office, made)
    clock.forward(hours=1)
    door(office).do(decline_proposal, proposal, made.customer, reason="I am away")
    stored = row(office, sent)
    assert (stored.state, stored.waits_since_at, count(office, Assignment)) == ("under_review", clock(), 0)
    assert "I am away" in outbox(office, "booking_changed_office")[0].content["text"]
    office.do(propose_time, sent, provider_id=made.bo, starts_at=at(15, on=TUESDAY))
    history = office.see(request_sheet, sent).proposals
    assert [(p.state.value, p.message, p.starts_at) for p in history] == [
        ("declined", "Our van is near then.", at(14, on=TUESDAY)), ("open", "", at(15, on=TUESDAY))]  # fmt: skip


@pytest.mark.requirement("3.19")
def test_two_taps_at_once_make_one_visit(office: Office, made: make.Made) -> None:
    _, proposal = proposed(office, made)
    gate, said = threading.Barrier(3), list[str]()

    def tap() -> None:
        gate.wait()
        try:
            door(office).do(accept_proposal, proposal, made.customer)
            said.append("won")
        except Stale:
            said.append("late")

    taps = [threading.Thread(target=tap) for _ in range(3)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert sorted(said) == ["late", "late", "won"]
    assert (count(office, Job), count(office, Assignment)) == (1, 1)


@pytest.mark.requirement("3.14")
@pytest.mark.requirement("3.20")
def test_declining_needs_words_and_the_customer_reads_them(office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    with pytest.raises(Invalid) as refused:
        office.do(decline_request, sent.id, message="  ")
    assert list(refused.value.fields) == ["message"]
    office.do(decline_request, sent.id, message="We do no gas work.")
    mine = door(office).see(my_request, made.customer, sent.id)
    assert (mine.state, mine.answer) == (R.DECLINED, "We do no gas work.")
    assert "Send a new request" in mine.text
    assert "We do no gas work." in outbox(office, "request_declined")[0].content["text"]


@pytest.mark.requirement("3.22")
def test_a_customer_withdraws_before_confirmation_with_a_reason_and_not_after(office: Office, made: make.Made) -> None:
    sent, proposal = proposed(office, made)
    with pytest.raises(Invalid):
        door(office).do(cancel_request, made.customer, sent, reason=" ")
    door(office).do(cancel_request, made.customer, sent, reason="Fixed it myself")
    stored = row(office, sent)
    assert (stored.state, stored.answer, count(office, Assignment)) == ("cancelled", "Fixed it myself", 0)
    assert door(office).see(my_request, made.customer, sent).text == "You cancelled this request."
    assert office.see(lambda tx: tx.get(Proposal, proposal)).state == "withdrawn"
    other = ask(office, made, form="b")
    office.do(accept_request, other.id, Choice(on=TUESDAY, kind="am"))
    for request in (sent, other.id):
        with pytest.raises(Stale):
            door(office).do(cancel_request, made.customer, request, reason="Too late")
    with pytest.raises(Stale, match="The customer withdrew"):
        office.do(decline_request, sent, message="no")


@pytest.mark.requirement("3.16")
def test_the_company_s_own_words_in_the_customer_s_language(office: Office, made: make.Made) -> None:
    from fieldoffice.models.customer import Customer

    sent = ask(office, made)
    office.do(company.set_setting, "requests.text.submitted.de", "Wir haben Ihre Post.")
    office.do(lambda tx: setattr(tx.get(Customer, made.customer), "language", "de"))
    assert door(office).see(my_request, made.customer, sent.id).text == "Wir haben Ihre Post."
    office.do(open_request, sent.id)
    assert door(office).see(my_request, made.customer, sent.id).text == "Wir prüfen Ihre Anfrage"


@pytest.mark.requirement("3.9")
def test_the_other_address_becomes_one_more_when_it_is_agreed(office: Office, made: make.Made) -> None:
    sent = ask(office, made, location_id=None, address=Address("9 Other Road", "Arlington", "VA", "22201"))
    done = office.do(accept_request, sent.id, Choice(on=TUESDAY, kind="am"))
    sheet = office.see(job_sheet, done.job_id or 0)
    assert sheet.location.street == "9 Other Road"
    streets = office.see(lambda tx: tx.all(select(Location.street).where(Location.customer_id == made.customer).order_by(Location.id)))
    assert streets == ["1 First Street NW", "9 Other Road"]


@pytest.mark.requirement("3.10")
def test_an_access_code_in_the_notes_is_kept_apart(office: Office, keyed: make.Made) -> None:
    sent = ask(office, keyed, notes="Gate code is 4821. The dog is friendly.")
    stored = row(office, sent.id)
    assert stored.notes == "Gate: kept as an access code. The dog is friendly."
    bookkeeper = office.do(company.add_user, login="b", name="Bea", roles=(Role.BOOKKEEPER,)).id
    dispatcher = office.do(company.add_user, login="d", name="Dora", roles=(Role.DISPATCHER,)).id
    with pytest.raises(NotAllowed):
        office.seat(bookkeeper).do(see_request_codes, sent.id)
    assert office.seat(dispatcher).do(see_request_codes, sent.id) == (("Gate", "4821"),)
    done = office.do(accept_request, sent.id, Choice(keyed.ana, at(9, on=TUESDAY)))
    kept = office.see(lambda tx: tx.all(select(AccessCode)))
    assert [(one.location_id, one.label) for one in kept] == [(keyed.location, "Gate")]
    assert office.do(access.see_access_code, kept[0].id) == "4821"
    words = [str(m.content) for m in outbox(office)] + [office.see(job_sheet, done.job_id or 0).notes]
    words += [str(e.note) + str(e.after) for e in office.see(lambda tx: tx.all(select(Event)))]
    assert not [text for text in words if "4821" in text]


@pytest.mark.requirement("3.10")
def test_a_code_that_stays_in_the_notes_reaches_nobody_without_the_right(office: Office, keyed: make.Made) -> None:
    sent = ask(office, keyed, notes="Gate code is 4821.", move_code=False)
    bookkeeper = office.do(company.add_user, login="b", name="Bea", roles=(Role.BOOKKEEPER,)).id
    dispatcher = office.do(company.add_user, login="d", name="Dora", roles=(Role.DISPATCHER,)).id
    assert office.seat(bookkeeper).see(request_sheet, sent.id).notes == "Gate code is •••."
    assert office.seat(dispatcher).see(request_sheet, sent.id).notes == "Gate code is 4821."
    done = office.do(accept_request, sent.id, Choice(on=TUESDAY, kind="am"))
    assert office.see(job_sheet, done.job_id or 0).notes == "Gate code is •••."
    assert not [m for m in outbox(office) if "4821" in str(m.content)]


@pytest.mark.requirement("3.12")
def test_the_best_answers_lie_on_wished_days_with_the_least_driving_first(office: Office, made: make.Made) -> None:
    near = make.job(office, made, on=TUESDAY, location=make_place(office, made, 2))
    from fieldoffice.services.dispatch.moves import place

    office.do(place, near.appointment_id, version=1, provider_ids=(made.bo,), starts_at=at(10, on=TUESDAY))
    sent = ask(office, made)
    best = office.see(best_answers, sent.id)
    assert len(best) == 3
    assert {answer.starts_at.astimezone(make.ZONE).date().isoformat() for answer in best} <= {"2026-03-03", "2026-03-05"}
    assert all(answer.wished and 8 <= answer.starts_at.astimezone(make.ZONE).hour <= 12 for answer in best)
    drives = [answer.added_drive_s // 300 for answer in best]
    assert drives == sorted(drives)
    assert best[0].provider == "Bo"
    office.do(accept_request, sent.id, Choice(best[0].provider_id, best[0].starts_at))
    assert len(office.see(other_times, sent.id)) == 6


def make_place(office: Office, made: make.Made, n: int) -> int:
    from fieldoffice.services import customers

    return office.do(customers.add_location, made.customer, street=f"{n} Near Street", city="Washington", place=make.PLACES[n])


@pytest.mark.requirement("3.14")
def test_an_answer_is_taken_back_while_its_message_waits(office: Office, made: make.Made) -> None:
    from fieldoffice.models.message import OutboxMessage

    sent = ask(office, made)
    done = office.do(accept_request, sent.id, Choice(made.ana, at(9, on=TUESDAY)))
    office.do(take_answer_back, sent.id)
    stored = row(office, sent.id)
    assert (stored.state, stored.job_id, stored.waits_since_at) == ("under_review", None, stored.created_at)
    assert office.see(lambda tx: tx.get(Job, done.job_id)).cancelled_at is not None
    assert [m.state for m in outbox(office, "request_confirmed")] == ["withdrawn"]
    office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(9, on=TUESDAY))
    office.do(take_answer_back, sent.id)
    assert office.see(lambda tx: tx.all(select(Assignment.id).where(Assignment.active))) == []
    office.do(decline_request, sent.id, message="No.")
    office.do(lambda tx: [setattr(m, "state", "sent") for m in tx.all(select(OutboxMessage))])
    with pytest.raises(NotAllowed, match="told already"):
        office.do(take_answer_back, sent.id)
    assert row(office, sent.id).state == "declined"


def test_an_expiry_that_comes_late_changes_nothing_that_was_answered(office: Office, made: make.Made, clock: Clock) -> None:
    sent, proposal = proposed(office, made)
    door(office).do(accept_proposal, proposal, made.customer)
    clock.at = at(15, on=TUESDAY)
    office.do(expire_proposal, proposal)
    assert row(office, sent).state == "confirmed"


def test_an_answer_after_the_end_is_refused_before_the_background_work_has_run(office: Office, made: make.Made, clock: Clock) -> None:
    _, proposal = proposed(office, made)
    clock.at = at(13, 0, on=TUESDAY) + timedelta(seconds=1)
    assert not door(office).see(see_proposal, proposal, made.customer).open
    with pytest.raises(Stale, match="has passed"):
        door(office).do(accept_proposal, proposal, made.customer)


def test_answered_requests_leave_the_inbox_after_two_weeks(office: Office, made: make.Made, clock: Clock) -> None:
    sent, kept = ask(office, made), ask(office, made, form="b")
    office.do(decline_request, sent.id, message="No.")
    clock.forward(days=15)
    assert [card.id for card in office.see(inbox).cards] == [kept.id]
    assert count(office, BookingRequest) == 2


def test_photos_lie_on_the_job_once_it_is_agreed(office: Office, made: make.Made) -> None:
    from fieldoffice.services.uploads import keep_uploads, read_photos
    from tests.services.requests.wishes import picture

    door(office).do(keep_uploads, "form-1", read_photos([("roof.jpg", picture())]))
    sent = ask(office, made)
    done = office.do(accept_request, sent.id, Choice(on=TUESDAY, kind="am"))
    assert [f.name for f in office.see(job_sheet, done.job_id or 0).files] == ["roof.jpg"]
    assert office.see(lambda tx: tx.all(select(Attachment.request_id))) == [sent.id]


@pytest.mark.requirement("3.13")
def test_a_time_that_was_proposed_and_ran_out_is_in_nobody_s_way(office: Office, made: make.Made, clock: Clock) -> None:
    """The board may use it before the background work has told the customer, and that work still ends well."""
    from fieldoffice.services.dispatch.moves import place

    sent, proposal = proposed(office, made)
    job = make.job(office, made, on=TUESDAY)
    with pytest.raises(Conflict):
        office.do(place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(14, on=TUESDAY))
    clock.at = at(13, 1, on=TUESDAY)
    office.do(place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(14, on=TUESDAY))
    office.do(expire_proposal, proposal)
    assert (row(office, sent).state, count(office, Assignment)) == ("expired", 1)


@pytest.mark.requirement("3.10")
def test_a_new_office_key_opens_the_codes_of_requests_too(office: Office, keyed: make.Made) -> None:
    from fieldoffice.services.secrets.office_key import change_key
    from fieldoffice.services.secrets.phrase import phrase_of
    from fieldoffice.services.secrets.sealing import new_key

    sent = ask(office, keyed, notes="Gate code is 4821.")
    assert office.do(change_key, phrase_of(new_key())) == 1
    assert office.do(see_request_codes, sent.id) == (("Gate", "4821"),)


# by phone


def test_a_customer_who_phones_takes_the_proposed_time_and_the_log_says_who_noted_it(office: Office, made: make.Made) -> None:
    request, proposal = proposed(office, made)
    seat = office.seat(made.owner)
    done = seat.do(agree_by_phone, request)
    stored = row(office, request)
    assert (stored.state, stored.answered_by, done.job_id) == ("confirmed", "Olive Owner", stored.job_id)
    visit = make.card(office, done.appointment_id or 0)
    assert (visit.state.value, visit.starts_at, visit.provider_ids) == ("scheduled", at(14, on=TUESDAY), (made.ana,))
    assert office.see(lambda tx: tx.get(Proposal, proposal).state) == "accepted"
    assert len(outbox(office, "request_confirmed")) == 1
    steps = office.see(request_sheet, request).steps
    assert [(one.kind, one.by_name) for one in steps][-1] == ("request.accepted_by_phone", "Olive Owner")
    with pytest.raises(Stale):  # the link in the customer's e-mail says that it is answered
        door(office).do(accept_proposal, proposal, made.customer)
    with pytest.raises(Stale):
        seat.do(agree_by_phone, request)
    assert len(outbox(office, "request_confirmed")) == 1


def test_by_phone_only_what_is_proposed_and_only_by_who_may_dispatch(office: Office, made: make.Made, clock: Clock) -> None:
    asked = ask(office, made, form="other")
    with pytest.raises(NotAllowed, match="no time is proposed"):
        office.do(agree_by_phone, asked.id)
    request, _ = proposed(office, made)
    keeper = office.do(company.add_user, login="books", name="Bea", roles=(Role.BOOKKEEPER,)).id
    with pytest.raises(NotAllowed):
        office.seat(keeper).do(agree_by_phone, request)
    with pytest.raises(NotAllowed):
        door(office).do(agree_by_phone, request)
    clock.at = at(14, on=TUESDAY)  # the time has come and nobody has answered
    with pytest.raises(Stale, match="passed"):
        office.do(agree_by_phone, request)
    assert row(office, request).state == "counter_proposed"
