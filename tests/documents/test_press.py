"""Drawing in a child process: same bytes, no network, and a dead child harms only the page it was drawing."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from fieldoffice.models.errors import Refused, WorldFault
from fieldoffice.services.documents import fonts, press
from fieldoffice.services.documents.daysheet import draw, draw_many
from fieldoffice.services.documents.press import CLOSED, DIED, Press
from tests.documents.sheets import sheet

SECONDS = 60


@pytest.fixture
def warm_press() -> Iterator[Press]:
    made = Press()
    made.warm()
    yield made
    made.close()


def child(of: Press) -> int:
    return of._submit(os.getpid).result(SECONDS)


def test_the_child_draws_the_same_bytes(warm_press):
    assert warm_press.draw("day sheet", sheet(5)).result(SECONDS) == draw(sheet(5))
    both = (sheet(2), sheet(0, provider="Bo"))
    assert warm_press.draw("day sheets", both).result(SECONDS) == draw_many(both)
    assert child(warm_press) != os.getpid()


def test_the_child_is_kept(warm_press):
    first = child(warm_press)
    warm_press.draw("day sheet", sheet(1)).result(SECONDS)
    assert child(warm_press) == first


def test_a_refusal_in_the_child_comes_back_in_words(warm_press):
    with pytest.raises(Refused, match="choose at least one provider"):
        warm_press.draw("day sheets", ()).result(SECONDS)


def test_a_bug_in_the_child_is_not_dressed_up_as_a_refusal(warm_press):
    with pytest.raises(AttributeError):
        warm_press.draw("day sheet", "no sheet").result(SECONDS)
    with pytest.raises(KeyError):
        warm_press.draw("love letter", sheet(1))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills by signal")
def test_a_killed_child_refuses_its_page_and_the_next_one_is_drawn(warm_press):
    first = child(warm_press)
    waiting = [warm_press.draw("day sheets", tuple(sheet(40) for _ in range(20))) for _ in range(2)]
    time.sleep(0.2)
    os.kill(first, signal.SIGKILL)
    for one in waiting:
        with pytest.raises(WorldFault, match=DIED):
            one.result(SECONDS)
    assert warm_press.draw("day sheet", sheet(3)).result(SECONDS) == draw(sheet(3))
    assert child(warm_press) != first


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills by signal")
def test_a_child_killed_while_idle_is_replaced(warm_press):
    for _ in range(3):
        os.kill(child(warm_press), signal.SIGKILL)
        try:
            drawn = warm_press.draw("day sheet", sheet(1)).result(SECONDS)
        except WorldFault:  # asked before the death was noticed
            drawn = warm_press.draw("day sheet", sheet(1)).result(SECONDS)
        assert drawn == draw(sheet(1))


@pytest.mark.parametrize(("act", "args"), [
    (socket.create_connection, (("127.0.0.1", 9), 1)),
    (subprocess.check_call, ([sys.executable, "-V"],)),
    (os.system, ("true",)),
])
def test_the_child_opens_no_connection_and_starts_no_program(warm_press, act, args):
    with pytest.raises(PermissionError, match="may not do this"):
        warm_press._submit(act, *args).result(SECONDS)


def test_after_close_it_says_so_and_leaves_no_child():
    made = Press()
    pid = child(made)
    made.close()
    made.close()
    with pytest.raises(WorldFault, match=CLOSED):
        made.draw("day sheet", sheet(1)).result(SECONDS)
    assert not psutil.pid_exists(pid)


def test_close_does_not_wait_for_paper_and_refuses_what_is_not_drawn():
    made = Press()
    child(made)
    waiting = [made.draw("day sheets", tuple(sheet(40) for _ in range(30))) for _ in range(4)]
    began = time.monotonic()
    made.close()
    assert time.monotonic() - began < 3
    assert [str(one.exception(SECONDS)) for one in waiting] == [CLOSED] * 4


ORPHAN = """
import os, signal
from fieldoffice.services.documents.press import Press
if __name__ == "__main__":
    made = Press()
    print(made._submit(os.getpid).result(60), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills by signal")
def test_the_child_goes_when_the_program_is_killed(tmp_path):
    (tmp_path / "program.py").write_text(ORPHAN)
    told = subprocess.run([sys.executable, str(tmp_path / "program.py")], capture_output=True, text=True, timeout=SECONDS,
                          env={**os.environ, "PYTHONPATH": os.getcwd()})
    pid = int(told.stdout)
    until = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_missing_typeface_is_told_in_the_words_of_the_set_up(monkeypatch):
    def missing(name: str) -> None:
        raise FileNotFoundError(f"The program's file “{name}” is missing. Run the set-up.")

    fonts.primary.cache_clear()
    monkeypatch.setattr(fonts, "resource", missing)
    drawn, refused = press._outcome(draw, sheet(1))
    assert drawn == b""
    assert "Run the set-up" in refused


def test_a_sheet_and_its_answer_survive_the_way_between_processes():
    assert pickle.loads(pickle.dumps(sheet(3))) == sheet(3)
