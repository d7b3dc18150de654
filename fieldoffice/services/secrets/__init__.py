"""Office secrets: sealed in the database under one office key, which each computer's keyring holds."""

from __future__ import annotations

from fieldoffice.services.secrets.values import drop_secret, keep_secret, kept_secrets, secret

__all__ = ["drop_secret", "keep_secret", "kept_secrets", "secret"]
