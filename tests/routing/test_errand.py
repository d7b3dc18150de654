"""The planner on files: day files and Solomon's format in, plans out, bad files refused with line and field, engines compared."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.routing import peers
from fieldoffice.services.routing.dayfile import read_day
from fieldoffice.services.routing.errand import Errand, run
from fieldoffice.services.routing.jsonfile import line_of
from fieldoffice.services.routing.matrixfile import read_matrix
from fieldoffice.services.routing.rivals import compare
from fieldoffice.services.routing.solomon import gap_percent, read_solomon
from fieldoffice.services.routing.solve import solve
from tests.routing.days import bench_folder, needs_bench

DAY: dict[str, Any] = {
    "locations": [[39.0, -77.0], [39.02, -77.02], [39.05, -77.0], [38.98, -77.01]],
    "technicians": [{"id": "T1", "start_loc": 0, "end_loc": 0, "shift": [28800, 61200], "skills": ["gas"], "max_overtime": 0}],
    "jobs": [
        {"id": f"J{n}", "loc": n, "duration": 1800, "windows": [[28800, 57600]], "skills": [], "priority": 1} for n in (1, 2, 3)
    ],
    "detour": 1.3, "kmh": 35, "earth_km": 6371, "weights": {"1": 1}, "overtime_factor": 2, "preferred_miss_s": 300,
}  # fmt: skip
SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0      0    0    0    0   200    0
    1      3    4   10    0   100   10
    2      6    8   10   10   100   10
    3     -3   -4   10    0   100   10
"""


@pytest.fixture
def day_file(tmp_path: Path) -> Path:
    path = tmp_path / "day.json"
    path.write_text(json.dumps(DAY, indent=1))
    return path


