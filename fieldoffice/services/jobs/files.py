"""Files on a job: kept in the database, in the same transaction as the row that names them."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet
from fieldoffice.services.pictures import cleaned

LARGEST = 10 * 1024 * 1024
KEPT = ("blob_id", "appointment_id", "name", "media_type", "kind", "position", "by_name")


def attach(tx: Tx, job_id: int, *, name: str, media_type: str, content: bytes, kind: str = "file") -> JobSheet:
    """Put a file on a job; at most 10 MB. Pictures are drawn anew, without the place they were taken at."""
    tx.require(Right.EDIT_JOBS)
    if not content:
        raise Invalid(file=f"{name} is empty.")
    if len(content) > LARGEST:
        raise Invalid(file=f"{name} is larger than 10 MB.")
    media_type, content = cleaned(name, media_type, content)
    job = tx.get(Job, job_id)
    row = tx.add(Attachment(blob_id=keep(tx, content), job_id=job_id, name=name, media_type=media_type, kind=kind,
                            by_name=tx.actor.name, created_at=tx.now))  # fmt: skip
    tx.event("job.file_added", row, job_id=job_id, customer_id=job.customer_id, note=name)
    return job_sheet(tx, job_id)


def detach(tx: Tx, attachment_id: int) -> JobSheet:
    """Take a file off a job; its bytes stay, so `attach_again` can bring it back."""
    tx.require(Right.EDIT_JOBS)
    row = tx.get(Attachment, attachment_id, lock=True)
    if row.job_id is None:
        raise NotAllowed("This file is not on a job.")
    job = tx.get(Job, row.job_id)
    tx.event("job.file_removed", row, job_id=job.id, customer_id=job.customer_id, note=row.name,
             before={key: getattr(row, key) for key in KEPT})  # fmt: skip
    tx.session.delete(row)
    tx.session.flush()
    return job_sheet(tx, job.id)


def attach_again(tx: Tx, attachment_id: int) -> JobSheet:
    """Undo `detach`: the file comes back as it was, under a new id."""
    tx.require(Right.EDIT_JOBS)
    about = (Event.entity == "attachment", Event.entity_id == attachment_id, Event.kind == "job.file_removed")
    gone = tx.session.scalars(select(Event).where(*about).order_by(Event.id.desc())).first()
    if gone is None or gone.job_id is None:
        raise NotAllowed("This file was not removed.")
    job = tx.get(Job, gone.job_id, lock=True)
    again = select(Event.after).where(Event.job_id == job.id, Event.kind == "job.file_put_back", Event.id > gone.id)
    if any(after.get("was") == attachment_id for after in tx.all(again)):
        raise NotAllowed("This file was put back already.")
    if tx.session.get(Blob, gone.before["blob_id"]) is None:
        raise NotAllowed("The content of this file is gone.")
    row = tx.add(Attachment(job_id=job.id, created_at=tx.now, **{key: gone.before[key] for key in KEPT}))
    tx.event("job.file_put_back", row, job_id=job.id, customer_id=job.customer_id, note=row.name, after={"was": attachment_id})
    return job_sheet(tx, job.id)


def content(tx: Tx, attachment_id: int) -> bytes:
    """The bytes of a file."""
    tx.require(Right.LOOK)
    row = tx.get(Attachment, attachment_id)
    return tx.session.scalars(select(Blob.content).where(Blob.id == row.blob_id)).one()


def keep(tx: Tx, content: bytes) -> int:
    """Store bytes once, known by their hash; returns the blob's id."""
    digest = hashlib.sha256(content).hexdigest()
    known = tx.session.scalar(select(Blob.id).where(Blob.sha256 == digest))
    return known or tx.add(Blob(sha256=digest, size=len(content), content=content)).id
