"""The steps of a visit: which action brings it into which state, and what the button for it says."""

from __future__ import annotations

from collections.abc import Mapping

from fieldoffice.models.states import AppointmentState

S = AppointmentState

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

