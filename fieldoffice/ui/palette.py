"""Every color of the program, light and dark: the one table that Qt, the board, the map and charts read.

Pure data, no Qt. Text on its ground reaches 5.5:1, cards reach 7:1; `tests/ui/test_theme.py` recomputes all pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldoffice.models.states import AppointmentState

S = AppointmentState
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colors of one theme as "#rrggbb". `states` maps a state to (ground, text)."""

    name: str
    ground: str
    surface: str
    line: str
    edge: str  # borders of inputs: 3:1 against the surface
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_hover: str
    hover: str
    selected: str
    selected_text: str
    disabled: str
    danger: str
    danger_ground: str
    warn: str
    warn_ground: str
    ok: str
    ok_ground: str
    tooltip: str
    tooltip_text: str
    tooltip_link: str
    tooltip_hover: str
    shade: str  # hours nobody works
    weekend: str
    now: str  # the line of the present moment
    states: Mapping[AppointmentState, Pair] = field(default_factory=dict)


LIGHT = Palette(
    name="light",
    ground="#F6F7F9", surface="#FFFFFF", line="#DFE3E8", edge="#7F8994", text="#1A1F26", muted="#59636F",
    accent="#0B6E69", on_accent="#FFFFFF", accent_hover="#095A56", hover="#ECEFF2",
    selected="#D9EEEC", selected_text="#1A1F26", disabled="#A0A8B1",
    danger="#B3261E", danger_ground="#FCEBE9", warn="#7A4F00", warn_ground="#FDF3DC", ok="#1E6B3A", ok_ground="#E5F3EA",
    tooltip="#1F262E", tooltip_text="#F2F4F6", tooltip_link="#7AD3CC", tooltip_hover="#343C46",
    shade="#EEF0F3", weekend="#F1F2F5", now="#B3261E",
    states={
        S.WAITING: ("#EEF0F3", "#434C57"),
        S.HELD: ("#F4F4F4", "#4A525C"),
        S.SCHEDULED: ("#E6EEF8", "#24476B"),
        S.DISPATCHED: ("#DDE4FB", "#2A3C8F"),
        S.EN_ROUTE: ("#FFF0D1", "#6B4700"),
        S.ARRIVED: ("#DDF3F0", "#0A4F4B"),
        S.WORKING: ("#CDEBE6", "#0A4F4B"),
        S.PAUSED: ("#F1E8F5", "#5A2E6B"),
        S.COMPLETED: ("#E9EDEA", "#36523F"),
        S.PARTLY_DONE: ("#F6EBDD", "#6B3F0C"),
        S.NOT_DONE: ("#F9E1DF", "#8A1C16"),
        S.CANCELLED: ("#F1F1F3", "#474E57"),
    },
)

DARK = Palette(
    name="dark",
    ground="#14171B", surface="#1C2127", line="#313841", edge="#6B7682", text="#E7EAEE", muted="#A3ADB8",
    accent="#5CC4BC", on_accent="#0B1F1E", accent_hover="#7AD3CC", hover="#262C34",
    selected="#17403D", selected_text="#E7EAEE", disabled="#5F6973",
    danger="#FF8A80", danger_ground="#3A2220", warn="#F2B84B", warn_ground="#362C17", ok="#7CCB92", ok_ground="#1B2F22",
    tooltip="#313841", tooltip_text="#F2F4F6", tooltip_link="#7AD3CC", tooltip_hover="#414A55",
    shade="#171B20", weekend="#191D22", now="#FF8A80",
    states={
        S.WAITING: ("#262B32", "#C3CBD4"),
        S.HELD: ("#2A2F36", "#B7C0CA"),
        S.SCHEDULED: ("#22303F", "#BBD3EE"),
        S.DISPATCHED: ("#232B4D", "#C3CDFB"),
        S.EN_ROUTE: ("#3D2F12", "#FBD48A"),
        S.ARRIVED: ("#12332F", "#8FE0D7"),
        S.WORKING: ("#0E423D", "#A5EBE3"),
        S.PAUSED: ("#35243C", "#E0BDEE"),
        S.COMPLETED: ("#22302A", "#A9C9B4"),
        S.PARTLY_DONE: ("#3A2C1E", "#F0C79A"),
        S.NOT_DONE: ("#442220", "#FFB4AB"),
        S.CANCELLED: ("#24272C", "#B4BCC6"),
    },
)

ROUTES: tuple[str, ...] = (
    "#332288", "#88CCEE", "#44AA99", "#117733", "#999933", "#DDCC77", "#CC6677", "#882255", "#AA4499", "#6E6E6E",
)
"""Ten colors that color-blind people can tell apart (Paul Tol's muted scheme)."""

OTHER_ROUTE = "#6E6E6E"
"""For the routes beyond the tenth."""

STATE_ICONS: Mapping[AppointmentState, str] = {
    S.WAITING: "assignment_late",
    S.HELD: "hourglass_empty",
    S.SCHEDULED: "event",
    S.DISPATCHED: "send",
    S.EN_ROUTE: "local_shipping",
    S.ARRIVED: "location_on",
    S.WORKING: "build",
    S.PAUSED: "pause",
    S.COMPLETED: "check_circle",
    S.PARTLY_DONE: "pending",
    S.NOT_DONE: "cancel",
    S.CANCELLED: "block",
}
"""Never color alone: the icon that goes with each state."""


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb" as WCAG 2 defines it, 0 to 1."""
    red, green, blue = (_linear(int(color[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two colors, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(ground: str) -> str:
    """Black or white, whichever reads better on `ground` (numbers in route markers)."""
    return max("#FFFFFF", "#101418", key=lambda ink: contrast(ground, ink))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
