"""Files between the disk and a job: read with a limit, written whole or not at all, opened only where that is harmless."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeDatabase, QSaveFile, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from fieldoffice.models.errors import Invalid, WorldFault
from fieldoffice.office import Tx
from fieldoffice.services.jobs import files

FORBIDDEN = '<>:"/\\|?*'
HARMLESS = frozenset({"application/pdf", "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff"})
"""What may be handed to the system's viewer; anything else could be a program and is only saved."""
LARGEST_PICTURE = 60_000_000
"""Pixels; a picture that claims more is not decoded."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file read from the disk."""

    name: str
    media_type: str
    content: bytes


def read_file(path: str) -> Found:
    """The file at `path`; Invalid when it is empty, too large or no file, WorldFault when it cannot be read."""
    file = Path(path)
    try:
        if not file.is_file():
            raise Invalid(file=f"{file.name} is not a file.")
        if file.stat().st_size > files.LARGEST:
            raise Invalid(file=f"{file.name} is larger than 10 MB.")
        content = file.read_bytes()
    except OSError as error:
        raise WorldFault(f"{file.name} cannot be read: {error.strerror}.") from None
    return Found(file.name, media_type(file.name, content), content)


def media_type(name: str, content: bytes) -> str:
    """What the content says it is; the name decides only where the content does not."""
    found = QMimeDatabase().mimeTypeForData(QByteArray(content[:65536]))
    vague = found.name() in ("application/octet-stream", "text/plain", "application/zip")
    return (mimetypes.guess_type(name)[0] or found.name()) if vague else found.name()


def write_file(path: str, content: bytes) -> None:
    """Write all of it or nothing; WorldFault says why not."""
    file = QSaveFile(path)
    if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(content) == len(content) and file.commit()):
        raise WorldFault(f"{Path(path).name} could not be written: {file.errorString()}.")


def safe_name(name: str) -> str:
    """`name` without folders and characters that file systems forbid."""
    clean = "".join("_" if c in FORBIDDEN or ord(c) < 32 else c for c in name).strip(" .")
    return clean[-120:] or "file"


def thumbnail(tx: Tx, attachment_id: int, side: int) -> QImage:
    """A small picture of an attached photo, upright, at most `side` pixels wide and high; empty where there is none."""
    return shrunk(files.content(tx, attachment_id), side)


def shrunk(content: bytes, side: int) -> QImage:
    """See `thumbnail`."""
    data, buffer = QByteArray(content), QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isEmpty() or size.width() * size.height() > LARGEST_PICTURE:
        return QImage()
    reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
