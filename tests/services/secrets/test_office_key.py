"""The one key of the office: set up, joined by another computer, changed; and the secrets under it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import select, text

from fieldoffice.models.company import Secret
from fieldoffice.models.customer import AccessCode
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import access, backups, company, secrets
from fieldoffice.services.secrets import office_key
from fieldoffice.services.secrets.phrase import key_of, phrase_of
from fieldoffice.services.secrets.sealing import new_key
from tests import make
from tests.services.secrets.conftest import OwnKeyring, start_again

CANARY = "tweet-4711-canary"


def status(office: Office) -> office_key.KeyStatus:
    return office.see(office_key.key_status)


def test_before_the_set_up_nothing_can_be_sealed(office: Office, ring: OwnKeyring) -> None:
    made = make.small(office)
    assert status(office) == office_key.KeyStatus(False, "", False, True, 0)
    with pytest.raises(NotAllowed, match="There is no office key yet"):
        office.do(secrets.keep_secret, "smtp", "x")
    with pytest.raises(NotAllowed, match="There is no office key yet"):
        office.do(access.add_access_code, made.location, label="Gate", code="1")
    with pytest.raises(NotAllowed, match="There is no office key yet"):
        office.do(office_key.join_key, phrase_of(new_key()))


def test_a_key_is_set_up_once_and_held_by_this_computer(office: Office, made: make.Made, ring: OwnKeyring) -> None:
    assert (status(office).set_up, status(office).kept_in, status(office).sealed) == (True, "keyring", 0)
    with pytest.raises(NotAllowed, match="has a key already"):
        office.do(office_key.set_up_key, phrase_of(new_key()))
    office.do(secrets.keep_secret, "smtp", CANARY)
    assert (office.see(secrets.secret, "smtp"), office.see(secrets.secret, "sms")) == (CANARY, None)
    assert (office.see(secrets.kept_secrets), status(office).sealed) == (frozenset({"smtp"}), 1)
    office.do(secrets.keep_secret, "smtp", "another")
    assert office.see(secrets.secret, "smtp") == "another"
    office.do(secrets.drop_secret, "smtp")
    office.do(secrets.drop_secret, "office_key")
    assert (office.see(secrets.kept_secrets), status(office).set_up) == (frozenset(), True)


def test_another_computer_joins_with_the_phrase(office: Office, made: make.Made, ring: OwnKeyring, phrase: str) -> None:
    office.do(secrets.keep_secret, "smtp", CANARY)
    ring.held.clear()  # another computer: its keyring never held the key
    assert status(office).kept_in == ""
    with pytest.raises(NotAllowed, match="This computer does not hold the office key"):
        office.see(secrets.secret, "smtp")
    with pytest.raises(Invalid, match="not that of this office"):
        office.do(office_key.join_key, phrase_of(new_key()))
    dispatcher = office.do(company.add_user, login="sue", name="Sue", roles=(Role.DISPATCHER,)).id
    office.seat(dispatcher).do(office_key.join_key, phrase)
    assert (status(office).kept_in, office.see(secrets.secret, "smtp")) == ("keyring", CANARY)


def test_without_a_keyring_the_passphrase_is_asked_for_after_each_start(office: Office, no_ring: Path, phrase: str) -> None:
    make.small(office)
    with pytest.raises(Invalid, match="passphrase of at least 12"):
        office.do(office_key.set_up_key, phrase)
    office.do(office_key.set_up_key, phrase, passphrase="a long passphrase")
    office.do(secrets.keep_secret, "smtp", CANARY)
    assert (status(office).kept_in, status(office).keyring_works) == ("file", False)
    start_again()
    assert (status(office).kept_in, status(office).locked) == ("", True)
    with pytest.raises(NotAllowed, match="is locked"):
        office.see(secrets.secret, "smtp")
    office.do(office_key.unlock_key, "a long passphrase")
    assert office.see(secrets.secret, "smtp") == CANARY


def test_a_new_key_seals_all_again_and_the_old_phrase_is_void(office: Office, made: make.Made, ring: OwnKeyring, phrase: str) -> None:
    office.do(secrets.keep_secret, "smtp", CANARY)
    code = office.do(access.add_access_code, made.location, label="Gate", code="4711#")
    old, new = sealed(office), phrase_of(new_key())
    with pytest.raises(Invalid, match="phrase of the present key"):
        office.do(office_key.change_key, phrase)
    assert office.do(office_key.change_key, new) == 2
    assert (office.see(secrets.secret, "smtp"), office.do(access.see_access_code, code.id)) == (CANARY, "4711#")
    assert (len(old), old & sealed(office)) == (3, set())
    with pytest.raises(Invalid, match="from before the key was changed"):
        office.do(office_key.join_key, phrase)
    ring.held.clear()
    office.do(office_key.join_key, new)
    assert office.see(secrets.secret, "smtp") == CANARY


def sealed(office: Office) -> set[bytes]:
    secret_rows = office.see(lambda tx: tx.all(select(Secret.sealed)))
    return {*secret_rows, *office.see(lambda tx: tx.all(select(AccessCode.sealed)))}


def test_a_change_that_fails_half_way_leaves_the_old_key_in_force(office: Office, made: make.Made) -> None:
    office.do(secrets.keep_secret, "smtp", CANARY)
    office.do(lambda tx: tx.add(Secret(key="broken", sealed=b"\x01 not sealed by us", changed_at=tx.now)).id)
    with pytest.raises(NotAllowed, match="damaged"):
        office.do(office_key.change_key, phrase_of(new_key()))
    assert office.see(secrets.secret, "smtp") == CANARY


def test_no_secret_and_no_key_is_in_an_event_a_log_or_a_backup(
    office: Office, made: make.Made, phrase: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.do(secrets.keep_secret, "smtp", CANARY)
    code = office.do(access.add_access_code, made.location, label="Gate", code=CANARY)
    office.do(access.see_access_code, code.id)
    kept = office.do(access.change_access_code, code.id, version=code.version, label="Front gate", code=f"{CANARY}2")
    office.do(access.put_code_back, kept)
    events = office.see(lambda tx: repr([(e.kind, e.note, e.before, e.after) for e in tx.all(select(Event))]))
    made_backup = backups.back_up(office.engine, tmp_path, now=make.at(9), why="asked for")
    whole = events.encode() + caplog.text.encode() + _unpacked(made_backup.path) + _dump(office)
    key = key_of(phrase)
    for canary in (CANARY.encode(), key, key.hex().encode(), " ".join(phrase.split()[:4]).encode()):
        assert canary not in whole
    assert "Front gate" in events
    assert "access_code.seen" in events
    assert b"Gate" in _unpacked(made_backup.path)


def _unpacked(path: Path) -> bytes:
    """A backup's bytes, decompressed where it is compressed."""
    import gzip
    import zipfile

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as whole:
            return b"".join(whole.read(name) for name in whole.namelist())
    raw = path.read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def _dump(office: Office) -> bytes:
    """Every value of the tables that hold secrets, as the database has them."""
    with office.engine.connect() as connection:
        rows = [*connection.execute(text("select * from secret")), *connection.execute(text("select * from access_code"))]
    return b"".join(bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode() for row in rows for value in row)


@pytest.mark.parametrize("value", ["", "x" * 4001])
def test_a_secret_is_neither_empty_nor_endless(office: Office, made: make.Made, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        office.do(secrets.keep_secret, "smtp", value)
    assert set(refused.value.fields) == {"smtp"}
