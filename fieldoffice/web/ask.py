"""What a page is given: who asks, what was sent, the words of the language, and ways to answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Response
from werkzeug.datastructures import FileStorage, MultiDict

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office, Seat, Tx
from fieldoffice.services.limits import TooMany, count, hidden
from fieldoffice.services.links import LinkRow
from fieldoffice.services.webface import Face
from fieldoffice.services.words import Words

if TYPE_CHECKING:
    from fieldoffice.web.routes import Route
    from fieldoffice.web.site import Site

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Ask:
    """One request. `form` holds what the body brought and `query` what the address brought; neither fills in for the other."""

    site: Site
    route: Route
    method: str
    door: Seat
    face: Face
    words: Words
    address: str  # who asks, for limits only: never written down
    host: str
    secure: bool
    path: Mapping[str, str] = field(default_factory=dict)
    query: MultiDict[str, str] = field(default_factory=MultiDict[str, str])
    form: MultiDict[str, str] = field(default_factory=MultiDict[str, str])
    files: MultiDict[str, FileStorage] = field(default_factory=MultiDict[str, FileStorage])
    link: LinkRow | None = None
    customer_id: int | None = None
    session: str = ""  # the cookie's token of who is signed in
    chosen: str = ""  # the language that somebody picked by hand
    wants_json: bool = False
    at_home: bool = False  # asked from this very computer, by nobody's way

    @property
    def office(self) -> Office:
        return self.site.office

    @property
    def language(self) -> str:
        return self.words.language

    # words

    def t(self, text: str, **values: Any) -> str:
        """The text in the language of the page."""
        return self.words.t(text, **values)

    def tn(self, one: str, many: str, n: int, **values: Any) -> str:
        return self.words.tn(one, many, n, **values)

    # services

    def see(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Ask a query for people outside."""
        return self.door.see(query, *args, **kw)

    def do(self, service: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Call a service for people outside."""
        return self.door.do(service, *args, **kw)

    def limit(self, name: str, subject: str, most: int, per_s: int) -> None:
        """Count one more for an account (an e-mail address, a phone number) and refuse with 429 above `most`."""
        counted = self.door.do(count, hidden(self.site.salt, name, subject.casefold()), per_s)
        if counted.n > most:
            raise TooMany(counted.retry_s)

    # what a form carries

    @property
    def csrf(self) -> str:
        """The token that every form of this page carries in its field `csrf`."""
        return self.site.signer.token(self.bound)

    @property
    def bound(self) -> str:
        """What the token of a form is bound to: the link or session of who asks."""
        return self.session or self.path.get("token", "")

    def seal(self, value: Any, purpose: str) -> str:
        """State for a hidden field, signed; it can be read by who gets it."""
        return self.site.signer.seal(value, purpose)

    def unseal(self, text: str, purpose: str, *, max_age_s: int = 3600) -> Any:
        """The state; None where it is none of ours, was changed, or is too old."""
        return self.site.signer.unseal(text, purpose, max_age_s)

    # answers

    def url(self, path: str, **query: Any) -> str:
        """An address of ours that keeps the language which was picked."""
        if self.chosen:
            query = {"lang": self.chosen} | query
        return f"{path}?{urlencode(query)}" if query else path

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page from a template; it knows `ask`, `face`, `t`, `tn`, `lang`, `errors` and the values."""
        return Response(self.site.render(self, template, values), status, content_type="text/html; charset=utf-8")

    def again(self, template: str, error: Invalid, *, status: int = 422, **values: Any) -> Response:
        """The form again with what was wrong by its fields; as JSON for who asks for that."""
        errors = {name: self.t(words) for name, words in error.fields.items()}
        return self.json({"errors": errors}, status) if self.wants_json else self.page(template, status=status, errors=errors, **values)

    def redirect(self, path: str, **query: Any) -> Response:
        """On to another page of ours, to be got anew; ValueError for a way out of the site."""
        parts = urlsplit(path)
        if parts.scheme or parts.netloc or not path.startswith("/") or path.startswith("//") or "\\" in path:
            raise ValueError("pages lead only to pages of this site")
        return Response("", 303, {"Location": self.url(path, **query)})

    def json(self, value: Any, status: int = 200) -> Response:
        return Response(json.dumps(value), status, content_type="application/json")

    def file(self, content: bytes, media_type: str, name: str = "", *, inline: bool = False) -> Response:
        """Bytes to keep, or to be shown with `inline` (only pictures of our own making)."""
        answer = Response(content, content_type=media_type)
        plain = "".join(c for c in name if c.isascii() and (c.isalnum() or c in "-_.")) or "file"
        answer.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{plain}"'
        return answer

    def several(self, name: str) -> Sequence[str]:
        """All values of a field that may be sent several times."""
        return self.form.getlist(name)
