"""What the map shows and in which colors: values only, no window."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fieldoffice.models.states import AppointmentState
from fieldoffice.ui.map.colors import theme_message
from fieldoffice.ui.map.scene import MapMarker, MapRoute, MapScene, as_message, route_colors, set_aside, uncolored
from fieldoffice.ui.palette import DARK, LIGHT, OTHER_ROUTE, ROUTES

MARK = MapMarker(1, 38.9, -77.0, 1, "Harbor Dental", "1 Main Street", "scheduled", 1, ROUTES[0])


def routes(count: int) -> list[MapRoute]:
    """Routes in a row from west to east, provider 1 the farthest west."""
    return [MapRoute(n + 1, f"P{n + 1}", ROUTES[n % 10], ((38.9, -77.0 + n / 10),)) for n in range(count)]


def test_up_to_ten_routes_keep_their_colors():
    ten = routes(10)
    assert route_colors(ten, 3, ROUTES, OTHER_ROUTE) == {route.provider_id: route.color for route in ten}


def test_of_many_routes_none_is_colored_until_one_is_chosen():
    assert set(route_colors(routes(11), None, ROUTES, OTHER_ROUTE).values()) == {OTHER_ROUTE}


def test_of_many_routes_the_chosen_and_its_nearest_nine_are_colored():
    colors = route_colors(routes(25), 25, ROUTES, "#000000")
    colored = {one for one, color in colors.items() if color != "#000000"}
    assert colored == set(range(16, 26))
    assert colors[25] == ROUTES[0]
    assert sorted(colors[one] for one in colored) == sorted(ROUTES)


def test_a_route_without_places_counts_as_far_away():
    many = [*routes(12), MapRoute(99, "Nobody", "#123456", ())]
    colors = route_colors(many, 1, ROUTES, "#000000")
    assert colors[99] == "#000000"
    assert colors[10] != "#000000"


def test_the_others_step_back_behind_the_chosen():
    few, many = routes(3), routes(12)
    assert set_aside(few, 2) == [1, 3]
    assert set_aside(many, 1) == [11, 12]
    assert set_aside(few, None) == set_aside(few, 77) == set_aside(many, None) == []


def test_lines_are_only_hinted_at_where_there_are_too_many():
    assert uncolored(routes(10), None) == []
    assert uncolored(routes(12), 1) == [11, 12]
    assert uncolored(routes(12), None) == list(range(1, 13))


def test_selecting_replaces_the_selection():
    scene = MapScene(markers=(MARK, replace(MARK, id=2, selected=True)))
    assert scene.select(frozenset({1})).selected == {1}
    assert scene.selected == {2}


@pytest.mark.parametrize("state", list(AppointmentState))
def test_every_state_has_a_word_and_a_sign(state: AppointmentState):
    message = as_message(MapScene(markers=(replace(MARK, state=state.value),)))
    assert message["markers"][0]["word"] == state.word
    for table in (LIGHT, DARK):
        ground, text, icon = theme_message(table)["states"][state.value]
        assert ground.startswith("#")
        assert text.startswith("#")
        assert icon


def test_a_scene_is_plain_json():
    scene = MapScene((MARK,), tuple(routes(2)), (), tuple(routes(1)), (38.9, -77.0), "mi")
    back = json.loads(json.dumps(as_message(scene)))
    assert back["routes"][1]["points"] == [[38.9, -76.9]]
    assert (back["depot"], back["units"]) == ([38.9, -77.0], "mi")
