"""The one way to ask a server outside: it names itself, follows nobody elsewhere, and gives up on what goes on too long."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time

import pytest

from fieldoffice.integrations.web import NoAnswer, TooLong, ask
from tests.integrations.peer import peer


def test_it_asks_and_answers_in_plain_values() -> None:
    with peer(lambda path, body: (418, {"path": path, "body": body})) as there:
        told = ask(there.url + "/a", params={"q": "Käthe & Söhne"})
        assert (told.status, told.json()) == (418, {"path": "/a?q=K%C3%A4the+%26+S%C3%B6hne", "body": None})
        assert told.headers["content-type"] == "application/json"
        assert ask(there.url + "/b", post={"n": 1}).json() == {"path": "/b", "body": {"n": 1}}


def test_what_goes_on_too_long_is_given_up() -> None:
    with peer(lambda _path, _body: (200, "x" * 5_000)) as there:
        assert len(ask(there.url, most_bytes=5_000).content) == 5_000
        with pytest.raises(TooLong):
            ask(there.url, most_bytes=4_999)


def test_a_server_that_drips_is_given_up_although_each_drop_comes_in_time() -> None:
    there = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = there.accept()
        with line:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            try:
                for _ in range(100):
                    line.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    with there, pytest.raises(NoAnswer) as caught:
        ask(f"http://127.0.0.1:{there.getsockname()[1]}/", answer_s=0.2)
    assert caught.value.slow
    assert time.monotonic() - began < 3
    thread.join()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "no address", "http://", "ftp://example.invalid/", "http://[::1"])
def test_nobody_there_and_addresses_that_are_none_are_one_answer(url: str) -> None:
    with pytest.raises(NoAnswer) as caught:
        ask(url)
    assert not caught.value.slow


def test_a_start_that_asks_nobody_does_not_load_the_client() -> None:
    program = "import sys, fieldoffice.integrations.geocoders, fieldoffice.integrations.roads, fieldoffice.integrations.weather; " \
              "sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
