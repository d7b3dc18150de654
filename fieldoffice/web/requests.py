"""Booking requests: the form, what became of them, and the proposals that customers answer without signing in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response

from fieldoffice.models.errors import Invalid
from fieldoffice.services.availability import Span
from fieldoffice.services.company import checks
from fieldoffice.services.requests import asking, mine, proposals, wording
from fieldoffice.services.requests.rows import Address
from fieldoffice.services.requests.rules import DAY_PARTS
from fieldoffice.services.signin import send_link
from fieldoffice.services.uploads import MOST, drop_upload, keep_uploads, read_photos, upload_thumb, uploads_of
from fieldoffice.services.words import marked
from fieldoffice.web.ask import Ask
from fieldoffice.web.routes import ByCustomer, ByLink, Limit, Public, route
from fieldoffice.web.signin import ENTER_EMAIL

DAYS = ("day1", "day2", "day3")
FIELDS = frozenset({"csrf", "lang", "form", "service", "wish", *DAYS, "day_part", "location", "street", "city", "region", "postal_code",
                    "notes", "code_asked", "move_code", "drop", "send"})  # fmt: skip
UNKNOWN = marked("This form carries something that we do not know. Please open the page again. For regular visits, please call us.")
NO_DAY = marked("Please enter the day as year, month and day.")
OTHER = "other"
BODY = 34_000_000
LONGEST_FILE = 10 * 1024 * 1024 + 1
LOOK = Limit("request page", 120, per_s=600)


@route("/request", who=Public(), methods=("GET", "POST"), body=8_000, limit=Limit("request link", 20, per_s=900))
def begin(ask: Ask) -> Response:
    """The front door: an address, and always the same answer; a link goes only to known customers."""
    if ask.customer_id is not None:
        return ask.redirect("/request/new")
    if ask.method != "POST":
        return ask.page("request/begin.html", email="")
    email = ask.form.get("email", "").strip()
    if not email or checks.email(email) or len(email) > 200:
        return ask.again("request/begin.html", Invalid(email=ENTER_EMAIL), email=email)
    ask.limit("signin account", email, 5, 3600)
    ask.do(send_link, email, language=ask.language)
    return ask.page("signin/sent.html")


@route("/request/new", who=ByCustomer(), methods=("GET", "POST"), body=BODY, files=12, limit=Limit("request", 60, per_s=900))
def new(ask: Ask) -> Response:
    """The form, and what was sent with it. Photos are kept with the form while something else is still wrong."""
    customer = _customer(ask)
    sheet = ask.see(asking.request_form, customer)
    if ask.method != "POST":
        first = sheet.places[0].id if sheet.places else OTHER
        return _form(ask, sheet, {"form": secrets.token_urlsafe(18), "location": str(first), "day_part": "flexible"})
    values = {name: ask.form.get(name, "") for name in FIELDS - {"csrf", "lang"}}
    wrong = _strange(ask) or _photos(ask, values["form"])
    if values["drop"].isdecimal():
        ask.do(drop_upload, _secret(ask, values["form"]), int(values["drop"]))
        return _form(ask, sheet, values, wrong)
    wished = _wished(ask, values, wrong)
    wrong = _by_field(ask.see(asking.request_problems, customer, wished), values) | wrong
    if wrong:
        return _form(ask, sheet, values, wrong)
    if asking.like_codes(wished.notes) and not values["code_asked"]:
        return _form(ask, sheet, values | {"move_code": "yes"}, code=True)
    try:
        ask.limit("requests of a customer", str(customer), 12, 3600)
        sent = ask.do(asking.submit_request, customer, wished)
    except Invalid as error:
        return _form(ask, sheet, values, _by_field(error.fields, values))
    return ask.redirect(f"/requests/{sent.public_id}", sent="1")


@route("/request/photo/<form>/<id>", who=ByCustomer(), limit=LOOK)
def waiting_photo(ask: Ask) -> Response:
    """A photo that waits with a form which is not sent yet."""
    id = ask.path["id"]
    content = ask.see(upload_thumb, _secret(ask, ask.path["form"]), int(id) if id.isdecimal() and len(id) < 18 else 0)
    return ask.file(content, "image/jpeg", "photo.jpg", inline=True)


@route("/my-schedule", who=ByCustomer(), limit=LOOK)
def schedule(ask: Ask) -> Response:
    """The visits that were agreed, and the customer's requests."""
    customer = _customer(ask)
    return ask.page("request/schedule.html", visits=ask.see(mine.my_schedule, customer), requests=ask.see(mine.my_requests, customer),
                    came=_came(ask), window=_window(ask))  # fmt: skip


