"""The office key on a machine without a screen: by passphrase or phrase, asked for or given by the machine itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldoffice import cli
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.office import Office
from fieldoffice.services.secrets import keep_secret, office_key, secret, terminal
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from tests import make
from tests.services.secrets.conftest import start_again

PASS = "correct horse battery"


def nobody(words: str) -> str:
    raise AssertionError(f"asked for {words}")


def says(*answers: str) -> Callable[[str], str]:
    left = list(answers)
    return lambda _words: left.pop(0)


@pytest.fixture
def phrase(sqlite_office: Office, no_ring: Path) -> str:
    """An office whose key lies in this computer's file, with a password sealed under it."""
    make.small(sqlite_office)
    words = phrase_of(new_key())
    sqlite_office.do(office_key.set_up_key, words, passphrase=PASS)
    sqlite_office.do(keep_secret, "smtp.password", "hunter2")
    start_again()
    return words


def test_the_passphrase_opens_the_file_and_a_wrong_one_does_not(sqlite_office: Office, phrase: str) -> None:
    assert "is locked" in terminal.status(sqlite_office)
    with pytest.raises(Invalid, match="not the passphrase"):
        terminal.unlock(sqlite_office, says("wrong wrong wrong"))
    assert terminal.unlock(sqlite_office, says(PASS)).startswith("This is the passphrase.")
    assert sqlite_office.see(secret, "smtp.password") == "hunter2"
    assert terminal.unlock(sqlite_office, nobody).startswith("A file of your user holds the office key")


@pytest.mark.parametrize("how", ["variable", "credential"])
def test_a_machine_that_was_given_the_passphrase_needs_nobody(sqlite_office: Office, phrase: str, how: str, tmp_path: Path,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    if how == "variable":
        monkeypatch.setenv("FIELDOFFICE_KEY_PASSPHRASE", PASS)
    else:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
        (tmp_path / "fieldoffice-key-passphrase").write_text(f"{PASS}\n")
    assert sqlite_office.see(secret, "smtp.password") == "hunter2"
    assert terminal.unlock(sqlite_office, nobody).startswith("A file of your user holds the office key")


def test_a_wrong_given_passphrase_leaves_it_locked_and_is_not_tried_forever(sqlite_office: Office, phrase: str,
                                                                            monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("FIELDOFFICE_KEY_PASSPHRASE", "wrong wrong wrong")
    tried: list[str] = []
    real = office_key.MACHINE.unlock
    monkeypatch.setattr(office_key.MACHINE, "unlock", lambda number, given: (tried.append(given), real(number, given)))
    for _ in range(3):
        with pytest.raises(NotAllowed, match="is locked"):
            sqlite_office.see(secret, "smtp.password")
    assert tried == ["wrong wrong wrong"]


def test_a_machine_that_never_held_the_key_is_given_the_phrase(sqlite_office: Office, phrase: str, tmp_path: Path,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "another"))
    assert "does not hold the office key" in terminal.status(sqlite_office)
    with pytest.raises(NotAllowed, match="differ"):
        terminal.unlock(sqlite_office, says(phrase, PASS, "something else"))
    with pytest.raises(Invalid, match="No word of a recovery phrase"):
        terminal.unlock(sqlite_office, says("not a phrase at all", PASS, PASS))
    assert terminal.unlock(sqlite_office, says(phrase.upper(), PASS, PASS)).startswith("A file of your user holds the office key")
    assert sqlite_office.see(secret, "smtp.password") == "hunter2"


def test_an_office_without_a_key_says_who_makes_one(sqlite_office: Office) -> None:
    make.small(sqlite_office)
    assert "no key yet" in terminal.status(sqlite_office)
    with pytest.raises(NotAllowed, match="An owner sets it up"):
        terminal.unlock(sqlite_office, nobody)


def test_the_command_reads_what_is_piped_in(sqlite_office: Office, phrase: str, capsys: pytest.CaptureFixture[str],
                                            monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    address = ["--database", sqlite_office.engine.url.render_as_string(hide_password=False)]

    def run(*words: str, piped: str = "") -> tuple[int, str, str]:
        start_again()
        monkeypatch.setattr("sys.stdin", io.StringIO(piped))
        code = cli.main(["secrets", *words, *address], cli.COMMANDS, lambda _given: 1)
        return code, *capsys.readouterr()

    code, out, _ = run("status")
    assert (code, "fieldoffice secrets unlock" in out) == (0, True)
    code, out, _ = run("unlock", piped=f"{PASS}\n")
    assert (code, out.startswith("This is the passphrase.")) == (0, True)
    code, out, err = run("unlock", piped="wrong wrong wrong\n")
    assert (code, out, "not the passphrase" in err) == (2, "", True)
    code, _, err = run("unlock")
    assert (code, "Nobody can be asked here" in err) == (2, True)
