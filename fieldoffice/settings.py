"""This machine's settings: where the company's database is, and where files of this user go. Secrets are not kept here."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs

from fieldoffice.models.errors import WorldFault

ADDRESS_VARIABLE = "FIELDOFFICE_DATABASE_URL"
HOME_VARIABLE = "FIELDOFFICE_HOME"
KINDS: dict[str, type] = {"on": bool, "port": int, "host": str, "certificate": str, "key": str}


@dataclass(frozen=True, slots=True)
class Settings:
    """`address` is empty until somebody chose; the variable FIELDOFFICE_DATABASE_URL goes before the file."""

    home: Path
    address: str = ""
    backup_folder: str = ""

    @property
    def backups(self) -> Path:
        """Where backups go: beside the settings, unless somebody chose another folder."""
        return Path(self.backup_folder) if self.backup_folder else self.home / "backups"

    @property
    def own_file(self) -> str:
        """The address of the embedded default: one file in the user's data folder."""
        return f"sqlite:///{self.home / 'fieldoffice.db'}"

    def sample_file(self, size: str) -> Path:
        return self.home / f"sample-{size}.db"


@dataclass(frozen=True, slots=True)
class Online:
    """Whether and how this computer serves the web pages of one database. `proxies` are addresses whose word is taken."""

    on: bool = False
    port: int = 8470
    host: str = "127.0.0.1"  # "" for every address that this computer has
    certificate: str = ""
    key: str = ""
    proxies: tuple[str, ...] = ()


def load() -> Settings:
    """What the environment and the settings file of this user say."""
    home = Path(os.environ.get(HOME_VARIABLE) or platformdirs.user_data_dir("fieldoffice", appauthor=False))
    kept = _read(home)
    chosen, folder = os.environ.get(ADDRESS_VARIABLE) or kept.get("address"), kept.get("backup_folder")
    return Settings(home, chosen if isinstance(chosen, str) else "", folder if isinstance(folder, str) else "")


def remember(settings: Settings, address: str) -> Settings:
    """Keep the database address for the next start."""
    keep(settings.home, "address", address)
    return replace(settings, address=address)


def kept(home: Path, name: str) -> Any:
    """One value of the settings file, None where it was never kept."""
    return _read(home).get(name)


def keep(home: Path, name: str, value: Any) -> None:
    """Write one value into the settings file; the others stay, and a half-written file never replaces a whole one."""
    values = _read(home) | {name: value}
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = _file(home).with_suffix(".tmp")
        draft.write_text(json.dumps(values, indent=1), encoding="utf-8")
        draft.replace(_file(home))
    except OSError as error:
        raise WorldFault(f"The settings could not be kept in {home}: {error.strerror}.") from None


def online(home: Path, database: str) -> Online:
    """How this computer serves the pages of a database (its address without a password); off where nobody said."""
    found = kept(home, "online")
    one = found.get(database) if isinstance(found, dict) else None
    if not isinstance(one, dict):
        return Online()
    known: dict[str, Any] = {name: one[name] for name, kind in KINDS.items() if isinstance(one.get(name), kind)}
    known["proxies"] = tuple(str(part) for part in one.get("proxies") or ())
    return Online(**known)


def keep_online(home: Path, database: str, chosen: Online) -> None:
    """Keep that for the next start."""
    found = kept(home, "online")
    keep(home, "online", (found if isinstance(found, dict) else {}) | {database: asdict(chosen)})


def _file(home: Path) -> Path:
    return home / "settings.json"


def _read(home: Path) -> dict[str, Any]:
    try:
        found = json.loads(_file(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise WorldFault(f"The settings file {_file(home)} cannot be read. Mend or remove it.") from None
    return found if isinstance(found, dict) else {}
