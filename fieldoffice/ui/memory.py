"""What this machine remembers of how a person left things: columns, splitters, the last page. Never business data."""

from __future__ import annotations

import base64
import json
from typing import Any

from PySide6.QtCore import QByteArray, QSettings


class Memory:
    """Small values by page and name; what cannot be read any more counts as never kept."""

    def get(self, page: str, name: str, default: Any = None) -> Any:
        """The kept value (JSON types or bytes), else `default`."""
        kept = QSettings().value(f"pages/{page}/{name}")
        if not isinstance(kept, str):
            return default
        try:
            return _read(json.loads(kept))
        except ValueError:
            return default

    def set(self, page: str, name: str, value: Any) -> None:
        """Keep `value`: JSON types, bytes or a QByteArray (a saved geometry)."""
        QSettings().setValue(f"pages/{page}/{name}", json.dumps(_write(value)))

    def forget(self, page: str) -> None:
        """Drop all that was kept for `page`."""
        QSettings().remove(f"pages/{page}")


def _write(value: Any) -> Any:
    if isinstance(value, (bytes, QByteArray)):
        raw = value if isinstance(value, bytes) else value.data()
        return {"base64": base64.b64encode(raw).decode("ascii")}
    return value


def _read(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"base64"}:
        return base64.b64decode(value["base64"])
    return value
