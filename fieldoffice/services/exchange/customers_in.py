"""Customers of a file against those that are there: which are new, which change, which are left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, update

from fieldoffice.models.base import new_public_id
from fieldoffice.models.customer import Contact, Customer, Location, searchable
from fieldoffice.office import Tx
from fieldoffice.services import fields
from fieldoffice.services.company.numbering import prefix_of
from fieldoffice.services.customers.searching import CUSTOMERS, refresh
from fieldoffice.services.exchange.cells import Ways
from fieldoffice.services.exchange.drafts import Does, Draft, Outcome, Plan
from fieldoffice.services.exchange.headings import folded
from fieldoffice.services.exchange.households import Household, joined
from fieldoffice.services.exchange.known import Customers, Known, Place, digits, place_key
from fieldoffice.services.exchange.ledger import Edited, Ledger, in_chunks, take_numbers

TOPICS = ("customer", "contact", "location", "custom_field")
WORDS = {"name": "name", "email": "e-mail", "phone": "phone", "kind": "kind", "notes": "notes", "channel": "messages by",
         "language": "language", "active": "active", "custom": "own fields", "parent_id": "main customer",
         "bill_to_id": "bill to"}  # fmt: skip


@dataclass
class Decided:
    """What an import of customers will do, row by row; nothing here is tied to a transaction."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    new: list[Household] = field(default_factory=list[Household])
    edits: list[Edited] = field(default_factory=list[Edited])
    more_places: list[tuple[int, dict[str, Any]]] = field(default_factory=list[tuple[int, dict[str, Any]]])
    place_edits: list[Edited] = field(default_factory=list[Edited])
    more_people: list[tuple[int, dict[str, Any]]] = field(default_factory=list[tuple[int, dict[str, Any]]])
    people_edits: list[Edited] = field(default_factory=list[Edited])
    touched: set[int] = field(default_factory=set[int])


def decide(tx: Tx, drafts: Sequence[Draft], plan: Plan, ways: Ways) -> Decided:
    """What happens with each row. Only looks."""
    return _Deciding(tx, plan, ways).run(drafts)


