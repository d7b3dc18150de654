"""The company's own fields: enforced wherever a row is saved, and never losing what was entered."""

from __future__ import annotations

from typing import Any

import pytest

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office
from fieldoffice.services import fields
from fieldoffice.services.company.ownfields import add_field, edit_field, order_fields, retire_field
from fieldoffice.services.edits import put_rows_back
from fieldoffice.services.fields import FieldRow, checked, custom_fields, every_field, problem
from fieldoffice.services.jobs.editing import JobFacts, edit_job
from fieldoffice.services.jobs.sheet import job_sheet
from tests import make


def field(kind: str, *, required: bool = False, choices: tuple[str, ...] = ()) -> FieldRow:
    return FieldRow("key", "Field", kind, choices, required)


@pytest.mark.parametrize(("kind", "value", "words"), [
    ("text", "x", ""), ("text", 5, "Field is a text."), ("text", "x" * 1001, "Field has at most 1,000 characters."),
    ("number", 0, ""), ("number", 2.5, ""), ("number", True, "Field is a number."), ("number", "2", "Field is a number."),
    ("number", float("nan"), "Field is a number."), ("number", float("inf"), "Field is a number."),
    ("date", "2026-03-02", ""), ("date", "20260302", "Field is a day."), ("date", "2026-02-30", "Field is a day."),
    ("date", 5, "Field is a day."), ("choice", "Gas", ""), ("choice", "Oil", "Field: choose one of Gas, Water."),
    ("yes_no", True, ""), ("yes_no", False, ""), ("yes_no", "yes", "Field is yes or no."), ("yes_no", 1, "Field is yes or no."),
    ("number", None, ""), ("text", "  ", ""),
])  # fmt: skip
def test_a_value_is_of_its_field_s_kind(kind: str, value: Any, words: str) -> None:
    assert problem(field(kind, choices=("Gas", "Water")), value) == words


@pytest.mark.parametrize("empty", [None, "", "   "])
@pytest.mark.parametrize("kind", list(fields.KINDS))
def test_a_required_field_is_not_empty(kind: str, empty: Any) -> None:
    assert problem(field(kind, required=True), empty) == "Field is required."


def test_no_is_an_answer_to_a_required_question_and_nought_a_number() -> None:
    assert (problem(field("yes_no", required=True), False), problem(field("number", required=True), 0)) == ("", "")


def add(office: Office, label: str, kind: str = "text", **more: Any) -> FieldRow:
    return office.do(add_field, more.pop("entity", "customer"), name=label, kind=kind, **more).value


def test_values_are_stored_plainly_and_refused_by_the_field(office: Office) -> None:
    make.small(office)
    add(office, "Meter No.", required=True)
    add(office, "Since", "date")
    assert office.see(checked, "customer", {"meter_no": " 47 ", "since": ""}) == {"meter_no": "47"}
    with pytest.raises(Invalid) as refused:
        office.see(checked, "customer", {"since": "soon", "strange": 1})
    assert refused.value.fields == {"custom.meter_no": "Meter No. is required.", "custom.since": "Since is a day.",
                                    "custom.strange": "There is no field strange."}  # fmt: skip


def test_a_retired_field_keeps_its_values_and_is_not_asked_for(office: Office) -> None:
    make.small(office)
    meter = add(office, "Meter", required=True)
    kept = office.see(checked, "customer", {"meter": "47"})
    retired = office.do(retire_field, meter.id, version=meter.version).value
    assert office.see(custom_fields, "customer") == ()
    assert office.see(checked, "customer", {}, kept=kept) == {"meter": "47"}
    assert office.see(checked, "customer", {"meter": "47"}, kept=kept) == {"meter": "47"}
    assert office.see(checked, "customer", {}) == {}
    office.do(retire_field, meter.id, version=retired.version, retired=False)
    with pytest.raises(Invalid, match="Meter is required"):
        office.see(checked, "customer", {}, kept=kept)


def test_a_choice_that_is_no_longer_offered_stays_where_it_stands(office: Office) -> None:
    make.small(office)
    fuel = add(office, "Fuel", "choice", choices=("Gas", "Oil"))
    office.do(edit_field, fuel.id, version=fuel.version, name="Fuel", choices=("Gas", "Wood"))
    assert office.see(checked, "customer", {"fuel": "Oil"}, kept={"fuel": "Oil"}) == {"fuel": "Oil"}
    with pytest.raises(Invalid, match="choose one of Gas, Wood"):
        office.see(checked, "customer", {"fuel": "Oil"}, kept={"fuel": "Gas"})


def test_fields_are_named_once_keyed_for_ever_and_kept_in_order(office: Office) -> None:
    make.small(office)
    first = add(office, "Zähler")
    with pytest.raises(Invalid, match="There is a field zähler already"):
        add(office, "zähler")
    renamed = office.do(edit_field, first.id, version=first.version, name="Meter", required=True).value
    assert (renamed.key, renamed.label, renamed.required) == ("zahler", "Meter", True)
    gone = office.do(retire_field, first.id, version=renamed.version).value
    again = add(office, "Zähler")
    third = add(office, "???")
    assert (again.key, third.key, add(office, "Zähler", entity="job").key) == ("zahler_2", "field", "zahler")
    office.do(order_fields, "customer", [third.id, again.id])
    assert [f.key for f in office.see(custom_fields, "customer")] == ["field", "zahler_2"]
    assert [f.key for f in office.see(every_field, "customer")] == ["field", "zahler_2", "zahler"]
    assert gone.active is False


@pytest.mark.parametrize(("given", "wrong"), [
    ({"name": " ", "kind": "text"}, "name"), ({"name": "x" * 61, "kind": "text"}, "name"), ({"name": "A", "kind": "color"}, "kind"),
    ({"name": "A", "kind": "choice", "choices": ("One", " One ", "")}, "choices"),
])  # fmt: skip
def test_a_field_is_looked_at_before_it_is_added(office: Office, given: dict[str, Any], wrong: str) -> None:
    make.small(office)
    with pytest.raises(Invalid) as refused:
        office.do(add_field, "job", **given)
    assert set(refused.value.fields) == {wrong}
    with pytest.raises(Invalid, match="Customers and jobs"):
        office.do(add_field, "provider", name="A", kind="text")


def test_changes_of_fields_are_undone(office: Office) -> None:
    make.small(office)
    added = office.do(add_field, "job", name="Meter", kind="text")
    edited = office.do(edit_field, added.value.id, version=added.value.version, name="Meter number", required=True)
    back = office.do(put_rows_back, edited.before, edited.after)
    assert (back.refused, [(f.label, f.required) for f in office.see(every_field, "job")]) == ((), [("Meter", False)])
    assert office.do(put_rows_back, added.before, back.after).refused == ()
    assert office.see(every_field, "job") == ()


@pytest.mark.requirement("0.48")
def test_a_required_field_is_enforced_for_jobs(office: Office) -> None:
    made = make.small(office)
    old = make.job(office, made)
    add(office, "Meter", entity="job", required=True)
    with pytest.raises(Invalid, match="Meter is required"):
        make.job(office, made)
    new = make.job(office, made, custom={"meter": " 47 "})
    assert office.see(job_sheet, new.job_id).custom == {"meter": "47"}
    facts = JobFacts("Leak", 1, "", made.location, (), (), {})
    with pytest.raises(Invalid, match="Meter is required"):
        office.do(edit_job, old.job_id, version=1, facts=facts)
