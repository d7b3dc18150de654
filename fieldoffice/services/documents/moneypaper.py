"""What all papers of the money share: who sends, who gets, how an amount and a day are written.

Everything here is frozen and can be pickled: a paper is drawn from it alone, so the same paper makes the same bytes in any
process and on any day. Amounts are whole minor units; how many decimals they have is said by `Money`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from fieldoffice.services.documents.paper import LANGUAGE, PaperSize
from fieldoffice.services.jobs.money import amount


@dataclass(frozen=True, slots=True)
class Money:
    """A currency by its ISO code and how many decimals it has: USD 2, JPY 0, KWD 3."""

    currency: str = "USD"
    exponent: int = 2

    def shown(self, cents: int) -> str:
        """ "1,234.50", as in columns."""
        return amount(cents, self.exponent)

    def said(self, cents: int) -> str:
        """ "USD 1,234.50", where the amount stands alone."""
        return f"{self.currency} {amount(cents, self.exponent)}"


@dataclass(frozen=True, slots=True)
class Postal:
    """An address in its parts, as an electronic invoice needs it; `country` is the ISO code of two letters."""

    street: str = ""
    more: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """The company: `lines` are its address as printed, `accent` "#rrggbb" is used at the head and the total only.

    `tax_id` is printed. `postal`, `vat_id` (with the country's letters), `iban` and `bic` serve electronic invoices.
    """

    name: str
    lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    web: str = ""
    tax_id: str = ""
    logo_png: bytes | None = None
    accent: str = "#0b6e69"
    postal: Postal | None = None
    vat_id: str = ""
    iban: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who gets the paper: the name, then the address as it stands in the window; `number` is the customer's."""

    name: str
    lines: tuple[str, ...] = ()
    number: str = ""
    postal: Postal | None = None
    vat_id: str = ""
    email: str = ""

    @property
    def block(self) -> tuple[str, ...]:
        """The lines in the window, none of them empty."""
        return tuple(line for line in (self.name, *self.lines) if line.strip())


@dataclass(frozen=True, slots=True)
class Look:
    """How a paper is made: its size, its money, and the language its file is marked with (a BCP 47 tag).

    The words of the house on it are English; `language` is for those who have theirs written in another one.
    """

    paper: PaperSize = "letter"
    money: Money = Money()
    language: str = LANGUAGE


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Applied:
    """What was set against a document: a deposit, a payment, a credit; `cents` takes that much off what is open."""

    on: date
    words: str
    cents: int


def day(on: date) -> str:
    """ "Nov 24, 2026"."""
    return f"{on:%b} {on.day}, {on.year}"


def midnight(on: date) -> datetime:
    """The moment that a paper's file is dated with: the same for every reprint."""
    return datetime.combine(on, time(), UTC)


def percent(ppm: int) -> str:
    """ "8.875%" from parts per million."""
    shown = f"{ppm / 10_000:.4f}".rstrip("0").rstrip(".")
    return f"{shown}%"


def agree(what: str, told: int, counted: int) -> None:
    """A paper whose sums do not fit must never be posted: ValueError, since only a mistake in the program makes one."""
    if told != counted:
        raise ValueError(f"{what}: the paper says {told}, its parts make {counted}")
