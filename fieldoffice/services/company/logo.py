"""The company's logo: drawn anew before it is kept, and no larger than a page shows it."""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from sqlalchemy import select

from fieldoffice.models.company import Company
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.files import Blob
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.jobs.files import LARGEST, keep
from fieldoffice.services.pictures import FORMATS, cleaned

WIDEST, HIGHEST = 800, 400


def set_logo(tx: Tx, name: str, content: bytes) -> Edit:
    """Show this picture on pages and messages from now on. Refuses by `file` what is no JPEG, PNG or WebP."""
    tx.require(Right.ORGANIZATION)
    if not content or len(content) > LARGEST:
        raise Invalid(file=f"{name} is empty." if not content else f"{name} is larger than 10 MB.")
    kind, drawn = cleaned(name, "image/png", content)
    if kind not in FORMATS.values():
        raise Invalid(file=f"{name} is no picture that can be read. Please take a JPEG, PNG or WebP file.")
    return _put(tx, keep(tx, _smaller(drawn)), "company.logo_set", name)


def drop_logo(tx: Tx) -> Edit:
    """Show the name alone."""
    tx.require(Right.ORGANIZATION)
    if tx.company.logo_id is None:
        raise NotAllowed("There is no logo.")
    return _put(tx, None, "company.logo_dropped", "")


def logo_bytes(tx: Tx) -> bytes | None:
    """The logo as a picture file, None where there is none."""
    tx.require(Right.LOOK)
    return tx.session.scalar(select(Blob.content).join(Company, Company.logo_id == Blob.id).where(Company.id == 1))


def _put(tx: Tx, blob_id: int | None, kind: str, name: str) -> Edit:
    row, kept = tx.get(Company, 1, lock=True), Keeper(tx)
    kept.before(row)
    row.logo_id = blob_id
    tx.event(kind, row, note=name)
    return kept.edit(blob_id)


def _smaller(content: bytes) -> bytes:
    """No larger than a page shows it, in its own format."""
    with Image.open(BytesIO(content), formats=tuple(FORMATS)) as picture:
        if picture.width <= WIDEST and picture.height <= HIGHEST:
            return content
        kind, out = str(picture.format), BytesIO()
        small = picture.convert("RGBA") if picture.mode in ("P", "LA", "PA") else picture.copy()
        small.thumbnail((WIDEST, HIGHEST))
        small.save(out, kind)
    return out.getvalue()
