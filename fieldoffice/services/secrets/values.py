"""The office's secrets: passwords and keys of services that the office uses, sealed in the database."""

from __future__ import annotations

from sqlalchemy import select

from fieldoffice.models.company import Secret
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.secrets.office_key import CHECK, office_key
from fieldoffice.services.secrets.sealing import seal, unseal

LONGEST_KEY, LONGEST_VALUE = 40, 4000


def keep_secret(tx: Tx, key: str, value: str) -> None:
    """Seal a secret under the office key; the event names it and holds nothing of it. Nothing reads it back to a screen."""
    tx.require(Right.ORGANIZATION)
    if not value or len(value) > LONGEST_VALUE:
        raise Invalid(**{key: f"A secret has between 1 and {LONGEST_VALUE:,} characters."})
    if key == CHECK or len(key) > LONGEST_KEY:
        raise ValueError(f"no secret is called {key}")
    sealed = seal(office_key(tx), value.encode(), key)
    row = tx.session.scalar(select(Secret).where(Secret.key == key).with_for_update())
    if row is None:
        row = tx.add(Secret(key=key, sealed=sealed, changed_at=tx.now))
    else:
        row.sealed, row.changed_at = sealed, tx.now
    tx.event("secret.kept", row, note=key)


def drop_secret(tx: Tx, key: str) -> None:
    """Forget a secret for good."""
    tx.require(Right.ORGANIZATION)
    row = tx.session.scalar(select(Secret).where(Secret.key == key, Secret.key != CHECK).with_for_update())
    if row is not None:
        tx.event("secret.dropped", row, note=key)
        tx.session.delete(row)


def kept_secrets(tx: Tx) -> frozenset[str]:
    """Which secrets are kept, by their keys."""
    tx.require(Right.LOOK)
    return frozenset(tx.all(select(Secret.key).where(Secret.key != CHECK)))


def secret(tx: Tx, key: str) -> str | None:
    """A secret in the clear, None where it is not kept: for services that use it, never for a screen."""
    sealed = tx.session.scalar(select(Secret.sealed).where(Secret.key == key))
    return None if sealed is None else unseal(office_key(tx), sealed, key).decode()