@pytest.fixture
def solomon(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.txt"
    path.write_text(SOLOMON)
    return path


@pytest.mark.requirement("0.14")
def test_the_same_iterations_and_seed_write_the_same_file(day_file: Path, tmp_path: Path) -> None:
    texts = []
    for n in range(2):
        out = tmp_path / f"plan{n}.json"
        run(Errand(day_file, out, iterations=300, seed=4, engine="sisr"))
        texts.append(out.read_text())
    assert texts[0] == texts[1]
    assert sorted(stop[0] for stop in json.loads(texts[0])["routes"]["T1"]["stops"]) == ["J1", "J2", "J3"]


@needs_bench
def test_iterations_give_the_same_plan_in_another_process(tmp_path: Path) -> None:
    folder = bench_folder()
    assert folder is not None
    command = [sys.executable, "-m", "fieldoffice", "optimize", folder / "days" / "n30.json", "--iterations", "1500", "--out"]
    for name in ("a", "b"):
        subprocess.run([*command, tmp_path / name], check=True, capture_output=True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_reasons_are_printed_for_every_visit(day_file: Path) -> None:
    lines = run(Errand(day_file, iterations=50, explain=True))
    assert lines[0].startswith("total ")
    assert [line.split(":")[0] for line in lines[1:]] == ["J1", "J2", "J3"]


def test_a_matrix_file_replaces_the_straight_lines(day_file: Path, tmp_path: Path) -> None:
    seconds = [[0 if a == b else 100 + a for b in range(4)] for a in range(4)]
    matrix = tmp_path / "matrix.json"
    matrix.write_text(json.dumps({"seconds": seconds, "source": "a survey"}))
    assert read_matrix(matrix, 4).source == "a survey"
    assert run(Errand(day_file, iterations=100, matrix=str(matrix)))[0].startswith("total 406 ")


BAD_MATRICES: dict[str, tuple[object, str]] = {
    "rows": ([[0]], "seconds must have 4 rows"),
    "row": ([[0, 1, 2, 3], [0, 1], [0] * 4, [0] * 4], r"seconds\[1\] must be a list of 4"),
    "entry": ([[0, 1, 2, -3], [0] * 4, [0] * 4, [0] * 4], r"seconds\[0\]\[3\] must be a whole number"),
    "no seconds": ({"meters": []}, "seconds is missing"),
    "meters": ({"seconds": [[0] * 4] * 4, "meters": 3}, "meters must have 4 rows"),
}


@pytest.mark.parametrize("case", BAD_MATRICES)
def test_a_bad_matrix_is_refused_by_row_and_column(case: str, day_file: Path, tmp_path: Path) -> None:
    content, words = BAD_MATRICES[case]
    (tmp_path / "matrix.json").write_text(json.dumps(content))
    with pytest.raises(Invalid, match=words):
        run(Errand(day_file, iterations=1, matrix=str(tmp_path / "matrix.json")))


def test_a_bad_day_file_is_refused_with_line_and_field(day_file: Path) -> None:
    text = json.dumps({**DAY, "jobs": [*DAY["jobs"][:2], {**DAY["jobs"][2], "loc": 9}]}, indent=1)
    day_file.write_text(text)
    line = 1 + text[: text.index('"loc": 9')].count("\n")
    with pytest.raises(Invalid, match=rf"line {line}: jobs\[2\].loc points at place 9"):
        read_day(day_file)


def test_the_line_of_a_field_is_found_also_where_it_is_missing() -> None:
    text = '{\n "a": [1,\n  {"b,}": "]",\n   "c": {}}]}'
    assert [line_of(text, path) for path in ("a[0]", "a[1].b,}", "a[1].c", "a[1].c.d", "a[7]", "none")] == [2, 3, 4, 4, 2, 1]


def test_solomons_format_is_read_in_tenths(solomon: Path) -> None:
    problem = read_solomon(solomon)
    assert problem.travel.seconds[0].tolist() == [0, 50, 100, 50]
    assert [(v.load, v.duration_s, v.windows) for v in problem.visits][1] == (10, 100, ((100, 1000),))
    assert {p.capacity for p in problem.providers} == {20}
    solved = solve(problem, seconds=9, iterations=300)
    assert (solved.score.unserved, solved.score.drive_s) == (0, 300)


def test_a_load_beyond_the_capacity_is_never_planned(solomon: Path) -> None:
    problem = read_solomon(solomon)
    heavy = replace(problem, visits=tuple(replace(visit, load=11) for visit in problem.visits))
    solved = solve(heavy, seconds=9, iterations=300)
    assert all(len(route.stops) == 1 for route in solved.plan.routes.values())
    too_heavy = replace(problem, visits=(replace(problem.visits[0], load=21), *problem.visits[1:]))
    assert "1" not in solve(too_heavy, seconds=9, iterations=100).plan.place_of


BAD_SOLOMON: dict[str, tuple[str, str, str]] = {
    "no capacity": ("CAPACITY", "", "line 1: the word CAPACITY is missing"),
    "fleet": ("  2         20", "  2", "line 5: the number of vehicles and their capacity"),
    "fleet number": ("  2         20", "  0  20", "line 5: the number of vehicles must be a whole number from 1"),
    "no heading": ("CUST NO.", "NO.", "the customers' heading"),
    "too short": ("    1      3    4   10    0   100   10", "    1  3  4", "line 11: 7 numbers must stand here"),
    "not a number": ("    2      6    8   10", "    2      6    8   ten", "line 12: the demand must be a whole number"),
    "order": ("    2      6", "    5      6", "line 12: customer number 2 is expected here, not 5"),
    "due": ("   10   100   10", "  110   100   10", "line 12: the due date lies before the ready time"),
}


@pytest.mark.parametrize("case", BAD_SOLOMON)
def test_a_bad_solomon_file_is_refused_with_line_and_field(case: str, solomon: Path) -> None:
    old, new, words = BAD_SOLOMON[case]
    assert old in SOLOMON
    solomon.write_text(SOLOMON.replace(old, new))
    with pytest.raises(Refused, match=words):
        read_solomon(solomon)


@needs_bench
@pytest.mark.requirement("0.15")
def test_a_solomon_file_is_solved_and_its_checker_agrees(tmp_path: Path) -> None:
    folder = bench_folder()
    assert folder is not None
    file, out = folder / "vrptw" / "solomon" / "C101.txt", tmp_path / "plan.json"
    lines = run(Errand(file, out, iterations=6_000, vrptw=True))
    done = subprocess.run([sys.executable, folder / "check_vrptw.py", file, out], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert (done.returncode, said["violations"], said["gap_percent"]) == (0, 0, 0.0)
    assert lines[0] == "distance 827.3  unserved 0  +0.00 % of the best known"
    assert gap_percent(file, said["distance_x10"]) == 0


def test_the_comparison_names_what_is_missing(day_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    lines = compare(Errand(day_file, tmp_path / "best.json", seconds=0.2))
    assert [line.split()[0] for line in lines] == ["greedy", "sisr", "ortools", "pyvrp", "vroom"]
    assert [line.endswith("not installed") for line in lines] == [False, False, False, True, True]
    assert (tmp_path / "best.json").is_file()


def test_a_peer_that_is_here_is_judged_by_our_verifier(day_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in program on the path, as VROOM would be: it answers in VROOM's format with one visit forgotten."""
    program = day_file.parent / "vroom"
    answer = {"routes": [{"vehicle": 0, "steps": [{"type": "start"}, {"type": "job", "id": 2}, {"type": "job", "id": 0}]}]}
    code = f"import sys\nopen(sys.argv[sys.argv.index('-o') + 1], 'w').write({json.dumps(answer)!r})\n"
    program.write_text(f"#!{sys.executable}\n{code}")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    line = compare(Errand(day_file, seconds=0.1))[-1]
    assert line.startswith("vroom")
    assert "unserved 1 " in line


def test_what_vroom_is_asked_holds_the_days_rules(day_file: Path) -> None:
    question = peers._vroom_question(read_day(day_file))
    assert [job["location_index"] for job in question["jobs"]] == [1, 2, 3]
    assert question["vehicles"][0]["time_window"] == [28800, 61200]
    assert len(question["matrices"]["car"]["durations"]) == 4
