"""A real browser books: at phone and desktop widths, with and without JavaScript, in a frame, by keyboard alone."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.models.job import Job
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.web import booking
from tests.faults.processes import LONG
from tests.services.booking.stage import Opened, Stage, opened, stage_on
from tests.web.conftest import DESK, PHONE, picture, sized
from tests.web.site import Served, serving

SHOTS = os.environ.get("FIELDOFFICE_SHOTS", "")
"""A folder for pictures of every page, for people to look at."""
pytestmark = pytest.mark.timeout(600)
WAYS = [pytest.param(PHONE, True, id="phone with script"), pytest.param(DESK, False, id="desk without script")]
if LONG:
    WAYS += [pytest.param(PHONE, False, id="phone without script"), pytest.param(DESK, True, id="desk with script")]


def easy_going(office: Office) -> Opened:
    """The stage of a company with a phone, whose visits may be changed up to the last moment."""
    ids = opened(office, **{"booking.change_h": 0, "booking.cancel_h": 0})
    office.do(lambda tx: setattr(tx.company, "phone", "+1 202 555 0199"))
    return ids


@pytest.fixture
def maker() -> Callable[[Office], Opened]:
    return easy_going


@pytest.fixture
def stage(sqlite_office: Office, begun_sqlite: tuple[str, Opened]) -> Stage:
    return stage_on(sqlite_office, begun_sqlite[1])


@pytest.fixture
def site(stage: Stage) -> Iterator[Served]:
    with serving(stage.office) as served:
        yield served


def find(browser: Any, css: str) -> Any:
    return browser.find_element("css selector", css)


def title(browser: Any) -> str:
    return find(browser, "h1").text


def until(browser: Any, words: str) -> None:
    """Wait until the page with this heading is there."""
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.wait import WebDriverWait

    gone = [StaleElementReferenceException]  # the page before goes while it is looked at
    wait = WebDriverWait(browser, 40, ignored_exceptions=gone)
    wait.until(lambda b: words in [e.text for e in b.find_elements("css selector", "h1")], words)


def told(browser: Any) -> Any:
    """Wait until the page says what is wrong."""
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(browser, 40).until(lambda b: b.find_elements("css selector", "#errors"))[0]


def shot(browser: Any, name: str) -> None:
    if SHOTS:
        picture(browser, Path(SHOTS) / f"book_{name}.png")


def fits(browser: Any, width: int) -> bool:
    """Nothing is wider than the window."""
    size = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})
    return float(size["cssContentSize"]["width"]) <= width


def walk(browser: Any, base: str, name: str = "", width: int = 10_000) -> None:
    """From the services to the page that says it is booked."""
    browser.get(f"{base}/book")
    find(browser, "input[name=service]").click()
    browser.find_elements("css selector", "input[name=service]")[1].click()
    seen(browser, f"{name}1", width)
    find(browser, "#services button").click()
    until(browser, "Where should we come?")
    for field, text in (("street", "5 Fifth Street NW"), ("postal_code", "20001"), ("city", "Washington")):
        find(browser, f"#{field}").send_keys(text)
    seen(browser, f"{name}2", width)
    find(browser, "main form button").click()
    until(browser, "When does it suit you?")
    seen(browser, f"{name}3", width)
    find(browser, "details[open] button.time").click()
    until(browser, "Who are you?")
    find(browser, "#name").send_keys("Nina New")
    find(browser, "#email").send_keys("nina@nowhere")
    time.sleep(booking.QUICKEST_S)
    seen(browser, f"{name}4", width)
    find(browser, "main form button").click()
    assert told(browser)
    assert "cannot be right" in find(browser, "#email-error").text
    assert find(browser, "#name").get_attribute("value") == "Nina New"
    seen(browser, f"{name}5", width)
    find(browser, "#email").clear()
    find(browser, "#email").send_keys("nina@example.com")
    find(browser, "main form button").click()
    until(browser, "Your visit is booked")
    seen(browser, f"{name}6", width)


def seen(browser: Any, name: str, width: int) -> None:
    shot(browser, name)
    assert fits(browser, width), name


def complaints(browser: Any) -> list[str]:
    """What the browser's console says, but for the status codes that we mean."""
    return [one["message"] for one in browser.get_log("browser") if "status of 4" not in one["message"]]


