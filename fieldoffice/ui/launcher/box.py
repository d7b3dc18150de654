"""The launcher itself: a field over the window's middle, arrow keys through what it finds, Enter does it, Esc leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QListView, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.search import Hit, search
from fieldoffice.ui import theme
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.launcher.choices import Choice, found
from fieldoffice.ui.launcher.matching import best
from fieldoffice.ui.launcher.rows import CHOICE, Choices, Painter
from fieldoffice.ui.launcher.settings import plain_path, settings
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel, hairline

WIDTH, TALLEST, TOP = 640, 480, 72
MOST, LAST = 8, 8
AWAY = {Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.OtherFocusReason}
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Launcher(QFrame):
    """`offers()` gives the commands and pages of this moment; `closed` is emitted when it goes away."""

    closed = Signal()

    def __init__(self, desk: Desk, offers: Callable[[], Sequence[Choice]], known: Callable[[str], bool], window: QWidget) -> None:
        super().__init__(window)
        self.desk, self._offers, self._known, self._over = desk, offers, known, window
        self._choices: list[Choice] = []
        self._hits: tuple[Hit, ...] = ()
        self.setProperty("box", "float")
        self.setObjectName("launcher")
        self.setAccessibleName(self.tr("Search or do"))
        self._build()
        self.hide()
        window.installEventFilter(self)

    def open(self) -> None:
        """Show it empty, with what was used last."""
        self._choices, self._hits = list(self._offers()), ()
        if self._known("settings"):
            self._choices += settings(self.desk.open)
        self.field.clear()
        self._show()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()

    def leave(self) -> None:
        """Go away without doing anything."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def run(self, row: int = -1) -> None:
        """Do what is chosen, or what stands at `row`."""
        choice = self.model.choice(self.list.currentIndex().row() if row < 0 else row)
        if choice is not None:
            self.leave()
            self._remember(choice)
            choice.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if watched is self.field and isinstance(event, QFocusEvent) and not event.gotFocus() and event.reason() in AWAY:
            self.leave()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in STEPS:
            self._step(STEPS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        row = self.model.next(self.list.currentIndex().row(), by)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    def _typed(self, text: str) -> None:
        self._hits = ()
        self._show()

    def _ask(self, text: str) -> None:
        if text.strip():
            self.desk.see(self, _search, text, then=self._answered)

    def _answered(self, answer: tuple[str, tuple[Hit, ...]]) -> None:
        asked, hits = answer
        if asked == self.field.text():
            self._hits = hits
            self._show()

    def _show(self) -> None:
        text = plain_path(self.field.text()).strip()
        shown = best(self._choices, text, lambda c: c.words)[:MOST] if text else self._used_last()
        groups: dict[str, list[Choice]] = {}
        for choice in shown:
            groups.setdefault(choice.group, []).append(choice)
        here = [choice for group in groups.values() for choice in group]
        self.model.show([*here, *found(self._hits, self._known, self._open)])
        self.empty.setVisible(self.model.rowCount() == 0)
        self.list.setVisible(self.model.rowCount() > 0)
        self._step(1)
        self._place()

    def _open(self, page: str, id: int) -> None:
        self.desk.open(page, **{f"{page}_id": id})

    def _used_last(self) -> list[Choice]:
        kept = self.desk.memory.get("launcher", "last", [])
        known = {choice.key: choice for choice in self._choices}
        last = [known[key] for key in kept if key in known]
        return [*last, *(c for c in self._choices if c not in last)][: LAST + 4]

    def _remember(self, choice: Choice) -> None:
        if choice.key.split(":")[0] in {"action", "page"}:
            kept = [key for key in self.desk.memory.get("launcher", "last", []) if key != choice.key]
            self.desk.memory.set("launcher", "last", [choice.key, *kept][:LAST])

    def _place(self) -> None:
        rows = sum(self.list.sizeHintForRow(n) for n in range(self.model.rowCount()))
        self.list.setFixedHeight(min(TALLEST, rows + 8))
        width = min(WIDTH, self._over.width() - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self._over.width() - width) // 2, TOP)

    def _build(self) -> None:
        self.field = SearchField(self.tr("Search customers, jobs, pages, settings and commands"), rest_ms=120)
        self.field.setProperty("bare", True)
        self.field.setFixedHeight(44)
        self.field.setMaximumWidth(WIDTH)
        self.model, self.list = Choices(self), QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(Painter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("What was found"))
        self.empty = PlainLabel(self.tr("Nothing found. Try a name, a number, a street or a command."), "muted")
        self.empty.setContentsMargins(16, 12, 16, 16)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        for part in (self.field, hairline(), self.list, self.empty):
            box.addWidget(part)
        shadow = QGraphicsDropShadowEffect(self, blurRadius=24, xOffset=0, yOffset=4)
        shadow.setColor(theme.color("text", 0.35))
        self.setGraphicsEffect(shadow)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._typed)
        self.field.searched.connect(self._ask)
        self.list.clicked.connect(lambda index: self.run(index.row()))
        self.list.entered.connect(self._hovered)

    def _hovered(self, index: QModelIndex) -> None:
        if isinstance(index.data(CHOICE), Choice):
            self.list.setCurrentIndex(index)


def _search(tx: Tx, text: str) -> tuple[str, tuple[Hit, ...]]:
    return text, search(tx, text)
