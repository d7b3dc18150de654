"""The people of the office from a terminal: listed, added, changed, removed and taken back."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldoffice import settings
from fieldoffice.main import main
from fieldoffice.office import Office
from fieldoffice.services import company
from tests import make

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("add", "sue")`: (exit code, everything that was said); standard input holds one password."""
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path / "home"))
    make.small(office)

    def ran(*argv: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("a long password\n"))
        code = main(["user", *argv, "--database", office.address])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ran


def test_a_user_is_added_changed_removed_and_taken_back(run: Run, office: Office) -> None:
    code, said = run("add", "sue", "--name", "Sue", "--role", "supervisor")
    assert (code, "sue" in said, "supervisor" in said) == (0, True, True)
    assert "bookkeeper, dispatcher" not in run("roles", "SUE", "--role", "dispatcher", "--role", "bookkeeper")[1]
    assert "dispatcher, bookkeeper" in run("list")[1]
    assert "(removed)" in run("remove", "sue")[1]
    assert "(removed)" not in run("restore", "sue")[1]
    assert office.do(company.sign_in, "sue", "a long password").name == "Sue"


@pytest.mark.parametrize(("argv", "words"), [
    (("remove", "owner"), "Olive Owner is the last owner"), (("roles", "owner", "--role", "dispatcher"), "Olive Owner is the last owner"),
    (("password", "nobody"), "There is no user nobody."),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_one_sentence(run: Run, argv: tuple[str, ...], words: str) -> None:
    code, said = run(*argv)
    assert (code, words in said, "Traceback" in said) == (2, True, False)
