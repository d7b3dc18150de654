"""Which skills a provider has, with the certificates that some of them need."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Provider, ProviderSkill, Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper


def give_skill(
    tx: Tx, provider_id: int, skill_id: int, *, certificate: str = "", expires_on: date | None = None
) -> None:
    """A provider has a skill, until its certificate expires; without a date, for good."""
    tx.require(Right.EDIT_PROVIDERS)
    tx.add(ProviderSkill(provider_id=provider_id, skill_id=skill_id, certificate=certificate, expires_on=expires_on))


def add_held(tx: Tx, provider_id: int, *, skill_id: int, certificate: str = "", expires_on: date | None = None) -> Edit:
    """Like `give_skill`, as a person enters it: a skill that needs a certificate needs its date; none is held twice."""
    tx.require(Right.EDIT_PROVIDERS)
    provider, skill = tx.get(Provider, provider_id, lock=True), _checked(tx, skill_id, expires_on)
    held = select(ProviderSkill.id).where(ProviderSkill.provider_id == provider_id, ProviderSkill.skill_id == skill_id)
    if tx.session.scalar(held) is not None:
        raise Invalid(skill_id=f"{provider.name} has {skill.name} already.")
    keep = Keeper(tx)
    row = tx.add(ProviderSkill(provider_id=provider_id, skill_id=skill_id, certificate=certificate.strip(), expires_on=expires_on))
    keep.new(row)
    tx.event("provider_skill.added", row, note=f"{provider.name}: {skill.name}", after=_facts(row))
    return keep.edit(row.id)


def edit_held(tx: Tx, held_id: int, *, version: int, certificate: str = "", expires_on: date | None = None) -> Edit:
    """Another certificate for a skill that a provider has."""
    tx.require(Right.EDIT_PROVIDERS)
    row, keep = tx.get(ProviderSkill, held_id, version=version), Keeper(tx)
    skill, was = _checked(tx, row.skill_id, expires_on), _facts(row)
    keep.before(row)
    row.certificate, row.expires_on = certificate.strip(), expires_on
    if _facts(row) != was:
        tx.event("provider_skill.edited", row, note=_note(tx, row, skill), before=was, after=_facts(row))
    return keep.edit(row.id)


def drop_held(tx: Tx, held_id: int, *, version: int) -> Edit:
    """A provider no longer has a skill; visits planned already stay, and show as conflicts."""
    tx.require(Right.EDIT_PROVIDERS)
    row, keep = tx.get(ProviderSkill, held_id, version=version), Keeper(tx)
    keep.gone(row)
    tx.event("provider_skill.removed", row, note=_note(tx, row, tx.get(Skill, row.skill_id)), before=_facts(row))
    tx.session.delete(row)
    return keep.edit(row.id)


def _checked(tx: Tx, skill_id: int, expires_on: date | None) -> Skill:
    skill = tx.session.get(Skill, skill_id)
    if skill is None:
        raise Invalid(skill_id="Please choose a skill.")
    if skill.certified and expires_on is None:
        raise Invalid(expires_on=f"For {skill.name} a certificate is needed: please give the day on which it expires.")
    return skill


def _facts(row: ProviderSkill) -> dict[str, Any]:
    return {"skill_id": row.skill_id, "certificate": row.certificate, "expires_on": row.expires_on and row.expires_on.isoformat()}


def _note(tx: Tx, row: ProviderSkill, skill: Skill) -> str:
    return f"{tx.get(Provider, row.provider_id).name}: {skill.name}"
