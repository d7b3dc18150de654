"""The site: the register's routes behind the checks that hold for all of them, as one WSGI application."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from fieldoffice import web
from fieldoffice.models.errors import NotAllowed, Refused
from fieldoffice.office import Office
from fieldoffice.services.limits import TooMany, count, hidden
from fieldoffice.services.links import find_link
from fieldoffice.services.webface import Face, face
from fieldoffice.services.webkeys import derived, web_key
from fieldoffice.services.websessions import find_session, touch_session
from fieldoffice.services.words import words_of
from fieldoffice.web import refusing, rendering, security
from fieldoffice.web.ask import Ask
from fieldoffice.web.bridge import REFUSED
from fieldoffice.web.kept import Kept
from fieldoffice.web.limits import Looks
from fieldoffice.web.routes import ANYTHING, REGISTER, ByCustomer, ByLink, Public, Register, Route
from fieldoffice.web.speaking import picked, spoken

log = logging.getLogger("fieldoffice.web")
FACE_S = 1.0
MOST_PARTS, MOST_FIELDS, LOOKS = 20, 200, 4
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NOWHERE = Route("/", lambda ask: refusing.plain(ask, 404), Public())
"""Stands for the page of a request that no route takes."""
NAMES = {Public: "online booking", ByLink: "private link", ByCustomer: "customer"}
"""What the log says of who acted."""


class Site:
    """One office's pages. `wsgi` is the application for a server; `forget` reads the company anew with the next request."""

    def __init__(self, office: Office, *, register: Register | None = None, proxies: security.Proxies | None = None,
                 generous: int = 1) -> None:  # fmt: skip
        """`generous` multiplies every limit, for measuring."""
        if register is None:
            load_pages()
        self.office, self.register, self.proxies = office, register or REGISTER, proxies or security.Proxies()
        key = office.outside("web server").do(web_key)
        self.signer, self.salt = security.Signer(derived(key, "forms")), derived(key, "limits")
        self.generous, self.looks, self.kept = generous, Looks(), Kept()
        self._face: tuple[float, Face] | None = None
        self._templates = rendering.environment()
        self.wsgi = self._flask()

    def face(self) -> Face:
        """The company as pages show it, a second old at most."""
        if self._face is None or time.monotonic() - self._face[0] > FACE_S:
            self._face = time.monotonic(), self.office.outside("web server").see(face)
        return self._face[1]

    def forget(self) -> None:
        self._face = None
        self.kept.forget()

    def render(self, ask: Ask, template: str, values: Mapping[str, Any]) -> str:
        return rendering.render(self._templates, template, ask, values)

    def cap(self, method: str, path: str) -> int:
        """How many bytes of body a request to this path may bring, before anything else is known of it."""
        try:
            name, _ = self._map.bind("").match(path, method)
        except HTTPException:
            return 0
        return self._routes[name].body if method not in ("GET", "HEAD") else 0

    # inside

    def _flask(self) -> Flask:
        app = Flask("fieldoffice.web", static_folder=None, template_folder=None)
        app.config["MAX_FORM_PARTS"] = MOST_PARTS
        self._routes = {route.name: route for route in self.register.routes.values()}
        for route in self.register.routes.values():
            app.add_url_rule(route.path, route.name, self._page(route), methods=route.methods, provide_automatic_options=False)
        app.register_error_handler(HTTPException, self._http_error)
        app.url_map.strict_slashes = True
        app.url_map.redirect_defaults = app.url_map.merge_slashes = False
        self._map = app.url_map
        return app

    def _page(self, route: Route) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            return self._answer(route, path)

        return view

    def _http_error(self, error: HTTPException) -> Response:
        """What no route took: a wrong path or method, or a request that cannot be read."""
        return self._answer(NOWHERE, {}, error.code or 400, error)

    def _answer(self, route: Route, path: Mapping[str, str], status: int = 0, error: HTTPException | None = None) -> Response:
        began = time.monotonic()
        answer = self._guarded(route, path, status)
        if error is not None and error.code == 405 and (allowed := getattr(error, "valid_methods", None)):
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        log.info("%s %s %d %.0f ms", request.method if request.method.isalpha() else "?", route.name if not status else "-",
                 answer.status_code, 1000 * (time.monotonic() - began))  # fmt: skip
        return answer

    def _guarded(self, route: Route, path: Mapping[str, str], status: int) -> Response:
        ask: Ask | None = None
        try:
            seen = self.face()
            if not security.known_host(request.headers.get("Host", ""), seen.public_url):
                return self._dressed(Response("This is not the address of these pages.", 400, content_type="text/plain"), route, False, ())
            ask = self._asked(route, path, seen)
            answer = refusing.plain(ask, status) if status else self._called(ask)
        except Refused as refusal:
            answer = refusing.refusal(ask, refusal) if ask else _bare(503)
        except HTTPException as error:  # the body is too large, has too many parts, or cannot be read
            answer = refusing.plain(ask, error.code or 400) if ask else _bare(error.code or 400)
        except Exception as error:
            number = refusing.report(error)
            answer = self._said(ask, number)
        return self._dressed(answer, route, bool(ask and ask.secure), self._face[1].framing if self._face else ())

    def _said(self, ask: Ask | None, number: str) -> Response:
        """The page of a bug says nothing but its number, and if even that fails, in plain text."""
        try:
            return refusing.plain(ask, 500, report=number) if ask else _bare(500, number)
        except Exception:
            return _bare(500, number)

    def _asked(self, route: Route, path: Mapping[str, str], seen: Face) -> Ask:
        peer, scheme = self.proxies.seen(request.remote_addr or "", dict(request.headers), request.scheme)
        query = MultiDict(request.args)
        chosen = picked(query.get("lang"))
        words = words_of(spoken(chosen, "", (one for one, _ in request.accept_languages)))
        accept = request.accept_mimetypes
        json = accept["application/json"] > accept["text/html"]
        home = request.remote_addr in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers
        return Ask(self, route, request.method, self.office.outside(NAMES[type(route.who)]), seen, words, security.network_of(peer),
                   request.host, scheme == "https", path, query, chosen=chosen, wants_json=json, at_home=home)  # fmt: skip

    def _called(self, ask: Ask) -> Response:
        """The checks in their order, then the page."""
        if refused := request.environ.get(REFUSED, 0):
            return refusing.plain(ask, refused)
        if _unclean((*ask.query.values(), *ask.path.values())):
            return refusing.plain(ask, 400)
        self._limit(ask)
        if ask.method in ask.route.unsafe and (answer := self._read(ask)):
            return answer
        self._identify(ask)
        if ask.method in ask.route.unsafe and not self.signer.right_token(ask.form.get("csrf", ""), ask.bound):
            return refusing.plain(ask, 403)
        return ask.route.run(ask)

    def _limit(self, ask: Ask) -> None:
        """Looks are counted in memory and may come some times as often; what may change something is counted in the database."""
        limit, look = ask.route.limit, ask.method not in ask.route.unsafe
        counts = [(ANYTHING.name, ANYTHING.most, ANYTHING.per_s)] + [(f"look {limit.name}", LOOKS * limit.most, limit.per_s)] * look
        if limit.most > ANYTHING.most:  # a route that names a wider limit than all others together has that alone
            counts = counts[1:]
        for name, most, per_s in counts:
            if retry := self.looks.over(hidden(self.salt, name, ask.address), most * self.generous, per_s):
                raise TooMany(retry)
        if not look:
            counted = ask.door.do(count, hidden(self.salt, limit.name, ask.address), limit.per_s)
            if counted.n > limit.most * self.generous:
                raise TooMany(counted.retry_s)

    def _read(self, ask: Ask) -> Response | None:
        """The form of a request that may change something: from our own page, of a kind we know, no larger than allowed."""
        if not security.from_here(dict(request.headers), ask.host, ask.face.public_url):
            return refusing.plain(ask, 403)
        if (request.mimetype or FORMS[0]) not in FORMS:
            return refusing.plain(ask, 415)
        request.max_content_length = request.max_form_memory_size = ask.route.body
        ask.form, ask.files = request.form, request.files
        if len(list(ask.form.items(multi=True))) > MOST_FIELDS or len(list(ask.files.items(multi=True))) > ask.route.files:
            return refusing.plain(ask, 413)
        if _unclean(value for _, value in ask.form.items(multi=True)):
            return refusing.plain(ask, 400)
        if chosen := picked(ask.form.get("lang")):
            ask.chosen, ask.words = chosen, words_of(chosen)
        return None

    def _identify(self, ask: Ask) -> None:
        """Who asks, as the route wants it; a framed page looks at no cookie."""
        language = ""
        if isinstance(ask.route.who, ByLink):
            ask.link = ask.see(find_link, ask.path["token"], ask.route.who.purpose)
            language = ask.link.language
        elif not ask.route.framed and (token := request.cookies.get(cookie_name(ask.secure), "")):
            language = self._signed_in(ask, token)
        if isinstance(ask.route.who, ByCustomer) and ask.customer_id is None:
            raise NotAllowed("", key="signed_out")
        if language and not ask.chosen:
            ask.words = words_of(spoken("", language, ()))

    def _signed_in(self, ask: Ask, token: str) -> str:
        try:
            session = ask.see(find_session, token)
        except NotAllowed:
            return ""
        if session.stale:
            ask.do(touch_session, session.id)
        ask.session, ask.customer_id = token, session.customer_id
        return session.language

    def _dressed(self, answer: Response, route: Route, secure: bool, framing: tuple[str, ...]) -> Response:
        store = route.store and answer.status_code == 200
        for name, value in security.headers(framed=route.framed, framing=framing, store=store, secure=secure).items():
            answer.headers.setdefault(name, value)
        return answer


def cookie_name(secure: bool) -> str:
    """Behind TLS a name that browsers keep to this very host."""
    return "__Host-session" if secure else "session"


def load_pages() -> None:
    """Read the modules of this folder, which declare their routes."""
    for module in pkgutil.iter_modules(web.__path__):
        importlib.import_module(f"fieldoffice.web.{module.name}")


def _unclean(values: Any) -> bool:
    """Whether a text holds the character that no database takes."""
    return any("\0" in value for value in values)


def _bare(status: int, number: str = "") -> Response:
    """An answer where not even the company is known."""
    return Response(f"Something went wrong on our side. {number}".strip(), status, content_type="text/plain")
