"""A real browser on a phone goes the whole way: the link, the form, photos, the proposal, My Schedule; also without JavaScript."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import select

from fieldoffice.models.booking import Proposal
from fieldoffice.models.customer import Customer
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.office import Office
from fieldoffice.services.requests.answering import propose_time
from fieldoffice.services.requests.inviting import send_request_link
from tests import make
from tests.make import at
from tests.services.requests import wishes
from tests.services.requests.wishes import TUESDAY, count, outbox, picture, row
from tests.web.conftest import PHONE, sized
from tests.web.conftest import picture as shot
from tests.web.site import Served

SHOTS = os.environ.get("FIELDOFFICE_SHOTS", "")
"""A folder for pictures of every page, for people to look at."""


def unproven(office: Office) -> make.Made:
    """Carol has proven nothing yet: the link of the e-mail does that."""
    made = wishes.small(office)
    office.do(_not_yet, made)
    return made


@pytest.fixture
def maker() -> Callable[[Office], make.Made]:
    return unproven


@pytest.fixture
def made(begun_sqlite: tuple[str, make.Made]) -> make.Made:
    return begun_sqlite[1]


def _not_yet(tx: Any, made: make.Made) -> None:
    customer = tx.get(Customer, made.customer)
    customer.onboarded_at = customer.email_verified_at = None


@pytest.fixture
def served(served_sqlite: Served) -> Served:
    return served_sqlite


def link(office: Office, kind: str, path: str) -> str:
    """The path of the link in the newest message of a kind."""
    found = re.search(rf"({path}[\w-]+)", outbox(office, kind)[-1].content["text"])
    assert found is not None
    return found[1]


def press(browser: Any, words: str) -> None:
    """Press the button or link that says this, and wait for the next page."""
    old = browser.find_element(By.TAG_NAME, "html")
    found = browser.find_element(By.XPATH, f"//button[normalize-space()='{words}'] | //a[normalize-space()='{words}']")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    found.click()
    WebDriverWait(browser, 60).until(lambda b: b.find_element(By.TAG_NAME, "html") != old)


def look(browser: Any, name: str) -> None:
    """Nothing sticks out at the side, and nothing was refused by the page's own policy."""
    wide = browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} pixels too wide"
    said = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert [one for one in said if "status of 422" not in one] == []
    if SHOTS:
        for dark in (False, True):
            sized(browser, PHONE, dark=dark)
            shot(browser, Path(SHOTS) / f"{name}_{'dark' if dark else 'light'}.png")
        sized(browser, PHONE)


def fill(browser: Any, **values: str) -> None:
    for name, value in values.items():
        field = browser.find_element(By.NAME, name)
        if field.get_attribute("type") == "date":
            browser.execute_script("arguments[0].value = arguments[1]", field, value)
        else:
            field.clear()
            field.send_keys(value)


def choose(browser: Any, name: str, value: str) -> None:
    browser.find_element(By.CSS_SELECTOR, f"input[name={name}][value='{value}']").click()


@pytest.mark.requirement("3.3")
@pytest.mark.requirement("3.11")
@pytest.mark.requirement("3.18")
@pytest.mark.requirement("3.19")
def test_the_whole_way_on_a_phone(sqlite_office: Office, made: make.Made, served: Served, browser: Any, tmp_path: Path) -> None:
    office = sqlite_office
    sized(browser, PHONE)
    browser.get(f"{served.base}/request")
    look(browser, "begin")
    office.do(send_request_link, made.customer)
    browser.get(served.base + link(office, "private_link", "/signin/"))
    press(browser, "Sign in")
    look(browser, "me")
    press(browser, "Ask for a visit")
    assert not browser.find_element(By.ID, "street").is_displayed()
    look(browser, "form")
    (tmp_path / "roof.jpg").write_bytes(picture(size=(2600, 1950), quality=95))
    browser.find_element(By.ID, "photos").send_keys(str(tmp_path / "roof.jpg"))
    shrunk = browser.find_element(By.CSS_SELECTOR, "[data-shrunk]")
    WebDriverWait(browser, 60).until(lambda _b: shrunk.is_displayed())
    fill(browser, day1="2026-03-01", notes="The dog is friendly.")
    press(browser, "Send the request")
    look(browser, "form_wrong")
    wrong = [one.get_attribute("href").rpartition("#")[2] for one in browser.find_elements(By.CSS_SELECTOR, ".wrong a")]
    assert wrong == ["day1", "service"]
    assert browser.find_element(By.NAME, "notes").get_attribute("value") == "The dog is friendly."
    assert len(browser.find_elements(By.CSS_SELECTOR, ".photos img")) == 1
    choose(browser, "service", str(made.repair))
    choose(browser, "day_part", "morning")
    fill(browser, day1="2026-03-03", day2="2026-03-05")
    press(browser, "Send the request")
    assert browser.find_element(By.ID, "state").text == "Your request has been received"
    look(browser, "sent")
    size = office.see(lambda tx: tx.all(select(Blob.size).join(Attachment, Attachment.blob_id == Blob.id)))
    assert len(size) == 1
    office.do(propose_time, 1, provider_id=made.ana, starts_at=at(14, on=TUESDAY), message="Our van is near then.")
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.get(served.base + link(office, "request_proposed", "/p/"))
    look(browser, "proposal")
    assert office.see(lambda tx: tx.all(select(Proposal.state))) == ["open"]
    press(browser, "Accept this time")
    assert "Your visit is confirmed" in browser.find_element(By.ID, "state").text
    look(browser, "accepted")
    office.do(send_request_link, made.customer)
    browser.get(served.base + link(office, "private_link", "/signin/"))
    press(browser, "Sign in")
    press(browser, "My Schedule")
    assert "Tuesday, March 3, 2026, 2:00" in browser.find_element(By.CSS_SELECTOR, ".visit").text
    look(browser, "schedule")


@pytest.mark.requirement("3.9")
def test_the_form_works_without_javascript(sqlite_office: Office, made: make.Made, served: Served, browser: Any, tmp_path: Path) -> None:
    office = sqlite_office
    office.do(send_request_link, made.customer)
    sized(browser, PHONE)
    browser.get(served.base + link(office, "private_link", "/signin/"))
    press(browser, "Sign in")
    sized(browser, PHONE, script=False)
    browser.get(f"{served.base}/request/new")
    assert browser.find_element(By.ID, "street").is_displayed()
    (tmp_path / "roof.jpg").write_bytes(picture())
    browser.find_element(By.ID, "photos").send_keys(str(tmp_path / "roof.jpg"))
    choose(browser, "service", "other")
    choose(browser, "location", "other")
    browser.find_element(By.NAME, "day1").send_keys("03042026")
    fill(browser, wish="The gutter drips", street="9 Other Road", city="Arlington")
    browser.find_element(By.XPATH, "//button[normalize-space()='Send the request']").click()
    WebDriverWait(browser, 60).until(lambda b: b.find_elements(By.ID, "state"))
    stored = row(office, 1)
    assert (stored.wish, stored.wished_on, stored.address["street"]) == ("The gutter drips", ["2026-03-04"], "9 Other Road")
    assert count(office, Attachment) == 1
    sized(browser, PHONE)
