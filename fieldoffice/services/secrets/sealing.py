"""Sealing bytes under a key: AES-256-GCM, bound to what the bytes are for. Pure.

A sealed value is one byte of version, eight bytes that name its key, twelve random bytes, and the ciphertext with its tag.
"""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldoffice.models.errors import NotAllowed

VERSION, KEY_BYTES, NAME_BYTES, NONCE_BYTES = b"\x01", 32, 8, 12
HEAD = len(VERSION) + NAME_BYTES
BROKEN = "This value was sealed under another key, or it is damaged: it cannot be read."


def new_key() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(KEY_BYTES)


def name_of(key: bytes) -> str:
    """Which key this is, as 16 hex digits that say nothing about it."""
    return hashlib.sha256(b"fieldoffice office key\0" + key).digest()[:NAME_BYTES].hex()


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """`plain` sealed for one purpose: it opens only with the same `about`."""
    head, nonce = VERSION + bytes.fromhex(name_of(key)), secrets.token_bytes(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """What was sealed; NotAllowed for another key, another purpose, or damage."""
    head, nonce, rest = sealed[:HEAD], sealed[HEAD : HEAD + NONCE_BYTES], sealed[HEAD + NONCE_BYTES :]
    if head[:1] != VERSION or sealed_under(sealed) != name_of(key):
        raise NotAllowed(BROKEN, key="sealed")
    try:
        return AESGCM(key).decrypt(nonce, rest, head + about.encode())
    except (InvalidTag, ValueError):
        raise NotAllowed(BROKEN, key="sealed") from None


def sealed_under(sealed: bytes) -> str:
    """The name of the key that a value was sealed under."""
    return sealed[len(VERSION) : HEAD].hex()
