"""The price book of a file against ours: services, materials and charges with their tax and skills."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from fieldoffice.models.catalog import CatalogItem, ItemSkill, TaxRate
from fieldoffice.models.provider import Skill
from fieldoffice.office import Tx
from fieldoffice.services.exchange.cells import Ways
from fieldoffice.services.exchange.drafts import Does, Draft, Outcome, Plan
from fieldoffice.services.exchange.headings import folded
from fieldoffice.services.exchange.ledger import Edited, Ledger

TOPICS = ("catalog_item", "item_skill", "tax_rate", "skill")
COLUMNS = ("code", "name", "kind", "description", "duration_s", "price_cents", "tax_rate_id", "outdoor", "buffer_s", "bookable", "active")
WORDS = {"price_cents": "price", "duration_s": "duration", "buffer_s": "extra time", "tax_rate_id": "tax"}
USUAL_S = 3600


@dataclass
class Decided:
    """What an import of the price book will do; skills are set for new items, and added to known ones."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    new: list[tuple[dict[str, Any], tuple[int, ...]]] = field(default_factory=list[tuple[dict[str, Any], tuple[int, ...]]])
    edits: list[Edited] = field(default_factory=list[Edited])
    more_skills: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def decide(tx: Tx, drafts: Sequence[Draft], plan: Plan, ways: Ways) -> Decided:
    """What happens with each row. Only looks."""
    deciding = _Deciding(tx, plan)
    deciding.done.outcomes = [deciding.row(draft) for draft in drafts]
    return deciding.done


