"""Where this computer holds office keys: its own keyring, or a file under a passphrase where no keyring works.

Keys are held by (company number, name of the key), so a new key can lie beside the old one until the database has changed over.
Nothing here is ever written to a log or an event.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keyring
from argon2.low_level import Type, hash_secret_raw

from fieldoffice import settings
from fieldoffice.models.errors import Invalid, NotAllowed, WorldFault
from fieldoffice.services.secrets.sealing import KEY_BYTES, seal, unseal

SERVICE = "fieldoffice"
PROBE = "probe"
SHORTEST = 12
COST = {"time_cost": 3, "memory_cost": 65536, "parallelism": 1}
"""argon2id for the file's passphrase: 64 MiB, three passes; written into the file, so that it may grow."""
NO_KEYRING = (
    "This computer has no keyring that works, so the office key lies in a file of your user, sealed under a passphrase. "
    "The program asks for the passphrase once after each start."
)


@dataclass(frozen=True, slots=True)
class Given:
    """Something that a machine without a screen is given: by a variable of the environment, or as a systemd credential."""

    variable: str
    credential: str


PASSPHRASE = Given("FIELDOFFICE_KEY_PASSPHRASE", "fieldoffice-key-passphrase")
PHRASE = Given("FIELDOFFICE_RECOVERY_PHRASE", "fieldoffice-recovery-phrase")


def unattended(given: Given) -> str:
    """What nobody needs to be asked for, "" where it is not given. systemd's credentials are files that only this program sees."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if folder:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return (Path(folder) / given.credential).read_text(encoding="utf-8").strip("\r\n")
    return os.environ.get(given.variable, "")


@dataclass
class Machine:
    """The keys of this computer. One for the program; tests make their own with another folder."""

    home: Callable[[], Path] = lambda: settings.load().home
    _open: dict[Path, bytes] = field(default_factory=dict[Path, bytes])  # the files' passphrases, stretched, until the program ends
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _tried: set[tuple[Path, str]] = field(default_factory=set[tuple[Path, str]])  # what was given and does not open a file

    def keyring_works(self) -> bool:
        """Whether what is put into this computer's keyring comes out again; a locked or missing one does not work."""
        token = secrets.token_hex(8)
        with self._alone:
            try:
                keyring.set_password(SERVICE, PROBE, token)
                return keyring.get_password(SERVICE, PROBE) == token
            except Exception:  # backends raise what they like: D-Bus errors, their own, the system's
                return False
            finally:
                with contextlib.suppress(Exception):
                    keyring.delete_password(SERVICE, PROBE)

    def keep(self, number: str, name: str, key: bytes, *, passphrase: str = "") -> str:
        """Hold a key; answers "keyring" or "file". Without a working keyring a passphrase is needed, by that field."""
        if self.keyring_works():
            keyring.set_password(SERVICE, f"{number}-{name}", base64.b64encode(key).decode())
            return "keyring"
        if len(passphrase) < SHORTEST and self._file(number) not in self._open:
            raise Invalid(passphrase=f"Please choose a passphrase of at least {SHORTEST} characters.")
        self._keep_in_file(number, name, key, passphrase)
        return "file"

    def find(self, number: str, name: str) -> bytes | None:
        """The key of that name, None where this computer does not hold it or its file is still locked."""
        with contextlib.suppress(Exception):
            kept = keyring.get_password(SERVICE, f"{number}-{name}")
            if kept is not None and len(key := base64.b64decode(kept)) == KEY_BYTES:
                return key
        self._open_unattended(number)
        stretched = self._open.get(self._file(number))
        return None if stretched is None else self._keys_in(number, stretched).get(name)

    def locked(self, number: str) -> bool:
        """Whether there is a file of keys whose passphrase was not given since the program started."""
        self._open_unattended(number)
        path = self._file(number)
        return path.exists() and path not in self._open

    def unlock(self, number: str, passphrase: str) -> None:
        """Open the file for as long as the program runs; refuses a wrong passphrase by its field."""
        stretched = _stretched(passphrase, self._read(number))
        try:
            self._keys_in(number, stretched)
        except NotAllowed:
            raise Invalid(passphrase="This is not the passphrase.") from None
        self._open[self._file(number)] = stretched

    def where(self, number: str, name: str) -> str:
        """"keyring", "file" or "": where this computer holds the key now."""
        with contextlib.suppress(Exception):
            if keyring.get_password(SERVICE, f"{number}-{name}") is not None:
                return "keyring"
        return "file" if self.find(number, name) is not None else ""

    def _open_unattended(self, number: str) -> None:
        """Open the file with the passphrase that this machine was given for its programs; a wrong one is tried once."""
        path = self._file(number)
        if path in self._open or not path.exists():
            return
        passphrase = unattended(PASSPHRASE)
        if passphrase and (path, passphrase) not in self._tried:
            try:
                self.unlock(number, passphrase)
            except Invalid:
                self._tried.add((path, passphrase))

    # the file

    def _file(self, number: str) -> Path:
        return self.home() / f"office-{number}.keys"

    def _keep_in_file(self, number: str, name: str, key: bytes, passphrase: str) -> None:
        path = self._file(number)
        if not path.exists():
            body: dict[str, Any] = {"salt": secrets.token_hex(16), "cost": COST}
            self._open[path] = _stretched(passphrase, body)
            self._write(number, body, self._open[path], {name: key})
            return
        if path not in self._open:
            self.unlock(number, passphrase)
        self._write(number, self._read(number), self._open[path], self._keys_in(number, self._open[path]) | {name: key})

    def _keys_in(self, number: str, stretched: bytes) -> dict[str, bytes]:
        sealed = base64.b64decode(self._read(number)["sealed"])
        held = json.loads(unseal(stretched, sealed, f"keys of {number}"))
        return {name: bytes.fromhex(key) for name, key in held.items()}

    def _read(self, number: str) -> dict[str, Any]:
        path = self._file(number)
        try:
            return json.loads(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            raise WorldFault(f"The file of keys {path} cannot be read. Remove it and enter the recovery phrase again.") from None

    def _write(self, number: str, body: dict[str, Any], stretched: bytes, keys: dict[str, bytes]) -> None:
        plain = json.dumps({name: key.hex() for name, key in keys.items()}).encode()
        whole = body | {"sealed": base64.b64encode(seal(stretched, plain, f"keys of {number}")).decode()}
        path = self._file(number)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".tmp")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
                out.write(json.dumps(whole))
            draft.replace(path)
        except OSError as error:
            raise WorldFault(f"The office key could not be kept in {path}: {error.strerror}.") from None


def _stretched(passphrase: str, body: dict[str, Any]) -> bytes:
    """A key made of the passphrase, at the cost that the file names."""
    return hash_secret_raw(passphrase.encode(), bytes.fromhex(body["salt"]), hash_len=KEY_BYTES, type=Type.ID, **body["cost"])


MACHINE = Machine()
"""This computer, for the whole program."""