class _Deciding:
    def __init__(self, tx: Tx, plan: Plan, ways: Ways) -> None:
        self.plan, self.ways, self.country = plan, ways, tx.company.country
        self.known = Customers(tx, ways)
        self.own = fields.custom_fields(tx, "customer")
        self.done = Decided()
        self.mine: dict[str, int] = {}  # e-mail, phone or number of this file → its line
        self.taken: dict[int, int] = {}  # customer that a row stands for → its line
        self.names: dict[str, Household] = {}

    def run(self, drafts: Sequence[Draft]) -> Decided:
        rows, told = joined(drafts)
        for row in rows:
            for name in (row.number, row.name):
                self.names.setdefault(folded(name), row)
        for row in rows:
            told[row.line] = self._row(row)
        self._follow(told)
        self.done.outcomes = [told[draft.line] for draft in drafts]
        return self.done

    def _row(self, row: Household) -> Outcome:
        twin = self.known.twin(row.number, row.emails, row.phones, row.name, row.addresses())
        if problem := self._problem(row, twin):
            return Outcome(row.line, Does.ERROR, row.name, problem[1], problem[0])
        if twin and not (self.plan.twins == "add" and twin[1] != "number"):
            return self._twin(row, *twin)
        if (above := self._above(row)) and self.plan.twins != "add":
            return Outcome(row.line, Does.SKIP, row.name, above)
        self._claim(row)
        for key in ("parent", "bill_to"):
            if key in row.facts and (other := self.known.named(row.facts[key])):
                row.facts[f"{key}_id"] = other.id
        words = dict.fromkeys(word for p in row.places for word in (p["street"], p.get("city", "")))
        row.words = searchable(row.name, (row.emails or ("",))[0], (row.phones or ("",))[0], *words)
        self.done.new.append(row)
        return Outcome(row.line, Does.ADD, row.name, _with(len(row.places), len(row.people)))

    def _problem(self, row: Household, twin: tuple[Known, str] | None) -> tuple[str, str] | None:
        """(column, words) of what stands against a row, or None."""
        for key, title in (("parent", "Main customer"), ("bill_to", "Bill to customer")):
            named = row.facts.get(key)
            if named and self.known.named(named) is None and folded(named) not in self.names:
                return title, f"There is no customer “{named}”, or more than one."
            if named and folded(named) in {folded(row.name), folded(row.number)}:
                return title, "A customer cannot stand above itself or pay for itself here."
        if twin is None:
            for own in self.own:
                if own.required and own.key not in row.custom:
                    return own.label, f"{own.label} is required."
        elif self.plan.twins == "add" and twin[1] == "number":
            return "Number", f"The number {row.number} is taken by {twin[0].values['name']}."
        return None

    def _twin(self, row: Household, twin: Known, by: str) -> Outcome:
        words = f"Same {by} as {twin.title}."
        if twin.id in self.taken:
            return Outcome(row.line, Does.SKIP, row.name, f"{words} Line {self.taken[twin.id]} is about it already.")
        self.taken[twin.id] = row.line
        if self.plan.twins == "skip":
            return Outcome(row.line, Does.SKIP, row.name, words)
        changed = list(self._changes(row, twin))
        if not changed:
            return Outcome(row.line, Does.SAME, row.name, words)
        self.done.touched.add(twin.id)
        return Outcome(row.line, Does.CHANGE, row.name, f"{words} Changes: {', '.join(dict.fromkeys(changed))}.")

    def _above(self, row: Household) -> str:
        """Which row above seems to be the same, in words."""
        for what, values in (("number", (row.number,)), ("e-mail", row.emails), ("phone", row.phones)):
            for value in values:
                if value and (line := self.mine.get(f"{what} {self._mark(what, value)}")):
                    return f"Same {what} as line {line}."
        return ""

    def _claim(self, row: Household) -> None:
        for what, values in (("number", (row.number,)), ("e-mail", row.emails), ("phone", row.phones)):
            for value in values:
                if value:
                    self.mine.setdefault(f"{what} {self._mark(what, value)}", row.line)

    def _mark(self, what: str, value: str) -> str:
        return digits(value, self.ways) if what == "phone" else value.casefold()

    def _changes(self, row: Household, twin: Known) -> Iterator[str]:
        new = {key: value for key, value in self._facts(row).items() if not self._alike(key, twin.values[key], value)}
        custom = twin.values["custom"] | row.custom
        if custom != twin.values["custom"]:
            new["custom"] = custom
        if new:
            self.done.edits.append(Edited(twin.id, twin.version, {key: twin.values[key] for key in new}, new))
            yield from (WORDS[key] for key in new)
        yield from self._place_changes(row, twin)
        yield from self._people_changes(row, twin)

    def _facts(self, row: Household) -> dict[str, Any]:
        """The columns that a row speaks of; empty cells say nothing."""
        found = {"name": row.name} | {key: row.facts[key] for key in ("kind", "notes", "channel", "language", "active") if key in row.facts}
        if row.emails:
            found["email"] = row.emails[0]
        if row.phones:
            found["phone"] = row.phones[0]
        for key in ("parent", "bill_to"):
            if key in row.facts and (other := self.known.named(row.facts[key])):
                found[f"{key}_id"] = other.id
        return found

    def _alike(self, key: str, old: Any, new: Any) -> bool:
        if key == "phone" and old and digits(old, self.ways) == digits(new, self.ways):
            return True
        return old == new

    def _place_changes(self, row: Household, twin: Known) -> Iterator[str]:
        stored = {(place.kind, place.key): place for place in twin.places}
        for place in row.places:
            old = stored.get((place["kind"], place_key(place["street"], place.get("postal_code", ""), place.get("city", ""))))
            if old is None:
                self.done.more_places.append((twin.id, place))
                yield "one more address"
            elif edit := place_edit(old, place):
                self.done.place_edits.append(edit)
                yield "address"

    def _people_changes(self, row: Household, twin: Known) -> Iterator[str]:
        stored = {folded(person.values["name"]): person for person in twin.people}
        for person in row.people:
            old = stored.get(folded(person["name"]))
            if old is None:
                self.done.more_people.append((twin.id, person))
                yield "one more contact"
                continue
            new = {k: v for k, v in person.items() if v and k != "name" and not self._alike(k, old.values[k], v)}
            if new:
                self.done.people_edits.append(Edited(old.id, old.version, {k: old.values[k] for k in new}, new))
                yield "contact"

    def _follow(self, told: dict[int, Outcome]) -> None:
        """A row that stands below one that is not imported is wrong as well, and so is one that stands below itself."""
        fallen = {line for line, outcome in told.items() if outcome.does is Does.ERROR}
        again = True
        while again:
            again = False
            for row in list(self.done.new):
                words = self._unfounded(row, fallen)
                if words:
                    told[row.line] = Outcome(row.line, Does.ERROR, row.name, words, "Main customer")
                    self.done.new.remove(row)
                    fallen.add(row.line)
                    again = True

    def _unfounded(self, row: Household, fallen: set[int]) -> str:
        seen, at = {row.line}, row
        for _ in range(100):
            named = at.facts.get("parent") or at.facts.get("bill_to")
            above = None if not named or self.known.named(named) else self.names.get(folded(named))
            if above is None:
                return ""
            if above.line in fallen:
                return f"“{named}” on line {above.line} is not imported."
            if above.line in seen:
                return "These customers stand above one another in a circle."
            seen.add(above.line)
            at = above
        return "These customers stand above one another in a circle."


