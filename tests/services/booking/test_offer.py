"""What is on offer online, and where an address lies, by what the office says and knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.company import Company
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.outside import GeocodeAnswer
from fieldoffice.models.provider import Provider
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.booking.offer import chosen, offer, offered
from fieldoffice.services.booking.spots import Site, find_site
from fieldoffice.services.catalog.pricebook import edit_item, price_book
from fieldoffice.services.edits import put_rows_back
from fieldoffice.services.geocoding.words import Address
from fieldoffice.services.providers.people import edit_provider, facts_of
from tests.make import DEPOT
from tests.services.booking.stage import Stage, stage_of


@pytest.fixture
def stage(sqlite_office: Office) -> Stage:
    return stage_of(sqlite_office)


def test_a_service_is_offered_as_the_price_book_says(stage: Stage) -> None:
    line = next(line for line in stage.office.see(price_book) if line.id == stage.made.repair)
    stage.office.do(edit_item, line.id, replace(line.facts, price_from=True, bookable="instant"), version=line.version)
    shown = next(one for one in stage.door.see(offered) if one.id == stage.made.repair)
    assert (shown.price_cents, shown.price_from, shown.duration_s) == (12_000, True, 3600)
    for bookable, there in (("both", True), ("request", False), ("no", False)):
        stage.office.do(lambda tx, b=bookable: setattr(tx.get(CatalogItem, stage.made.repair), "bookable", b))
        assert (stage.made.repair in {one.id for one in stage.door.see(offered)}) is there
    stage.office.do(lambda tx: setattr(tx.get(CatalogItem, stage.check), "active", False))
    assert stage.door.see(offer).services == ()


def test_only_what_is_offered_can_be_chosen_and_only_strangers_choose(stage: Stage) -> None:
    assert [one.id for one in stage.door.see(chosen, [stage.check, stage.made.repair, stage.check])] == [stage.made.repair, stage.check]
    for ids in ([], [99], [stage.check, 99]):
        with pytest.raises(Invalid):
            stage.door.see(chosen, ids)
    with pytest.raises(NotAllowed):
        stage.office.seat(stage.made.owner).see(offered)


def test_a_provider_is_taken_off_online_booking_and_undo_brings_them_back(stage: Stage) -> None:
    row = stage.office.see(lambda tx: tx.get(Provider, stage.made.ana))
    edit = stage.office.do(edit_provider, row.id, replace(facts_of(row), booked_online=False), version=row.version)
    assert stage.office.see(lambda tx: tx.get(Provider, row.id).booked_online) is False
    stage.office.do(put_rows_back, edit.before, edit.after)
    assert stage.office.see(lambda tx: tx.get(Provider, row.id).booked_online) is True


def site(stage: Stage, **typed: str) -> Site:
    return stage.door.see(find_site, **({"street": "1 A Street", "city": "Washington"} | typed))


def test_an_address_is_placed_by_the_best_that_is_known(stage: Stage) -> None:
    by_code = site(stage, postal_code="20001")
    assert by_code.precision == "postal_code"
    assert by_code.known == by_code.place
    line = Address("1 A Street", "Washington", "", "20001", "US").line
    known = {"source": "nominatim", "address": line, "lat": 38.9, "lon": -77.0, "precision": "house"}
    stage.office.do(lambda tx: tx.add(GeocodeAnswer(**known, asked_at=tx.now)))
    assert (site(stage, postal_code="20001").place, site(stage, postal_code="20001").precision) == ((38.9, -77.0), "house")
    unknown = site(stage, postal_code="00000")
    assert (unknown.place, unknown.precision, unknown.known, unknown.placed_by) == (DEPOT, "depot", None, "")


def test_elsewhere_other_customers_of_the_postal_code_tell_where_it_is(stage: Stage) -> None:
    def abroad(tx: Tx) -> None:
        tx.get(Company, 1).country = "DE"
        id = customers.add_customer(tx, name="Karl")
        for n in range(3):
            customers.add_location(tx, id, street=f"Weg {n}", postal_code="10115", country="DE", place=(52.5 + n / 100, 13.4))

    stage.office.do(abroad)
    near = site(stage, postal_code="10115")
    assert (near.place, near.precision, near.placed_by) == ((52.51, 13.4), "nearby", "postal_code")
    assert site(stage, postal_code="20001").precision == "depot"
