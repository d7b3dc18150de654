"""What people type is read generously, and what is shown can always be read back."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.ui.parts import reading
from fieldoffice.ui.parts.reading import Unreadable

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(("text", "minutes"), [
    ("90", 90), ("1 h 30", 90), ("1h30m", 90), ("1:30", 90), ("1.5 h", 90), ("1,5h", 90), ("2 hours", 120), ("45 min", 45),
    ("0", 0), ("24 h", 1440), (" 1 H 05 ", 65),
])
def test_durations(text: str, minutes: int) -> None:
    assert reading.read_duration(text) == minutes * 60


@pytest.mark.parametrize("text", ["", "h", "soon", "1:75", "25 h", "-5", "1 h 30 m 5", "99999"])
def test_durations_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable, match="1 h 30"):
        reading.read_duration(text)


@given(st.integers(0, 1440))
def test_a_duration_reads_as_it_is_shown(minutes: int) -> None:
    assert reading.read_duration(reading.show_duration(minutes * 60)) == minutes * 60


@pytest.mark.parametrize(("text", "wanted"), [
    ("9", time(9)), ("930", time(9, 30)), ("9:30", time(9, 30)), ("9.30", time(9, 30)), ("2p", time(14)),
    ("2:15 pm", time(14, 15)), ("12 am", time(0)), ("12pm", time(12)), ("14:00", time(14)), ("0", time(0)), ("1430", time(14, 30)),
])
def test_times(text: str, wanted: time) -> None:
    assert reading.read_time(text) == wanted


@pytest.mark.parametrize("text", ["", "25", "9:75", "14 pm", "0 am", "noon", "9:3", "-1"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable, match="9:30"):
        reading.read_time(text)


@given(st.times(), st.booleans())
def test_a_time_reads_as_it_is_shown(value: time, twelve: bool) -> None:
    value = value.replace(second=0, microsecond=0, fold=0)
    assert reading.read_time(reading.show_time(value, twelve=twelve)) == value


@pytest.mark.parametrize(("text", "wanted"), [
    ("today", SUNDAY), ("tomorrow", date(2026, 11, 23)), ("+3", date(2026, 11, 25)), ("-1", date(2026, 11, 21)),
    ("fri", date(2026, 11, 27)), ("su", SUNDAY), ("2026-12-01", date(2026, 12, 1)), ("12/24", date(2026, 12, 24)),
    ("24.12.", date(2026, 12, 24)), ("1/3", date(2027, 1, 3)), ("11/22", SUNDAY), ("11/21", date(2027, 11, 21)),
    ("3/14/25", date(2025, 3, 14)), ("22", SUNDAY), ("21", date(2026, 12, 21)), ("31", date(2026, 12, 31)),
])
def test_days(text: str, wanted: date) -> None:
    assert reading.read_date(text, SUNDAY) == wanted


def test_the_order_of_day_and_month_is_the_country_s() -> None:
    assert reading.read_date("3/4/2027", SUNDAY, day_first=True) == date(2027, 4, 3)
    assert reading.read_date("3/4/2027", SUNDAY) == date(2027, 3, 4)


@pytest.mark.parametrize("text", ["", "someday", "2026-13-01", "2026-02-30", "13/45", "s", "t", "32", "+9999"])
def test_days_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable, match="today"):
        reading.read_date(text, SUNDAY)


@pytest.mark.parametrize(("text", "cents"), [
    ("120", 12000), ("79.5", 7950), ("79.50", 7950), ("1,234.50", 123450), ("-3", -300), (".5", 50), ("1 234", 123400),
])
def test_money(text: str, cents: int) -> None:
    assert reading.read_money(text) == cents


def test_money_of_other_countries() -> None:
    assert reading.read_money("1.234,50", decimal=",") == 123450
    assert reading.read_money("1,200", exponent=0) == 1200
    assert reading.read_money("1.234", exponent=3) == 1234


@pytest.mark.parametrize("text", ["", "ten", "1.2.3", "nan", "inf", "1e3", "12.345", "--5", "9" * 20])
def test_money_that_is_none(text: str) -> None:
    with pytest.raises(Unreadable):
        reading.read_money(text)


@given(st.integers(-(10**14), 10**14), st.integers(0, 3), st.sampled_from(".,"))
def test_money_reads_as_it_is_shown(cents: int, exponent: int, decimal: str) -> None:
    shown = reading.show_money(cents, exponent=exponent, decimal=decimal)
    assert reading.read_money(shown, exponent=exponent, decimal=decimal) == cents


@given(st.text(max_size=12))
def test_nothing_that_is_typed_breaks_the_readers(text: str) -> None:
    for read in (reading.read_duration, reading.read_time, reading.read_money, lambda t: reading.read_date(t, SUNDAY)):
        try:
            read(text)
        except Unreadable:
            continue
