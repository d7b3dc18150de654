"""Two things Python and Qt do to each other: lost references (a version of PySide6 did), and cycles on the wrong thread."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
import weakref

from fieldoffice.ui.garbage import Garbage

EMITS = """
    from PySide6.QtCore import QObject, QRectF, Signal
    from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsScene, QGraphicsView
    class Sender(QObject):
        said = Signal(bool)
    class Item(QGraphicsItem):
        def boundingRect(self):
            return QRectF(0, 0, 10, 10)
        def paint(self, painter, option, widget=None):
            painter.drawRect(0, 0, 5, 5)
    app, sender = QApplication([]), Sender()
    sender.said.connect(lambda value: None)
    for _ in range(20_000):
        sender.said.emit(True)
    scene = QGraphicsScene()
    scene.addItem(Item())
    view = QGraphicsView(scene)
    view.resize(40, 40)
    for _ in range(2_000):
        view.grab()
    print("alive")
"""


def test_many_emits_and_paints_do_not_end_the_program() -> None:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(EMITS)], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n")


def test_cycles_wait_for_the_qt_thread(qapp) -> None:
    class Thing:
        pass

    def cycle() -> weakref.ref[Thing]:
        thing = Thing()
        thing.itself = thing
        return weakref.ref(thing)

    garbage = Garbage()
    try:
        assert gc.isenabled() is False
        kept = cycle()
        keep = [[] for _ in range(gc.get_threshold()[0] + 100)]
        assert kept() is not None
        garbage.collect()
        assert (kept(), len(keep) > 0) == (None, True)
    finally:
        garbage.stop()
    assert gc.isenabled() is True
