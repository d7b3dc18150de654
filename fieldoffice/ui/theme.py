"""Light and dark: colors by name, fonts, Qt palette and the small style sheet.

`theme.color("muted")` and `theme.state(state)` answer for the theme in force; painters ask each time they paint and
repaint on `theme.changed`. Fusion with our own palette on every platform, because a platform's own dark mode is not
reached everywhere.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from fieldoffice.assets import resource
from fieldoffice.models.states import AppointmentState
from fieldoffice.ui.palette import DARK, LIGHT, OTHER_ROUTE, ROUTES, Palette, ink_on
from fieldoffice.ui.sheet import style_sheet

Choice = Literal["light", "dark", "system"]
CHOICES: tuple[Choice, ...] = ("light", "dark", "system")
BODY, SMALL, SECTION, TITLE = 13, 12, 15, 20
ROW, TALL_ROW = 28, 36


class _Bell(QObject):
    """Holds the signal and what is in force; one for the program."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.choice: Choice = "light"
        self.palette: Palette = LIGHT


_bell = _Bell()
changed = _bell.changed
"""Emitted with "light" or "dark" after every switch."""


def current() -> Palette:
    """The table of the theme in force."""
    return _bell.palette


def choice() -> Choice:
    """What was asked for: "light", "dark" or "system"."""
    return _bell.choice


def is_dark() -> bool:
    return _bell.palette is DARK


def hex_of(name: str) -> str:
    """The color `name` of `Palette` as "#rrggbb"; an unknown name raises KeyError."""
    value = getattr(_bell.palette, name, None)
    if not isinstance(value, str) or not value.startswith("#"):
        raise KeyError(f"no color is called {name!r}")
    return value


def color(name: str, alpha: float = 1.0) -> QColor:
    """The color `name` as a fresh QColor, `alpha` from 0 to 1."""
    found = QColor(hex_of(name))
    found.setAlphaF(alpha)
    return found


def state(which: AppointmentState) -> tuple[QColor, QColor]:
    """(ground, text) of a card or chip in that state."""
    ground, text = _bell.palette.states[which]
    return QColor(ground), QColor(text)


def route(n: int) -> QColor:
    """The color of the n-th route, counted from 0; gray beyond the tenth."""
    return QColor(ROUTES[n] if 0 <= n < len(ROUTES) else OTHER_ROUTE)


def ink(ground: QColor | str) -> QColor:
    """Black or white, whichever reads better on `ground`."""
    return QColor(ink_on(ground.name() if isinstance(ground, QColor) else ground))


def font(pixels: int = BODY, *, bold: bool = False, tabular: bool = True) -> QFont:
    """The system's interface font at `pixels`, with figures of equal width where the font has them."""
    made = QFont(_family())
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    if tabular:
        made.setFeature(QFont.Tag.fromString("tnum"), 1)
    return made


def apply(app: QApplication, wanted: Choice) -> None:
    """Switch the whole program to `wanted`; open windows follow at once."""
    _bell.choice = wanted
    _bell.palette = _resolve(app, wanted)
    app.setStyle("Fusion")
    app.setPalette(qt_palette(_bell.palette))
    app.setFont(font())
    app.setStyleSheet(style_sheet(_bell.palette, resource("icons/arrow_light.svg").parent.as_posix()))
    _title_bars(app, wanted)
    changed.emit(_bell.palette.name)


def follow_system(app: QApplication) -> None:
    """From now on switch when the system does, as long as "system" is the choice."""
    def switched(_scheme: Qt.ColorScheme) -> None:
        if _bell.choice == "system" and _resolve(app, "system") is not _bell.palette:
            apply(app, "system")

    app.styleHints().colorSchemeChanged.connect(switched)


def toggle(app: QApplication) -> Choice:
    """Light to dark and back; returns and remembers what is in force now."""
    wanted: Choice = "light" if is_dark() else "dark"
    apply(app, wanted)
    remember(wanted)
    return wanted


def remember(wanted: Choice) -> None:
    QSettings().setValue("theme", wanted)


def remembered() -> Choice:
    """The choice of the last session, "system" at first."""
    kept = str(QSettings().value("theme", "system"))
    found: Choice = "system"
    for known in CHOICES:
        found = known if known == kept else found
    return found


def qt_palette(table: Palette) -> QPalette:
    """`table` in Qt's terms, for what no style sheet reaches."""
    made = QPalette()
    for role, value in _roles(table).items():
        made.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(table.disabled))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, QColor(table.line))
    return made


def _roles(table: Palette) -> dict[QPalette.ColorRole, str]:
    role = QPalette.ColorRole
    return {
        role.Window: table.ground, role.WindowText: table.text,
        role.Base: table.surface, role.AlternateBase: table.ground, role.Text: table.text,
        role.Button: table.surface, role.ButtonText: table.text, role.BrightText: table.danger,
        role.Highlight: table.selected, role.HighlightedText: table.selected_text,
        role.Link: table.accent, role.LinkVisited: table.accent, role.PlaceholderText: table.muted,
        role.ToolTipBase: table.tooltip, role.ToolTipText: table.tooltip_text,
        role.Light: table.surface, role.Midlight: table.hover, role.Mid: table.line, role.Dark: table.edge,
        role.Shadow: table.edge, role.Accent: table.accent,
    }


def _resolve(app: QApplication, wanted: Choice) -> Palette:
    if wanted == "system":
        return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if wanted == "dark" else LIGHT


def _title_bars(app: QApplication, wanted: Choice) -> None:
    """The frame that the operating system draws should agree where it can."""
    scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(wanted, Qt.ColorScheme.Unknown)
    app.styleHints().setColorScheme(scheme)


@cache
def _family() -> str:
    if QGuiApplication.instance() is None:
        raise RuntimeError("fonts need a running application")
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
