"""The register of settings: each one once, with its words, its type, its default and what it must be.

The settings page, its search and its chapter of the guide are made from this list. To add a setting, add one `Spec` to
`REGISTER`; a value of the whole company is then read with `setting(tx, key)` and nothing else is needed. Where it lies:

- `company`: the column of `Company` that the key names after its dot;
- `office`: a row of `Setting`, for all desks;
- `place`: not a value but a part of the page of its own (a list of people, the street map): its words are searched too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldoffice.services.company import checks
from fieldoffice.services.company.booking_rules import BOOKING
from fieldoffice.services.company.borrowed import SCHEDULING, TRAVEL, WEATHER, travel_together, weather_together
from fieldoffice.services.company.message_rules import MESSAGES, messages_together
from fieldoffice.services.company.message_rules import SECTION as MESSAGE_SECTION
from fieldoffice.services.company.money_rules import MONEY
from fieldoffice.services.company.money_rules import SECTION as MONEY_SECTION
from fieldoffice.services.company.online_http import ONLINE_HTTP
from fieldoffice.services.company.request_rules import REQUESTS
from fieldoffice.services.company.request_rules import SECTIONS as REQUEST_SECTIONS
from fieldoffice.services.company.spec import Spec

SECTIONS: Mapping[str, tuple[str, str, str]] = {
    "company": ("Company", "corporate_fare", "What stands on papers and messages, and where the day starts on the map."),
    "hours": ("Hours and holidays", "schedule", "What an arrival window means here, and on which days nobody works."),
    "people": ("Users and rights", "group", "Who works with this program, and what each may do."),
    "fields": ("Custom fields", "edit_note", "Fields of your own on customers and jobs."),
    "numbering": ("Numbering", "sell", "How customers and jobs are numbered."),
    "scheduling": ("Scheduling", "calendar_month", "What a plan of the day cares for, weighed in minutes of driving."),
    "online": ("Online", "public", "Pages on the web: where they lie, how they look, and the program that serves them."),
    "booking": ("Online booking", "event_available", "Which free times customers may take by themselves, and the page where they do."),
    **REQUEST_SECTIONS,
    "messages": MESSAGE_SECTION,
    "money": MONEY_SECTION,
    "connections": ("Connections", "hub", "Services in the network that the program may ask."),
    "secrets": ("Office key", "key", "Gate codes and passwords lie sealed under one key, which this computer holds."),
    "machine": ("This computer", "keyboard", "These settings belong to this computer; each one may have its own."),
}
"""The sections of the page in its order: title, icon, one sentence."""


WEEKDAYS = tuple(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")))
PAPERS = (("Letter", "Letter (8.5 × 11 in)"), ("A4", "A4 (210 × 297 mm)"))

COMPANY = (
    Spec("company.name", "company", "Company name", store="company", required=True, search="firm business title"),
    Spec("company.street", "company", "Street and number", store="company", group="Address", search="address office depot"),
    Spec("company.city", "company", "City", store="company", group="Address", search="address town"),
    Spec("company.region", "company", "State or region", store="company", beside=True, group="Address", search="address province"),
    Spec("company.postal_code", "company", "Postal code", store="company", beside=True, group="Address", search="address zip"),
    Spec("company.country", "company", "Country", "country", "company", group="Address", check=checks.country,
         hint="New addresses lie here unless they say otherwise."),
    Spec("company.place", "company", "Coordinates", "place", "company", default=None, group="Address", check=checks.place,
         hint="Latitude and longitude of the office: routes start and end here unless a provider has a place of their own.",
         search="pin map latitude longitude depot start"),
    Spec("company.phone", "company", "Phone", store="company", group="To reach you", search="telephone call number"),
    Spec("company.email", "company", "E-mail", "email", "company", beside=True, group="To reach you", check=checks.email,
         search="mail reply"),
    Spec("company.zone", "company", "Time zone", "zone", "company", group="Day and paper", check=checks.zone, required=True,
         hint="Days begin and end by this clock. Visits that are planned keep their instant, so their time of day would move.",
         search="timezone clock"),
    Spec("company.first_weekday", "company", "A week begins on", "choice", "company", default=6, choices=WEEKDAYS,
         group="Day and paper", check=checks.weekday, search="first weekday calendar monday sunday"),
    Spec("company.paper", "company", "Paper", "choice", "company", default="Letter", choices=PAPERS, group="Day and paper",
         check=checks.paper, search="print letter a4 size day sheet"),
)  # fmt: skip

WINDOW_HINT = "Applies to promises made from now on; visits promised earlier keep their hours."
HOURS = (
    *(Spec(f"windows.{kind}_{end}", "hours", words, "minutes", default=minutes, check=checks.minutes, group="Arrival windows",
           beside=end == "to", hint=hint, required=True, search=f"promise window arrival {search}")
      for kind, end, words, minutes, hint, search in (
          ("am", "from", "Morning from", 8 * 60, "", "am"), ("am", "to", "Morning until", 12 * 60, "", "am"),
          ("pm", "from", "Afternoon from", 12 * 60, "", "pm"), ("pm", "to", "Afternoon until", 17 * 60, "", "pm"),
          ("all_day", "from", "All day from", 8 * 60, "", "business opening"),
          ("all_day", "to", "All day until", 17 * 60, WINDOW_HINT, "business closing"))),
    Spec("hours.holidays", "hours", "Holidays", "own", "place", search="public holiday closed day off vacation calendar",
         hint="Days on which nobody works, unless a provider's hours for that day say otherwise."),
)  # fmt: skip

PLACES = (
    Spec("people.users", "people", "Users", "own", "place", search="staff people login password role owner dispatcher add remove",
         hint="Everybody who may sign in."),
    Spec("people.roles", "people", "What each role may do", "own", "place", search="rights permission access roles table",
         hint="Rights are checked wherever something is changed, not only on the screen."),
    Spec("fields.customer", "fields", "Fields of customers", "own", "place", search="custom own additional required",
         hint="Shown on every customer. A field that is retired keeps what was entered."),
    Spec("fields.job", "fields", "Fields of jobs", "own", "place", search="custom own additional required",
         hint="Shown on every job. A required field must be filled before a job can be saved."),
    Spec("numbering.series", "numbering", "Numbers of customers and jobs", "own", "place", search="prefix next counter",
         hint="A number that was given once is never given again."),
    Spec("secrets.key", "secrets", "Office key and recovery phrase", "own", "place",
         search="secret encryption keyring recovery phrase words backup gate access code password passphrase",
         hint="Whoever restores a backup on a new computer needs the recovery phrase."),
    Spec("machine.streets", "machine", "Street map", "own", "place", search="tiles streets pmtiles mbtiles openstreetmap offline",
         hint="Streets under the map."),
)  # fmt: skip

HIDDEN = (Spec("clock_ahead_s", "machine", "Clock of a sample company", "hidden", default=0),)
"""`clock_ahead_s` lets a sample company live at office hours whenever it is made."""

GEOCODERS = (("", "Nobody"), ("nominatim", "Nominatim, or a service that speaks like it"), ("census", "US Census (addresses in the US)"))
CONNECTIONS: tuple[Spec, ...] = (
    Spec("geocoder.source", "connections", "Who is asked where addresses lie", "choice", default="", choices=GEOCODERS,
         group="Coordinates of addresses", search="geocoding geocoder coordinates latitude longitude map pin openstreetmap",
         hint="The addresses of customers are sent there, one a second at most, and only while a service is chosen here."),
    Spec("geocoder.url", "connections", "Address of the service", "link", default="", group="Coordinates of addresses",
         search="geocoding nominatim url server own",
         hint="Empty for the public one. The public Nominatim is for light use: run your own for long lists."),
    Spec("geocoder.offline", "connections", "Place addresses by their postal code", "yes_no", default=True,
         group="Coordinates of addresses", search="geocoding offline zip fallback",
         hint="Near the middle of a US postal code, without asking anybody; a better answer or your pin replaces it."),
)  # fmt: skip

REGISTER: tuple[Spec, ...] = (*COMPANY, *HOURS, *PLACES, *SCHEDULING, *CONNECTIONS, *TRAVEL, *WEATHER, *ONLINE_HTTP, *BOOKING,
                               *REQUESTS, *MESSAGES, *MONEY, *HIDDEN)  # fmt: skip
TOGETHER = (checks.windows, travel_together, weather_together, checks.geocoder, messages_together)
"""Rules over several settings: each takes all values and names what is wrong by key."""
SETTINGS: dict[str, Any] = {spec.key: spec.default for spec in REGISTER if spec.store == "office"}
"""Every setting that lies in a row of its own, with its default."""
_BY_KEY = {spec.key: spec for spec in REGISTER}


def spec(key: str) -> Spec:
    """The setting of that key; KeyError when nobody registered it."""
    return _BY_KEY[key]


def section_of(id: str) -> tuple[Spec, ...]:
    """The settings of one section in the order of the page."""
    return tuple(one for one in REGISTER if one.section == id and one.kind != "hidden")


def found(text: str) -> tuple[Spec, ...]:
    """The settings that hold all these words in their words, hints, groups, sections or further words."""
    wanted = text.casefold().split()
    shown = [one for one in REGISTER if one.kind != "hidden"]
    return tuple(one for one in shown if wanted and all(word in _haystack(one) for word in wanted))


def _haystack(one: Spec) -> str:
    title = SECTIONS[one.section][0]
    choices = " ".join(words for _, words in one.choices)
    return " ".join((title, one.group, one.words, one.hint, one.search, choices)).casefold()
