"""Imports and exports from a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fieldoffice import settings
from fieldoffice.main import main
from fieldoffice.office import Office
from fieldoffice.services.customers import find
from tests import make
from tests.services.exchange_files import written

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> Run:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path / "home"))

    def ran(*argv: object) -> tuple[int, str, str]:
        code = main([*(str(a) for a in argv), "--database", address])
        out = capsys.readouterr()
        return code, out.out, out.err

    return ran


def test_a_list_is_checked_imported_taken_back_and_written(run: Run, office: Office, tmp_path: Path) -> None:
    make.small(office)
    path = written(tmp_path / "c.csv", [["Who", "E-mail"], ["Dora", "dora@example.com"], ["Eve", "eve at home"]])
    code, _, err = run("import", "customers", path)
    assert (code, "Say which column holds: Name or First name" in err) == (2, True)
    code, out, err = run("import", "customers", path, "--map", "Who=Name", "--dry-run")
    assert (code, "1 add, 1 error" in out) == (0, True)
    assert "line 3, E-mail: “eve at home”" in err
    assert run("import", "customers", path, "--map", "Who=Name")[0] == 1
    code, out, _ = run("import", "customers", path, "--map", "Who=name", "--leave-out-errors")
    assert (code, "import 1: 1 added, 0 changed" in out) == (0, True)
    assert ("; backup " in out) is (not office.shared)
    assert [row.name for row in office.see(find, "dora")] == ["Dora"]
    code, out, _ = run("export", "customers", tmp_path / "all.xlsx")
    assert (code, out) == (0, f"2 rows written to {tmp_path / 'all.xlsx'}\n")
    assert run("import", "undo", "1")[1] == "1 rows removed, 0 put back\n"
    assert office.see(find, "dora") == ()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("customers", "nowhere.csv"), "There is no file nowhere.csv"),
        (("undo", "7"), "This import is not known"),
        (("undo", "seven"), "Give the number"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, office: Office, arguments: tuple[str, ...], words: str) -> None:
    make.small(office)
    code, out, err = run("import", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("fieldoffice: ")
    assert words in err
