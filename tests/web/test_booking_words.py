"""Times, durations and money as the booking pages say them, in each language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from fieldoffice.services.words import words_of
from fieldoffice.web.bookwords import Speaker

START = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)  # 9 in the morning in Washington


def speaker(language: str, currency: str = "USD", exponent: int = 2) -> Speaker:
    face = SimpleNamespace(zone="America/New_York", currency=currency, currency_exponent=exponent)
    ask: Any = SimpleNamespace(language=language, face=face, t=words_of(language).t)
    return Speaker(ask)


@pytest.mark.parametrize(("language", "said"), [
    ("en", "Tuesday, March 3, 9:00 – 11:00\u00a0AM"), ("de", "Dienstag, 3. März, 09:00–11:00 Uhr"),
    ("es", "martes, 3 de marzo, 9:00–11:00"), ("fr", "mardi 3 mars, 09:00 – 11:00"),
])  # fmt: skip
def test_an_arrival_window_reads_as_people_write_it(language: str, said: str) -> None:
    assert speaker(language).when(START, START + timedelta(hours=2)) == said


def test_an_exact_time_is_one_hour_of_the_clock() -> None:
    slack = timedelta(minutes=15)
    assert speaker("en").window(START - slack, START + slack) == "9:00\u00a0AM"


@pytest.mark.parametrize(("language", "currency", "exponent", "said"), [
    ("en", "USD", 2, "$120.00"), ("de", "EUR", 2, "120,00\u00a0€"), ("en", "JPY", 0, "¥12,000"), ("en", "KWD", 3, "KWD12.000"),
])  # fmt: skip
def test_money_is_in_the_company_s_currency_and_the_visitor_s_writing(language: str, currency: str, exponent: int, said: str) -> None:
    assert speaker(language, currency, exponent).money(12_000) == said


def test_a_price_may_be_the_least_and_may_be_none() -> None:
    assert speaker("en").price(5_000, True) == "from $50.00"
    assert speaker("de").price(5_000, True).startswith("ab ")
    assert speaker("en").price(0, True) == ""


@pytest.mark.parametrize(("seconds", "said"), [(1800, "30 min"), (3600, "1 h"), (5400, "1 h 30 min"), (10, "1 min")])
def test_a_duration_is_told_in_hours_and_minutes(seconds: int, said: str) -> None:
    assert speaker("en").lasts(seconds) == said


def test_the_zone_is_said() -> None:
    assert speaker("en").zone_words == "Eastern Time"
    assert "Ost" in speaker("de").zone_words
