"""The lists of the dashboard: what needs somebody now, tomorrow without a provider, certificates that run out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.overview.today import Certificate
from fieldoffice.ui import icons
from fieldoffice.ui.dashboard.figures import Item
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.palette import STATE_ICONS
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import ElidedLabel
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.schedule.words import clock, promised_day, window

KINDS = {
    "clash": ("error", "danger"), "late": ("schedule", "danger"), "unassigned": ("assignment_late", "warn"),
    "hold": ("hourglass_bottom", "warn"), "overrun": ("timer", "warn"), "not_done": ("cancel", "danger"),
}  # fmt: skip
"""The icon and its color for each kind of item; a plain one shows the state of its visit."""
Index = QModelIndex | QPersistentModelIndex


class ItemRows(Rows[Item]):
    """The first column has an icon, so that color is never alone."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row()) if index.isValid() and index.column() == 0 else None
        if row is not None and role == Qt.ItemDataRole.DecorationRole:
            name, color = KINDS.get(row.kind, (STATE_ICONS[row.card.state], "text"))
            return icons.icon(name, color)
        return super().data(index, role)


class ListCard(QFrame):
    """A titled list in a card, with one thing to do at the right of its title."""

    def __init__(self, title: str, name: str, rows: Rows[Any], nothing: str, memory: Memory, *, words: str = "",
                 press: Callable[[], object] | None = None, icon: str = "task_alt") -> None:
        super().__init__()
        self.setProperty("box", "surface")
        self.title, self.rows = ElidedLabel(title, "strong"), rows
        self.empty = EmptyState(nothing, icon)
        self.table = Table(rows, name, self.empty, memory=memory)
        self.table.setStyleSheet("QTableView { border: none; }")
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.table.setMinimumHeight(88)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.button: QPushButton | None = None
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 4, 0)
        head.addWidget(self.title, 1)
        if press is not None:
            self.button = button(words, press, link=True)
            head.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 6, 1, 1)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.table, 1)

    def show_rows(self, title: str, rows: Sequence[Any], nothing: str = "") -> None:
        self.title.setText(title)
        if nothing:
            self.empty.say(nothing)
        self.rows.show(rows)
        if self.button is not None:
            self.button.setVisible(bool(rows))


Zone = Callable[[], ZoneInfo]


def item_columns(zone: Zone, today: Callable[[], date]) -> list[Column[Item]]:
    return [
        Column("what", "What", lambda i: i.words, lambda i: i.rank, width=196, tip=lambda i: i.words),
        Column("customer", "Customer", lambda i: i.card.customer, lambda i: i.card.customer.casefold(), width=142,
               tip=lambda i: i.card.customer),
        Column("when", "When", lambda i: when(i.card, zone(), today()), lambda i: _moment(i.card), width=104,
               tip=lambda i: when(i.card, zone(), None)),
        Column("who", "Provider", lambda i: i.who or "–", lambda i: i.who.casefold(), width=116, tip=lambda i: i.who),
        Column("service", "Service", lambda i: i.card.service, lambda i: i.card.service.casefold(), width=110,
               tip=lambda i: f"{i.card.service}\n{i.card.street}"),
    ]  # fmt: skip


def card_columns(zone: Zone) -> list[Column[Card]]:
    return [
        Column("promised", "Promised", lambda c: window(c, zone()), _moment, width=102),
        Column("customer", "Customer", lambda c: c.customer, lambda c: c.customer.casefold(), width=140, tip=lambda c: c.customer),
        Column("service", "Service", lambda c: c.service, lambda c: c.service.casefold(), width=150, tip=lambda c: c.service),
    ]


def certificate_columns() -> list[Column[Certificate]]:
    return [
        Column("left", "Expires", lambda c: left(c.days), lambda c: c.expires_on, width=152,
               tip=lambda c: show_date(c.expires_on)),
        Column("who", "Provider", lambda c: c.provider, lambda c: c.provider.casefold(), width=130, tip=lambda c: c.provider),
        Column("skill", "Skill", lambda c: c.skill, lambda c: c.skill.casefold(), width=150,
               tip=lambda c: " · ".join(part for part in (c.skill, c.certificate) if part)),
    ]  # fmt: skip


def left(days: int) -> str:
    """How long a certificate holds: to the end of the day it names."""
    if days < 0:
        return "expired yesterday" if days == -1 else f"expired {-days} days ago"
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def when(card: Card, zone: ZoneInfo, today: date | None) -> str:
    """The planned time; for a visit without one what was promised, with the day unless it is `today`."""
    if card.starts_at is not None:
        return clock(card.starts_at, zone)
    if card.window is not None and card.window.start.astimezone(zone).date() == today:
        return window(card, zone)
    return ", ".join(part for part in (promised_day(card, zone), window(card, zone)) if part)


def _moment(card: Card) -> float:
    at = card.starts_at or (card.window.start if card.window else None)
    return at.timestamp() if at is not None else 0.0
