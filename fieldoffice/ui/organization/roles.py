"""What each role may do, as a table made from the rights that the services ask for."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from fieldoffice.models.staff import RIGHTS, Right, Role
from fieldoffice.ui import icons
from fieldoffice.ui.parts.labels import PlainLabel, hairline

ROLE_WORDS: Mapping[Role, str] = {
    Role.OWNER: "Owner",
    Role.DISPATCHER: "Dispatcher",
    Role.COORDINATOR: "Coordinator",
    Role.SUPERVISOR: "Supervisor",
    Role.BOOKKEEPER: "Bookkeeper",
    Role.FIELD_WORKER: "Field worker",
}
RIGHT_WORDS: Mapping[Right, str] = {
    Right.LOOK: "See customers, jobs, the board",
    Right.DISPATCH: "Plan visits, enter progress",
    Right.EDIT_JOBS: "Open and change jobs",
    Right.EDIT_CUSTOMERS: "Add and change customers",
    Right.EDIT_PROVIDERS: "Change providers and shifts",
    Right.EDIT_CATALOG: "Change services and prices",
    Right.SEE_ACCESS_CODES: "See gate and alarm codes",
    Right.APPROVE: "Approve service orders",
    Right.BILLING: "Invoices and payments",
    Right.ORGANIZATION: "Settings, users, office key",
}


class RolesTable(QWidget):
    """A row for each right, a column for each role; a tick where the role has it."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        for n, role in enumerate(Role, start=1):
            grid.addWidget(PlainLabel(ROLE_WORDS[role], "muted"), 0, n, Qt.AlignmentFlag.AlignHCenter)
        for m, right in enumerate(RIGHT_WORDS):
            grid.addWidget(hairline(), 2 * m + 1, 0, 1, len(Role) + 1)
            grid.addWidget(PlainLabel(RIGHT_WORDS[right]), 2 * m + 2, 0)
            for n, role in enumerate(Role, start=1):
                grid.addWidget(_tick(role, right), 2 * m + 2, n, Qt.AlignmentFlag.AlignHCenter)
        grid.setColumnStretch(0, 1)


def roles_said(roles: tuple[str, ...]) -> str:
    """The roles of a user in words."""
    return ", ".join(ROLE_WORDS[role] for role in Role if role.value in roles) or "None"


def _tick(role: Role, right: Right) -> PlainLabel:
    may = right in RIGHTS[role]
    label = PlainLabel("" if may else "–", "muted")
    label.setAccessibleName(f"{ROLE_WORDS[role]}: {RIGHT_WORDS[right]}: {'yes' if may else 'no'}")
    if may:
        icons.dress(label, "check", "accent", 18)
    return label
