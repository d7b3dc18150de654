"""Signing in without a password: a private link to the address on file, and a button on the page it leads to.

The page answers alike whether the address is known or not. Opening the link changes nothing, since mail scanners do that too.
"""

from __future__ import annotations

from flask import Response

from fieldoffice.models.errors import Invalid
from fieldoffice.services.company import checks
from fieldoffice.services.signin import send_link
from fieldoffice.services.websessions import ABSOLUTE, SIGN_IN, begin_session, end_session
from fieldoffice.services.words import marked
from fieldoffice.web.ask import Ask
from fieldoffice.web.routes import ByCustomer, ByLink, Limit, Public, route
from fieldoffice.web.site import cookie_name

ENTER_EMAIL = marked("Please enter the e-mail address that you gave us.")


@route("/signin", who=Public(), methods=("GET", "POST"), body=8_000, limit=Limit("signin", 10, per_s=900))
def sign_in(ask: Ask) -> Response:
    """Ask for a link."""
    if ask.method != "POST":
        return ask.page("signin/ask.html", email="")
    email = ask.form.get("email", "").strip()
    if not email or checks.email(email) or len(email) > 200:
        return ask.again("signin/ask.html", Invalid(email=ENTER_EMAIL), email=email)
    ask.limit("signin account", email, 5, 3600)
    ask.do(send_link, email, language=ask.language)
    return ask.page("signin/sent.html")


@route("/signin/<token>", who=ByLink(SIGN_IN), methods=("GET", "POST"), body=8_000, limit=Limit("signin link", 20, per_s=900))
def enter(ask: Ask) -> Response:
    """The page that the link leads to; its button signs in, once."""
    if ask.method != "POST":
        return ask.page("signin/enter.html")
    session = ask.do(begin_session, ask.path["token"])
    answer = ask.redirect("/me")
    answer.set_cookie(cookie_name(ask.secure), session, max_age=int(ABSOLUTE.total_seconds()), secure=ask.secure, httponly=True,
                      samesite="Lax", path="/")  # fmt: skip
    return answer


@route("/me", who=ByCustomer())
def me(ask: Ask) -> Response:
    """Where a signed-in customer arrives."""
    return ask.page("signin/me.html")


@route("/signout", who=ByCustomer(), methods=("POST",), body=8_000)
def sign_out(ask: Ask) -> Response:
    """End the session here and on the server."""
    ask.do(end_session, ask.session)
    answer = ask.redirect("/signin")
    answer.delete_cookie(cookie_name(ask.secure), path="/", secure=ask.secure, httponly=True, samesite="Lax")
    return answer
