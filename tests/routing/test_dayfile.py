"""Day files and plan files: read exactly, refused with the place of the fault."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.dayfile import plan_record, problem_of, read_day, write_plan
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.problem import (
    Lunch,
    Plan,
    Precedence,
    ProviderShift,
    Route,
    Stop,
    Traffic,
    Weather,
    Weights,
)
from fieldoffice.services.routing.solve import solve

DAY: dict[str, Any] = {
    "name": "one",
    "kmh": 35.0,
    "detour": 1.3,
    "earth_km": 6371.0088,
    "weights": {"1": 1, "2": 3, "3": 10},
    "overtime_factor": 2,
    "preferred_miss_s": 300,
    "rain": [48600, 55800],
    "locations": [[39.96, -83.0], [39.97, -83.01]],
    "technicians": [
        {
            "id": "T0",
            "start_loc": 0,
            "end_loc": 0,
            "shift": [28800, 61200],
            "break_": {"duration": 1800, "start_window": [41400, 46800]},
            "skills": ["gas"],
            "max_overtime": 600,
        }
    ],
    "jobs": [
        {
            "id": "J0",
            "loc": 1,
            "duration": 1800,
            "windows": [[28800, 43200]],
            "outdoor": True,
            "skills": ["gas"],
            "priority": 3,
            "pinned": None,
            "preferred": "T0",
        }
    ],
}


def changed(path: str, value: object, of: dict[str, Any] = DAY) -> dict[str, Any]:
    """The day with one field set (or taken out, with `...`); the path is dotted, numbers are list positions."""
    day = copy.deepcopy(of)
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    inner: Any = day
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return day


def test_every_field_is_read() -> None:
    problem = problem_of(DAY)
    provider, visit = problem.providers[0], problem.visits[0]
    assert (provider.id, provider.start, provider.shift, provider.max_overtime_s) == ("T0", 0, (28800, 61200), 600)
    assert (provider.lunch, provider.skills) == (Lunch(1800, (41400, 46800)), {"gas"})
    assert (visit.place, visit.duration_s, visit.windows, visit.priority) == (1, 1800, ((28800, 43200),), 3)
    assert (visit.preferred, visit.pinned, visit.outdoor, problem.rain) == ("T0", None, True, ((48600, 55800),))
    assert (problem.weights.unserved[3], problem.weights.overtime_factor) == (10, 2)


@pytest.mark.parametrize(
    ("path", "value", "field", "words"),
    [
        ("locations", ..., "locations", "is missing"),
        ("locations.1", [91, 0], "locations[1]", "outside the world"),
        ("locations.1", [1], "locations[1]", "must be [latitude, longitude]"),
        ("locations.0", [float("nan"), 0], "locations[0]", "must be [latitude, longitude]"),
        ("technicians", {}, "technicians", "must be a list"),
        ("technicians.0", 5, "technicians[0]", "must be an object"),
        ("technicians.0.id", "", "technicians[0].id", "must be a text"),
        ("technicians.0.start_loc", 2, "technicians[0].start_loc", "points at place 2, but there are only 2"),
        ("technicians.0.shift", [61200, 28800], "technicians[0].shift", "ends before it begins"),
        ("technicians.0.shift", [True, 28800], "technicians[0].shift", "two whole numbers of seconds"),
        ("technicians.0.break_.duration", -1, "technicians[0].break_.duration", "a whole number from 0"),
        ("technicians.0.skills", [1], "technicians[0].skills", "a list of texts"),
        ("jobs.0.duration", 1.5, "jobs[0].duration", "a whole number from 0"),
        ("jobs.0.windows", [[1, 2, 3]], "jobs[0].windows[0]", "two whole numbers of seconds"),
        ("jobs.0.preferred", "T9", "jobs[0].preferred", "names no technician"),
        ("jobs.0.pinned", ["T0"], "jobs[0].pinned", "names no technician"),
        ("jobs.0.priority", ..., "jobs[0].priority", "is missing"),
        ("weights", {"x": 1}, "weights", "whole numbers as keys"),
        ("kmh", 0, "kmh", "above 0"),
        ("detour", "1.3", "detour", "above 0"),
        ("rain", [5], "rain", "two whole numbers"),
    ],
)
def test_a_bad_field_is_refused_by_name(path: str, value: object, field: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        problem_of(changed(path, value))
    assert list(refusal.value.fields) == [field]
    assert words in str(refusal.value)


def test_an_id_that_stands_twice_is_refused() -> None:
    with pytest.raises(Invalid, match=r"jobs\[1\].id J0 stands twice"):
        problem_of(changed("jobs", DAY["jobs"] * 2))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": 1', "\x00"])
def test_what_is_not_json_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "day.json").write_text(text)
    with pytest.raises(Refused, match="is not JSON"):
        read_day(tmp_path / "day.json")


@pytest.mark.parametrize("value", [None, 5, "day", []])
def test_json_that_is_no_day_is_refused(value: object) -> None:
    with pytest.raises(Invalid, match="day must be an object"):
        problem_of(value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read: No such file"):
        read_day(tmp_path / "none.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="cannot be read"):
        read_day(tmp_path / "binary.json")


def test_a_plan_is_written_whole(tmp_path: Path) -> None:
    plan = Plan({"T0": Route(28800, 40000, 41400, (Stop("J0", 30000),))})
    write_plan(plan, tmp_path / "plan.json")
    written = json.loads((tmp_path / "plan.json").read_text())
    assert written == {"routes": {"T0": {"start": 28800, "end": 40000, "break": 41400, "stops": [["J0", 30000]]}}}
    assert written == plan_record(plan)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_a_plan_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        write_plan(insert_all(problem_of(DAY)), tmp_path / "none" / "plan.json")


FULL: dict[str, Any] = {
    **copy.deepcopy(DAY),
    "traffic": [{"window": [25200, 32400], "percent": 150}],
    "weather": [{"window": [43200, 64800], "kind": "storm", "travel_percent": 120, "outdoor": "limited", "outdoor_most": 900}],
    "precedences": [{"before": "J0", "after": "J1", "gap": 600}],
    "same_day": [["J0", "J1"]],
    "moved_s": 400,
    "fairness_percent": 30,
    "technicians": [
        {
            **DAY["technicians"][0],
            "person": "Ana",
            "more_breaks": [{"duration": 900, "start_window": [54000, 57600]}],
            "experience_percent": 80,
            "travel_percent": 110,
            "capacity": 9,
            "first_within": 1200,
            "last_within": 2400,
        },
        {**DAY["technicians"][0], "id": "T1"},
        {**DAY["technicians"][0], "id": "T2"},
    ],
    "jobs": [
        {**DAY["jobs"][0], "preferred": "Ana", "crew": 2, "current": "T1", "excluded": ["T2"], "load": 3},
        {**DAY["jobs"][0], "preferred": None, "id": "J1", "position": "last"},
        {**DAY["jobs"][0], "preferred": None, "id": "J2", "pinned": "T1", "fixed_start": 36000},
    ],
}


def test_the_rules_beyond_the_usual_day_are_read() -> None:
    problem = problem_of(FULL)
    ana, (crew, last, locked) = problem.providers[0], problem.visits
    assert problem.traffic == (Traffic((25200, 32400), 150),)
    assert problem.weather == (Weather((43200, 64800), "storm", 120, "limited", 900),)
    assert (problem.precedences, problem.same_day) == ((Precedence("J0", "J1", 600),), (("J0", "J1"),))
    assert (problem.weights.moved_s, problem.weights.fairness_percent) == (400, 30)
    assert (ana.who, ana.more_breaks, ana.capacity) == ("Ana", (Lunch(900, (54000, 57600)),), 9)
    assert (ana.experience_percent, ana.travel_percent, ana.first_within_s, ana.last_within_s) == (80, 110, 1200, 2400)
    assert (crew.crew, crew.current, crew.excluded, crew.load, crew.preferred) == (2, "T1", {"T2"}, 3, "Ana")
    assert (last.position, locked.fixed_start) == ("last", 36000)


def test_a_file_without_these_keys_is_read_as_if_they_did_not_exist() -> None:
    problem = problem_of(DAY)
    assert (problem.traffic, problem.weather, problem.precedences, problem.same_day) == ((), (), (), ())
    assert problem.providers == (
        ProviderShift("T0", 0, 0, (28800, 61200), Lunch(1800, (41400, 46800)), frozenset({"gas"}), 600),
    )
    assert problem.weights == Weights({1: 1, 2: 3, 3: 10}, 2, 300)
    assert not problem.bound


@pytest.mark.parametrize(
    ("path", "value", "field", "words"),
    [
        ("traffic.0.percent", 0, "traffic[0].percent", "a whole number from 1 to 1000"),
        ("traffic", {}, "traffic", "must be a list"),
        ("weather.0.outdoor", "wet", "weather[0].outdoor", "must be one of free, limited, blocked"),
        ("weather.0.kind", ..., "weather[0].kind", "is missing"),
        ("weather.0.window", [9, 5], "weather[0].window", "ends before it begins"),
        ("precedences.0.before", "J9", "precedences[0].before", "names no job"),
        ("precedences.0.after", ..., "precedences[0].after", "is missing"),
        ("precedences.0.after", "J0", "precedences[0].after", "the same job"),
        ("precedences.0.gap", -5, "precedences[0].gap", "a whole number from 0"),
        ("same_day.0", "J0", "same_day[0]", "a list of job ids"),
        ("same_day.0", ["J0", "J9"], "same_day[0]", "names J9"),
        ("same_day.0", ["J0"], "same_day[0]", "at least two"),
        ("moved_s", -1, "moved_s", "a whole number from 0"),
        ("technicians.0.more_breaks.0.duration", "x", "technicians[0].more_breaks[0].duration", "a whole number"),
        ("technicians.0.experience_percent", 0, "technicians[0].experience_percent", "from 1 to 1000"),
        ("technicians.0.person", 5, "technicians[0].person", "must be a text"),
        ("technicians.0.capacity", 1.5, "technicians[0].capacity", "a whole number"),
        ("jobs.0.crew", 0, "jobs[0].crew", "from 1 to 20"),
        ("jobs.0.position", "middle", "jobs[0].position", "must be one of (nothing), first, last"),
        ("jobs.0.current", "T0", "jobs[0].current", "names no technician"),
        ("jobs.0.excluded", ["T9"], "jobs[0].excluded", "names no technician"),
        ("jobs.2.pinned", None, "jobs[2].fixed_start", "needs a pinned technician"),
    ],
)
def test_a_bad_rule_is_refused_by_name(path: str, value: object, field: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        problem_of(changed(path, value, FULL))
    assert list(refusal.value.fields) == [field]
    assert words in str(refusal.value)


def test_a_day_with_these_rules_is_planned_and_written_with_all_its_breaks(tmp_path: Path) -> None:
    (tmp_path / "day.json").write_text(json.dumps(FULL))
    problem = read_day(tmp_path / "day.json")
    solved = solve(problem, seconds=60, iterations=300)
    assert check(problem, solved.plan, excused=frozenset(solved.pins_missed)).accepted
    assert solved.score.unserved == 0
    write_plan(solved.plan, tmp_path / "plan.json")
    routes = json.loads((tmp_path / "plan.json").read_text())["routes"]
    assert "T2" not in routes or "J0" not in [visit_id for visit_id, _ in routes["T2"]["stops"]]
    assert len([visit_id for route in routes.values() for visit_id, _ in route["stops"] if visit_id == "J0"]) == 2
    assert all("more_breaks" in route for name, route in routes.items() if name == "T0")
