"""Every service about providers and the price book: the right that it takes, and a call that succeeds for whoever has it.

`s` is anything with `made` (a `tests.make.Made`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from fieldoffice.models.catalog import TaxRate
from fieldoffice.models.provider import ProviderSkill, Shift
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services import catalog, providers
from fieldoffice.services.catalog import abilities, pricebook, taxes
from fieldoffice.services.providers import absences, hours, leaving, people, reading
from fieldoffice.services.providers import skills as held
from tests import make
from tests.make import TODAY, at

Call = Callable[[Tx, Any], object]
PEOPLE, CATALOG = Right.EDIT_PROVIDERS, Right.EDIT_CATALOG
FACTS, HOURS = people.Facts("Cy"), hours.Hours(60, 120)
FEE = pricebook.ItemFacts("charge", "FEE", "Fee", 100)
OTHER_TAX = taxes.TaxFacts("VA", 50_000, date(2020, 1, 1))


def _shift(tx: Tx, s: Any) -> Shift:
    return tx.session.scalars(select(Shift).where(Shift.provider_id == s.made.ana).order_by(Shift.id)).all()[0]


def _held(tx: Tx, s: Any) -> ProviderSkill:
    return tx.session.scalars(select(ProviderSkill).where(ProviderSkill.provider_id == s.made.bo)).one()


def _day(tx: Tx, s: Any) -> int:
    return _rowed(tx, hours.add_day, s.made.ana, on=TODAY, hours=None)


def _away(tx: Tx, s: Any) -> int:
    return _rowed(tx, absences.new_absence, s.made.ana, starts_at=at(20), ends_at=at(21), reason="x")


def _rowed(tx: Tx, service: Callable[..., Any], *args: Any, **kw: Any) -> int:
    return service(tx, *args, **kw).value


def _rate(tx: Tx) -> int:
    return tx.session.scalars(select(TaxRate.id)).all()[0]


CALLS: dict[str, tuple[Right, Call]] = {
    "catalog.pricebook.add_item": (CATALOG, lambda tx, s: catalog.add_item(tx, kind="charge", code="C", name="Fee", price_cents=1)),
    "catalog.pricebook.new_item": (CATALOG, lambda tx, s: pricebook.new_item(tx, FEE)),
    "catalog.pricebook.edit_item": (CATALOG, lambda tx, s: pricebook.edit_item(tx, s.made.repair, FEE, version=1)),
    "catalog.pricebook.offer_item": (CATALOG, lambda tx, s: pricebook.offer_item(tx, s.made.repair, version=1, active=False)),
    "catalog.pricebook.move_item": (CATALOG, lambda tx, s: pricebook.move_item(tx, s.made.repair, before_id=None)),
    "catalog.pricebook.items": (Right.LOOK, lambda tx, s: pricebook.items(tx)),
    "catalog.pricebook.price_book": (Right.LOOK, lambda tx, s: pricebook.price_book(tx)),
    "catalog.abilities.add_skill": (CATALOG, lambda tx, s: catalog.add_skill(tx, "gas")),
    "catalog.abilities.new_skill": (CATALOG, lambda tx, s: abilities.new_skill(tx, name="gas")),
    "catalog.abilities.edit_skill": (CATALOG, lambda tx, s: abilities.edit_skill(
        tx, s.made.plumbing, version=1, name="pipes", certified=True)),
    "catalog.abilities.drop_skill": (CATALOG, lambda tx, s: abilities.drop_skill(
        tx, _rowed(tx, abilities.new_skill, name="gas"), version=1)),
    "catalog.abilities.skills": (Right.LOOK, lambda tx, s: abilities.skills(tx)),
    "catalog.taxes.add_tax_rate": (CATALOG, lambda tx, s: catalog.add_tax_rate(tx, "VA", 1, valid_from=TODAY)),
    "catalog.taxes.new_tax_rate": (CATALOG, lambda tx, s: taxes.new_tax_rate(tx, OTHER_TAX)),
    "catalog.taxes.edit_tax_rate": (CATALOG, lambda tx, s: taxes.edit_tax_rate(tx, _rate(tx), OTHER_TAX, version=1)),
    "catalog.taxes.drop_tax_rate": (CATALOG, lambda tx, s: taxes.drop_tax_rate(tx, _rowed(tx, taxes.new_tax_rate, OTHER_TAX), version=1)),
    "catalog.taxes.take_over": (CATALOG, lambda tx, s: taxes.take_over(tx, _rowed(tx, taxes.new_tax_rate, OTHER_TAX), _rate(tx))),
    "catalog.taxes.tax_rates": (Right.LOOK, lambda tx, s: taxes.tax_rates(tx)),
    "providers.people.add_provider": (PEOPLE, lambda tx, s: providers.add_provider(tx, name="Cy")),
    "providers.people.new_provider": (PEOPLE, lambda tx, s: people.new_provider(tx, FACTS)),
    "providers.people.edit_provider": (PEOPLE, lambda tx, s: people.edit_provider(tx, s.made.ana, FACTS, version=1)),
    "providers.people.move_provider": (PEOPLE, lambda tx, s: people.move_provider(tx, s.made.ana, before_id=None)),
    "providers.skills.give_skill": (PEOPLE, lambda tx, s: held.give_skill(tx, make.provider(tx, "Di"), s.made.plumbing)),
    "providers.skills.add_held": (PEOPLE, lambda tx, s: held.add_held(
        tx, make.provider(tx, "Di"), skill_id=s.made.plumbing, expires_on=TODAY)),
    "providers.skills.edit_held": (PEOPLE, lambda tx, s: held.edit_held(tx, _held(tx, s).id, version=1, expires_on=TODAY)),
    "providers.skills.drop_held": (PEOPLE, lambda tx, s: held.drop_held(tx, _held(tx, s).id, version=1)),
    "providers.hours.set_shift": (PEOPLE, lambda tx, s: hours.set_shift(tx, s.made.ana, 6, 60, 120)),
    "providers.hours.set_day": (PEOPLE, lambda tx, s: hours.set_day(tx, s.made.ana, TODAY, None)),
    "providers.hours.add_shifts": (PEOPLE, lambda tx, s: hours.add_shifts(tx, s.made.ana, (6,), HOURS)),
    "providers.hours.edit_shift": (PEOPLE, lambda tx, s: hours.edit_shift(tx, _shift(tx, s).id, HOURS, version=1)),
    "providers.hours.drop_shift": (PEOPLE, lambda tx, s: hours.drop_shift(tx, _shift(tx, s).id, version=1)),
    "providers.hours.add_day": (PEOPLE, lambda tx, s: hours.add_day(tx, s.made.ana, on=TODAY, hours=None)),
    "providers.hours.edit_day": (PEOPLE, lambda tx, s: hours.edit_day(tx, _day(tx, s), version=1, on=TODAY, hours=(60, 120))),
    "providers.hours.drop_day": (PEOPLE, lambda tx, s: hours.drop_day(tx, _day(tx, s), version=1)),
    "providers.absences.add_absence": (PEOPLE, lambda tx, s: absences.add_absence(tx, s.made.ana, at(9), at(10), "away")),
    "providers.absences.new_absence": (PEOPLE, lambda tx, s: absences.new_absence(
        tx, s.made.ana, starts_at=at(9), ends_at=at(10), reason="away")),
    "providers.absences.edit_absence": (PEOPLE, lambda tx, s: absences.edit_absence(
        tx, _away(tx, s), version=1, starts_at=at(9), ends_at=at(10), reason="away")),
    "providers.absences.drop_absence": (PEOPLE, lambda tx, s: absences.drop_absence(tx, _away(tx, s), version=1)),
    "providers.absences.visits_hit": (Right.LOOK, lambda tx, s: absences.visits_hit(tx, s.made.ana, at(9), at(10))),
    "providers.leaving.visits_left": (Right.LOOK, lambda tx, s: leaving.visits_left(tx, s.made.ana)),
    "providers.leaving.free_visits": (Right.DISPATCH, lambda tx, s: leaving.free_visits(tx, s.made.bo)),
    "providers.leaving.deactivate": (PEOPLE, lambda tx, s: leaving.deactivate(tx, s.made.bo, version=1)),
    "providers.leaving.reactivate": (PEOPLE, lambda tx, s: leaving.reactivate(tx, s.made.bo, version=1)),
    "providers.reading.providers": (Right.LOOK, lambda tx, s: reading.providers(tx)),
    "providers.reading.person": (Right.LOOK, lambda tx, s: reading.person(tx, s.made.ana)),
    "providers.reading.work_days": (Right.LOOK, lambda tx, s: reading.work_days(tx, s.made.ana, TODAY, 7)),
}  # fmt: skip
INSIDE = {"providers.load.loads"}
"""Parts of services; no front end calls them."""
EDITS = {name for name, (right, _) in CALLS.items() if right in (PEOPLE, CATALOG)}
EDITS -= {"providers.hours.set_shift", "providers.hours.set_day", "providers.skills.give_skill", "providers.people.add_provider",
          "providers.absences.add_absence",
          "catalog.pricebook.add_item", "catalog.abilities.add_skill",
          "catalog.taxes.add_tax_rate"}  # fmt: skip
"""The services that answer with an `Edit`, so that what they did can be undone."""
