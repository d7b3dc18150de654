"""What a refusal becomes: a page in the company's look with the right status, JSON for who asks for it, never details."""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import TYPE_CHECKING

from flask import Response

from fieldoffice.models.errors import Invalid, NotAllowed, NotFound, Refused, Stale, WorldFault
from fieldoffice.services.limits import TooMany
from fieldoffice.services.links import GONE
from fieldoffice.services.words import marked

if TYPE_CHECKING:
    from fieldoffice.web.ask import Ask

log = logging.getLogger("fieldoffice.web")
STATUS: tuple[tuple[type[Refused], int], ...] = ((TooMany, 429), (Invalid, 422), (NotFound, 404), (Stale, 409), (NotAllowed, 403),
                                                 (WorldFault, 503), (Refused, 409))  # fmt: skip
TITLES = {
    400: marked("This request cannot be understood"),
    401: marked("Please sign in"),
    403: marked("This is not possible"),
    404: marked("Not found"),
    405: marked("This is not possible"),
    409: marked("Something has changed"),
    413: marked("That is too large"),
    415: marked("This request cannot be understood"),
    422: marked("Please check your entries"),
    429: marked("Too many requests"),
    431: marked("This request cannot be understood"),
    500: marked("Something went wrong on our side"),
    503: marked("We cannot be reached just now"),
}
WORDS = {
    400: marked("Your browser sent something that we cannot read."),
    401: marked("This page is yours alone. We send you a private link by e-mail."),
    403: marked("This form was not sent from our page, or it was open for too long. Please open the page again."),
    404: marked("There is nothing here. The address may be mistyped, or what it led to is gone."),
    405: marked("This page cannot be used in this way."),
    413: marked("What you sent is larger than we can take here."),
    415: marked("Your browser sent something that we cannot read."),
    431: marked("Your browser sent something that we cannot read."),
    500: marked("It has been noted. Please try again later, or call us and give this number: {report}"),
    503: marked("Please try again in a few minutes."),
}
_NEUTRAL = {404, 503}


def status_of(error: Refused) -> int:
    """The HTTP status that a refusal becomes."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def refusal(ask: Ask, error: Refused) -> Response:
    """The answer to a refusal. What is not there answers in the same words whatever it would have been."""
    status = status_of(error)
    if error.key == "signed_out":
        return plain(ask, 401)
    words = WORDS[status] if status in _NEUTRAL else error.words
    if error.key == "no_link":
        words = GONE
    answer = plain(ask, status, words, fields=error.fields if isinstance(error, Invalid) else None)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_s)
    return answer


def plain(ask: Ask, status: int, words: str = "", *, fields: dict[str, str] | None = None, **values: str) -> Response:
    """A page that says one thing."""
    title, said = ask.t(TITLES.get(status, TITLES[400])), ask.t(words or WORDS.get(status, WORDS[400]), **values)
    if ask.wants_json:
        return ask.json({"error": said} | ({"errors": {k: ask.t(v) for k, v in fields.items()}} if fields else {}), status)
    return ask.page("refused.html", status=status, title=title, words=said, sign_in=status == 401)


def report(error: BaseException) -> str:
    """Note a bug with a number that a person can tell; where it happened, without any of the values that were at hand."""
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    way = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames[-12:]))
    log.error("report %s: %s at %s", number, type(error).__name__, way)
    return number
