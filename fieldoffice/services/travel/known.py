"""The office's drives where nobody may wait: on the board, for free times, on papers. No server is asked here.

What the road server answered before counts, for the pairs that are looked at; the estimate with the office's own detour and
speed counts for all others. Whatever shows a drive takes it from here or from the same `Drives` in a plan, so all agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import select, tuple_

from fieldoffice.models.outside import TravelTime
from fieldoffice.office import Tx
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.cache import FRESH, NO_WAY, answers_among, named, source_key
from fieldoffice.services.travel.choice import TravelChoice, travel_choice
from fieldoffice.services.travel.drives import Answer, Drives, Pair, Pairs, key_of

FEW = 120
"""Of so many places all drives are read at once: who drags a visit over the board then sees the roads everywhere."""
AT_ONCE = 400


def known_drives(tx: Tx, pairs: Iterable[Pair] = (), *, among: Iterable[Point] = ()) -> Drives:
    """The drives of the office: road times of these pairs, or of all between the places `among` where those are few.

    `among`, where given, names every place of the pairs.
    """
    choice = travel_choice(tx)
    if not choice.asks_roads:
        return Drives(choice.detour, choice.kmh)
    places = {key_of(point) for point in among}
    answers = answers_among(tx, choice, places) if 0 < len(places) <= FEW else _answers(tx, choice, pairs)
    return Drives(choice.detour, choice.kmh, Pairs.of(answer for answer in answers if answer[2] != NO_WAY), named(choice))


def _answers(tx: Tx, choice: TravelChoice, pairs: Iterable[Pair]) -> Iterator[Answer]:
    wanted = {(key_of(a), key_of(b)) for a, b in pairs if a is not None and b is not None and a != b}
    query = select(TravelTime.origin, TravelTime.destination, TravelTime.seconds, TravelTime.meters).where(
        TravelTime.source == source_key(choice), TravelTime.asked_at > tx.now - FRESH
    )
    for some in _batched(wanted, AT_ONCE):
        rows = tx.session.execute(query.where(tuple_(TravelTime.origin, TravelTime.destination).in_(some)))
        yield from ((a, b, s, m) for a, b, s, m in rows)


def _batched(items: Iterable[tuple[str, str]], size: int) -> Iterator[list[tuple[str, str]]]:
    """The items, `size` at a time."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
