"""The calendar on paper: a month on one page with what does not fit counted, a week with every visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from fieldoffice.services.documents.calendarsheet import CalendarSheet, SheetDay, SheetVisit, draw
from tests.documents.sheets import COMPANY, pages, squeezed

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
SUNDAY = date(2026, 3, 1)


def day(n: int, visits: int, **more: Any) -> SheetDay:
    made = tuple(
        SheetVisit(NOON + timedelta(days=n - 1, minutes=5 * k), f"Łuk {n}{chr(97 + k % 26)}{k // 26}", f"service {k}",
                   "Ana · 1 First Street")
        for k in range(visits)
    )  # fmt: skip
    return SheetDay(SUNDAY + timedelta(days=n), made, **{"total": visits, **more})


def sheet(days: tuple[SheetDay, ...], **more: Any) -> CalendarSheet:
    plain: dict[str, Any] = {"title": "March 2026", "whose": "Everybody", "month": 3, "printed_at": NOON, "zone": "America/New_York"}
    return CalendarSheet(COMPANY, days=days, **{**plain, **more})


@pytest.mark.parametrize(("paper", "size"), [("letter", (792, 612)), ("a4", (842, 595))])
def test_a_month_is_one_page_and_counts_what_does_not_fit(paper: Any, size: tuple[int, int]) -> None:
    busy = day(3, 12, total=31)
    pdf = draw(sheet((*(day(n, n % 3) for n in range(3)), busy, *(day(n, 0) for n in range(4, 35))), paper=paper))
    read = PdfReader(BytesIO(pdf))
    assert [(round(p.mediabox.width), round(p.mediabox.height)) for p in read.pages] == [size]
    text = squeezed(pages(pdf)[0])
    for words in ("March 2026", "Everybody", "Sunday", "Saturday", "Mar 1", "12:00p", "Łuk 2b0", "+24 more", "Page 1 of 1"):
        assert squeezed(words) in text, words
    shown = sum(squeezed(v.words) in text for v in busy.visits)
    assert shown + 24 == 31


@pytest.mark.parametrize("visits", [0, 1, 17, 18, 40])
def test_a_week_lists_every_visit_on_as_many_pages_as_it_takes(visits: int) -> None:
    days = (day(0, visits), day(1, 2, note="Founders' Day", closed=True), *(day(n, 1) for n in range(2, 7)))
    pdf = draw(sheet(days, month=0, title="Mar 1 – 7, 2026", clock="24"))
    found = pages(pdf)
    assert len(found) == max(1, -(-visits // 17))
    text = squeezed(" ".join(found))
    for one in days:
        for visit in one.visits:
            assert text.count(squeezed(visit.words)) >= 1, visit.words
    assert squeezed("Founders' Day") in text
    assert squeezed(f"Page 1 of {len(found)}") in text
    assert draw(sheet(days, month=0)) == draw(sheet(days, month=0))


def test_markup_of_a_customer_stays_words() -> None:
    bad = SheetVisit(NOON, "<b>Bob</b> & <img src='x'>", "[link](http://x)", "")
    text = squeezed(pages(draw(sheet((SheetDay(SUNDAY, (bad,), 1), *(day(n, 0) for n in range(1, 7))), month=0)))[0])
    assert squeezed("<b>Bob</b>") in text
