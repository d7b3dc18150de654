"""Promises of the whole program: what is declared in a register holds for every entry of it."""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from sqlalchemy import Column, event, update
from sqlalchemy.orm.attributes import flag_modified

import fieldoffice.models
from fieldoffice import cli
from fieldoffice.models import errors, states
from fieldoffice.models.base import Instant, Table, Versioned
from fieldoffice.models.errors import NotAllowed, Refused, Stale
from fieldoffice.models.tables import metadata
from fieldoffice.office import Office, Tx
from fieldoffice.services import catalog, company, customers, daysheets
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.jobs import editing, opening, sheet
from fieldoffice.services.jobs.finding import job_page
from fieldoffice.ui import icons, palette, theme
from fieldoffice.ui.actions import ACTIONS, CONTEXTS, Context
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.pages import PAGES, PANELS, SECTIONS, ask
from fieldoffice.ui.sidebar import Sidebar
from fieldoffice.ui.window import MainWindow
from tests import make
from tests.conftest import MONDAY
from tests.ui.conftest import fresh_settings, qapp_args, qapp_cls  # noqa: F401  Qt as the tests of the desktop have it

# state machines


def machines() -> list[tuple[str, type[StrEnum], dict[Any, frozenset[Any]]]]:
    """Every table of allowed moves that the models declare: NAME_MOVES."""
    found = {}
    for module in pkgutil.iter_modules(fieldoffice.models.__path__):
        if not module.ispkg:
            names = vars(import_module(f"fieldoffice.models.{module.name}"))
            found |= {name: (name, type(next(iter(table))), dict(table)) for name, table in names.items() if name.endswith("_MOVES")}
    return list(found.values())


MACHINES = machines()
machine = pytest.mark.parametrize(("name", "states_", "moves_"), MACHINES, ids=[name for name, *_ in MACHINES])


@machine
def test_a_machine_names_every_state(name: str, states_: type[StrEnum], moves_: dict[Any, frozenset[Any]]) -> None:
    assert set(moves_) == set(states_)
    assert {target for targets in moves_.values() for target in targets} <= set(states_)
    assert [state for state, targets in moves_.items() if state in targets] == []


@machine
def test_every_state_is_reached_from_the_first_and_has_an_end(name: str, states_: type[StrEnum], moves_: dict[Any, Any]) -> None:
    def reached(start: Any) -> set[Any]:
        seen, todo = {start}, [start]
        while todo:
            fresh = moves_[todo.pop()] - seen
            seen |= fresh
            todo += fresh
        return seen

    ends = {state for state, targets in moves_.items() if not targets}
    assert reached(next(iter(states_))) == set(states_)
    assert [state for state in states_ if not reached(state) & ends] == []


@machine
def test_only_the_table_lets_a_thing_move(name: str, states_: type[StrEnum], moves_: dict[Any, frozenset[Any]]) -> None:
    for old in states_:
        for new in states_:
            if new in moves_[old]:
                states.check_move(moves_, old, new, "thing")
            else:
                with pytest.raises(NotAllowed, match="This thing is .* and cannot become "):
                    states.check_move(moves_, old, new, "thing")


def test_the_named_groups_of_visit_states_agree_with_the_table() -> None:
    assert {s for s, targets in states.APPOINTMENT_MOVES.items() if not targets} == states.FINAL_STATES
    assert states.OPEN_STATES | states.FINAL_STATES | {states.AppointmentState.WAITING} == set(states.AppointmentState)
    assert states.RUNNING_STATES < states.OPEN_STATES
    assert not states.MOVABLE_STATES & (states.RUNNING_STATES | states.FINAL_STATES)


@pytest.mark.parametrize("state", list(states.AppointmentState))
def test_every_state_has_a_color_an_icon_and_a_word(qapp: QApplication, state: states.AppointmentState) -> None:
    grounds = {table.states[state][0] for table in (palette.LIGHT, palette.DARK)}
    assert len(grounds) == 2
    assert not icons.state_icon(state).isNull()
    assert (state.word, state.word.lower(), "_" in state.word) == (state.word.strip(), state.word, False)
    assert theme.state(state)[0] != theme.state(state)[1]


# actions


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_every_action_has_words_an_icon_and_a_place(qapp: QApplication, action: Any) -> None:
    assert action.words.strip()
    assert action.tip.endswith(".")
    assert action.context in CONTEXTS
    assert action.context in get_args(Context)
    assert not icons.icon(action.icon).isNull()
    assert all(QKeySequence(keys).count() == 1 for keys in action.shortcuts)


def test_no_shortcut_means_two_things_at_one_place() -> None:
    """What works everywhere in the window must differ from all else; each context from itself."""
    for context in CONTEXTS:
        reach = [a for a in ACTIONS if a.context in (context, "window")]
        keys = Counter(QKeySequence(k).toString() for a in reach for k in a.shortcuts)
        assert {key: n for key, n in keys.items() if n > 1} == {}
    assert [id for id, n in Counter(a.id for a in ACTIONS).items() if n > 1] == []


# pages

