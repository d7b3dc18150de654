"""Starting Qt: the application object, the desktop's main loop, and pictures of pages."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget

from fieldoffice import settings
from fieldoffice.models.errors import NotFound, WorldFault
from fieldoffice.ui import crash, icons, theme
from fieldoffice.ui.backups.watch import BackupWatch
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts.left import offer_left
from fieldoffice.ui.garbage import Garbage
from fieldoffice.ui.pages import PAGES, ask
from fieldoffice.ui.requests.bell import RequestBell
from fieldoffice.ui.window import MainWindow

SHOT_LIMIT_S = 60.0


def create_app(argv: Sequence[str] = ("fieldoffice",), theme_choice: theme.Choice | None = None) -> QApplication:
    """The one QApplication, dressed. Without a choice the remembered one counts; an existing application is kept."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    _before_qt()
    app = QApplication(list(argv))
    app.setOrganizationName("fieldoffice")
    app.setApplicationName("desktop")
    app.setApplicationDisplayName("fieldoffice")
    theme.apply(app, theme_choice or theme.remembered())
    theme.follow_system(app)
    app.setWindowIcon(icons.icon("calendar_month", "accent"))
    return app


def run_desktop(office: Any, *, user_id: int | None = None, company: str = "", who: str = "", where: str = "",
                page: str = "", started: Callable[[MainWindow], object] | None = None, backed_up: bool = True) -> int:
    """Show the window on `office` and stay until it is closed; returns the exit code.

    `started(window)` is called once the window is in sight (a second start may raise it from then on). With `backed_up`,
    it says when the newest backup is old.
    """
    app, catcher, garbage = create_app(), crash.install(), Garbage()
    desk = Desk(office, user_id=user_id, known=office.topics(), drafts=settings.load().home)
    window = MainWindow(desk, company=company, who=who, where=where)
    window.closing.connect(app.quit)
    RequestBell(desk, window)
    window.show()
    desk.start()
    if page:
        window.go(page)
    offer_left(desk, window)
    window.status.trouble.reload()
    if backed_up:
        BackupWatch(desk, window, window).look()
    if started is not None:
        started(window)
    try:
        return app.exec()
    finally:
        _end(window, desk)
        garbage.stop()
        del catcher


def shoot(office: Any, page_id: str, size: tuple[int, int], theme_choice: theme.Choice, out: Path, *,
          user_id: int | None = None, company: str = "", who: str = "", where: str = "",
          limit_s: float = SHOT_LIMIT_S) -> Path:
    """Write a picture of a page as PNG, offscreen, once the page says that it is ready.

    Nothing of this machine's remembered layout is used or changed. An unknown page is NotFound; a page that is not ready
    in time, or a file that cannot be written, is a WorldFault.
    """
    if page_id not in {entry.id for entry in PAGES}:
        raise NotFound(f"There is no page called {page_id}. Pages: {', '.join(entry.id for entry in PAGES)}.")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="fieldoffice-shot-") as folder:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        app = create_app(theme_choice=theme_choice)
        theme.apply(app, theme_choice)
        desk = Desk(office, user_id=user_id, known=office.topics())
        window = MainWindow(desk, company=company, who=who, where=where)
        RequestBell(desk, window)
        try:
            return _picture(window, page_id, size, out, limit_s)
        finally:
            _end(window, desk)


def wait_until(true: Callable[[], bool], limit_s: float) -> bool:
    """Let Qt work until `true()`; False when the time is up."""
    end = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > end:
            return False
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)
    return True


def _picture(window: MainWindow, page_id: str, size: tuple[int, int], out: Path, limit_s: float) -> Path:
    window.resize(*size)
    window.show()
    window.go(page_id)
    if not wait_until(lambda: _ready(window, page_id), limit_s):
        raise WorldFault(f"The page {page_id} was not ready after {limit_s:.0f} seconds.")
    _settle(0.4)
    if not window.grab().save(str(out), "PNG"):
        raise WorldFault(f"The picture could not be written to {out}.")
    return out


def _ready(window: MainWindow, page_id: str) -> bool:
    page: QWidget = window.pages[page_id]
    return bool(ask(page, "ready", True)) and window.desk.background.waiting() == 0


def _settle(seconds: float) -> None:
    """Late layouts and web paints come after the answer."""
    wait_until(lambda: False, seconds)


def _end(window: MainWindow, desk: Desk) -> None:
    """Windows first, while the application still lives; then nobody is left to be answered."""
    window.hide()
    desk.close()
    window.deleteLater()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
        QCoreApplication.processEvents()


def _before_qt() -> None:
    """What must be said before the first QApplication."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    if find_spec("fieldoffice.ui.map") and find_spec("fieldoffice.ui.map.scheme"):
        from fieldoffice.ui.map import scheme

        scheme.register()
