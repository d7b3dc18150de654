"""The background work of requests, by the names under which it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fieldoffice.services.requests.proposals import expire_proposal
from fieldoffice.services.requests.reminding import remind_requests
from fieldoffice.services.uploads import drop_uploads

REQUEST_TASKS: dict[str, Callable[..., Any]] = {
    "remind_requests": remind_requests, "expire_proposal": expire_proposal, "drop_uploads": drop_uploads,
}  # fmt: skip
