"""Understanding one cell: the text that stands there becomes a value, or a sentence says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from fieldoffice.services.customers.checking import email_problem
from fieldoffice.services.exchange.headings import folded

MOST_CENTS = 10**12
WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +(?=\S)", re.IGNORECASE)


class Unreadable(ValueError):
    """A cell that cannot be understood; `str(error)` is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How this office writes things: its country, the decimals of its currency, and whether 3/4 is March 4."""

    country: str = "US"
    exponent: int = 2
    month_first: bool = True


def understand(type: str, text: str, ways: Ways) -> Any:
    """The value of a cell that is not empty; raises Unreadable in words."""
    return READERS[type](text, ways)


def money(text: str, ways: Ways) -> int:
    """Minor units: "$1,250.00", "1.250,00 €", "1250"."""
    plain = re.sub(r"[^\d.,()\-−]", "", text).replace("−", "-")
    minus = plain.startswith(("-", "(")) or plain.endswith("-")
    try:
        value = (Decimal(_point(plain.strip("()-"))) * 10**ways.exponent).quantize(Decimal(1))
    except (InvalidOperation, ValueError):
        raise Unreadable(f"“{text}” is not an amount of money.") from None
    if abs(value) > MOST_CENTS:
        raise Unreadable(f"“{text}” is more than any price.")
    return -int(value) if minus else int(value)


def _point(digits: str) -> str:
    """Digits with a decimal point, whichever of point and comma the writer used for it."""
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", digits):
        raise Unreadable("")
    last = max(digits.rfind("."), digits.rfind(","))
    sign = digits[last] if last >= 0 else ""
    tail = len(digits) - last - 1
    whole = last < 0 or (digits.count(sign) > 1) or (tail == 3 and sign == "," and digits.count(".") == 0)
    if whole:
        return re.sub(r"[.,]", "", digits)
    return re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :]


def duration(text: str, _ways: Ways) -> int:
    """Seconds: "90" are minutes, "1:30", "1.5 h", "2 hours", "45 min"."""
    plain = text.strip().casefold()
    if clock := re.fullmatch(r"(\d{1,3}):(\d{2})(?::\d{2})?", plain):
        return _within_a_day(int(clock[1]) * 3600 + int(clock[2]) * 60)
    both = re.fullmatch(r"(?:(\d+(?:[.,]\d+)?)\s*h(?:ours?|rs?|r)?)?\s*(?:(\d+(?:[.,]\d+)?)\s*(?:m(?:in(?:ute)?s?)?)?)?\.?", plain)
    if not plain or both is None:
        raise Unreadable(f"“{text}” is not a duration; write minutes, or 1:30.")
    hours, minutes = (float((part or "0").replace(",", ".")) for part in both.groups())
    return _within_a_day(round(hours * 3600 + minutes * 60))


def _within_a_day(seconds: int) -> int:
    if seconds > 24 * 3600:
        raise Unreadable("A visit lasts at most 24 hours.")
    return seconds


@lru_cache(maxsize=4096)
def day(text: str, ways: Ways) -> date:
    """A civil day: 2026-03-02, 3/2/2026 as the office's country writes it, Mar 2, 2026."""
    plain = re.sub(r"\s+", " ", WEEKDAY.sub("", text.strip()))
    slashes = ("%m/%d/%Y", "%m/%d/%y") if ways.month_first else ("%d/%m/%Y", "%d/%m/%y")
    forms = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", *slashes, *(s.replace("/", "-") for s in slashes), "%d.%m.%Y", "%d.%m.%y",
             "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y")  # fmt: skip
    for form in forms:
        try:
            found = datetime.strptime(plain, form).date()
        except ValueError:
            continue
        if 1990 <= found.year <= 2100:
            return found
    raise Unreadable(f"“{text}” is not a day; write it as 2026-03-02.")


