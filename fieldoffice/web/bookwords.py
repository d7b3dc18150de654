"""Times, durations and money as a booking page says them in its language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, get_timezone_name
from babel.numbers import format_currency

from fieldoffice.services.requests.wording import clock_words
from fieldoffice.web.ask import Ask

DAYS = {"en": "EEEE, MMMM d", "es": "EEEE, d 'de' MMMM", "de": "EEEE, d. MMMM", "fr": "EEEE d MMMM"}
"""A weekday and its date without the year, which nobody needs for the next weeks."""
SHORT = timedelta(minutes=45)
"""A window no longer than this is an exact time with some slack on both sides."""


class Speaker:
    """Speaks the language of a page; templates call it `w`."""

    def __init__(self, ask: Ask) -> None:
        self.language, self.zone = ask.language, ZoneInfo(ask.face.zone)
        self.currency, self.exponent, self._ask = ask.face.currency, ask.face.currency_exponent, ask

    def money(self, cents: int) -> str:
        """ "$120.00" """
        return format_currency(Decimal(cents).scaleb(-self.exponent), self.currency, locale=self.language)

    def price(self, cents: int, least: bool) -> str:
        """The price of a service, "from" it where it is the least it costs; nothing where it has none."""
        if not cents:
            return ""
        return self._ask.t("from {price}", price=self.money(cents)) if least else self.money(cents)

    def lasts(self, seconds: int) -> str:
        """ "1 h 30 min" """
        hours, minutes = divmod(max(1, round(seconds / 60)), 60)
        return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)

    def day(self, on: date) -> str:
        """ "Tuesday, March 3" """
        return format_date(on, DAYS[self.language], locale=self.language)

    def window(self, start: datetime, end: datetime) -> str:
        """ "9:00 – 11:00 AM", or the hour alone where an exact time is told."""
        if end - start <= SHORT:
            return self.clock(start + (end - start) / 2)
        hours = "hm" if self.language == "en" else "Hm"
        said = format_interval(start.astimezone(self.zone), end.astimezone(self.zone), hours, locale=self.language)
        return said.replace("\u2009", " ").replace("\u202f", "\u00a0")

    def when(self, start: datetime, end: datetime) -> str:
        """ "Tuesday, March 3, 9:00 – 11:00 AM" """
        return f"{self.day(start.astimezone(self.zone).date())}, {self.window(start, end)}"

    def moment(self, at: datetime) -> str:
        """ "Tuesday, March 3, 9:00 AM" """
        return f"{self.day(at.astimezone(self.zone).date())}, {self.clock(at)}"

    def clock(self, at: datetime) -> str:
        return clock_words(at.astimezone(self.zone), self.language)

    def at(self, seconds: int) -> datetime:
        """The moment so many seconds after 1970."""
        return datetime.fromtimestamp(seconds, UTC)

    def choices(self, words: Sequence[str]) -> list[tuple[str, str]]:
        """What a list of the company's own offers, with nothing chosen first."""
        return [("", ""), *((word, word) for word in words)]

    @property
    def zone_words(self) -> str:
        """ "Eastern Time" """
        return get_timezone_name(self.zone, locale=self.language)
