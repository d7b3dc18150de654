"""This machine's settings: where they come from, which goes first, and what happens when they cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldoffice import settings
from fieldoffice.models.errors import WorldFault

ADDRESS = "postgresql://office@server/books"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path / "mine"))
    monkeypatch.delenv(settings.ADDRESS_VARIABLE, raising=False)
    return tmp_path / "mine"


def test_a_new_machine_has_no_address_yet(home: Path) -> None:
    known = settings.load()
    assert (known.home, known.address) == (home, "")
    assert (known.own_file, known.backups) == (f"sqlite:///{home / 'fieldoffice.db'}", home / "backups")
    assert not home.exists()


def test_what_was_chosen_is_remembered_and_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.remember(settings.load(), ADDRESS)
    assert settings.load().address == ADDRESS
    monkeypatch.setenv(settings.ADDRESS_VARIABLE, "sqlite:///elsewhere.db")
    assert settings.load().address == "sqlite:///elsewhere.db"


def test_remembering_leaves_a_whole_file_and_nothing_beside_it(home: Path) -> None:
    settings.remember(settings.load(), ADDRESS)
    settings.remember(settings.load(), "sqlite:///other.db")
    assert [p.name for p in home.iterdir()] == ["settings.json"]


def test_the_usual_folder_is_the_user_s_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(settings.HOME_VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert settings.load().home.name == "fieldoffice"


@pytest.mark.parametrize("text", ["{", "\x00\x01", '{"address": '])
def test_a_file_that_cannot_be_read_is_named(home: Path, text: str) -> None:
    home.mkdir()
    (home / "settings.json").write_text(text, encoding="utf-8")
    with pytest.raises(WorldFault, match=r"settings\.json cannot be read\. Mend or remove it"):
        settings.load()


@pytest.mark.parametrize("text", ["[]", '"words"', '{"address": 5}', '{"address": null}'])
def test_a_file_of_another_shape_says_nothing(home: Path, text: str) -> None:
    home.mkdir()
    (home / "settings.json").write_text(text, encoding="utf-8")
    assert settings.load().address == ""


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(WorldFault, match="The settings .*file"):
        settings.remember(settings.Settings(tmp_path / "file" / "home"), ADDRESS)
