"""The register of routes. It denies by default: a route says who may come, how much it takes, and how often it may be asked.

A page is a function `f(ask: Ask) -> Response` under `@route("/path", who=…)` in a module of this folder. What the register does
not hold does not exist: there is no folder of files behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Response

    from fieldoffice.web.ask import Ask

FORM_BYTES = 64_000
METHODS = frozenset({"GET", "HEAD", "POST"})
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody."""


@dataclass(frozen=True, slots=True)
class ByLink:
    """Whoever holds a private link of this purpose; the path's `<token>` is its secret part."""

    purpose: str


@dataclass(frozen=True, slots=True)
class ByCustomer:
    """A customer who is signed in."""


Who = Public | ByLink | ByCustomer


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests in `per_s` seconds from one address; routes with the same name count together."""

    name: str
    most: int
    per_s: int = 60


ANYTHING = Limit("any", 240, per_s=60)
"""What holds for a route that names no limit of its own."""


@dataclass(frozen=True, slots=True)
class Route:
    """One page: where it lies, who may come, what it takes."""

    path: str
    run: Callable[[Ask], Response]
    who: Who
    methods: tuple[str, ...] = ("GET",)
    body: int = FORM_BYTES  # the most bytes that a request may bring
    files: int = 0  # how many of them may be files
    framed: bool = False  # may be shown within the web sites that the company lists; such a page uses no cookie
    limit: Limit = ANYTHING
    store: bool = False  # whether browsers may keep the answer: never what is about a person
    parts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        return f"{self.run.__module__.rpartition('.')[2]}.{self.run.__name__}"

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The methods that may change something."""
        return tuple(method for method in self.methods if method not in SAFE)


class Register:
    """All routes by their path."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}

    def add(self, made: Route) -> None:
        """Take a route in; a wrong declaration is a bug of the program and does not start."""
        if not isinstance(made.who, (Public, ByLink, ByCustomer)):
            raise TypeError(f"{made.path}: a route says who may come")
        if not made.path.startswith("/") or (made.path in self.routes and self.routes[made.path].name != made.name):
            raise ValueError(f"{made.path}: not a path, or taken already")
        if not set(made.methods) <= METHODS or not made.methods:
            raise ValueError(f"{made.path}: methods are {', '.join(sorted(METHODS))}")
        if isinstance(made.who, ByLink) is not ("<token>" in made.path):
            raise ValueError(f"{made.path}: a private link has its <token> in the path, no other route has")
        if made.framed and isinstance(made.who, ByCustomer):
            raise ValueError(f"{made.path}: a framed page has no cookie, so nobody is signed in there")
        self.routes[made.path] = made


REGISTER = Register()


def route(path: str, *, who: Who, methods: Sequence[str] = ("GET",), body: int = FORM_BYTES, files: int = 0, framed: bool = False,
          limit: Limit = ANYTHING, store: bool = False,
          register: Register = REGISTER) -> Callable[[Callable[[Ask], Response]], Callable[[Ask], Response]]:  # fmt: skip
    """Declare a page. HEAD comes with GET; parts of the path in `<…>` come as texts in `ask.path`."""
    methods = tuple(dict.fromkeys((*methods, "HEAD") if "GET" in methods else methods))

    def declare(run: Callable[[Ask], Response]) -> Callable[[Ask], Response]:
        register.add(Route(path, run, who, methods, body, files, framed, limit, store, tuple(re.findall(r"<(\w+)>", path))))
        return run

    return declare
