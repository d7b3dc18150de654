"""The list of customers: filtered, sorted, searched, selected; the words that are searched follow every change."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from fieldoffice.models.customer import Customer, CustomField, Location, searchable
from fieldoffice.models.errors import Invalid
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.customers.bulk import count_all, selected_rows, set_active
from fieldoffice.services.customers.editing import edit_customer, facts_of
from fieldoffice.services.customers.filtering import Filter
from fieldoffice.services.customers.listing import SORTS, customer_page, ids_at
from fieldoffice.services.customers.places import PlaceFacts, edit_place, new_place
from fieldoffice.services.customers.searching import refresh_all
from fieldoffice.services.customers.selection import Selection, count_selected, selected_ids
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.edits import put_rows_back
from tests import make


def names(office: Office, filter: Filter | None = None, **how: object) -> list[str]:
    return [row.name for row in office.see(customer_page, filter or Filter(), **how).rows]  # type: ignore[arg-type]


def people(office: Office) -> dict[str, int]:
    """Carol of `make.small` with a place; Änne without one, Bert with two (one unplaced), Zed out of use."""
    made = make.small(office)

    def more(tx: Tx) -> dict[str, int]:
        anne = customers.add_customer(tx, name="Änne Özdemir", email="anne@example.com", phone="(202) 555-0177")
        bert = customers.add_customer(tx, name="bert's Bakery", kind="commercial")
        customers.add_location(tx, bert, street="9 Elm Street", city="Arlington", place=make.PLACES[2])
        customers.add_location(tx, bert, street="10 Oak Street", city="Bethesda")
        zed = customers.add_customer(tx, name="Zed")
        tx.get(Customer, zed).active = False
        return {"carol": made.customer, "anne": anne, "bert": bert, "zed": zed}

    return office.do(more)


def test_a_list_is_sorted_without_regard_to_case_and_accents_and_cut_into_pages(office: Office) -> None:
    people(office)
    assert names(office) == ["Änne Özdemir", "bert's Bakery", "Carol Customer"]
    assert names(office, descending=True) == ["Carol Customer", "bert's Bakery", "Änne Özdemir"]
    page = office.see(customer_page, Filter(), offset=1, limit=1)
    assert (page.total, [row.name for row in page.rows]) == (3, ["bert's Bakery"])
    assert office.see(customer_page, Filter(), offset=3).rows == ()


def test_it_shows_places_and_visits_of_each(office: Office) -> None:
    ids = people(office)
    made = make.Made(1, 1, 2, 1, 1, ids["carol"], 1)
    job, waits = make.job(office, made), make.job(office, made)
    office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(9))
    rows = {row.id: row for row in office.see(customer_page, Filter()).rows}
    bert, carol = rows[ids["bert"]], rows[ids["carol"]]
    assert (bert.city, bert.places, bert.unplaced, bert.open_visits) == ("Arlington", 2, 1, 0)
    assert (carol.open_visits, carol.next_at, carol.last_at) == (2, make.at(9), None)
    assert waits.number == "J1002"


def test_every_column_sorts_both_ways_and_the_empty_ones_come_last(office: Office) -> None:
    people(office)
    for sort in SORTS:
        up, down = (names(office, sort=sort, descending=way) for way in (False, True))
        assert sorted(up) == sorted(down) == sorted(names(office)), sort
    assert names(office, sort="phone")[-1] == names(office, sort="phone", descending=True)[-1] == "bert's Bakery"
    assert names(office, sort="city")[0] == "bert's Bakery"
    with pytest.raises(Invalid, match="cannot be sorted by this"):
        office.see(customer_page, Filter(), sort="password")


def test_numbers_sort_as_numbers(office: Office) -> None:
    def add(tx: Tx) -> None:
        for number in ("C10001", "C999", "C1500"):
            tx.add(Customer(number=number, name="N", created_at=tx.now))

    make.small(office)
    office.do(add)
    rows = office.see(customer_page, Filter(), sort="number").rows
    assert [row.number for row in rows] == ["C999", "C1001", "C1500", "C10001"]


def test_the_filters_can_be_put_together(office: Office) -> None:
    ids = people(office)
    made = make.Made(1, 1, 2, 1, 1, ids["carol"], 1)
    job = make.job(office, made)
    card = office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(9)).cards[
        0
    ]
    assert names(office, Filter(state="inactive")) == ["Zed"]
    assert names(office, Filter(state="all", kind="residential")) == ["Änne Özdemir", "Carol Customer", "Zed"]
    assert names(office, Filter(open_work=True)) == ["Carol Customer"]
    assert names(office, Filter(open_work=False)) == ["Änne Özdemir", "bert's Bakery"]
    assert names(office, Filter(unplaced=True)) == ["bert's Bakery"]
    assert names(office, Filter(unplaced=True, kind="residential")) == []
    for to in (S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED):
        card = office.do(progress.move_on, card.id, version=card.version, to=to).cards[0]
    assert names(office, Filter(no_visit_since=date(2026, 3, 2))) == ["Änne Özdemir", "bert's Bakery"]
    assert "Carol Customer" in names(office, Filter(no_visit_since=date(2026, 3, 3)))


def test_own_fields_of_a_choice_or_yes_and_no_narrow_the_list(office: Office) -> None:
    ids = people(office)

    def own(tx: Tx) -> None:
        tx.add(CustomField(entity="customer", key="tier", label="Tier", kind="choice", choices=["gold", "tin"]))
        tx.get(Customer, ids["bert"]).custom = {"tier": "gold", "vip": True}
        tx.get(Customer, ids["anne"]).custom = {"tier": "tin", "vip": False}

    office.do(own)
    assert names(office, Filter(custom=(("tier", "gold"),))) == ["bert's Bakery"]
    assert names(office, Filter(custom=(("vip", False),))) == ["Änne Özdemir"]
    assert names(office, Filter(custom=(("tier", "gold' or 1=1 --"),))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("anne ozd", ["Änne Özdemir"]), ("202 555 0177", ["Änne Özdemir"]), ("+1 (202) 555-0101", ["Carol Customer"]),
     ("oak beth", ["bert's Bakery"]), ("BERT'S", ["bert's Bakery"]), ("c1003", ["bert's Bakery"]), ("anne@", ["Änne Özdemir"]),
     ("%", []), ("first street", ["Carol Customer"]), ("carol elm", [])],
)  # fmt: skip
def test_words_are_found_wherever_they_stand(office: Office, text: str, found: list[str]) -> None:
    people(office)
    assert names(office, Filter(text)) == found
    assert [row.name for row in office.see(customers.find, text)] == found


def test_a_name_that_begins_with_the_word_is_offered_first(office: Office) -> None:
    def add(tx: Tx) -> None:
        for name in ("Anna Carolson", "Carol Zimmer", "Bea Carol"):
            customers.add_customer(tx, name=name)

    make.small(office)
    office.do(add)
    assert [row.name for row in office.see(customers.find, "carol")] == [
        "Carol Customer",
        "Carol Zimmer",
        "Anna Carolson",
        "Bea Carol",
    ]


def words(office: Office, id: int) -> str:
    return office.see(lambda tx: tx.get(Customer, id).search)


def test_the_words_follow_every_change_and_its_undoing(office: Office) -> None:
    ids = people(office)
    bert = ids["bert"]
    assert words(office, bert) == searchable(
        "bert's Bakery", "C1003", "", "", "9 Elm Street", "Arlington", "10 Oak Street", "Bethesda"
    )
    row = office.see(lambda tx: tx.all(select(Location).where(Location.street == "10 Oak Street"))[0])
    edit = office.do(edit_place, row.id, version=1, facts=PlaceFacts("77 Pine Road", "Reston"))
    assert "pine road" in words(office, bert)
    assert "oak" not in words(office, bert)
    office.do(put_rows_back, edit.before, edit.after)
    assert "oak" in words(office, bert)
    added = office.do(new_place, bert, PlaceFacts("5 Birch Court"))
    assert "birch" in words(office, bert)
    office.do(put_rows_back, added.before, added.after)
    assert "birch" not in words(office, bert)
    facts = office.see(lambda tx: facts_of(tx.get(Customer, bert)))
    version = office.see(lambda tx: tx.get(Customer, bert).version)
    office.do(edit_customer, bert, version=version, facts=type(facts)(name="Bertha", phone="(703) 555-0140"))
    assert words(office, bert) == searchable(
        "Bertha", "C1003", "", "(703) 555-0140", "9 Elm Street", "Arlington", "10 Oak Street", "Bethesda"
    )
    assert "7035550140" in words(office, bert)


def test_a_new_address_leaves_the_customer_s_version_alone(office: Office) -> None:
    ids = people(office)
    office.do(customers.add_location, ids["anne"], street="3 Ash Lane")
    assert office.see(lambda tx: tx.get(Customer, ids["anne"]).version) == 1
    assert "ash lane" in words(office, ids["anne"])


def test_rows_written_past_the_models_are_filled_by_one_call(office: Office) -> None:
    ids = people(office)
    before = {name: words(office, id) for name, id in ids.items()}
    office.do(lambda tx: tx.session.connection().exec_driver_sql("update customer set search = ''"))
    assert names(office, Filter("carol")) == []
    office.do(refresh_all)
    assert {name: words(office, id) for name, id in ids.items()} == before


@pytest.mark.requirement("0.37")
def test_all_means_all_that_match_and_not_the_page(office: Office) -> None:
    """10,000 customers, a page of 200: select all says 10,000, and what is done is done to all of them."""
    make.small(office)

    def add(tx: Tx) -> None:
        tx.session.connection().execute(Customer.__table__.insert(), [
            {"public_id": f"{n:032d}", "number": f"X{n}", "name": f"Sam {n:05d}", "email": "", "phone": "", "kind": "residential",
             "channel": "email", "language": "en", "notes": "", "custom": {}, "active": True, "requests_allowed": True,
             "created_at": tx.now, "version": 1, "search": searchable(f"Sam {n:05d}", f"X{n}")} for n in range(10_000)])  # fmt: skip

    office.do(add)
    sams = Filter("sam")
    page = office.see(customer_page, sams)
    assert (page.total, len(page.rows)) == (10_000, 200)
    everyone = Selection(filter=sams)
    assert office.see(count_selected, everyone) == 10_000
    but = Selection(filter=sams, but=frozenset(row.id for row in page.rows[:3]))
    done = office.do(set_active, but, False)
    assert len(done.ids) == 9_997
    assert office.see(customer_page, Filter()).total == 4  # three Sams and Carol
    office.do(set_active, Selection(frozenset(done.ids)), True)
    assert office.see(count_selected, everyone) == 10_000
    assert office.see(count_all) == 10_001


def test_a_few_are_exactly_those_and_positions_become_ids(office: Office) -> None:
    ids = people(office)
    few = Selection(frozenset({ids["bert"], ids["carol"], 99_999}))
    assert office.see(selected_ids, few) == (ids["bert"], ids["carol"])
    assert office.see(ids_at, Filter(), ((0, 0), (2, 2))) == (ids["anne"], ids["carol"])
    assert office.see(ids_at, Filter(), ((0, 0),), descending=True) == (ids["carol"],)
    assert [row.name for row in office.see(selected_rows, few)] == ["bert's Bakery", "Carol Customer"]


def test_only_those_that_changed_are_named(office: Office) -> None:
    ids = people(office)
    done = office.do(set_active, Selection(frozenset({ids["zed"], ids["bert"]})), False)
    assert done.ids == (ids["bert"],)
    assert names(office, Filter(state="inactive")) == ["bert's Bakery", "Zed"]
