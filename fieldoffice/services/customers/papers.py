"""Notes and files of a customer itself; those about one job stand on the job."""

from __future__ import annotations

from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.files import Attachment
from fieldoffice.models.job import Note
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.access import masked
from fieldoffice.services.customers.checking import LONGEST
from fieldoffice.services.customers.editing import living
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.jobs.files import LARGEST, keep
from fieldoffice.services.pictures import cleaned


def add_note(tx: Tx, customer_id: int, text: str) -> int:
    """Write a dated note on a customer; the note's id."""
    tx.require(Right.EDIT_CUSTOMERS)
    if not text.strip():
        raise Invalid(note="An empty note says nothing.")
    if len(text) > LONGEST["notes"]:
        raise Invalid(note="This note is too long. Put the text into a file on the customer.")
    customer = living(tx, customer_id)
    note = tx.add(Note(customer_id=customer_id, text=text.strip(), by_name=tx.actor.name, created_at=tx.now))
    tx.event("customer.note", customer, customer_id=customer_id, note=masked(text.strip()))
    return note.id


def attach(tx: Tx, customer_id: int, *, name: str, media_type: str, content: bytes) -> Edit:
    """Put a file on a customer; at most 10 MB. The value of the edit is the file's id."""
    tx.require(Right.EDIT_CUSTOMERS)
    if not content:
        raise Invalid(file=f"{name} is empty.")
    if len(content) > LARGEST:
        raise Invalid(file=f"{name} is larger than 10 MB.")
    media_type, content = cleaned(name, media_type, content)
    customer, keeper = living(tx, customer_id), Keeper(tx)
    row = tx.add(Attachment(blob_id=keep(tx, content), customer_id=customer_id, name=name, media_type=media_type,
                            by_name=tx.actor.name, created_at=tx.now))  # fmt: skip
    keeper.new(row)
    tx.event("customer.file_added", customer, customer_id=customer_id, note=name)
    return keeper.edit(row.id)


def detach(tx: Tx, attachment_id: int) -> Edit:
    """Take a file off a customer; its bytes stay, so undo brings it back."""
    tx.require(Right.EDIT_CUSTOMERS)
    row, keeper = tx.get(Attachment, attachment_id, lock=True), Keeper(tx)
    if row.customer_id is None:
        raise NotAllowed("This file is not on a customer.")
    customer = living(tx, row.customer_id)
    keeper.gone(row)
    tx.event("customer.file_removed", customer, customer_id=customer.id, note=row.name)
    tx.session.delete(row)
    return keeper.edit(attachment_id)
