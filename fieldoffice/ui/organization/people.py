"""The users of the office: a list, and a panel to add or change one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.models.staff import Role
from fieldoffice.office import Tx
from fieldoffice.services.company.people import (
    UserRow,
    add_user,
    drop_password,
    edit_user,
    everybody,
    let_go,
    set_password,
    take_back,
)
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.lists import ListPart
from fieldoffice.ui.organization.roles import ROLE_WORDS, roles_said
from fieldoffice.ui.organization.sections import line_of
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.panel import SidePanel
from fieldoffice.ui.parts.rows import Column

COLUMNS = (
    Column[UserRow]("name", "Name", lambda u: u.name, lambda u: u.name.casefold(), width=180),
    Column[UserRow]("login", "Login", lambda u: u.login, lambda u: u.login, width=110),
    Column[UserRow]("roles", "Roles", lambda u: roles_said(u.roles), lambda u: roles_said(u.roles), width=190),
    Column[UserRow]("state", "Sign in", lambda u: state_of(u), lambda u: state_of(u), width=130),
)


def state_of(user: UserRow) -> str:
    """Whether somebody can sign in, in words."""
    return "Removed" if not user.active else "With a password" if user.has_password else "No password"


class PeoplePart(ListPart):
    """All users; changes apply at once and can be taken back from the toast."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(COLUMNS, "Users", "No users yet.", desk.memory)
        self.desk = desk
        self.add_button(self.tr("Add user…"), lambda: self.edit(None), icon="person_add")
        self.add_button(self.tr("Edit…"), lambda: self.edit(self.current()), icon="edit", fits=lambda u: u.active)
        self.add_button(self.tr("Remove"), self.remove, icon="person_remove", fits=lambda u: u.active)
        self.add_button(self.tr("Take back"), self.restore, icon="undo", fits=lambda u: not u.active)
        self.opened.connect(self.edit)

    def reload(self) -> None:
        self.desk.see(self, everybody, then=self.show_rows, otherwise=lambda _error: None)

    def edit(self, user: UserRow | None) -> None:
        """Open the panel for a user, or a new one."""
        if user is None or user.active:
            self.desk.show_panel(UserPanel(self.desk, user))

    def remove(self) -> None:
        user: UserRow = self.current()

        def gone(row: UserRow) -> None:
            said = self.tr("%1 can no longer sign in").replace("%1", row.name)
            self.desk.toast(said, undo=lambda: self.desk.do(self, take_back, row.id, version=row.version))

        self.desk.do(self, let_go, user.id, version=user.version, then=gone)

    def restore(self) -> None:
        user: UserRow = self.current()

        def back(row: UserRow) -> None:
            said = self.tr("%1 can sign in again").replace("%1", row.name)
            self.desk.toast(said, undo=lambda: self.desk.do(self, let_go, row.id, version=row.version))

        self.desk.do(self, take_back, user.id, version=user.version, then=back)


class UserPanel(SidePanel):
    """A user's name, roles and password. The password is never shown, and never kept in a draft."""

    def __init__(self, desk: Desk, user: UserRow | None) -> None:
        super().__init__(self.tr("User") if user else self.tr("New user"))
        self.desk, self.user, self.form = desk, user, Form()
        self.name, self.login, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.roles = {role: QCheckBox(ROLE_WORDS[role]) for role in Role}
        self._compose()
        self._fill()
        self.form.changed.connect(self.set_dirty)
        for box in self.roles.values():
            box.toggled.connect(lambda _on: self.set_dirty())

    def save(self, then: Callable[[], object]) -> None:
        if not self.form.check():
            return
        asked: dict[str, Any] = {"name": self.name.text(), "roles": tuple(role for role, box in self.roles.items() if box.isChecked())}
        service, place = (save_user, (self.user.id, self.user.version)) if self.user else (new_user, (self.login.text(),))
        self.desk.do(self, service, *place, password=self.password.text(), then=lambda row: self._done(row, then),
                     otherwise=self.form.show_errors, **asked)  # fmt: skip

    def _done(self, row: UserRow, then: Callable[[], object]) -> None:
        before, self.user = self.user, row
        self._fill()
        then()
        said = self.tr("%1 saved" if before else "%1 added").replace("%1", row.name)
        same = before is None or (before.name, before.roles) == (row.name, row.roles)
        self.desk.toast(said, undo=None if same or before is None else lambda: self._put_back(before, row))

    def _put_back(self, before: UserRow, now: UserRow) -> None:
        self.desk.do(self.desk, edit_user, now.id, version=now.version, name=before.name, roles=tuple(Role(role) for role in before.roles))

    def _reset(self) -> None:
        def done(row: UserRow) -> None:
            self.user = row
            self._fill()
            self.desk.toast(self.tr("%1 cannot sign in until they get a new password").replace("%1", row.name))

        if self.user is not None:
            self.desk.do(self, drop_password, self.user.id, version=self.user.version, then=done, otherwise=self._refused)

    def _refused(self, error: Refused) -> None:
        self.form.show_errors(error)

    def _fill(self) -> None:
        user = self.user
        self.name.setText(user.name if user else "")
        self.login.setText(user.login if user else "")
        self.login.setReadOnly(user is not None)
        self.password.clear()
        self.password.setPlaceholderText(self.tr("Kept. Type to replace it") if user and user.has_password else "")
        for role, box in self.roles.items():
            box.blockSignals(True)
            box.setChecked(role.value in user.roles if user else role is Role.DISPATCHER)
            box.blockSignals(False)
        self.reset.setVisible(user is not None and user.has_password)
        self.set_dirty(False)

    def _compose(self) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        roles, column = QWidget(), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for box in self.roles.values():
            column.addWidget(box)
        roles.setLayout(column)
        self.form.add("name", self.tr("Name"), self.name, required=True)
        self.form.add("login", self.tr("Login"), self.login, required=True, hint=self.tr("What they type to sign in."))
        self.form.add("roles", self.tr("Roles"), roles, hint=self.tr("Rights add up over roles; the table below the users lists them."))
        self.form.add("password", self.tr("Password"), self.password,
                      hint=self.tr("At least 12 characters. Without one they cannot sign in, but in a one-desk office."))  # fmt: skip
        self.reset = button(self.tr("Reset the password"), self._reset, icon="lock")
        body, box = QWidget(), QVBoxLayout()
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.form)
        box.addLayout(line_of(self.reset))
        box.addStretch(1)
        body.setLayout(box)
        self.set_body(body)


def new_user(tx: Tx, login: str, *, name: str, roles: tuple[Role, ...], password: str) -> UserRow:
    """Add a user as the panel has them."""
    if not name.strip():
        raise Invalid(name="Please give a name.")
    return add_user(tx, login=login, name=name, roles=roles, password=password)


def save_user(tx: Tx, id: int, version: int, *, name: str, roles: tuple[Role, ...], password: str) -> UserRow:
    """Save a user as the panel has them; the password only where one was typed. All or nothing."""
    edit_user(tx, id, version=version, name=name, roles=roles)
    if password:
        set_password(tx, id, password)
        tx.session.flush()
    return next(user for user in everybody(tx) if user.id == id)

