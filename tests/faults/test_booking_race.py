"""Many strangers, one last time: real clients over real HTTP on the real server, each guard alone, and what happens without."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.customer import Customer
from fieldoffice.models.job import Job
from fieldoffice.office import Office
from fieldoffice.services import providers
from fieldoffice.services.backups import check_books
from fieldoffice.services.booking import holds, people
from fieldoffice.services.booking.slots import Slot
from fieldoffice.web import booking
from tests import make
from tests.faults.processes import TIMED, rounds
from tests.faults.test_races import take_down_wall
from tests.ready import Ready, ready  # noqa: F401 - a fixture
from tests.services.booking.stage import STREET, Opened, Stage, alone, opened, stage_on
from tests.web.site import TLS, Served, serving
from tests.web.walk import NINA, TIME

pytestmark = TIMED
CLIENTS = 50
FEWER = rounds(16, CLIENTS)
"""Where one guard alone is tried: whoever is not the first meets it."""
PATIENCE_S = 120


@pytest.fixture
def begun(kind: str, ready: Ready) -> tuple[str, Opened]:  # noqa: F811
    return ready(kind, opened)


@pytest.fixture
def address(begun: tuple[str, Opened]) -> str:
    return begun[0]


@pytest.fixture
def stage(office: Office, begun: tuple[str, Opened]) -> Stage:
    made = stage_on(office, begun[1])
    alone(office, made.made.ana)
    return made


@pytest.fixture
def site(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(booking, "QUICKEST_S", 0)
    with serving(stage.office) as served:
        yield served


def form(site: Served, stage: Stage, secret: str, **more: object) -> dict[str, str]:
    """What the form of one visitor carries who has chosen a service and a place."""
    state = {"v": secret, "b": 0, "s": [stage.made.repair], "a": STREET} | more
    return {"csrf": site.site.signer.token(""), "state": site.site.signer.seal(state, "book")}


def at_once(site: Served, path: str, forms: list[dict[str, str]]) -> list[httpx.Response]:
    """All forms sent in the same moment, each over a connection of its own."""
    start = threading.Barrier(len(forms), timeout=PATIENCE_S)

    def send(fields: dict[str, str]) -> httpx.Response:
        with httpx.Client(base_url=site.base, timeout=PATIENCE_S, trust_env=False, verify=TLS, headers={"Accept": "text/html"}) as client:
            client.get("/health")  # the connection stands before the start
            start.wait()
            return client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin", "Origin": site.base})

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


def race(site: Served, stage: Stage, slot: Slot, n: int, clients: int = CLIENTS) -> tuple[list[httpx.Response], list[httpx.Response]]:
    """Everybody goes for one time: who got it, and who did not."""
    moment = str(int(slot.starts_at.timestamp()))
    told = at_once(site, "/book/you", [form(site, stage, f"{n}-{who}") | {"time": moment} for who in range(clients)])
    won = [one for one in told if one.status_code == 201]
    return won, [one for one in told if one.status_code == 409]


def doubles(stage: Stage) -> int:
    """Pairs of holds or visits of one provider that begin at the same moment."""
    query = select(func.count()).select_from(Assignment).where(Assignment.active).group_by(Assignment.provider_id, Assignment.starts_at)
    return stage.office.see(lambda tx: sum(n - 1 for n in tx.all(query)))


def release(stage: Stage) -> None:
    """Let every hold go, so that the next round has its time."""
    stage.office.do(lambda tx: [holds_gone(tx, id) for id in tx.all(select(Appointment.id).where(Appointment.job_id.is_(None)))])


def holds_gone(tx: Any, id: int) -> None:
    from fieldoffice.services.dispatch.hands import clear

    clear(tx, [id])
    tx.session.delete(tx.get(Appointment, id))


@pytest.mark.requirement("0.4")
def test_fifty_go_for_the_last_time_one_gets_it_and_the_others_get_fresh_ones(stage: Stage, site: Served) -> None:
    for n in range(rounds(2, 100)):
        slot = stage.free()[0]
        won, lost = race(site, stage, slot, n)
        assert (len(won), len(lost)) == (1, CLIENTS - 1)
        moment = str(int(slot.starts_at.timestamp()))
        for one in lost:
            fresh = TIME.findall(unescape(one.text))
            assert fresh
            assert moment not in fresh
        if n == 0:  # and the one who got it books it
            state = site.hidden(won[0].text)
            assert site.post("/book/confirm", NINA | {"csrf": state["csrf"], "state": state["state"]}).status_code == 201
        release(stage)
    assert doubles(stage) == 0
    assert stage.office.see(lambda tx: tx.session.scalar(select(func.count()).select_from(Job))) == 1
    assert check_books(stage.office.engine) == []


@pytest.mark.parametrize("off", ["look", "wall"])
def test_looking_again_and_the_wall_each_hold_alone(
        stage: Stage, site: Served, kind: str, off: str, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    slot = stage.free()[0]
    turn_off(stage, kind, off, slot, monkeypatch)
    won, lost = race(site, stage, slot, 0, FEWER)
    assert (len(won), len(lost), doubles(stage)) == (1, FEWER - 1, 0)


def test_control_without_looking_again_and_without_the_wall_one_time_is_given_away_many_times(
        stage: Stage, site: Served, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    slot = stage.free()[0]
    for off in ("look", "wall"):
        turn_off(stage, kind, off, slot, monkeypatch)
    won, _ = race(site, stage, slot, 0, FEWER)
    assert len(won) > 1
    assert doubles(stage) > 0


def turn_off(stage: Stage, kind: str, what: str, slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    """"look": everybody believes what was free when the page was made; "wall": the database takes two at once."""
    if what == "wall":
        take_down_wall(stage.office, kind)
    else:
        monkeypatch.setattr(holds, "take", lambda *_: slot)


@pytest.mark.requirement("0.5")
def test_first_bookings_of_one_email_at_once_make_one_customer(stage: Stage, site: Served) -> None:
    many, times = 6, rounds(2, 50)
    team(stage, many)
    for n in range(times):
        email = f"nina{n}@example.com"
        forms = held_forms(stage, site, n, many)
        told = at_once(site, "/book/confirm", [one | NINA | {"email": email} for one in forms])
        assert [one.status_code for one in told] == [201] * many
        assert customers_with(stage, email) == 1
        stage.office.do(lambda tx: [cancel_all(tx)])


def team(stage: Stage, many: int) -> None:
    """So many providers who can all do it: visitors of one moment do not meet at a provider's row."""

    def hire(tx: Any) -> None:
        for n in range(many - 1):
            providers.give_skill(tx, make.provider(tx, f"P{n}"), stage.made.plumbing)

    stage.office.do(hire)


