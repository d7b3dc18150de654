"""Every row of the requirements that the program serves so far has a test that says so, and none names a row unknown."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent
SERVED = {
    "0.1": "book from a web site or by link, around the clock",
    "0.2": "name and one way to be reached, checked by the field",
    "0.3": "several services: lines, skills and time add up",
    "0.4": "only times that somebody can truly reach, each given away once",
    "0.5": "job and customer made at once, a known one used again",
    "0.6": "the office is told of a booking, once, also after the mail server was away",
    "0.7": "the inbox row of a booking leads to its job",
    "0.20": "calendar file, and a private link that moves and cancels",
    "0.8": "details, service items and charges of a job, with live totals",
    "0.13": "several team members, conflicts with names",
    "0.14": "pick a day, optimize, look before anything is written",
    "0.15": "the work calendars of the team are kept",
    "0.16": "driving is considered, its source shown",
    "0.17": "the weather slows the day and blocks outdoor work, with a reason",
    "0.18": "assigned to the best member, with stored reasons",
    "0.19": "the route: ordered stops, on the map and on paper",
    "0.32": "an invoice that is sent completes its job, where the company wants that",
    "0.33": "time taken is tracked",
    "0.36": "the office sees everything that happened to a job",
    "0.37": "all customers that match are selected, with their count",
    "0.41": "who owes what since when, down to the invoice",
    "0.42": "finance charges with a proof, never twice",
    "0.43": "collect from the receivables: ticked, spread, editable",
    "0.44": "mark as paid writes a payment that can be reversed",
    "0.45": "statements for all, by mail and on paper, the same bytes again",
    "0.46": "rescheduling keeps the old time",
    "0.48": "own fields, also required ones, without code",
    "1.2": "Portal Settings stand where the manual says and are found by that path",
    "1.3": "the notification of a portal request: edited, previewed, reset",
    "1.27": "edit a customer from the list by menu, double click or key",
    "1.38": "a new request shows on every desk by itself",
    "1.39": "a request assigns nobody: it lands in unassigned",
    "3.1": "a request is a wish, and says so",
    "3.2": "it arrives in the inbox with its age and photos",
    "3.3": "only for customers who completed onboarding",
    "3.4": "switched for the company and for each customer",
    "3.5": "services of the bookable list",
    "3.6": "or a wish in one's own words",
    "3.7": "up to three days, ranked, none of them past or closed",
    "3.8": "morning, afternoon or flexible",
    "3.9": "another address leaves the file alone",
    "3.10": "an access code reaches only whoever may see it",
    "3.11": "one to three photos, without their place",
    "3.12": "accepting makes one visit, also when two accept",
    "3.13": "another time is proposed, with an expiry",
    "3.14": "declining needs a message",
    "3.15": "the customer is told on the channel of choice",
    "3.16": "submitted: the words of the text",
    "3.17": "under review: the words of the text",
    "3.18": "confirmed: stands in My Schedule",
    "3.19": "a proposal is accepted or declined without signing in",
    "3.20": "declined: the message and what to do next",
    "3.21": "the list of bookable services: order, time, in sight",
    "3.22": "withdrawn before it is confirmed, not after",
    "3.23": "photos, answers and proposals are kept as they were",
    "3.24": "no recurring plans through this form",
    "3.25": "a reminder after 48 hours of silence, once",
    "4.1": "the sections of the manual in the sidebar",
    "4.2": "bookings on the customer's page, past and coming, and a new one",
    "4.4": "the calendar of what is coming counts as its list does",
    "4.16": "edit a customer's bookings",
}


def marks() -> dict[str, list[str]]:
    """The tests by the requirement they prove: every `@pytest.mark.requirement("…")` under tests/."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                for row in _rows(node):
                    found[row].append(f"{path.relative_to(TESTS).as_posix()}::{node.name}")
    return found


def _rows(node: ast.FunctionDef | ast.ClassDef) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.requirement":
            yield from (arg.value for arg in mark.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def test_every_served_row_has_a_test() -> None:
    assert sorted(set(SERVED) - set(marks())) == []


def test_no_test_names_a_row_that_is_not_served() -> None:
    assert {row: tests for row, tests in marks().items() if row not in SERVED} == {}


def test_what_carries_a_mark_is_a_test() -> None:
    names = [where.rpartition("::")[2] for tests in marks().values() for where in tests]
    assert [name for name in names if not name.startswith(("test_", "Test"))] == []
