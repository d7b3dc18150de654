"""Access codes: who may see them, that each look is written down, and codes found in free text."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldoffice.models.customer import AccessCode
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.log import Event
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Role
from fieldoffice.office import Office, Tx
from fieldoffice.services import access, company
from fieldoffice.services.access import codes_in, without_code
from fieldoffice.services.dispatch import moves
from fieldoffice.services.jobs.editing import JobFacts, edit_job
from tests import make
from tests.conftest import Clock
from tests.make import TODAY, at

CODE = "4711#"


@pytest.fixture
def gate(office: Office, made: make.Made) -> access.AccessCodeRow:
    return office.do(access.add_access_code, made.location, label=" Gate ", code=f" {CODE} ")


def events(office: Office) -> list[tuple[str, str, str]]:
    found = office.see(lambda tx: tx.all(select(Event).where(Event.kind.startswith("access_code")).order_by(Event.id)))
    return [(e.kind, e.by_name, e.note) for e in found]


def test_a_list_holds_labels_and_each_look_is_written_down(office: Office, made: make.Made, gate: access.AccessCodeRow) -> None:
    rows = office.see(access.access_codes, made.location)
    assert rows == (gate,)
    assert CODE not in repr(rows)
    assert office.seat(made.owner).do(access.see_access_code, gate.id) == CODE
    assert events(office) == [("access_code.added", "fieldoffice", "Gate"), ("access_code.seen", "Olive Owner", "Gate")]


def test_changes_and_removals_are_undone_unless_somebody_was_first(office: Office, made: make.Made, gate: access.AccessCodeRow) -> None:
    renamed = office.do(access.change_access_code, gate.id, version=gate.version, label="Back gate")
    assert office.do(access.see_access_code, gate.id) == CODE
    changed = office.do(access.change_access_code, gate.id, version=renamed.version, label="Back gate", code="9911")
    with pytest.raises(Stale, match="stays as it is"):
        office.do(access.put_code_back, renamed)
    back = office.do(access.put_code_back, changed)
    assert (back.label, office.do(access.see_access_code, gate.id)) == ("Back gate", CODE)
    removed = office.do(access.remove_access_code, gate.id, version=back.version)
    assert office.see(access.access_codes, made.location) == ()
    again = office.do(access.put_code_back, removed)
    assert (again.label, office.do(access.see_access_code, again.id)) == ("Back gate", CODE)
    with pytest.raises(Stale):
        office.do(access.put_code_back, removed)


@pytest.mark.parametrize(("label", "code", "field"), [("", "1", "label"), ("x" * 61, "1", "label"), ("Gate 4711", "4711", "label"),
                                                      ("Gate", "  ", "code"), ("Gate", "1" * 201, "code")])
def test_a_label_never_holds_the_code(office: Office, made: make.Made, label: str, code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        office.do(access.add_access_code, made.location, label=label, code=code)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_a_code(office: Office, made: make.Made, gate: access.AccessCodeRow, role: Role) -> None:
    user = office.do(company.add_user, login="tess", name="Tess", roles=(role,)).id
    assert _sees(office, user, gate.id) is (role not in (Role.BOOKKEEPER, Role.FIELD_WORKER))


def test_an_assigned_provider_sees_it_from_the_day_before_to_the_day_after(
    office: Office, made: make.Made, gate: access.AccessCodeRow, clock: Clock
) -> None:
    users = {name: office.do(company.add_user, login=name, name=name.title(), roles=(Role.FIELD_WORKER,)).id for name in ("ana", "bo")}

    def link(tx: Tx) -> None:
        tx.get(Provider, made.ana).user_id, tx.get(Provider, made.bo).user_id = users["ana"], users["bo"]

    office.do(link)
    job = make.job(office, made)
    placed = office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9))
    assert office.seat(users["ana"]).do(access.see_access_code, gate.id) == CODE
    with pytest.raises(NotAllowed, match="Bo does not have the right"):
        office.seat(users["bo"]).do(access.see_access_code, gate.id)
    for days, sees in ((-2, False), (-1, True), (1, True), (2, False)):
        clock.at = at(12, on=TODAY + timedelta(days=days))
        assert _sees(office, users["ana"], gate.id) is sees, days
    clock.at = at(8)
    office.do(moves.unassign, ((job.appointment_id, placed.cards[0].version),))
    assert _sees(office, users["ana"], gate.id) is False


def _sees(office: Office, user: int, id: int) -> bool:
    try:
        return office.seat(user).do(access.see_access_code, id) == CODE
    except NotAllowed:
        return False


def test_a_code_moved_to_another_location_s_row_does_not_open(office: Office, made: make.Made, gate: access.AccessCodeRow) -> None:
    other = make.customer(office, "Otto", 2)[1]

    def move(tx: Tx) -> None:
        tx.get(AccessCode, gate.id).location_id = other

    office.do(move)
    with pytest.raises(NotAllowed, match="cannot be read"):
        office.do(access.see_access_code, gate.id)


# free text


@pytest.mark.parametrize(("text", "label", "code"), [
    ("Gate code is 4821", "Gate", "4821"), ("gate 4821#", "Gate", "4821#"), ("Beware of dog. Alarm: 1234.", "Alarm", "1234"),
    ("The code for the gate: 55 12", "Gate", "55 12"), ("Lockbox A12B on the left", "Lockbox", "A12B"),
    ("Key pad #9911*", "Key pad", "#9911*"),
    ("door code  is: 1-2-3-4", "Door", "1-2-3-4"), ("Code 4711", "Code", "4711"), ("pin 0000", "Pin", "0000"),
])  # fmt: skip
def test_words_that_look_like_a_code_are_found(text: str, label: str, code: str) -> None:
    (found,) = codes_in(text)
    assert (found.label.casefold(), found.code) == (label.casefold(), code)
    rest = without_code(text, found)
    assert code not in rest
    assert codes_in(rest) == ()


@pytest.mark.parametrize("text", ["", "Call 202-555-0101 at the gate", "Two cats, door is green", "Unit 1204, gate at back",
                                  "Access from 8 to 12", "garage for 2 cars", "Use code blue", "Gate: kept as an access code"])
def test_other_words_are_left_alone(text: str) -> None:
    assert codes_in(text) == ()


@pytest.mark.parametrize("text", ["gate " * 4000, "code is " * 3000, "gate: " + "- " * 10000, "gate" + " " * 20000, "gate 1" + "1" * 20000])
def test_a_long_text_is_searched_in_no_time(text: str) -> None:
    began = time.process_time()
    codes_in(text)
    assert time.process_time() - began < 2


def test_the_log_keeps_dots_where_notes_hold_a_code(office: Office, made: make.Made) -> None:
    assert access.masked("Gate code is 4821, alarm 9911#. Call 202-555-0101.") == "Gate code is •••, alarm •••. Call 202-555-0101."
    job = make.job(office, made)
    for version, notes in ((1, "Gate code is 4821"), (2, "Ring twice")):
        office.do(edit_job, job.job_id, version=version, facts=JobFacts("Leak", 1, notes, made.location, (), (), {}))
    kept = office.see(lambda tx: repr([(e.before, e.after, e.note) for e in tx.all(select(Event).where(Event.kind == "job.edited"))]))
    assert "4821" not in kept
    assert "Gate code is •••" in kept
    assert "Ring twice" in kept
