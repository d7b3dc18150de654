"""Two customers with everything that a page can be about, each with a text of their own in every place it can stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, text, update

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.base import Table
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.states import ProposalState, RequestState
from fieldoffice.models.tables import metadata
from fieldoffice.models.web import PrivateLink, WebSession
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.dispatch import moves
from fieldoffice.services.links import hash_of, make_link
from fieldoffice.services.websessions import begin_session
from tests import make
from tests.make import at
from tests.web.site import Served

UNTOUCHED = {"rate_count"}
DAY = date(2026, 3, 5)
PURPOSES = ("booking", "request", "proposal", "signin")


@dataclass
class Person:
    """One customer: `links` a private link for each purpose, `ids` what stands in paths, `session` a cookie's token."""

    mark: str
    customer: int
    links: dict[str, str] = field(default_factory=dict[str, str])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    session: str = ""


@dataclass
class Cast:
    office: Office
    made: make.Made
    ada: Person
    ben: Person


Company = tuple[make.Made, Person, Person]


def company(office: Office) -> Company:
    """A small company with Ada and Ben, each with a booked visit, a request and a proposal; Ana drives to Ada, Bo to Ben."""
    made = make.small(office)
    office.do(lambda tx: tx.session.execute(update(CatalogItem).where(CatalogItem.id == made.repair).values(bookable="both")))
    ada, ben = (_person(office, made, mark, provider, n) for n, (mark, provider) in enumerate((("ada", made.ana), ("ben", made.bo))))
    return made, ada, ben


def _person(office: Office, made: make.Made, mark: str, provider: int, n: int) -> Person:
    secret = f"secretmark-{mark}"
    customer, location = office.do(_customer, secret, n)
    visit = make.job(office, make.Made(**{**made.__dict__, "customer": customer}), location=location, on=DAY,
                     title=f"{secret}-title").appointment_id  # fmt: skip
    office.do(moves.place, visit, version=1, provider_ids=(provider,), starts_at=at(13, on=DAY))
    person = Person(secret, customer)
    office.do(_asked, person, location, visit, made.repair)
    token = office.do(lambda tx: make_link(tx, "signin", tx.get(Customer, customer), customer_id=customer))
    person.session = office.outside("customer").do(begin_session, token)
    return person


def _customer(tx: Tx, mark: str, n: int) -> tuple[int, int]:
    id = customers.add_customer(tx, name=f"{mark}-name", email=f"{mark}@example.com", phone=f"+1202555017{n}", notes=f"{mark}-notes")
    customer = tx.get(Customer, id)
    customer.onboarded_at = tx.now
    place = customers.add_location(tx, id, street=f"{n + 7} {mark}-street", city="Washington", region="DC", postal_code="20001",
                                   place=make.PLACES[n + 2])  # fmt: skip
    tx.get(Location, place).label = f"{mark}-label"
    return id, place


def _asked(tx: Tx, person: Person, location: int, visit_id: int, item: int) -> None:
    """A request with an open proposal, and a link of every kind."""
    mark, customer = person.mark, tx.get(Customer, person.customer)
    request = tx.add(BookingRequest(number=f"R-{mark}", customer_id=customer.id, location_id=location, item_id=item, wish=f"{mark}-wish",
                                    state=RequestState.COUNTER_PROPOSED, wished_on=["2026-03-05"], notes=f"{mark}-wishes",
                                    created_at=tx.now))  # fmt: skip
    proposal = tx.add(Proposal(request_id=request.id, starts_at=at(15, on=DAY), expires_at=tx.now + timedelta(days=2),
                               state=ProposalState.OPEN, message=f"{mark}-message", created_at=tx.now))  # fmt: skip
    visit = tx.get(Appointment, visit_id)
    at_home = {"street": f"{mark}-street", "city": "Washington", "region": "DC", "postal_code": "20001"}
    tx.add(BookingRequest(kind="booking", number=f"B-{mark}", customer_id=customer.id, location_id=location, item_id=item, address=at_home,
                          state=RequestState.CONFIRMED, wished_on=["2026-03-02"],
                          details={"services": [f"{mark}-service"], "work_s": 3600, "name": f"{mark}-typed", "email": "", "phone": ""},
                          job_id=visit.job_id, appointment_id=visit_id, created_at=tx.now))  # fmt: skip
    about: dict[str, Table] = {"booking": visit, "request": request, "proposal": proposal, "signin": customer}
    assert set(about) == set(PURPOSES)
    person.links = {purpose: make_link(tx, purpose, row, customer_id=customer.id) for purpose, row in about.items()}
    person.ids = {"id": request.public_id, "n": "0", "form": mark, "name": "site.css"}


def spoil(office: Office, token: str, **columns: Any) -> None:
    """Change a link behind its back: expired, revoked, used."""
    query = update(PrivateLink).where(PrivateLink.token_hash == hash_of(token)).values(**columns)
    office.do(lambda tx: tx.session.execute(query))


def end(office: Office, session: str, **columns: Any) -> None:
    query = update(WebSession).where(WebSession.token_hash == hash_of(session)).values(**columns)
    office.do(lambda tx: tx.session.execute(query))


def stored(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a request may not touch without being told to."""
    def rows(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
        return {table.name: sorted((tuple(map(repr, row)) for row in tx.session.execute(select(table))), key=repr)
                for table in metadata.sorted_tables if table.name not in UNTOUCHED}  # fmt: skip

    return office.see(rows)


def changes(office: Office) -> int:
    """How many rows were ever written, as the database itself counts: nothing that was changed and changed back escapes it."""
    def count(tx: Tx) -> int:
        if not office.shared:
            return len(tx.session.execute(text("pragma data_version")).all())
        tx.session.execute(text("select pg_stat_force_next_flush()"))
        query = "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_stat_user_tables where relname not in ('rate_count')"
        return int(tx.session.execute(text(query)).scalar_one())

    return office.see(count)


def cookie(person: Person | None) -> dict[str, str]:
    return {"Cookie": f"session={person.session}"} if person and person.session else {}


def form_of(served: Served, bound: str) -> dict[str, str]:
    """A form with the right token for who it is bound to."""
    return {"csrf": served.site.signer.token(bound)}
