"""People who use the desktop, and what they may do."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, Versioned


class Right(StrEnum):
    """What a service may ask for. Rights are checked in services, never in widgets."""

    LOOK = "look"
    DISPATCH = "dispatch"
    EDIT_JOBS = "edit_jobs"
    EDIT_CUSTOMERS = "edit_customers"
    EDIT_PROVIDERS = "edit_providers"
    EDIT_CATALOG = "edit_catalog"
    SEE_ACCESS_CODES = "see_access_codes"
    APPROVE = "approve"
    BILLING = "billing"
    ORGANIZATION = "organization"
    ONLINE = "online"  # what people outside may ask for through the endpoint; no role of the staff has it


class Role(StrEnum):
    """A named set of rights."""

    OWNER = "owner"
    DISPATCHER = "dispatcher"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    BOOKKEEPER = "bookkeeper"
    FIELD_WORKER = "field_worker"


R = Right
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right) - {Right.ONLINE},
    Role.DISPATCHER: frozenset(
        {R.LOOK, R.DISPATCH, R.EDIT_JOBS, R.EDIT_CUSTOMERS, R.EDIT_PROVIDERS, R.SEE_ACCESS_CODES}
    ),
    Role.COORDINATOR: frozenset({R.LOOK, R.DISPATCH, R.EDIT_JOBS, R.EDIT_CUSTOMERS, R.SEE_ACCESS_CODES}),
    Role.SUPERVISOR: frozenset({R.LOOK, R.DISPATCH, R.EDIT_JOBS, R.APPROVE, R.EDIT_CATALOG, R.SEE_ACCESS_CODES}),
    Role.BOOKKEEPER: frozenset({R.LOOK, R.BILLING, R.EDIT_CUSTOMERS}),
    Role.FIELD_WORKER: frozenset(),
}


class StaffUser(Versioned, Table):
    """One person of the staff. In one-desk mode the owner is signed in without a password."""

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]  # argon2id
    roles: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def rights(self) -> frozenset[Right]:
        return frozenset[Right]().union(*(RIGHTS[Role(role)] for role in self.roles))
