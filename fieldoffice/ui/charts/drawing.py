"""From a picture to pixels with matplotlib, on any thread. No Qt here.

matplotlib's fonts are not safe for two threads at once, so one picture is drawn at a time; pyplot and its global state are
never used.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fieldoffice.models.states import AppointmentState
from fieldoffice.ui.palette import OTHER_ROUTE, ROUTES, Palette

FONT_PX = 12
PAD = 4  # pixels around the axes
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Colors:
    """The theme's colors for one drawing, as "#rrggbb"."""

    palette: Palette

    def __getattr__(self, name: str) -> str:
        return getattr(object.__getattribute__(self, "palette"), name)

    def state(self, state: AppointmentState) -> str:
        """Strong enough for a bar on the surface, of the same hue as the cards."""
        ground, text = self.palette.states[state]
        return mixed(text, ground, 0.72)

    def route(self, n: int) -> str:
        return ROUTES[n] if 0 <= n < len(ROUTES) else OTHER_ROUTE


@dataclass(frozen=True, slots=True)
class Drawn:
    """RGBA bytes, `width` x `height` real pixels, at `ratio` real pixels a logical one."""

    data: bytes
    width: int
    height: int
    ratio: float


def draw(paint: Callable[[Any, Colors], None], colors: Colors, family: str, width: int, height: int, ratio: float) -> Drawn:
    """Draw on a fresh figure of `width` x `height` logical pixels."""
    with _one_at_a_time:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with mpl.rc_context(rc=_style(colors, _families(family))):
            figure = Figure(figsize=(width / 72, height / 72), dpi=72 * ratio, layout="constrained")
            figure.get_layout_engine().set(w_pad=PAD / 72, h_pad=PAD / 72)  # type: ignore[union-attr]
            canvas = FigureCanvasAgg(figure)
            axes = figure.add_subplot()
            axes.set_axisbelow(True)
            paint(axes, colors)
            canvas.draw()
            wide, high = canvas.get_width_height(physical=True)
            return Drawn(bytes(canvas.buffer_rgba()), wide, high, ratio)


def mixed(one: str, other: str, share: float) -> str:
    """`share` of the first color, the rest of the second."""
    pairs = ((int(one[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def _style(colors: Colors, families: list[str]) -> dict[Any, Any]:
    look = colors.palette
    return {
        "font.family": families, "font.size": FONT_PX, "text.color": look.text, "text.parse_math": False,
        "figure.facecolor": look.surface, "axes.facecolor": look.surface, "savefig.facecolor": look.surface,
        "axes.spines.left": False, "axes.spines.right": False, "axes.spines.top": False, "axes.spines.bottom": False,
        "axes.edgecolor": look.line, "axes.labelcolor": look.muted, "axes.titlecolor": look.text,
        "axes.grid": True, "axes.grid.axis": "y", "grid.color": look.line, "grid.linewidth": 1,
        "xtick.color": look.muted, "ytick.color": look.muted, "xtick.major.size": 0, "ytick.major.size": 0,
        "xtick.labelsize": FONT_PX, "ytick.labelsize": FONT_PX - 1, "hatch.linewidth": 1,
    }  # fmt: skip


def _families(wanted: str) -> list[str]:
    """The program's font where matplotlib finds it, else the one that comes with it."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return [wanted, "DejaVu Sans"] if wanted in known else ["DejaVu Sans"]
