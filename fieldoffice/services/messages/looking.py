"""The company's look for its messages, from what the office knows."""

from __future__ import annotations

import re

from sqlalchemy import select

from fieldoffice.models.files import Blob
from fieldoffice.office import Tx
from fieldoffice.services.company.values import setting
from fieldoffice.services.messages.look import COLOR, Look

COLOR_KEY = "brand.color"


def look_of(tx: Tx) -> Look:
    """Name, address, color and whether there is a logo."""
    c = tx.company
    town = " ".join(part for part in (c.city, c.region, c.postal_code) if part)
    lines = (", ".join(part for part in (c.street, town) if part), " · ".join(part for part in (c.phone, c.email) if part))
    return Look(c.name, lines, color_of(tx), c.logo_id is not None)


def color_of(tx: Tx) -> str:
    """The company's color as #RRGGBB."""
    chosen = str(setting(tx, COLOR_KEY) or "")
    return chosen.upper() if re.fullmatch(r"#[0-9A-Fa-f]{6}", chosen) else COLOR


def logo_of(tx: Tx) -> bytes:
    """The company's logo, empty where there is none."""
    return tx.session.scalar(select(Blob.content).where(Blob.id == tx.company.logo_id)) or b""