def held_forms(stage: Stage, site: Served, n: int, many: int) -> list[dict[str, str]]:
    """Forms of visitors who hold the same time of different providers."""
    moment, found = stage.free()[0].starts_at, list[dict[str, str]]()
    for who in range(many):
        secret = f"e{n}-{who}"
        held = stage.hold(secret, moment)
        window = [int(at.timestamp()) for at in (held.slot.window.start, held.slot.window.end)]
        found.append(form(site, stage, secret, t=int(moment.timestamp()), u=int(held.until.timestamp()), w=window))
    return found


def customers_with(stage: Stage, email: str) -> int:
    return stage.office.see(lambda tx: tx.session.scalar(select(func.count()).where(Customer.email == email)))


def cancel_all(tx: Any) -> None:
    from fieldoffice.services.jobs.editing import cancel_job

    for job in tx.all(select(Job).where(Job.cancelled_at.is_(None))):
        cancel_job(tx, job.id, version=job.version, reason="the next round")


@pytest.mark.parametrize("kind", ["postgres"])
def test_control_without_meeting_at_the_counter_one_email_becomes_several_customers(
        stage: Stage, site: Served, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    together = threading.Barrier(2, timeout=30)

    def side_by_side(_tx: Any) -> None:
        together.wait()

    team(stage, 2)
    forms = held_forms(stage, site, 0, 2)
    monkeypatch.setattr(people, "_meet", side_by_side)
    monkeypatch.setattr(people, "known_customer", lambda *_: None)  # what both saw before either was there
    told = at_once(site, "/book/confirm", [one | NINA for one in forms])
    assert [one.status_code for one in told] == [201, 201]
    assert customers_with(stage, "nina@example.com") == 2
