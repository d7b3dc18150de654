"""A proposal in words and figures. Plain values, no Qt widgets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.planning.proposal import Figures, Left, Move, Proposal, Spot
from fieldoffice.ui.schedule.words import lasting, promised_day, window

translate = QCoreApplication.translate
KINDS = ("served", "provider", "time", "later", "dropped")
PRIORITIES = (3, 2, 1)
SIGNS = {3: "priority_high", 2: "keyboard_arrow_up"}
BUDGETS = ((100, 2), (300, 10), (1000, 30))
LONGEST_BUDGET = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One visit in the list. `way` is from where to where; `reasons` begin with the one that says most.

    `aside` stands at the right of the customer; a line that does not tick has an icon instead.
    """

    key: str
    card_id: int
    title: str
    way: tuple[str, str]
    reasons: tuple[str, ...]
    ticks: bool = True
    icon: str = ""
    sign: str = ""
    aside: str = ""

    @property
    def spoken(self) -> str:
        """All of it in one sentence, for screen readers."""
        way = " → ".join(part for part in self.way if part)
        return ". ".join(part.rstrip(".") for part in (self.title, self.aside, way, *self.reasons[:1]) if part)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the list with its lines."""

    key: str
    words: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the comparison; `better` is None where nothing changes."""

    words: str
    before: str
    after: str
    change: str = ""
    better: bool | None = None


def budget_for(visits: int) -> int:
    """How many seconds a search of this size is worth."""
    return next((seconds for most, seconds in BUDGETS if visits <= most), LONGEST_BUDGET)


def groups(proposal: Proposal, names: Mapping[str, str]) -> tuple[Group, ...]:
    """The moves by kind, then what nobody serves."""
    found = [Group(kind, _kind(kind), _moves(proposal, kind, names)) for kind in KINDS]
    zone = ZoneInfo(proposal.day.zone)
    waits = tuple(_left(left, zone) for left in proposal.left if not left.stays)
    stays = tuple(_stays(proposal.day, left, names) for left in proposal.left if left.stays)
    found.append(Group("left", translate("Optimize", "Not served"), waits))
    found.append(Group("stays", translate("Optimize", "Stays against a rule"), stays))
    return tuple(group for group in found if group.lines)


def settled(shown: Sequence[Group], refused: Mapping[str, str], applied: Collection[str]) -> tuple[Group, ...]:
    """What became of a plan: first what was left alone and why, then what was done, then what waits as before."""
    lines = [line for group in shown for line in group.lines if line.ticks]
    alone = tuple(replace(line, reasons=_once(_short(line, refused[line.key]), *line.reasons)) for line in lines if line.key in refused)
    found = [Group("refused", translate("Optimize", "Left alone"), alone)]
    for group in shown:
        keep = tuple(line for line in group.lines if not line.ticks or (line.key in applied and line.key not in refused))
        found.append(replace(group, lines=keep))
    return tuple(group for group in found if group.lines)


def figures(proposal: Proposal, after: Figures) -> tuple[Figure, ...]:
    """Before and after, the most important first."""
    before = proposal.before
    rows = [_served(proposal, before, after, priority) for priority in PRIORITIES if proposal.wanted.get(priority)]
    a, b = before.score, after.score
    rows.append(_seconds(translate("Optimize", "Driving"), a.drive_s, b.drive_s))
    was, will = round(a.km, 1), round(b.km, 1)
    km = f"{will - was:+.1f} km".replace("-", "−")
    rows.append(Figure(translate("Optimize", "Distance"), f"{was:.1f} km", f"{will:.1f} km", *_change(km, was, will)))
    rows.append(_seconds(translate("Optimize", "Overtime"), a.overtime_s, b.overtime_s))
    missed = f"{b.preferences_missed - a.preferences_missed:+d}".replace("-", "−")
    rows.append(Figure(translate("Optimize", "Wishes missed"), str(a.preferences_missed), str(b.preferences_missed),
                       *_change(missed, a.preferences_missed, b.preferences_missed)))  # fmt: skip
    return tuple(rows)


def finding(proposal: Proposal, after: Figures) -> str:
    """What the plan brings, in one sentence."""
    before = proposal.before
    more = sum(after.served.values()) - sum(before.served.values())
    drive = round((after.score.drive_s - before.score.drive_s) / 60)
    parts: list[str] = []
    if more:
        parts.append(f"{abs(more)} {'more' if more > 0 else 'fewer'} {'visit' if abs(more) == 1 else 'visits'} served")
    if drive:
        parts.append(f"{lasting(abs(drive) * 60)} {'more' if drive > 0 else 'less'} driving")
    over = round((after.score.overtime_s - before.score.overtime_s) / 60)
    if over and len(parts) < 2:
        parts.append(f"{lasting(abs(over) * 60)} {'more' if over > 0 else 'less'} overtime")
    said = ", ".join(parts) or translate("Optimize", "about the same day in another order")
    return said[0].upper() + said[1:]