@route("/requests/<id>", who=ByCustomer(), methods=("GET", "POST"), body=16_000, limit=LOOK)
def show(ask: Ask) -> Response:
    """One request of a signed-in customer; POST withdraws it."""
    customer = _customer(ask)
    request_id = ask.see(mine.request_id_of, customer, ask.path["id"])
    return _request(ask, customer, request_id, f"/requests/{ask.path['id']}")


@route("/requests/<id>/photo/<n>", who=ByCustomer(), limit=LOOK)
def photo(ask: Ask) -> Response:
    """A photo of a request of a signed-in customer."""
    customer = _customer(ask)
    return _photo(ask, customer, ask.see(mine.request_id_of, customer, ask.path["id"]))


@route("/r/<token>", who=ByLink("request"), methods=("GET", "POST"), body=16_000, limit=LOOK)
def show_by_link(ask: Ask) -> Response:
    """The same by the private link of a message; POST withdraws it."""
    customer, request_id = _of_link(ask)
    return _request(ask, customer, request_id, f"/r/{ask.path['token']}")


@route("/r/<token>/photo/<n>", who=ByLink("request"), limit=LOOK)
def photo_by_link(ask: Ask) -> Response:
    """A photo, by the private link of its request."""
    return _photo(ask, *_of_link(ask))


@route("/p/<token>", who=ByLink("proposal"), methods=("GET", "POST"), body=16_000, limit=LOOK)
def proposal(ask: Ask) -> Response:
    """A proposed time and its two buttons. Looking answers nothing: robots look into mail too."""
    customer, proposal_id = _of_link(ask)
    if ask.method == "POST":
        answer = ask.form.get("answer", "")
        if answer == "accept":
            ask.do(proposals.accept_proposal, proposal_id, customer)
        elif answer == "decline":
            ask.do(proposals.decline_proposal, proposal_id, customer, reason=ask.form.get("reason", "")[:500])
        else:
            raise Invalid(answer=marked("Please accept or decline."))
        return ask.redirect(f"/p/{ask.path['token']}")
    seen = ask.see(proposals.see_proposal, proposal_id, customer)
    row = seen.request
    return ask.page("request/proposal.html", seen=seen, row=row, day=_day(ask), window=_window(ask), moment=_moment(ask, row.zone))


# inside: the form


def _customer(ask: Ask) -> int:
    assert ask.customer_id is not None  # the route lets nobody else in
    return ask.customer_id


def _secret(ask: Ask, form: str) -> str:
    """Photos belong to a form of this customer: the form's own secret opens nothing for anybody else."""
    return f"{_customer(ask)}:{form}"


def _strange(ask: Ask) -> dict[str, str]:
    """What no form of ours sends: a rule of recurrence, a fourth day, a field twice."""
    twice = any(len(ask.form.getlist(name)) > 1 for name in ask.form)
    if set(ask.form) - FIELDS or twice or set(ask.files) - {"photos"} or not 16 <= len(ask.form.get("form", "")) <= 64:
        return {"form": UNKNOWN}
    return {}


def _photos(ask: Ask, form: str) -> dict[str, str]:
    """Keep the photos that came; what is wrong with them by the field."""
    try:
        sent = [(file.filename or "", file.stream.read(LONGEST_FILE)) for file in ask.files.getlist("photos")]
        if any(content for _, content in sent):
            ask.do(keep_uploads, _secret(ask, form), read_photos(sent))
    except Invalid as error:
        return dict(error.fields)
    return {}


def _wished(ask: Ask, values: dict[str, str], wrong: dict[str, str]) -> asking.Wished:
    """What the form says; what cannot be read goes into `wrong`."""
    days: list[date] = []
    for name in (name for name in DAYS if values[name]):
        try:
            days.append(date.fromisoformat(values[name]))
        except ValueError:
            wrong[name] = NO_DAY
            days.append(date.max)  # keeps its place: what is said about it is said by `wrong`
    if not values["service"]:
        wrong["service"] = asking.CHOOSE
    elsewhere = values["location"] == OTHER
    typed = {name: " ".join(values[name].split()) for name in ("street", "city", "region", "postal_code")}
    return asking.Wished(
        form=_secret(ask, values["form"]), item_id=None if values["service"] == OTHER else _id(values["service"]), wish=values["wish"],
        days=tuple(days), day_part=values["day_part"], location_id=None if elsewhere else _id(values["location"]),
        address=Address(**typed) if elsewhere else None, notes=values["notes"], language=ask.language,
        move_code=values["move_code"] == "yes",
    )  # fmt: skip


