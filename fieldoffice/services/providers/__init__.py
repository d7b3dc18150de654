"""Those who do the work: adding them, their skills, hours and absences, how full their days are, and their leaving."""

from __future__ import annotations

from fieldoffice.services.providers.absences import add_absence, drop_absence, edit_absence, new_absence, visits_hit
from fieldoffice.services.providers.hours import (
    add_day,
    add_shifts,
    drop_day,
    drop_shift,
    edit_day,
    edit_shift,
    set_day,
    set_shift,
)
from fieldoffice.services.providers.leaving import deactivate, free_visits, reactivate, visits_left
from fieldoffice.services.providers.people import (
    ROUTE_COLORS,
    Facts,
    add_provider,
    edit_provider,
    move_provider,
    new_provider,
)
from fieldoffice.services.providers.reading import person, providers, work_days
from fieldoffice.services.providers.skills import add_held, drop_held, edit_held, give_skill

__all__ = [
    "ROUTE_COLORS",
    "Facts",
    "add_absence",
    "add_day",
    "add_held",
    "add_provider",
    "add_shifts",
    "deactivate",
    "drop_absence",
    "drop_day",
    "drop_held",
    "drop_shift",
    "edit_absence",
    "edit_day",
    "edit_held",
    "edit_provider",
    "edit_shift",
    "free_visits",
    "give_skill",
    "move_provider",
    "new_absence",
    "new_provider",
    "person",
    "providers",
    "reactivate",
    "set_day",
    "set_shift",
    "visits_hit",
    "visits_left",
    "work_days",
]
