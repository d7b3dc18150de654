"""Rows on pages: in order, none lost, none torn, sums carried to the cent."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fieldoffice.services.documents.flow import Item, Room, Table, pages
from fieldoffice.services.documents.setting import wrap
from tests.faults.processes import rounds

ROOM = Room(500.0, 700.0, 50.0)
HEAD, CARRY = 20.0, 15.0


class Log:
    """A canvas that writes down what is drawn on it, and where."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, float, float]] = []

    def note(self, words: str, top: float, high: float) -> None:
        self.seen.append((words, top, high))


def drawn(items: list[Item]) -> list[list[tuple[str, float, float]]]:
    found = []
    for page in pages(items, ROOM):
        log = Log()
        for y, draw in page.placed:
            draw(log, 0, y)
        found.append(log.seen)
    return found


def item(words: str, high: float, **other) -> Item:
    return Item(high, lambda canvas, _left, top: canvas.note(words, top, high), **other)


TABLE = Table(HEAD, lambda canvas, _left, top: canvas.note("head", top, HEAD), CARRY,
              lambda canvas, _left, top, words, cents: canvas.note(f"{words} {cents}", top, CARRY))


@settings(max_examples=rounds(80, 800), deadline=None)
@example([(300.0, False), (145.0, False), (10.0, False)], 100.0)
@given(st.lists(st.tuples(st.floats(5, 200), st.booleans()), max_size=40), st.floats(20, 400))
def test_every_row_is_drawn_once_in_order_and_inside_the_page(rows, last):
    so_far, items = 0, []
    for n, (high, keep) in enumerate(rows):
        so_far += n
        items.append(item(f"row {n}", high, table=TABLE, sum_so_far=so_far, keep=keep and n % 5 != 4))
    items += [item("totals", last, table=TABLE, keep=True), item("slip", 120, foot=True)]
    found = drawn(items)
    words = [seen[0] for page in found for seen in page]
    assert [one for one in words if one.startswith("row")] == [f"row {n}" for n in range(len(rows))]
    assert words[-2:] == ["totals", "slip"]
    assert found[-1][-1][1] == ROOM.bottom + 120
    for page in found:
        assert all(a[1] - a[2] >= b[1] - 0.01 for a, b in pairwise(page)), "pieces lie upon each other"
        assert page[-1][1] - page[-1][2] >= ROOM.bottom - 0.01, "runs over the edge"
    for before, after in pairwise(found):
        numbers = [int(one[0].split()[1]) for one in before if one[0].startswith("row")]
        if not numbers or before[-1][0] == "totals":
            continue
        carried = sum(range(numbers[-1] + 1))
        assert before[-1][0] == f"Carried forward {carried}"
        assert [one[0] for one in after[:2]] == ["head", f"Brought forward {carried}"]


def test_what_belongs_together_is_not_torn():
    (first, second) = drawn([item("one", 400), item("two", 30, keep=True), item("three", 30)])
    assert [one[0] for one in first] == ["one"]
    assert [one[0] for one in second] == ["two", "three"]


def test_lines_wrap_at_blanks_and_in_words_only_where_they_must():
    assert wrap("a bb ccc", 10, 1000) == ("a bb ccc",)
    assert wrap("", 10, 100) == ()
    assert wrap("one\ntwo", 10, 1000) == ("one", "two")
    lines = wrap("x" * 300 + " end", 10, 100)
    assert "".join(lines).replace(" ", "") == "x" * 300 + "end"
    assert len(lines) > 5
