"""What tests of the endpoint share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldoffice.office import Office
from tests import make
from tests.conftest import Clock
from tests.ready import Ready, ready  # noqa: F401 - a fixture
from tests.web.site import Served, serving

WITHOUT = "Translate,MediaRouter,OptimizationHints,BackForwardCache,PaintHolding,SpareRendererForSitePerProcess"
"""What of Chromium no test is about and every page would cost time."""
PHONE, DESK = (390, 844), (1280, 900)


@pytest.fixture
def maker() -> Callable[[Office], Any]:
    """What makes the company that the tests of a file begin with; it is made once and copied."""
    return make.small


@pytest.fixture
def begun(kind: str, ready: Ready, maker: Callable[[Office], Any]) -> tuple[str, Any]:  # noqa: F811
    return ready(kind, maker)


@pytest.fixture
def begun_sqlite(ready: Ready, maker: Callable[[Office], Any]) -> tuple[str, Any]:  # noqa: F811
    return ready("sqlite", maker)


@pytest.fixture
def address(begun: tuple[str, Any]) -> str:
    return begun[0]


@pytest.fixture
def sqlite_office(begun_sqlite: tuple[str, Any], clock: Clock) -> Iterator[Office]:
    """The company on SQLite only, for what stands above the database."""
    yield (office := Office(begun_sqlite[0], clock=clock))
    office.close()


@pytest.fixture
def office(address: str, clock: Clock) -> Iterator[Office]:
    """The company, once on each engine that a file tries."""
    yield (office := Office(address, clock=clock))
    office.close()


@pytest.fixture
def served(office: Office) -> Iterator[Served]:
    """The site of the company, on both engines."""
    with serving(office) as running:
        yield running


@pytest.fixture
def served_sqlite(sqlite_office: Office) -> Iterator[Served]:
    """The same on SQLite only."""
    with serving(sqlite_office) as running:
        yield running


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One Chromium for all tests of the run."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("there is no Chromium here")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                 "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--no-first-run", "--renderer-process-limit=1", f"--disable-features={WITHOUT}",
                 f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):  # fmt: skip
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver, env=os.environ | {"NO_PROXY": "*"}))
    yield browser
    browser.quit()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The browser with nothing remembered; `sized` sets its window and theme, `picture` takes a picture."""
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.get_log("browser")
    sized(chromium, DESK)
    yield chromium
    chromium.get("about:blank")


def sized(browser: Any, size: tuple[int, int], *, dark: bool = False, script: bool = True) -> None:
    """Show pages at this size of the window, light or dark, with or without JavaScript."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600})  # fmt: skip
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})  # fmt: skip
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})


def picture(browser: Any, path: Path) -> Path:
    """The whole page as PNG."""
    import base64

    got = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(got["data"]))
    return path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate of our own for localhost, and its key, as PEM files."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now, names = datetime.now(UTC), x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
            .add_extension(names, critical=False).sign(key, hashes.SHA256()))  # fmt: skip
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    return str(folder / "cert.pem"), str(folder / "key.pem")
