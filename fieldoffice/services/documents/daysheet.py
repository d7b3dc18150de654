"""The day sheet: one provider's day on paper, frozen before it is drawn.

The caller freezes what the sheet says in a `DaySheet`; `draw` makes the PDF from that alone, so the same sheet gives the
same bytes. Access codes have no field here: a sheet is left in vans, and only says where to find them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.documents.paper import PaperSize

Clock = Literal["12", "24"]
Unit = Literal["km", "mi"]
METERS: dict[Unit, float] = {"km": 1000.0, "mi": 1609.344}


@dataclass(frozen=True, slots=True)
class SheetCompany:
    """Whose paper it is: `phone` is the office's, `color` "#rrggbb" is used at the head only."""

    name: str
    phone: str = ""
    color: str = "#0b6e69"


@dataclass(frozen=True, slots=True)
class SheetStop:
    """One visit: aware times, driving from the stop before (or from the start of the day) in seconds and meters."""

    number: int
    customer: str
    starts_at: datetime
    ends_at: datetime
    phone: str = ""
    address: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    window: str = ""  # the promised arrival window in words, local to the place
    drive_s: int = 0
    drive_m: int = 0
    notes: str = ""
    job_number: str = ""
    team: tuple[str, ...] = ()  # who else comes
    map_url: str = ""
    access_code_hint: bool = False


@dataclass(frozen=True, slots=True)
class SheetBreak:
    """A planned break."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One provider's day. `stops` in the order of driving; all times are aware and shown in `zone` (IANA)."""

    company: SheetCompany
    provider: str
    on: date
    printed_at: datetime
    zone: str
    stops: tuple[SheetStop, ...] = ()
    breaks: tuple[SheetBreak, ...] = ()
    start_place: str = ""
    end_place: str = ""
    drive_back_s: int = 0
    drive_back_m: int = 0
    paper: PaperSize = "letter"
    clock: Clock = "12"
    unit: Unit = "km"

    @property
    def drive_s(self) -> int:
        return sum(stop.drive_s for stop in self.stops) + self.drive_back_s

    @property
    def drive_m(self) -> int:
        return sum(stop.drive_m for stop in self.stops) + self.drive_back_m

    @property
    def title(self) -> str:
        return f"Day sheet, {self.provider}, {self.on.isoformat()}"

    def local(self, at: datetime) -> datetime:
        """`at` as the wall clock of the sheet shows it; a naive time is a mistake of the caller (ValueError)."""
        if at.tzinfo is None:
            raise ValueError("a day sheet needs aware times")
        return at.astimezone(ZoneInfo(self.zone))

    def time(self, at: datetime) -> str:
        """"8:05 AM" or "08:05", with the weekday where it is not the sheet's day."""
        here = self.local(at)
        words = wall(here, self.clock)
        return words if here.date() == self.on else f"{words} {here:%a}"

    def distance(self, meters: int) -> str:
        """"6.2 km"; from a hundred on without decimals."""
        far = meters / METERS[self.unit]
        return f"{far:.0f} {self.unit}" if far >= 99.95 else f"{far:.1f} {self.unit}"


def wall(here: datetime, clock: Clock) -> str:
    """A local time in words: "8:05 AM" or "08:05"."""
    return f"{here:%H:%M}" if clock == "24" else f"{here.hour % 12 or 12}:{here:%M} {'AM' if here.hour < 12 else 'PM'}"


def day(on: date) -> str:
    """"Tuesday, November 24, 2026"."""
    return f"{on:%A, %B} {on.day}, {on.year}"


def span(seconds: int) -> str:
    """"1 h 42 min", "25 min", "2 h"; rounded to whole minutes."""
    hours, minutes = divmod((seconds + 30) // 60, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "") if part)


def draw(sheet: DaySheet) -> bytes:
    """The PDF of one sheet; a day without stops makes a sheet that says so."""
    return draw_many((sheet,))


def draw_many(sheets: Sequence[DaySheet]) -> bytes:
    """All sheets in one print, each on pages of its own with its own "Page x of y". Raises NotAllowed for none at all."""
    from fieldoffice.services.documents import dayparts, paper  # they draw what this file defines

    if not sheets:
        raise NotAllowed("There is no day sheet to print: choose at least one provider.")
    first = sheets[0]
    title = first.title if len(sheets) == 1 else f"Day sheets, {first.on.isoformat()}"
    return paper.build([dayparts.part(sheet) for sheet in sheets], title=title, author=first.company.name,
                       made_at=first.local(first.printed_at))