def place_edit(old: Place, new: dict[str, Any]) -> Edited | None:
    """What changes of a stored address; a pin that somebody set stays where it is."""
    wanted = {k: v for k, v in new.items() if k != "kind" and v not in ("", None) and old.values[k] != v}
    if "lat" in wanted or "lon" in wanted:
        moved = any(abs((old.values[k] if old.values[k] is not None else 999.0) - new[k]) > 1e-6 for k in ("lat", "lon"))
        wanted = {k: v for k, v in wanted.items() if k not in ("lat", "lon")}
        if moved and old.placed_by != "hand":
            wanted |= {"lat": new["lat"], "lon": new["lon"], "placed_by": "import"}
    if wanted.keys() == {"street"} and folded(old.values["street"]) == folded(wanted["street"]):
        return None  # only capitals and signs
    before = {k: old.placed_by if k == "placed_by" else old.values[k] for k in wanted}
    return Edited(old.id, old.version, before, wanted) if wanted else None


def write(tx: Tx, ledger: Ledger, decided: Decided, ways: Ways) -> list[int]:
    """Store what was decided; returns the ids of new addresses without coordinates."""
    numbers = _numbers(tx, decided.new)
    now, places, people = tx.now, list(decided.more_places), list(decided.more_people)
    rows = [_customer(row, number, now) for row, number in zip(decided.new, numbers, strict=True)]
    ids = ledger.insert(Customer, rows, step=True)
    for row, id, number in zip(decided.new, ids, numbers, strict=True):
        places += [(id, place) for place in row.places]
        people += [(id, person) for person in row.people]
        ledger.event("customer.imported", "customer", id, customer_id=id, note=row.name,
                     after={"number": number, "name": row.name, "addresses": len(row.places), "contacts": len(row.people)})  # fmt: skip
    _families(tx, decided.new, dict(zip((row.line for row in decided.new), ids, strict=True)), numbers)
    found = [location_values(place, id, ways.country) for id, place in places]
    place_ids = ledger.insert(Location, found)
    ledger.insert(Contact, [{"customer_id": id, **person} for id, person in people])
    _change(tx, ledger, decided)
    return [id for id, values in zip(place_ids, found, strict=True) if values["lat"] is None and values["kind"] != "billing"]


