"""In a real browser: what people typed is only ever text, other sites get nothing done, and everybody can use the pages."""

from __future__ import annotations

import contextlib
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from sqlalchemy import select

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.company import Company
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.job import Job
from fieldoffice.office import Office, Tx
from fieldoffice.services.company.values import set_setting
from fieldoffice.web import rendering
from fieldoffice.web.routes import ByCustomer, ByLink, Route
from tests.faults.processes import LONG
from tests.web import cast as casting
from tests.web.cast import Cast, stored
from tests.web.conftest import DESK, PHONE, sized
from tests.web.site import Served, serving
from tests.web.test_matrix import ROUTES, address

PAYLOADS = """<script>alert(1)</script>
<img src=x onerror=alert(1)>
"><svg onload=alert(1)>
' autofocus onfocus=alert(1) x='
javascript:alert(1)
</title><script>alert(1)</script>
<iframe srcdoc="<script>parent.alert(1)</script>">
{{7*7}}{% raw %}${7*7}
<a href="javascript:alert(1)">x</a>
<style>@import 'http://evil.example/x'</style>
<link rel=stylesheet href=//evil.example/x>
<base href=//evil.example/>
<meta http-equiv=refresh content="0;url=//evil.example/">
&lt;script&gt;alert(1)&lt;/script&gt;
\u202e<b>gnp.txe""".splitlines()
STRANGE = "main script:not([src]), iframe, style, base, meta[http-equiv]"
NO_PAGES = re.compile(r"\.ics$|\.txt$|/health$|photo")
SCREENS = [pytest.param(PHONE, True, id="dark phone"), pytest.param(DESK, False, id="light desktop")]
if LONG:
    SCREENS += [pytest.param(PHONE, False, id="light phone"), pytest.param(DESK, True, id="dark desktop")]
LOOKS = [one for one in ROUTES if "GET" in one.methods and not one.store and not NO_PAGES.search(one.path)]


@pytest.fixture
def maker() -> Callable[[Office], casting.Company]:
    return casting.company


@pytest.fixture
def cast(sqlite_office: Office, begun_sqlite: tuple[str, casting.Company]) -> Cast:
    return Cast(sqlite_office, *begun_sqlite[1])


@pytest.fixture
def served(served_sqlite: Served) -> Served:
    return served_sqlite


def poison(tx: Tx, payload: str) -> None:
    """The text in every place where somebody's words can stand."""
    tx.company.name, tx.company.street, tx.company.phone, tx.company.email = payload, payload, payload, payload
    for table, fields in ((Customer, ("name", "notes")), (Location, ("street", "city", "label")), (Job, ("title", "notes")),
                          (CatalogItem, ("name", "description")), (BookingRequest, ("wish", "notes", "answer"))):  # fmt: skip
        for row in tx.all(select(table)):
            for field in fields:
                if hasattr(row, field):
                    setattr(row, field, payload)
            if isinstance(row, BookingRequest) and row.details:
                row.details = {"services": [payload], "work_s": 3600, "name": payload, "email": "", "phone": ""}
                row.address = {"street": payload, "city": payload, "region": "DC", "postal_code": "20001"}


def of_ada(one: Route, cast: Cast) -> str:
    """The path of Ada's own page."""
    return address(one, cast.ada.links[one.who.purpose] if isinstance(one.who, ByLink) else "", cast.ada)


def dialog(browser: Any) -> bool:
    with contextlib.suppress(NoAlertPresentException):
        browser.switch_to.alert.dismiss()
        return True
    return False


def complaints(browser: Any) -> list[str]:
    """What the browser says about the policy or about errors, but for statuses that the page itself says."""
    return [one["message"] for one in browser.get_log("browser") if "the server responded with a status" not in one["message"]]


def signed_in(browser: Any, served: Served, cast: Cast) -> None:
    browser.get(served.base + "/robots.txt")
    browser.add_cookie({"name": "session", "value": cast.ada.session, "httpOnly": True})


@pytest.mark.timeout(900)
def test_what_people_typed_is_only_text(served: Served, cast: Cast, browser: Any) -> None:
    """Each payload in every field at once, on every page: no dialog, no report of the policy, nothing asked of other servers."""
    signed_in(browser, served, cast)
    pages = [of_ada(one, cast) for one in LOOKS]
    everywhere = "\n".join(PAYLOADS)
    for payload in (everywhere, *(PAYLOADS if LONG else PAYLOADS[:1])):
        cast.office.do(poison, payload)
        served.site.forget()
        for path in pages:
            browser.get(served.base + path)
            assert not dialog(browser), (path, payload)
            assert complaints(browser) == [], (path, payload)
            loaded = browser.execute_script("return performance.getEntriesByType('resource').map(e => new URL(e.name).host)")
            assert set(loaded) <= {f"localhost:{served.endpoint.port}"}, path
            assert browser.execute_script(f"return document.querySelectorAll('{STRANGE}').length") == 0, path
        assert browser.find_element(By.CSS_SELECTOR, ".company").text.split() == payload.split()  # shown as it was typed


def test_control_the_policy_stops_what_an_unescaped_page_would_do(served: Served, browser: Any) -> None:
    """With escaping off, the browser reports what the policy kept from running: the test above would see it."""
    served.site._templates = rendering.environment.__wrapped__()  # its own, not the one that all sites share
    served.site._templates.autoescape = False
    served.site.office.do(lambda tx: setattr(tx.get(Company, 1), "name", PAYLOADS[0]))
    served.site.forget()
    browser.get(served.base + "/signin")
    assert not dialog(browser)
    assert any("Content Security Policy" in words for words in complaints(browser))


