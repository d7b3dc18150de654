"""Countries with what they propose to a new company, from Qt's own tables; and the form of a database address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from PySide6.QtCore import QLocale, QTimeZone

from fieldoffice.models.errors import Invalid

LETTER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE", "GT", "CR", "DO", "SV", "NI", "PA", "PR"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What fits a country: its zones with the likeliest, its currency, its paper."""

    zones: tuple[str, ...]
    zone: str
    currency: str
    paper: str


@cache
def countries() -> list[tuple[str, str]]:
    """(two-letter code, English name), by name."""
    codes = {QLocale.territoryToCode(one): QLocale.territoryToString(one) for one in QLocale.Country}
    known = [(code, name) for code, name in codes.items() if len(code) == 2 and code.isalpha() and zones(code)]
    return sorted(known, key=lambda pair: pair[1])


def here() -> str:
    """The country of this machine's settings, the United States where they name none."""
    code = QLocale.territoryToCode(QLocale.system().territory())
    return code if code in dict(countries()) else "US"


def zones(country: str) -> tuple[str, ...]:
    """The IANA zones of a country."""
    found = QTimeZone.availableTimeZoneIds(QLocale.codeToTerritory(country))
    names = {bytes(one.data()).decode("ascii") for one in found}
    return tuple(sorted(names & _zones()))


def proposal(country: str) -> Proposal:
    """What a new company in `country` most likely wants."""
    names = zones(country)
    mine = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii")
    likely = mine if mine in names else _main_zone(country, names)
    return Proposal(names, likely, _currency(country), "Letter" if country in LETTER else "A4")


@cache
def currencies() -> list[tuple[str, str]]:
    """(ISO code, code and English name) of the currencies in use, by code; the country where there is no English name."""
    everywhere, every_script = QLocale.Country.AnyTerritory, QLocale.Script.AnyScript
    found: dict[str, str] = {}
    for language in (QLocale.Language.English, QLocale.Language.AnyLanguage):
        for locale in QLocale.matchingLocales(language, every_script, everywhere):
            code = locale.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode)
            if len(code) == 3:
                found.setdefault(code, f"{code} – {_money_name(locale)}")
    return sorted(found.items())


def _money_name(locale: QLocale) -> str:
    if locale.language() == QLocale.Language.English:
        return locale.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyDisplayName)
    return QLocale.territoryToString(locale.territory())


def checked_address(text: str) -> str:
    """A PostgreSQL address as typed, stripped; Invalid(address=…) when it cannot be one."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        whole = parts.scheme == "postgresql" and bool(parts.hostname) and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise Invalid(address="This does not look like a database address. It has the form postgresql://user@server/name.")
    return address


@cache
def _zones() -> frozenset[str]:
    """Read once: looking through the zone files takes a while."""
    return frozenset(available_timezones())


def _main_zone(country: str, names: tuple[str, ...]) -> str:
    usual = {"US": "America/New_York", "CA": "America/Toronto", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
             "MX": "America/Mexico_City", "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "RU": "Europe/Moscow",
             "DE": "Europe/Berlin", "NZ": "Pacific/Auckland", "CL": "America/Santiago"}
    wanted = usual.get(country, "")
    return wanted if wanted in names else names[0] if names else "UTC"


def _currency(country: str) -> str:
    spoken = QLocale(QLocale.Language.AnyLanguage, QLocale.codeToTerritory(country))
    code = spoken.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode)
    return code if len(code) == 3 else "USD"
