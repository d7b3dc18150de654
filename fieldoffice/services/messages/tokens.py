"""Private links after they were sent: whoever reads the outbox or a backup must not be able to use them. Pure."""

from __future__ import annotations

from typing import Any, cast

LEAST = 20
"""From so many characters on, the last part of a link is a token; shorter ones say nothing secret."""
GONE = "…"


def without_token(content: dict[str, Any]) -> dict[str, Any]:
    """What a message said, with the token of its private link left out wherever it stands."""
    values = cast("dict[str, str]", content.get("values") or {})
    token = str(values.get("link", "")).rpartition("/")[2]
    return content if len(token) < LEAST else cast("dict[str, Any]", _without(content, token))


def _without(part: Any, token: str) -> Any:
    if isinstance(part, dict):
        return {name: _without(value, token) for name, value in cast("dict[str, Any]", part).items()}
    return part.replace(token, GONE) if isinstance(part, str) else part
