"""The company itself: founding it, its facts, its settings, its people, its holidays, numbers and own fields."""

from __future__ import annotations

from fieldoffice.services.company.closed import add_holiday
from fieldoffice.services.company.facts import EXPONENTS, CompanyRow, company, found
from fieldoffice.services.company.people import (
    DUMMY_HASH,
    HASHER,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    UserRow,
    add_user,
    set_password,
    sign_in,
    users,
)
from fieldoffice.services.company.register import REGISTER, SETTINGS
from fieldoffice.services.company.values import set_setting, setting, window_hours

__all__ = [
    "DUMMY_HASH",
    "EXPONENTS",
    "HASHER",
    "LONGEST_PASSWORD",
    "REGISTER",
    "SETTINGS",
    "SHORTEST_PASSWORD",
    "CompanyRow",
    "UserRow",
    "add_holiday",
    "add_user",
    "company",
    "found",
    "set_password",
    "set_setting",
    "setting",
    "sign_in",
    "users",
    "window_hours",
]
