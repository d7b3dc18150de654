"""Letting a provider go, or taking one back: whoever has visits left is asked about, never quietly dropped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.providers import deactivate, free_visits, reactivate, visits_left
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.providers.words import counted, visit_line
from fieldoffice.ui.schedule.popover import Popover

SHOWN = 4


class Leaving(QObject):
    """For a page (the parent) that has a provider at hand."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self.desk, self.page = desk, page
        self.question: VisitsLeft | None = None
        self._go = actions.make(page, "deactivate_provider")
        self._back = actions.make(page, "reactivate_provider")
        for action in (self._go, self._back):
            action.setShortcuts([])

    def connect_to(self, press: Callable[[], object]) -> None:
        """What the two actions do."""
        for action in (self._go, self._back):
            action.triggered.connect(lambda _checked=False: press())

    def action(self, active: bool) -> QAction:
        """The one of the two that fits."""
        return self._go if active else self._back

    def toggle(self, id: int, name: str, version: int, *, active: bool, below: QWidget) -> None:
        """Let an active provider go, take an inactive one back."""
        if not active:
            self.desk.act(self.page, self.tr("%1 is active again").replace("%1", name), reactivate, id, version=version)
            return
        self._leave(id, name, version, below)

    def _leave(self, id: int, name: str, version: int, below: QWidget) -> None:
        def refused(error: Refused) -> None:
            if error.key == "has_visits":
                self.desk.see(self, _left, id, then=partial(self._ask, id, name, version, below))
            else:
                self.desk.refuse(error)

        label = self.tr("%1 is inactive").replace("%1", name)
        self.desk.act(self.page, label, deactivate, id, version=version, otherwise=refused)

    def _ask(self, id: int, name: str, version: int, below: QWidget, answer: tuple[str, tuple[Card, ...]]) -> None:
        zone, cards = answer
        self.question = VisitsLeft(self.page, name, cards, ZoneInfo(zone), lambda: self._free(id, name, version, below, len(cards)))
        self.question.open_near(below)

    def _free(self, id: int, name: str, version: int, below: QWidget, n: int) -> None:
        label = self.tr("%1 of %2 unassigned").replace("%1", counted(n, self.tr("visit"), self.tr("visits"))).replace("%2", name)
        self.desk.act(self.page, label, free_visits, id, then=lambda _change: self._leave(id, name, version, below))


class VisitsLeft(Popover):
    """How many visits are left, and what is to become of them: unassigned, or nothing happens at all."""

    def __init__(self, page: QWidget, name: str, cards: tuple[Card, ...], zone: ZoneInfo, then: Callable[[], object]) -> None:
        n = len(cards)
        several = counted(n, self.tr("visit"), self.tr("visits"))
        title = self.tr("%1 has %2 that are not over").replace("%1", name).replace("%2", several)
        words = self.tr("Unassign it and let go") if n == 1 else self.tr("Unassign them and let go")
        super().__init__(page, title.replace(" are ", " is ") if n == 1 else title, words, danger=True)
        self._then = then
        self.no.setText(self.tr("Keep %1").replace("%1", name.split()[0]))
        for card in cards[:SHOWN]:
            self.body.addWidget(PlainLabel(visit_line(card, zone), "muted", wrap=True))
        if n > SHOWN:
            self.body.addWidget(PlainLabel(self.tr("and %1 more").replace("%1", str(n - SHOWN)), "muted"))
        told = self.tr("Unassigned visits wait in the tray of the board; teams go on without %1.").replace("%1", name.split()[0])
        self.body.addWidget(PlainLabel(told, wrap=True))

    def first_field(self) -> QWidget:
        return self.no

    def agree(self) -> str:
        self._then()
        return ""

    def open_near(self, widget: QWidget) -> None:
        """In the middle of the upper part of `widget`."""
        ground = self.parentWidget()
        assert ground is not None
        corner = widget.mapTo(ground, QPoint(max(0, (widget.width() - self.width()) // 2), 0))
        self.open_at(QRect(corner, QPoint(corner.x() + self.width(), corner.y() + 28)))


def _left(tx: Tx, provider_id: int) -> tuple[str, tuple[Card, ...]]:
    return tx.company.zone, visits_left(tx, provider_id)
