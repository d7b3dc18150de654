"""Making the sample company: deterministic, in the order of time, through the services that people use."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services import company, providers
from fieldoffice.services.availability import Diary, blocking, why_not
from fieldoffice.services.calendar import local
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.progress import enter
from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.services.jobs.editing import JobFacts, add_note, cancel_job, edit_job
from fieldoffice.services.jobs.files import attach
from fieldoffice.services.jobs.sheet import job_sheet
from fieldoffice.services.sample.asked import Requests
from fieldoffice.services.sample.booked import Bookings
from fieldoffice.services.sample.days import Diarist
from fieldoffice.services.sample.debts import old_debts, troubles
from fieldoffice.services.sample.letters import letters
from fieldoffice.services.sample.money import Bookkeeper
from fieldoffice.services.sample.opening import Tell
from fieldoffice.services.sample.people import ZONE, Cast, assemble, real_addresses
from fieldoffice.services.sample.wishes import wishes

BACK, AHEAD = 91, 28  # days
FOUNDED = timedelta(days=30)  # before the first visit: nobody calls more than four weeks ahead
JOBS_A_DAY = 30
WRITTEN = 3  # evenings on which customers sent booking requests
OFFICE_HOURS = (9 * 60 + 30, 16 * 60)  # minutes after midnight, local
USUAL_TIME = 11 * 60
LATE_MIN = 22 * 60  # when the bookkeeper is done


def sample_now(now: datetime) -> datetime:
    """The moment at which the sample company lives: now within office hours, else eleven in the morning of today."""
    zone = ZoneInfo(ZONE)
    here = now.astimezone(zone)
    minute = here.hour * 60 + here.minute
    if OFFICE_HOURS[0] <= minute <= OFFICE_HOURS[1]:
        return now.astimezone(UTC)
    return local(here.date(), USUAL_TIME, zone)


def make_small(
    office: Office, now: datetime, tell: Tell = lambda what, share: None, *, back: int = BACK, ahead: int = AHEAD
) -> datetime:
    """8 providers, about 30 jobs a day, a quarter of history and four weeks ahead; returns the sample's own now.

    Each day is one transaction of the same services that the desktop calls. The same day gives the same company, but
    for random ids. `back` and `ahead` are the days that it has behind and before it.
    """
    then, zone = sample_now(now), ZoneInfo(ZONE)
    today = then.astimezone(zone).date()
    first, dice = today - timedelta(days=back), random.Random(today.toordinal())
    tell("People and price book", 0.0)
    people = office.do(_people, dice, first - FOUNDED, today)
    asked = wishes(dice, people, first, today + timedelta(days=ahead), JOBS_A_DAY, then, zone)
    keeper = Bookkeeper(random.Random(today.toordinal() + 2), first)
    diarist, requests = Diarist(dice, then, asked), Requests(random.Random(today.toordinal() + 1), then, today)
    booked, days = Bookings(random.Random(today.toordinal() + 2), today), (today - first).days + 1
    for n in range(days):
        tell("Working days", (n + 1) / (days + 2))
        office.do(diarist.live, first + timedelta(days=n))
        if 0 < days - 1 - n <= WRITTEN:
            office.do(requests.evening, first + timedelta(days=n))
        if n < days - 1:
            office.do(booked.evening, first + timedelta(days=n))
            office.do(_evening, keeper, first + timedelta(days=n), today, first=n == 0)
    tell("The weeks ahead", (days + 1) / (days + 2))
    for n in range(1, ahead + 1):
        office.do(_ahead, diarist, today + timedelta(days=n), then)
    office.do(_loose_ends, then, today)
    office.do(_money_ends, then, today)
    office.do(requests.evening, today)
    office.do(booked.end)
    office.do(set_clock, then, then - now)
    tell("Done", 1.0)
    return then


def set_clock(tx: Tx, then: datetime, ahead: timedelta) -> None:
    """Let the company live at its own time from now on."""
    tx.now = then
    company.set_setting(tx, "clock_ahead_s", round(ahead.total_seconds()))


def _people(tx: Tx, dice: random.Random, founded: date, today: date) -> Cast:
    tx.now = local(founded, 6 * 60, ZoneInfo(ZONE))
    people = assemble(tx, dice, real_addresses(), today)
    zone = tx.zone
    for provider, day, days, why in ((1, 9, 5, "Vacation"), (4, -40, 3, "Sick"), (6, 2, 1, "Training")):
        start = today + timedelta(days=day)
        providers.add_absence(
            tx, people.providers[provider], local(start, 0, zone), local(start + timedelta(days=days), 0, zone), why
        )
    providers.add_absence(tx, people.providers[2], local(today, 15 * 60, zone), local(today, 17 * 60, zone), "Doctor")
    return people


def _evening(tx: Tx, keeper: Bookkeeper, on: date, today: date, *, first: bool) -> None:
    """The bookkeeper's hour, after the last visit of a day."""
    tx.now = local(on, LATE_MIN, tx.zone)
    old_debts(tx, on, today, first=first)
    keeper.evening(tx, on)


