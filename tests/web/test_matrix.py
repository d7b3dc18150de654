"""Who gets in where: every route of the register × who asks × whose things the address names.

A route that is not in WHO, a purpose without a link in the cast, or a part of a path that the cast does not know fails here, so
nothing comes in unlisted. Whoever is not meant learns nothing: not even whether the thing is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from fieldoffice.office import Office
from fieldoffice.web import site as web_site
from fieldoffice.web.routes import REGISTER, ByCustomer, ByLink, Public, Register, Route, route
from tests.conftest import ENGINES, Clock
from tests.faults.processes import LONG
from tests.web import cast as casting
from tests.web.cast import Cast, Person, cookie, end, form_of, spoil, stored
from tests.web.site import Served

web_site.load_pages()
ROUTES = tuple(REGISTER.routes.values())
WHO = {
    "/static/<name>": "public", "/brand.css": "public", "/logo": "public", "/favicon.ico": "public", "/robots.txt": "public",
    "/health": "public", "/signin": "public", "/signin/<token>": "link signin", "/me": "customer", "/signout": "customer",
    "/book": "public", "/book/place": "public", "/book/time": "public", "/book/you": "public", "/book/confirm": "public",
    "/visit/<token>": "link booking", "/visit/<token>/times": "link booking", "/visit/<token>/move": "link booking",
    "/visit/<token>/cancel": "link booking", "/visit/<token>/visit.ics": "link booking",
    "/request": "public", "/request/new": "customer", "/request/photo/<form>/<id>": "customer", "/my-schedule": "customer",
    "/requests/<id>": "customer", "/requests/<id>/photo/<n>": "customer",
    "/r/<token>": "link request", "/r/<token>/photo/<n>": "link request", "/p/<token>": "link proposal",
}  # fmt: skip
"""Every route and who may come, written down a second time: a change of the one must be meant."""
FRAMED = {"/static/<name>", "/brand.css", "/logo", "/favicon.ico", "/book", "/book/place", "/book/time", "/book/you", "/book/confirm"}
TOKEN = re.compile(r'name="(?:csrf|state)" value="[^"]*"|<nav class="languages".*?</nav>', re.DOTALL)
LINKED = [one for one in ROUTES if isinstance(one.who, ByLink)]
SIGNED = [one for one in ROUTES if isinstance(one.who, ByCustomer)]
OPEN = [one for one in ROUTES if isinstance(one.who, Public)]


@pytest.fixture(params=ENGINES if LONG else ENGINES[:1])
def kind(request: pytest.FixtureRequest) -> str:
    """What is tried here stands above the database: both engines in the long run, the services below on both always."""
    return request.param


def ids(one: Route) -> str:
    return one.path


@pytest.fixture
def maker() -> Callable[[Office], casting.Company]:
    return casting.company


@pytest.fixture
def cast(office: Office, begun: tuple[str, casting.Company]) -> Cast:
    return Cast(office, *begun[1])


def said(who: Public | ByLink | ByCustomer) -> str:
    return {Public: "public", ByCustomer: "customer"}.get(type(who)) or f"link {who.purpose}"  # type: ignore[union-attr]


def address(one: Route, token: str, person: Person, **instead: str) -> str:
    """The route's path, with this token and the things of a person."""
    parts = {"token": token} | person.ids | instead
    return re.sub(r"<(\w+)>", lambda found: parts[found[1]], one.path)


def send(served: Served, one: Route, method: str, path: str, *, who: Person | None = None, bound: str = "") -> httpx.Response:
    if method == "POST":
        return served.post(path, form_of(served, bound), headers=cookie(who))
    return served.client.request(method, path, headers=cookie(who))


def body(answer: httpx.Response) -> str:
    """What somebody reads of it: the token of the form differs each time, and only what can be got anew offers languages."""
    return " ".join(TOKEN.sub("", answer.text).split())


def test_every_route_is_listed_with_who_may_come() -> None:
    assert {one.path: said(one.who) for one in ROUTES} == WHO
    assert {one.path for one in ROUTES if one.framed} == FRAMED
    assert {one.who.purpose for one in LINKED} == set(casting.PURPOSES)  # type: ignore[union-attr]
    assert {part for one in ROUTES for part in one.parts} <= {"token", "id", "n", "form", "name"}


@pytest.mark.parametrize(("declared", "words"), [
    ({"who": None}, "says who may come"), ({"who": Public(), "methods": ("DELETE",)}, "methods are"),
    ({"who": ByLink("x")}, "<token>"), ({"who": ByCustomer(), "framed": True}, "no cookie")])  # fmt: skip
