"""Our own mistakes: reported without a word of anybody's data, one dialog at a time."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from fieldoffice.ui import crash


@pytest.fixture
def catcher(qapp, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = crash.install()
    yield made
    if made.dialog is not None:
        made.dialog.close()
    qapp.processEvents()


def _error(work) -> BaseException:
    try:
        work()
    except BaseException as error:
        return error
    raise AssertionError("it did not fail")


def _report(work) -> str:
    error = _error(work)
    return crash.report_of(type(error), error, error.__traceback__)


def test_a_report_names_the_place_and_no_data() -> None:
    report = _report(lambda: {"Ann Miller": "12 Elm St"}["Bob Miller"])
    assert "KeyError" in report
    assert "in <lambda>" in report
    assert [secret for secret in ("Miller", "Elm") if secret in report] == []


def test_words_of_the_interpreter_are_kept() -> None:
    assert "ZeroDivisionError: division by zero" in _report(lambda: 1 / 0)
    assert "has no attribute 'nmae'" in _report(lambda: object().nmae)


def test_causes_are_in_the_report_without_their_words() -> None:
    def fail() -> None:
        try:
            int("555-0100")
        except ValueError as error:
            raise RuntimeError("Ann Miller") from error

    report = _report(fail)
    assert ("RuntimeError" in report, "ValueError" in report) == (True, True)
    assert [secret for secret in ("Miller", "555") if secret in report] == []


def test_paths_begin_at_the_package() -> None:
    from fieldoffice.ui.parts.reading import read_duration

    report = _report(lambda: read_duration("never"))
    assert "  fieldoffice/ui/parts/reading.py:" in report
    assert "  /" not in report


def test_the_dialog_shows_and_copies_what_the_log_holds(qtbot, catcher, caplog) -> None:
    error = _error(lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        sys.excepthook(type(error), error, error.__traceback__)
    assert catcher.dialog is not None
    shown = catcher.dialog.findChild(QPlainTextEdit).toPlainText()
    catcher.dialog.copy()
    assert QGuiApplication.clipboard().text() == shown
    assert shown in caplog.text


def test_further_mistakes_do_not_pile_up_dialogs(qtbot, catcher) -> None:
    error = _error(lambda: 1 / 0)
    sys.excepthook(type(error), error, None)
    first = catcher.dialog
    sys.excepthook(type(error), error, None)
    assert catcher.dialog is first
    first.accept()
    assert catcher.dialog is None


def test_a_thread_that_fails_shows_its_report_here(qtbot, catcher) -> None:
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: catcher.dialog is not None)
    assert "ZeroDivisionError" in catcher.dialog.report


def test_no_name_of_a_customer_gets_into_a_report_from_anywhere(qtbot, catcher, caplog) -> None:
    """Locals, arguments, messages, notes, causes, groups: forty planted values, none of them in the report or in the log."""
    planted = [f"Canary{n} Smith, {n} Elm Street, 202 555 01{n:02}" for n in range(40)]

    def deep(customer: str, *more: str) -> None:
        kept = {"name": customer, "others": more}
        try:
            raise LookupError(f"no customer called {kept['name']}")
        except LookupError as error:
            error.add_note(more[0])
            raise ValueError(more[1], {"gate": more[2]}) from ExceptionGroup(more[3], [KeyError(more[4]), OSError(2, more[5], more[6])])

    with caplog.at_level(logging.ERROR):
        error = _error(lambda: deep(*planted))
        sys.excepthook(type(error), error, error.__traceback__)
    said = catcher.dialog.report + caplog.text
    assert "ValueError" in said
    assert [word for word in ("Canary", "Smith", "Elm", "555", *planted) if word in said] == []
