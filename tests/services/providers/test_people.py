"""Providers: their facts, their order on the board, and their leaving; undone as they were done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.log import Event
from fieldoffice.models.provider import Provider
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import providers
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.diaries import provider_rows
from fieldoffice.services.edits import Edit, put_rows_back
from fieldoffice.services.providers import Facts
from tests import make
from tests.make import at


def names(office: Office) -> list[str]:
    """The active providers as the board shows them."""
    return [row.name for row in office.see(provider_rows, make.TODAY, 1)]


def undo(office: Office, edit: Edit) -> Edit:
    return office.do(put_rows_back, edit.before, edit.after)


def stored(office: Office, id: int) -> Facts:
    return office.see(providers.person, id).facts


FULL = Facts("Cy Young", "contractor", "#AA4499", "cy@example.com", "555", "home", (38.9, -77.0), "depot", (38.8, -77.1), 3600,
             90, 70, 120, starts_at_first_job=True, ends_at_last_job=True)  # fmt: skip


def test_a_provider_is_added_edited_and_both_are_undone_and_done_again(office: Office) -> None:
    make.small(office)
    added = office.do(providers.new_provider, FULL)
    assert (stored(office, added.value), names(office)) == (FULL, ["Ana", "Bo", "Cy Young"])
    edited = office.do(providers.edit_provider, added.value, replace(FULL, name=" Cy ", speed_percent=110), version=1)
    assert stored(office, added.value) == replace(FULL, name="Cy", speed_percent=110)
    back = undo(office, edited)
    assert stored(office, added.value) == FULL
    undo(office, back)
    assert stored(office, added.value).name == "Cy"
    event = office.see(lambda tx: tx.all(select(Event).where(Event.kind == "provider.edited"))[0])
    assert (event.entity, event.before, event.after) == ("provider", {"name": "Cy Young", "speed_percent": 90},
                                                         {"name": "Cy", "speed_percent": 110})  # fmt: skip


def test_adding_is_undone_as_long_as_nothing_refers_to_the_provider(office: Office) -> None:
    made = make.small(office)
    added = office.do(providers.new_provider, Facts("Cy"))
    office.do(providers.add_shifts, added.value, (0,), providers.hours.Hours(480, 960))
    left = undo(office, added)
    assert ([why for _, why in left.refused], names(office)) == (["The provider is in use by now; it stays."], ["Ana", "Bo", "Cy"])
    other = office.do(providers.new_provider, Facts("Di"))
    assert undo(office, other).refused == ()
    assert names(office) == ["Ana", "Bo", "Cy"]
    assert made.ana == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"kind": "robot"}, "kind"), ({"color": "red"}, "color"), ({"email": "a b@c"}, "email"),
     ({"start": (91.0, 0.0)}, "start"), ({"end": (0.0, 181.0)}, "end"), ({"max_overtime_s": -1}, "max_overtime_s"),
     ({"max_overtime_s": 9 * 3600}, "max_overtime_s"), ({"speed_percent": 0}, "speed_percent"),
     ({"target_load_percent": 151}, "target_load_percent"), ({"experience_percent": 49}, "experience_percent")],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_by_the_field(sqlite_office: Office, wrong: dict[str, Any], field: str) -> None:
    made = make.small(sqlite_office)
    for call in (lambda: sqlite_office.do(providers.new_provider, replace(FULL, **wrong)),
                 lambda: sqlite_office.do(providers.edit_provider, made.ana, replace(FULL, **wrong), version=1)):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            call()
        assert list(refused.value.fields) == [field]
    assert names(sqlite_office) == ["Ana", "Bo"]


def test_a_second_desk_is_told_and_nothing_is_overwritten(office: Office) -> None:
    made = make.small(office)
    office.do(providers.edit_provider, made.ana, replace(FULL, name="Ana A"), version=1)
    with pytest.raises(Stale):
        office.do(providers.edit_provider, made.ana, replace(FULL, name="Ana B"), version=1)
    assert stored(office, made.ana).name == "Ana A"
    with pytest.raises(Stale):
        office.do(providers.deactivate, made.ana, version=1)


def test_the_order_of_the_board_is_changed_with_as_few_rows_as_possible_and_undone(office: Office) -> None:
    made = make.small(office)
    cy, di = (office.do(providers.new_provider, Facts(name)).value for name in ("Cy", "Di"))
    moved = office.do(providers.move_provider, di, before_id=made.bo)
    assert (names(office), sorted(state.id for state in moved.after)) == (["Ana", "Di", "Bo", "Cy"], sorted([made.bo, cy, di]))
    office.do(providers.move_provider, made.ana, before_id=None)
    assert names(office) == ["Di", "Bo", "Cy", "Ana"]
    assert office.do(providers.move_provider, made.ana, before_id=None).after == ()
    assert undo(office, moved).refused != ()  # the rows moved again since
    assert names(office) == ["Di", "Bo", "Cy", "Ana"]


def test_providers_who_share_a_place_are_put_in_order_when_one_moves(office: Office) -> None:
    made = make.small(office)

    def flatten(tx: Any) -> None:
        for provider in tx.all(select(Provider)):
            provider.position = 0

    office.do(flatten)
    office.do(providers.move_provider, made.bo, before_id=made.ana)
    assert names(office) == ["Bo", "Ana"]


def test_whoever_has_visits_left_stays_until_they_are_freed(office: Office) -> None:
    made = make.small(office)
    alone, team = (make.job(office, made) for _ in range(2))
    office.do(moves.place, alone.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9))
    office.do(moves.place, team.appointment_id, version=1, provider_ids=(made.ana, made.bo), starts_at=at(11), override="both",)
    office.do(moves.lock, [(alone.appointment_id, 2)], True)
    with pytest.raises(NotAllowed, match=r"Ana has 2 visits that are not over\.") as refused:
        office.do(providers.deactivate, made.ana, version=1)
    assert (refused.value.key, refused.value.values["count"]) == ("has_visits", 2)
    freed = office.do(providers.free_visits, made.ana)
    cards = {id: make.card(office, id) for id in (alone.appointment_id, team.appointment_id)}
    assert [(c.state, c.provider_ids, c.starts_at, c.locked) for c in cards.values()] == [
        (S.WAITING, (), None, False), (S.SCHEDULED, (made.bo,), at(11), False)]  # fmt: skip
    gone = office.do(providers.deactivate, made.ana, version=1)
    assert names(office) == ["Bo"]
    undo(office, gone)
    office.do(moves.put_back, freed.before, freed.after)
    assert [make.card(office, id).provider_ids for id in cards] == [(made.ana,), (made.ana, made.bo)]
    assert (names(office), make.card(office, alone.appointment_id).locked) == (["Ana", "Bo"], True)


def test_a_running_visit_keeps_its_provider(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made)
    placed = office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9))
    office.do(progress.move_on, job.appointment_id, version=placed.cards[0].version, to=S.EN_ROUTE)
    with pytest.raises(NotAllowed, match="The visit at Carol Customer is en route: bring it to its end first"):
        office.do(providers.free_visits, made.ana)
    assert make.card(office, job.appointment_id).provider_ids == (made.ana,)


def test_past_work_does_not_hold_anybody_and_a_provider_can_come_back(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made)
    card = office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9)).cards[0]
    for state in (S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED):
        card = office.do(progress.move_on, card.id, version=card.version, to=state).cards[0]
    office.do(providers.deactivate, made.ana, version=1)
    assert names(office) == ["Bo"]
    office.do(providers.reactivate, made.ana, version=2)
    assert names(office) == ["Ana", "Bo"]