MANUAL = ["Dashboard", "Customers", "Providers", "Scheduling", "Accounting", "Post Operations", "Organization"]


@pytest.mark.requirement("4.1")
def test_the_sidebar_says_the_words_of_the_manual_in_its_order(qtbot: Any, sqlite_office: Office) -> None:
    assert [words for words, _ in SECTIONS] == MANUAL
    desk = Desk(sqlite_office, known={})
    window = MainWindow(desk, company="Potomac", who="Olive")
    qtbot.addWidget(window)
    shown = [button.text() for button in window.findChild(Sidebar).findChildren(QToolButton) if button.text() in MANUAL]
    assert shown == [words for words in MANUAL if words in {page.section for page in PAGES}]
    desk.close()


@pytest.fixture(params=["empty", "small"])
def company_office(request: pytest.FixtureRequest, sqlite_office: Office) -> Office:
    """An office whose company was just founded, and one with people, a planned visit and one that waits."""
    if request.param == "empty":
        sqlite_office.do(company.found, name="Potomac", country="US", zone="America/New_York", currency="USD", paper="Letter",
                         owner="Olive Owner")  # fmt: skip
        return sqlite_office
    made = make.small(sqlite_office)
    for hour in (9, None):
        job = make.job(sqlite_office, made)
        if hour:
            sqlite_office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(hour))
    return sqlite_office


@pytest.mark.timeout(180)  # the first picture of a page may bring matplotlib or the web engine with it
@pytest.mark.xdist_group("web")
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.id)
def test_every_page_opens_and_says_when_it_is_ready(qtbot: Any, company_office: Office, entry: Any) -> None:
    desk = Desk(company_office, user_id=1, known=company_office.topics())
    said: list[Any] = []
    desk.toasted.connect(said.append)
    window = MainWindow(desk, company="Potomac", who="Olive")
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.go(entry.id)
    page: QWidget = window.pages[entry.id]
    qtbot.waitUntil(lambda: bool(ask(page, "ready", True)) and desk.background.waiting() == 0, timeout=60_000)
    assert (window.here, page.isVisible(), [notice.words for notice in said]) == (entry.id, True, [])
    assert window.head.layout().minimumSize().width() <= window.head.width()
    ask(page, "refresh")
    qtbot.waitUntil(lambda: bool(ask(page, "ready", True)) and desk.background.waiting() == 0, timeout=60_000)
    assert [notice.words for notice in said] == []
    window.close()
    desk.close()


def test_pages_and_panels_are_declared_once_with_an_icon_that_exists(qapp: QApplication) -> None:
    ids = Counter(entry.id for entry in (*PAGES, *PANELS))
    assert [id for id, n in ids.items() if n > 1] == []
    assert [page.id for page in PAGES if page.section not in MANUAL or icons.icon(page.icon).isNull()] == []
    assert [words for words, icon in SECTIONS if icons.icon(icon).isNull()] == []


# versions

VERSIONED = sorted((m.class_ for m in Table.registry.mappers if issubclass(m.class_, Versioned)), key=lambda c: c.__tablename__)


def test_every_table_with_a_version_counts_it() -> None:
    columns = {name for name, table in metadata.tables.items() if "version" in table.c}
    assert columns == {table.__tablename__ for table in VERSIONED}


@pytest.mark.parametrize("table", VERSIONED, ids=lambda t: t.__tablename__)
def test_a_table_with_a_version_refuses_a_stale_write(office: Office, table: type[Table]) -> None:
    """By version asked for, and by a row that another desk changed between the look and the write."""
    id = office.do(lambda tx: Minimal(tx).row(table).id)

    def change(tx: Tx, version: int | None) -> int:
        row: Any = tx.get(table, id, version=version)
        flag_modified(row, _plain(table))
        tx.session.flush()
        return row.version

    def overtaken(tx: Tx) -> None:
        row = tx.get(table, id)
        tx.session.connection().execute(update(table.__table__).where(table.id == id).values(version=9))
        flag_modified(row, _plain(table))

    assert (office.do(change, 1), office.do(change, None)) == (2, 3)
    with pytest.raises(Stale, match="Somebody else has just changed this"):
        office.do(change, 2)
    with pytest.raises(Stale, match="Somebody else has just changed this"):
        office.do(overtaken)
    assert office.see(lambda tx: tx.get(table, id).version) == 3  # type: ignore[attr-defined]


def _plain(table: type[Table]) -> str:
    """A column that may be written again with what it holds."""
    return next(c.name for c in table.__table__.c if not c.foreign_keys and c.name not in {"id", "version", "public_id"})