def _money_ends(tx: Tx, now: datetime, today: date) -> None:
    tx.now = now
    troubles(tx, today)


def _ahead(tx: Tx, diarist: Diarist, on: date, now: datetime) -> None:
    """Tomorrow is planned nearly whole, later days in part; the rest waits in the tray."""
    tx.now = now
    days = (on - now.astimezone(tx.zone).date()).days
    diarist.plan(tx, on, leave=0.1 if days == 1 else 0.25)


def _loose_ends(tx: Tx, now: datetime, today: date) -> None:
    """One of each thing that a board can show: a lock, a hold, an override, a crew, a cancellation, a rest, pictures."""
    tx.now = now
    next_day = board(tx, today + timedelta(days=1))
    tomorrow = [c for c in next_day.cards if c.state is S.SCHEDULED]
    moves.lock(tx, [(c.id, c.version) for c in tomorrow[:2]], True)
    _hold(tx, tomorrow[2], now)
    doubled = _override(tx, next_day, tomorrow)
    _crew(tx, board(tx, today + timedelta(days=1)), [c for c in tomorrow[7:] if c.id != doubled])
    gone = tomorrow[5]
    enter(tx, tx.get(Appointment, gone.id), S.CANCELLED, reason="Customer is on vacation")
    cancel_job(tx, gone.job_id, version=job_sheet(tx, gone.job_id).version, reason="Customer is on vacation")
    for card in next_day.tray[-1:]:
        _rest(tx, card)
    letters(tx, [c for c in board(tx, today + timedelta(days=1)).cards if c.state is S.SCHEDULED], now)
    for card in board(tx, today).cards[:4]:
        attach(tx, card.job_id, name="under the sink.jpg", media_type="image/jpeg", content=_picture(card.id), kind="before")


def _hold(tx: Tx, card: Card, now: datetime) -> None:
    assert card.starts_at is not None
    moves.hold(
        tx, card.id, version=card.version, provider_ids=card.provider_ids, starts_at=card.starts_at, minutes=24 * 60
    )


def _override(tx: Tx, seen: Board, cards: list[Card]) -> int:
    """Two visits at one time for one provider, with the reason that was given; returns which was moved there."""
    one = cards[3]
    assert one.starts_at is not None
    at, diary = one.starts_at + timedelta(minutes=30), _diary(seen, one.provider_ids[0])
    other = min(cards[6:], key=lambda c: (c.provider_ids == one.provider_ids, len(blocking(why_not(diary, c.wanted, at)))))
    moves.place(tx, other.id, version=other.version, provider_ids=one.provider_ids, starts_at=at,
                override="Same building, the customer waits in the lobby")  # fmt: skip
    return other.id


def _crew(tx: Tx, seen: Board, cards: list[Card]) -> None:
    """A helper for one visit of tomorrow who is free then."""
    for card in cards:
        for helper in seen.providers:
            at = card.starts_at
            team = (*card.provider_ids, helper.id)
            if at is None or helper.id in card.provider_ids:
                continue
            if any(blocking(why_not(_diary(seen, id), card.wanted, at)) for id in team):
                continue  # the lead may have been booked twice on purpose
            moves.place(tx, card.id, version=card.version, provider_ids=team, starts_at=at)
            return


def _diary(seen: Board, provider_id: int) -> Diary:
    row = next(row for row in seen.providers if row.id == provider_id)
    return row.diary(seen.cards)


def _rest(tx: Tx, card: Card) -> None:
    """A job that waits for the customer's word."""
    job = job_sheet(tx, card.job_id)
    facts = JobFacts(job.title, job.priority, job.notes, job.location.id, job.preferred, job.excluded, job.custom, on_hold=True)
    edit_job(tx, job.id, version=job.version, facts=facts)
    add_note(tx, job.id, "The landlord has to agree first; customer will call back.")


def _picture(seed: int) -> bytes:
    """A small drawing that stands for a photo."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (640, 480), (206, 214, 222))
    pen, dice = ImageDraw.Draw(image), random.Random(seed)
    pen.rectangle((0, 330, 640, 480), fill=(150, 132, 110))
    for _ in range(6):
        x, y = dice.randrange(560), dice.randrange(300)
        pen.rounded_rectangle(
            (x, y, x + 70, y + 160), 12, fill=(120 + dice.randrange(60), 126, 134), outline=(70, 76, 84), width=4
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
