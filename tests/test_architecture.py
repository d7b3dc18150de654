"""The plan of the house, kept by tests: who may import whom, how long a file may grow, what exists only once."""

from __future__ import annotations

import ast
import logging
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "fieldoffice"
LONGEST = 400
BUSY_QUERY = "services/dispatch/diaries.py"
STATE_OWNERS = ("models/appointment.py", "models/billing.py", "models/booking.py", "models/collecting.py", "models/message.py")
REGISTRIES = ("py" + "pi.org", "pythonhos" + "ted", "npm" + "js.", "proxy.go" + "lang.org", "con" + "da.anaconda.org")
MACHINE = re.compile(r"(?<![\w.])/(?:" + "wo" + "rk|ro" + r"ot|home/\w+)/")


@cache
def modules() -> tuple[Path, ...]:
    """The program's own files, without the migrations: those are written once and never touched again."""
    return tuple(p for p in sorted(CODE.rglob("*.py")) if "migrations/versions" not in p.as_posix())


@cache
def tree_of(path: Path) -> ast.Module:
    """Parsed once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(CODE).as_posix()}:{getattr(node, 'lineno', 0)}"


def nodes(*kinds: type[ast.AST], without: tuple[str, ...] = ()) -> Iterator[tuple[Path, ast.AST]]:
    for path in modules():
        if path.relative_to(CODE).as_posix() not in without:
            yield from ((path, node) for node in ast.walk(tree_of(path)) if isinstance(node, kinds))


def is_column(node: ast.AST, table: str, *names: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.value, ast.Name) and node.value.id == table


@pytest.fixture
def logs_kept() -> Iterator[None]:
    """The linter configures logging for its own process, which silences everybody else's."""
    ours = [log for log in logging.root.manager.loggerDict.values() if isinstance(log, logging.Logger) and not log.disabled]
    handlers = list(logging.root.handlers)
    yield
    logging.root.handlers[:] = handlers
    for log in ours:
        log.disabled = False


def test_the_layers_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], logs_kept: None) -> None:
    from importlinter.cli import lint_imports

    monkeypatch.chdir(ROOT)
    failed = lint_imports(no_cache=True, no_logo=True)
    assert failed == 0, capsys.readouterr().out


def test_no_file_grows_beyond_one_story() -> None:
    lengths = {p.relative_to(ROOT).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [p.relative_to(ROOT).as_posix() for p in modules() if p.stat().st_size and not ast.get_docstring(tree_of(p))]
    assert silent == []


def test_only_one_place_asks_who_is_busy_when() -> None:
    """A comparison of an assignment's times is the overlap query; a second one would be a second rule."""
    times = ("starts_at", "ends_at")
    found = [
        place(path, node)
        for path, node in nodes(ast.Compare)
        if isinstance(node, ast.Compare) and any(is_column(side, "Assignment", *times) for side in (node.left, *node.comparators))
    ]
    assert {where.rsplit(":", 1)[0] for where in found} == {BUSY_QUERY}, found


def test_no_front_end_writes_sql_of_its_own() -> None:
    """Where a query is text it may look at the database's own tables, not decide who is free."""
    raw = re.compile(r"\b(from|join|update|into)\s+assignment\b", re.I)
    texts = [(p, n) for p, n in nodes(ast.Constant) if isinstance(n, ast.Constant) and isinstance(n.value, str) and raw.search(n.value)]
    assert [place(path, node) for path, node in texts] == []


def test_nobody_but_the_visit_itself_assigns_its_state() -> None:
    kinds = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Call)
    assigned = [place(p, n) for p, n in nodes(*kinds, without=STATE_OWNERS) for name in _state_targets(p, n) if name]
    assert assigned == []


def _state_targets(path: Path, node: ast.AST) -> Iterator[str]:
    """Assignments to `.state` or `.status`, by statement, by `setattr`, or by an update of the table."""
    in_services = "ui" not in path.relative_to(CODE).parts
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
        yield from (t.attr for t in flat if in_services and isinstance(t, ast.Attribute) and t.attr in {"state", "status"})
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called == "setattr" and any(isinstance(a, ast.Constant) and a.value in {"state", "status"} for a in node.args):
            yield "setattr"
        if called == "values" and "update(Appointment)" in ast.unparse(node):
            yield from (k.arg for k in node.keywords if k.arg == "state")
        if called == "Appointment":
            yield from (k.arg for k in node.keywords if k.arg == "state" and not ast.unparse(k.value).endswith("WAITING"))


def test_a_new_visit_waits() -> None:
    """The column's default is the machine's first state, so a visit made without one starts there too."""
    from fieldoffice.models.appointment import Appointment
    from fieldoffice.models.states import AppointmentState

    assert Appointment.__table__.c.state.default.arg is AppointmentState.WAITING


UI = tuple(p for p in modules() if p.relative_to(CODE).parts[0] == "ui")


@pytest.mark.parametrize("path", UI, ids=lambda p: p.relative_to(CODE / "ui").as_posix())
def test_labels_show_data_as_plain_text(path: Path) -> None:
    """Qt guesses whether a text is HTML; a label that shows a text is told that it is not."""
    source, tree = path.read_text(encoding="utf-8"), tree_of(path)
    plain = "setTextFormat(" in source and "PlainText" in source
    bare = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "QLabel"]
    worded = [n.lineno for n in bare if any(not isinstance(a, ast.Name) or a.id not in {"self", "parent"} for a in n.args)]
    filled = [name for name in _label_names(tree) if re.search(rf"(?<!\w){re.escape(name)}\.setText\(", source)]
    assert plain or not (worded or filled), f"{worded} {filled}"


def _label_names(tree: ast.Module) -> set[str]:
    """What bare labels are called, as written: `label`, `self.words`."""
    found: set[str] = set()
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.Assign)):
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = [*zip(target.elts, node.value.elts, strict=False)]
            found |= {ast.unparse(t) for t, v in pairs if isinstance(v, ast.Call) and ast.unparse(v.func) == "QLabel"}
    return found


def test_message_boxes_show_data_as_plain_text() -> None:
    for path in UI:
        source = path.read_text(encoding="utf-8")
        if "QMessageBox" in source:
            assert not re.search(r"QMessageBox\.(information|warning|question|critical|about)\(", source), path
            assert re.search(r"setTextFormat\(Qt\.TextFormat\.PlainText\)", source), path


@cache
def tracked() -> tuple[Path, ...]:
    """The files that belong to the project: tracked, or new and not ignored."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git working tree")
    return tuple(p for name in listed.stdout.decode().split("\0") if name and (p := ROOT / name).is_file())


def texts() -> Iterator[tuple[str, str]]:
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw[:8000]:
            yield path.relative_to(ROOT).as_posix(), raw.decode("utf-8", "replace")


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    hosts = [(name, host) for name, text in texts() for host in REGISTRIES if host in text]
    places = [(name, found.group()) for name, text in texts() if (found := MACHINE.search(text))]
    assert hosts + places == []


def test_what_the_set_up_fetches_is_not_tracked() -> None:
    listed = [p.relative_to(ROOT).parts[0] for p in tracked()]
    assert {"vendor", "node_modules", ".venv"} & set(listed) == set()
    outside = {".woff", ".woff2", ".ttf", ".otf"}
    assert [p.name for p in tracked() if p.suffix in outside] == []
