"""The sample's booking requests: some in each state, with photos that are drawn here."""

from __future__ import annotations

import io
import random
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.staff import StaffUser
from fieldoffice.models.web import PrivateLink
from fieldoffice.office import Actor, Tx
from fieldoffice.services.calendar import local
from fieldoffice.services.pictures import photo
from fieldoffice.services.requests.answering import Choice, accept_request, decline_request, propose_time
from fieldoffice.services.requests.asking import Wished, submit_request
from fieldoffice.services.requests.best import best_answers, other_times
from fieldoffice.services.requests.inbox import open_request
from fieldoffice.services.requests.mine import cancel_request
from fieldoffice.services.requests.proposals import decline_proposal
from fieldoffice.services.requests.reminding import remind_requests
from fieldoffice.services.requests.rules import open_days
from fieldoffice.services.uploads import form_hash, keep_uploads

BOOKABLE, BY_REQUEST = 5, 3


@dataclass(frozen=True)
class Asked:
    """One request: how many evenings ago it came (0 is now), what for, and what became of it how many evenings ago."""

    came: int
    service: int | None  # its place in the list of bookable ones; None for own words
    wish: str
    days: tuple[int, ...]  # open days from tomorrow on, counted from 1
    part: str
    notes: str
    photos: int
    fate: str = ""
    lived: int = 0


STORY = (
    Asked(3, 3, "", (1, 3), "afternoon", "Second time this year.", 0, "seen", 2),
    Asked(3, 0, "", (3, 4), "flexible", "Parking behind the house.", 0, "unassigned", 2),
    Asked(3, None, "Take down a large tree", (3,), "flexible", "", 1, "declined", 2),
    Asked(3, 1, "", (5,), "morning", "", 0, "canceled", 2),
    Asked(2, 0, "", (1, 2), "morning", "Please bring the long ladder.", 1, "declined proposal", 1),
    Asked(2, 3, "", (2, 3), "afternoon", "", 1, "confirmed", 0),
    Asked(2, 1, "", (1,), "morning", "", 0, "proposed", 1),
    Asked(1, 2, "", (4, 5), "flexible", "Cat in the house, please keep doors closed.", 2, "proposed", 0),
    Asked(1, 1, "", (2, 5), "morning", "We work from home, any morning is fine.", 1, "seen", 0),
    Asked(1, 2, "", (3,), "afternoon", "Please ring at the side door, the bell in front is broken.", 0),
    Asked(1, None, "A gutter came loose in the storm and hangs over the door", (1, 2, 4), "flexible", "", 2),
    Asked(0, 0, "", (2, 3), "morning", "The tap in the bathroom drips day and night.", 3),
)
EVENING_MIN = 20 * 60
"""Customers write when the day's work is done; the log of the day is closed by then."""


class Requests:
    """Lives with the sample: `evening` after each working day, the last one at the sample's own now."""

    def __init__(self, dice: random.Random, now: datetime, today: date) -> None:
        self.dice, self.now, self.today = dice, now, today
        self.people: list[tuple[int, int]] = []
        self.services: list[int] = []
        self.rows: dict[int, int] = {}

    def evening(self, tx: Tx, on: date) -> None:
        """What came and what was answered on a day; nothing of it is sent to anybody."""
        ago, days = (self.today - on).days, sorted(open_days(tx, self.today + timedelta(days=1), 21))
        tx.now = self.now if ago == 0 else local(on, EVENING_MIN, tx.zone)
        if not self.people:
            self.services, self.people = _offered(tx), _customers(tx, len(STORY), self.dice)
        for n, asked in enumerate(STORY):
            if asked.came == ago:
                self._step(tx, ago)
                self.rows[n] = _ask(tx, asked, self.people[n], self.services, days, f"sample form {n:04d}").id
        for n, asked in enumerate(STORY):
            if asked.fate and asked.lived == ago and n in self.rows:
                self._step(tx, ago)
                with _dispatcher(tx):
                    _answer(tx, tx.get(BookingRequest, self.rows[n]), asked, self.people[n], self.now)
        if ago == 0:
            self._end(tx)

    def _end(self, tx: Tx) -> None:
        """Deleting comes last of all: the engines do not agree whether the ids of deleted rows are given again."""
        remind_requests(tx, 0)
        for n, asked in enumerate(STORY):
            proposal = tx.session.scalar(select(Proposal.id).where(Proposal.request_id == self.rows.get(n, 0)))
            if asked.fate == "declined proposal" and proposal is not None:
                decline_proposal(tx, proposal, self.people[n][0], reason="I am at work then.")
        _nothing_leaves(tx)

    def _step(self, tx: Tx, ago: int) -> None:
        if ago:
            tx.now += timedelta(minutes=7)


def _offered(tx: Tx) -> list[int]:
    """The first services of the price book are bookable: all on request, some at once too."""
    query = select(CatalogItem).where(CatalogItem.kind == "service", CatalogItem.active)
    rows = tx.all(query.order_by(CatalogItem.position, CatalogItem.id))
    for n, row in enumerate(rows[:BOOKABLE]):
        row.bookable = "request" if n >= BY_REQUEST else "both"
    tx.session.flush()
    return [row.id for row in rows[:BOOKABLE]]


