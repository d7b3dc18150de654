"""The server starts and stops inside a desktop and on its own, finishes what it began, and says in words what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from fieldoffice import settings
from fieldoffice.models.errors import Invalid, WorldFault
from fieldoffice.office import Office
from fieldoffice.services.company.values import setting
from fieldoffice.services.tasks import Runner
from fieldoffice.settings import Online
from fieldoffice.web.bounds import Bounds
from fieldoffice.web.headless import serve
from fieldoffice.web.hosting import Hosting
from fieldoffice.web.security import Proxies
from fieldoffice.web.serve import Endpoint, Options, Server
from tests.conftest import ENGINES
from tests.faults.processes import LONG
from tests.web.site import TLS, serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=ENGINES if LONG else ENGINES[:1])
def kind(request: pytest.FixtureRequest) -> str:
    """What is tried here stands above the database: both engines in the long run."""
    return request.param


@pytest.fixture
def home(sqlite_office: Office) -> Office:
    return sqlite_office


def free_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


@contextmanager
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        yield line.getsockname()[1]


def ask(port: int, path: str = "/health") -> int:
    return httpx.get(f"http://localhost:{port}{path}", timeout=30, trust_env=False, verify=TLS).status_code


def test_it_starts_stops_and_starts_again_on_the_same_port(home: Office) -> None:
    endpoint = Endpoint(home, Options(port=free_port()))
    for _ in range(3):
        endpoint.start()
        assert endpoint.running
        assert ask(endpoint.port, "/signin") == 200
        endpoint.stop()
        with pytest.raises(httpx.ConnectError):
            ask(endpoint.port)


def test_a_port_in_use_is_said_in_words_and_leaves_nothing_behind(home: Office) -> None:
    before = threading.active_count()
    with taken_port() as port:
        endpoint = Endpoint(home, Options(port=port))
        with pytest.raises(WorldFault, match=rf"^Port {port} is in use by another program"):
            endpoint.start()
        assert not endpoint.running
    endpoint.start()  # it is free now
    assert ask(port, "/signin") == 200
    endpoint.stop()
    assert threading.active_count() == before


@pytest.mark.parametrize(("wrong", "field", "words"), [
    ({"certificate": "{cert}"}, "key", "belong together"),
    ({"certificate": "nowhere.pem", "key": "{key}"}, "certificate", "no file nowhere"),
    ({"certificate": "{key}", "key": "{cert}"}, "certificate", "PEM"), ({"proxies": ("here",)}, "proxies", "10.0.0.5"),
    ({"host": "no such host"}, "host", "no address")])  # fmt: skip
def test_options_that_cannot_be_are_refused_by_their_field(home: Office, certificate: tuple[str, str], wrong: dict[str, object],
                                                           field: str, words: str) -> None:  # fmt: skip
    filled = {k: v.format(cert=certificate[0], key=certificate[1]) if isinstance(v, str) else v for k, v in wrong.items()}
    with pytest.raises(Invalid) as refused:
        Endpoint(home, Options(port=0, **filled)).start()  # type: ignore[arg-type]
    assert words in refused.value.fields[field]


def test_own_certificate_files_make_it_tls(home: Office, certificate: tuple[str, str]) -> None:
    with serving(home, certificate=certificate[0], key=certificate[1]) as served:
        trusting = ssl.create_default_context(cafile=certificate[0])
        answer = httpx.get(f"https://localhost:{served.endpoint.port}/signin", verify=trusting, timeout=30, trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert trusting.minimum_version >= ssl.TLSVersion.TLSv1_2
        old = ssl.create_default_context(cafile=certificate[0])
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2
        assert httpx.get(f"https://localhost:{served.endpoint.port}/signin", verify=old, timeout=30, trust_env=False).status_code == 200


def test_a_request_under_way_is_finished_before_it_stops() -> None:
    entered, go = threading.Event(), threading.Event()

    def slow(_environ: object, start: object) -> list[bytes]:
        entered.set()
        go.wait(20)
        start("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
        return [b"done"]

    server = Server(slow, lambda _method, _path: 0, Options(port=0), None, Proxies(), Bounds())
    server.start()
    got: list[bytes] = []
    client = threading.Thread(target=lambda: got.append(httpx.get(f"http://localhost:{server.port}/", timeout=30, trust_env=False).content))
    client.start()
    assert entered.wait(20)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    time.sleep(0.3)
    go.set()
    stopping.join(20)
    client.join(20)
    assert got == [b"done"]


def test_what_is_chosen_on_a_computer_lasts_and_a_wrong_choice_leaves_what_ran(home: Office, tmp_path: Path) -> None:
    hosting, port = Hosting(home, tmp_path), free_port()
    state = hosting.apply(Online(on=True, port=port))
    assert state.url == f"http://localhost:{port}"
    with taken_port() as taken, pytest.raises(Invalid) as refused:
        hosting.apply(Online(on=True, port=taken))
    assert "in use" in refused.value.fields["port"]
    assert ask(port, "/signin") == 200
    assert settings.online(tmp_path, home.name) == Online(on=True, port=port)
    hosting.stop()
    again = Hosting(home, tmp_path)
    assert again.begin().since is not None
    assert ask(port, "/signin") == 200
    again.stop()
    with taken_port() as taken:
        settings.keep_online(tmp_path, home.name, Online(on=True, port=taken))
        state = Hosting(home, tmp_path).begin()
    assert state.since is None
    assert "in use" in state.error


def test_each_database_has_its_own_choice(tmp_path: Path) -> None:
    settings.keep_online(tmp_path, "one", Online(on=True, port=9000, proxies=("10.0.0.1",)))
    settings.keep_online(tmp_path, "two", Online(port=9001))
    assert settings.online(tmp_path, "one") == Online(on=True, port=9000, proxies=("10.0.0.1",))
    assert settings.online(tmp_path, "two") == Online(port=9001)
    assert settings.online(tmp_path, "three") == Online()


@contextmanager
def headless(office: Office, tmp_path: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """`fieldoffice serve` as a program of its own."""
    environment = {**os.environ, "FIELDOFFICE_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "fieldoffice", "serve", "--database", office.address, *more]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            yield program
        finally:
            if program.poll() is None:
                program.kill()


@pytest.mark.requirement("0.1")
def test_with_every_desktop_closed_the_booking_page_answers_and_sigterm_ends_it(office: Office, tmp_path: Path) -> None:
    port = free_port()
    with headless(office, tmp_path, "--port", str(port), "--public-url", "https://book.example.com/") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        said = program.stdout.readline()
        served = f"Serving Potomac Plumbing at http://localhost:{port}/book, to the public as https://book.example.com/book."
        assert said == served + "\n"
        page = httpx.get(f"http://localhost:{port}/book", timeout=30, trust_env=False)
        assert page.status_code == 200
        assert "Potomac Plumbing" in page.text
        secret = httpx.get(f"http://localhost:{port}/signin/private-token-of-somebody?lang=de", timeout=30, trust_env=False)
        assert secret.status_code == 404
        program.send_signal(signal.SIGTERM)
        out, log = program.communicate(timeout=60)
    assert program.returncode == 0
    assert out == "Stopped.\n"
    assert "booking." in log
    for hidden in ("127.0.0.1", "private-token", "lang=de"):
        assert hidden not in log
    assert office.see(setting, "online.public_url") == "https://book.example.com"


def test_serve_says_in_words_what_is_wrong(home: Office, tmp_path: Path) -> None:
    with taken_port() as port, headless(home, tmp_path, "--port", str(port)) as program:
        _, said = program.communicate(timeout=60)
        assert program.returncode == 2
        assert f"fieldoffice: Port {port} is in use" in said


def test_serve_takes_no_public_address_with_a_path(home: Office) -> None:
    with pytest.raises(Invalid, match="with nothing behind it"):
        serve(home, Options(port=0), Runner(home), public_url="https://a.example/path")
    assert home.see(setting, "online.public_url") == ""
