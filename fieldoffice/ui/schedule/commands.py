"""Commands of the board beyond the register: small choices of the view, and the steps of a card's menu.

What stands in ui/actions.py is bound there; these have no shortcut and live in the board's menus only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from fieldoffice.models.states import AppointmentState
from fieldoffice.ui import icons

S = AppointmentState


@dataclass(frozen=True, slots=True)
class Command:
    id: str
    words: str
    icon: str
    checkable: bool = False


COMMANDS: Mapping[str, Command] = {
    command.id: command
    for command in (
        Command("compact_rows", "Compact rows", "table_rows", True),
        Command("whole_days", "Show nights", "nightlight", True),
        Command("fine_steps", "Move in steps of 5 minutes", "straighten", True),
        Command("confirm", "Back to scheduled", "event"),
    )
}

STEPS: Mapping[str, AppointmentState] = {
    "dispatch": S.DISPATCHED,
    "en_route": S.EN_ROUTE,
    "arrived": S.ARRIVED,
    "working": S.WORKING,
    "completed": S.COMPLETED,
    "partly_done": S.PARTLY_DONE,
    "not_done": S.NOT_DONE,
    "cancel_visit": S.CANCELLED,
}
"""The actions that bring a visit into a state. "pause" goes both ways, "confirm" leads back to scheduled."""

STEP_WORDS: Mapping[AppointmentState, str] = {
    S.SCHEDULED: "Confirm",
    S.DISPATCHED: "Dispatch",
    S.EN_ROUTE: "En route",
    S.ARRIVED: "Arrived",
    S.WORKING: "Working",
    S.PAUSED: "Pause",
    S.COMPLETED: "Completed",
    S.PARTLY_DONE: "Partly done",
    S.NOT_DONE: "Not done",
    S.CANCELLED: "Cancel visit",
}
"""What the button says that brings a visit into a state."""

ORDER = tuple(STEP_WORDS)


def step_words(now: AppointmentState, to: AppointmentState) -> str:
    """The words of the step from one state to another."""
    if to is S.SCHEDULED:
        return "Confirm" if now is S.HELD else "Back to scheduled"
    return "Resume" if now is S.PAUSED and to is S.WORKING else STEP_WORDS[to]


def make(parent: QWidget, id: str) -> QAction:
    """The QAction of a command of this folder, not yet connected."""
    command = COMMANDS[id]
    made = QAction(command.words, parent)
    made.setObjectName(id)
    made.setCheckable(command.checkable)
    icons.dress(made, command.icon)
    return made
