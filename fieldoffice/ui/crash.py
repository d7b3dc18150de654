"""Our own mistakes: a dialog with a report that holds no personal data, the same report in the log, and on we go."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

log = logging.getLogger(__name__)
Kind = type[BaseException]
HARMLESS = (AttributeError, NameError, ImportError, ZeroDivisionError, IndexError, RecursionError, TypeError)
"""Errors whose words are written by the interpreter about code; the words of all others may quote what a person typed."""


class CrashDialog(QDialog):
    """What happened, what to do, the report, and a button that copies it."""

    def __init__(self, report: str) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle("Something went wrong")
        self.setModal(True)
        self.resize(640, 420)
        self.report = report
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setAccessibleName("Report")
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(8)
        box.addWidget(PlainLabel("The program made a mistake", "section"))
        box.addWidget(PlainLabel("Your last step may not have been done; everything before it is saved. You can go on. "
                                 "The report below holds no names, addresses or amounts.", wrap=True))
        box.addWidget(text, 1)
        box.addLayout(self._buttons())

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(button("Copy report", self.copy, icon="content_copy"))
        row.addStretch(1)
        row.addWidget(button("Go on", self.accept, primary=True))
        return row


class Catcher(QObject):
    """Takes uncaught errors of any thread to one dialog at a time; further ones go to the log only."""

    _caught = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.dialog: CrashDialog | None = None
        self._caught.connect(self._show)

    def catch(self, kind: Kind, error: BaseException, trace: TracebackType | None) -> None:
        """For sys.excepthook."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        report = report_of(kind, error, trace)
        log.error("a mistake of the program\n%s", report)
        self._caught.emit(report)

    def _show(self, report: str) -> None:
        if self.dialog is not None:
            return
        self.dialog = CrashDialog(report)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _closed(self, _code: int) -> None:
        self.dialog = None


def install() -> Catcher:
    """Send what nobody caught, on any thread, to the dialog; keep the returned object."""
    catcher = Catcher()
    sys.excepthook = catcher.catch
    threading.excepthook = lambda args: catcher.catch(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
    return catcher


def report_of(kind: Kind, error: BaseException, trace: TracebackType | None) -> str:
    """Where and what, without any value that was being worked on."""
    lines = [f"fieldoffice {_version()} · {platform.system()} {platform.release()} · "
             f"Python {platform.python_version()} · Qt {pyside_version}"]
    for one, where in _chain(error, trace):
        lines += ["", said(one), *where_of(where)]
    return "\n".join(lines)


def said(error: BaseException) -> str:
    """The error's class, and its words only where they cannot quote a person."""
    name = type(error).__name__
    return f"{name}: {error}" if type(error) in HARMLESS else f"{name} (its words may hold personal data and are left out)"


def where_of(trace: TracebackType | None) -> list[str]:
    """The frames as "module-path:line in function", innermost last; paths begin at the package."""
    return [f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]


def _chain(error: BaseException, trace: TracebackType | None) -> list[tuple[BaseException, TracebackType | None]]:
    found, seen = [(error, trace)], {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        found.append((cause, cause.__traceback__))
        cause = cause.__cause__ or cause.__context__
    return found


def _short(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    for mark in ("fieldoffice", "site-packages"):
        if mark in parts[:-1]:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(mark) :])
    return parts[-1]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("fieldoffice")
    except PackageNotFoundError:
        return "from source"
