"""A program that has shown a map ends without a word from the web engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from fieldoffice.ui.map import scheme
scheme.register()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
app = QApplication([])
from fieldoffice.ui import theme
theme.apply(app, "light")
from fieldoffice.ui.map.view import MapView
from fieldoffice.ui.map.web import web
views = [MapView(), MapView()]
for view in views:
    view.show()
    view.ready.connect(lambda: all(one.is_ready() for one in views) and ending())
QTimer.singleShot(60000, lambda: sys.exit("never ready"))
def ending():
    print("ready", "pandas" in sys.modules)
    if "DELETED" == sys.argv[1]:
        views.pop().deleteLater()
        QTimer.singleShot(0, app.quit)
    else:
        app.quit()
app.exec()
"""


@pytest.mark.parametrize("how", ["DELETED", "LEFT"])
def test_the_end_is_quiet(how: str):
    command = [sys.executable, "-c", PROGRAM, how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[2], check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "ready False"), done.stderr
    assert "Release of profile" not in done.stderr
    assert "Traceback" not in done.stderr
