"""A keyring of our own in this process, a computer without one, and an office whose key is set up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError

from fieldoffice.office import Office
from fieldoffice.services.secrets import office_key
from fieldoffice.services.secrets.machine import MACHINE
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from tests import make


class OwnKeyring(KeyringBackend):
    """A real backend that keeps passwords in memory; `locked` behaves like a Secret Service that nobody opened."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        if self.held.pop((service, username), None) is None:
            raise PasswordDeleteError("no such password")

    def _look(self) -> None:
        if self.locked:
            raise KeyringLocked("the collection is locked")


def start_again() -> None:
    """The program ends and starts: passphrases that were given are forgotten."""
    MACHINE.__dict__["_open"].clear()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The program's folder for this test."""
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    start_again()
    yield tmp_path / "home"
    start_again()


@pytest.fixture
def ring(home: Path) -> Iterator[OwnKeyring]:
    """This computer's keyring."""
    before, mine = keyring.get_keyring(), OwnKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def no_ring(home: Path) -> Iterator[Path]:
    """A computer without any keyring; the folder where its file of keys goes."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield home
    keyring.set_keyring(before)


@pytest.fixture
def phrase() -> str:
    return phrase_of(new_key())


@pytest.fixture
def made(office: Office, ring: OwnKeyring, phrase: str) -> make.Made:
    """A small company whose office key this computer holds."""
    made = make.small(office)
    office.do(office_key.set_up_key, phrase)
    return made
