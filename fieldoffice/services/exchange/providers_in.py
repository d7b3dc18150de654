"""Providers of a file: who is new, who changes, and which skills they bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from fieldoffice.models.base import new_public_id
from fieldoffice.models.provider import Provider, ProviderSkill, Skill
from fieldoffice.office import Tx
from fieldoffice.services.exchange.cells import Ways
from fieldoffice.services.exchange.drafts import Does, Draft, Outcome, Plan
from fieldoffice.services.exchange.headings import folded
from fieldoffice.services.exchange.known import digits
from fieldoffice.services.exchange.ledger import Edited, Ledger, take_numbers
from fieldoffice.services.exchange.services_in import listed
from fieldoffice.services.providers import ROUTE_COLORS

TOPICS = ("provider", "skill", "provider_skill")


@dataclass
class Decided:
    """What an import of providers will do."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    new: list[tuple[dict[str, Any], tuple[int, ...]]] = field(default_factory=list[tuple[dict[str, Any], tuple[int, ...]]])
    edits: list[Edited] = field(default_factory=list[Edited])
    more_skills: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def decide(tx: Tx, drafts: Sequence[Draft], plan: Plan, ways: Ways) -> Decided:
    """What happens with each row. Only looks."""
    deciding = _Deciding(tx, plan, ways)
    deciding.done.outcomes = [deciding.row(draft) for draft in drafts]
    return deciding.done


class _Deciding:
    def __init__(self, tx: Tx, plan: Plan, ways: Ways) -> None:
        self.plan, self.ways, self.done = plan, ways, Decided()
        self.people = tx.all(select(Provider).order_by(Provider.active.desc(), Provider.id))
        self.skills = {folded(skill.name): skill for skill in tx.all(select(Skill))}
        self.held: set[tuple[int, int]] = set()
        for provider_id, skill_id in tx.session.execute(select(ProviderSkill.provider_id, ProviderSkill.skill_id)):
            self.held.add((provider_id, skill_id))
        self.above: dict[str, int] = {}

    def row(self, draft: Draft) -> Outcome:
        values = draft.values
        name = values.get("name") or " ".join(p for p in (values.get("first_name", ""), values.get("last_name", "")) if p)
        facts, skills = self._facts(draft, name), self._skills(draft)
        if not name:
            draft.refuse("Name", "Please give the provider's name.")
        if draft.wrong:
            return Outcome(draft.line, Does.ERROR, name, draft.wrong, draft.column)
        mark = facts.get("email", "").casefold() or folded(name)
        line = self.above.setdefault(mark, draft.line)
        if line != draft.line and self.plan.twins != "add":
            return Outcome(draft.line, Does.SKIP, name, f"Same person as line {line}.")
        old, by = self._twin(facts)
        if old is None or self.plan.twins == "add":
            self.done.new.append((facts, skills))
            return Outcome(draft.line, Does.ADD, name, "Hours are set in the profile.")
        return self._known(draft, old, f"Same {by} as {old.name}.", facts, skills)

    def _known(self, draft: Draft, old: Provider, words: str, facts: dict[str, Any], skills: tuple[int, ...]) -> Outcome:
        if self.plan.twins == "skip":
            return Outcome(draft.line, Does.SKIP, facts["name"], words)
        new = {key: value for key, value in facts.items() if getattr(old, key) != value}
        if "phone" in new and digits(old.phone, self.ways) == digits(new["phone"], self.ways):
            del new["phone"]
        more = [skill for skill in skills if (old.id, skill) not in self.held]
        if not new and not more:
            return Outcome(draft.line, Does.SAME, facts["name"], words)
        if new:
            self.done.edits.append(Edited(old.id, old.version, {key: getattr(old, key) for key in new}, new))
        self.done.more_skills += [(old.id, skill) for skill in more]
        what = ", ".join([key.replace("_", " ") for key in new] + ["skills"] * bool(more))
        return Outcome(draft.line, Does.CHANGE, facts["name"], f"{words} Changes: {what}.")

    def _twin(self, facts: dict[str, Any]) -> tuple[Provider | None, str]:
        for key, what in (("email", "e-mail"), ("phone", "phone"), ("name", "name")):
            wanted = self._mark(key, facts.get(key, ""))
            for person in self.people if wanted else ():
                if self._mark(key, getattr(person, key)) == wanted:
                    return person, what
        return None, ""

    def _mark(self, key: str, value: str) -> str:
        return digits(value, self.ways) if key == "phone" else folded(value) if key == "name" else value.casefold()

    def _facts(self, draft: Draft, name: str) -> dict[str, Any]:
        values = draft.values
        found = {key: values[key] for key in ("kind", "email", "phone", "color", "start_label", "start_lat", "start_lon", "active")
                 if key in values}  # fmt: skip
        if ("start_lat" in found) != ("start_lon" in found):
            draft.refuse("Start latitude", "Coordinates need both latitude and longitude.")
        return {"name": name} | found

    def _skills(self, draft: Draft) -> tuple[int, ...]:
        found: list[int] = []
        for name in listed(draft.values.get("skills", "")):
            skill = self.skills.get(folded(name))
            if skill is None:
                draft.refuse("Skills", f"There is no skill “{name}”. Add it first.")
            else:
                found.append(skill.id)
        return tuple(dict.fromkeys(found))


def write(tx: Tx, ledger: Ledger, decided: Decided, ways: Ways) -> list[int]:
    """Store what was decided; there is nothing to find coordinates for."""
    places = take_numbers(tx, "provider", len(decided.new), first=0) if decided.new else range(0)
    usual: dict[str, Any] = {"kind": "employee", "email": "", "phone": "", "start_label": "", "start_lat": None, "start_lon": None,
                             "active": True}  # fmt: skip
    rows = [usual | {"color": ROUTE_COLORS[place % len(ROUTE_COLORS)]} | facts | {"public_id": new_public_id(), "position": place}
            for (facts, _), place in zip(decided.new, places, strict=True)]  # fmt: skip
    ids = ledger.insert(Provider, rows, step=True)
    links = [(id, skill) for id, (_, skills) in zip(ids, decided.new, strict=True) for skill in skills] + decided.more_skills
    ledger.insert(ProviderSkill, [{"provider_id": p, "skill_id": s} for p, s in links])
    ledger.update(Provider, decided.edits)
    for id, row in zip(ids, rows, strict=True):
        ledger.event("provider.imported", "provider", id, note=row["name"], after={k: v for k, v in row.items() if k != "public_id"})
    for edit in decided.edits:
        ledger.event("provider.edited", "provider", edit.id, note="import", before=edit.before, after=edit.after)
    return []
