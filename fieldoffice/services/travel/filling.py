"""Asking the road server ahead: the drives of the coming days, in the background, so that boards and papers know them.

The work is asked for whenever a setting of travel changes and when a runner starts, and comes again by itself as long as there is
a road server. Each go takes the first day on which drives are missing and asks some blocks of it; no transaction is open
meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from fieldoffice.models.log import Task
from fieldoffice.office import Office, Tx
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.ways import everywhere
from fieldoffice.services.geocoding.working import Again
from fieldoffice.services.travel.cache import MOST_PLACES, Unknown, drives, holes
from fieldoffice.services.travel.choice import LOOK_AHEAD, travel_choice
from fieldoffice.services.travel.gather import RoadServer, gather

DAYS = 7
"""So many days from today are asked for."""
EVERY, SOON = timedelta(minutes=10), timedelta(seconds=1)
BLOCKS = 6
"""Questions in one go; then other tasks have their turn."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=1)
Connect = Callable[[str, str], RoadServer]
"""connect(source, url): the client of a road server."""


def find_drives(office: Office, connect: Connect | None, *, failures: int = 0, kept: int = 0) -> Again | None:
    """One go; `kept` drives of a row of goes have come so far. None when the office asks no road server."""
    choice = office.see(travel_choice)
    if not choice.asks_roads:
        return None
    if connect is None:
        return Again(EVERY, {})
    unknown = office.see(first_unknown)
    if unknown is None:
        return _rest(office, kept)
    done = gather(office.seat(None), unknown, connect(choice.source, choice.url), step=lambda n, _of: n < BLOCKS)
    kept += done.kept
    if done.failed and done.failed != "stopped":
        again = _rest(office, kept)
        wait = min(FIRST_WAIT * 2**failures, LONGEST_WAIT)
        return Again(wait, again.about | {"failures": min(failures + 1, 10)}, done.failed)
    return Again(SOON, {"kept": kept})


def look_ahead(tx: Tx) -> bool:
    """Ask for the work where there is a road server and nobody has asked for it yet; whether that was so."""
    waits = select(Task.id).where(Task.key == LOOK_AHEAD, Task.done_at.is_(None))
    idle = travel_choice(tx).asks_roads and tx.session.scalar(waits) is None
    if idle:
        tx.later(LOOK_AHEAD, LOOK_AHEAD)
    return idle


def first_unknown(tx: Tx) -> Unknown | None:
    """What is missing for the first of the coming days on which anything is."""
    for on in (tx.today + timedelta(days=n) for n in range(DAYS)):
        seen = board(tx, on)
        points = tuple(everywhere(seen.providers, (*seen.cards, *seen.tray)))
        if len(points) <= MOST_PLACES and holes(tx, points):
            unknown = drives(tx, points)[1]
            if unknown is not None:
                return unknown
    return None


def _rest(office: Office, kept: int) -> Again:
    """Until the next look; what shows drives is told that there are new ones."""
    if kept:
        office.do(_told, kept)
    return Again(EVERY, {})


def _told(tx: Tx, kept: int) -> None:
    tx.ring("travel_time")
    tx.write_event("travel.drives_found", "setting", 0, note=f"{kept} drives")
    tx.events += 1
