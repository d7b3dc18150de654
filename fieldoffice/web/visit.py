"""The private page of a booked visit: see it, move it, call it off, keep it in a calendar."""

from __future__ import annotations

from datetime import date

from flask import Response

from fieldoffice.models.errors import Stale
from fieldoffice.services.booking.changing import booked_visit, calendar_of, cancel_visit, move_visit, other_times
from fieldoffice.services.booking.confirming import LINK
from fieldoffice.services.links import LinkRow
from fieldoffice.web.ask import Ask
from fieldoffice.web.booking import DAYS_SHOWN, day_of, moment_of
from fieldoffice.web.bookwords import Speaker
from fieldoffice.web.routes import ByLink, Limit, route

LOOK = Limit("visit", 60, per_s=60)
CHANGE = Limit("visit change", 20, per_s=3600)


@route("/visit/<token>", who=ByLink(LINK), limit=LOOK)
def visit(ask: Ask) -> Response:
    """The visit as it stands."""
    return ask.page("book/visit.html", visit=ask.see(booked_visit, _link(ask)), w=Speaker(ask), token=ask.path["token"],
                    moved="moved" in ask.query)  # fmt: skip


@route("/visit/<token>/times", who=ByLink(LINK), limit=LOOK)
def other(ask: Ask) -> Response:
    """Other free times for it."""
    return _times(ask, day_of(ask.query.get("from", "")))


@route("/visit/<token>/move", who=ByLink(LINK), methods=("POST",), body=8_000, limit=CHANGE)
def move(ask: Ask) -> Response:
    """Move it to another free time; where that was just taken, fresh ones are shown."""
    moment, version = moment_of(ask.form.get("time", "")), ask.form.get("version", "")
    if moment is None or not (version.isascii() and version.isdigit() and len(version) < 10):
        return _times(ask, None)
    try:
        ask.do(move_visit, _link(ask), moment, version=int(version))
    except Stale as taken:
        return _times(ask, None, ask.t(taken.words), status=409)
    return ask.redirect(f"/visit/{ask.path['token']}", moved=1)


@route("/visit/<token>/cancel", who=ByLink(LINK), methods=("POST",), body=8_000, limit=CHANGE)
def cancel(ask: Ask) -> Response:
    """Call it off."""
    link = _link(ask)
    seen = ask.see(booked_visit, link)
    ask.do(cancel_visit, link)
    return ask.page("book/canceled.html", visit=seen, w=Speaker(ask))


@route("/visit/<token>/visit.ics", who=ByLink(LINK), limit=LOOK)
def calendar(ask: Ask) -> Response:
    """The calendar file."""
    return ask.file(ask.see(calendar_of, _link(ask), ask.path["token"]), "text/calendar; charset=utf-8", "visit.ics")


def _times(ask: Ask, from_on: date | None, words: str = "", *, status: int = 200) -> Response:
    seen, days = ask.see(booked_visit, _link(ask)), ask.see(other_times, _link(ask))
    left = [day for day in days if from_on is None or day.on >= from_on]
    more = left[DAYS_SHOWN].on.isoformat() if len(left) > DAYS_SHOWN else ""
    return ask.page("book/other.html", status=status, visit=seen, days=left[:DAYS_SHOWN], w=Speaker(ask), token=ask.path["token"],
                    more=more, words=words)  # fmt: skip


def _link(ask: Ask) -> LinkRow:
    assert ask.link is not None
    return ask.link
