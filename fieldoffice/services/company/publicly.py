"""The address under which people reach the company's web pages."""

from __future__ import annotations

from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company.register import spec
from fieldoffice.services.company.values import problem, set_setting, setting

KEY = "online.public_url"


def public_address(tx: Tx) -> str:
    """Without a slash at its end; "" where none is set."""
    tx.require(Right.LOOK)
    return str(setting(tx, KEY) or "").rstrip("/")


def keep_public_address(tx: Tx, address: str) -> None:
    """Make this the address, unless it is already; Invalid by `public_url` for what cannot be one."""
    tx.require(Right.ORGANIZATION)
    address = address.strip().rstrip("/")
    if wrong := problem(spec(KEY), address):
        raise Invalid(public_url=wrong)
    if setting(tx, KEY) != address:
        set_setting(tx, KEY, address)
