"""Slow connections take nobody else's time, and end; with the guard off the same attack takes the service away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fieldoffice.office import Office
from fieldoffice.web.bounds import Bounds
from tests.faults.processes import LONG
from tests.web.site import TLS, Served, serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a loopback network of many addresses")
ROOT = Path(__file__).resolve().parents[2]
QUICK = Bounds(header_s=3.0)


@pytest.fixture
def many() -> int:
    """How many slow connections: 1,800 in the long run."""
    return 1800 if LONG else 200


@pytest.fixture
def home(sqlite_office: Office) -> Office:
    return sqlite_office


def attack(served: Served, many: int, kind: str, *, addresses: int, seconds: float = 9) -> tuple[dict[str, int], list[float]]:
    """What became of the slow ones, and how long somebody else waited for a page meanwhile (inf: got none)."""
    command = [sys.executable, "-m", "tests.web.slow", str(served.endpoint.port), str(many), str(seconds), kind, str(addresses)]
    times: list[float] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as slow:
        time.sleep(1.5)
        while slow.poll() is None:
            times.append(one_look(served))
            time.sleep(0.1)
        assert slow.stdout is not None
        return json.loads(slow.stdout.read()), times


def one_look(served: Served) -> float:
    """Seconds that a new visitor from an address of his own waits for a page."""
    began = time.monotonic()
    try:
        with httpx.Client(transport=httpx.HTTPTransport(local_address="127.9.9.9", verify=TLS), timeout=10, trust_env=False) as client:
            good = client.get(served.base.replace("localhost", "127.0.0.1") + "/health").status_code == 200
    except httpx.HTTPError:
        good = False
    return time.monotonic() - began if good else float("inf")


def files() -> int:
    return len(os.listdir("/proc/self/fd"))


def back_to(before: int) -> bool:
    end = time.monotonic() + 20
    while files() > before + 3 and time.monotonic() < end:
        time.sleep(0.1)
    return files() <= before + 3


@pytest.fixture
def guarded(home: Office) -> Iterator[Served]:
    with serving(home, bounds=QUICK) as served:
        yield served


@pytest.mark.long
@pytest.mark.parametrize("kind", ["header", "body", "hello"])
@pytest.mark.requirement("0.1")
def test_slow_clients_are_cut_off_and_others_notice_nothing(guarded: Served, many: int, kind: str) -> None:
    before = files()
    became, times = attack(guarded, many, kind, addresses=max(4, many // 50))
    assert became["held"] == 0
    assert len(times) >= 3
    assert max(times) < 5
    assert sorted(times)[len(times) // 2] < 0.5
    assert back_to(before)
    assert guarded.endpoint._server is not None
    assert guarded.endpoint._server.crowd.all == 0


def test_one_address_holds_no_more_than_its_share(guarded: Served, many: int) -> None:
    became, times = attack(guarded, many, "hello", addresses=1, seconds=2.5)
    assert became["cut"] >= many - QUICK.per_address
    assert max(times) < 5


@pytest.mark.parametrize("kind", ["header", "body"])
def test_control_without_deadlines_the_same_attack_takes_the_service_away(home: Office, kind: str) -> None:
    off = Bounds(header_s=3600, per_address=10**6, most=150)
    with serving(home, bounds=off) as served:
        became, times = attack(served, 200, kind, addresses=4, seconds=6)
    assert became["held"] >= 150
    assert times[: len(times) // 2] == [float("inf")] * (len(times) // 2)  # the last looks come when the attack has ended


def test_slow_tls_handshakes_end_too(home: Office, certificate: tuple[str, str]) -> None:
    with serving(home, bounds=QUICK, certificate=certificate[0], key=certificate[1]) as served:
        before = files()
        command = [sys.executable, "-m", "tests.web.slow", str(served.endpoint.port), "100", "9", "hello", "4"]
        became = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout)
        assert became["held"] == 0
        assert back_to(before)


def test_an_answer_that_nobody_takes_is_thrown_away(home: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks for much and reads nothing is cut off when its time is over."""
    import socket

    from fieldoffice.web import rendering

    big = b"/* long */\n" * 2_000_000
    monkeypatch.setattr(rendering, "static_file", lambda name: big)
    monkeypatch.setattr("fieldoffice.web.basics.static_file", lambda name: big)
    with serving(home, bounds=Bounds(header_s=1.0, idle_s=1.0, slowest=50_000_000)) as served, socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", served.endpoint.port))
        line.sendall(b"GET /static/site.css HTTP/1.1\r\nHost: localhost\r\n\r\n")
        end, server = time.monotonic() + 30, served.endpoint._server
        assert server is not None
        while server.crowd.all == 0 and time.monotonic() < end:
            time.sleep(0.05)
        while server.crowd.all and time.monotonic() < end:
            time.sleep(0.1)
        assert server.crowd.all == 0
