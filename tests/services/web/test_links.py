"""Private links, sessions, limits and the key of the web pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import keyring
import pytest
from sqlalchemy import func, select

from fieldoffice.models.company import Secret
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed, NotFound, Refused
from fieldoffice.models.log import Topic
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.web import PrivateLink, RateCount, WebSession
from fieldoffice.office import Office, Tx
from fieldoffice.services.company.values import set_setting
from fieldoffice.services.limits import count, hidden
from fieldoffice.services.links import GONE, find_link, hash_of, make_link, revoke_links, url, use_link
from fieldoffice.services.secrets.office_key import set_up_key
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from fieldoffice.services.signin import send_link
from fieldoffice.services.webkeys import derived, web_key
from fieldoffice.services.websessions import (
    ABSOLUTE,
    IDLE,
    begin_session,
    end_session,
    end_sessions,
    find_session,
    touch_session,
)
from tests import make
from tests.conftest import Clock
from tests.services.secrets.conftest import OwnKeyring, start_again


@pytest.fixture
def made(office: Office) -> make.Made:
    return make.small(office)


@pytest.fixture
def ring() -> Iterator[OwnKeyring]:
    before, mine = keyring.get_keyring(), OwnKeyring()
    keyring.set_keyring(mine)
    start_again()
    yield mine
    keyring.set_keyring(before)


def carol(tx: Tx, made: make.Made) -> Customer:
    return tx.get(Customer, made.customer)


def link(office: Office, made: make.Made, purpose: str = "signin", days: float = 1) -> str:
    return office.do(lambda tx: make_link(tx, purpose, carol(tx, made), customer_id=made.customer, days=days))


# links

def test_a_link_leads_to_its_thing_and_only_its_hash_is_stored(office: Office, made: make.Made) -> None:
    token = link(office, made)
    assert len(token) == 43  # 256 bits
    found = office.outside("x").see(find_link, token, "signin")
    assert (found.entity, found.entity_id, found.customer_id, found.language) == ("customer", made.customer, made.customer, "en")
    row = office.see(lambda tx: tx.all(select(PrivateLink)))[0]
    assert row.token_hash == hash_of(token)
    assert token not in str(row.__dict__)


def test_every_way_in_which_a_link_does_not_work_sounds_alike(office: Office, made: make.Made, clock: Clock) -> None:
    used, revoked, old = link(office, made), link(office, made, "other"), link(office, made, days=0.5)
    office.outside("x").do(use_link, used, "signin")
    assert office.do(lambda tx: revoke_links(tx, carol(tx, made), purpose="other")) == 1
    clock.forward(hours=13)
    wrong = ((used, "signin"), (revoked, "other"), (old, "signin"), ("", "signin"), ("x" * 999, "signin"), (used, "other"), ("\udcff", "a"))
    for token, purpose in wrong:
        for service in (find_link, use_link):
            with pytest.raises(NotFound) as refused:
                office.outside("x").do(service, token, purpose)
            assert (str(refused.value), refused.value.key) == (GONE, "no_link")


def test_revoking_ends_all_links_about_a_thing_and_no_others(office: Office, made: make.Made) -> None:
    mine = [link(office, made), link(office, made, "visit")]
    theirs = office.do(lambda tx: make_link(tx, "visit", tx.company))
    assert office.do(lambda tx: revoke_links(tx, carol(tx, made))) == 2
    assert office.do(lambda tx: revoke_links(tx, carol(tx, made))) == 0
    for token, purpose in zip(mine, ("signin", "visit"), strict=True):
        with pytest.raises(NotFound):
            office.outside("x").see(find_link, token, purpose)
    assert office.outside("x").see(find_link, theirs, "visit").entity == "company"


def test_of_many_who_use_one_link_at_once_one_may(office: Office, made: make.Made) -> None:
    token, said, start = link(office, made), list[str](), threading.Barrier(6)

    def use() -> None:
        start.wait()
        try:
            office.outside("x").do(use_link, token, "signin")
            said.append("used")
        except Refused as refusal:
            said.append(refusal.key)

    people = [threading.Thread(target=use) for _ in range(6)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(said) == ["no_link"] * 5 + ["used"]


def test_full_addresses_begin_with_the_setting(office: Office, made: make.Made) -> None:
    assert office.see(url, "/r/x") == "http://localhost:8470/r/x"
    office.do(set_setting, "online.public_url", "https://book.example.com/")
    assert office.see(url, "/r/x") == "https://book.example.com/r/x"


def test_links_are_made_by_the_office_and_those_it_lets_in(office: Office, made: make.Made) -> None:
    bookkeeper = office.seat(made.owner)
    assert bookkeeper.do(lambda tx: make_link(tx, "x", tx.company))
    with pytest.raises(NotAllowed):
        bookkeeper.see(find_link, "x", "y")
    nobody = office.do(lambda tx: __import__("fieldoffice.services.company", fromlist=["x"]).add_user(tx, login="n", name="N", roles=())).id
    with pytest.raises(NotAllowed):
        office.seat(nobody).do(lambda tx: make_link(tx, "x", tx.company))


# sessions

def test_a_session_ends_when_idle_after_half_a_day_and_when_signed_out(office: Office, made: make.Made, clock: Clock) -> None:
    door, began = office.outside("customer"), clock()
    token = door.do(begin_session, link(office, made))
    assert office.see(lambda tx: tx.all(select(WebSession)))[0].token_hash == hash_of(token)
    assert office.see(carol, made).email_verified_at == began
    session = door.see(find_session, token)
    assert (session.customer_id, session.stale) == (made.customer, False)
    clock.forward(minutes=29)
    assert door.see(find_session, token).stale
    door.do(touch_session, session.id)
    clock.forward(minutes=29)
    assert door.see(find_session, token)
    clock.forward(minutes=2)
    with pytest.raises(NotAllowed):
        door.see(find_session, token)
    again = door.do(begin_session, link(office, made))
    session, end = door.see(find_session, again), clock() + ABSOLUTE
    while clock.forward(minutes=25) < end:
        door.do(touch_session, session.id)
        assert door.see(find_session, again)
    with pytest.raises(NotAllowed):
        door.see(find_session, again)
    third = door.do(begin_session, link(office, made))
    door.do(end_session, third)
    with pytest.raises(NotAllowed):
        door.see(find_session, third)
    assert timedelta(minutes=30) == IDLE


def test_a_sign_in_link_works_once_and_not_for_who_is_gone(office: Office, made: make.Made) -> None:
    door, token, later = office.outside("customer"), link(office, made), link(office, made)
    door.do(begin_session, token)
    with pytest.raises(NotFound):
        door.do(begin_session, token)
    session = door.do(begin_session, later)
    assert office.seat(made.owner).do(end_sessions, made.customer) == 2
    with pytest.raises(NotAllowed):
        door.see(find_session, session)
    last = link(office, made)
    office.do(lambda tx: setattr(carol(tx, made), "active", False))
    with pytest.raises(NotAllowed):
        door.do(begin_session, last)


def test_the_mail_with_the_link_goes_to_the_address_on_file_and_nobody_learns_whether_there_is_one(office: Office, made: make.Made) -> None:
    door = office.outside("customer")
    assert door.do(send_link, "nobody@example.com", language="en") is door.do(send_link, " CAROL@example.com ", language="en")
    sent = office.see(lambda tx: tx.all(select(OutboxMessage)))
    assert [row.recipient for row in sent] == ["carol@example.com"]
    assert office.see(lambda tx: tx.session.scalar(select(func.count(PrivateLink.id)))) == 1


# limits

def test_a_window_slides(office: Office, made: make.Made, clock: Clock) -> None:
    door, key = office.outside("x"), hidden(b"salt", "signin", "1.2.3.4")
    clock.at = clock.at.replace(minute=0, second=0)
    assert [door.do(count, key, 60).n for _ in range(4)] == [1, 2, 3, 4]
    clock.forward(seconds=75)  # a quarter into the next window: three quarters of the last one still count
    found = door.do(count, key, 60)
    assert (found.n, found.retry_s) == (1 + 3, 45)
    clock.forward(seconds=120)
    assert door.do(count, key, 60).n == 1
    assert door.do(count, hidden(b"salt", "signin", "5.6.7.8"), 60).n == 1


def test_counting_rings_no_topic_and_forgets_after_two_days(office: Office, made: make.Made, clock: Clock) -> None:
    before = office.topics()
    door, key = office.outside("x"), hidden(b"salt", "x", "1.2.3.4")
    door.do(count, key, 60)
    clock.forward(days=3)
    door.do(count, key, 60)
    assert office.topics() == before
    rows = office.see(lambda tx: tx.all(select(RateCount)))
    assert [row.key for row in rows] == [key]
    assert "1.2.3.4" not in key
    assert office.see(lambda tx: tx.all(select(Topic.name).where(Topic.name == "rate_count"))) == []


def test_every_one_of_many_at_once_is_counted(office: Office, made: make.Made) -> None:
    door, key, found = office.outside("x"), hidden(b"salt", "x", "y"), list[int]()

    def some() -> None:
        found.extend(door.do(count, key, 3600).n for _ in range(5))

    people = [threading.Thread(target=some) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(found) == list(range(1, 21))


# the key

def test_the_key_of_the_pages_is_a_sealed_secret_where_the_office_has_a_key(office: Office, made: make.Made, ring: OwnKeyring) -> None:
    door = office.outside("web server")
    assert door.do(web_key) != door.do(web_key)  # no office key yet: one for this run alone
    assert office.see(lambda tx: tx.all(select(Secret))) == []
    office.do(set_up_key, phrase_of(new_key()))
    key = door.do(web_key)
    assert len(key) == 32
    assert door.do(web_key) == key
    sealed = office.see(lambda tx: tx.all(select(Secret.sealed).where(Secret.key == "web_key")))[0]
    assert key not in sealed
    assert derived(key, "forms") != derived(key, "limits")
    for account, name in list(ring.held):
        del ring.held[account, name]
    assert door.do(web_key) != key  # another computer, without the office key
