"""Settings → Online: the server in the window, what is wrong by its field, links to give away, the logo."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import httpx
import keyring
import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice import settings
from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office
from fieldoffice.services.company import logo, values
from fieldoffice.services.company.online_http import color, contrast, framing, hosts_of, public_url
from fieldoffice.settings import Online
from fieldoffice.ui.organization import online
from fieldoffice.ui.organization.page import SettingsPage
from fieldoffice.web.hosting import Hosting
from tests.services.secrets.conftest import OwnKeyring, start_again
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def hosting(sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosting]:
    made = Hosting(sqlite_office, tmp_path / "home")
    monkeypatch.setattr(online, "hosting", made)
    yield made
    made.stop()


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office, hosting: Hosting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    before = keyring.get_keyring()
    keyring.set_keyring(OwnKeyring())
    start_again()
    with standing(qtbot, sqlite_office) as made:
        yield made
    keyring.set_keyring(before)


@pytest.fixture
def page(stand: Stand) -> SettingsPage:
    made = SettingsPage(stand.desk)
    stand.show(made)
    made.open(section="online")
    settle(stand)
    return made


def settle(stand: Stand) -> None:
    for _ in range(3):
        stand.wait()


def free_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def ask(port: int) -> int:
    return httpx.get(f"http://localhost:{port}/signin", timeout=30, trust_env=False).status_code


def saved(page: SettingsPage, stand: Stand, qtbot: QtBot) -> None:
    page.save()
    qtbot.waitUntil(lambda: not page._saving, timeout=60_000)
    settle(stand)


def test_on_save_it_serves_says_since_when_and_stops_again(page: SettingsPage, stand: Stand, hosting: Hosting, qtbot: QtBot,
                                                           sqlite_office: Office) -> None:  # fmt: skip
    part, port = page.online, free_port()
    assert part.said.text() == "Not running."
    assert not part.open.isEnabled()
    part.port.set_value(port)
    QTest.mouseClick(part.on, qtbot_button())
    part.on.setChecked(True)
    assert page.dirty()
    saved(page, stand, qtbot)
    assert not page.dirty()
    assert f"at http://localhost:{port} on this computer" in part.said.text()
    assert part.open.isEnabled()
    assert ask(port) == 200
    assert settings.online(hosting.home, sqlite_office.name).on
    part.on.setChecked(False)
    saved(page, stand, qtbot)
    assert part.said.text() == "Not running."
    with pytest.raises(httpx.ConnectError):
        ask(port)


def qtbot_button() -> object:
    from PySide6.QtCore import Qt

    return Qt.MouseButton.LeftButton


def test_a_port_in_use_is_said_by_its_field_and_nothing_typed_is_lost(page: SettingsPage, stand: Stand, qtbot: QtBot) -> None:
    part = page.online
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        port = line.getsockname()[1]
        part.port.set_value(port)
        part.on.setChecked(True)
        part.certificate.setText("")
        saved(page, stand, qtbot)
        assert "is in use by another program" in part.form.rows["port"].error.words.text()
        assert part.port.value() == port
        assert page.dirty()
        page.discard()
        assert not page.dirty()
        assert not part.on.isChecked()


def test_a_certificate_without_its_key_is_said_by_its_field(page: SettingsPage, stand: Stand, qtbot: QtBot, tmp_path: Path) -> None:
    part = page.online
    (tmp_path / "cert.pem").write_text("nothing")
    part.certificate.setText(str(tmp_path / "cert.pem"))
    part.on.setChecked(True)
    part.port.set_value(free_port())
    saved(page, stand, qtbot)
    assert "give both files" in part.form.rows["key"].error.words.text()


def test_what_went_wrong_at_the_start_stands_there_in_words(stand: Stand, hosting: Hosting, sqlite_office: Office) -> None:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        settings.keep_online(hosting.home, sqlite_office.name, Online(on=True, port=line.getsockname()[1]))
        hosting.begin()
    page = SettingsPage(stand.desk)
    stand.show(page)
    page.open(section="online")
    settle(stand)
    assert page.online.fault.isVisible()
    assert "is in use by another program" in page.online.fault.label.text()


def test_link_and_snippet_need_a_public_address_and_carry_it(page: SettingsPage, stand: Stand, sqlite_office: Office) -> None:
    assert not page.online.link.isEnabled()
    sqlite_office.do(values.set_setting, "online.public_url", "https://book.example.com/")
    page.online.reload()
    settle(stand)
    page.online.link.click()
    assert QGuiApplication.clipboard().text() == "https://book.example.com/book"
    page.online.embed.click()
    assert '<iframe src="https://book.example.com/book"' in QGuiApplication.clipboard().text()


def test_a_logo_is_drawn_anew_shown_and_taken_back(page: SettingsPage, stand: Stand, sqlite_office: Office, tmp_path: Path) -> None:
    Image.new("RGB", (1600, 300), "#0B6E69").save(tmp_path / "logo.png")
    (tmp_path / "logo.png").write_bytes((tmp_path / "logo.png").read_bytes() + b"<script>")
    page.logo.take(tmp_path / "logo.png")
    settle(stand)
    kept = sqlite_office.see(logo.logo_bytes)
    assert kept is not None
    assert b"<script>" not in kept
    assert Image.open(BytesIO(kept)).size == (800, 150)
    assert page.logo.picture.isVisible()
    stand.desk.undo()
    settle(stand)
    assert sqlite_office.see(logo.logo_bytes) is None
    with pytest.raises(Invalid, match="no picture"):
        sqlite_office.do(logo.set_logo, "a.svg", b"<svg onload='alert(1)'/>")


def test_the_server_starts_and_stops_beside_the_window_which_never_waits(hosting: Hosting, stand: Stand, qtbot: QtBot) -> None:
    """Started and stopped from worker threads while Qt's own loop turns: the clock of the window goes on ticking."""
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(20)
    port, running = free_port(), []

    def round_trips() -> None:
        for _ in range(2):
            running.append(hosting.apply(Online(on=True, port=port)).since is not None)
            assert ask(port) == 200
            running.append(hosting.apply(Online(on=False, port=port)).since is not None)

    worker = threading.Thread(target=round_trips)
    worker.start()
    qtbot.waitUntil(lambda: not worker.is_alive(), timeout=60_000)
    timer.stop()
    assert running == [True, False, True, False]
    assert max(later - earlier for earlier, later in zip(ticks, ticks[1:], strict=False)) < 2


@pytest.mark.parametrize(("check", "good", "bad"), [
    (public_url, ("", "https://book.example.com", "http://10.0.0.5:8470/"), ("book.example.com", "https://a.example/path", "https://a.example/?x=1")),
    (framing, ("", "www.example.com *.example.org, shop.example.net:8443"), ("https://www.example.com", "a b'c", "'self'", "x;y z/")),
    (color, ("", "#0B6E69", "#112233"), ("red", "#FFF", "#FFEE00", "#0B6E6G")),
])  # fmt: skip
def test_what_these_settings_take(check: object, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert [check(value) for value in good] == [""] * len(good)  # type: ignore[operator]
    assert [value for value in bad if not check(value)] == []  # type: ignore[operator]


def test_hosts_and_contrast() -> None:
    assert hosts_of(" WWW.Example.com,\n*.example.org ") == ("www.example.com", "*.example.org")
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
