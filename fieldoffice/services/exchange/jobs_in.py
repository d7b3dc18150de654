"""Future jobs of a file: whom they are for, what is to be done, when, and by whom where that still fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.catalog import CatalogItem, ItemSkill
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider, Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Busy, Diary, Wanted, blocking, why_not
from fieldoffice.services.calendar import local
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.moves import place
from fieldoffice.services.exchange.cells import Ways
from fieldoffice.services.exchange.drafts import Does, Draft, Outcome, Plan
from fieldoffice.services.exchange.headings import folded
from fieldoffice.services.exchange.known import Customers, Known, place_key
from fieldoffice.services.exchange.ledger import Edited, Ledger
from fieldoffice.services.exchange.locations_in import find_customer, no_customer
from fieldoffice.services.exchange.services_in import listed
from fieldoffice.services.jobs.opening import USUAL_S, NewJob, Promise, open_job

TOPICS = ("job", "appointment", "assignment", "customer", "location", "catalog_item", "provider", "absence", "shift")
FAR = timedelta(days=800)
MOST_DIARY_DAYS = 120


@dataclass(frozen=True, slots=True)
class Wish:
    """A job to be opened, and where its visit is to be put."""

    line: int
    new: NewJob
    number: str
    duration_s: int | None
    providers: tuple[int, ...]
    at: datetime | None


@dataclass
class Decided:
    """What an import of jobs will do."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    new: list[Wish] = field(default_factory=list[Wish])
    edits: list[Edited] = field(default_factory=list[Edited])


def decide(tx: Tx, drafts: Sequence[Draft], plan: Plan, ways: Ways) -> Decided:
    """What happens with each row. Only looks."""
    deciding = _Deciding(tx, plan, ways)
    deciding.done.outcomes = [deciding.row(draft) for draft in drafts]
    deciding.foretell(tx)
    return deciding.done