class _Elsewhere(BaseHTTPRequestHandler):
    pages: dict[str, bytes] = {}
    timeout = 1.0  # browsers keep a line open for later

    def do_GET(self) -> None:
        found = self.pages.get(self.path, b"")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(found)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """A web site of somebody else's, on another origin: `pages` by path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    _Elsewhere.pages = {}
    yield server
    server.shutdown()
    thread.join(20)
    server.server_close()


def test_another_site_open_in_the_same_browser_gets_nothing_done(served: Served, cast: Cast, browser: Any, elsewhere: Any) -> None:
    """Forms that it sends with the right fields, and a token that it got for itself, change nothing."""
    signed_in(browser, served, cast)
    token = served.token("/signin")
    targets = [(one, of_ada(one, cast)) for one in ROUTES if one.unsafe]
    for n, (_, path) in enumerate(targets):
        form = f'<form id="f" method="post" action="{served.base}{path}"><input name="csrf" value="{token}"></form>'
        _Elsewhere.pages[f"/{n}"] = f"{form}<script>f.submit()</script>".encode()
    before = stored(cast.office)
    for n, (one, path) in enumerate(targets):
        browser.get(f"http://127.0.0.1:{elsewhere.server_port}/{n}")
        _until(lambda: browser.current_url.startswith(served.base))
        assert "not sent from our page" in browser.page_source or isinstance(one.who, ByCustomer), path
    assert stored(cast.office) == before


def test_only_a_listed_site_may_show_the_booking_page_and_no_other_page(served: Served, cast: Cast, browser: Any, elsewhere: Any) -> None:
    here = f"http://127.0.0.1:{elsewhere.server_port}"
    _Elsewhere.pages = {f"/{name}": f'<iframe name="in" src="{served.base}/{name}"></iframe>'.encode() for name in ("book", "signin")}

    def shown(name: str) -> bool:
        browser.get(f"{here}/{name}")
        browser.switch_to.frame("in")
        found = bool(browser.find_elements(By.CSS_SELECTOR, "main#main"))
        browser.switch_to.default_content()
        return found

    assert (shown("book"), shown("signin")) == (False, False)
    cast.office.do(set_setting, "online.framing", f"127.0.0.1:{elsewhere.server_port}")
    served.site.forget()
    assert (shown("book"), shown("signin")) == (True, False)


def test_signing_in_by_link_works_with_the_keyboard_alone(served: Served, cast: Cast, browser: Any) -> None:
    browser.get(f"{served.base}/signin/{cast.ada.links['signin']}")
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("class") == "skip"
    button = browser.find_element(By.CSS_SELECTOR, "main button")
    for _ in range(12):
        if browser.switch_to.active_element == button:
            break
        browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element == button
    button.send_keys(Keys.ENTER)
    _until(lambda: not browser.current_url.startswith(f"{served.base}/signin"))
    cookie = browser.get_cookie("session")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert complaints(browser) == []


def test_behind_tls_the_cookie_belongs_to_this_very_host(sqlite_office: Office, cast: Cast, certificate: tuple[str, str]) -> None:
    link, trusting = cast.ada.links["signin"], ssl.create_default_context(cafile=certificate[0])
    with (serving(sqlite_office, certificate=certificate[0], key=certificate[1]) as served,
          httpx.Client(base_url=served.base, verify=trusting, timeout=30, trust_env=False) as client):  # fmt: skip
        sent = {"csrf": served.site.signer.token(link)}
        said = client.post(f"/signin/{link}", data=sent, headers={"Sec-Fetch-Site": "same-origin"}).headers["set-cookie"]
        assert said.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in said.split(";")}
        assert client.get("/me").status_code == 200


@pytest.mark.parametrize(("size", "dark"), SCREENS)
def test_pages_fit_the_screen_and_can_be_read(served: Served, cast: Cast, browser: Any, size: tuple[int, int], dark: bool) -> None:
    """Nothing is wider than the window, every field has its label, targets are large enough, words stand out from their ground."""
    sized(browser, size, dark=dark)
    signed_in(browser, served, cast)
    for one in LOOKS:
        path = of_ada(one, cast)
        for language in ("en", "de") if LONG else ("de",) if dark else ("en",):
            browser.get(f"{served.base}{path}?lang={language}")
            assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0], path
            assert browser.execute_script(UNNAMED) == [], path
            assert browser.execute_script(SMALL) == [], path
            assert browser.execute_script(PALE) == [], path
    sized(browser, DESK)


UNNAMED = """return [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(e => !e.labels.length
  && !e.getAttribute('aria-label') && e.offsetParent !== null).map(e => e.name)"""
SMALL = """return [...document.querySelectorAll('button, .button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select')]
  .filter(e => e.offsetParent !== null && e.getBoundingClientRect().height < 44 && e.getBoundingClientRect().width > 1)
  .map(e => e.outerHTML.slice(0, 80))"""
PALE = """
const value = c => { const m = c.match(/[\\d.]+/g).map(Number), s = m.slice(0, 3).map(x => c.startsWith('color(') ? x : x / 255);
  return {rgb: s, a: m.length > 3 ? m[3] : 1} };
const lum = s => { const l = s.map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2] };
const ground = e => { for (; e; e = e.parentElement) { const c = value(getComputedStyle(e).backgroundColor);
  if (c.a > 0.99) return c.rgb } return [1, 1, 1] };
return [...document.querySelectorAll('body *')].filter(e => e.offsetParent !== null
  && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest('[disabled], .skip, .visually-hidden')).map(e => {
  const a = lum(value(getComputedStyle(e).color).rgb), b = lum(ground(e));
  return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 90)] })
  .filter(x => x[0] < 4.5).map(x => x[0].toFixed(2) + ' ' + x[1])"""


def _until(true: Any) -> None:
    import time

    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()