class Minimal:
    """The smallest row of any table, with the rows it points at."""

    SPECIAL: dict[tuple[str, str], Any] = {
        ("shift", "end_min"): 60, ("absence", "ends_at"): MONDAY + timedelta(hours=1), ("invoice", "state"): "draft",
    }  # fmt: skip

    NEEDED: frozenset[tuple[str, str]] = frozenset({("appointment", "job_id")})
    """Columns that may be empty only in company of another."""

    def __init__(self, tx: Tx) -> None:
        self.tx, self.n = tx, 0
        self.made: dict[str, Table] = {}

    def row(self, table: type[Table]) -> Table:
        name = table.__tablename__
        if name not in self.made:
            needed = [c for c in table.__table__.c if (name, c.name) in self.NEEDED
                      or not c.nullable and not c.primary_key and c.default is None]  # fmt: skip
            self.made[name] = self.tx.add(table(**{c.name: self.value(name, c) for c in needed}))
        return self.made[name]

    def value(self, name: str, column: Column[Any]) -> Any:
        self.n += 1
        if (name, column.name) in self.SPECIAL:
            return self.SPECIAL[name, column.name]
        for key in column.foreign_keys:
            target = next(m.class_ for m in Table.registry.mappers if m.class_.__tablename__ == key.column.table.name)
            return self.row(target).id
        if isinstance(column.type, Instant):
            return MONDAY
        plain: dict[type, Any] = {date: MONDAY.date(), bool: True, int: self.n, float: 1.0, bytes: b"x", dict: {}}
        return plain.get(column.type.python_type, str(self.n))


# queries


class Counted:
    """Counts what an office asks of its database."""

    def __init__(self, office: Office) -> None:
        self.office, self.asked = office, list[str]()
        event.listen(office.engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.asked.append(statement)

    def of(self, query: Callable[..., Any], *args: Any) -> int:
        self.asked.clear()
        self.office.see(query, *args)
        return len(self.asked)


def _placed(office: Office, made: make.Made, provider: int, hour: int, job: Any = None) -> Any:
    opened = job or make.job(office, made)
    office.do(moves.place, opened.appointment_id, version=1, provider_ids=(provider,), starts_at=make.at(hour))
    return opened


def test_every_list_asks_the_same_number_of_queries_for_one_row_and_for_three(sqlite_office: Office) -> None:
    office, counted = sqlite_office, Counted(sqlite_office)
    made = make.small(office)
    first = _placed(office, made, made.ana, 9)
    asks: dict[str, tuple[Any, ...]] = {
        "board": (board, make.TODAY), "tray": (board, date(2026, 3, 9)), "day sheets": (daysheets.day_sheets, make.TODAY),
        "jobs": (job_page,), "customers": (customers.find,), "places": (customers.locations, made.customer),
        "price book": (catalog.items,), "job sheet": (sheet.job_sheet, first.job_id), "users": (company.users,),
        "timeline": (progress.timeline, first.job_id),
    }  # fmt: skip
    _grow(office, made, first, 1)
    one = {name: counted.of(*ask) for name, ask in asks.items()}
    _grow(office, made, first, 2)
    _grow(office, made, first, 3)
    assert {name: counted.of(*ask) for name, ask in asks.items()} == one
    assert min(one.values()) > 0


def _grow(office: Office, made: make.Made, first: Any, n: int) -> None:
    """One more of everything that a list can show."""
    other = office.do(lambda tx: make.provider(tx, f"Cy {n}"))
    make.customer(office, f"Customer {n}", n)
    office.do(customers.add_location, made.customer, street=f"{n} Second Street NW")
    skill = office.do(catalog.add_skill, f"skill {n}")
    office.do(catalog.add_item, kind="service", code=f"S{n}", name=f"Service {n}", price_cents=n, duration_s=600, skill_ids=[skill])
    office.do(company.add_user, login=f"user{n}", name=f"User {n}", roles=())
    job = make.job(office, made)
    office.do(moves.place, job.appointment_id, version=1, provider_ids=(other,), starts_at=make.at(8 + n), override="a test")
    make.job(office, made, on=date(2026, 3, 9))
    office.do(editing.add_note, first.job_id, f"note {n}")
    office.do(lambda tx: opening.add_visit(tx, first.job_id, 600, opening.Promise("all_day", date(2026, 3, 9))).id)


# the command line


REFUSALS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refused)]


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_every_refusal_ends_a_command_with_a_sentence_and_two(kind: type[Refused], capsys: pytest.CaptureFixture[str]) -> None:
    def run(given: Any) -> int:
        raise kind(name="Please give a name.") if kind is errors.Invalid else kind("The sentence.")

    command = cli.Command("try", "a command that is refused", lambda parser: None, run)
    assert cli.main(["try"], (command,), lambda given: 0) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"fieldoffice: {'Please give a name.' if kind is errors.Invalid else 'The sentence.'}\n")


def test_a_fault_of_the_machine_is_a_sentence_too(capsys: pytest.CaptureFixture[str]) -> None:
    command = cli.Command("try", "reads a file", lambda parser: None, lambda given: len(Path("/nowhere/at/all").read_text()))
    assert cli.main(["try"], (command,), lambda given: 0) == 2
    assert capsys.readouterr().err == "fieldoffice: No such file or directory: /nowhere/at/all.\n"


def test_without_a_command_the_desktop_opens() -> None:
    opened: list[Any] = []

    def desktop(given: Any) -> int:
        opened.append((given.sample, given.page))
        return 7

    assert cli.main(["--sample", "--page", "map"], cli.COMMANDS, desktop) == 7
    assert opened == [(True, "map")]


