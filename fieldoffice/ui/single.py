"""One desktop window per SQLite file: a second start raises the first one's window and ends."""

from __future__ import annotations

import getpass
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QLockFile, QObject, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

PATIENCE_S = 3.0  # the first may still be starting, so its ear is not open yet


class Single(QObject):
    """Held for as long as the window lives; a crashed holder's lock is recognized by its dead process."""

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        """`address` is the database's; the same file by another path counts as the same."""
        super().__init__(parent)
        self._name = _name(address)
        self._lock = QLockFile(str(Path(QDir.tempPath()) / f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)
        self._ear = QLocalServer(self)
        self._ear.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._raise: Callable[[], object] | None = None
        self._ear.newConnection.connect(self._called)

    def claim(self) -> bool:
        """True when we are the first; otherwise the first one was asked to show itself."""
        if not self._lock.tryLock(0):
            _call(self._name)
            return False
        QLocalServer.removeServer(self._name)
        self._ear.listen(self._name)
        return True

    def on_call(self, raise_window: Callable[[], object]) -> None:
        """What to do when a second start calls."""
        self._raise = raise_window

    def release(self) -> None:
        """Let the next start be the first."""
        self._ear.close()
        self._lock.unlock()

    def _called(self) -> None:
        while (caller := self._ear.nextPendingConnection()) is not None:
            caller.disconnectFromServer()
            caller.deleteLater()
            if self._raise is not None:
                self._raise()


def bring_up(window: QWidget) -> None:
    """Show a window that may be minimized or covered."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def _call(name: str) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        socket = QLocalSocket()
        socket.connectToServer(name)
        if socket.waitForConnected(500):
            socket.disconnectFromServer()
            return True
        time.sleep(0.1)
    return False


def _name(address: str) -> str:
    path = address.partition(":///")[2]
    same = str(Path(path).resolve()) if path else address
    digest = hashlib.sha256(f"{getpass.getuser()} {same}".encode()).hexdigest()
    return f"fieldoffice-{digest[:16]}"
