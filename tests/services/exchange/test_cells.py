"""One cell at a time: what people write, and what is told when nobody can understand it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.services.exchange.cells import READERS, Unreadable, Ways, understand

US, DE, JP = Ways(), Ways("DE", 2, False), Ways("JP", 0, False)


@pytest.mark.parametrize(
    ("type", "text", "ways", "value"),
    [
        ("money", "$1,250.00", US, 125_000),
        ("money", "1.250,00 €", DE, 125_000),
        ("money", "1250", US, 125_000),
        ("money", "1,250", US, 125_000),
        ("money", "0.5", US, 50),
        ("money", "(12.50)", US, -1250),
        ("money", "¥1500", JP, 1500),
        ("duration", "90", US, 5400),
        ("duration", "1:30", US, 5400),
        ("duration", "1.5 h", US, 5400),
        ("duration", "2 hours", US, 7200),
        ("duration", "45 min", US, 2700),
        ("duration", "1h 15m", US, 4500),
        ("date_time", "2026-03-02", US, (date(2026, 3, 2), None)),
        ("date_time", "3/2/2026", US, (date(2026, 3, 2), None)),
        ("date_time", "3/2/2026", DE, (date(2026, 2, 3), None)),
        ("date_time", "Mar 2, 2026", US, (date(2026, 3, 2), None)),
        ("date_time", "Mon, Mar 2, 2026 8:30 AM", US, (date(2026, 3, 2), 510)),
        ("date_time", "2026-03-02T14:05:00", US, (date(2026, 3, 2), 845)),
        ("date_time", "03/03/2026 9:00 AM", US, (date(2026, 3, 3), 540)),
        ("date_time", "8 pm", US, (None, 1200)),
        ("time", "12:00 AM", US, 0),
        ("time", "12 pm", US, 720),
        ("time", "17:45", US, 1065),
        ("phone", "(202) 555-0101", US, "+12025550101"),
        ("phone", "0221 1234567", DE, "+492211234567"),
        ("phone", "202-555-0101 ext. 5", US, "202-555-0101 ext. 5"),
        ("phones", "202-555-0101, 202 555 0102", US, ("+12025550101", "+12025550102")),
        ("emails", "a@b.example; c@d.example", US, ("a@b.example", "c@d.example")),
        ("country", "United States", US, "US"),
        ("country", "de", US, "DE"),
        ("yes_no", "TRUE", US, True),
        ("yes_no", "n", US, False),
        ("customer_kind", "Homeowner", US, "residential"),
        ("bookable", "on request", US, "request"),
        ("window", "Two hours", US, "two_hours"),
        ("latitude", "38,9072", US, 38.9072),
        ("number", "1,250.5", US, 1250.5),
        ("color", "44aa99", US, "#44AA99"),
    ],
)
def test_what_people_write_is_understood(type: str, text: str, ways: Ways, value: Any) -> None:
    assert understand(type, text, ways) == value


@pytest.mark.parametrize(
    ("type", "text", "words"),
    [
        ("money", "a lot", "not an amount"),
        ("money", "9" * 20, "more than any price"),
        ("duration", "soon", "write minutes"),
        ("duration", "30:00", "at most 24 hours"),
        ("date_time", "2026-02-30", "write it as 2026-03-02"),
        ("date_time", "tomorrow", "not a day"),
        ("time", "25:00", "not a time"),
        ("phone", "ask her", "not a telephone number"),
        ("emails", "a@b.example, nobody", "cannot be right"),
        ("country", "Atlantis", "two letters"),
        ("yes_no", "perhaps", "neither yes nor no"),
        ("latitude", "91", "between -90 and 90"),
        ("priority", "whenever", "normal, high or urgent"),
        ("color", "red", "#44AA99"),
        ("language", "english", "two letters"),
    ],
)
def test_what_nobody_can_understand_is_told_in_words(type: str, text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        understand(type, text, US)


@given(type=st.sampled_from(sorted(READERS)), text=st.text(min_size=1, max_size=60))
def test_any_text_gives_a_value_or_words_and_never_an_error_of_ours(type: str, text: str) -> None:
    words = "understood"
    try:
        understand(type, text, US)
    except Unreadable as error:
        words = str(error)
    assert words
