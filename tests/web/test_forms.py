"""Where a form may come from, what an address may do by itself, and whose word is taken for who asks."""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Callable, Iterator

import httpx
import keyring
import pytest
from sqlalchemy import event, select

from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.web import RateCount
from fieldoffice.office import Office
from fieldoffice.services.company.values import set_setting
from fieldoffice.services.secrets.office_key import set_up_key
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from fieldoffice.web.routes import ByCustomer, ByLink, Public
from fieldoffice.web.security import Proxies, Signer, from_here, host_name, known_host, network_of
from tests.conftest import ENGINES, Clock
from tests.faults.processes import LONG
from tests.services.secrets.conftest import OwnKeyring, start_again
from tests.web import cast as casting
from tests.web.cast import Cast, cookie, form_of, stored
from tests.web.site import Served, serving
from tests.web.test_matrix import ROUTES, address, ids

UNSAFE = [one for one in ROUTES if one.unsafe]
LOOKS = [one for one in ROUTES if "GET" in one.methods]
FOREIGN = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
           {"Origin": "https://evil.example"}, {"Origin": "http://localhost:1"}, {"Origin": "http://localhost.evil.example"},
           {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}]  # fmt: skip


@pytest.fixture(params=ENGINES if LONG else ENGINES[:1])
def kind(request: pytest.FixtureRequest) -> str:
    """What is tried here stands above the database: both engines in the long run, the services below on both always."""
    return request.param


@pytest.fixture
def maker() -> Callable[[Office], casting.Company]:
    return casting.company


@pytest.fixture
def cast(office: Office, begun: tuple[str, casting.Company]) -> Cast:
    return Cast(office, *begun[1])


def worn(one: object, cast: Cast) -> dict[str, str]:
    """Ada's cookie, where the page is hers."""
    return cookie(cast.ada if isinstance(one.who, ByCustomer) else None)  # type: ignore[attr-defined]


def of_ada(one: object, cast: Cast) -> tuple[str, str]:
    """The path of Ada's own page, and what its form is bound to."""
    token = cast.ada.links[one.who.purpose] if isinstance(one.who, ByLink) else ""  # type: ignore[attr-defined]
    bound = token or ("" if isinstance(one.who, Public) else cast.ada.session)  # type: ignore[attr-defined]
    return address(one, token, cast.ada), bound  # type: ignore[arg-type]


@pytest.mark.parametrize("one", UNSAFE, ids=ids)
def test_a_form_without_its_token_or_from_elsewhere_is_refused_and_changes_nothing(served: Served, cast: Cast, one: object) -> None:
    path, bound = of_ada(one, cast)
    before, good = stored(cast.office), {"Sec-Fetch-Site": "same-origin", "Origin": served.base}
    wrong = ("", "x", served.site.signer.token("of somebody else"), served.site.signer.seal("", "another purpose"),
             Signer(b"another key").token(bound))  # fmt: skip
    for token in wrong:
        if bound or served.site.signer.unseal(token, "form", 60) is None:
            answer = served.client.post(path, data={"csrf": token}, headers=good | worn(one, cast))
            assert answer.status_code == 403, token
    for foreign in FOREIGN:
        answer = served.client.post(path, data=form_of(served, bound), headers=foreign | worn(one, cast))
        assert answer.status_code == 403, foreign
    in_address = served.client.post(path + "?" + httpx.QueryParams(form_of(served, bound)).__str__(), headers=good | worn(one, cast))
    assert in_address.status_code == 403  # what the address says is no field of the form
    assert stored(cast.office) == before


@pytest.mark.parametrize("one", UNSAFE, ids=ids)
def test_control_the_same_form_from_our_own_page_is_taken(served: Served, cast: Cast, one: object) -> None:
    path, bound = of_ada(one, cast)
    for own in ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": served.base}, {}):
        answer = served.client.post(path, data=form_of(served, bound), headers=own | worn(one, cast))
        assert answer.status_code not in (400, 415)
        assert "not sent from our page" not in answer.text


def test_an_old_token_counts_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(b"key")
    token, state = signer.token("bound"), signer.seal({"a": [1, "é"]}, "booking")
    assert signer.right_token(token, "bound")
    assert signer.unseal(state, "booking", 60) == {"a": [1, "é"]}
    assert signer.unseal(state, "other", 60) is None
    assert signer.unseal(state[:-2], "booking", 60) is None
    later = __import__("time").time() + 12 * 3600 + 5
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert not signer.right_token(token, "bound")


