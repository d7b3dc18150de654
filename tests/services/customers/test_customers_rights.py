"""Rights are asked for in every service of customers: all of them are in the matrix, each refuses whoever lacks its right."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

import fieldoffice.services.customers as package
from fieldoffice.models.errors import Refused
from fieldoffice.models.staff import RIGHTS, Role
from fieldoffice.office import Office, Tx
from fieldoffice.services import company
from tests import make
from tests.services.customers.rights import CALLS, INSIDE


class TakenBack(Exception):
    """Ends an attempt, so that the next one finds everything as it was."""


def services() -> Iterator[str]:
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for name, found in vars(import_module(info.name)).items():
            mine = inspect.isfunction(found) and found.__module__ == info.name and not name.startswith("_")
            if mine and next(iter(inspect.signature(found).parameters), "") == "tx":
                yield f"{info.name.removeprefix(package.__name__ + '.')}.{name}"


def test_every_service_is_in_the_matrix_or_said_to_be_inside() -> None:
    assert sorted(services()) == sorted([*CALLS, *INSIDE])


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_let_in_where_it_should_be_and_does_its_work(sqlite_office: Office, role: Role) -> None:
    stage = SimpleNamespace(made=make.small(sqlite_office))
    user = sqlite_office.do(company.add_user, login="tried", name="Tess Tried", roles=(role,)).id

    def attempt(tx: Tx, call: Any) -> None:
        call(tx, stage)
        tx.session.flush()
        raise TakenBack

    said: dict[str, str] = {}
    for name, (_, call) in CALLS.items():
        try:
            sqlite_office.seat(user).do(attempt, call)
        except TakenBack:
            said[name] = "done"
        except Refused as refusal:
            said[name] = refusal.key
    assert said == {name: "done" if right in RIGHTS[role] else "no_right" for name, (right, _) in CALLS.items()}