def minute(text: str, _ways: Ways) -> int:
    """Minutes after midnight: 8:30, 08:30, 8:30 AM, 8 pm."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*([ap])?\.?(?:m\.?)?", text.strip().casefold())
    if found is None or (not found[2] and not found[3]):
        raise Unreadable(f"“{text}” is not a time of day; write it as 08:30.")
    hours, minutes = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hours <= 12:
            raise Unreadable(f"“{text}” is not a time of day; write it as 08:30.")
        hours = hours % 12 + 12 * (found[3] == "p")
    if hours > 23 or minutes > 59:
        raise Unreadable(f"“{text}” is not a time of day; write it as 08:30.")
    return hours * 60 + minutes


def day_and_minute(text: str, ways: Ways) -> tuple[date | None, int | None]:
    """A day, a time, or both: "2026-03-02 08:30", "3/2/2026 8:30 AM", "2026-03-02T08:30:00"."""
    plain = re.sub(r"(?<=\d)[Tt](?=\d)", " ", text.strip())
    plain = re.sub(r"(?<=:\d\d)(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$", "", plain)
    parted = re.fullmatch(r"(.+?)[ ,]+(?:at )?(\d{1,2}(?:[:.]\d{2}){1,2}\s*(?:[ap]\.?m?\.?)?|\d{1,2}\s*[ap]\.?m\.?)", plain, re.IGNORECASE)
    if parted:
        return day(parted[1].strip(" ,"), ways), minute(parted[2], ways)
    try:
        return None, minute(plain, ways)
    except Unreadable:
        return day(plain, ways), None


def email(text: str, _ways: Ways) -> str:
    found = text.strip().removeprefix("mailto:").strip(" <>")
    if words := email_problem(found):
        raise Unreadable(f"“{text}”: {words[0].lower()}{words[1:]}")
    return found


def emails(text: str, ways: Ways) -> tuple[str, ...]:
    """One address or several, however they are separated."""
    parts = (part for part in re.split(r"[,;\n]|\s+(?=\S+@)", text) if part.strip())
    return tuple(dict.fromkeys(email(part, ways) for part in parts))


def phone(text: str, ways: Ways) -> str:
    """A number as +12025550101 where it can be one of the office's country; as it stands where only its digits are there."""
    return _phone(text.strip(), ways.country)


def phones(text: str, ways: Ways) -> tuple[str, ...]:
    """One number or several: "202-555-0101, 202-555-0102"."""
    parts = (part for part in re.split(r"[,;\n/]| or ", text) if part.strip())
    return tuple(dict.fromkeys(phone(part, ways) for part in parts))


@lru_cache(maxsize=65_536)
def _phone(text: str, country: str) -> str:
    import phonenumbers  # large, and only imports and exports of numbers need it here

    digits = sum(c.isdigit() for c in text)
    if digits < 4 or len(text) > 40:
        raise Unreadable(f"“{text}” is not a telephone number.")
    try:
        found = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if found.extension or not phonenumbers.is_possible_number(found):
        return text
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def yes_no(text: str, _ways: Ways) -> bool:
    word = text.strip().casefold()
    if word in {"yes", "y", "true", "t", "1", "x", "on", "active", "taxable"}:
        return True
    if word in {"no", "n", "false", "f", "0", "-", "off", "inactive"}:
        return False
    raise Unreadable(f"“{text}” is neither yes nor no.")


def number(text: str, _ways: Ways) -> float | int:
    try:
        value = float(_point(text.strip().lstrip("-"))) * (-1 if text.strip().startswith("-") else 1)
    except (Unreadable, ValueError):
        raise Unreadable(f"“{text}” is not a number.") from None
    return int(value) if value.is_integer() else value


def degrees(limit: float) -> Callable[[str, Ways], float]:
    def read(text: str, _ways: Ways) -> float:
        try:
            value = float(text.strip().replace(",", "."))
        except ValueError:
            value = 999.0
        if not abs(value) <= limit:
            raise Unreadable(f"“{text}” does not lie between -{limit:.0f} and {limit:.0f} degrees.")
        return value

    return read


