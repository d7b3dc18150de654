"""The people of the office: who may sign in, with which roles; and signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select

from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right, Role, StaffUser
from fieldoffice.office import Tx

HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
"""argon2id as decided for staff: 46 MiB, one pass."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
DUMMY_HASH = "$argon2id$v=19$m=47104,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$KzCXd6gGkMJ2NYVpA5W2cnNbVaqP6PYrVwPBhYsiEyQ"
"""Verified for unknown logins, so that they take as long as known ones."""
LAST_OWNER = "{name} is the last owner. Make somebody else an owner first."


@dataclass(frozen=True, slots=True)
class UserRow:
    """A member of staff; one who left is not `active`."""

    id: int
    login: str
    name: str
    roles: tuple[str, ...]
    has_password: bool
    active: bool = True
    version: int = 0


def add_user(tx: Tx, *, login: str, name: str, roles: Sequence[Role], password: str = "") -> UserRow:
    """A new member of staff; without a password only a one-desk database lets them in."""
    tx.require(Right.ORGANIZATION)
    login = login.strip().lower()
    if not login or not name.strip():
        raise Invalid(login="Please give a login and a name.")
    if tx.session.scalar(select(StaffUser.id).where(StaffUser.login == login)):
        raise Invalid(login=f"The login {login} is taken.")
    hashed = _hashed(password) if password else None
    user = tx.add(StaffUser(login=login, name=name.strip(), roles=[r.value for r in roles], password_hash=hashed))
    tx.event("user.added", user, after={"login": login, "name": user.name, "roles": list(user.roles)}, note=user.name)
    return user_row(user)


def edit_user(tx: Tx, user_id: int, *, version: int, name: str, roles: Sequence[Role]) -> UserRow:
    """Change a user's name and roles; the last owner stays one."""
    tx.require(Right.ORGANIZATION)
    if not name.strip():
        raise Invalid(name="Please give a name.")
    owners = _owners(tx)
    user = tx.get(StaffUser, user_id, version=version)
    if Role.OWNER not in roles and owners == [user.id]:
        raise Invalid(roles=LAST_OWNER.format(name=user.name))
    before = {"name": user.name, "roles": list(user.roles)}
    user.name, user.roles = name.strip(), [role.value for role in Role if role in roles]
    after = {"name": user.name, "roles": list(user.roles)}
    tx.session.flush()
    if after != before:
        tx.event("user.edited", user, before=before, after=after, note=user.name)
    return user_row(user)


def let_go(tx: Tx, user_id: int, *, version: int) -> UserRow:
    """Somebody leaves: they can no longer sign in, and what they did stays under their name. The last owner cannot."""
    tx.require(Right.ORGANIZATION)
    owners = _owners(tx)
    user = tx.get(StaffUser, user_id, version=version)
    if owners == [user.id]:
        raise NotAllowed(LAST_OWNER.format(name=user.name), key="last_owner")
    if user.id == tx.actor.user_id:
        raise NotAllowed("You cannot remove yourself. Ask another owner.", key="yourself")
    return _set_active(tx, user, False)


def take_back(tx: Tx, user_id: int, *, version: int) -> UserRow:
    """Let somebody who left sign in again, with the roles and the password they had."""
    tx.require(Right.ORGANIZATION)
    return _set_active(tx, tx.get(StaffUser, user_id, version=version), True)


def set_password(tx: Tx, user_id: int, password: str) -> None:
    """Give a user a password; users may change their own, others need the right."""
    if tx.actor.user_id != user_id:
        tx.require(Right.ORGANIZATION)
    hashed = _hashed(password)  # it takes a moment: not while others wait for the row
    user = tx.get(StaffUser, user_id, lock=True)
    user.password_hash = hashed
    tx.event("user.password_set", user, note=user.name)


def drop_password(tx: Tx, user_id: int, *, version: int) -> UserRow:
    """Reset: the user cannot sign in until somebody with the right gives them a new password."""
    tx.require(Right.ORGANIZATION)
    user = tx.get(StaffUser, user_id, version=version)
    if tx.office.shared and _owners(tx) == [user.id]:
        raise NotAllowed(f"Without a password nobody could sign in as owner: {user.name} is the last one.", key="last_owner")
    user.password_hash = None
    tx.event("user.password_reset", user, note=user.name)
    tx.session.flush()
    return user_row(user)


def sign_in(tx: Tx, login: str, password: str) -> UserRow:
    """The user with this login and password; the same words for a wrong login and a wrong password."""
    user = tx.session.scalar(select(StaffUser).where(StaffUser.login == login.strip().lower(), StaffUser.active))
    try:
        HASHER.verify(user.password_hash if user and user.password_hash else DUMMY_HASH, password)
    except VerificationError:
        raise NotAllowed("Login or password is wrong.", key="sign_in") from None
    if user is None or user.password_hash is None:
        raise NotAllowed("Login or password is wrong.", key="sign_in")
    return user_row(user)


def users(tx: Tx) -> tuple[UserRow, ...]:
    """The active members of staff, the owner first."""
    return tuple(user_row(u) for u in tx.all(select(StaffUser).where(StaffUser.active).order_by(StaffUser.id)))


def everybody(tx: Tx) -> tuple[UserRow, ...]:
    """All members of staff, those who left last."""
    tx.require(Right.ORGANIZATION)
    return tuple(user_row(u) for u in tx.all(select(StaffUser).order_by(StaffUser.active.desc(), StaffUser.name, StaffUser.id)))


def user_row(user: StaffUser) -> UserRow:
    has_password = user.password_hash is not None
    return UserRow(user.id, user.login, user.name, tuple(user.roles), has_password, user.active, user.version)


def _owners(tx: Tx) -> list[int]:
    """The ids of the active owners; all of staff is locked by id, so two desks cannot remove the last two at once."""
    staff = tx.all(select(StaffUser).order_by(StaffUser.id).with_for_update(key_share=True).execution_options(populate_existing=True))
    return [user.id for user in staff if user.active and Role.OWNER.value in user.roles]


def _set_active(tx: Tx, user: StaffUser, active: bool) -> UserRow:
    user.active = active
    tx.event("user.returned" if active else "user.removed", user, note=user.name)
    tx.session.flush()
    return user_row(user)


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD or len(password.encode()) > LONGEST_PASSWORD:
        raise Invalid(password=f"A password has between {SHORTEST_PASSWORD} and {LONGEST_PASSWORD} characters.")
    return HASHER.hash(password)