def looks(one: object, cast: Cast, dice: random.Random) -> str:
    """A page of Ada's with something at random behind it."""
    path, _ = of_ada(one, cast)
    junk = {dice.choice(("lang", "from", "date", "csrf", "service", "id", "x", "send", "action", "time")):
            "".join(dice.choices(string.printable, k=dice.randint(0, 12))) for _ in range(dice.randint(0, 4))}  # fmt: skip
    return path + (f"?{httpx.QueryParams(junk)}" if junk else "")


@pytest.mark.long
def test_looking_changes_nothing(served: Served, cast: Cast) -> None:
    """Thousands of looks at every page in the long run, as Ada and as nobody: not one row is written, but for counts."""
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if re.match(r"\s*(insert|update|delete|with .* (insert|update|delete))", statement, re.IGNORECASE | re.DOTALL):
            written.append(statement)

    event.listen(cast.office.engine, "before_cursor_execute", note)
    before, dice = stored(cast.office), random.Random(6)
    for one in LOOKS:
        for n in range(40 if LONG else 4):
            path = looks(one, cast, dice)
            for method in ("GET", "HEAD"):
                answer = served.client.request(method, path, headers=cookie(cast.ada if n % 2 else None))
                assert answer.status_code < 500, path
    assert written == []
    assert stored(cast.office) == before
    served.client.post("/signin", data=form_of(served, "") | {"email": "nobody@example.com"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert [statement for statement in written if "rate_count" in statement]  # the control: a form does write
    event.remove(cast.office.engine, "before_cursor_execute", note)


# whose word is taken

EVIL = ("evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80", "localhost:80@evil.example", "[::2]", "",
        "127.0.0.1.evil.example", "localhost, evil.example", "book.example.com.evil.example")  # fmt: skip


def test_only_our_own_names_are_answered(served_sqlite: Served) -> None:
    served_sqlite.site.office.do(set_setting, "online.public_url", "https://book.example.com")
    served_sqlite.site.forget()
    for host in EVIL:
        answer = served_sqlite.get("/signin", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "Potomac" not in answer.text
        assert "evil" not in answer.text
    for host in ("book.example.com", "BOOK.EXAMPLE.COM", "book.example.com:443", "localhost:9999", "127.0.0.1", "[::1]:80"):
        assert served_sqlite.get("/signin", headers={"Host": host}).status_code == 200, host


def test_links_in_messages_begin_with_the_setting_whatever_the_request_called_us(served: Served, cast: Cast, office: Office) -> None:
    office.do(set_setting, "online.public_url", "https://book.example.com")
    served.site.forget()
    for host, more in (("localhost:1", {}), ("127.0.0.1", {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})):
        data = form_of(served, "") | {"email": "secretmark-ada@example.com"}
        answer = served.client.post("/signin", data=data, headers={"Host": host, "Sec-Fetch-Site": "same-origin"} | more)
        assert answer.status_code == 200
    texts = [json.dumps(row.content) for row in office.see(lambda tx: tx.all(select(OutboxMessage)))]
    assert len(texts) == 2
    for text in texts:
        assert "https://book.example.com/signin/" in text
        assert "evil" not in text
        assert "localhost" not in text


def keys(office: Office) -> set[str]:
    return set(office.see(lambda tx: tx.all(select(RateCount.key))))


def test_a_forwarded_address_counts_only_from_a_proxy_of_ours(office: Office) -> None:
    with serving(office) as served:
        for n in range(3):
            served.post("/signin", {"email": "x"}, headers={"X-Forwarded-For": f"203.0.113.{n}", "X-Forwarded-Proto": "https"})
        assert len(keys(office)) == 1  # one address: what it says of itself is not looked at
        assert "Strict-Transport-Security" not in served.get("/signin", headers={"X-Forwarded-Proto": "https"}).headers
    with serving(office, proxies=("127.0.0.1",)) as served:
        known = keys(office)
        for n in range(3):
            served.post("/signin", {"email": "x"}, headers={"X-Forwarded-For": f"198.51.100.7, 203.0.113.{n}"})
        assert len(keys(office) - known) == 3
        assert "Strict-Transport-Security" in served.get("/signin", headers={"X-Forwarded-Proto": "https"}).headers
    assert not [key for key in keys(office) if "203.0" in key or "127.0" in key or len(key) != 64]


@pytest.mark.parametrize(("trusted", "peer", "way", "seen"), [
    ((), "10.0.0.1", "1.2.3.4", "10.0.0.1"), (("10.0.0.0/8",), "10.0.0.1", "1.2.3.4", "1.2.3.4"),
    (("10.0.0.0/8",), "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"), (("10.0.0.0/8",), "10.0.0.1", "6.6.6.6, junk", "10.0.0.1"),
    (("10.0.0.0/8",), "10.0.0.1", "", "10.0.0.1"), (("10.0.0.0/8",), "9.9.9.9", "1.2.3.4", "9.9.9.9"),
    (("::1",), "::1", "2001:db8::5", "2001:db8::5")])  # fmt: skip
def test_who_really_asks(trusted: tuple[str, ...], peer: str, way: str, seen: str) -> None:
    assert Proxies(trusted).seen(peer, {"X-Forwarded-For": way}, "http")[0] == seen


def test_small_judgments() -> None:
    assert [host_name(host) for host in ("a.b:80", "[::1]:8", "a/b", "a b", "a:b", "")] == ["a.b", "::1", "", "", "", ""]
    assert not known_host("example.com", "")
    assert from_here({"Sec-Fetch-Site": "same-origin", "Origin": "https://b.example"}, "b.example", "https://b.example")
    assert not from_here({"Origin": "http://b.example"}, "b.example", "https://b.example")
    assert [network_of(one) for one in ("1.2.3.4", "2001:db8:1:2:3::4", "odd")] == ["1.2.3.4", "2001:db8:1:2::/64", "odd"]


# limits

@pytest.fixture
def office_key(office: Office) -> Iterator[None]:
    """The office has its key, so that the key of the pages lasts."""
    before = keyring.get_keyring()
    keyring.set_keyring(OwnKeyring())
    start_again()
    office.do(set_up_key, phrase_of(new_key()))
    yield
    keyring.set_keyring(before)


def test_too_many_from_one_address_or_for_one_account_are_told_to_wait(office: Office, office_key: None) -> None:
    with serving(office, generous=1) as served:
        statuses = [served.post("/signin", {"email": "x"}, token_from="/signin").status_code for _ in range(11)]
        assert statuses == [422] * 10 + [429]
        refused = served.post("/signin", {"email": "x"}, headers={"Accept": "application/json"})
        assert (refused.status_code, refused.headers["Retry-After"].isdigit()) == (429, True)
        assert "too often" in refused.json()["error"]
    with serving(office, generous=1) as again:  # a restart forgets nothing, and no other server of the office does
        assert again.client.post("/signin", data=form_of(again, ""), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 429
    with serving(office) as served:  # whatever address they come from, one account gets five links an hour
        found = [served.post("/signin", {"email": "carol@example.com"}).status_code for _ in range(6)]
        assert found == [200] * 5 + [429]


def test_a_look_too_many_is_refused_and_other_addresses_are_not(sqlite_office: Office) -> None:
    with serving(sqlite_office, generous=1, proxies=("127.0.0.1",)) as served:
        statuses = [served.get("/signin", headers={"X-Forwarded-For": "198.51.100.1"}).status_code for _ in range(245)]
        assert 429 in statuses
        assert served.get("/signin", headers={"X-Forwarded-For": "198.51.100.2"}).status_code == 200


# what is not there

NAMES = tuple(re.findall(r"\S+", """
.env .git/HEAD .git/config .svn/entries .hg/hgrc .DS_Store .htaccess .htpasswd .ssh/id_rsa .aws/credentials .bash_history
.npmrc .dockerenv .vscode/settings.json Dockerfile docker-compose.yml compose.yaml Makefile README.md CHANGELOG.md LICENSE
package.json package-lock.json pyproject.toml requirements.txt setup.py manage.py wsgi.py app.py main.py config.py
settings.py settings.json config.json config.yml config.php config.ini web.config appsettings.json database.yml secrets.yml
credentials.json id_rsa server.key server.pem cert.pem key.pem backup backup.db backup.sql backup.zip backup.tar.gz db.sqlite
db.sqlite3 database.db data.db dump.sql fieldoffice.db fieldoffice.db-wal fieldoffice.fobak site.tar.gz www.zip old new tmp
temp test tests debug trace.axd elmah.axd phpinfo.php info.php index.php admin admin/ administrator login login.php wp-admin
wp-login.php wp-config.php xmlrpc.php phpmyadmin pma mysql adminer.php cgi-bin/ cgi-bin/test.cgi shell.php cmd.php upload
uploads files file download downloads images img media assets static static/ static/site static/../base.html static/base.html
static/.env templates templates/base.html resources locale logs log access.log error.log debug.log server-status server-info
status metrics stats actuator actuator/env actuator/health healthz health/ livez readyz ping version api api/ api/v1
api/users api/customers api/docs docs redoc swagger swagger.json swagger-ui openapi.json openapi.yaml graphql graphiql
console rpc soap ws socket.io .well-known/security.txt .well-known/acme-challenge/x sitemap.xml crossdomain.xml
clientaccesspolicy.xml humans.txt ads.txt favicon.png apple-touch-icon.png manifest.json service-worker.js sw.js index.html
index.htm default.asp home main portal dashboard user users account accounts profile me/ settings customers customer jobs job
invoices invoice providers schedule calendar map reports export import search book/ book/1 book.php booking bookings visit
visit/ r p r/ p/ signin/ signout/ register signup reset password forgot oauth token tokens session sessions cookie csrf
webhook webhooks stripe hooks callback proxy redirect go out link links photo photos blob blobs 1 0 -1 %2e%2e%2fetc%2fpasswd
..;/ ;/ ~root ~ * ? null undefined NaN true
"""))


def test_there_is_nothing_behind_two_hundred_usual_names(served_sqlite: Served) -> None:
    assert len(NAMES) >= 200
    found = {name: served_sqlite.get(f"/{name}").status_code for name in NAMES if name != "?"}
    assert {name: status for name, status in found.items() if status not in (404, 405, 401)} == {}
    assert {name for name, status in found.items() if status == 401} <= {"my-schedule"}


def test_every_answer_carries_the_strict_headers(served: Served, cast: Cast) -> None:
    for one in ROUTES:
        path, _ = of_ada(one, cast)
        for method in (*one.methods, "DELETE"):
            answer = served.client.request(method, path, headers=cookie(cast.ada) | {"Sec-Fetch-Site": "same-origin"})
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'"), path
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "geolocation=()" in answer.headers["Permissions-Policy"]
            assert "server" not in answer.headers
            kept = answer.status_code == 200 and one.store
            assert answer.headers["Cache-Control"] == ("public, max-age=86400" if kept else "no-store"), path


def test_only_the_booking_flow_may_be_framed_and_only_by_the_listed_sites(served: Served, cast: Cast, office: Office) -> None:
    office.do(set_setting, "online.framing", "www.example.com *.example.org")
    served.site.forget()
    for one in (one for one in ROUTES if "GET" in one.methods):
        path, _ = of_ada(one, cast)
        answer = served.get(path, headers=cookie(cast.ada))
        wanted = "frame-ancestors 'self' www.example.com *.example.org" if one.framed else "frame-ancestors 'none'"
        assert answer.headers["Content-Security-Policy"].endswith(wanted), path
        assert ("X-Frame-Options" in answer.headers) is not one.framed


def test_a_bug_shows_its_number_alone_and_the_log_no_values(served: Served, cast: Cast, monkeypatch: pytest.MonkeyPatch,
                                                            caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secretmark-value of somebody at /signin/secret-token")

    monkeypatch.setattr("fieldoffice.web.signin.send_link", broken)
    answer = served.post("/signin", {"email": "canary@example.com"})
    number = re.search(r"\b([0-9a-f]{8})\b", answer.text)
    assert answer.status_code == 500
    assert number is not None
    assert number[1] in caplog.text
    assert "RuntimeError at" in caplog.text
    for hidden in ("secretmark", "canary", "secret-token"):
        assert hidden not in answer.text
        assert hidden not in caplog.text


def test_health_is_one_word_for_strangers_and_says_when_nobody_works(served: Served, clock: Clock) -> None:
    home = served.get("/health")
    assert home.status_code == 200
    assert home.json() == {"status": "ok", "database": "reachable", "schema": "fits", "background tasks": "running"}
    assert served.get("/health", headers={"X-Forwarded-For": "203.0.113.9"}).json() == {"status": "ok"}
    clock.forward(minutes=11)
    quiet = served.get("/health", headers={"X-Forwarded-For": "203.0.113.9"})
    assert (quiet.status_code, quiet.json()) == (503, {"status": "not ok"})
    assert served.get("/health").json()["background tasks"] == "quiet"
