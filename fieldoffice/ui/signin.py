"""Signing in to an office that several people share."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.company import UserRow, sign_in
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel


class SignIn(QDialog):
    """`user` is set when the dialog was accepted. `desk` asks as the office itself: nobody is signed in yet."""

    def __init__(self, desk: Desk, company: str, where: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.user: UserRow | None = None
        self.setWindowTitle("Sign in – fieldoffice")
        self.setMinimumWidth(400)
        self.login, self.password, self.form = QLineEdit(), QLineEdit(), Form()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.login.setText(desk.memory.get("signin", "login", ""))
        self._build(company, where)
        (self.password if self.login.text() else self.login).setFocus()

    def sign_in(self) -> None:
        """Ask; a refusal stands above the fields."""
        if self.form.check():
            self.go.setEnabled(False)
            self.desk.see(self, sign_in, self.login.text(), self.password.text(), then=self._in, otherwise=self._refused)

    def _in(self, user: UserRow) -> None:
        self.user = user
        self.desk.memory.set("signin", "login", user.login)
        self.accept()

    def _refused(self, error: Refused) -> None:
        self.go.setEnabled(True)
        self.form.show_errors(error)
        self.password.selectAll()
        self.password.setFocus()

    def _build(self, company: str, where: str) -> None:
        self.form.add("login", "Login", self.login, required=True)
        self.form.add("password", "Password", self.password, required=True)
        self.go = button("Sign in", self.sign_in, primary=True)
        self.go.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button("Quit", self.reject))
        row.addWidget(self.go)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 16)
        box.setSpacing(12)
        box.addWidget(PlainLabel(company, "title", wrap=True))
        box.addWidget(PlainLabel(where, "muted", wrap=True))
        box.addWidget(self.form)
        box.addStretch(1)
        box.addLayout(row)
