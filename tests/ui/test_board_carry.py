"""Cards in the hand: where they would land, which rows fit and why not, which row is best. No window needed."""

from __future__ import annotations

from datetime import timedelta

from fieldoffice.services.availability import Span
from fieldoffice.ui.schedule.carry import Carry, Kind
from fieldoffice.ui.schedule.legs import board_legs
from fieldoffice.ui.schedule.waiting import Filter, Order, shown
from tests.ui.boards import ZONE, at, board, card, provider, usual


def words(carry: Carry, provider_id: int) -> list[str]:
    return [reason.words for reason in carry.verdicts[provider_id].reasons]


def test_a_row_that_is_busy_names_the_visit() -> None:
    day = usual()
    carry = Carry(day, day.tray[:1], Kind.PLACE)
    assert carry.aim(0, at(9, 30))
    assert words(carry, 1) == ["Ada is at Okafor 09:00–10:00"]
    assert not carry.verdicts[1].fits
    assert carry.verdicts[2].fits


def test_a_missing_skill_an_absence_a_window_and_a_lunch_are_named() -> None:
    day = board(
        [
            provider(1),
            provider(2, skills=["Plumbing"], absent=[(at(10), at(12), "Dentist")]),
            provider(3, skills=["Plumbing"], lunch=True),
        ],
        [],
        [card(9, skills=frozenset({"Plumbing"}), duration_s=7200, window=Span(at(8), at(10)))],
    )
    carry = Carry(day, day.tray, Kind.PLACE)
    carry.aim(0, at(11))
    assert words(carry, 1) == ["Ada lacks Plumbing", "Promised until 10:00: 60 min late"]
    assert words(carry, 2)[0] == "Ben is away: Dentist"
    day = board(day.providers, [], [card(9, skills=frozenset({"Plumbing"}), duration_s=3 * 3600)])
    carry = Carry(day, day.tray, Kind.PLACE)
    carry.aim(2, at(11))
    assert words(carry, 3) == ["Leaves Cem no time for a break"]
    assert carry.verdicts[3].fits


def test_the_best_row_adds_the_least_drive_and_has_nothing_against_it() -> None:
    far, near = (39.2, -77.4), (38.9, -77.05)
    day = board(
        [provider(1, start_place=far, end_place=far), provider(2, start_place=near, end_place=near), provider(3)],
        [card(1, start=at(9), provider_ids=(3,))],
        [card(9, place=(38.9, -77.04))],
    )
    carry = Carry(day, day.tray, Kind.PLACE)
    carry.aim(0, at(9))
    assert carry.best_id == 2
    assert carry.verdicts[2].added_s < carry.verdicts[1].added_s


def test_cards_of_several_rows_keep_their_distance_and_stay_on_the_board() -> None:
    day = board(
        [provider(1), provider(2), provider(3)],
        [card(1, start=at(9), provider_ids=(1,)), card(2, start=at(11), provider_ids=(2,))],
    )
    carry = Carry(day, day.cards, Kind.MOVE, 1, {1: 1, 2: 2})
    carry.aim(1, at(9, 30))
    assert [(m.provider_ids, m.starts_at) for m in carry.moves()] == [((2,), at(9, 30)), ((3,), at(11, 30))]
    carry.aim(2, at(9, 30))
    assert [m.provider_ids for m in carry.moves()] == [((2,)), ((3,))]


def test_a_team_keeps_its_helper_and_the_helper_is_asked_too() -> None:
    day = board(
        [provider(1), provider(2), provider(3)],
        [card(1, start=at(9), provider_ids=(1, 2)), card(5, start=at(14), provider_ids=(2,), customer="Lopez")],
    )
    carry = Carry(day, day.cards[:1], Kind.MOVE, 1, {1: 1})
    carry.aim(2, at(14))
    assert carry.moves()[0].provider_ids == (3, 2)
    assert words(carry, 3) == ["Ben is at Lopez 14:00–15:00"]
    carry.aim(1, at(9))
    assert carry.moves()[0].provider_ids == (2, 1)


def test_cards_from_the_tray_follow_each_other_with_the_drive_between() -> None:
    day = board([provider(1)], [], [card(8, place=(38.9, -77.0)), card(9, place=(38.95, -77.0))])
    carry = Carry(day, day.tray, Kind.PLACE)
    carry.aim(0, at(9))
    first, second = carry.moves()
    gap = second.starts_at - first.starts_at - timedelta(hours=1)
    assert timedelta(minutes=10) <= gap <= timedelta(minutes=20)
    assert carry.verdicts[1].clean


def test_a_leg_tells_drive_wait_and_lateness() -> None:
    near, far = (38.9, -77.0), (39.0, -77.0)
    day = board(
        [provider(1)],
        [
            card(1, start=at(8), provider_ids=(1,), place=near),
            card(2, start=at(9, 5), provider_ids=(1,), place=far),
            card(3, start=at(14), provider_ids=(1,), place=far),
        ],
    )
    first, second = board_legs(day)[1]
    assert first.drive_s > 1000
    assert first.late_s == first.drive_s - 300
    assert (second.drive_s, second.wait_s) == (0, int((at(14) - at(10, 5)).total_seconds()))


def test_the_tray_is_found_filtered_and_sorted() -> None:
    cards = [
        card(1, customer="Patel"),
        card(2, customer="Brown", priority=3),
        card(3, customer="Okafor", window=Span(at(9), at(11)), skills=frozenset({"HVAC"})),
    ]
    assert [c.id for c in shown(cards, Filter(), ZONE)] == [3, 2, 1]
    assert [c.id for c in shown(cards, Filter(order=Order.PRIORITY), ZONE)] == [2, 3, 1]
    assert [c.id for c in shown(cards, Filter(order=Order.AGE), ZONE)] == [1, 2, 3]
    assert [c.id for c in shown(cards, Filter(text="19th pat"), ZONE)] == [1]
    assert [c.id for c in shown(cards, Filter(skill="HVAC"), ZONE)] == [3]
    assert [c.id for c in shown(cards, Filter(priority=2), ZONE)] == [2]
