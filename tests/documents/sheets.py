"""Day sheets for the tests: the same ones every time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from fieldoffice.services.documents.daysheet import DaySheet, SheetBreak, SheetCompany, SheetStop
from fieldoffice.services.documents.maplink import map_url

COMPANY = SheetCompany("Potomac Heating & Air", "(202) 555-0100", "#0b6e69")
NAMES = ("Ana Kowalska", "Łukasz Żółć-Wiśniewski", "Παναγιώτης Παπαδόπουλος", "Иван Щербаков", "Smith & Sons <Plumbing>")
EIGHT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # 8:00 AM in Washington


def stop(number: int, starts_at: datetime, **other: Any) -> SheetStop:
    """A visit of half an hour, ten minutes after the one before."""
    plain: dict[str, Any] = {
        "customer": f"{NAMES[(number - 1) % len(NAMES)]} {number}", "ends_at": starts_at + timedelta(minutes=30),
        "phone": f"(202) 555-0{number:03}", "address": (f"{1200 + number} Massachusetts Ave NW", f"Washington, DC 20{number:03}"),
        "services": (f"Furnace tune-up {number}", "Filter 16×25×1"), "window": "8:00 AM–10:00 AM", "drive_s": 600,
        "drive_m": 4300, "notes": f"Dog in yard {number}", "job_number": f"2026-{number:04}",
        "map_url": map_url(38.9 + number / 1000, -77.03), "access_code_hint": number % 2 == 1,
    }
    return SheetStop(number, starts_at=starts_at, **{**plain, **other})


def sheet(count: int = 7, **other: Any) -> DaySheet:
    """A day of visits 40 minutes apart from 8:00 AM, with a break after the third."""
    plain: dict[str, Any] = {
        "company": COMPANY, "provider": "Kateryna O’Brien-Sánchez", "on": date(2026, 11, 24),
        "printed_at": datetime(2026, 11, 23, 22, 42, 5, tzinfo=UTC), "zone": "America/New_York",
        "stops": tuple(stop(n + 1, EIGHT + timedelta(minutes=40 * n)) for n in range(count)),
        "breaks": (SheetBreak(EIGHT + timedelta(minutes=110), EIGHT + timedelta(minutes=115)),) if count > 3 else (),
    }
    return DaySheet(**{**plain, **other})


def pages(pdf: bytes) -> list[str]:
    """The text of each page as a reader gets it."""
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Without blanks and line ends: lines wrap where they must."""
    return "".join(text.split())
