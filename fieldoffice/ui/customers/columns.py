"""The columns of the list of customers."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from fieldoffice.services.customers.listing import ListedCustomer
from fieldoffice.ui.customers.words import KINDS, day_of, translate
from fieldoffice.ui.parts.rows import Column

MENU = "menu"
DOTS = "⋮"
FIRST_HIDDEN = ("kind", "places", "created")


def columns(zone: Callable[[], ZoneInfo]) -> list[Column[ListedCustomer]]:
    """`zone` gives the office's zone as it is known by then; the database sorts by the column's id."""
    def column(id: str, title: str, text: Callable[[ListedCustomer], str], width: int, *, right: bool = False,
               tip: Callable[[ListedCustomer], str] | None = None) -> Column[ListedCustomer]:
        return Column(id, translate("Customers", title), text, lambda row: row.id, right, width, tip)

    return [
        column("name", "Name", lambda r: r.name, 200, tip=lambda r: r.name),
        column("number", "Number", lambda r: r.number, 80),
        column("phone", "Phone", lambda r: r.phone, 124),
        column("email", "E-mail", lambda r: r.email, 196, tip=lambda r: r.email),
        column("city", "City", lambda r: r.city, 100, tip=_places),
        column("open", "Open visits", lambda r: str(r.open_visits) if r.open_visits else "–", 104, right=True),
        column("next", "Next visit", lambda r: day_of(r.next_at, zone()), 144),
        column("last", "Last visit", lambda r: day_of(r.last_at, zone()), 144),
        column("kind", "Kind", lambda r: KINDS.get(r.kind, r.kind), 100),
        column("places", "Addresses", lambda r: str(r.places), 88, right=True),
        column("created", "Since", lambda r: day_of(r.created_at, zone()), 144),
        Column(MENU, "", lambda _r: DOTS, None, width=36, tip=lambda _r: translate("Customers", "More (right click, or the menu key)")),
    ]


def _places(row: ListedCustomer) -> str:
    if not row.places:
        return translate("Customers", "No address yet")
    bare = f", {row.unplaced} without coordinates" if row.unplaced else ""
    return f"{row.places} address{'es' if row.places > 1 else ''}{bare}"
