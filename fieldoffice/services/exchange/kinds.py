"""What can be imported, and what each column of it means: our own titles and the names that others give the same thing.

A column's target is a field's id; where a row may carry several of a kind (addresses), the second is `street#2` and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fieldoffice.models.staff import Right

MOST_PLACES = 9
"""How many addresses one row may carry."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column may mean. `names` are those of other programs; `most` is how long a text may be."""

    id: str
    title: str
    type: str = "text"
    names: tuple[str, ...] = ()
    required: bool = False
    most: int = 200
    hint: str = ""
    again: bool = False  # a row may carry several of them


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list: its title, what one row is called, the right it takes, and its fields in order."""

    id: str
    title: str
    one: str
    right: Right
    fields: tuple[Field, ...]
    several: tuple[str, ...] = ()  # of these at least one must be there

    def field(self, target: str) -> Field:
        """The field behind a target such as `street#2`; KeyError where there is none."""
        return {field.id: field for field in self.fields}[target.partition("#")[0]]


def f(id: str, title: str, *names: str, type: str = "text", required: bool = False, most: int = 200, hint: str = "") -> Field:
    return Field(id, title, type, names, required, most, hint)


def place(id: str, title: str, *names: str, type: str = "text", most: int = 100) -> Field:
    return Field(id, title, type, names, most=most, again=True)


PLACE = (
    place("label", "Address label", "Location name", "Property Name", "Service Property Name", most=60),
    place("street", "Street", "Service street", "Service Street 1", "Street 1", "Property Street", "Address_1 Street Line 1",
          "Street Address", "Address", "Address 1", "Address line 1", "Ship to street", "Shipping Street", most=200),
    place("street_2", "Street 2", "Service Street 2", "Address_1 Street Line 2", "Address 2", "Address line 2", "Unit", "Apt",
          "Suite", "Shipping Street 2", most=100),
    place("city", "City", "Service city", "Address_1 City", "Town", "Shipping City", most=100),
    place("region", "State", "Service State", "Service Province", "Province", "Region", "State/Province", "Address_1 State",
          "Shipping State", most=60),
    place("postal_code", "Postal code", "ZIP", "Zip code", "ZIP/Postal code", "Service Zip code", "Service Zip",
          "Service Postal code", "Address_1 Postal Code", "Postcode", "Zipcode", "Shipping ZIP", "Shipping Postal Code", most=20),
    place("country", "Country", "Service Country", "Address_1 Country", "Shipping Country", type="country"),
    place("lat", "Latitude", "Lat", type="latitude"),
    place("lon", "Longitude", "Lon", "Lng", type="longitude"),
    place("place_notes", "Notes on the address", "Address_1 Notes", "Access notes", "Property notes", most=20_000),
)  # fmt: skip

BILLING = (
    f("bill_street", "Billing street", "Billing Street 1", "Billing address", "Bill to street", "Billing Address line 1"),
    f("bill_street_2", "Billing street 2", "Billing Street 2", "Billing Address line 2", most=100),
    f("bill_city", "Billing city", "Bill to city", most=100),
    f("bill_region", "Billing state", "Billing Province", "Billing region", "Bill to state", most=60),
    f("bill_postal_code", "Billing postal code", "Billing ZIP", "Billing Zip code", "Bill to ZIP", most=20),
    f("bill_country", "Billing country", "Bill to country", type="country"),
)

CONTACT = (
    f("contact", "Contact", "Contact name", "Primary contact", "Main contact"),
    f("contact_role", "Contact's role", "Role", "Job title", "Position", most=60),
    f("contact_email", "Contact's e-mail", "Contact email", type="email"),
    f("contact_phone", "Contact's phone", "Contact phone", type="phone"),
)

CUSTOMERS = Kind("customers", "Customers", "customer", Right.EDIT_CUSTOMERS, (
    f("number", "Number", "Customer number", "Customer no", "Account number", "Account no.", "Customer ID", type="code", most=20),
    f("name", "Name", "Display name", "Customer", "Customer name", "Client name", "Client", "Full name", "Customer full name"),
    f("first_name", "First name", "Given name", "First", most=100),
    f("last_name", "Last name", "Family name", "Surname", "Last", most=100),
    f("company", "Company", "Company name", "Business name", "Organization"),
    f("kind", "Kind", "Customer type", "Is Company?", "Type", type="customer_kind"),
    f("email", "E-mail", "Email", "E-mails", "Email address", "Main email", "Emails", type="emails", most=1000),
    f("email_2", "Further e-mails", "Additional emails", "CC email", type="emails", most=1000),
    f("phone", "Phone", "Phone number", "Main Phone #s", "Main phone", "Phone numbers", "Telephone", "Primary phone", type="phones"),
    f("mobile", "Mobile phone", "Mobile", "Mobile Number", "Mobile Phone #s", "Cell phone", "Cell", type="phones"),
    f("home_phone", "Home phone", "Home Number", "Home Phone #s", type="phones"),
    f("work_phone", "Work phone", "Work Number", "Work Phone #s", "Alt. phone", "Alternate phone", type="phones"),
    f("notes", "Notes", "Note", "Client notes", "Customer notes", "Comments", most=20_000),
    *PLACE, *BILLING, *CONTACT,
    f("parent", "Main customer", "Parent customer", "Parent", "Sub customer of", most=200),
    f("bill_to", "Bill to customer", "Pays for it", most=200),
    f("channel", "Messages by", "Preferred channel", type="channel"),
    f("language", "Language", type="language", most=8),
    f("active", "Active", "Is active", type="yes_no"),
    f("archived", "Archived", "Do Not Service", type="yes_no"),
    f("join", "Record id", "J-ID", "ID", "Client ID", most=60,
      hint="Joins rows of one customer; it is not kept."),
), several=("name", "first_name", "last_name", "company"))  # fmt: skip

LOCATIONS = Kind("locations", "Locations", "location", Right.EDIT_CUSTOMERS, (
    f("customer", "Customer", "Customer number", "Customer name", "Client", "Client name", "Display name", required=True,
      hint="Number, name or e-mail of a customer that is there already."),
    f("customer_email", "Customer's e-mail", "Email", "E-mail", "E-mails", type="emails", most=1000),
    *(Field(p.id, p.title, p.type, p.names, p.id == "street", p.most) for p in PLACE),
    f("place_kind", "Kind of address", "Address type", type="place_kind"),
    f("active", "Active", type="yes_no"),
))  # fmt: skip

SERVICES = Kind("services", "Services", "service", Right.EDIT_CATALOG, (
    f("code", "Code", "Item code", "SKU", "Task code", "Product/Service ID", "UUID", type="code", most=20),
    f("name", "Name", "Service", "Service name", "Item", "Product/Service", "Product/Service Name", "Item name", required=True),
    f("kind", "Kind", "Type", "Item type", "Category type", type="item_kind"),
    f("description", "Description", "Sales description", most=20_000),
    f("price", "Price", "Unit price", "Default unit price", "Rate", "Sales price", "Sales Price / Rate", "Sales price/rate", type="money"),
    f("minutes", "Duration", "Duration (minutes)", "Minutes", type="duration"),
    f("buffer", "Extra time", "Buffer", "Buffer (minutes)", type="duration"),
    f("tax", "Tax", "Tax rate", "Tax name", "Sales tax", most=100),
    f("skills", "Skills", "Skill", "Required skills", most=1000),
    f("outdoor", "Outdoor", type="yes_no"),
    f("bookable", "Bookable online", "Online booking", "Bookable", type="bookable"),
    f("active", "Active", "Is active", type="yes_no"),
))  # fmt: skip

PROVIDERS = Kind("providers", "Providers", "provider", Right.EDIT_PROVIDERS, (
    f("name", "Name", "Full name", "Employee", "Employee name", "Technician", "User"),
    f("first_name", "First name", most=100),
    f("last_name", "Last name", most=100),
    f("kind", "Kind", "Type", "Employment", type="provider_kind"),
    f("email", "E-mail", "Email", "Email address", type="email"),
    f("phone", "Phone", "Mobile", "Mobile number", "Mobile phone", "Phone number", type="phone"),
    f("skills", "Skills", "Skill", "Trades", most=1000),
    f("color", "Color", type="color", most=7),
    f("start_label", "Starts at", "Home address", "Start address"),
    f("start_lat", "Start latitude", type="latitude"),
    f("start_lon", "Start longitude", type="longitude"),
    f("active", "Active", type="yes_no"),
), several=("name", "first_name", "last_name"))  # fmt: skip

JOBS = Kind("jobs", "Future jobs", "job", Right.EDIT_JOBS, (
    f("number", "Number", "Job #", "Job number", "Job no.", type="code", most=20),
    f("customer", "Customer", "Customer number", "Customer name", "Client name", "Client", "Display name", required=True,
      hint="Number, name or e-mail of a customer that is there already."),
    f("customer_email", "Customer's e-mail", "Email", "Client email", "Customer email", type="emails", most=1000),
    f("customer_phone", "Customer's phone", "Phone", "Client phone", "Customer mobile number", type="phones"),
    f("street", "Street", "Address", "Service street", "Property address", "Service address", "Service Street 1", "Service property"),
    f("postal_code", "Postal code", "ZIP", "Zip code", "Zipcode", "Service ZIP", "Service Zip code", most=20),
    f("services", "Services", "Service", "Line items", "Service type", most=2000),
    f("title", "Title", "Job title", "Job description", "Description", most=200),
    f("on", "Day", "Date", "Scheduled start date", "Job scheduled start date", "Start date", "Scheduled date", type="date_time"),
    f("at", "Time", "Start time", "Scheduled start time", type="time"),
    f("until", "End", "End time", "Scheduled end date", "Job scheduled end date", "Scheduled end time", type="date_time"),
    f("window", "Arrival window", "Window", "Promise", type="window"),
    f("minutes", "Duration", "Duration (minutes)", "Minutes", type="duration"),
    f("providers", "Providers", "Provider", "Assigned to", "Assigned employees", "Team", "Visits assigned to", most=500),
    f("priority", "Priority", type="priority"),
    f("notes", "Notes", "Instructions", "Job notes", "Special instructions", most=20_000),
))  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.id: kind for kind in (CUSTOMERS, LOCATIONS, SERVICES, PROVIDERS, JOBS)}


def title_of(kind: Kind, target: str) -> str:
    """What a target is called: "Street", "Street (address 2)", or the company's own field as `custom.<key>`."""
    id, _, n = target.partition("#")
    if id.startswith("custom."):
        return id.removeprefix("custom.")
    title = kind.field(id).title
    return f"{title} (address {n})" if n else title
