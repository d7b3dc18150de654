"""The theme's colors as the map's page takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldoffice.ui.palette import STATE_ICONS, Palette, ink_on

NAMED = ("ground", "surface", "line", "edge", "text", "muted", "accent", "hover", "selected", "danger", "warn")
"""Colors of `Palette` that map.css uses, there called --ground and so on."""


def theme_message(table: Palette) -> dict[str, Any]:
    """Colors by name, the two colors and the icon of each state."""
    pairs = {state.value: [*pair, STATE_ICONS[state]] for state, pair in table.states.items()}
    return {"name": table.name, "colors": {name: getattr(table, name) for name in NAMED}, "states": pairs}


def inks(colors: Mapping[int, str], more: set[str]) -> dict[str, str]:
    """Black or white for figures on each color that occurs."""
    return {color: ink_on(color) for color in {*colors.values(), *more}}