class _Deciding:
    def __init__(self, tx: Tx, plan: Plan, ways: Ways) -> None:
        self.plan, self.done, self.today, self.zone = plan, Decided(), tx.today, tx.zone
        self.may_place = Right.DISPATCH in tx.actor.rights
        self.known = Customers(tx, ways, people=False)
        items = tx.all(select(CatalogItem).where(CatalogItem.active))
        self.items = {folded(mark): item for item in items for mark in (item.name, item.code)}
        self.people = {folded(p.name): p for p in tx.all(select(Provider).where(Provider.active))}
        columns = (Job.id, Job.version, Job.number, Job.title, Job.priority, Job.notes, Job.customer_id, Job.cancelled_at)
        jobs = tx.session.execute(select(*columns)).all()
        self.by_number = {job.number.casefold(): job for job in jobs}
        self.same = {(job.customer_id, folded(job.title), on) for job, on in self._days(tx, jobs)}
        self.skills: dict[int, set[str]] = {}
        query = select(ItemSkill.item_id, Skill.name).join(Skill, Skill.id == ItemSkill.skill_id)
        for item_id, name in tx.session.execute(query):
            self.skills.setdefault(item_id, set()).add(name)
        self.above: dict[str, int] = {}

    def _days(self, tx: Tx, jobs: Sequence[Any]) -> list[tuple[Any, date | None]]:
        """Open jobs with the days of their visits from today on."""
        query = select(Appointment.job_id, Appointment.starts_at, Appointment.window_from_at)
        by_id = {job.id: job for job in jobs if job.cancelled_at is None}
        found: list[tuple[Any, date | None]] = []
        for job_id, starts_at, window_at in tx.session.execute(query.where(Appointment.state != "cancelled")):
            at = window_at or starts_at
            if job_id in by_id:
                found.append((by_id[job_id], at.astimezone(self.zone).date() if at else None))
        return found

    def row(self, draft: Draft) -> Outcome:
        values = draft.values
        customer = find_customer(self.known, values)
        if customer is None:
            draft.refuse("Customer", no_customer(values))
        location = self._location(draft, customer) if customer else None
        items, title = self._items(values)
        promise, at = self._promise(draft)
        if not items and not title:
            draft.refuse("Services", "Say which services, or what is to be done.")
        people = self._people(draft)
        name = ": ".join(part for part in (customer.values["name"] if customer else "", title or _named(items)) if part)
        if draft.wrong or customer is None or location is None:
            return Outcome(draft.line, Does.ERROR, name, draft.wrong, draft.column)
        new = NewJob(customer.id, location, tuple((item.id, quantity) for item, quantity in items), promise, title[:200],
                     int(values.get("priority", "1")), values.get("notes", ""), source="import", preferred=people)  # fmt: skip
        if twin := self._twin(draft, name, new, title or _named(items)):
            return twin
        wish = Wish(draft.line, new, values.get("number", ""), self._length(draft, at), people, at)
        if draft.wrong:
            return Outcome(draft.line, Does.ERROR, name, draft.wrong, draft.column)
        self.done.new.append(wish)
        return Outcome(draft.line, Does.ADD, name, _when(promise, at, self.zone))

    def _location(self, draft: Draft, customer: Known) -> int | None:
        places = [p for p in customer.places if p.kind == "service"]
        street, code = draft.values.get("street", ""), draft.values.get("postal_code", "")
        if street:
            found = [p for p in places if p.key == place_key(street, code) or folded(street) == folded(p.values["street"])]
            found = found or [p for p in places if folded(street).startswith(folded(p.values["street"]) + " ")]
        else:
            found = places
        if len(found) == 1 or (found and street):
            return found[0].id
        if street:
            draft.refuse("Street", f"{customer.values['name']} has no address “{street}”. Import the addresses first.")
        else:
            draft.refuse("Street", f"{customer.values['name']} has {len(places) or 'no'} addresses; say which one.")
        return None

    def _items(self, values: dict[str, Any]) -> tuple[list[tuple[CatalogItem, int]], str]:
        """Services by name or code, with quantities such as "2 x Filter"; what is not in the price book becomes the title."""
        found: list[tuple[CatalogItem, int]] = []
        strange: list[str] = []
        for part in listed(values.get("services", "")):
            counted = re.match(r"(\d+(?:[.,]\d{1,3})?)\s*[x×*]\s+(.+)", part)
            quantity = round(float(counted[1].replace(",", ".")) * 1000) if counted else 1000
            item = self.items.get(folded(counted[2] if counted else part))
            if item is None:
                strange.append(part)
            elif quantity > 0:
                found.append((item, quantity))
        title = values.get("title", "")
        return found, title or ", ".join(strange)

    def _people(self, draft: Draft) -> tuple[int, ...]:
        found: list[int] = []
        for name in listed(draft.values.get("providers", "")):
            person = self.people.get(folded(name))
            if person is None:
                draft.refuse("Providers", f"There is no provider “{name}”.")
            else:
                found.append(person.id)
        return tuple(dict.fromkeys(found))

    def _promise(self, draft: Draft) -> tuple[Promise, datetime | None]:
        on, at = draft.values.get("on", (None, None))
        at = draft.values.get("at", at)
        kind = draft.values.get("window") or ("exact" if at is not None else "all_day")
        if on is None:
            return Promise(), None
        if on < self.today:
            draft.refuse("Day", f"{on:%b} {on.day}, {on.year} is over; only future jobs are imported.")
        elif on > self.today + FAR:
            draft.refuse("Day", f"{on:%b} {on.day}, {on.year} is too far away.")
        if kind in ("exact", "two_hours") and at is None:
            draft.refuse("Time", "This arrival window needs a time.")
            return Promise(), None
        promise = Promise(kind, on, at if kind in ("exact", "two_hours") else None)
        return promise, None if at is None else local(on, at, self.zone)

    def _length(self, draft: Draft, at: datetime | None) -> int | None:
        """How long the visit lasts, by its duration or its end; None: as long as its services."""
        if "minutes" in draft.values:
            return draft.values["minutes"] or None
        on, minute = draft.values.get("until", (None, None))
        if at is None or minute is None:
            return None
        end = local(on or at.astimezone(self.zone).date(), minute, self.zone)
        seconds = int((end - at).total_seconds())
        if not 60 <= seconds <= 24 * 3600:
            draft.refuse("End", "A visit ends after it begins, within 24 hours.")
        return seconds

    def _twin(self, draft: Draft, name: str, new: NewJob, title: str) -> Outcome | None:
        number = draft.values.get("number", "").casefold()
        when = f"{new.promise.on} {new.promise.at_min}"
        mark = f"number {number}" if number else f"{new.customer_id} {new.location_id} {folded(title)} {when}"
        first = self.above.setdefault(mark, draft.line)
        old = self.by_number.get(number) if number else None
        if old is not None:
            return self._known(draft, name, old)
        if self.plan.twins == "add":
            return None
        if first != draft.line:
            return Outcome(draft.line, Does.SKIP, name, f"Same job as line {first}.")
        if not number and (new.customer_id, folded(title), new.promise.on) in self.same:
            return Outcome(draft.line, Does.SKIP, name, "This customer has the same job on the same day already.")
        return None

    def _known(self, draft: Draft, name: str, old: Any) -> Outcome:
        words = f"Job {old.number} is there already."
        if self.plan.twins == "add":
            return Outcome(draft.line, Does.ERROR, name, f"The number {old.number} is taken.", "Number")
        if self.plan.twins == "skip" or old.cancelled_at is not None:
            return Outcome(draft.line, Does.SKIP, name, words)
        values = draft.values
        wanted = {"title": values.get("title"), "notes": values.get("notes"),
                  "priority": int(values["priority"]) if "priority" in values else None}  # fmt: skip
        new = {key: value for key, value in wanted.items() if value is not None and getattr(old, key) != value}
        if not new:
            return Outcome(draft.line, Does.SAME, name, words)
        self.done.edits.append(Edited(old.id, old.version, {key: getattr(old, key) for key in new}, new))
        return Outcome(draft.line, Does.CHANGE, name, f"{words} Changes: {', '.join(new)}. Times are changed on the board.")

    def foretell(self, tx: Tx) -> None:
        """Say of each visit with a provider and a time whether it fits, rows above counted; those that do not will wait."""
        wishes = [w for w in self.done.new if w.at is not None and w.providers]
        if not wishes or not self.may_place:
            return
        told = {outcome.line: outcome for outcome in self.done.outcomes}
        days = [w.at for w in wishes if w.at is not None]
        last = min(max(days), min(days) + timedelta(days=MOST_DIARY_DAYS)) + timedelta(days=1)
        books = diaries(tx, {p for w in wishes for p in w.providers}, (min(days), last))
        for wish in wishes:
            if wish.at is not None and wish.at < last:
                told[wish.line].words += self._fits(books, wish, wish.at)

    def _fits(self, books: dict[int, Diary], wish: Wish, at: datetime) -> str:
        items = {item.id: item for item in self.items.values()}
        length = wish.duration_s or sum(items[i].duration_s * q // 1000 + items[i].buffer_s for i, q in wish.new.items) or USUAL_S
        skills = frozenset(name for i, _ in wish.new.items for name in self.skills.get(i, ()))
        wanted = Wanted(length, skills=skills)
        against = [r.words for p in wish.providers for r in blocking(why_not(books[p], wanted, at))]
        if against:
            return f" Waits in the tray: {'; '.join(dict.fromkeys(against))}."
        end = at + timedelta(seconds=length)
        for p in wish.providers:
            taken = (*books[p].busy, Busy(-wish.line, at, end, None, f"line {wish.line}"))
            books[p] = replace(books[p], busy=tuple(sorted(taken, key=lambda busy: busy.start)))
        return ""


def write(tx: Tx, ledger: Ledger, decided: Decided, ways: Ways) -> list[int]:
    """Open the jobs and put their visits where they fit; the others wait in the tray for the providers they name."""
    for wish in decided.new:
        opened = open_job(tx, wish.new)
        job, visit = tx.get(Job, opened.job_id), tx.get(Appointment, opened.appointment_id)
        if wish.number:
            job.number = wish.number
        if wish.duration_s:
            visit.duration_s = wish.duration_s
        tx.session.flush()
        if wish.at is not None and wish.providers and Right.DISPATCH in tx.actor.rights:
            _put(tx, visit, wish)
        tx.session.flush()
        ledger.made("job", [job.id], version=job.version)
        ledger.made("appointment", [visit.id], version=visit.version)
        ledger.progress.step()
    ledger.update(Job, decided.edits)
    for edit in decided.edits:
        ledger.event("job.edited", "job", edit.id, job_id=edit.id, note="import", before=edit.before, after=edit.after)
    return []


def _put(tx: Tx, visit: Appointment, wish: Wish) -> None:
    assert wish.at is not None
    try:
        place(tx, visit.id, version=visit.version, provider_ids=wish.providers, starts_at=wish.at)
    except NotAllowed:  # it stands in the way of something else: the dispatcher decides
        tx.session.flush()


def _named(items: Sequence[tuple[CatalogItem, int]]) -> str:
    return ", ".join(dict.fromkeys(item.name for item, _ in items))


def _when(promise: Promise, at: datetime | None, zone: Any) -> str:
    if promise.on is None:
        return "No day yet: waits in the tray."
    clock = f" {at.astimezone(zone):%H:%M}" if at else ""
    return f"{promise.on:%a %b} {promise.on.day}{clock}."
