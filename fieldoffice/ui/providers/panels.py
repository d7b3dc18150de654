"""The side panels of a provider's page, each made when it is first needed."""

from __future__ import annotations

from typing import Any

from fieldoffice.ui.desk import Desk
from fieldoffice.ui.providers.absencepanel import AbsencePanel
from fieldoffice.ui.providers.daypanel import DayPanel
from fieldoffice.ui.providers.personpanel import PersonPanel
from fieldoffice.ui.providers.shiftpanel import ShiftPanel
from fieldoffice.ui.providers.skillpanel import SkillPanel


class Panels:
    """One of each kind for a page. Before another one is filled, the window asks about what is not saved in the first."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._made: dict[type[Any], Any] = {}

    def person(self) -> PersonPanel:
        return self._one(PersonPanel)

    def skill(self) -> SkillPanel:
        return self._one(SkillPanel)

    def shift(self) -> ShiftPanel:
        return self._one(ShiftPanel)

    def day(self) -> DayPanel:
        return self._one(DayPanel)

    def absence(self) -> AbsencePanel:
        return self._one(AbsencePanel)

    def _one(self, kind: type[Any]) -> Any:
        if kind not in self._made:
            self._made[kind] = kind(self.desk)
        return self._made[kind]
