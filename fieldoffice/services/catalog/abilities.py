"""What visits may need and providers may have: adding skills, renaming them, where they are used."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from fieldoffice.models.catalog import CatalogItem, ItemSkill
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import JobSkill
from fieldoffice.models.provider import Provider, ProviderSkill, Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill, and where it is used: the services that need it, the active providers who have it."""

    id: int
    version: int
    name: str
    certified: bool
    services: tuple[str, ...]
    providers: tuple[str, ...]
    dateless: tuple[str, ...]  # those of the providers whose certificate has no date of expiry


def add_skill(tx: Tx, name: str, *, certified: bool = False) -> int:
    """A skill that services may need; with `certified`, providers have it until a certificate expires."""
    return new_skill(tx, name=name, certified=certified).value


def new_skill(tx: Tx, *, name: str, certified: bool = False) -> Edit:
    """Like `add_skill`, and can be undone; the answer's value is the id."""
    tx.require(Right.EDIT_CATALOG)
    _check(tx, name)
    keep = Keeper(tx)
    skill = tx.add(Skill(name=name.strip(), certified=certified))
    keep.new(skill)
    tx.event("skill.added", skill, note=skill.name, after={"name": skill.name, "certified": certified})
    return keep.edit(skill.id)


def edit_skill(tx: Tx, skill_id: int, *, version: int, name: str, certified: bool) -> Edit:
    """Another name, or whether a certificate is needed; everybody who has the skill keeps it."""
    tx.require(Right.EDIT_CATALOG)
    skill, keep = tx.get(Skill, skill_id, version=version), Keeper(tx)
    _check(tx, name, but=skill_id)
    keep.before(skill)
    was = {"name": skill.name, "certified": skill.certified}
    skill.name, skill.certified = name.strip(), certified
    now = {"name": skill.name, "certified": skill.certified}
    if now != was:
        tx.event("skill.edited", skill, note=skill.name, before=was, after=now)
    return keep.edit(skill_id)


def drop_skill(tx: Tx, skill_id: int, *, version: int) -> Edit:
    """Remove a skill that nothing uses; refused with the count where something does."""
    tx.require(Right.EDIT_CATALOG)
    skill, keep = tx.get(Skill, skill_id, version=version), Keeper(tx)
    counts = {
        "services": tx.session.scalar(select(func.count()).where(ItemSkill.skill_id == skill_id)) or 0,
        "providers": tx.session.scalar(select(func.count()).where(ProviderSkill.skill_id == skill_id)) or 0,
        "jobs": tx.session.scalar(select(func.count()).where(JobSkill.skill_id == skill_id)) or 0,
    }
    used = [f"{n} {what if n > 1 else what[:-1]}" for what, n in counts.items() if n]
    if used:
        raise NotAllowed(f"{skill.name} is used by {' and '.join(used)}, so it stays.", key="in_use", **counts)
    keep.gone(skill)
    tx.event("skill.removed", skill, note=skill.name, before={"name": skill.name, "certified": skill.certified})
    tx.session.delete(skill)
    return keep.edit(skill_id)


def skills(tx: Tx) -> tuple[SkillRow, ...]:
    """All skills by name, with where they are used."""
    tx.require(Right.LOOK)
    needed: dict[int, list[str]] = defaultdict(list)
    services = select(ItemSkill.skill_id, CatalogItem.name).join(CatalogItem, CatalogItem.id == ItemSkill.item_id)
    for skill_id, name in tx.session.execute(services.where(CatalogItem.active).order_by(CatalogItem.name)):
        needed[skill_id].append(name)
    held: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    people = select(ProviderSkill.skill_id, Provider.name, ProviderSkill.expires_on).join(
        Provider, Provider.id == ProviderSkill.provider_id
    )
    for skill_id, name, expires_on in tx.session.execute(people.where(Provider.active).order_by(Provider.name)):
        held[skill_id].append((name, expires_on is None))
    return tuple(
        SkillRow(s.id, s.version, s.name, s.certified, tuple(needed[s.id]), tuple(name for name, _ in held[s.id]),
                 tuple(name for name, dateless in held[s.id] if dateless and s.certified))
        for s in tx.all(select(Skill).order_by(Skill.name))
    )  # fmt: skip


def _check(tx: Tx, name: str, *, but: int = 0) -> None:
    if not name.strip():
        raise Invalid(name="Please name the skill.")
    same = select(Skill.name).where(func.lower(Skill.name) == name.strip().lower(), Skill.id != but)
    if (other := tx.session.scalar(same)) is not None:
        raise Invalid(name=f"There is a skill called {other} already.")
