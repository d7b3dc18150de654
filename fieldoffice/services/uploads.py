"""Photos from outside: read in a child process with limits, kept apart until the form around them is sent, deleted if it never is.

A form carries a secret; whoever has it may see and drop the photos that were sent with it. What was sent becomes attachments
of the request, in the order of the form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from fieldoffice.models.booking import Upload
from fieldoffice.models.company import Company
from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.jobs.files import LARGEST, keep
from fieldoffice.services.photochild import Photo, read_apart
from fieldoffice.services.words import marked

MOST = 3
KEPT_FOR = timedelta(hours=2)
LONGEST_NAME = 80
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
TOO_MANY = marked("Please send at most three photos.")
TOO_LARGE = marked("A photo may have at most 10 MB.")


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A photo that waits for its form to be sent."""

    id: int
    name: str


def read_photos(files: Sequence[tuple[str, bytes]]) -> tuple[Photo, ...]:
    """(name, bytes) as photos that may be kept; refused by the field `photos`. Slow: call it before a transaction.

    Empty files are what a form without a choice sends, and are left out. Decoding happens in a child process that has
    limits on memory and time; a picture that breaks them is refused like any that cannot be read.
    """
    sent = [(name, content) for name, content in files if content]
    if len(sent) > MOST:
        raise Invalid(photos=TOO_MANY)
    if any(len(content) > LARGEST for _, content in sent):
        raise Invalid(photos=TOO_LARGE)
    if not sent:
        return ()
    answer = read_apart([content for _, content in sent])
    if isinstance(answer, str):
        raise Invalid(photos=answer)
    return tuple(Photo(safe_name(name, made.media_type), made.media_type, made.content, made.thumb)
                 for (name, _), made in zip(sent, answer, strict=True))  # fmt: skip


def safe_name(name: str, media_type: str) -> str:
    """A name to show and to save under, whatever was sent: no folder, no control character, no device, not long."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*\0').strip(" .")
    stem = plain.rpartition(".")[0] or plain
    stem = stem[:LONGEST_NAME].strip(" .") or "photo"
    return ("photo" if DEVICES.fullmatch(stem) else stem) + ENDINGS[media_type]


def form_hash(secret: str) -> str:
    """What is stored of a form's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keep_uploads(tx: Tx, secret: str, photos: Sequence[Photo]) -> tuple[UploadRow, ...]:
    """Put photos into quarantine, after those that came with the same form before; at most three in all."""
    tx.require(Right.ONLINE)
    there = uploads_of(tx, secret)
    if len(there) + len(photos) > MOST:
        raise Invalid(photos=TOO_MANY)
    for n, one in enumerate(photos, len(there)):
        tx.add(Upload(form_hash=form_hash(secret), blob_id=keep(tx, one.content), thumb_id=keep(tx, one.thumb), name=one.name,
                      position=n, created_at=tx.now, expires_at=tx.now + KEPT_FOR))  # fmt: skip
    if photos:
        tx.later("drop_uploads", f"drop_uploads:{form_hash(secret)}", due_at=tx.now + KEPT_FOR)
    return uploads_of(tx, secret)


def uploads_of(tx: Tx, secret: str) -> tuple[UploadRow, ...]:
    """The photos that wait with a form, in order."""
    tx.require(Right.ONLINE)
    return tuple(UploadRow(row.id, row.name) for row in _of(tx, secret))


def upload_thumb(tx: Tx, secret: str, upload_id: int) -> bytes:
    """The small picture of a photo that waits with this form."""
    tx.require(Right.ONLINE)
    row = next((row for row in _of(tx, secret) if row.id == upload_id), None)
    if row is None:
        raise NotFound("This page no longer exists.")
    return tx.session.scalars(select(Blob.content).where(Blob.id == row.thumb_id)).one()


def drop_upload(tx: Tx, secret: str, upload_id: int) -> None:
    """Take a photo back that waits with this form."""
    tx.require(Right.ONLINE)
    for row in _of(tx, secret):
        if row.id == upload_id:
            _forget(tx, [row])


def commit_uploads(tx: Tx, secret: str, *, request_id: int, customer_id: int, by_name: str) -> int:
    """The form is sent: its photos become attachments of the request, in order; answers how many."""
    rows = _of(tx, secret)
    for n, row in enumerate(rows):
        media_type = next((known for known, ending in ENDINGS.items() if row.name.endswith(ending)), "image/jpeg")
        tx.add(Attachment(blob_id=row.blob_id, thumb_id=row.thumb_id, request_id=request_id, name=row.name, media_type=media_type,
                          kind="before", position=n, by_name=by_name, created_at=tx.now))  # fmt: skip
        tx.session.delete(row)
    return len(rows)


def drop_uploads(tx: Tx) -> None:
    """Background work: delete the photos whose form was never sent, with their bytes where nobody else keeps them."""
    _forget(tx, tx.all(select(Upload).where(Upload.expires_at <= tx.now).order_by(Upload.id).with_for_update()))


def _of(tx: Tx, secret: str) -> list[Upload]:
    query = select(Upload).where(Upload.form_hash == form_hash(secret), Upload.expires_at > tx.now)
    return tx.all(query.order_by(Upload.position, Upload.id))


def _forget(tx: Tx, rows: Sequence[Upload]) -> None:
    blobs = sorted({id for row in rows for id in (row.blob_id, row.thumb_id)})
    for row in rows:
        tx.session.delete(row)
    tx.session.flush()
    for blob in tx.all(select(Blob).where(Blob.id.in_(blobs)).order_by(Blob.id).with_for_update()):
        if not _used(tx, blob.id):
            tx.session.delete(blob)


def _used(tx: Tx, blob_id: int) -> bool:
    homes = (Attachment.blob_id, Attachment.thumb_id, Upload.blob_id, Upload.thumb_id, Company.logo_id)
    return any(tx.session.scalar(select(func.count()).where(column == blob_id)) for column in homes)
