"""The price book, taxes and skills: edited, refused, undone; and lines of jobs that never change with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.office import Office
from fieldoffice.services import catalog, providers
from fieldoffice.services.catalog import ItemFacts, ItemLine, SkillRow, TaxFacts, TaxRow
from fieldoffice.services.edits import Edit, put_rows_back
from fieldoffice.services.jobs import lines, sheet
from tests import make
from tests.make import TODAY
from tests.test_promises import Counted


def undo(office: Office, edit: Edit) -> Edit:
    return office.do(put_rows_back, edit.before, edit.after)


def book(office: Office) -> dict[str, ItemLine]:
    return {line.facts.code: line for line in office.see(catalog.price_book)}


def skill(office: Office, name: str) -> SkillRow:
    return next(row for row in office.see(catalog.skills) if row.name == name)


def rate(office: Office, name: str) -> TaxRow:
    return next(row for row in office.see(catalog.tax_rates) if row.facts.name == name)


def test_a_service_is_added_edited_retired_and_all_is_undone(office: Office) -> None:
    made = make.small(office)
    gas = office.do(catalog.new_skill, name="gas", certified=True).value
    facts = ItemFacts("service", "HEAT", "Heater", 9900, "Looks at it", 5400, 600, None, True, "request", (made.plumbing,))
    added = office.do(catalog.new_item, facts)
    line = book(office)["HEAT"]
    assert (line.facts, line.skills, line.active, line.tax, list(book(office))) == (facts, ("plumbing",), True, "", ["REP", "HEAT"])
    other = replace(facts, name="Boiler", price_cents=10_900, skill_ids=(gas,), bookable="no")
    edited = office.do(catalog.edit_item, added.value, other, version=1)
    assert book(office)["HEAT"].facts == other
    assert undo(office, edited).refused == ()
    assert book(office)["HEAT"].facts == facts
    retired = office.do(catalog.offer_item, added.value, version=book(office)["HEAT"].version, active=False)
    assert [row.code for row in office.see(catalog.items)] == ["REP"]
    undo(office, retired)
    assert [row.code for row in office.see(catalog.items)] == ["REP", "HEAT"]


def test_adding_a_service_with_skills_is_undone_and_done_again(office: Office) -> None:
    made = make.small(office)
    edit = office.do(catalog.new_item, ItemFacts("service", "HEAT", "Heater", 1, duration_s=600, skill_ids=(made.plumbing,)))
    for n in range(3):
        edit = undo(office, edit)
        assert (edit.refused, "HEAT" in book(office)) == ((), n % 2 == 1)
    assert made.plumbing == 1


def test_only_changing_the_skills_counts_as_changing_the_item(office: Office) -> None:
    made = make.small(office)
    line = book(office)["REP"]
    office.do(catalog.edit_item, made.repair, replace(line.facts, skill_ids=()), version=1)
    with pytest.raises(Stale):
        office.do(catalog.edit_item, made.repair, line.facts, version=1)
    with pytest.raises(Stale):
        office.do(catalog.offer_item, made.repair, version=1, active=False)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "gift"}, "kind"), ({"name": " "}, "name"), ({"code": ""}, "code"), ({"code": "x" * 21}, "code"),
     ({"code": "rep"}, "code"), ({"price_cents": -1}, "price"), ({"price_cents": 10**10}, "price"), ({"duration_s": 0}, "duration"),
     ({"duration_s": 90_000}, "duration"), ({"buffer_s": -1}, "buffer"), ({"bookable": "maybe"}, "bookable")],
)  # fmt: skip
def test_what_no_item_can_be_is_refused_by_the_field(sqlite_office: Office, wrong: dict[str, Any], field: str) -> None:
    make.small(sqlite_office)
    with pytest.raises(Invalid) as refused:
        sqlite_office.do(catalog.new_item, replace(ItemFacts("service", "HEAT", "Heater", 1, duration_s=600), **wrong))
    assert (list(refused.value.fields), list(book(sqlite_office))) == ([field], ["REP"])


def test_a_material_keeps_nothing_that_belongs_to_services_only(sqlite_office: Office) -> None:
    made = make.small(sqlite_office)
    facts = ItemFacts("material", "PIPE", "Pipe", 100, "", 600, 60, None, True, "instant", (made.plumbing,))
    sqlite_office.do(catalog.new_item, facts)
    assert book(sqlite_office)["PIPE"].facts == ItemFacts("material", "PIPE", "Pipe", 100)


def test_lines_on_existing_jobs_never_change_by_editing_the_price_book(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made)
    before = office.see(sheet.job_sheet, job.job_id)
    line = book(office)["REP"]
    office.do(catalog.edit_item, made.repair, replace(line.facts, name="Other", price_cents=1, duration_s=60, outdoor=True,
                                                       skill_ids=()), version=line.version)  # fmt: skip
    tax = rate(office, "DC")
    office.do(catalog.edit_tax_rate, tax.id, replace(tax.facts, ppm=100_000), version=1)
    office.do(catalog.offer_item, made.repair, version=2, active=False)
    assert office.see(sheet.job_sheet, job.job_id) == before
    assert make.card(office, job.appointment_id).duration_s == 3600
    assert make.card(office, job.appointment_id).skills == frozenset({"plumbing"})
    after = office.do(lines.add_line, job.job_id, item_id=made.repair)
    found = [(one.name, one.unit_price_cents, one.tax_ppm) for one in after.lines]
    assert found == [("Leak repair", 12_000, 60_000), ("Other", 1, 100_000)]


def test_the_order_of_the_price_book_is_changed_and_undone(office: Office) -> None:
    make.small(office)
    ids = {code: office.do(catalog.new_item, ItemFacts("charge", code, code, 1)).value for code in "ABC"}
    moved = office.do(catalog.move_item, ids["C"], before_id=ids["A"])
    assert list(book(office)) == ["REP", "C", "A", "B"]
    assert [row.code for row in office.see(catalog.items)] == ["REP", "C", "A", "B"]
    undo(office, moved)
    assert list(book(office)) == ["REP", "A", "B", "C"]
    office.do(catalog.move_item, ids["A"], before_id=None)
    assert list(book(office)) == ["REP", "B", "C", "A"]


# taxes


def test_rates_of_one_tax_follow_each_other(office: Office) -> None:
    make.small(office)
    old = rate(office, "DC")
    with pytest.raises(Invalid, match=r"DC holds from Jan 1 2020 already: end that rate first\."):
        office.do(catalog.new_tax_rate, TaxFacts("dc", 65_000, date(2026, 7, 1)))
    ended = office.do(catalog.edit_tax_rate, old.id, replace(old.facts, valid_to=date(2026, 6, 30)), version=1)
    office.do(catalog.new_tax_rate, TaxFacts("DC", 65_000, date(2026, 7, 1)))
    office.do(catalog.new_tax_rate, TaxFacts("DC", 10_000, date(2026, 1, 1), region="Georgetown"))
    found = office.see(catalog.tax_rates)
    assert [(r.facts.ppm, r.state(TODAY), r.items) for r in found] == [(60_000, "holds", 1), (65_000, "ahead", 0), (10_000, "holds", 0)]
    assert found[0].state(date(2026, 7, 1)) == "over"
    assert undo(office, ended).refused == ()


@pytest.mark.parametrize(
    ("facts", "field"),
    [(TaxFacts(" ", 1, TODAY), "name"), (TaxFacts("A", -1, TODAY), "rate"), (TaxFacts("A", 1_000_001, TODAY), "rate"),
     (TaxFacts("A", 1, TODAY, date(2026, 3, 1)), "valid_to")],
)  # fmt: skip
def test_what_no_tax_can_be_is_refused_by_the_field(sqlite_office: Office, facts: TaxFacts, field: str) -> None:
    make.small(sqlite_office)
    with pytest.raises(Invalid) as refused:
        sqlite_office.do(catalog.new_tax_rate, facts)
    assert list(refused.value.fields) == [field]


def test_a_rate_in_use_stays_and_another_can_take_its_items_over(office: Office) -> None:
    made = make.small(office)
    old = rate(office, "DC")
    with pytest.raises(NotAllowed, match="DC is the tax of 1 item of the price book, so it stays"):
        office.do(catalog.drop_tax_rate, old.id, version=1)
    new = office.do(catalog.new_tax_rate, TaxFacts("VA", 53_000, date(2020, 1, 1))).value
    taken = office.do(catalog.take_over, new, old.id)
    assert (taken.value, book(office)["REP"].tax, book(office)["REP"].tax_ppm) == (1, "VA", 53_000)
    dropped = office.do(catalog.drop_tax_rate, old.id, version=1)
    undo(office, dropped)
    undo(office, taken)
    assert (book(office)["REP"].tax, made.repair) == ("DC", 1)
    with pytest.raises(Stale):
        office.do(catalog.edit_tax_rate, new, TaxFacts("VA", 1, TODAY), version=9)


def test_an_item_says_that_its_tax_no_longer_holds(office: Office) -> None:
    make.small(office)
    tax = rate(office, "DC")
    assert not book(office)["REP"].tax_over
    office.do(catalog.edit_tax_rate, tax.id, replace(tax.facts, valid_to=date(2026, 3, 1)), version=1)
    assert book(office)["REP"].tax_over


# skills


def test_a_skill_says_where_it_is_used_and_stays_while_it_is(office: Office) -> None:
    made = make.small(office)
    row = skill(office, "plumbing")
    assert (row.certified, row.services, row.providers, row.dateless) == (True, ("Leak repair",), ("Ana", "Bo"), ("Ana",))
    make.job(office, made)
    with pytest.raises(NotAllowed, match="plumbing is used by 1 service and 2 providers and 1 job, so it stays"):
        office.do(catalog.drop_skill, made.plumbing, version=1)
    edited = office.do(catalog.edit_skill, made.plumbing, version=1, name="pipes", certified=False)
    assert [held.name for held in office.see(providers.person, made.ana).skills] == ["pipes"]
    with pytest.raises(Stale):
        office.do(catalog.edit_skill, made.plumbing, version=1, name="tubes", certified=False)
    undo(office, edited)
    assert skill(office, "plumbing").certified


def test_a_skill_is_named_once_in_whatever_letters(office: Office) -> None:
    make.small(office)
    for name, words in ((" Plumbing ", "There is a skill called plumbing already."), ("  ", "Please name the skill.")):
        with pytest.raises(Invalid, match=words):
            office.do(catalog.new_skill, name=name)
    gas = office.do(catalog.new_skill, name="gas").value
    with pytest.raises(Invalid, match="called plumbing already"):
        office.do(catalog.edit_skill, gas, version=1, name="PLUMBING", certified=False)
    office.do(catalog.edit_skill, gas, version=1, name="Gas", certified=False)  # the letters of its own name
    dropped = office.do(catalog.drop_skill, gas, version=2)
    assert [row.name for row in office.see(catalog.skills)] == ["plumbing"]
    undo(office, dropped)
    assert {row.name for row in office.see(catalog.skills)} == {"Gas", "plumbing"}


def test_lists_ask_as_many_queries_for_one_row_as_for_three(office: Office) -> None:
    made, counted = make.small(office), Counted(office)
    asks = (catalog.price_book, catalog.items, catalog.tax_rates, catalog.skills)
    one = [counted.of(ask) for ask in asks]
    for n in (1, 2):
        gas = office.do(catalog.new_skill, name=f"gas {n}").value
        office.do(providers.add_held, made.ana, skill_id=gas)
        tax = office.do(catalog.new_tax_rate, TaxFacts(f"VA {n}", 1, TODAY)).value
        office.do(catalog.new_item, ItemFacts("service", f"S{n}", f"S{n}", 1, duration_s=60, tax_rate_id=tax, skill_ids=(gas,)))
    assert [counted.of(ask) for ask in asks] == one