def one_of(words: dict[str, str], sentence: str) -> Callable[[str, Ways], str]:
    def read(text: str, _ways: Ways) -> str:
        found = words.get(folded(text))
        if found is None:
            raise Unreadable(f"“{text}”: {sentence}")
        return found

    return read


COUNTRIES = {"united states": "US", "usa": "US", "us": "US", "united states of america": "US", "u s a": "US", "canada": "CA",
             "mexico": "MX", "united kingdom": "GB", "uk": "GB", "great britain": "GB", "england": "GB", "ireland": "IE",
             "germany": "DE", "deutschland": "DE", "france": "FR", "spain": "ES", "italy": "IT", "netherlands": "NL",
             "austria": "AT", "switzerland": "CH", "australia": "AU", "new zealand": "NZ"}  # fmt: skip


def country(text: str, _ways: Ways) -> str:
    """Two letters, from two letters or a name that is known."""
    plain = text.strip()
    found = COUNTRIES.get(folded(plain), plain.upper() if len(plain) == 2 and plain.isascii() and plain.isalpha() else "")
    if not found:
        raise Unreadable(f"“{text}”: give the country as two letters, such as US.")
    return found


def color(text: str, _ways: Ways) -> str:
    plain = "#" + text.strip().lstrip("#").upper()
    if not re.fullmatch(r"#[0-9A-F]{6}", plain):
        raise Unreadable(f"“{text}”: a color is written as #44AA99.")
    return plain


def language(text: str, _ways: Ways) -> str:
    plain = text.strip().lower().replace("_", "-")
    if not re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", plain):
        raise Unreadable(f"“{text}”: give the language as two letters, such as en.")
    return plain


READERS: dict[str, Callable[[str, Ways], Any]] = {
    "text": lambda text, _: text,
    "code": lambda text, _: text.lstrip("#").strip(),
    "money": money, "duration": duration, "date_time": day_and_minute, "time": minute, "email": email, "emails": emails,
    "phone": phone, "phones": phones, "yes_no": yes_no, "number": number, "date": day,
    "latitude": degrees(90), "longitude": degrees(180), "country": country, "color": color, "language": language,
    "customer_kind": one_of({"residential": "residential", "homeowner": "residential", "person": "residential", "false": "residential",
                             "no": "residential", "commercial": "commercial", "business": "commercial", "company": "commercial",
                             "true": "commercial", "yes": "commercial"}, "a customer is residential or commercial."),
    "place_kind": one_of({"service": "service", "billing": "billing", "pickup": "pickup", "pick up": "pickup"},
                         "an address is for service, billing or pickup."),
    "item_kind": one_of({"service": "service", "services": "service", "material": "material", "materials": "material",
                         "product": "material", "inventory": "material", "non inventory": "material", "noninventory": "material",
                         "charge": "charge", "fee": "charge"}, "an item is a service, a material or a charge."),
    "provider_kind": one_of({"employee": "employee", "contractor": "contractor", "subcontractor": "contractor"},
                            "a provider is an employee or a contractor."),
    "channel": one_of({"email": "email", "e mail": "email", "sms": "sms", "text": "sms", "text message": "sms"},
                      "messages go by e-mail or SMS."),
    "bookable": one_of({"no": "no", "false": "no", "never": "no", "request": "request", "on request": "request", "instant": "instant",
                        "yes": "instant", "true": "instant", "both": "both"}, "bookable online is instant, request, both or no."),
    "window": one_of({"exact": "exact", "exactly": "exact", "two hours": "two_hours", "2 hours": "two_hours", "morning": "am",
                      "am": "am", "afternoon": "pm", "pm": "pm", "all day": "all_day", "anytime": "all_day", "any time": "all_day"},
                     "choose exact, two hours, morning, afternoon or all day."),
    "priority": one_of({"normal": "1", "1": "1", "low": "1", "medium": "1", "high": "2", "2": "2", "urgent": "3", "3": "3",
                        "emergency": "3"}, "priority is normal, high or urgent."),
}  # fmt: skip
