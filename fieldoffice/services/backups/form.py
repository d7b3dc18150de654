"""The form of a backup: a zip file with its contents, a manifest of their hashes, and a seal over every byte.

    database.sqlite          of an SQLite company: the file, by SQLite's own backup
    tables/<name>.jsonl      of a PostgreSQL company: a line of columns [name, kind], then one line a row
    manifest.json            program, schema revision, rows and SHA-256 of each table and each part
    (zip comment)            SHA-256 of the file up to here: a changed byte is noticed even where no part holds it
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from fieldoffice.models.errors import WorldFault

FORMAT = 1
SUFFIX = ".fobak"
MANIFEST = "manifest.json"
DATABASE = "database.sqlite"
SEAL = b"sha256:"
CHUNK = 1 << 20
SUMS = ("tables", "members")


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One backup on disk. `size` in bytes, `rows` of all tables; `seconds` is what making or proving it took."""

    path: Path
    made_at: datetime
    size: int
    revision: str
    rows: int
    seconds: float
    why: str = ""
    tables: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """How much there is of a table (rows) or of a part (bytes), and its SHA-256."""

    n: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    program: str
    revision: str
    engine: str
    made_at: str
    why: str
    tables: Mapping[str, Sum]
    members: Mapping[str, Sum]

    def row(self, path: Path, seconds: float = 0.0) -> BackupRow:
        rows = sum(table.n for table in self.tables.values())
        made_at = datetime.fromisoformat(self.made_at)
        return BackupRow(path, made_at, path.stat().st_size, self.revision, rows, seconds, self.why, len(self.tables))


class Writer:
    """Writes the parts of a backup and keeps their sums."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.members: dict[str, Sum] = {}

    @contextmanager
    def member(self, name: str) -> Generator[Summing]:
        """A part to write bytes into."""
        with self.zip.open(name, "w", force_zip64=True) as out:
            summing = Summing(out)
            yield summing
        self.members[name] = summing.sum()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, seal the file and see it safely on the disk."""
        self.zip.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        self.zip.comment = SEAL + b"0" * 64
        self.zip.close()
        with self.path.open("r+b") as file:
            digest = _digest_but_last(file, 64)
            file.seek(-64, os.SEEK_END)
            file.write(digest.encode())
            file.flush()
            os.fsync(file.fileno())


class Summing:
    """Passes bytes on to a file and sums them."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out
        self.digest = hashlib.sha256()
        self.n = 0

    def write(self, data: bytes) -> None:
        self.out.write(data)
        self.digest.update(data)
        self.n += len(data)

    def sum(self) -> Sum:
        return Sum(self.n, self.digest.hexdigest())


class Backup:
    """An opened backup whose seal and parts were found whole."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path = path
        self.zip = archive
        self.manifest = manifest

    def unpack(self, name: str, target: Path) -> None:
        """Write one part to a file."""
        with self.zip.open(name) as part, target.open("wb") as file:
            while chunk := part.read(CHUNK):
                file.write(chunk)


@contextmanager
def opened(path: Path) -> Generator[Backup]:
    """A backup, after its seal and the sums of its parts were checked; WorldFault names the damaged part."""
    if not path.is_file():
        raise WorldFault(f"There is no backup at {path}.")
    with in_words(path.parent):
        whole = _is_sealed(path)
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise damaged(path, "its table of contents cannot be read") from None
        with archive:
            manifest = _manifest(path, archive)
            _check_parts(path, archive, manifest)
            if not whole:
                raise damaged(path, "its table of contents was changed")
            yield Backup(path, archive, manifest)


def glance(path: Path) -> Manifest | None:
    """What a backup says of itself, unproven; None for a file that cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _manifest(path, archive)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, WorldFault):
        return None


def is_whole(path: Path) -> bool:
    """Whether not a byte of the file changed since it was made."""
    try:
        return _is_sealed(path)
    except OSError:
        return False


def damaged(path: Path, what: str) -> WorldFault:
    return WorldFault(f"The backup {path.name} is damaged: {what}. Use another one.", key="damaged_backup")


@contextmanager
def in_words(folder: Path) -> Generator[None]:
    """Turn faults of a disk into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise WorldFault(f"The disk with {folder} is full. Free some space and try again.") from error
        raise WorldFault(f"The folder {folder} cannot be used: {error.strerror or error}.") from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        said: dict[str, Any] = json.loads(_read(path, archive, MANIFEST))
        sums: dict[str, Any] = {part: {name: Sum(**s) for name, s in said[part].items()} for part in SUMS}
        manifest = Manifest(**(said | sums))
        datetime.fromisoformat(manifest.made_at)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise damaged(path, f"{MANIFEST} cannot be read") from None
    if manifest.format > FORMAT:
        raise WorldFault(f"The backup {path.name} was made by a newer fieldoffice. Please update this program first.")
    return manifest


def _read(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except KeyError:
        raise damaged(path, f"{name} is missing") from None
    except Exception:  # the zip module raises many kinds where bytes were changed
        raise damaged(path, f"{name} cannot be read") from None


def _check_parts(path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    for name, expected in manifest.members.items():
        if _sum_of(path, archive, name) != expected:
            raise damaged(path, f"{name} was changed")


def _sum_of(path: Path, archive: zipfile.ZipFile, name: str) -> Sum:
    digest, n = hashlib.sha256(), 0
    try:
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                digest.update(chunk)
                n += len(chunk)
    except KeyError:
        raise damaged(path, f"{name} is missing") from None
    except Exception:  # the zip module raises many kinds where bytes were changed
        raise damaged(path, f"{name} cannot be read") from None
    return Sum(n, digest.hexdigest())


def _is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        digest = _digest_but_last(file, 64)
        file.seek(max(0, path.stat().st_size - 64 - len(SEAL)))
        return file.read() == SEAL + digest.encode()


def _digest_but_last(file: IO[bytes], last: int) -> str:
    left = max(0, file.seek(0, os.SEEK_END) - last)
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()