def _change(tx: Tx, ledger: Ledger, decided: Decided) -> None:
    ledger.update(Customer, decided.edits)
    ledger.update(Location, decided.place_edits)
    ledger.update(Contact, decided.people_edits)
    edits = {edit.id: edit for edit in decided.edits}
    for id in sorted(decided.touched):
        edit = edits.get(id)
        ledger.event("customer.edited", "customer", id, customer_id=id, note="import", before=edit.before if edit else {},
                     after=edit.after if edit else {})  # fmt: skip
    if decided.touched:
        refresh(tx.session.connection(), decided.touched)


def _numbers(tx: Tx, rows: Sequence[Household]) -> list[str]:
    """Everybody's number: the file's, or the next of our own, above all that the file brings and none that is taken."""
    prefix = prefix_of(tx, "customer")
    tails = [row.number.removeprefix(prefix) for row in rows if row.number.startswith(prefix)]
    above, wanted = max((int(t) for t in tails if t.isdigit() and len(t) <= 7), default=0), sum(not row.number for row in rows)
    own: list[str] = []
    while wanted or above:
        made = [f"{prefix}{n}" for n in take_numbers(tx, "customer", wanted, above=above)]
        taken = {str(number) for (number,) in in_chunks(tx, _taken, made)}
        own += [number for number in made if number not in taken]
        wanted, above = len(taken), 0
    ours = iter(own)
    return [row.number or next(ours) for row in rows]


def _taken(some: list[Any]) -> Any:
    return select(Customer.number).where(Customer.number.in_(some))


def _customer(row: Household, number: str, now: Any) -> dict[str, Any]:
    email, phone = (row.emails or ("",))[0], (row.phones or ("",))[0]
    return {
        "public_id": new_public_id(), "number": number, "name": row.name, "email": email, "phone": phone,
        "kind": row.facts.get("kind", "residential"), "channel": row.facts.get("channel", "email"),
        "language": row.facts.get("language", "en"), "notes": row.facts.get("notes", ""), "custom": row.custom,
        "active": row.facts.get("active", True), "created_at": now, "search": f"{row.words} {searchable(number)}",
    }  # fmt: skip


def location_values(place: dict[str, Any], customer_id: int, country: str) -> dict[str, Any]:
    """An address as it is stored."""
    pinned = place.get("lat") is not None
    return {
        "public_id": new_public_id(), "customer_id": customer_id, "kind": place.get("kind", "service"),
        "label": place.get("label", ""), "street": place["street"], "city": place.get("city", ""), "region": place.get("region", ""),
        "postal_code": place.get("postal_code", ""), "country": place.get("country") or country, "lat": place.get("lat"),
        "lon": place.get("lon"), "placed_by": "import" if pinned else "", "notes": place.get("notes", ""),
        "active": place.get("active", True),
    }  # fmt: skip


def _families(tx: Tx, rows: Sequence[Household], ids: dict[int, int], numbers: Sequence[str]) -> None:
    """Put new customers below those they name, which may be new as well. They stay in their first version."""
    by_name = {folded(n): ids[row.line] for row, number in zip(rows, numbers, strict=True) for n in (row.name, number)}
    for key in ("parent", "bill_to"):
        above = [{"at": ids[row.line], "above": row.facts.get(f"{key}_id") or by_name[folded(row.facts[key])]}
                 for row in rows if row.facts.get(key)]  # fmt: skip
        if above:
            put = update(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("at")).values({f"{key}_id": bindparam("above")})
            tx.session.connection().execute(put, above)


def _with(places: int, people: int) -> str:
    words = [f"{n} {one if n == 1 else many}" for n, one, many in
             ((places, "address", "addresses"), (people, "contact", "contacts")) if n]  # fmt: skip
    return f"With {' and '.join(words)}." if words else ""
