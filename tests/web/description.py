"""What the site takes, as an OpenAPI description made from the register: for tests, never served.

The fields of forms are those that the templates name; which of them a page wants is for the page to say.
"""

from __future__ import annotations

import re
from typing import Any

from fieldoffice.assets import resource
from fieldoffice.web.routes import REGISTER, ByCustomer, ByLink, Public, Route

NAME = re.compile(r'\bname="([a-z_0-9]+)"|form\.\w+\("([a-z_0-9]+)"')
STATUSES = {"200", "303", "204", "400", "401", "403", "404", "409", "413", "415", "422", "429", "431", "503"}


def field_names() -> list[str]:
    """Every field that some form has."""
    found = set[str]()
    for path in resource("web/templates").rglob("*.html"):
        found |= {one or other for one, other in NAME.findall(path.read_text(encoding="utf-8"))}
    return sorted(found - {"csrf", "viewport", "robots"})


def openapi() -> dict[str, Any]:
    paths = {re.sub(r"<(\w+)>", r"{\1}", one.path): _operations(one) for one in REGISTER.routes.values()}
    return {"openapi": "3.0.3", "info": {"title": "fieldoffice", "version": "1"}, "paths": paths}


def _operations(one: Route) -> dict[str, Any]:
    return {method.lower(): _operation(one, method) for method in one.methods}


def _operation(one: Route, method: str) -> dict[str, Any]:
    parts = [{"name": part, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for part in one.parts]
    query = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("lang", "from", "moved")]
    made: dict[str, Any] = {"operationId": f"{method} {one.path}", "parameters": parts + query, "x-who": _who(one),
                            "responses": {status: {"description": status} for status in sorted(STATUSES)}}  # fmt: skip
    if method == "POST":
        fields = {name: {"type": "string"} for name in field_names()}
        kind = "multipart/form-data" if one.files else "application/x-www-form-urlencoded"
        made["requestBody"] = {"content": {kind: {"schema": {"type": "object", "properties": fields, "additionalProperties": False}}}}
    return made


def _who(one: Route) -> str:
    return {Public: "public", ByCustomer: "customer", ByLink: "link"}[type(one.who)]
