"""Where a stranger's address lies, by what is known without asking anybody; the office's depot where nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select

from fieldoffice.models.customer import Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.outside import GeocodeAnswer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.checking import too_long
from fieldoffice.services.customers.rows import one_line
from fieldoffice.services.geo import Point
from fieldoffice.services.geocoding.offline import by_postal_code
from fieldoffice.services.geocoding.words import Address
from fieldoffice.services.words import marked

DEPOT = "depot"
STREET = marked("Please give the street and number.")
TOO_LONG = marked("This text is too long.")
CODE = marked("Please give the postal code.")
ENOUGH = 200


@dataclass(frozen=True, slots=True)
class Site:
    """An address as it was typed, and where drives to it are counted to.

    `precision` is house, street, postal_code, nearby (other customers there), or depot where nobody knows the place.
    """

    street: str
    city: str
    region: str
    postal_code: str
    country: str
    place: Point | None
    precision: str

    @property
    def known(self) -> Point | None:
        """The place as far as it may be written into the customer's file."""
        return None if self.precision == DEPOT else self.place

    @property
    def placed_by(self) -> str:
        return {DEPOT: "", "nearby": "postal_code"}.get(self.precision, self.precision)

    @property
    def line(self) -> str:
        return one_line(self.street, self.city, self.region, self.postal_code)


def find_site(tx: Tx, *, street: str, city: str = "", region: str = "", postal_code: str = "") -> Site:
    """Place a typed address; refused by the field where it is none."""
    tx.require(Right.ONLINE)
    street, city, region, postal_code = (" ".join(text.split()) for text in (street, city, region, postal_code))
    wrong = dict.fromkeys(too_long(street=street, city=city, region=region, postal_code=postal_code), TOO_LONG)
    if not street:
        wrong["street"] = STREET
    if not (postal_code or city):
        wrong["postal_code"] = CODE
    if wrong:
        raise Invalid(**wrong)
    address = Address(street, city, region, postal_code, tx.company.country)
    place, precision = near(tx, address) or _depot(tx)
    return Site(street, city, region, postal_code, address.country, place, precision)


def near(tx: Tx, address: Address) -> tuple[Point, str] | None:
    """Where an address lies as far as this office knows, and how precisely."""
    return _asked_before(tx, address) or _by_code(address) or _nearby(tx, address)


def _asked_before(tx: Tx, address: Address) -> tuple[Point, str] | None:
    """What a geocoder said of this very address, for whoever it was."""
    query = select(GeocodeAnswer).where(GeocodeAnswer.address == address.line, GeocodeAnswer.lat.is_not(None)).limit(1)
    row = tx.session.scalars(query).first()
    return None if row is None or row.lat is None or row.lon is None else ((row.lat, row.lon), row.precision or "street")


def _by_code(address: Address) -> tuple[Point, str] | None:
    spot = by_postal_code(address)
    return None if spot is None else ((spot.lat, spot.lon), spot.precision)


def _nearby(tx: Tx, address: Address) -> tuple[Point, str] | None:
    """The middle of where other customers of that postal code live: outside the US there is no list of codes here."""
    code = func.upper(Location.postal_code) == address.postal_code.upper()
    query = select(Location.lat, Location.lon).where(code, Location.country == address.country, Location.lat.is_not(None))
    rows = tx.session.execute(query.limit(ENOUGH)) if address.postal_code else ()
    found = [(lat, lon) for lat, lon in rows if lat is not None and lon is not None]
    return ((median([lat for lat, _ in found]), median([lon for _, lon in found])), "nearby") if found else None


def _depot(tx: Tx) -> tuple[Point | None, str]:
    company = tx.company
    return (None if company.lat is None or company.lon is None else (company.lat, company.lon)), DEPOT
