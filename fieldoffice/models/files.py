"""Files in the database: one backup holds all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, link


class Blob(Table):
    """Bytes known by their hash; at most 10 MB each."""

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Attachment(Table):
    """A file on a job or a customer. Ids are never used again: the log names files by them."""

    __table_args__ = {"sqlite_autoincrement": True}

    blob_id: Mapped[int] = link("blob.id", index=False)
    thumb_id: Mapped[int | None] = link("blob.id", null=True, index=False)  # the same picture, small
    job_id: Mapped[int | None] = link("job.id", null=True)
    customer_id: Mapped[int | None] = link("customer.id", null=True)
    appointment_id: Mapped[int | None] = link("appointment.id", null=True, index=False)
    request_id: Mapped[int | None] = link("booking_request.id", null=True)
    name: Mapped[str]
    media_type: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10), default="file")  # file | before | during | after
    position: Mapped[int] = mapped_column(default=0)
    by_name: Mapped[str]
    created_at: Mapped[datetime]
