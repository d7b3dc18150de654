"""Icons by their Material Symbols name, tinted for the theme and sharp on every screen.

`icons.icon("lock")` is a picture of now; `icons.dress(button, "lock")` keeps a button, action or label in step with the
theme. An icon that was never fetched raises MissingIcon with its name, so a test finds it before a user does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel

from fieldoffice.assets import resource
from fieldoffice.models.states import AppointmentState
from fieldoffice.ui import theme
from fieldoffice.ui.palette import STATE_ICONS

SIZES = (16, 20)


class MissingIcon(LookupError):
    """No picture of that name was fetched by the set-up."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the icon {name!r} is missing: add it to setup/icons.txt and run the set-up")


def icon(name: str, color: str = "text") -> QIcon:
    """The icon in the theme color `color`, grayed while disabled."""
    return _icon(name, theme.hex_of(color), theme.hex_of("disabled"), ratios())


def state_icon(which: AppointmentState) -> QIcon:
    """The icon of a state in the state's own text color."""
    return _icon(STATE_ICONS[which], theme.state(which)[1].name(), theme.hex_of("disabled"), ratios())


def pixmap(name: str, size: int = 16, color: str | QColor = "text", ratio: float = 1.0) -> QPixmap:
    """One picture, `size` logical pixels wide, for painters; `color` is a theme name or a QColor."""
    value = color.name() if isinstance(color, QColor) else theme.hex_of(color)
    return _pixmap(name, value, size, ratio)


def dress(target: Any, name: str, color: str = "text", size: int = 16) -> None:
    """Give `target` (anything with setIcon, or a QLabel) the icon, and again after each change of theme."""
    for old in target.findChildren(_Dress, options=Qt.FindChildOption.FindDirectChildrenOnly):
        old.setParent(None)
        old.deleteLater()
    _Dress(target, name, color, size).put_on()


class _Dress(QObject):
    """Lives and dies with its target, so nothing is called on a dead widget."""

    def __init__(self, target: Any, name: str, color: str, size: int) -> None:
        super().__init__(target)
        self.target, self.name, self.color, self.size = target, name, color, size
        theme.changed.connect(self.put_on)

    def put_on(self, _theme: str = "") -> None:
        if self.parent() is None:
            return
        if isinstance(self.target, QLabel):
            self.target.setPixmap(pixmap(self.name, self.size, self.color, self.target.devicePixelRatioF()))
        else:
            self.target.setIcon(icon(self.name, self.color))


def ratios() -> tuple[float, ...]:
    """The pixel ratios of the screens in use, so that no icon is scaled."""
    return tuple(sorted({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}))


@cache
def _icon(name: str, color: str, gray: str, wanted: tuple[float, ...]) -> QIcon:
    made = QIcon()
    for size in SIZES:
        for ratio in wanted:
            made.addPixmap(_pixmap(name, color, size, ratio), QIcon.Mode.Normal)
            made.addPixmap(_pixmap(name, gray, size, ratio), QIcon.Mode.Disabled)
    return made


@cache
def _pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    drawing = _drawing(name)  # before painting begins: a missing one raises
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    drawing.render(painter, QRectF(made.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(made.rect(), QColor(color))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


@cache
def _drawing(name: str) -> QSvgRenderer:
    try:
        raw = resource(f"icons/{name}.svg").read_bytes()
    except FileNotFoundError:
        raise MissingIcon(name) from None
    return QSvgRenderer(QByteArray(raw))
