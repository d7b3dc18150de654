"""A disk whose power can be cut: what was not synced by then is kept, lost or torn, sector by sector, as chance will have it.

It stands under SQLite as a file system of its own (`apsw.VFS`), as SQLite's own tests do it. The real files beside it stay
empty; they carry only the locks and the shared memory, which no power cut survives anyway.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512


class PowerCut(Exception):
    """The machine is off: nothing is read or written any more."""


@dataclass
class Stored:
    """One file: as the disk holds it, as the programs see it, and the writes that lie between."""

    durable: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)  # (offset, data); None: cut off there
    entered: bool = False  # its name reached the disk

    def write(self, offset: int, data: bytes) -> None:
        _put(self.seen, offset, data)
        self.waiting.append((offset, data))

    def truncate(self, size: int) -> None:
        del self.seen[size:]
        self.waiting.append((size, None))

    def sync(self) -> None:
        self.durable, self.entered = bytearray(self.seen), True
        self.waiting.clear()

    def after_the_cut(self, dice: random.Random, kept: float) -> bytearray:
        """What is read when the power is back; each sector that waited is there with this chance."""
        found = bytearray(self.durable)
        for offset, data in self.waiting:
            if data is None:
                if dice.random() < kept:
                    del found[offset:]
                continue
            for at in range(0, len(data), SECTOR):
                if dice.random() < kept:
                    _put(found, offset + at, data[at : at + SECTOR])
        return found


class Disk:
    """Files by path. `cut_in(n)` cuts the power right before the n-th write, truncation or sync from now on."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = {name: Stored(bytearray(data), bytearray(data), entered=True) for name, data in (files or {}).items()}
        self.left: int | None = None
        self.off = False

    def cut_in(self, steps: int | None) -> None:
        self.left = steps

    def step(self) -> None:
        """Before each thing that reaches for the disk."""
        if self.left is not None and not self.off:
            self.left -= 1
            self.off = self.left < 0
        self.alive()

    def alive(self) -> None:
        if self.off:
            raise PowerCut

    def after_the_cut(self, dice: random.Random) -> dict[str, bytes]:
        """The files as they are found: sometimes nothing that waited got through, sometimes all, mostly a part."""
        kept = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        return {name: bytes(file.after_the_cut(dice, kept)) for name, file in self.files.items()
                if file.entered or dice.random() < kept}  # fmt: skip


class Machine(apsw.VFS):
    """The file system of one machine; `disk` is put in anew after each cut."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        self.disk.alive()
        return File(self.disk, name, flags)

    def xAccess(self, name: str, flags: int) -> bool:
        self.disk.alive()
        return name in self.disk.files

    def xDelete(self, name: str, sync_folder: bool) -> None:
        self.disk.step()
        self.disk.files.pop(name, None)
        Path(name).unlink(missing_ok=True)


class File(apsw.VFSFile):
    """An open file of the disk."""

    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path in disk.files:
            Path(path).touch()
        super().__init__("", name, flags)
        self.disk = disk
        self.stored = Stored() if path is None else disk.files.setdefault(path, Stored())

    def xRead(self, amount: int, offset: int) -> bytes:
        self.disk.alive()
        return bytes(self.stored.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.step()
        self.stored.write(offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        self.disk.step()
        self.stored.truncate(size)

    def xSync(self, flags: int) -> None:
        self.disk.step()
        self.stored.sync()

    def xFileSize(self) -> int:
        self.disk.alive()
        return len(self.stored.seen)

    def xSectorSize(self) -> int:
        return 4096

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE  # what SQLite takes for granted on every disk: a write harms no neighbor


def _put(file: bytearray, offset: int, data: bytes) -> None:
    if len(file) < offset:
        file.extend(bytes(offset - len(file)))
    file[offset : offset + len(data)] = data
