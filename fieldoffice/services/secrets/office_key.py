"""The one key of the office: setting it up, joining with its recovery phrase, changing it.

The database knows only the key's name: a row `Secret` called "office_key" that holds a known text sealed under it. The key
itself lies on each computer (`machine`), and on paper as the recovery phrase. Where a service here puts a key into this
computer's keyring, that happens before the database changes, and a key that nobody uses does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.company import Company, Secret
from fieldoffice.models.customer import AccessCode
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.secrets.machine import MACHINE
from fieldoffice.services.secrets.phrase import key_of
from fieldoffice.services.secrets.sealing import name_of, seal, sealed_under, unseal

CHECK = "office_key"
CHECK_TEXT = b"fieldoffice"
NOT_SET_UP = "There is no office key yet. An owner sets it up at Organization → Settings → Office key."
NOT_HERE = "This computer does not hold the office key. Enter the recovery phrase at Organization → Settings → Office key."
LOCKED = "The office key on this computer is locked. Give its passphrase at Organization → Settings → Office key."


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """How things stand: whether the office has a key, and where this computer holds it ("keyring", "file" or "")."""

    set_up: bool
    kept_in: str
    locked: bool
    keyring_works: bool
    sealed: int  # how many values lie under the key


def key_status(tx: Tx) -> KeyStatus:
    """How things stand on this computer."""
    tx.require(Right.LOOK)
    name, number = _name(tx), tx.company.number
    where = MACHINE.where(number, name) if name else ""
    locked = bool(name) and not where and MACHINE.locked(number)
    sealed = tx.session.scalar(select(func.count()).select_from(Secret).where(Secret.key != CHECK)) or 0
    codes = tx.session.scalar(select(func.count()).select_from(AccessCode)) or 0
    return KeyStatus(bool(name), where, locked, MACHINE.keyring_works(), sealed + codes)


def set_up_key(tx: Tx, phrase: str, *, passphrase: str = "") -> None:
    """Begin to use the key behind `phrase`, which somebody has written down; this computer holds it from now on."""
    tx.require(Right.ORGANIZATION)
    tx.get(Company, 1, lock=True)  # two desks setting up at once: the second finds the first one's key
    if _name(tx):
        raise NotAllowed("This office has a key already.")
    key = key_of(phrase)
    MACHINE.keep(tx.company.number, name_of(key), key, passphrase=passphrase)
    row = tx.add(Secret(key=CHECK, sealed=seal(key, CHECK_TEXT, CHECK), changed_at=tx.now))
    tx.event("office_key.set_up", row)


def join_key(tx: Tx, phrase: str, *, passphrase: str = "") -> None:
    """Hold the office's key on this computer too; whoever has the recovery phrase may."""
    tx.require(Right.LOOK)
    key, name = key_of(phrase), _name(tx)
    if not name:
        raise NotAllowed(NOT_SET_UP, key="no_office_key")
    if name_of(key) != name:
        raise Invalid(phrase="This is a recovery phrase, but not that of this office, or one from before the key was changed.")
    MACHINE.keep(tx.company.number, name, key, passphrase=passphrase)
    tx.event("office_key.joined", _check_row(tx))


def unlock_key(tx: Tx, passphrase: str) -> None:
    """Open this computer's file of keys until the program ends."""
    tx.require(Right.LOOK)
    MACHINE.unlock(tx.company.number, passphrase)


def change_key(tx: Tx, phrase: str, *, passphrase: str = "") -> int:
    """Seal everything again under the key behind a new `phrase`; answers how many values. The old phrase is void then.

    Other computers are told to enter the new phrase when they next need the key. This one goes on holding the old key too:
    a backup from before the change can still be read here.
    """
    tx.require(Right.ORGANIZATION)
    old, new = office_key(tx), key_of(phrase)
    if new == old:
        raise Invalid(phrase="This is the phrase of the present key.")
    MACHINE.keep(tx.company.number, name_of(new), new, passphrase=passphrase)
    secrets = tx.all(select(Secret).order_by(Secret.id).with_for_update())
    codes = tx.all(select(AccessCode).order_by(AccessCode.id).with_for_update())
    asked = tx.all(select(BookingRequest).where(BookingRequest.sealed_code.is_not(None)).order_by(BookingRequest.id).with_for_update())
    for row in secrets:
        row.sealed, row.changed_at = seal(new, unseal(old, row.sealed, row.key), row.key), tx.now
    for code in codes:
        code.sealed = seal(new, unseal(old, code.sealed, about_code(code.location_id)), about_code(code.location_id))
    for request in asked:
        about = about_request(request.public_id)
        request.sealed_code = seal(new, unseal(old, request.sealed_code or b"", about), about)
    values = len(secrets) - 1 + len(codes) + len(asked)
    tx.event("office_key.changed", _check_row(tx), after={"values": values})
    return values


def office_key(tx: Tx) -> bytes:
    """The key, for services that seal and unseal; NotAllowed says what is to be done where this computer has none."""
    name, number = _name(tx), tx.company.number
    if not name:
        raise NotAllowed(NOT_SET_UP, key="no_office_key")
    key = MACHINE.find(number, name)
    if key is None:
        raise NotAllowed(LOCKED if MACHINE.locked(number) else NOT_HERE, key="no_office_key")
    return key


def about_code(location_id: int) -> str:
    """What an access code is sealed for: moved to another location's row, it does not open."""
    return f"access code of location {location_id}"


def about_request(public_id: str) -> str:
    """What the access codes that came with a booking request are sealed for."""
    return f"access code of request {public_id}"


def _name(tx: Tx) -> str:
    sealed = tx.session.scalar(select(Secret.sealed).where(Secret.key == CHECK))
    return "" if sealed is None else sealed_under(sealed)


def _check_row(tx: Tx) -> Secret:
    return tx.session.scalars(select(Secret).where(Secret.key == CHECK)).one()
