"""Whether the endpoint works: one word for strangers, how things stand for this computer itself."""

from __future__ import annotations

from flask import Response

from fieldoffice.models.errors import Refused
from fieldoffice.services.standing import Standing, standing
from fieldoffice.web.ask import Ask
from fieldoffice.web.routes import Limit, Public, route


@route("/health", who=Public(), limit=Limit("health", 120, per_s=60))
def health(ask: Ask) -> Response:
    """200 "ok" or 503 "not ok"; asked from this computer, also which part."""
    try:
        found = ask.see(standing)
    except Refused:
        return ask.json({"status": "not ok"}, 503)
    good = found.schema_fits and found.runner_alive
    told = {"status": "ok" if good else "not ok"}
    return ask.json(told | _details(found) if ask.at_home else told, 200 if good else 503)


def _details(found: Standing) -> dict[str, str]:
    return {"database": "reachable", "schema": "fits" if found.schema_fits else "differs",
            "background tasks": "running" if found.runner_alive else "quiet"}  # fmt: skip
