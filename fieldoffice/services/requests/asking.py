"""A customer asks for a visit: what the form offers, and what is made of what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PENDING, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.access import codes_in, masked, without_code
from fieldoffice.services.company.values import setting, window_hours
from fieldoffice.services.customers.checking import too_long
from fieldoffice.services.customers.rows import LocationRow, location_row
from fieldoffice.services.requests import codes, telling
from fieldoffice.services.requests.reminding import remind_later
from fieldoffice.services.requests.rows import Address
from fieldoffice.services.requests.rules import DAY_PARTS, customer_who_asks, open_days
from fieldoffice.services.uploads import commit_uploads, form_hash
from fieldoffice.services.words import marked

ASKABLE = ("request", "both")
"""`CatalogItem.bookable` of services that may be asked for."""
MOST_DAYS, LONGEST_WISH, LONGEST_NOTES, MOST_PENDING = 3, 500, 2000, 10
CHOOSE = marked("Please choose a service of the list, or “Other” with your own words.")
SAY_WHAT = marked("Please say what is to be done.")
CHOOSE_DAY = marked("Please choose at least one day.")
TOO_MANY_DAYS = marked("Please choose at most three days.")
NO_PAST = marked("This day has passed. Please choose a later one.")
CLOSED = marked("We are closed on that day. Please choose another one.")
TOO_FAR = marked("This day is too far ahead.")
TWICE = marked("Please choose each day only once.")
DAY_PART = marked("Please choose morning, afternoon or flexible.")
CHOOSE_ADDRESS = marked("Please choose an address.")
NO_STREET = marked("Please give the street and number.")
NO_CITY = marked("Please give the city or the postal code.")
TOO_LONG = marked("This text is too long.")
ENOUGH = marked("You have several open requests already. We answer those first; please call us if it is urgent.")


@dataclass(frozen=True, slots=True)
class Askable:
    """A service that may be asked for."""

    id: int
    name: str
    description: str
    duration_s: int


@dataclass(frozen=True, slots=True)
class FormSheet:
    """What the form offers: services and addresses, the days that are closed, the hours of morning and afternoon in minutes."""

    customer: str
    services: tuple[Askable, ...]
    places: tuple[LocationRow, ...]
    first_on: date
    last_on: date
    closed: frozenset[date]
    hours: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Wished:
    """What a form says. Without `item_id` the customer's own words count; without `location_id` the other `address`.

    `form` is the secret of the form: its photos belong to it, and it is sent once.
    """

    form: str
    item_id: int | None
    wish: str
    days: tuple[date, ...]
    day_part: str
    location_id: int | None = None
    address: Address | None = None
    notes: str = ""
    language: str = "en"
    move_code: bool = True


@dataclass(frozen=True, slots=True)
class Submitted:
    id: int
    public_id: str
    number: str


def request_form(tx: Tx, customer_id: int) -> FormSheet:
    """What this customer may ask for; NotAllowed says why not, where the form stays closed."""
    tx.require(Right.ONLINE)
    customer = customer_who_asks(tx, customer_id)
    days = int(setting(tx, "requests.days_ahead"))
    opened = open_days(tx, tx.today, days + 1)
    every = [tx.today + timedelta(days=n) for n in range(days + 1)]
    return FormSheet(customer.name, askable(tx), _places(tx, customer_id), tx.today, every[-1],
                     frozenset(on for on in every if on not in opened), window_hours(tx))  # fmt: skip


def askable(tx: Tx) -> tuple[Askable, ...]:
    """The services that may be asked for, in the order of the list."""
    tx.require(Right.ONLINE)
    query = select(CatalogItem).where(CatalogItem.active, CatalogItem.kind == "service", CatalogItem.bookable.in_(ASKABLE))
    rows = tx.all(query.order_by(CatalogItem.position, CatalogItem.name, CatalogItem.id))
    return tuple(Askable(row.id, row.name, row.description, row.duration_s) for row in rows)


def submit_request(tx: Tx, customer_id: int, wished: Wished) -> Submitted:
    """Keep the request and tell both sides; nothing is promised and no visit is made. The same form twice is one request."""
    tx.require(Right.ONLINE)
    customer = customer_who_asks(tx, customer_id, lock=True)
    if there := _sent_before(tx, customer_id, wished.form):
        return Submitted(there.id, there.public_id, there.number)
    _check(tx, customer, wished)
    row = tx.add(_row(tx, customer, wished))
    row.sealed_code, row.notes = _without_codes(tx, row, wished)
    photos = commit_uploads(tx, wished.form, request_id=row.id, customer_id=customer.id, by_name=customer.name)
    tx.event("request.submitted", row, customer_id=customer.id, note=row.number, after={"photos": photos})
    tx.session.flush()
    remind_later(tx, row)
    telling.received(tx, row)
    return Submitted(row.id, row.public_id, row.number)


def request_problems(tx: Tx, customer_id: int, wished: Wished) -> dict[str, str]:
    """What is wrong with a form, by field, before it is sent; empty when it may be."""
    tx.require(Right.ONLINE)
    return _problems(tx, customer_who_asks(tx, customer_id), wished)


def like_codes(notes: str) -> tuple[str, ...]:
    """The parts of the notes that look like access codes, as they were typed. Pure: a form offers to keep them apart."""
    return tuple(notes[found.start : found.end] for found in codes_in(notes))


def _sent_before(tx: Tx, customer_id: int, form: str) -> BookingRequest | None:
    mine = (BookingRequest.customer_id == customer_id, BookingRequest.created_at > tx.now - timedelta(days=2))
    return next((row for row in tx.all(select(BookingRequest).where(*mine)) if row.details.get("form") == form_hash(form)), None)


def _row(tx: Tx, customer: Customer, wished: Wished) -> BookingRequest:
    return BookingRequest(
        number=f"R{tx.number('request')}", kind="request", customer_id=customer.id, location_id=wished.location_id,
        item_id=wished.item_id, state=RequestState.SUBMITTED, wish=masked(wished.wish.strip()),
        wished_on=[on.isoformat() for on in wished.days],
        day_part=wished.day_part, address=asdict(wished.address) if wished.address else {}, notes="", language=wished.language,
        details={"form": form_hash(wished.form)}, created_at=tx.now, waits_since_at=tx.now)  # fmt: skip


def _without_codes(tx: Tx, row: BookingRequest, wished: Wished) -> tuple[bytes | None, str]:
    """The codes of the notes sealed, and the notes without them, where the customer agrees and this office has a key."""
    notes = wished.notes.strip()
    found = codes_in(notes)
    if not found or not wished.move_code:
        return None, notes
    try:
        sealed = codes.sealed(tx, row, [(one.label, one.code) for one in found])
    except NotAllowed:  # no office key on this machine: better readable for the staff than lost, and masked on papers
        return None, notes
    for one in reversed(found):
        notes = without_code(notes, one)
    return sealed, notes


def _check(tx: Tx, customer: Customer, wished: Wished) -> None:
    if wrong := _problems(tx, customer, wished):
        raise Invalid(**wrong)
    mine = (BookingRequest.customer_id == customer.id, BookingRequest.state.in_([s.value for s in PENDING]))
    if len(tx.all(select(BookingRequest.id).where(*mine))) >= MOST_PENDING:
        raise NotAllowed(ENOUGH, key="enough_requests")


def _problems(tx: Tx, customer: Customer, wished: Wished) -> dict[str, str]:
    wrong = _day_problems(tx, wished.days) | _place_problems(tx, customer, wished)
    if wished.item_id is None and not wished.wish.strip():
        wrong["wish"] = SAY_WHAT
    elif wished.item_id is not None and wished.item_id not in {one.id for one in askable(tx)}:
        wrong["service"] = CHOOSE
    if wished.day_part not in DAY_PARTS:
        wrong["day_part"] = DAY_PART
    wrong |= {
        name: TOO_LONG
        for name, text, most in (("wish", wished.wish, LONGEST_WISH), ("notes", wished.notes, LONGEST_NOTES))
        if len(text) > most
    }
    return wrong


def _day_problems(tx: Tx, days: Sequence[date]) -> dict[str, str]:
    if not days or len(days) > MOST_DAYS:
        return {"days": TOO_MANY_DAYS if days else CHOOSE_DAY}
    last = tx.today + timedelta(days=int(setting(tx, "requests.days_ahead")))
    wrong: dict[str, str] = {}
    for n, on in enumerate(days, 1):
        if on < tx.today:
            wrong[f"day{n}"] = NO_PAST
        elif on > last:
            wrong[f"day{n}"] = TOO_FAR
        elif on not in open_days(tx, on, 1):
            wrong[f"day{n}"] = CLOSED
        elif on in days[: n - 1]:
            wrong[f"day{n}"] = TWICE
    return wrong


def _place_problems(tx: Tx, customer: Customer, wished: Wished) -> dict[str, str]:
    if wished.location_id is not None:
        return {} if wished.location_id in {row.id for row in _places(tx, customer.id)} else {"location": CHOOSE_ADDRESS}
    if wished.address is None:
        return {"location": CHOOSE_ADDRESS}
    wrong = dict.fromkeys(too_long(**asdict(wished.address)), TOO_LONG)
    if not wished.address.street.strip():
        wrong["street"] = NO_STREET
    if not (wished.address.city.strip() or wished.address.postal_code.strip()):
        wrong["city"] = NO_CITY
    return wrong


def _places(tx: Tx, customer_id: int) -> tuple[LocationRow, ...]:
    query = select(Location).where(Location.customer_id == customer_id, Location.active, Location.kind == "service")
    return tuple(location_row(row) for row in tx.all(query.order_by(Location.id)))