def _customers(tx: Tx, count: int, dice: random.Random) -> list[tuple[int, int]]:
    """(customer, address) of customers who have completed onboarding."""
    query = select(Customer, Location.id).join(Location, Location.customer_id == Customer.id)
    found = tx.session.execute(query.where(Customer.active, Customer.email != "", Location.lat.is_not(None)).order_by(Customer.id)).all()
    once = list({customer.id: (customer, place) for customer, place in found}.values())
    chosen = dice.sample(once, count)
    for customer, _ in chosen:
        customer.onboarded_at = customer.created_at
    return [(customer.id, place) for customer, place in chosen]


def _ask(tx: Tx, asked: Asked, person: tuple[int, int], services: list[int], days: list[date], form: str) -> BookingRequest:
    if asked.photos:
        keep_uploads(tx, form, [photo(f"photo {n + 1}.jpg", _drawing(int(form[-4:]) * 3 + n)) for n in range(asked.photos)])
    item = None if asked.service is None else services[asked.service % len(services)]
    wished = Wished(form, item, asked.wish, tuple(days[n - 1] for n in asked.days), asked.part, person[1], notes=asked.notes)
    return tx.get(BookingRequest, submit_request(tx, person[0], wished).id)


def _answer(tx: Tx, row: BookingRequest, asked: Asked, person: tuple[int, int], now: datetime) -> None:
    open_request(tx, row.id)
    if asked.fate in ("proposed", "declined proposal"):
        times = [one for one in other_times(tx, row.id, count=8) if one.starts_at > now + timedelta(hours=20)]
        if times:
            last = times[-1]
            propose_time(tx, row.id, provider_id=last.provider_id, starts_at=last.starts_at, message="We are in your street then.")
    elif asked.fate == "confirmed":
        best = best_answers(tx, row.id)
        accept_request(tx, row.id, Choice(best[0].provider_id, best[0].starts_at) if best else _later(tx, row))
    elif asked.fate == "unassigned":
        accept_request(tx, row.id, _later(tx, row))
    elif asked.fate == "declined":
        decline_request(tx, row.id, message="We do not fell trees. The city keeps a list of companies that do.")
    elif asked.fate == "canceled":
        cancel_request(tx, person[0], row.id, reason="My brother fixed it.")


@contextmanager
def _dispatcher(tx: Tx) -> Generator[None]:
    """Somebody of the staff answers, and the log says who."""
    before, user = tx.actor, tx.all(select(StaffUser).where(StaffUser.active).order_by(StaffUser.id))[0]
    tx.actor = Actor(user.id, user.name, before.rights)
    try:
        yield
    finally:
        tx.actor = before


def _later(tx: Tx, row: BookingRequest) -> Choice:
    return Choice(on=date.fromisoformat(row.wished_on[0]), kind="am" if row.day_part == "morning" else "pm")


def _nothing_leaves(tx: Tx) -> None:
    """No message waits to be sent to customers who do not exist, and no link opens anything; holds are alike each time."""
    tx.session.flush()
    tx.session.execute(delete(OutboxMessage).where(OutboxMessage.request_id.is_not(None)))
    tx.session.execute(delete(PrivateLink).where(PrivateLink.entity.in_(("booking_request", "proposal"))))
    for row in tx.all(select(BookingRequest).order_by(BookingRequest.id)):
        known = row.details.get("hold")
        held = tx.session.scalar(select(Appointment).where(Appointment.hold_hash == known)) if known else None
        if held is not None:
            held.hold_hash = form_hash(row.number)
            row.details = {**row.details, "hold": held.hold_hash}
    tx.session.flush()


def _drawing(seed: int) -> bytes:
    """A small drawing that stands for a photo: a wall with a pipe, a stain and a tool."""
    from PIL import Image, ImageDraw

    dice = random.Random(seed)
    wall = dice.choice(((214, 206, 194), (198, 208, 214), (208, 214, 200), (222, 212, 204)))
    image = Image.new("RGB", (960, 720), wall)
    pen = ImageDraw.Draw(image)
    for x in range(0, 960, 120):
        pen.line((x, 0, x, 520), fill=tuple(c - 10 for c in wall), width=3)
    pen.rectangle((0, 520, 960, 720), fill=(142, 122, 100))
    x = dice.randrange(200, 700)
    pen.rounded_rectangle((x, 60, x + 54, 470), 24, fill=(128, 134, 142), outline=(84, 90, 98), width=6)
    pen.rounded_rectangle((x - 150, 420, x + 54, 470), 24, fill=(128, 134, 142), outline=(84, 90, 98), width=6)
    for _ in range(dice.randrange(3, 7)):
        left, top, size = dice.randrange(80, 800), dice.randrange(480, 560), dice.randrange(40, 130)
        pen.ellipse((left, top, left + size, top + size // 3), fill=(104, 134, 156))
    pen.polygon([(x - 90, 540), (x + 10, 500), (x + 26, 524), (x - 76, 566)], fill=(178, 58, 46))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