class _Deciding:
    def __init__(self, tx: Tx, plan: Plan) -> None:
        self.plan, self.done = plan, Decided()
        self.items = tx.all(select(CatalogItem).order_by(CatalogItem.active.desc(), CatalogItem.id))
        self.by_code = {item.code.casefold(): item for item in reversed(self.items)}
        self.by_name = {folded(item.name): item for item in reversed(self.items)}
        self.skills = {folded(skill.name): skill.id for skill in tx.all(select(Skill))}
        self.taxes = tx.all(select(TaxRate).where(TaxRate.valid_to.is_(None)).order_by(TaxRate.valid_from, TaxRate.id))
        self.held: dict[int, set[int]] = {}
        for item_id, skill_id in tx.session.execute(select(ItemSkill.item_id, ItemSkill.skill_id)):
            self.held.setdefault(item_id, set()).add(skill_id)
        self.codes = set(self.by_code)
        self.above: dict[str, int] = {}

    def row(self, draft: Draft) -> Outcome:
        values = draft.values
        name, code = values.get("name", ""), values.get("code", "")
        facts, skills = self._facts(draft), self._skills(draft)
        if not name:
            draft.refuse("Name", "Please name the item.")
        if draft.wrong:
            return Outcome(draft.line, Does.ERROR, name or code, draft.wrong, draft.column)
        if twice := self._twice(draft.line, code, name):
            return Outcome(draft.line, Does.SKIP, name, twice)
        old = self.by_code.get(code.casefold()) if code else self.by_name.get(folded(name))
        old = old or (self.by_name.get(folded(name)) if not code else None)
        if old is not None and not (self.plan.twins == "add" and not code):
            return self._twin(draft, old, facts, skills)
        return self._new(draft, facts, skills)

    def _new(self, draft: Draft, facts: dict[str, Any], skills: tuple[int, ...]) -> Outcome:
        facts = {"kind": "service"} | facts
        if facts["kind"] == "service" and not facts.get("duration_s"):
            facts["duration_s"] = USUAL_S
        facts["code"] = draft.values.get("code") or self._code(facts["name"])
        self.codes.add(facts["code"].casefold())
        self.done.new.append((facts, skills))
        return Outcome(draft.line, Does.ADD, facts["name"])

    def _twin(self, draft: Draft, old: CatalogItem, facts: dict[str, Any], skills: tuple[int, ...]) -> Outcome:
        words = f"{old.code} {old.name} is there already."
        if self.plan.twins == "add":
            return Outcome(draft.line, Does.ERROR, facts["name"], f"The code {old.code} is taken by {old.name}.", "Code")
        if self.plan.twins == "skip":
            return Outcome(draft.line, Does.SKIP, facts["name"], words)
        new = {key: value for key, value in facts.items() if getattr(old, key) != value}
        more = [skill for skill in skills if skill not in self.held.get(old.id, ())]
        if not new and not more:
            return Outcome(draft.line, Does.SAME, facts["name"], words)
        if new:
            self.done.edits.append(Edited(old.id, old.version, {key: getattr(old, key) for key in new}, new))
        self.done.more_skills += [(old.id, skill) for skill in more]
        what = [WORDS.get(key, key) for key in new] + ["skills"] * bool(more)
        return Outcome(draft.line, Does.CHANGE, facts["name"], f"{words} Changes: {', '.join(what)}.")

    def _facts(self, draft: Draft) -> dict[str, Any]:
        """The columns that a row speaks of."""
        values = draft.values
        names = {"name": "name", "kind": "kind", "description": "description", "minutes": "duration_s", "price": "price_cents",
                 "outdoor": "outdoor", "buffer": "buffer_s", "bookable": "bookable", "active": "active"}  # fmt: skip
        found = {column: values[key] for key, column in names.items() if key in values}
        if found.get("price_cents", 0) < 0:
            draft.refuse("Price", "A price is not negative.")
        if found.get("kind", "service") == "service" and found.get("duration_s") == 0:
            draft.refuse("Duration", "A service takes some time.")
        if values.get("tax"):
            found["tax_rate_id"] = self._tax(draft, values["tax"])
        return found

    def _tax(self, draft: Draft, text: str) -> int | None:
        """A tax rate by its name or its percentage; "no" and 0 mean none."""
        if folded(text) in {"0", "no", "none", "non taxable", "false"}:
            return None
        percent = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%?", text.strip())
        ppm = round(float(percent[1].replace(",", ".")) * 10_000) if percent else -1
        found = [rate.id for rate in self.taxes if folded(rate.name) == folded(text) or rate.ppm == ppm]
        if not found:
            draft.refuse("Tax", f"There is no tax rate “{text}”. Add it to the price book first.")
            return None
        return found[-1]

    def _skills(self, draft: Draft) -> tuple[int, ...]:
        found: list[int] = []
        for name in listed(draft.values.get("skills", "")):
            id = self.skills.get(folded(name))
            if id is None:
                draft.refuse("Skills", f"There is no skill “{name}”. Add it first.")
            else:
                found.append(id)
        return tuple(dict.fromkeys(found))

    def _twice(self, line: int, code: str, name: str) -> str:
        mark = f"code {code.casefold()}" if code else f"name {folded(name)}"
        first = self.above.setdefault(mark, line)
        return "" if first == line or (self.plan.twins == "add" and not code) else f"Same {'code' if code else 'name'} as line {first}."

    def _code(self, name: str) -> str:
        """A code from the name's first letters that nobody has."""
        start = "".join(word[:3] for word in folded(name).split()[:3]).upper()[:9] or "ITEM"
        n, code = 1, start
        while code.casefold() in self.codes:
            n += 1
            code = f"{start}{n}"
        return code


def listed(text: str) -> Iterator[str]:
    """The parts of a list in one cell, separated by semicolons, commas or line ends."""
    yield from (part.strip() for part in re.split(r"[;,\n|]", text) if part.strip())


def write(tx: Tx, ledger: Ledger, decided: Decided, ways: Ways) -> list[int]:
    """Store what was decided; there is nothing to find coordinates for."""
    usual: dict[str, Any] = {"description": "", "duration_s": 0, "price_cents": 0, "tax_rate_id": None, "outdoor": False, "buffer_s": 0,
                             "bookable": "no", "active": True, "position": 0}  # fmt: skip
    rows = [usual | facts for facts, _ in decided.new]
    ids = ledger.insert(CatalogItem, rows, step=True)
    links = [(id, skill) for id, (_, skills) in zip(ids, decided.new, strict=True) for skill in skills]
    links += decided.more_skills
    ledger.insert(ItemSkill, [{"item_id": item, "skill_id": skill} for item, skill in links])
    ledger.update(CatalogItem, decided.edits)
    for id, row in zip(ids, rows, strict=True):
        ledger.event("catalog.imported", "catalog_item", id, note=row["name"], after=row)
    for edit in decided.edits:
        ledger.event("catalog.edited", "catalog_item", edit.id, note="import", before=edit.before, after=edit.after)
    return []

