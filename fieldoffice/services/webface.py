"""What the web pages show of the company: its name, how to reach it, its logo and color, and where the pages lie."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from fieldoffice.models.company import Company, Setting
from fieldoffice.models.errors import NotFound
from fieldoffice.models.files import Blob
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company.online_http import PLAIN, hosts_of
from fieldoffice.services.company.register import SETTINGS

KEYS = ("online.public_url", "online.framing", "brand.color")
MEDIA = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"RIFF", "image/webp"))


@dataclass(frozen=True, slots=True)
class Face:
    """What every page needs to know of the company; `logo` names the picture's version, "" where there is none."""

    name: str
    phone: str
    email: str
    address: str
    zone: str
    currency: str
    currency_exponent: int
    first_weekday: int
    logo: str
    color: str
    public_url: str
    framing: tuple[str, ...]


def face(tx: Tx) -> Face:
    """The company as people outside see it."""
    tx.require(Right.ONLINE)
    rows = tx.session.execute(select(Setting.key, Setting.value).where(Setting.key.in_(KEYS)))
    own = {key: SETTINGS[key] for key in KEYS} | {key: value for key, value in rows}
    c = tx.company
    logo = tx.session.scalar(select(Blob.sha256).where(Blob.id == c.logo_id)) if c.logo_id else ""
    address = ", ".join(part for part in (c.street, " ".join(p for p in (c.city, c.region, c.postal_code) if p)) if part)
    return Face(c.name, c.phone, c.email, address, c.zone, c.currency, c.currency_exponent, c.first_weekday, (logo or "")[:16],
                own["brand.color"] or PLAIN, own["online.public_url"].rstrip("/"), hosts_of(own["online.framing"]))  # fmt: skip


def logo(tx: Tx) -> tuple[str, bytes]:
    """Media type and bytes of the company's logo."""
    tx.require(Right.ONLINE)
    query = select(Blob.content).join(Company, Company.logo_id == Blob.id).where(Company.id == 1)
    content = tx.session.scalar(query)
    if content is None:
        raise NotFound("There is no logo.")
    return next((kind for head, kind in MEDIA if content.startswith(head)), "application/octet-stream"), content
