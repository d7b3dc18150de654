"""The company's settings: saved as a whole, undone, refused by the field; holidays, people, numbers and own fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.log import Counter, Event
from fieldoffice.models.staff import Role
from fieldoffice.office import Office, Tx
from fieldoffice.services import company, customers
from fieldoffice.services.company import checks, closed, numbering, people, register, values
from fieldoffice.services.edits import put_rows_back
from fieldoffice.services.jobs.opening import NewJob, Promise, open_job
from tests import make
from tests.make import TODAY, at


def sheet(office: Office) -> Any:
    return office.see(values.settings_sheet).values


def save(office: Office, **changed: Any) -> Any:
    named = {key.replace("__", "."): value for key, value in changed.items()}
    return office.do(values.save_settings, named, seen=sheet(office))


def kinds(office: Office) -> list[str]:
    return office.see(lambda tx: tx.all(select(Event.kind).order_by(Event.id)))


# the register


def test_every_setting_has_words_a_section_and_a_good_default() -> None:
    keys = [one.key for one in register.REGISTER]
    assert len(keys) == len(set(keys))
    assert {one.section for one in register.REGISTER} <= set(register.SECTIONS)
    for one in register.REGISTER:
        assert one.words
        assert one.search != one.words
        if one.store == "office" and not (one.required and one.default == ""):
            assert values.problem(one, one.default) == "" or one.kind == "hidden", one.key


def test_every_setting_of_the_company_is_a_column() -> None:
    from fieldoffice.models.company import Company

    columns = set(Company.__table__.columns.keys()) | {"place"}
    assert {one.column for one in register.REGISTER if one.store == "company"} <= columns


@pytest.mark.parametrize(("text", "key"), [("gate code", "secrets.key"),
                                           ("AFTERNOON until", "windows.pm_to"), ("zip", "company.postal_code"),
                                           ("A4", "company.paper"), ("role", "people.roles"), ("pmtiles", "machine.streets")])
def test_a_setting_is_found_by_its_words(text: str, key: str) -> None:
    assert key in [one.key for one in register.found(text)]


def test_searching_finds_nothing_for_nothing_and_nothing_for_strange_words() -> None:
    assert (register.found("  "), register.found("zebra")) == ((), ())


# saving


def test_settings_are_saved_as_a_whole_with_an_event_and_undone(office: Office) -> None:
    make.small(office)
    before = sheet(office)
    done = save(office, company__name=" Potomac Heating ", company__place=[38.9, -77.0], windows__am_from=7 * 60)
    now = sheet(office)
    assert (now["company.name"], now["company.place"], now["windows.am_from"]) == ("Potomac Heating", (38.9, -77.0), 420)
    assert dict(done.value) == dict(now)
    last = office.see(lambda tx: tx.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one())
    assert (last.kind, last.note) == ("settings.saved", "Company name, Coordinates, Morning from")
    assert (last.before["company.name"], last.after["windows.am_from"]) == ("Potomac Plumbing", 420)
    undone = office.do(put_rows_back, done.before, done.after)
    assert (undone.refused, sheet(office)) == ((), before)


def test_nothing_is_saved_where_one_value_is_wrong(office: Office) -> None:
    make.small(office)
    with pytest.raises(Invalid) as refused:
        save(office, company__name="", company__email="nobody", windows__am_from=13 * 60, company__zone="Mars", company__phone="1")
    assert refused.value.fields == {
        "company.name": "Company name is needed.", "company.email": "This e-mail address cannot be right.",
        "windows.am_to": "A window ends after it begins.", "company.zone": "Please choose a time zone such as America/New_York.",
    }  # fmt: skip
    assert sheet(office)["company.phone"] == ""


def test_another_desk_s_save_is_told_and_other_settings_are_not_in_the_way(office: Office) -> None:
    owner = make.small(office).owner
    seen = sheet(office)
    office.seat(owner).do(values.save_settings, {"company.phone": "555"}, seen=seen)
    office.do(values.save_settings, {"company.city": "Washington"}, seen=seen)
    with pytest.raises(Stale, match=r"Olive Owner changed Phone at 06:00\. fieldoffice changed City at 06:00\. Nothing"):
        office.do(values.save_settings, {"company.phone": "777", "company.city": "Rome"}, seen=seen)
    assert (sheet(office)["company.phone"], sheet(office)["company.city"]) == ("555", "Washington")
    office.do(values.save_settings, {"company.phone": "555"}, seen=seen)  # the same wish twice is no quarrel


def test_unknown_settings_are_refused(office: Office) -> None:
    make.small(office)
    with pytest.raises(Invalid, match="There is no setting x.y"):
        save(office, x__y=1)
    with pytest.raises(Invalid, match="There is no setting"):
        office.do(company.set_setting, "company.name", "x")


def test_an_arrival_window_is_what_the_company_says(office: Office) -> None:
    made = make.small(office)
    save(office, windows__am_from=6 * 60, windows__am_to=10 * 60)
    job = office.do(open_job, NewJob(made.customer, made.location, ((made.repair, 1000),), Promise("am", TODAY)))
    card = make.card(office, job.appointment_id)
    assert (card.window.start, card.window.end) == (at(6), at(10))


@pytest.mark.parametrize("bad", [25 * 60, -1, True, "8", None])
def test_a_time_of_day_is_minutes_of_one_day(bad: Any) -> None:
    assert values.problem(register.spec("windows.am_from"), bad) != ""


def test_links_and_places_are_looked_at() -> None:
    assert [checks.link(v) for v in ("", "https://a.example/x")] == ["", ""]
    assert all(checks.link(v) for v in ("ftp://a", "https://", "a.example", "https://[bad"))
    assert checks.place((91, 0))
    assert checks.place(("a", 1))
    assert checks.place((1,))
    assert not checks.place(None)


# holidays


def test_holidays_are_entered_moved_removed_and_undone(office: Office) -> None:
    make.small(office)
    added = office.do(closed.close, ((date(2026, 7, 3), "Independence Day"), (date(2026, 12, 25), "Christmas")))
    again = office.do(closed.close, ((date(2026, 7, 3), "Other"),))
    assert (added.value, again.value) == (2, 0)
    days = office.see(closed.closed_days)
    moved = office.do(closed.edit_holiday, days[0].id, on=date(2026, 7, 4), name="The Fourth")
    with pytest.raises(Invalid, match="This day is a holiday already: Christmas"):
        office.do(closed.edit_holiday, days[0].id, on=date(2026, 12, 25), name="x")
    gone = office.do(closed.reopen, [days[1].id])
    assert [day.name for day in office.see(closed.closed_days)] == ["The Fourth"]
    for step in (gone, moved):
        assert office.do(put_rows_back, step.before, step.after).refused == ()
    assert [(day.on, day.name) for day in office.see(closed.closed_days)] == [(days[0].on, "Independence Day"), (days[1].on, "Christmas")]
    assert kinds(office).count("holidays.added") == 1


def test_public_holidays_come_by_country_and_region(office: Office) -> None:
    make.small(office)
    office.do(closed.close, ((date(2026, 12, 25), "Christmas"),))
    usa = office.see(closed.proposed_days, "US", "", (2026, 2026))
    assert (date(2026, 7, 4), "Independence Day") in [(day.on, day.name) for day in usa]
    assert [day.on for day in usa if day.id] == [date(2026, 12, 25)]
    bavaria, germany = (office.see(closed.proposed_days, "DE", region, (2026, 2027)) for region in ("BY", ""))
    assert date(2026, 1, 6) in [d.on for d in bavaria]
    assert date(2026, 1, 6) not in [d.on for d in germany]
    assert {day.on.year for day in germany} == {2026, 2027}
    assert "BY" in office.see(closed.holiday_regions, "DE")
    with pytest.raises(Invalid, match="not known"):
        office.see(closed.proposed_days, "XX", "", (2026, 2026))
    assert office.see(closed.holiday_regions, "XX") == ()


# people


def test_the_last_owner_stays(office: Office) -> None:
    owner = office.see(company.users, ) if make.small(office) else ()
    olive = office.see(people.everybody)[0]
    with pytest.raises(Invalid, match="Olive Owner is the last owner"):
        office.do(people.edit_user, olive.id, version=olive.version, name="Olive", roles=(Role.DISPATCHER,))
    with pytest.raises(NotAllowed, match="Olive Owner is the last owner"):
        office.do(people.let_go, olive.id, version=olive.version)
    second = office.do(company.add_user, login="two", name="Otto", roles=(Role.OWNER,))
    office.do(people.let_go, olive.id, version=olive.version)
    with pytest.raises(NotAllowed, match="Otto is the last owner"):
        office.do(people.let_go, second.id, version=1)
    assert ([u.name for u in owner], [u.name for u in office.see(company.users)]) == (["Olive Owner"], ["Otto"])
    assert [(u.name, u.active) for u in office.see(people.everybody)] == [("Otto", True), ("Olive Owner", False)]


def test_nobody_removes_themselves(office: Office) -> None:
    made = make.small(office)
    office.do(company.add_user, login="two", name="Otto", roles=(Role.OWNER,))
    with pytest.raises(NotAllowed, match="cannot remove yourself"):
        office.seat(made.owner).do(people.let_go, made.owner, version=1)


def test_who_was_removed_can_no_longer_sign_in_until_taken_back(office: Office) -> None:
    make.small(office)
    sue = office.do(company.add_user, login="sue", name="Sue", roles=(Role.DISPATCHER,), password="correct horse battery")
    gone = office.do(people.let_go, sue.id, version=sue.version)
    with pytest.raises(NotAllowed, match="Login or password is wrong"):
        office.do(company.sign_in, "sue", "correct horse battery")
    with pytest.raises(Stale):
        office.do(people.take_back, sue.id, version=sue.version)
    back = office.do(people.take_back, sue.id, version=gone.version)
    assert office.do(company.sign_in, "sue", "correct horse battery").id == sue.id
    office.do(people.drop_password, sue.id, version=back.version)
    with pytest.raises(NotAllowed, match="Login or password is wrong"):
        office.do(company.sign_in, "sue", "correct horse battery")
    assert kinds(office)[-4:] == ["user.added", "user.removed", "user.returned", "user.password_reset"]


@pytest.mark.parametrize("bad", ["short pass", "x" * 129, "ä" * 11, "ä" * 65])
def test_a_password_is_long_enough_and_no_event_holds_it(office: Office, bad: str) -> None:
    made = make.small(office)
    with pytest.raises(Invalid, match="between 12 and 128"):
        office.do(company.set_password, made.owner, bad)
    office.do(company.set_password, made.owner, "canary canary canary")
    held = office.see(lambda tx: repr([(e.note, e.before, e.after) for e in tx.all(select(Event))]))
    assert "canary" not in held
    assert "argon2" not in held


# numbers


def numbers(office: Office) -> dict[str, tuple[str, int, int]]:
    return {one.series: (one.prefix, one.next, one.used) for one in office.see(numbering.numbering)}


def test_numbers_go_on_with_a_prefix_and_never_onto_one_that_was_given(office: Office) -> None:
    made = make.small(office)
    free = {series: row for series, row in numbers(office).items() if series not in numbering.GAPLESS}
    assert free == {"customer": ("C", 1002, 1001), "job": ("J", 1001, 0)}
    assert make.job(office, made).number == "J1001"
    office.do(numbering.set_numbering, "job", prefix="26-", next=1)
    assert [make.job(office, made).number for _ in range(2)] == ["26-1", "26-2"]
    with pytest.raises(Invalid, match=r"J1001 is given already; the next number is 1002 or higher"):
        office.do(numbering.set_numbering, "job", prefix="J", next=1001)
    office.do(numbering.set_numbering, "job", prefix="J", next=500_000)
    assert make.job(office, made).number == "J500000"


def test_the_numbers_of_money_have_no_gaps_and_share_no_prefix(office: Office) -> None:
    make.small(office)
    office.do(numbering.set_numbering, "invoice", prefix="26-", next=500)
    assert office.do(numbering.take_number, "invoice") == "26-500"
    with pytest.raises(Invalid, match="Invoices have this prefix"):
        office.do(numbering.set_numbering, "credit", prefix="26-", next=1)
    office.do(numbering.set_numbering, "refund", prefix="26-", next=1)  # other papers


@pytest.mark.parametrize(("prefix", "next", "field"), [("J1", 5000, "prefix"), ("toolong", 5000, "prefix"), ("J ", 5000, "prefix"),
                                                       ("J", 0, "next"), ("J", 10**9, "next")])
def test_a_prefix_and_a_number_are_looked_at(office: Office, prefix: str, next: int, field: str) -> None:
    make.small(office)
    with pytest.raises(Invalid) as refused:
        office.do(numbering.set_numbering, "job", prefix=prefix, next=next)
    assert set(refused.value.fields) == {field}


def test_a_number_that_an_import_brought_is_passed_over(office: Office) -> None:
    made = make.small(office)

    def imported(tx: Tx) -> None:
        tx.get(Customer, made.customer).number = "C1003"
        counter = tx.session.scalars(select(Counter).where(Counter.name == "customer")).one()
        assert counter.last == 1001

    office.do(imported)
    ids = [office.do(customers.add_customer, name=f"New {n}") for n in range(2)]
    assert [office.see(lambda tx, id=id: tx.get(Customer, id).number) for id in ids] == ["C1002", "C1004"]
