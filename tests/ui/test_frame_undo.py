"""Undo and redo against a small world with versions: what was left comes back, what others changed stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch import rows
from fieldoffice.services.dispatch.rows import Change, Placement
from fieldoffice.ui.undo import LIMIT, UndoStack


def placement(id: int, provider: int, version: int = 1) -> Placement:
    return Placement(id, version, AppointmentState.SCHEDULED, None, 3600, (provider,), "all_day", None, False)


class World:
    """Visits with versions; `put_back` as the service promises it: refused row by row, never raised."""

    def __init__(self, *ids: int) -> None:
        self.now = {id: placement(id, 1) for id in ids}
        self.answers: list = []
        self.wait = False
        self.stack = UndoStack(self._put_back)

    def move(self, id: int, provider: int, *, by_us: bool = True) -> None:
        before = self.now[id]
        after = self.now[id] = replace(before, provider_ids=(provider,), version=before.version + 1)
        if by_us:
            self.stack.push(f"Moved {id} to {provider}", Change((), (before,), (after,)))

    def where(self) -> list[int]:
        return [self.now[id].provider_ids[0] for id in sorted(self.now)]

    def _put_back(self, step, done, _failed) -> None:
        if self.wait:
            self.answers.append(lambda: done(self._service(step.target, step.expected)))
        else:
            done(self._service(step.target, step.expected))

    def _service(self, target, expected) -> Change:
        before, after, refused = [], [], []
        for wanted, left in zip(target, expected, strict=True):
            here = self.now[wanted.id]
            if here.version != left.version:
                refused.append((wanted.id, "Somebody else has moved it."))
                continue
            self.now[wanted.id] = replace(wanted, version=here.version + 1)
            before.append(here), after.append(self.now[wanted.id])
        return rows.Change((), tuple(before), tuple(after), tuple(refused))


def test_all_the_way_back_and_forth_and_back() -> None:
    world = World(1, 2)
    history = [world.where()]
    for id, provider in [(1, 2), (1, 3), (2, 5), (1, 4), (2, 1)]:
        world.move(id, provider)
        history.append(world.where())
    for _ in range(3):
        for expected in history[-2::-1]:
            world.stack.undo()
            assert world.where() == expected
        for expected in history[1:]:
            world.stack.redo()
            assert world.where() == expected


def test_what_somebody_else_moved_since_is_left_and_named() -> None:
    world, told = World(1), []
    world.stack.ended.connect(lambda way, step, change: told.append((way, change.refused)))
    world.move(1, 2)
    world.move(1, 9, by_us=False)
    world.stack.undo()
    assert world.where() == [9]
    assert told == [("undo", ((1, "Somebody else has moved it."),))]
    assert (world.stack.label("undo"), world.stack.label("redo")) == ("", "")


def test_a_new_action_ends_what_could_be_redone() -> None:
    world = World(1)
    world.move(1, 2)
    world.stack.undo()
    assert world.stack.label("redo") == "Moved 1 to 2"
    world.move(1, 3)
    assert world.stack.label("redo") == ""


def test_only_the_last_hundred_are_kept() -> None:
    world = World(1)
    for provider in range(2, LIMIT + 12):
        world.move(1, provider)
    for _ in range(LIMIT + 50):
        world.stack.undo()
    assert world.where() == [11]


def test_a_toast_takes_back_its_own_action() -> None:
    world = World(1, 2)
    world.move(1, 2)
    first = world.stack._steps["undo"][0]
    world.move(2, 3)
    world.stack.undo(first)
    assert world.where() == [1, 3]
    world.stack.undo(first)
    assert world.where() == [1, 3]


def test_a_toast_knows_its_action_after_undo_and_redo() -> None:
    world = World(1)
    world.move(1, 2)
    first = world.stack._steps["undo"][0]
    world.stack.undo()
    world.stack.redo()
    world.stack.undo(first)
    assert world.where() == [1]


def test_quick_wishes_wait_their_turn() -> None:
    world = World(1)
    for provider in (2, 3, 4):
        world.move(1, provider)
    world.wait = True
    for _ in range(3):
        world.stack.undo()
    assert len(world.answers) == 1
    while world.answers:
        world.answers.pop()()
    assert world.where() == [1]


def test_an_action_that_moved_nothing_leaves_no_step() -> None:
    world = World(1)
    assert world.stack.push("Nothing", Change((), (), ())) is None
    assert world.stack.label("undo") == ""


def test_the_desk_acts_undoes_and_says_so(qtbot, desk, monkeypatch) -> None:
    moves = pytest.importorskip("fieldoffice.services.dispatch.moves")
    world, said = World(1), []
    monkeypatch.setattr(moves, "put_back", lambda tx, target, expected: world._service(target, expected))
    desk.toasted.connect(said.append)

    def place(tx, provider: int) -> Change:
        before = world.now[1]
        world.now[1] = replace(before, provider_ids=(provider,), version=before.version + 1)
        return Change((), (before,), (world.now[1],))

    desk.act(desk, "Moved to Ann", place, 4)
    qtbot.waitUntil(lambda: len(said) == 1)
    assert (said[0].words, said[0].kind, said[0].button, world.where()) == ("Moved to Ann", "plain", "Undo", [4])
    said[0].press()
    qtbot.waitUntil(lambda: len(said) == 2)
    assert (said[1].words, world.where()) == ("Undone: Moved to Ann", [1])
    desk.redo()
    qtbot.waitUntil(lambda: len(said) == 3)
    assert (said[2].words, world.where()) == ("Done again: Moved to Ann", [4])
    world.move(1, 7, by_us=False)
    desk.undo()
    qtbot.waitUntil(lambda: len(said) == 4)
    assert (said[3].words, said[3].kind) == ("Nothing to put back: Moved to Ann\nSomebody else has moved it.", "warn")


def test_an_undo_that_is_refused_as_a_whole_frees_the_stack(qtbot, desk, monkeypatch) -> None:
    moves = pytest.importorskip("fieldoffice.services.dispatch.moves")

    def refuse(tx, target, expected) -> Change:
        raise NotAllowed("You may not dispatch.")

    monkeypatch.setattr(moves, "put_back", refuse)
    said = []
    desk.toasted.connect(said.append)
    world = World(1)
    for n in range(2):
        desk.undo_stack.push("Moved", Change((), (world.now[1],), (placement(1, 2, 2),)))
        desk.undo()
        qtbot.waitUntil(lambda n=n: len(said) == n + 1)
    assert [(notice.words, notice.kind) for notice in said] == [("You may not dispatch.", "danger")] * 2
