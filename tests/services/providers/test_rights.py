"""Who may edit providers and the price book: role by role, service by service; and every edit leaves a way back."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

import pytest

import fieldoffice.services.catalog
import fieldoffice.services.providers
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import RIGHTS, Role
from fieldoffice.office import Office, Tx
from fieldoffice.services import company
from fieldoffice.services.edits import RIGHTS as BACK
from fieldoffice.services.edits import TABLES, Edit
from tests import make
from tests.services.providers.calls import CALLS, EDITS, INSIDE, Call


@dataclass(frozen=True)
class Stage:
    made: make.Made


class TakenBack(Exception):
    """Ends an attempt, so that the next one finds everything as it was."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer


def attempted(tx: Tx, call: Call, stage: Stage) -> None:
    answer = call(tx, stage)
    tx.session.flush()
    raise TakenBack(answer)


def tried(office: Office, user: int, name: str, stage: Stage) -> object:
    """What a call answered, or the refusal."""
    try:
        office.seat(user).do(attempted, CALLS[name][1], stage)
    except TakenBack as done:
        return done.answer
    except NotAllowed as refused:
        return refused


def services() -> Iterator[str]:
    for package in (fieldoffice.services.catalog, fieldoffice.services.providers):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, found in vars(import_module(info.name)).items():
                public = inspect.isfunction(found) and found.__module__ == info.name and not name.startswith("_")
                if public and next(iter(inspect.signature(found).parameters), "") == "tx":
                    yield f"{info.name.removeprefix('fieldoffice.services.')}.{name}"


def test_every_service_is_tried() -> None:
    assert sorted(services()) == sorted([*CALLS, *INSIDE])


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_let_in_where_its_rights_say_so_and_nowhere_else(office: Office, role: Role) -> None:
    stage = Stage(make.small(office))
    user = office.do(company.add_user, login="tried", name="Tess Tried", roles=(role,)).id
    wrong = {}
    for name, (right, _) in CALLS.items():
        answer = tried(office, user, name, stage)
        refused = isinstance(answer, NotAllowed) and answer.key == "no_right"
        if refused is (right in RIGHTS[role]) or (isinstance(answer, NotAllowed) and not refused):
            wrong[name] = str(answer)
    assert wrong == {}


def test_every_edit_leaves_a_way_back_that_takes_no_other_right(sqlite_office: Office) -> None:
    stage = Stage(make.small(sqlite_office))
    for name in sorted(EDITS):
        answer = tried(sqlite_office, stage.made.owner, name, stage)
        assert isinstance(answer, Edit), name
        assert {BACK[TABLES[state.table]] for state in answer.before} <= {CALLS[name][0]}, name