def facts(day: DayPlan) -> str:
    """What the planner would look at: "34 visits, 6 providers; 5 stay as they are"."""
    free = [visit for visit in day.problem.visits if day.movable(visit.id)]
    count, people = len(free) + len(day.fixed), len(day.problem.providers)
    said = f"{count} {'visit' if count == 1 else 'visits'}, {people} {'provider' if people == 1 else 'providers'}"
    if day.fixed:
        said += f"; {len(day.fixed)} {'stays as it is' if len(day.fixed) == 1 else 'stay as they are'}"
    return said + "."


def notes(day: DayPlan, most: int = 4) -> tuple[str, ...]:
    """What the planner leaves out, in words."""
    said = [*day.notes, *(f"{card.customer}: {why}" for card, why in day.left_out)]
    return (*said[:most], f"… and {len(said) - most} more") if len(said) > most else tuple(said)


def source(day: DayPlan) -> str:
    """Where the drive times come from."""
    return translate("Optimize", "Driving: %1.").replace("%1", day.problem.travel.source.replace(": ", ", ", 1))


def movable(day: DayPlan) -> int:
    return sum(day.movable(visit.id) for visit in day.problem.visits)


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def clock(seconds: int) -> str:
    """The time of day as the board shows it."""
    return f"{seconds // 3600 % 24:02d}:{seconds % 3600 // 60:02d}"


def _kind(kind: str) -> str:
    return {
        "served": translate("Optimize", "New on the board"), "provider": translate("Optimize", "To another provider"),
        "time": translate("Optimize", "At another time"), "dropped": translate("Optimize", "Off the board"),
        "later": translate("Optimize", "To another day"),
    }[kind]  # fmt: skip


def _moves(proposal: Proposal, kind: str, names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(_line(move, names) for move in proposal.moves if move.kind == kind)


def _line(move: Move, names: Mapping[str, str]) -> Line:
    before, after = _spot(move.before, names), _spot(move.after, names)
    if move.kind == "time" and move.after is not None:
        after = clock(move.after[1])
    if move.kind == "dropped":
        after = translate("Optimize", "unscheduled")
    if move.kind == "later":
        after = translate("Optimize", "another day")
    if len(move.crew) > 1 and move.after is not None:
        after = f"{' + '.join(names.get(id, '') for id in move.crew)} {clock(move.after[1])}"
    told = move.reasons[1:] if move.kind == "served" or move.gain not in move.reasons else move.reasons
    return Line(move.visit_id, move.card.id, move.card.customer, (before, after), _once(move.gain, *told), sign=_sign(move.card))


def _left(left: Left, zone: ZoneInfo) -> Line:
    card = left.card
    aside = window(card, zone) if card.window else promised_day(card, zone)
    return Line(left.visit_id, card.id, card.customer, ("", ""), _why(left), ticks=False, icon="event_busy", sign=_sign(card),
                aside=aside)  # fmt: skip


def _stays(day: DayPlan, left: Left, names: Mapping[str, str]) -> Line:
    card = left.card
    spot = (str(card.provider_ids[0]), day.seconds(card.starts_at)) if card.provider_ids and card.starts_at else None
    return Line(left.visit_id, card.id, card.customer, ("", ""), _why(left), ticks=False, icon="warning", sign=_sign(card),
                aside=_spot(spot, names))  # fmt: skip


def _why(left: Left) -> tuple[str, ...]:
    """Why not, the least that would help, then each provider's obstacle."""
    return _once(left.words, left.relief, *(words if name in words else f"{name}: {words}" for name, words in left.blocks))


def _short(line: Line, refusal: str) -> str:
    """A refusal without the customer, whose name stands above it."""
    words = refusal.removeprefix(f"The visit at {line.title} ")
    return words[:1].upper() + words[1:]


def _once(*words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in words if each))


def _spot(spot: Spot | None, names: Mapping[str, str]) -> str:
    return "" if spot is None else f"{names.get(spot[0], '')} {clock(spot[1])}".strip()


def _sign(card: Card) -> str:
    return SIGNS.get(card.priority, "")


def _served(proposal: Proposal, before: Figures, after: Figures, priority: int) -> Figure:
    words = {3: translate("Optimize", "Urgent visits"), 2: translate("Optimize", "High priority"),
             1: translate("Optimize", "Normal visits")}[priority]  # fmt: skip
    if len([p for p in PRIORITIES if proposal.wanted.get(p)]) == 1:
        words = translate("Optimize", "Visits")
    wanted, a, b = proposal.wanted[priority], before.served.get(priority, 0), after.served.get(priority, 0)
    return Figure(words, f"{a} of {wanted}", f"{b} of {wanted}", *_change(f"{b - a:+d}".replace("-", "−"), -a, -b))


def _seconds(words: str, before: int, after: int) -> Figure:
    """The difference is that of the minutes shown, so that it can be checked by eye."""
    was, will = round(before / 60), round(after / 60)
    gap = f"{'+' if will > was else '−'}{lasting(60 * abs(will - was))}"
    return Figure(words, lasting(60 * was), lasting(60 * will), *_change(gap, was, will))


def _change(words: str, before: float, after: float) -> tuple[str, bool | None]:
    """The difference, and whether it became less; nothing where it is the same."""
    return ("", None) if after == before else (words, after < before)
