"""A plan that is looked at for many visits: where there is room, and how much too late everybody would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fieldoffice.services.routing.draft import Draft, Insertion
from fieldoffice.services.routing.relax import stretched
from fieldoffice.services.routing.room import Room

MOST_MINUTES = 12 * 60
"""Windows and working days are not stretched by more than this."""


@dataclass(frozen=True, eq=False)
class Look:
    """A plan that is looked at for many visits; what they share is worked out once.

    `later` names the visits that may go to another day, with that day in words; None: all that are not locked or pinned.
    """

    draft: Draft
    later: Mapping[str, str] | None = None
    _over: dict[tuple[int, int], tuple[int, Insertion] | None] = field(
        default_factory=dict[tuple[int, int], "tuple[int, Insertion] | None"]
    )

    @cached_property
    def room(self) -> Room:
        return Room(self.draft)

    @cached_property
    def free(self) -> Draft:
        """The same routes with everybody allowed to stay much longer."""
        draft = self.draft
        for provider in self.draft.tables.problem.providers:
            draft = draft.with_provider(stretched(provider, MOST_MINUTES))
        return draft

    @cached_property
    def free_room(self) -> Room:
        return Room(self.free)

    def overrun(self, i: int, k: int) -> tuple[int, Insertion] | None:
        """By how many seconds provider k would end too late with visit i, at best, and where; None: it fits nowhere."""
        if (i, k) not in self._over:
            self._over[i, k] = self.overrun_of(self.free, i, k)
        return self._over[i, k]

    def overrun_of(self, free: Draft, i: int, k: int) -> tuple[int, Insertion] | None:
        """The same by the rules of another draft with free evenings."""
        spare_s = self.spare_s(k)
        return min(((place.overtime_s - spare_s, place) for place in free.places_with(i, k)), default=None)

    def spare_s(self, k: int) -> int:
        """How much more overtime provider k may work."""
        provider = self.draft.tables.problem.providers[k]
        return provider.max_overtime_s - max(0, self.draft.lanes[k].end - provider.shift[1])
