"""Buttons: one primary a view, icon buttons that have a name, a choice of a few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.parts.labels import plain_tip


class IconButton(QToolButton):
    """A picture to press; `name` is said by screen readers and shown as its tooltip, so it cannot be empty."""

    def __init__(self, icon: str, name: str, press: Callable[[], object] | None = None, parent: QWidget | None = None, *,
                 color: str = "text") -> None:
        super().__init__(parent)
        if not name.strip():
            raise ValueError(f"the icon button {icon!r} needs a name")
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        self.setIconSize(QSize(20, 20))
        self.setMinimumSize(28, 28)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        icons.dress(self, icon, color)
        if press is not None:
            self.clicked.connect(lambda _checked=False: press())


def button(words: str, press: Callable[[], object] | None = None, *, icon: str = "", primary: bool = False,
           danger: bool = False, link: bool = False, parent: QWidget | None = None) -> QPushButton:
    """A push button with words; `primary` marks the one thing to do next in a view."""
    made = QPushButton(words, parent)
    made.setAutoDefault(False)
    for name, value in (("primary", primary), ("danger", danger), ("link", link)):
        made.setProperty(name, value)
    if icon:
        icons.dress(made, icon, "on_accent" if primary else "danger" if danger else "accent" if link else "text")
    if press is not None:
        made.clicked.connect(lambda _checked=False: press())
    return made


def action_button(action: QAction, *, primary: bool = False, words: bool = True,
                  parent: QWidget | None = None) -> QPushButton | QToolButton:
    """A button for an action of ui/actions.py that follows its words, tip, state and whether it can be used now."""
    if primary:
        return _primary_for(action, parent)
    made = QToolButton(parent)
    made.setDefaultAction(action)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
    made.setToolButtonStyle(style)
    made.setAccessibleName(action.text())
    made.setMinimumSize(28, 28)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def _primary_for(action: QAction, parent: QWidget | None) -> QPushButton:
    made = button(action.text(), action.trigger, icon=action_icon(action), primary=True, parent=parent)

    def follow() -> None:
        made.setEnabled(action.isEnabled())
        made.setText(action.text())
        made.setToolTip(plain_tip(action.toolTip()))

    action.changed.connect(follow)
    made.destroyed.connect(lambda: _forget(action, follow))
    made.setEnabled(action.isEnabled())
    made.setToolTip(plain_tip(action.toolTip()))
    return made


def _forget(action: QAction, follow: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the action may go first
        action.changed.disconnect(follow)


def action_icon(action: QAction) -> str:
    """The icon name that ui/actions.py gives to this action, "" for one made elsewhere."""
    from fieldoffice.ui.actions import ACTIONS

    return next((entry.icon for entry in ACTIONS if entry.id == action.objectName()), "")


def menu_button(icon: str, name: str, actions: Sequence[QAction | None], parent: QWidget | None = None) -> IconButton:
    """An icon button that opens a menu; None in `actions` draws a line."""
    made = IconButton(icon, name, parent=parent)
    menu = QMenu(made)
    for action in actions:
        menu.addSeparator() if action is None else menu.addAction(action)
    made.setMenu(menu)
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return made


class Segmented(QWidget):
    """A choice of a few, all in sight, or folded into a menu where room is short. `chosen(key)` comes only when a person chose;
    arrows move within."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None) -> None:
        """`choices` are (key, words); `name` says to a screen reader what is chosen here."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for n, (key, words) in enumerate(choices):
            row.addWidget(self._button(key, words, first=n == 0, last=n == len(choices) - 1))
        self._menu = self._menu_button(choices, name)
        row.addWidget(self._menu)

    def value(self) -> str:
        """The key in force, "" before any was set."""
        return next((key for key, made in self._buttons.items() if made.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Show `key` as chosen without telling anybody."""
        self._buttons[key].setChecked(True)
        self._menu.setText(self._buttons[key].text())

    def fold(self, folded: bool) -> None:
        """Show one button with a menu instead of all choices."""
        self._menu.setVisible(folded)
        for made in self._buttons.values():
            made.setVisible(not folded)

    def room(self) -> int:
        """How wide it is with all choices in sight."""
        return sum(made.minimumWidth() for made in self._buttons.values())

    def choices(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(self._buttons)

    def words(self, key: str) -> str:
        """The words of a choice, "" for one that is not offered."""
        return self._buttons[key].text() if key in self._buttons else ""

    def set_enabled(self, key: str, enabled: bool, why: str = "") -> None:
        """Gray one choice out; `why` becomes its tooltip."""
        self._buttons[key].setEnabled(enabled)
        self._buttons[key].setToolTip(plain_tip(why))

    def _menu_button(self, choices: Sequence[tuple[str, str]], name: str) -> QToolButton:
        made = QToolButton(self)
        made.setMinimumHeight(28)
        made.setAccessibleName(name)
        made.setText(name)  # until something is chosen
        made.setProperty("segment", True)
        made.setProperty("first", True)
        made.setProperty("last", True)
        icons.dress(made, "arrow_drop_down", "text")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(made)
        for key, words in choices:
            menu.addAction(words, lambda key=key: self.chosen.emit(key))
        made.setMenu(menu)
        made.hide()
        return made

    def _button(self, key: str, words: str, *, first: bool, last: bool) -> QToolButton:
        made = QToolButton(self)
        made.setText(words)
        made.setCheckable(True)
        made.setMinimumHeight(28)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for name, value in (("segment", True), ("first", first), ("last", last)):
            made.setProperty(name, value)
        made.ensurePolished()
        made.setMinimumWidth(made.fontMetrics().horizontalAdvance(words) * 11 // 10 + 20)  # room for the bold of the chosen
        made.clicked.connect(lambda _checked=False: self.chosen.emit(key))
        self._group.addButton(made)
        self._buttons[key] = made
        return made
