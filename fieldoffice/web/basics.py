"""What every page loads: styles, the script, the company's color and logo; and the front door."""

from __future__ import annotations

from flask import Response

from fieldoffice.services.webface import logo
from fieldoffice.web.ask import Ask
from fieldoffice.web.refusing import plain
from fieldoffice.web.rendering import STATIC, static_file
from fieldoffice.web.routes import Limit, Public, route

LOADS = Limit("load", 1200, per_s=60)


@route("/static/<name>", who=Public(), framed=True, limit=LOADS, store=True)
def static(ask: Ask) -> Response:
    """A file of the program that pages load."""
    name = ask.path["name"]
    if name not in STATIC:
        return plain(ask, 404)
    return Response(static_file(name), content_type=STATIC[name])


@route("/brand.css", who=Public(), framed=True, limit=LOADS, store=True)
def brand(ask: Ask) -> Response:
    """The company's color, as the style sheet uses it."""
    return Response(f":root {{ --brand: {ask.face.color}; }}\n", content_type="text/css; charset=utf-8")


@route("/logo", who=Public(), framed=True, limit=LOADS, store=True)
def logo_picture(ask: Ask) -> Response:
    """The company's logo."""
    kind, content = ask.see(logo)
    return ask.file(content, kind, "logo", inline=True)


@route("/favicon.ico", who=Public(), framed=True, limit=LOADS, store=True)
def favicon(ask: Ask) -> Response:
    """Browsers ask for it everywhere: nothing to show."""
    return Response(b"", 204)


@route("/robots.txt", who=Public(), limit=LOADS, store=True)
def robots(ask: Ask) -> Response:
    """Search engines may know the front door, nothing behind it."""
    return Response("User-agent: *\nAllow: /$\nAllow: /book$\nDisallow: /\n", content_type="text/plain; charset=utf-8")
