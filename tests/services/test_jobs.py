"""Jobs: opening them, changing them, their lines and files; what is refused, and what the log keeps."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as st
from sqlalchemy import select

from fieldoffice.models.customer import CustomField
from fieldoffice.models.errors import Invalid, NotAllowed, NotFound, Stale
from fieldoffice.models.job import Job, JobStatus
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Role
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services import catalog, company, customers
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.jobs import calls, choices, editing, files, money, opening, sheet, visits
from fieldoffice.services.jobs.editing import JobFacts
from fieldoffice.services.jobs.finding import SORTS, JobPage, job_page
from fieldoffice.services.jobs.opening import NewJob, Promise
from tests import make
from tests.conftest import Clock
from tests.make import TODAY, at

CENTS = st.integers(-(10**7), 10**7)
LINES = st.lists(st.tuples(st.integers(1, 10**6), CENTS, st.integers(0, 400_000)), max_size=12)


def half_up(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))


def events(office: Office, job_id: int, kind: str = "") -> list[Event]:
    """The log entries of a job, oldest first."""
    query = select(Event).where(Event.job_id == job_id).order_by(Event.id)
    return office.see(lambda tx: [e for e in tx.all(query) if kind in ("", e.kind)])


def facts_of(now: sheet.JobSheet, **changed: Any) -> JobFacts:
    kept = {"title": now.title, "priority": now.priority, "notes": now.notes, "location_id": now.location.id,
            "preferred": now.preferred, "excluded": now.excluded, "custom": now.custom, "on_hold": now.on_hold}  # fmt: skip
    return JobFacts(**{**kept, **changed})


def opened(office: Office, made: make.Made, **more: Any) -> sheet.JobSheet:
    return office.see(sheet.job_sheet, make.job(office, made, **more).job_id)


def material(office: Office, *, price: int = 1_995, ppm: int = 60_000) -> int:
    def add(tx: Tx) -> int:
        rate = catalog.add_tax_rate(tx, "Parts", ppm, valid_from=date(2020, 1, 1))
        return catalog.add_item(tx, kind="material", code="HOSE", name="Hose", price_cents=price, tax_rate_id=rate)

    return office.do(add)


# money


@pytest.mark.requirement("0.8")
@every(LINES)
def test_totals_are_the_rounded_lines_added_up(lines: list[tuple[int, int, int]]) -> None:
    nets = [half_up(Decimal(q) / 1000 * price) for q, price, _ in lines]
    taxes = [half_up(net * Decimal(ppm) / 10**6) for net, (_, _, ppm) in zip(nets, lines, strict=True)]
    found = money.totals(lines)
    assert (found.net_cents, found.tax_cents, found.total_cents) == (sum(nets), sum(taxes), sum(nets) + sum(taxes))


@pytest.mark.requirement("0.8")
@every(LINES, st.tuples(st.integers(1, 10**6), CENTS, st.integers(0, 400_000)))
def test_a_line_changes_the_total_by_quantity_times_price_and_its_tax(lines: list[Any], new: tuple[int, int, int]) -> None:
    before, after = money.totals(lines), money.totals([*lines, new])
    exact = Decimal(new[0]) * new[1] / 1000 * (1 + Decimal(new[2]) / 10**6)
    bound = 1 + Decimal(new[2]) / 10**6 / 2  # half a cent from the net, its share of the tax, half a cent from the tax
    assert abs(after.total_cents - before.total_cents - exact) <= bound


@every(st.integers(1, 10**9))
def test_a_quantity_is_written_without_loss(milli: int) -> None:
    assert Decimal(money.quantity(milli)) * 1000 == milli
    assert "E" not in money.quantity(milli)


def test_amounts_have_the_decimals_of_the_currency() -> None:
    assert (money.amount(123_450), money.amount(-5, 0), money.amount(12_345, 3)) == ("1,234.50", "-5", "12.345")


# opening


def test_a_new_job_waits_in_the_tray_with_its_lines(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made, priority=3, notes=" Ring twice ", preferred=(made.ana,))
    assert (job.title, job.status, job.priority, job.notes) == ("Leak repair", JobStatus.UNSCHEDULED, 3, "Ring twice")
    assert (job.preferred, job.skills, job.phone) == ((made.ana,), ("plumbing",), "+12025550101")
    assert [(v.state, v.duration_s) for v in job.visits] == [(S.WAITING, 3600)]
    assert (job.totals.net_cents, job.totals.tax_cents) == (12_000, 720)


def test_a_job_of_materials_alone_has_a_title_and_an_hour(office: Office) -> None:
    made, hose = make.small(office), material(office)
    new = NewJob(made.customer, made.location, ((hose, 2000),))
    job = office.see(sheet.job_sheet, office.do(opening.open_job, new).job_id)
    assert (job.title, job.visits[0].duration_s) == ("Hose", 3600)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"items": ()}, "items"),
    ({"priority": 4}, "priority"),
    ({"preferred": (1,), "excluded": (1,)}, "preferred"),
    ({"promise": Promise("noon", TODAY)}, "window_kind"),
    ({"promise": Promise("noon")}, "window_kind"),
    ({"promise": Promise("exact", TODAY)}, "window_at"),
    ({"promise": Promise("two_hours", TODAY, 1440)}, "window_at"),
    ({"promise": Promise("all_day", None, None, date(2026, 3, 5), TODAY)}, "latest_on"),
]


def test_what_is_wrong_with_a_new_job_is_said_by_the_field(office: Office) -> None:
    made = make.small(office)
    for more, field in WRONG:
        given = {"items": ((made.repair, 1000),), **more}
        with pytest.raises(Invalid) as refused:
            office.do(opening.open_job, NewJob(made.customer, made.location, **given))
        assert list(refused.value.fields) == [field]
    assert office.see(job_page).rows == ()


def test_a_quantity_no_job_has_is_refused(office: Office) -> None:
    made = make.small(office)
    for quantity in (0, -1000, 10**9 + 1):
        with pytest.raises(Invalid, match="greater than zero"):
            office.do(opening.open_job, NewJob(made.customer, made.location, ((made.repair, quantity),)))


def test_a_call_makes_customer_place_and_job_at_once(office: Office) -> None:
    made = make.small(office)
    new = NewJob(0, 0, ((made.repair, 1000),), Promise("am", TODAY))
    done = office.do(calls.open_call, new, customer=calls.NewCustomer("Dora New", "202 555 0199", "d@example.com"),
                     place=calls.NewPlace("9 Elm Street", "Arlington", "VA", "22201"))  # fmt: skip
    job = office.see(sheet.job_sheet, done.job_id)
    assert (job.customer, job.location.line, job.location.place) == ("Dora New", "9 Elm Street, Arlington, VA 22201", None)
    assert job.visits[0].state is S.WAITING


def test_a_call_names_all_that_is_wrong_and_leaves_nothing(office: Office) -> None:
    make.small(office)
    with pytest.raises(Invalid) as refused:
        office.do(calls.open_call, NewJob(0, 0, ()), customer=calls.NewCustomer("", email="nowhere"),
                  place=calls.NewPlace(" "))  # fmt: skip
    assert set(refused.value.fields) == {"name", "email", "street", "items"}
    with pytest.raises(Invalid) as refused:
        office.do(calls.open_call, NewJob(0, 0, (), Promise("exact", TODAY)))
    assert set(refused.value.fields) == {"customer", "items", "window_at"}
    with pytest.raises(Invalid) as refused:
        office.do(calls.open_call, NewJob(0, 0, ()), customer=calls.NewCustomer("Dora"), place=calls.NewPlace("1 A", place=(91, 0)))
    assert set(refused.value.fields) == {"place", "items"}
    assert office.see(customers.find, "Dora") == ()


def test_a_job_opened_by_mistake_is_taken_back_unless_somebody_worked_on_it(office: Office) -> None:
    made = make.small(office)
    first, second = make.job(office, made), make.job(office, made)
    back = office.do(calls.undo_opening, first.job_id)
    assert (back.status, back.cancel_reason, back.visits[0].state) == (JobStatus.CANCELLED, calls.MISTAKE, S.CANCELLED)
    office.do(editing.add_note, second.job_id, "Key under the mat")
    with pytest.raises(NotAllowed, match="worked on J1002 since"):
        office.do(calls.undo_opening, second.job_id)


# facts


@pytest.mark.requirement("0.8")
def test_each_changed_fact_is_in_the_log_with_before_and_after(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    changes = {"title": "Burst pipe", "priority": 2, "notes": "Wet", "on_hold": True, "preferred": (made.ana,), "excluded": (made.bo,)}
    for key, value in changes.items():
        before = getattr(job, key)
        job = office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, **{key: value}))
        assert getattr(job, key) == value
        entry = events(office, job.id)[-1]
        plain = (lambda v: list(v) if isinstance(v, tuple) else v)
        assert (entry.kind, entry.before, entry.after) == ("job.edited", {key: plain(before)}, {key: plain(value)})
    assert job.status is JobStatus.ON_HOLD


def test_saving_without_a_change_writes_nothing_down(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    again = office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job))
    assert (again.version, len(events(office, job.id))) == (job.version, 1)


def test_a_second_desk_is_refused_and_told_who_changed_what(office: Office, clock: Clock) -> None:
    made = make.small(office)
    ada = office.do(company.add_user, login="ada", name="Ada", roles=(Role.DISPATCHER,)).id
    job = opened(office, made)
    clock.forward(hours=4)
    office.seat(ada).do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, title="Theirs", priority=2))
    with pytest.raises(Stale, match="Ada changed priority, title at 10:00. Nothing was saved"):
        office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, title="Mine"))
    wishes = office.see(sheet.job_sheet, job.id)
    office.seat(ada).do(editing.edit_job, job.id, version=wishes.version, facts=facts_of(wishes, preferred=(made.bo,)))
    with pytest.raises(Stale, match="Ada changed preferred providers"):
        office.do(editing.edit_job, job.id, version=wishes.version, facts=facts_of(wishes, preferred=(made.ana,)))
    assert office.see(sheet.job_sheet, job.id).title == "Theirs"


def test_wrong_facts_are_refused_by_the_field_all_at_once(office: Office) -> None:
    made = make.small(office)
    _, elsewhere = make.customer(office, "Dora", 3)
    job = opened(office, made)
    facts = facts_of(job, title=" ", priority=0, location_id=elsewhere, preferred=(made.bo,), excluded=(made.bo,))
    with pytest.raises(Invalid) as refused:
        office.do(editing.edit_job, job.id, version=job.version, facts=facts)
    assert set(refused.value.fields) == {"title", "priority", "location", "preferred"}
    with pytest.raises(Invalid, match="no longer exists"):
        office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, preferred=(99_999,)))


def test_a_field_that_the_company_requires_is_enforced(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    office.do(lambda tx: tx.add(CustomField(entity="job", key="meter", label="Meter", kind="text", required=True)).id)
    for wrong in (None, ""):
        with pytest.raises(Invalid) as refused:
            office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, custom={"meter": wrong}))
        assert refused.value.fields == {"custom.meter": "Meter is required."}
    with pytest.raises(Invalid, match="Meter is required"):
        make.job(office, made)
    saved = office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, custom={"meter": "4711"}))
    assert (saved.custom, events(office, job.id)[-1].note) == ({"meter": "4711"}, "Meter")


def test_a_field_holds_only_what_its_kind_offers(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    cases: list[tuple[str, Any, Any]] = [("choice", "Gas", "Oil"), ("number", 2.5, "many"), ("number", 0, True),
                                         ("date", "2026-03-02", "soon"), ("date", "", 5)]  # fmt: skip
    for n, (kind, good, bad) in enumerate(cases):
        key = f"f{n}"
        office.do(lambda tx, key=key, kind=kind: tx.add(  # type: ignore[misc]
            CustomField(entity="job", key=key, label="Field", kind=kind, choices=["Gas", "Water"])).id)  # fmt: skip
        with pytest.raises(Invalid) as refused:
            office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, custom={key: bad}))
        assert set(refused.value.fields) == {f"custom.{key}"}
        job = office.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job, custom={key: good}))
        assert job.custom == ({key: good} if good != "" else {})


# lines


@pytest.mark.requirement("0.8")
def test_lines_change_the_totals_and_each_change_is_in_the_log(office: Office) -> None:
    made, hose = make.small(office), material(office)
    job = opened(office, made)
    job = office.do(editing.add_line, job.id, item_id=hose, quantity_milli=2500)
    assert (job.totals.net_cents, job.totals.tax_cents) == (12_000 + 4_988, 720 + 299)
    line = job.lines[-1]
    job = office.do(editing.edit_line, line.id, version=line.version, quantity_milli=3000, unit_price_cents=-500, name="Rebate")
    assert (job.totals.net_cents, job.totals.tax_cents) == (12_000 - 1_500, 720 - 90)
    job = office.do(editing.remove_line, line.id, version=job.lines[-1].version)
    assert job.totals.net_cents == 12_000
    added, edited, removed = events(office, job.id)[-3:]
    assert [e.kind for e in (added, edited, removed)] == ["job.line_added", "job.line_edited", "job.line_removed"]
    assert (edited.before["quantity_milli"], edited.after["quantity_milli"]) == (2500, 3000)
    assert (edited.before["unit_price_cents"], edited.after["unit_price_cents"]) == (1_995, -500)
    assert added.after == edited.before
    assert removed.before == edited.after
    assert edited.note == "Rebate, 3 × -5.00 (was 2.5 × 19.95)"


def test_a_removed_line_comes_back_once_as_it_was(office: Office) -> None:
    made, hose = make.small(office), material(office)
    job = opened(office, made)
    job = office.do(editing.add_line, job.id, item_id=hose, quantity_milli=2000, unit_price_cents=900)
    line = job.lines[-1]
    office.do(editing.remove_line, line.id, version=line.version)
    back = office.do(editing.put_line_back, line.id)
    same = [(row.name, row.quantity_milli, row.unit_price_cents, row.tax_ppm, row.added_by) for row in (line, back.lines[-1])]
    assert same[0] == same[1]
    assert back.totals == job.totals
    with pytest.raises(NotAllowed, match="already"):
        office.do(editing.put_line_back, line.id)
    with pytest.raises(NotAllowed, match="was not removed"):
        office.do(editing.put_line_back, job.lines[0].id)
    office.do(editing.remove_line, back.lines[-1].id, version=1)
    assert office.do(editing.put_line_back, back.lines[-1].id).totals == job.totals


def test_a_waiting_visit_and_the_needed_skills_follow_the_services(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    painting = office.do(catalog.add_skill, "painting")
    paint = office.do(catalog.add_item, kind="service", code="P", name="Paint", price_cents=5_000, duration_s=1001, skill_ids=[painting])
    job = office.do(editing.add_line, job.id, item_id=paint, quantity_milli=1500)
    assert (job.visits[0].duration_s, job.skills) == (3600 + 1501, ("painting", "plumbing"))
    line = job.lines[-1]
    job = office.do(editing.edit_line, line.id, version=line.version, quantity_milli=500, unit_price_cents=5_000)
    job = office.do(editing.remove_line, line.id, version=job.lines[-1].version)
    assert (job.visits[0].duration_s, job.skills) == (3600, ("plumbing",))
    job = office.do(editing.put_line_back, line.id)
    assert (job.visits[0].duration_s, job.skills) == (4100, ("painting", "plumbing"))


def test_wrong_lines_are_refused_by_the_field(office: Office) -> None:
    made = make.small(office)
    line = opened(office, made).lines[0]
    for quantity, price, field in ((0, 1, "quantity"), (10**9 + 1, 1, "quantity"), (1, 10**9 + 1, "price")):
        with pytest.raises(Invalid) as refused:
            office.do(editing.edit_line, line.id, version=line.version, quantity_milli=quantity, unit_price_cents=price)
        assert set(refused.value.fields) == {field}


def test_a_line_that_somebody_else_changed_or_removed_is_told(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    line = job.lines[0]
    office.do(editing.edit_line, line.id, version=1, quantity_milli=2000, unit_price_cents=12_000)
    with pytest.raises(Stale, match=r"fieldoffice changed Leak repair, 2 × 120.00 \(was 1 × 120.00\) at 06:00"):
        office.do(editing.edit_line, line.id, version=1, quantity_milli=3000, unit_price_cents=12_000)
    office.do(editing.remove_line, line.id, version=2)
    with pytest.raises(NotFound, match="fieldoffice removed Leak repair"):
        office.do(editing.edit_line, line.id, version=2, quantity_milli=3000, unit_price_cents=12_000)


# notes, files, cancel


def test_notes_are_kept_with_name_and_time_the_newest_first(office: Office, clock: Clock) -> None:
    made = make.small(office)
    job = opened(office, made)
    office.do(editing.add_note, job.id, " First ")
    clock.forward(minutes=5)
    notes = office.do(editing.add_note, job.id, "Second").remarks
    assert [(n.text, n.by_name) for n in notes] == [("Second", "fieldoffice"), ("First", "fieldoffice")]
    assert notes[0].created_at == clock()
    for text in ("  ", "x" * 20_001):
        with pytest.raises(Invalid) as refused:
            office.do(editing.add_note, job.id, text)
        assert set(refused.value.fields) == {"note"}


def test_files_up_to_ten_megabytes_are_kept_once_and_come_back(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    whole = b"x" * files.LARGEST
    kept = office.do(files.attach, job.id, name="a.bin", media_type="application/octet-stream", content=whole).files
    twice = office.do(files.attach, job.id, name="b.bin", media_type="application/octet-stream", content=whole).files
    assert [f.size for f in twice] == [files.LARGEST, files.LARGEST]
    assert office.see(files.content, kept[0].id) == whole
    assert [f.name for f in office.do(files.detach, kept[0].id).files] == ["b.bin"]
    back = office.do(files.attach_again, kept[0].id).files
    assert sorted(f.name for f in back) == ["a.bin", "b.bin"]
    assert office.see(files.content, max(f.id for f in back)) == whole
    with pytest.raises(NotAllowed, match="already"):
        office.do(files.attach_again, kept[0].id)
    for content, words in ((b"", "is empty"), (whole + b"x", "larger than 10 MB")):
        with pytest.raises(Invalid, match=words):
            office.do(files.attach, job.id, name="c.bin", media_type="", content=content)


@pytest.mark.requirement("4.16")
def test_a_canceled_job_ends_its_visits_and_lets_nothing_more_in(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    placed = office.do(moves.place, job.visits[0].id, version=1, provider_ids=(made.ana,), starts_at=at(9)).cards[0]
    with pytest.raises(Invalid) as refused:
        office.do(editing.cancel_job, job.id, version=job.version, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    done = office.do(editing.cancel_job, job.id, version=job.version, reason="Moved away")
    assert (done.status, done.visits[0].state, events(office, job.id)[-1].note) == (JobStatus.CANCELLED, S.CANCELLED, "Moved away")
    again = make.job(office, made).appointment_id  # Ana's time is free again
    assert office.do(moves.place, again, version=1, provider_ids=(made.ana,), starts_at=at(9)).cards[0].starts_at == placed.starts_at
    for call in (
        lambda: office.do(editing.add_line, job.id, item_id=made.repair),
        lambda: office.do(editing.edit_job, job.id, version=done.version, facts=facts_of(done, title="No")),
        lambda: office.do(visits.another_visit, job.id, promise=Promise()),
    ):
        with pytest.raises(NotAllowed, match="canceled"):
            call()


# visits and their promises


@pytest.mark.requirement("0.46")
def test_another_promise_keeps_the_old_one_in_the_log(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made, kind="am")
    card = office.do(opening.promise_visit, job.visits[0].id, version=1, promise=Promise("pm", date(2026, 3, 3))).cards[0]
    assert card.window is not None
    assert (card.window.start, card.window.end) == (at(12, on=date(2026, 3, 3)), at(17, on=date(2026, 3, 3)))
    entry = events(office, job.id, "visit.promised")[0]
    assert (entry.before["kind"], entry.after["kind"]) == ("am", "pm")
    assert entry.before["from"] == at(8).astimezone(card.window.start.tzinfo).isoformat()
    assert entry.note == "Tue Mar 3, afternoon 12:00–17:00 (was Mon Mar 2, morning 08:00–12:00)"
    free = Promise("all_day", None, None, TODAY, date(2026, 3, 6))
    office.do(opening.promise_visit, card.id, version=card.version, promise=free)
    assert "any day from Mon Mar 2 until Fri Mar 6 (was" in events(office, job.id, "visit.promised")[1].note


CLOCK_CHANGES: list[tuple[date, str, int | None, str, float]] = [
    (date(2026, 3, 8), "all_day", None, "2026-03-08T12:00:00+00:00", 9),
    (date(2026, 3, 7), "all_day", None, "2026-03-07T13:00:00+00:00", 9),
    (date(2026, 3, 8), "exact", 150, "2026-03-08T07:15:00+00:00", 0.5),  # 2:30 does not exist: half past three
    (date(2026, 3, 8), "two_hours", 90, "2026-03-08T06:30:00+00:00", 2),
    (date(2026, 11, 1), "two_hours", 90, "2026-11-01T05:30:00+00:00", 2),  # 1:30 comes twice: the first
    (date(2026, 11, 1), "am", None, "2026-11-01T13:00:00+00:00", 4),
]


def test_promises_on_days_when_the_clocks_change(office: Office) -> None:
    made = make.small(office)
    for on, kind, at_min, start, hours in CLOCK_CHANGES:
        window = opened(office, made, on=on, kind=kind, at_min=at_min).visits[0].window
        assert window is not None
        assert (window.start.isoformat(), (window.end - window.start).total_seconds()) == (start, hours * 3600)


def test_another_visit_takes_as_long_as_the_services_and_can_be_resized(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    card = office.do(visits.another_visit, job.id, promise=Promise("pm", TODAY))
    assert (card.state, card.duration_s, events(office, job.id)[-1].kind) == (S.WAITING, 3600, "visit.added")
    longer = office.do(visits.set_length, card.id, version=card.version, duration_s=5400)
    assert (longer.cards[0].duration_s, longer.before[0].duration_s) == (5400, 3600)
    with pytest.raises(Invalid) as refused:
        office.do(visits.set_length, card.id, version=longer.cards[0].version, duration_s=90_000)
    assert set(refused.value.fields) == {"duration"}
    with pytest.raises(Stale):
        office.do(visits.set_length, card.id, version=card.version, duration_s=1800)
    placed = office.do(moves.place, card.id, version=longer.cards[0].version, provider_ids=(made.ana,), starts_at=at(13)).cards[0]
    with pytest.raises(NotAllowed, match="planned"):
        office.do(visits.set_length, card.id, version=placed.version, duration_s=1800)


# finding


def test_jobs_are_found_by_number_title_customer_and_street(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    for text in ("", job.number, "leak", "carol first", "FIRST"):
        assert [row.id for row in office.see(job_page, text).rows] == [job.id]
    assert office.see(job_page, "100%") == JobPage(0, ())


def test_a_title_with_an_umlaut_is_found_as_it_is_typed_and_a_phone_in_any_writing(office: Office) -> None:
    made = make.small(office)
    job = office.do(opening.open_job, NewJob(made.customer, made.location, ((made.repair, 1000),), title="Ölbrenner prüfen"))
    make.job(office, made)
    for text in ("Ölbrenner", "ölbrenner", "prüfen", "öl leak prüf".replace("leak ", ""), "brenner carol"):
        assert [row.id for row in office.see(job_page, text).rows] == [job.job_id], text
    assert office.see(job_page, "(202) 555-0101").total == 2


def _every_status(office: Office) -> make.Made:
    """Jobs in all states, some of them twice, in no order."""
    made = make.small(office)
    dora, place = make.customer(office, "Dora", 3)
    for n, (steps, at_hour) in enumerate([((), None), ((S.EN_ROUTE,), 9), ((S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED), 11),
                                          ((), 14), ((S.NOT_DONE,), 16)]):  # fmt: skip
        who = made if n % 2 else make.Made(made.owner, made.ana, made.bo, made.plumbing, made.repair, dora, place)
        job = make.job(office, who, priority=n % 3 + 1)
        if at_hour is None:
            continue
        where: dict[str, Any] = {"provider_ids": (made.bo,), "starts_at": at(at_hour), "override": "test"}
        card = office.do(moves.place, job.appointment_id, version=1, **where).cards[0]
        for step in steps:
            card = office.do(progress.move_on, card.id, version=card.version, to=step, reason="Ill").cards[0]
    office.do(editing.cancel_job, make.job(office, made).job_id, version=1, reason="moved")
    waits = make.job(office, made).job_id
    office.do(lambda tx: setattr(tx.get(Job, waits), "on_hold", True))
    return made


def test_the_list_of_jobs_is_counted_sorted_and_cut_by_the_database(office: Office) -> None:
    _every_status(office)
    all_ = office.see(job_page)
    keys = {"newest": lambda r: r.id, "number": lambda r: (len(r.number), r.number), "what": lambda r: r.title.lower(),
            "priority": lambda r: r.priority, "customer": lambda r: r.customer, "place": lambda r: r.street.lower(),
            "status": lambda r: r.status.value, "next": lambda r: (r.next_at is None, r.next_at)}  # fmt: skip
    assert (all_.total, len(all_.rows), set(keys)) == (7, 7, set(SORTS))
    assert len({r.status for r in all_.rows}) == 6
    for sort, key in keys.items():
        up, down = (office.see(job_page, sort=sort, descending=way) for way in (False, True))
        known = [r for r in up.rows if sort != "next" or r.next_at]
        assert [key(r) for r in known] == sorted(key(r) for r in known), sort
        falling = [r for r in down.rows if sort != "next" or r.next_at]
        assert [key(r) for r in falling] == sorted((key(r) for r in falling), reverse=True), sort
        assert [r.id for n in range(0, 9, 3) for r in office.see(job_page, offset=n, limit=3, sort=sort).rows] == [r.id for r in down.rows]
        assert {office.see(job_page, offset=n, limit=3, sort=sort).total for n in range(0, 12, 3)} == {7}
    with pytest.raises(Invalid):
        office.see(job_page, sort="id; drop table job")


def test_the_next_visit_of_a_job_is_one_that_still_takes_place(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    placed = office.do(moves.place, job.visits[0].id, version=1, provider_ids=(made.ana,), starts_at=at(9)).cards[0]
    assert office.see(job_page).rows[0].next_at == at(9)
    office.do(progress.move_on, placed.id, version=placed.version, to=S.CANCELLED, reason="Ill")
    assert office.see(job_page).rows[0].next_at is None


def test_customers_are_found_by_name_number_phone_mail_and_city(office: Office) -> None:
    make.small(office)
    for text in ("carol", "C1001", "(202) 555-0101", "202.555.0101", "+1 202 555 0101", "carol@", "washington", "ar ol"):
        assert [row.name for row in office.see(customers.find, text)] == ["Carol Customer"]
        assert office.see(customers.find, text + "zzz") == ()


def test_the_forms_are_offered_what_there_is(office: Office) -> None:
    made = make.small(office)
    found = office.see(choices.choices)
    assert (found.zone, found.today, found.exponent) == ("America/New_York", TODAY, 2)
    assert [row.id for row in found.items] == [made.repair]
    assert found.names == {made.ana: "Ana", made.bo: "Bo"}


def test_who_may_not_edit_jobs_is_refused(office: Office) -> None:
    made = make.small(office)
    job = opened(office, made)
    seat = office.seat(office.do(company.add_user, login="x", name="X", roles=(Role.BOOKKEEPER,)).id)
    for call in (
        lambda: seat.do(editing.edit_job, job.id, version=job.version, facts=facts_of(job)),
        lambda: seat.do(editing.add_line, job.id, item_id=made.repair),
        lambda: seat.do(editing.add_note, job.id, "x"),
        lambda: seat.do(files.attach, job.id, name="a", media_type="", content=b"x"),
        lambda: seat.do(calls.open_call, NewJob(made.customer, made.location, ((made.repair, 1000),))),
        lambda: seat.do(calls.undo_opening, job.id),
        lambda: seat.do(visits.another_visit, job.id, promise=Promise()),
        lambda: seat.do(opening.promise_visit, job.visits[0].id, version=1, promise=Promise()),
    ):
        with pytest.raises(NotAllowed, match="right"):
            call()