def _by_field(wrong: Mapping[str, str], values: dict[str, str]) -> dict[str, str]:
    """What the service says of the first, second and third day, by the fields in which they were entered."""
    entered = [name for name in DAYS if values[name]]
    named = {name: entered[n] for n, name in enumerate(DAYS) if n < len(entered)}
    return {named.get(name, name): words for name, words in wrong.items() if name != "days" or not entered}


def _id(text: str) -> int:
    """A number of ours; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _form(ask: Ask, sheet: asking.FormSheet, values: dict[str, str], wrong: dict[str, str] | None = None, *,
          code: bool = False) -> Response:  # fmt: skip
    there = ask.see(uploads_of, _secret(ask, values["form"])) if values.get("form") else ()
    facts: dict[str, Any] = {
        "sheet": sheet, "values": dict.fromkeys(FIELDS, "") | values, "uploads": there, "most": MOST, "code": code, "days": DAYS,
        "found": asking.like_codes(values.get("notes", "")) if code else (), "parts": _parts(ask, sheet), "length": _length, "other": OTHER,
    }  # fmt: skip
    if wrong:
        return ask.again("request/new.html", Invalid(**wrong), **facts)
    return ask.page("request/new.html", **facts)


def _parts(ask: Ask, sheet: asking.FormSheet) -> list[tuple[str, str, str]]:
    """(value, words, hours) of the parts of the day."""
    words = {"morning": ask.t("Morning"), "afternoon": ask.t("Afternoon"), "flexible": ask.t("Flexible")}
    return [(part, words[part], _hours(ask, *sheet.hours[kind])) for part, kind in DAY_PARTS.items()]


def _hours(ask: Ask, first: int, last: int) -> str:
    return f"{wording.minutes_words(first, ask.language)} – {wording.minutes_words(last, ask.language)}"


def _length(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


# inside: what was asked


def _of_link(ask: Ask) -> tuple[int, int]:
    """(customer, the thing that the link is about)."""
    assert ask.link is not None  # the route lets nobody in without
    return ask.link.customer_id or 0, ask.link.entity_id


def _request(ask: Ask, customer: int, request_id: int, path: str) -> Response:
    if ask.method == "POST":
        try:
            ask.do(mine.cancel_request, customer, request_id, reason=ask.form.get("reason", ""))
        except Invalid as error:
            return ask.again("request/show.html", error, **_shown(ask, customer, request_id, path))
        return ask.redirect(path)
    return ask.page("request/show.html", **_shown(ask, customer, request_id, path))


def _shown(ask: Ask, customer: int, request_id: int, path: str) -> dict[str, Any]:
    row = ask.see(mine.my_request, customer, request_id)
    return {"row": row, "path": path, "day": _day(ask), "window": _window(ask), "moment": _moment(ask, row.zone),
            "signed_in": ask.customer_id is not None, "reason": ask.form.get("reason", ""),
            "sent": ask.query.get("sent") == "1"}  # fmt: skip


def _photo(ask: Ask, customer: int, request_id: int) -> Response:
    n = ask.path["n"]
    content = ask.see(mine.my_photo, customer, request_id, int(n) if n.isdecimal() and len(n) < 4 else -1)
    return ask.file(content, "image/jpeg", "photo.jpg", inline=True)


def _day(ask: Ask) -> Any:
    return lambda on: wording.day_words(on, ask.language)


def _came(ask: Ask) -> Any:
    return lambda row: wording.day_words(row.created_at.astimezone(wording.zone_of(row.zone)).date(), ask.language)


def _window(ask: Ask) -> Any:
    def words(span: Span, zone: str) -> str:
        return wording.span_words(span, wording.zone_of(zone), ask.language)

    return words


def _moment(ask: Ask, zone: str) -> Any:
    return lambda at: wording.moment_words(at, wording.zone_of(zone), ask.language)
