"""Guards: a test fails when Qt complains, our own log has an error, or a thread or timer outlives it.

A test that expects such a thing says so: with the `caplog` fixture (log), `qtlog` or the mark `no_qt_log` (Qt messages).
"""

from __future__ import annotations

import gc
import logging
import re
import sys
import threading
import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest

ALLOWED = re.compile(
    r"""This\ plugin\ does\ not\ support            # the offscreen platform has no window manager
    |QStandardPaths:\ (?:XDG_RUNTIME_DIR|runtime\ directory)
    |Path\ override\ failed\ for\ key               # WebEngine looks for locales that wheels do not carry
    |(?:libva|vaInitialize|dri|MESA|GLX|EGL|Vulkan|GBM|gbm)  # no graphics card
    |Failed\ to\ create\ (?:GL|OpenGL|vulkan)|QRhi|OpenGL|GPUInfo
    |sandbox                                        # tests run as root
    |Could\ not\ (?:connect\ to|parse)\ .*(?:dbus|DBus)
    """,
    re.VERBOSE | re.IGNORECASE,
)
LOUD = ("QtWarningMsg", "QtCriticalMsg", "QtFatalMsg")
SERVANTS = re.compile(r"^(?:MainThread|pytest[_-]|Dummy-|asyncio_|planner outbox$|execnet|Thread-\d+ \(_leave_with_parent\))")
"""Threads that are not a test's: those of the runner, Qt's own, and that of a planner which a whole file of tests keeps warm."""
CRASHES = "fieldoffice.ui.crash"
"""Writes down what pytest-qt reports by itself, and what the tests of the crash dialog provoke."""
PATIENCE_S = 3.0
DEFERRED_DELETE = 52  # QEvent.Type.DeferredDelete


class _Late:
    """What Qt says outside the body of a test: in fixtures, and while widgets are deleted."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, kind: Any, context: Any, message: str) -> None:
        if kind.name in LOUD and not ALLOWED.search(message or ""):
            self.said.append(f"{kind.name}: {message}")


_late = _Late()


def _core() -> Any:
    """QtCore, where some test has imported it; the guard itself does not bring Qt into a test without it."""
    return sys.modules.get("PySide6.QtCore")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    _late.said.clear()
    if core := _core():
        core.qInstallMessageHandler(_late.note)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: Any) -> Generator[None, Any, Any]:
    found = yield
    if "qtlog" not in item.fixturenames and (capture := getattr(item, "qt_log_capture", None)):
        said = [f"{r.type_name}: {r.message}" for r in capture.records if r.type_name in LOUD and not r.ignored
                and not ALLOWED.search(r.message or "")]  # fmt: skip
        if said:
            pytest.fail("Qt complained:\n" + "\n".join(said), pytrace=False)
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    found = yield
    said = list(_late.said)
    _late.said.clear()
    if said:
        pytest.fail("Qt complained while the test was cleaned up:\n" + "\n".join(said), pytrace=False)
    return found


def pytest_sessionfinish() -> None:
    if core := _core():
        core.qInstallMessageHandler(None)


class _Errors(logging.Handler):
    """Keeps what our own code logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != CRASHES:
            self.said.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_error_is_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """An error in the log of a test that does not look at the log is a bug that nobody would see."""
    errors, ours = _Errors(), logging.getLogger("fieldoffice")
    ours.addHandler(errors)
    yield
    ours.removeHandler(errors)
    if errors.said and "caplog" not in request.fixturenames:
        pytest.fail("an error was logged:\n" + "\n".join(errors.said), pytrace=False)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Threads that a test started have ended with it, or end within a moment."""
    before = set(threading.enumerate())
    yield
    _bury()
    end = time.monotonic() + PATIENCE_S
    while (left := _running(before)) and time.monotonic() < end:
        time.sleep(0.02)
    if left:
        pytest.fail(f"threads are still running: {', '.join(sorted(left))}", pytrace=False)


def _bury() -> None:
    """Let Qt delete what was asked to go: pytest-qt closes windows, but leaves their end to a loop that no longer runs."""
    if (core := _core()) and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, DEFERRED_DELETE)


def _running(before: set[threading.Thread]) -> list[str]:
    fresh = set(threading.enumerate()) - before
    return [t.name for t in fresh if t.is_alive() and not isinstance(t, threading._DummyThread) and not SERVANTS.match(t.name)]


@pytest.fixture(autouse=True, scope="module")
def no_timer_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the last test of a file with Qt in it no timer runs that did not run before its first."""
    if "PySide6" not in request.path.read_text(encoding="utf-8"):
        yield
        return
    _bury()
    gc.collect()
    gc.freeze()  # what was there before this file is not looked at again: after some files that takes seconds each time
    yield
    if left := _timers():
        pytest.fail(f"timers are still running after this file: {', '.join(sorted(left))}", pytrace=False)


def _timers() -> list[str]:
    """Every repeating timer made since the last freeze that runs and that Python knows of, in words."""
    core = _core()
    if core is None or core.QCoreApplication.instance() is None:
        return []
    import shiboken6

    _bury()
    gc.collect()
    alive = [o for o in gc.get_objects() if isinstance(o, core.QTimer) and shiboken6.isValid(o)]
    found = [timer for timer in alive if timer.isActive() and not timer.isSingleShot()]
    return [f"{type(timer.parent()).__name__}, every {timer.interval()} ms" for timer in found]
