"""What pages keep of the company: read once, and anew as soon as a table has changed that it was read from."""

from __future__ import annotations

import pytest

from fieldoffice.office import Office, Tx
from fieldoffice.services.company.values import set_setting
from fieldoffice.services.customers import add_customer
from fieldoffice.web.kept import FRESH_S, LONGEST_S, Kept
from tests.web.site import Served

asked: list[str] = []


class Watch:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def intro(tx: Tx) -> str:
    from fieldoffice.services.booking.rules import booking_rules

    asked.append("intro")
    return booking_rules(tx).intro


@pytest.fixture
def watch() -> Watch:
    asked.clear()
    return Watch()


def test_it_is_read_once_until_its_table_changes(sqlite_office: Office, watch: Watch) -> None:
    kept, door = Kept(watch), sqlite_office.outside("a test")

    def seen() -> str:
        watch.at += FRESH_S + 0.01
        return kept.see(door, intro, ("setting",))

    assert [seen() for _ in range(5)] == [""] * 5
    assert len(asked) == 1
    sqlite_office.do(lambda tx: add_customer(tx, name="Somebody"))  # another table
    assert (seen(), len(asked)) == ("", 1)
    sqlite_office.do(set_setting, "booking.intro", "Hello")
    assert (seen(), len(asked)) == ("Hello", 2)


def test_a_change_shows_after_a_moment_and_at_once_where_it_is_forgotten(sqlite_office: Office, watch: Watch) -> None:
    kept, door = Kept(watch), sqlite_office.outside("a test")
    kept.see(door, intro, ("setting",))
    sqlite_office.do(set_setting, "booking.intro", "Hello")
    watch.at += FRESH_S / 2
    assert kept.see(door, intro, ("setting",)) == ""
    kept.forget()
    assert kept.see(door, intro, ("setting",)) == "Hello"
    watch.at += LONGEST_S + 1  # and in any case after a while, whatever the topics say
    kept.see(door, intro, ("setting",))
    assert len(asked) == 3


def test_the_booking_page_shows_a_new_price_within_a_second(served_sqlite: Served) -> None:
    import time

    from sqlalchemy import update

    from fieldoffice.models.catalog import CatalogItem

    office = served_sqlite.site.office
    assert "$120.00" not in served_sqlite.get("/book").text
    office.do(lambda tx: tx.session.execute(update(CatalogItem).values(bookable="both")))
    end = time.monotonic() + 20
    while "$120.00" not in served_sqlite.get("/book").text and time.monotonic() < end:
        time.sleep(0.05)
    assert "$120.00" in served_sqlite.get("/book").text
    office.do(lambda tx: tx.session.execute(update(CatalogItem).values(price_cents=13_700)))
    time.sleep(2 * FRESH_S)
    assert "$137.00" in served_sqlite.get("/book").text