def test_a_route_that_does_not_say_who_may_come_does_not_start(declared: dict[str, object], words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        route("/new", register=Register(), **declared)(lambda ask: ask.page("x"))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        route("/new")  # type: ignore[call-arg]


@pytest.mark.parametrize("one", LINKED, ids=ids)
def test_a_link_opens_its_own_page_and_nothing_else_does(served: Served, cast: Cast, one: Route, clock: Clock) -> None:
    """Garbage, another purpose, expired, revoked and used: one neutral page, the same for all; nothing changes."""
    assert isinstance(one.who, ByLink)
    mine, before = cast.ada.links[one.who.purpose], stored(cast.office)
    others = [token for purpose, token in cast.ada.links.items() if purpose != one.who.purpose]
    neutral: set[str] = set()
    for method in one.methods:
        if method == "HEAD":
            continue
        for token in ("x", "A" * 43, mine[:-1], mine + "A", mine.swapcase(), *others):
            answer = send(served, one, method, address(one, token, cast.ada), who=cast.ada, bound=token)
            assert answer.status_code == 404, (method, token)
            neutral.add(body(answer))
    assert stored(cast.office) == before
    for spoiled in ({"expires_at": clock()}, {"expires_at": clock() + timedelta(days=1), "revoked_at": clock()},
                    {"revoked_at": None, "used_at": clock()}):  # fmt: skip
        spoil(cast.office, mine, **spoiled)
        before = stored(cast.office)
        for method in one.methods:
            answer = send(served, one, method, address(one, mine, cast.ada), bound=mine)
            assert answer.status_code == 404, (method, spoiled)
            if method != "HEAD":
                neutral.add(body(answer))
        assert stored(cast.office) == before
    assert len(neutral) == 1
    assert "secretmark" not in neutral.pop()


@pytest.mark.parametrize("one", LINKED, ids=ids)
def test_a_foreign_link_shows_only_what_it_is_about(served: Served, cast: Cast, one: Route) -> None:
    """Ben's link on Ada's things: whatever it answers, nothing of Ada is in it."""
    assert isinstance(one.who, ByLink)
    token = cast.ben.links[one.who.purpose]
    for method in one.methods:
        answer = send(served, one, method, address(one, token, cast.ada), who=cast.ben, bound=token)
        assert answer.status_code < 500
        assert cast.ada.mark not in answer.text


@pytest.mark.parametrize("one", [one for one in LINKED if "GET" in one.methods and set(one.parts) == {"token"}], ids=ids)
def test_control_the_right_link_does_open_it(served: Served, cast: Cast, one: Route) -> None:
    assert isinstance(one.who, ByLink)
    assert served.get(address(one, cast.ada.links[one.who.purpose], cast.ada)).status_code == 200


@pytest.mark.parametrize("one", SIGNED, ids=ids)
def test_nobody_comes_in_without_a_session_that_lives(served: Served, cast: Cast, one: Route, clock: Clock) -> None:
    """No cookie, a made-up one, a link's token for a cookie, an ended, an old and an idle session: 401, and nothing changes."""
    impostors = [None, Person("", 0, session="x"), Person("", 0, session=cast.ada.links["signin"])]
    path, neutral = address(one, "", cast.ada), set[str]()
    for spoiled in ({}, {"ended_at": clock()}, {"ended_at": None, "expires_at": clock()},
                    {"expires_at": clock() + timedelta(hours=1), "seen_at": clock() - timedelta(minutes=31)}):  # fmt: skip
        if spoiled:
            end(cast.office, cast.ada.session, **spoiled)
            impostors = [cast.ada]
        before = stored(cast.office)
        for who in impostors:
            for method in (m for m in one.methods if m != "HEAD"):
                answer = send(served, one, method, path, who=who, bound=who.session if who else "")
                assert answer.status_code == 401, (method, spoiled)
                neutral.add(body(answer))
        assert stored(cast.office) == before
    assert len(neutral) == 1


@pytest.mark.parametrize("one", [one for one in SIGNED if one.parts], ids=ids)
def test_a_customer_finds_nothing_of_another_one(served: Served, cast: Cast, one: Route) -> None:
    """Ben, signed in, asks for Ada's things: the same answer as for what is not there at all; nothing changes."""
    before, answers = stored(cast.office), set[tuple[int, str]]()
    unknown = [{"id": id, "form": "nothing"} for id in ("0" * 32, "no-id")]
    for person, instead in ((cast.ada, {}), *((cast.ben, instead) for instead in unknown)):
        for method in (m for m in one.methods if m != "HEAD"):
            answer = send(served, one, method, address(one, "", person, **instead), who=cast.ben, bound=cast.ben.session)
            answers.add((answer.status_code, body(answer)))
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    assert stored(cast.office) == before


@pytest.mark.parametrize("one", SIGNED, ids=ids)
def test_a_customer_s_pages_hold_nothing_of_another_one(served: Served, cast: Cast, one: Route) -> None:
    for method in one.methods:
        answer = send(served, one, method, address(one, "", cast.ben), who=cast.ben, bound=cast.ben.session)
        assert answer.status_code < 500
        assert cast.ada.mark not in answer.text


@pytest.mark.parametrize("one", OPEN, ids=ids)
def test_open_pages_hold_nothing_of_anybody(served: Served, cast: Cast, one: Route) -> None:
    """Whoever asks, with whatever cookie."""
    for who in (None, cast.ada):
        for method in one.methods:
            answer = send(served, one, method, address(one, "", cast.ada), who=who)
            assert answer.status_code < 500
            assert "secretmark" not in answer.text
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("one", ROUTES, ids=ids)
def test_only_declared_methods_are_answered(served_sqlite: Served, one: Route) -> None:
    path = re.sub(r"<\w+>", "x", one.path)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} - set(one.methods):
        answer = served_sqlite.client.request(method, path)
        assert answer.status_code == 405, method
        assert set(answer.headers["Allow"].split(", ")) == set(one.methods)
