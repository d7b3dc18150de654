"""The guards themselves: each of them fails a test that earns it, and leaves a tidy one alone."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNTIDY = """
    import logging, threading, time
    from PySide6.QtCore import QTimer, qCritical, qWarning
    from PySide6.QtWidgets import QWidget
    log, kept = logging.getLogger("fieldoffice.services.somewhere"), []

    def test_tidy(qtbot):
        timer = QTimer(singleShot=True)
        timer.start(1)
        qtbot.waitUntil(lambda: not timer.isActive())
        thread = threading.Thread(target=time.sleep, args=(0.2,), name="short")
        thread.start()
        qWarning("This plugin does not support raise()")

    def test_warns(qapp):
        qWarning("QPainter::begin: Paint device returned engine == 0")

    def test_warns_late(qapp, request):
        request.addfinalizer(lambda: qCritical("too late"))

    def test_expects_it(qapp, qtlog):
        qWarning("expected")

    def test_logs():
        log.error("it went wrong")

    def test_looks_at_the_log(caplog):
        log.error("as it should")

    def test_leaves_a_thread():
        threading.Thread(target=time.sleep, args=(30,), name="sleeper", daemon=True).start()

    def test_leaves_a_timer(qapp):
        kept.append(QTimer(interval=4321))
        kept[0].start()
"""


def test_each_guard_bites(tmp_path: Path) -> None:
    (tmp_path / "test_untidy.py").write_text(textwrap.dedent(UNTIDY), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nqt_api = pyside6\n", encoding="utf-8")
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "pytest", "-p", "tests.guards", "-p", "no:cacheprovider", "-rA", "-q", "test_untidy.py"]
    done = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=120, check=False)
    said = {line.split(" - ")[0].replace("test_untidy.py::test_", "") for line in done.stdout.splitlines() if "test_untidy.py::" in line}
    wrong = {"FAILED warns", "ERROR warns_late", "ERROR logs", "ERROR leaves_a_thread", "ERROR leaves_a_timer"}
    # a body that passed and a clean-up that failed are told as two results
    passed = {f"PASSED {n}" for n in ("tidy", "warns_late", "expects_it", "logs", "looks_at_the_log", "leaves_a_thread", "leaves_a_timer")}
    assert said == wrong | passed, done.stdout
    assert "threads are still running: sleeper" in done.stdout
    assert "every 4321 ms" in done.stdout
