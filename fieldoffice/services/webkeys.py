"""The key of the office's web pages: signs what a form carries, and hides addresses that are counted.

It lies sealed among the office's secrets, so every server of the office signs alike. Where the office has no key yet, or this
computer does not hold it, a server makes one for as long as it runs: after a restart, forms that were open ask to be sent again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fieldoffice.models.company import Company
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.secrets.values import keep_secret, secret

NAME = "web_key"


def web_key(tx: Tx) -> bytes:
    """The key, made when it is first needed. Writes, so a server asks when it starts, never within a GET."""
    tx.require(Right.ONLINE)
    with tx.as_office():
        tx.get(Company, 1, lock=True)  # two servers that start at once: the second finds the first one's key
        try:
            kept = secret(tx, NAME)
            if kept is None:
                kept = secrets.token_hex(32)
                keep_secret(tx, NAME, kept)
        except NotAllowed:  # no office key here
            return secrets.token_bytes(32)
    return bytes.fromhex(kept)


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()
