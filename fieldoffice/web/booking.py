"""Booking a free time: services, place, time, you, done. Each step is a plain form; what is known so far travels in it, signed.

These pages may stand in a frame of the company's web site, so they use no cookie. Nothing typed is lost: whatever a later step
refuses, the page that comes back holds everything.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import Response

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Tx
from fieldoffice.services.booking.confirming import Booked, confirm
from fieldoffice.services.booking.holds import Held, Taken, hold
from fieldoffice.services.booking.offer import MADE_OF, Offer, chosen, offer, wanted_visit
from fieldoffice.services.booking.people import checked_person
from fieldoffice.services.booking.slots import FreeDay, free_days
from fieldoffice.services.booking.spots import DEPOT, Site, find_site
from fieldoffice.services.fields import FieldRow
from fieldoffice.services.words import marked
from fieldoffice.web import bookwords
from fieldoffice.web.ask import Ask
from fieldoffice.web.routes import Limit, Public, route

LOOK = Limit("book", 120, per_s=60)
CONFIRMS, HOLDS, SAME_EMAIL = (5, 3600), (20, 3600), (10, 86_400)
"""How often one address may confirm and hold, and how often one e-mail address may be booked for."""
OPEN_S = 12 * 3600
QUICKEST_S = 3
DAYS_SHOWN = 5
TOO_QUICK = marked("That was quicker than anybody types. Please look it over and send it again.")
ADDRESS = ("street", "city", "region", "postal_code")
PERSON = ("name", "email", "phone", "notes")
State = dict[str, Any]
"""v: the secret of this form, b: when it was opened, s: services, a: address, t: chosen time, p: what was typed of the person."""


@route("/book", who=Public(), methods=("GET", "POST"), framed=True, limit=LOOK)
def services(ask: Ask) -> Response:
    """The first page; by POST, back to it with what is known so far."""
    known = _state(ask) if ask.method == "POST" else None
    state = known or {"v": secrets.token_urlsafe(24), "b": int(time.time())}
    found = _offer(ask)
    wanted = ask.query.get("service", "").casefold()
    picked = state.get("s") or [one.id for one in found.services if one.code.casefold() == wanted]
    return _services(ask, found, {k: v for k, v in state.items() if k != "s"}, picked)


@route("/book/place", who=Public(), methods=("POST",), framed=True, limit=LOOK)
def place(ask: Ask) -> Response:
    """Where the work is to be done."""
    state = _state(ask)
    if state is None:
        return ask.redirect("/book")
    ids = [int(one) for one in ask.several("service") if one.isascii() and one.isdigit() and len(one) < 12] or state.get("s", [])
    try:
        state["s"] = [one.id for one in ask.see(chosen, ids)]
    except Invalid as error:
        return _services(ask, _offer(ask), state, ids, error)
    return _place(ask, state)


@route("/book/time", who=Public(), methods=("POST",), framed=True, limit=LOOK)
def times(ask: Ask) -> Response:
    """The free times there."""
    state = _state(ask)
    if state is None or "s" not in state:
        return ask.redirect("/book")
    if "street" in ask.form:
        state["a"] = {name: ask.form.get(name, "")[:300] for name in ADDRESS}
    try:
        return _times(ask, state, day_of(ask.form.get("from", "")))
    except Invalid as error:
        return _place(ask, state, error)


@route("/book/you", who=Public(), methods=("POST",), framed=True, limit=LOOK)
def you(ask: Ask) -> Response:
    """Hold the chosen time, and ask who it is for."""
    state = _state(ask)
    if state is None or "a" not in state:
        return ask.redirect("/book")
    moment = moment_of(ask.form.get("time", ""))
    if moment is None:
        return _times(ask, state, None)
    ask.limit("book hold", ask.address, HOLDS[0] * ask.site.generous, HOLDS[1])
    try:
        held = ask.do(_hold, state, moment)
    except Taken as taken:
        return _times(ask, state, None, taken)
    state["t"], state["u"] = int(moment.timestamp()), int(held.until.timestamp())
    return _you(ask, state, held.slot.window, status=201)


@route("/book/confirm", who=Public(), methods=("POST",), framed=True, limit=LOOK)
def done(ask: Ask) -> Response:
    """Book what is held."""
    state = _state(ask)
    if state is None or "t" not in state:
        return ask.redirect("/book")
    state["p"] = {name: ask.form.get(name, "")[:5000] for name in PERSON}
    fields = _offer(ask).fields
    state["c"] = {field.key: ask.form.get(f"custom.{field.key}", "")[:2000] for field in fields}
    try:
        person = checked_person(**state["p"], country=ask.see(_country))
        _refuse_machines(ask, state)
        ask.limit("book confirm", ask.address, CONFIRMS[0] * ask.site.generous, CONFIRMS[1])
        ask.limit("book account", person.email or person.phone, SAME_EMAIL[0] * ask.site.generous, SAME_EMAIL[1])
        booked = ask.do(_confirm, state, person, ask.language, {f.key: _value(f, state["c"][f.key]) for f in fields})
    except Invalid as error:
        return _you(ask, state, None, error)
    except Taken as taken:
        return _times(ask, state, None, taken)
    return _done(ask, booked)


# what the services are asked


def _offer(ask: Ask) -> Offer:
    return ask.site.kept.see(ask.door, offer, MADE_OF)

def _site(tx: Tx, state: State) -> Site:
    return find_site(tx, **state["a"])


def _free(tx: Tx, state: State, from_on: date | None) -> tuple[Site, tuple[FreeDay, ...]]:
    site = _site(tx, state)
    return site, free_days(tx, wanted_visit(tx, [one.id for one in chosen(tx, state["s"])], site.place), from_on, most=DAYS_SHOWN + 1)


def _hold(tx: Tx, state: State, moment: datetime) -> Held:
    return hold(tx, state["v"], wanted_visit(tx, [one.id for one in chosen(tx, state["s"])], _site(tx, state).place), moment)


def _confirm(tx: Tx, state: State, person: Any, language: str, custom: Mapping[str, Any]) -> Booked:
    return confirm(tx, state["v"], state["s"], _site(tx, state), person, language, custom)


def _country(tx: Tx) -> str:
    return tx.company.country


# the pages


def _services(ask: Ask, found: Offer, state: State, picked: list[int], error: Invalid | None = None) -> Response:
    values = {"offer": found, "picked": picked, "state": _sealed(ask, state), "w": bookwords.Speaker(ask)}
    return ask.again("book/services.html", error, **values) if error else ask.page("book/services.html", **values)


def _place(ask: Ask, state: State, error: Invalid | None = None) -> Response:
    values = {"state": _sealed(ask, state), "typed": dict.fromkeys(ADDRESS, "") | state.get("a", {})}
    return ask.again("book/place.html", error, **values) if error else ask.page("book/place.html", **values)


def _times(ask: Ask, state: State, from_on: date | None, taken: Taken | None = None) -> Response:
    """Some days with their free times; with `taken`, what was chosen is gone: 409."""
    site, days = ask.see(_free, state, from_on)
    w = bookwords.Speaker(ask)
    status = 409 if taken else 200
    if taken and ask.wants_json:
        slots = [slot.starts_at.isoformat() for day in days for slot in day.slots]
        return ask.json({"error": ask.t(taken.words), "slots": slots}, status)
    return ask.page("book/times.html", status=status, state=_sealed(ask, state), days=days[:DAYS_SHOWN], w=w, site=site,
                    more=days[DAYS_SHOWN].on.isoformat() if len(days) > DAYS_SHOWN else "", later=from_on is not None,
                    guessed=site.precision == DEPOT, words=ask.t(taken.words) if taken else "")  # fmt: skip


def _you(ask: Ask, state: State, window: Any, error: Invalid | None = None, *, status: int = 200) -> Response:
    fields = _offer(ask).fields
    w = bookwords.Speaker(ask)
    state = state if window is None else state | {"w": [int(window.start.timestamp()), int(window.end.timestamp())]}
    values = {"state": _sealed(ask, state), "typed": dict.fromkeys(PERSON, "") | state.get("p", {}), "fields": fields, "w": w,
              "own": state.get("c", {}), "when": w.when(*(_at(at) for at in state["w"])), "until": state["u"],
              "address": ", ".join(text for text in state["a"].values() if text)}  # fmt: skip
    return ask.again("book/you.html", error, **values) if error else ask.page("book/you.html", status=status, **values)


def _done(ask: Ask, booked: Booked) -> Response:
    w = bookwords.Speaker(ask)
    return ask.page("book/done.html", status=201, booked=booked, w=w, when=w.when(booked.window.start, booked.window.end))


# what a form carries


def _state(ask: Ask) -> State | None:
    """What is known so far; None where the form was open for too long, or is none of ours."""
    found = ask.unseal(ask.form.get("state", ""), "book", max_age_s=OPEN_S)
    return found if isinstance(found, dict) else None


def _sealed(ask: Ask, state: State) -> str:
    return ask.seal(state, "book")


def _refuse_machines(ask: Ask, state: State) -> None:
    """A field that nobody sees was filled in, or the whole form in less time than reading it takes."""
    if ask.form.get("website") or time.time() - state["b"] < QUICKEST_S:
        raise Invalid(name=TOO_QUICK)


def moment_of(text: str) -> datetime | None:
    return _at(int(text)) if text.isascii() and text.isdigit() and len(text) < 11 else None


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _value(field: FieldRow, text: str) -> Any:
    """What was typed into one of the company's own fields, as its kind wants it."""
    if field.kind == "yes_no":
        return {"yes": True, "no": False}.get(text)
    if field.kind == "number":
        try:
            return float(text.replace(",", ".")) if text.strip() else None
        except ValueError:
            return text
    return text.strip()
