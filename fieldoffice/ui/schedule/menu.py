"""The menu of the selected cards, at the pointer or at the card in focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from fieldoffice.models.states import MOVABLE_STATES
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui import icons
from fieldoffice.ui.schedule.commands import STEPS
from fieldoffice.ui.schedule.fits import Judge

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage


def visit_menu(page: SchedulePage) -> QMenu:
    """All that can be done with the selection now; with none, what the view offers."""
    menu, cards = QMenu(page), page.view.selected()
    menu.aboutToHide.connect(menu.deleteLater)
    if not cards:
        for id in ("select_all", "zoom_in", "zoom_out", "zoom_reset", "toggle_tray"):
            menu.addAction(page.calls[id])
        return menu
    _add(page, menu, ["open_job", "customer", "timeline"])
    _add(page, menu, ["assign", "lock", "unassign"])
    if len(cards) == 1 and cards[0].starts_at is not None and cards[0].state in MOVABLE_STATES and not cards[0].locked:
        _team(page, menu, cards[0])
    _add(page, menu, [id for id in ("confirm", *STEPS, "pause") if page.calls[id].isEnabled()])
    return menu


def _add(page: SchedulePage, menu: QMenu, ids: list[str]) -> None:
    if not menu.isEmpty():
        menu.addSeparator()
    for id in ids:
        menu.addAction(page.calls[id])


def _team(page: SchedulePage, menu: QMenu, card: Card) -> None:
    """Who else could come along or take over at that time; who does not fit says why."""
    assert card.starts_at is not None
    judge = Judge(page.board, [card.id])
    over, along = menu.addMenu(page.tr("Give to")), menu.addMenu(page.tr("Add helper"))
    icons.dress(over.menuAction(), "swap_horiz")
    icons.dress(along.menuAction(), "person_add")
    for row in page.board.providers:
        if row.id in card.provider_ids:
            continue
        found = judge.verdict(row.id, card.wanted, card.starts_at)
        words = row.name if found.first is None else f"{row.name} – {found.first.words}"
        for target, team in ((over, (row.id, *card.provider_ids[1:])), (along, (*card.provider_ids, row.id))):
            action = target.addAction(words.replace("&", "&&"))
            action.triggered.connect(lambda _=False, team=team: page.visits.set_team(card, team))
    if len(card.provider_ids) > 1:
        _leave(page, menu, card)


def _leave(page: SchedulePage, menu: QMenu, card: Card) -> None:
    """Take a member off the team."""
    off = menu.addMenu(page.tr("Take off the team"))
    icons.dress(off.menuAction(), "person_remove")
    for provider_id in card.provider_ids:
        rest = tuple(i for i in card.provider_ids if i != provider_id)
        action = off.addAction(page.name_of(provider_id).replace("&", "&&"))
        action.triggered.connect(lambda _=False, rest=rest: page.visits.set_team(card, rest))
