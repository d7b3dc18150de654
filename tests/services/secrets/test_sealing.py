"""Sealing, the recovery phrase, and where a computer holds the key: pure parts and real files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from fieldoffice.models.errors import Invalid, NotAllowed, WorldFault
from fieldoffice.services.secrets.machine import Machine
from fieldoffice.services.secrets.phrase import asked_places, key_of, phrase_of, wrong_places
from fieldoffice.services.secrets.sealing import name_of, new_key, seal, sealed_under, unseal
from tests.services.secrets.conftest import OwnKeyring

PASSPHRASE = "a long passphrase"
LETTERS = "abandon " * 23 + "art"


# sealing


def test_what_is_sealed_opens_only_with_its_key_and_for_its_purpose() -> None:
    key = new_key()
    sealed = seal(key, b"4711#", "gate")
    assert (unseal(key, sealed, "gate"), sealed_under(sealed)) == (b"4711#", name_of(key))
    for other, about in ((new_key(), "gate"), (key, "alarm")):
        with pytest.raises(NotAllowed, match="sealed under another key, or it is damaged"):
            unseal(other, sealed, about)


def test_one_wrong_bit_anywhere_is_noticed() -> None:
    key = new_key()
    sealed = seal(key, b"4711#", "gate")
    for n in range(len(sealed)):
        for bad in (sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :], sealed[:n]):
            with pytest.raises(NotAllowed):
                unseal(key, bad, "gate")


def test_the_same_text_is_never_sealed_alike_and_keys_are_never_the_same() -> None:
    key = new_key()
    assert len({seal(key, b"x", "y") for _ in range(50)}) == 50
    assert len({new_key() for _ in range(50)}) == 50
    assert key not in seal(key, b"x", "y")
    assert key.hex() not in name_of(key)


# the phrase


def test_a_phrase_is_24_words_and_gives_its_key_back() -> None:
    assert phrase_of(b"\0" * 32) == LETTERS
    for key in (new_key() for _ in range(20)):
        phrase = phrase_of(key)
        assert len(phrase.split()) == 24
        assert key_of(f"  {phrase.upper().replace(' ', '  ')}\n") == key


@pytest.mark.parametrize(("phrase", "words"), [
    ("", "has 24 words; these are 0"), (LETTERS.replace("art", "zebra"), "do not fit together"),
    (LETTERS + " art", "has 24 words; these are 25"),
    (LETTERS.replace("abandon", "abandun", 1), "No word of a recovery phrase: 1. abandun"),
])  # fmt: skip
def test_a_wrong_phrase_is_refused_in_words(phrase: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        key_of(phrase)


def test_three_words_are_asked_for() -> None:
    places = asked_places()
    assert len(set(places)) == 3
    assert set(places) <= set(range(1, 25))
    assert list(places) == sorted(places)
    words = phrase_of(bytes(range(32))).split()
    right = {n: f" {words[n - 1].upper()} " for n in places}
    assert wrong_places(" ".join(words), right) == ()
    assert wrong_places(" ".join(words), right | {places[1]: "art?"}) == (places[1],)


# this computer


def test_a_keyring_that_works_holds_the_key(ring: OwnKeyring, home: Path) -> None:
    machine, key = Machine(), new_key()
    assert machine.keyring_works()
    assert ring.held == {}
    assert machine.keep("1234567", name_of(key), key) == "keyring"
    assert (machine.find("1234567", name_of(key)), machine.where("1234567", name_of(key))) == (key, "keyring")
    assert (machine.find("1234567", "0" * 16), machine.find("7654321", name_of(key)), machine.where("1234567", "x")) == (None, None, "")
    assert list(ring.held) == [("fieldoffice", f"1234567-{name_of(key)}")]
    assert list(home.glob("*.keys")) == []


def test_a_locked_keyring_counts_as_none(ring: OwnKeyring) -> None:
    ring.locked = True
    machine, key = Machine(), new_key()
    assert machine.keyring_works() is False
    with pytest.raises(Invalid, match="passphrase of at least 12"):
        machine.keep("1", name_of(key), key)
    assert machine.keep("1", name_of(key), key, passphrase=PASSPHRASE) == "file"
    assert machine.find("1", name_of(key)) == key


def test_without_a_keyring_a_file_under_a_passphrase_holds_the_keys(no_ring: Path) -> None:
    machine, key, second = Machine(), new_key(), new_key()
    assert machine.keyring_works() is False
    for short in ("", "elevenchars"):
        with pytest.raises(Invalid, match="at least 12"):
            machine.keep("1", name_of(key), key, passphrase=short)
    assert machine.keep("1", name_of(key), key, passphrase=PASSPHRASE) == "file"
    file = no_ring / "office-1.keys"
    text = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key.hex() not in text
    assert PASSPHRASE not in text
    later = Machine()  # the next start of the program
    assert (later.locked("1"), later.find("1", name_of(key)), later.where("1", name_of(key))) == (True, None, "")
    with pytest.raises(Invalid, match="This is not the passphrase"):
        later.unlock("1", "another passphrase")
    later.unlock("1", PASSPHRASE)
    assert (later.locked("1"), later.find("1", name_of(key)), later.where("1", name_of(key))) == (False, key, "file")
    assert later.keep("1", name_of(second), second) == "file"
    assert (later.find("1", name_of(key)), later.find("1", name_of(second))) == (key, second)


def test_a_second_key_needs_the_file_s_passphrase(no_ring: Path) -> None:
    key = new_key()
    Machine().keep("1", name_of(key), key, passphrase=PASSPHRASE)
    with pytest.raises(Invalid, match="This is not the passphrase"):
        Machine().keep("1", "x", new_key(), passphrase="another passphrase")


def test_a_damaged_file_of_keys_is_the_world_s_fault(no_ring: Path) -> None:
    key = new_key()
    Machine().keep("1", name_of(key), key, passphrase=PASSPHRASE)
    (no_ring / "office-1.keys").write_text("{")
    with pytest.raises(WorldFault, match="enter the recovery phrase again"):
        Machine().unlock("1", PASSPHRASE)
