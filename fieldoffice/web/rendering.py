"""Templates into pages: everything is escaped, and a name that a template asks for without being given is a bug."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fieldoffice.assets import resource
from fieldoffice.services.words import LANGUAGES

if TYPE_CHECKING:
    from fieldoffice.web.ask import Ask

STATIC = {"site.css": "text/css; charset=utf-8", "site.js": "text/javascript; charset=utf-8",
          "request.js": "text/javascript; charset=utf-8", "book.js": "text/javascript; charset=utf-8"}
"""The files that every page may load, by name; what is not listed is not served."""


@cache
def environment() -> Environment:
    """The templates of resources/web/templates, compiled once in a program."""
    made = Environment(loader=FileSystemLoader(resource("web/templates")), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True, auto_reload=False)  # fmt: skip
    made.globals["languages"] = LANGUAGES
    made.globals["static"] = static_url
    return made


def render(made: Environment, name: str, ask: Ask, values: Mapping[str, Any]) -> str:
    """One page; `errors` is there also where nothing is wrong."""
    known = {"ask": ask, "face": ask.face, "t": ask.t, "tn": ask.tn, "lang": ask.language, "url": ask.url, "errors": {}, "title": ""}
    return made.get_template(name).render(known | dict(values))


@cache
def static_file(name: str) -> bytes:
    """The bytes of a listed file."""
    return resource(f"web/static/{name}").read_bytes()


@cache
def static_url(name: str) -> str:
    """Its address, which changes with its content: browsers may keep what they have."""
    return f"/static/{name}?v={hashlib.sha256(static_file(name)).hexdigest()[:12]}"
