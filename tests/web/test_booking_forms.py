"""Whatever is sent to the booking pages: a page that says so, never a bug, never a half booking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job
from fieldoffice.office import Office
from fieldoffice.services.booking.people import checked_person
from fieldoffice.services.booking.spots import find_site
from fieldoffice.web import booking
from tests.faults.processes import LONG
from tests.services.booking.stage import STREET, Opened, Stage, opened, stage_on
from tests.web.site import Served, serving

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)
ODD = ("", "a@example.com", "+12025550133", "0", "-1", "1772460000", "99999999999", "²", "1e9", "<b>", "\0")
NEARLY = st.one_of(TEXT, st.sampled_from(ODD))
R = TypeVar("R")
SOME = settings(max_examples=400 if LONG else 25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANSWERS = {200, 201, 303, 400, 403, 409, 413, 422, 429}


@pytest.fixture
def maker() -> Callable[[Office], Opened]:
    return opened


@pytest.fixture
def stage(sqlite_office: Office, begun_sqlite: tuple[str, Opened]) -> Stage:
    return stage_on(sqlite_office, begun_sqlite[1])


@pytest.fixture
def site(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(booking, "QUICKEST_S", 0)
    with serving(stage.office) as served:
        yield served


def tried(work: Callable[[], R], fields: set[str]) -> R | None:
    """What it answers, None where it refused by one of these fields."""
    try:
        return work()
    except Invalid as refused:
        strange = refused.fields.keys() - fields
    assert not strange
    return None


def whole(stage: Stage) -> bool:
    """Every booking has its customer, job, visit and row; nothing is there by halves."""
    tables = (Job, BookingRequest)
    counts = stage.office.see(lambda tx: [tx.session.scalar(select(func.count()).select_from(table)) for table in tables])
    visits = stage.office.see(lambda tx: tx.session.scalar(select(func.count()).where(Appointment.job_id.is_not(None))))
    new = stage.office.see(lambda tx: tx.session.scalar(select(func.count()).select_from(Customer)))
    return counts[0] == counts[1] == visits and new <= 1 + counts[0]


@SOME
@given(path=st.sampled_from(["/book", "/book/place", "/book/time", "/book/you", "/book/confirm"]),
       known=st.sets(st.sampled_from(["s", "a", "t", "p"])),
       fields=st.dictionaries(st.sampled_from(["service", "street", "city", "region", "postal_code", "time", "from", "name", "email",
                                               "phone", "notes", "website", "lang", "state"]), NEARLY))  # fmt: skip
def test_any_form_gets_a_page(stage: Stage, site: Served, path: str, known: set[str], fields: dict[str, str]) -> None:
    full = {"s": [stage.made.repair], "a": STREET, "t": 1772460000, "u": 1772460600, "w": [1772460000, 1772467200], "p": {}}
    state = {"v": "secret", "b": 0} | {key: value for key, value in full.items() if key in known | ({"u", "w"} if "t" in known else set())}
    if not {"s", "a"} <= known:  # a state of ours always holds what the steps before brought
        state = {"v": "secret", "b": 0}
    sealed = site.site.signer.seal(state, "book")
    answer = site.post(path, {"csrf": site.site.signer.token(""), "state": sealed} | fields)
    assert answer.status_code in ANSWERS, answer.status_code
    assert whole(stage)


@SOME
@given(name=TEXT, email=NEARLY, phone=NEARLY, notes=TEXT)
def test_a_person_is_right_or_refused_by_the_field(name: str, email: str, phone: str, notes: str) -> None:
    typed = {"name": name, "email": email, "phone": phone, "notes": notes}
    person = tried(lambda: checked_person(**typed, country="US"), set(typed))
    if person is None:
        return
    assert person.name.strip() == person.name != ""
    assert person.email or person.phone
    assert checked_person(name=person.name, email=person.email, phone=person.phone, notes=person.notes, country="US") == person


@SOME
@given(street=TEXT, city=TEXT, region=TEXT, postal_code=NEARLY)
def test_an_address_is_placed_or_refused_by_the_field(stage: Stage, street: str, city: str, region: str, postal_code: str) -> None:
    if "\0" in street + city + region + postal_code:
        return  # such a request is refused before any page
    typed = {"street": street, "city": city, "region": region, "postal_code": postal_code}
    site = tried(lambda: stage.door.see(find_site, **typed), set(typed))
    if site is None:
        return
    assert site.place is not None
    assert site.precision in {"house", "street", "postal_code", "nearby", "city", "depot"}