@pytest.mark.requirement("0.1")
@pytest.mark.parametrize(("size", "script"), WAYS)
def test_a_browser_books_moves_and_cancels(stage: Stage, site: Served, browser: Any, size: tuple[int, int], script: bool) -> None:
    sized(browser, size, dark=not script, script=script)
    try:
        name = f"{'phone' if size == PHONE else 'desk'}_{'js' if script else 'plain'}_"
        walk(browser, site.base, name, size[0])
        job = stage.office.see(lambda tx: tx.session.scalars(select(Job)).one())
        assert job.number in find(browser, "main").text
        browser.get(find(browser, "main .actions a").get_attribute("href"))
        until(browser, "Your visit")
        seen(browser, f"{name}7", size[0])
        find(browser, "main .actions a").click()
        until(browser, "Another time")
        seen(browser, f"{name}8", size[0])
        browser.find_elements("css selector", "details[open] button.time")[-1].click()
        until(browser, "Your visit")
        assert "has a new time" in find(browser, "main").text
        find(browser, "details summary").click()
        find(browser, "button.danger").click()
        until(browser, "Your visit is canceled")
        seen(browser, f"{name}9", size[0])
        assert complaints(browser) == []
    finally:
        sized(browser, DESK)


def test_one_can_book_by_keyboard_alone_and_errors_get_the_focus(site: Served, browser: Any) -> None:
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.wait import WebDriverWait

    browser.get(f"{site.base}/book")
    find(browser, "#service").send_keys(Keys.SPACE)
    find(browser, "#services button").send_keys(Keys.ENTER)
    until(browser, "Where should we come?")
    find(browser, "#street").send_keys(Keys.ENTER)
    gone = [StaleElementReferenceException]
    WebDriverWait(browser, 40, ignored_exceptions=gone).until(lambda b: b.switch_to.active_element.get_attribute("id") == "errors")
    assert browser.switch_to.active_element.get_attribute("id") == "errors"
    find(browser, "#errors a").send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "street"
    for field in ("street", "postal_code"):
        label, shown = find(browser, f"label[for={field}]"), find(browser, f"#{field}")
        assert label.text
        assert shown.get_attribute("aria-invalid") == "true"
        assert f"{field}-error" in shown.get_attribute("aria-describedby")


class Host(BaseHTTPRequestHandler):
    """A web site that shows the booking page in a frame."""

    source = ""
    timeout = 1.0  # browsers keep a line open for later

    def do_GET(self) -> None:
        body = f'<!doctype html><title>Shop</title><iframe src="{self.source}" width="400" height="900" title="Book"></iframe>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def shop(site: Served) -> Iterator[str]:
    """The address of such a web site."""
    Host.source = f"{site.base}/book"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.mark.requirement("0.1")
@pytest.mark.parametrize("listed", [True, False], ids=["a listed site", "any other site"])
def test_a_listed_site_shows_the_page_in_a_frame_and_it_books_there(
        stage: Stage, site: Served, browser: Any, shop: str, listed: bool) -> None:  # fmt: skip
    if listed:
        stage.office.do(company.set_setting, "online.framing", shop.removeprefix("http://"))
        site.site.forget()
    browser.get(shop)
    browser.switch_to.frame(find(browser, "iframe"))
    if not listed:
        assert browser.find_elements("css selector", "#services") == []
        return
    find(browser, "#service").click()
    find(browser, "#services button").click()
    until(browser, "Where should we come?")
    find(browser, "#street").send_keys("5 Fifth Street NW")
    find(browser, "#postal_code").send_keys("20001")
    find(browser, "main form button").click()
    until(browser, "When does it suit you?")
    find(browser, "details[open] button.time").click()
    until(browser, "Who are you?")
    assert browser.get_cookies() == []
