"""Which drives a look at providers' days needs to know. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, groupby, pairwise
from zoneinfo import ZoneInfo

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch.rows import Card, ProviderRow
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.drives import Pair


def everywhere(rows: Iterable[ProviderRow], cards: Iterable[Card]) -> Iterator[Point]:
    """Every place between which somebody may drive, each once."""
    homes = chain.from_iterable((row.start_place, row.end_place) for row in rows)
    yield from dict.fromkeys(place for place in chain(homes, (card.place for card in cards)) if place is not None)


def along(row: ProviderRow, places: Iterable[Point | None]) -> Iterator[Pair]:
    """From where the day begins over these places to where it ends."""
    return pairwise((row.start_place, *places, row.end_place))


def through_days(rows: Sequence[ProviderRow], cards: Iterable[Card], zone: ZoneInfo) -> Iterator[Pair]:
    """The drives of every provider's days, with and without the visits that came to nothing."""
    mine: defaultdict[int, list[tuple[datetime, Card]]] = defaultdict(list)
    for at, card in [(card.starts_at, card) for card in cards]:
        if at is not None:
            for id in card.provider_ids:
                mine[id].append((at, card))
    for row in rows:
        visits = sorted(mine[row.id], key=lambda visit: (visit[0], visit[1].id))
        for _, day in groupby(visits, key=lambda visit: visit[0].astimezone(zone).date()):
            stops = [card for _, card in day]
            yield from along(row, (card.place for card in stops))
            yield from along(row, (card.place for card in stops if card.state is not AppointmentState.NOT_DONE))


def to_and_from(place: Point | None, others: Iterable[Point | None]) -> Iterator[Pair]:
    """Between a place and all the others, both ways."""
    for other in others:
        yield other, place
        yield place, other
