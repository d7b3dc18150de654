"""What a customer's page offers about requests: sending the link, switching them on or off, onboarding."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from fieldoffice.services.requests.inviting import (
    Standing,
    allow_requests,
    onboard,
    request_standing,
    send_request_link,
)
from fieldoffice.ui import icons
from fieldoffice.ui.desk import Desk


def send_link(desk: Desk, asker: QObject, customer_id: int) -> None:
    """E-mail a customer the private link to the request form; the toast says where it went, or why it could not."""
    desk.do(asker, send_request_link, customer_id, then=lambda email: desk.toast(f"Request link sent to {email}"))


class RequestDeeds(QObject):
    """`actions` are for a menu; `show_customer` tells them whose they are."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self.customer_id = desk, 0
        self.standing: Standing | None = None
        self.link = QAction(self.tr("Send request link"), self)
        self.allowed, self.onboarded = QAction(self.tr("May send requests"), self), QAction(self.tr("Onboarding completed"), self)
        self.link.setObjectName("send_request_link")
        icons.dress(self.link, "mail")
        for one in (self.allowed, self.onboarded):
            one.setCheckable(True)
        self.link.triggered.connect(lambda _checked=False: send_link(self.desk, self, self.customer_id))
        self.allowed.triggered.connect(self._allow)
        self.onboarded.triggered.connect(self._onboard)
        self._follow()

    @property
    def actions(self) -> list[QAction]:
        return [self.link, self.allowed, self.onboarded]

    def show_customer(self, customer_id: int) -> None:
        """Read how this customer stands."""
        self.customer_id = customer_id
        self.desk.see(self, request_standing, customer_id, then=self._came)

    def _came(self, standing: Standing) -> None:
        self.standing = standing
        self._follow()

    def _follow(self) -> None:
        known = self.standing is not None
        for one in self.actions:
            one.setEnabled(known)
        if self.standing is not None:
            self.allowed.setChecked(self.standing.allowed)
            self.onboarded.setChecked(self.standing.onboarded)
            why = self.standing.why_not
            self.allowed.setText(self.tr("May send requests") + (f" ({why.rstrip('.')})" if why and self.standing.allowed else ""))

    def _allow(self, allowed: bool) -> None:
        if self.standing is not None:
            said = self.tr("Requests are allowed") if allowed else self.tr("Requests are switched off")
            self.desk.act(self, said, allow_requests, self.customer_id, version=self.standing.version, allowed=allowed,
                          then=lambda _edit: self.show_customer(self.customer_id))  # fmt: skip

    def _onboard(self, done: bool) -> None:
        if self.standing is not None:
            said = self.tr("Onboarding completed") if done else self.tr("Onboarding is open again")
            self.desk.act(self, said, onboard, self.customer_id, version=self.standing.version, done=done,
                          then=lambda _edit: self.show_customer(self.customer_id))  # fmt: skip
