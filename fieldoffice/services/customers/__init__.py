"""Customers, the places where they are served, whom to call, and what was ever done for them.

What nearly everybody needs stands here; the pages of customers take the rest from the modules of this package.
"""

from __future__ import annotations

from fieldoffice.services.customers.adding import add_contact, add_customer, add_location
from fieldoffice.services.customers.finding import find, locations
from fieldoffice.services.customers.rows import CustomerRow, LocationRow, location_row

__all__ = ["CustomerRow", "LocationRow", "add_contact", "add_customer", "add_location", "find", "location_row", "locations"]
