"""From an address to a pin: by itself, by postal code, by a service at its pace, and never over a pin set by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.integrations.geocoders import connect
from fieldoffice.models.customer import Location
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.log import Event, Task
from fieldoffice.models.outside import GeocodeAnswer
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company, customers
from fieldoffice.services.company.values import set_setting
from fieldoffice.services.geocoding import offline, working
from fieldoffice.services.geocoding.queue import find_coordinates, state, want_places
from fieldoffice.services.geocoding.words import Address, placed_words
from fieldoffice.services.geocoding.working import find_places, take_turn
from fieldoffice.services.tasks import Runner, run_one
from tests import make
from tests.conftest import Clock
from tests.services.geocoding.geoserver import CITY, NOMINATIM, GeoServer, serving

HERE = (38.8976997, -77.0365532, "house")


@pytest.fixture
def server() -> Iterator[GeoServer]:
    with serving() as made:
        yield made


def add(office: Office, made: make.Made, street: str = "4 Oak Street", code: str = "20002", **more: Any) -> int:
    return office.do(customers.add_location, made.customer, street=street, city="Washington", region="DC", postal_code=code, **more)


def choose(office: Office, server: GeoServer, source: str = "nominatim") -> None:
    office.do(set_setting, "geocoder.source", source)
    office.do(set_setting, "geocoder.url", server.url)


def place(office: Office, id: int) -> tuple[float | None, float | None, str]:
    row = office.see(lambda tx: tx.get(Location, id))
    return row.lat, row.lon, row.placed_by


def task(office: Office) -> Task:
    return office.see(lambda tx: tx.session.scalars(select(Task).where(Task.kind == "find_places")).one())


def go(office: Office, **kw: Any) -> Any:
    return find_places(office, connect, pause=lambda _s: None, **kw)


def test_an_address_without_a_place_asks_for_one_by_itself_and_one_with_a_place_does_not(office: Office) -> None:
    made = make.small(office)
    add(office, made, place=(38.9, -77.0), placed_by="hand")
    assert office.see(lambda tx: tx.all(select(Task))) == []
    add(office, made)
    assert task(office).done_at is None
    assert run_one(office)
    assert not run_one(office)
    assert task(office).done_at is not None
    add(office, made, "5 Oak Street")
    assert task(office).done_at is None, "the next address wakes it"


def test_without_a_service_the_postal_code_gives_a_rough_place_and_nobody_is_asked(office: Office, server: GeoServer) -> None:
    made = make.small(office)
    office.do(set_setting, "geocoder.url", server.url)
    known, unknown, abroad = add(office, made), add(office, made, code="00000"), add(office, made, code="20002", country="DE")
    run_one(office, connect)
    lat, lon, placed = place(office, known)
    assert placed == "postal_code"
    assert lat == pytest.approx(38.9, abs=0.1)
    assert lon == pytest.approx(-77.0, abs=0.1)
    assert (place(office, unknown), place(office, abroad)) == ((None, None, ""), (None, None, ""))
    assert server.asked == []
    assert placed_words("postal_code") == "Near the middle of its postal code."
    found = office.see(state)
    assert (found.source, found.without, found.rough, found.waiting) == ("", 2, 1, False)
    event = office.see(lambda tx: tx.session.scalars(select(Event).where(Event.kind == "customer.location_placed")).one())
    assert (event.customer_id, event.note, event.after["source"]) == (made.customer, "4 Oak Street: postal code", "postal code")


def test_the_postal_code_can_be_left_out(office: Office) -> None:
    made = make.small(office)
    office.do(set_setting, "geocoder.offline", False)
    id = add(office, made)
    run_one(office)
    assert place(office, id) == (None, None, "")


def test_a_chosen_service_replaces_the_rough_place_and_is_asked_once_for_an_address(office: Office, server: GeoServer) -> None:
    made = make.small(office)
    first = add(office, made)
    run_one(office)
    server.will([NOMINATIM])
    choose(office, server)
    office.do(want_places)
    run_one(office, connect)
    assert place(office, first) == HERE
    second = add(office, made, "4 OAK Street")  # the same address in other letters
    run_one(office, connect)
    assert place(office, second) == HERE
    assert len(server.asked) == 1, "the answer was kept"


def test_a_rougher_answer_does_not_replace_a_better_place(office: Office, server: GeoServer) -> None:
    made = make.small(office)
    id = add(office, made)
    server.will([CITY])
    choose(office, server)
    run_one(office, connect)
    assert place(office, id)[2] == "postal_code"
    assert office.see(lambda tx: tx.session.scalars(select(GeocodeAnswer)).one()).precision == "city"


def test_a_pin_set_by_hand_meanwhile_stays(office: Office, server: GeoServer, clock: Clock) -> None:
    made = make.small(office)
    id = add(office, made, code="")
    server.will([NOMINATIM])
    choose(office, server)

    def drag(_seconds: float) -> None:
        office.do(
            lambda tx: [
                setattr(tx.get(Location, id), name, value) for name, value in (("lat", 38.5), ("lon", -77.5), ("placed_by", "hand"))
            ]
        )

    find_places(office, connect, pause=drag)
    assert len(server.asked) == 1, "it was asked while the pin was dragged"
    assert place(office, id) == (38.5, -77.5, "hand")
    assert office.do(find_coordinates, [id]) == 0, "and is not looked for again"


def test_an_address_that_is_not_known_is_asked_again_only_when_somebody_wants_it(office: Office, server: GeoServer) -> None:
    made = make.small(office)
    id = add(office, made, code="")
    server.will([])
    choose(office, server)
    run_one(office, connect)
    office.do(want_places)
    run_one(office, connect)
    assert len(server.asked) == 1
    server.answers.clear()
    server.will([NOMINATIM])
    assert office.do(find_coordinates, [id]) == 1
    run_one(office, connect)
    assert place(office, id) == HERE


@pytest.mark.parametrize(("status", "headers", "waits"), [(500, {}, [60, 120, 240]), (429, {"Retry_After": "900"}, [900, 900, 900])])
def test_a_service_in_trouble_is_left_alone_longer_each_time(
    office: Office, server: GeoServer, clock: Clock, status: int, headers: dict[str, str], waits: list[int]
) -> None:
    made = make.small(office)
    id = add(office, made, code="")
    server.will([], status, **headers)
    choose(office, server)
    for wait in waits:
        assert run_one(office, connect)
        assert not run_one(office, connect), "not before its time"
        assert task(office).due_at == clock.at + timedelta(seconds=wait)
        assert office.see(state).last_error
        clock.forward(seconds=wait)
    server.answers.clear()
    server.will([NOMINATIM])
    run_one(office, connect)
    assert (place(office, id), task(office).last_error, task(office).done_at is not None) == (HERE, "", True)


def test_an_address_added_while_the_task_works_is_not_forgotten(office: Office, server: GeoServer) -> None:
    made = make.small(office)
    add(office, made, code="")
    choose(office, server)

    class Late:
        def find(self, **_: str) -> None:
            add(office, made, "6 Late Street", "20002")

    run_one(office, lambda source, url: Late())  # type: ignore[arg-type,return-value]
    assert task(office).done_at is None


def test_the_whole_office_asks_once_a_second(office: Office, clock: Clock) -> None:
    make.small(office)
    assert [office.do(take_turn) for _ in range(3)] == [0.0, 1.0, 2.0]
    clock.forward(seconds=2.5)
    assert office.do(take_turn) == pytest.approx(0.5)
    clock.forward(hours=1)
    assert office.do(take_turn) == 0.0
    turns: list[float] = []
    threads = [threading.Thread(target=lambda: turns.append(office.do(take_turn))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_questions_are_really_a_second_apart(sqlite_office: Office, server: GeoServer) -> None:
    made = make.small(sqlite_office)
    sqlite_office.clock = None
    for n in range(3):
        add(sqlite_office, made, f"{n} Oak Street", "")
    server.will([NOMINATIM])
    choose(sqlite_office, server)
    find_places(sqlite_office, connect)
    gaps = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) > 0.9


def test_after_some_questions_other_tasks_have_their_turn(office: Office, server: GeoServer) -> None:
    made = make.small(office)
    for n in range(working.AT_ONCE + 2):
        add(office, made, f"{n} Oak Street", "")
    server.will([NOMINATIM])
    choose(office, server)
    again = go(office)
    assert (len(server.asked), again.about) == (working.AT_ONCE, {"asking": True})
    assert go(office, asking=True) is None
    assert len(server.asked) == working.AT_ONCE + 2


def test_the_runner_of_a_desktop_does_it(sqlite_office: Office, server: GeoServer) -> None:
    made = make.small(sqlite_office)
    id = add(sqlite_office, made)
    server.will([NOMINATIM])
    choose(sqlite_office, server)
    sqlite_office.clock = None
    runner = Runner(sqlite_office, every_s=0.05, geocoder=connect)
    runner.start()
    try:
        for _ in range(400):
            if place(sqlite_office, id) == HERE:
                break
            threading.Event().wait(0.05)
    finally:
        runner.stop()
    assert place(sqlite_office, id) == HERE


def test_who_may_not_edit_customers_may_not_send_their_addresses_anywhere(office: Office) -> None:
    make.small(office)
    user = office.do(company.add_user, login="sue", name="Sue", roles=[Role.SUPERVISOR], password="a long password")
    with pytest.raises(NotAllowed, match="does not have the right"):
        office.seat(user.id).do(find_coordinates)


def test_addresses_are_kept_under_one_line_whatever_their_letters() -> None:
    assert Address(" 4  Oák Street", "Washington", "DC", "20002").line == "4 oak street, washington, dc 20002, us"
    assert offline.by_postal_code(Address("x", postal_code="20002-1234")) == offline.by_postal_code(Address("y", postal_code="20002"))
    assert offline.by_postal_code(Address("x", postal_code="20002", country="FR")) is None
