"""Qt for tests: offscreen, own settings, no trace on the machine. The address scheme is known before the application."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.rhi.*=false")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

import pytest
from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QApplication

from fieldoffice.ui import theme
from fieldoffice.ui.desk import Desk

QStandardPaths.setTestModeEnabled(True)
if importlib.util.find_spec("fieldoffice.ui.map.scheme") is not None:
    from fieldoffice.ui.map import scheme

    scheme.register()

_SETTINGS = tempfile.TemporaryDirectory(prefix="fieldoffice-tests-")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["fieldoffice"]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, _SETTINGS.name)
    QApplication.setOrganizationName("fieldoffice")
    QApplication.setApplicationName("desktop")
    return QApplication


@pytest.fixture(autouse=True)
def fresh_settings(qapp: QApplication) -> Iterator[None]:
    """Nothing is remembered from one test to the next; each begins in light colors."""
    QSettings().clear()
    if theme.choice() != "light" or not qapp.styleSheet():
        theme.apply(qapp, "light")
    yield
    QSettings().clear()


class FakeOffice:
    """An office without a database: a "service" is called with None in place of a transaction."""

    def __init__(self) -> None:
        self.counters: dict[str, int] = {}
        self.raises: frozenset[str] = frozenset()
        self.asked_by: list[int | None] = []

    def seat(self, user_id: int | None) -> Any:
        def see(query: Any, *args: Any, **kw: Any) -> Any:
            self.asked_by.append(user_id)
            return query(None, *args, **kw)

        def done(service: Any, *args: Any, **kw: Any) -> Any:
            value = see(service, *args, **kw)
            for topic in self.raises:
                self.counters[topic] = self.counters.get(topic, 0) + 1
            return SimpleNamespace(value=value, topics=self.raises, op_id="")

        def done_as(op_id: str, service: Any, *args: Any, **kw: Any) -> Any:
            return done(service, *args, **kw)

        return SimpleNamespace(see=see, done=done, done_as=done_as)

    def topics(self) -> dict[str, int]:
        return dict(self.counters)

    def listen(self, bell: Any, stop: Any) -> None:
        return None


@pytest.fixture
def fake_office() -> FakeOffice:
    return FakeOffice()


@pytest.fixture
def desk(qapp: QApplication, fake_office: FakeOffice) -> Iterator[Desk]:
    """A desk on the fake office; its live refresh is started by the test that needs it."""
    made = Desk(fake_office, user_id=7, known={}, every_ms=50)
    yield made
    made.close()
    qapp.processEvents()
