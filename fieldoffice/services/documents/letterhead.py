"""The company's letter: its head, the address in the window, the facts beside it, what runs on later pages."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor

from fieldoffice.services.documents.envelopes import PLACES, Place
from fieldoffice.services.documents.images import picture, size_within
from fieldoffice.services.documents.moneypaper import Look, Party, Sender
from fieldoffice.services.documents.paper import BODY, INK, LABEL, LINE, MUTED, SIZES, SMALL, dark, put, rule, size_for
from fieldoffice.services.documents.setting import wrap

TOP = 34.0
LOGO_WIDE, LOGO_HIGH = 190.0, 54.0
PALE = HexColor("#e9ebee")  # a word across the page, under its text
FACT = 13.2


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says, beside the window; the `strong` one is what the reader looks for."""

    label: str
    words: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a first page: `title` is the kind of paper, `running` is said again on the pages that follow."""

    sender: Sender
    to: Party
    look: Look
    title: str
    facts: tuple[Fact, ...]
    running: str
    across: str = ""

    @property
    def place(self) -> Place:
        return PLACES[self.look.paper]

    @property
    def wide(self) -> float:
        """Of the text."""
        return SIZES[self.look.paper][0] - self.place.left - self.place.right

    def first(self, canvas: Any) -> None:
        """The head of the first page."""
        high = SIZES[self.look.paper][1]
        self._across(canvas)
        self._sender(canvas, high)
        self._address(canvas, high)
        self._facts(canvas, high)
        for fold in self.place.folds:
            rule(canvas, 12, 20, high - fold, color=LINE)

    def later(self, canvas: Any) -> None:
        """The head of the pages that follow."""
        self._across(canvas)
        left, right = self.place.left, self.place.left + self.wide
        y = SIZES[self.look.paper][1] - TOP - 12
        taken = put(canvas, left, y, self.running, size=BODY, bold=True, most=self.wide * 0.62)
        put(canvas, right, y, self.sender.name, size=BODY, color=MUTED, align="right", most=self.wide - taken - 16)
        rule(canvas, left, right, y - 8)

    def foot(self, canvas: Any, number: int, count: int) -> None:
        """ "Page x of y" and how to reach the sender."""
        left, right, y = self.place.left, self.place.left + self.wide, 30.0
        rule(canvas, left, right, y + 12)
        said = (self.sender.name, self.sender.phone, self.sender.email, self.sender.web)
        put(canvas, left, y, " · ".join(part for part in said if part), size=LABEL, color=MUTED, most=self.wide - 80)
        put(canvas, right, y, f"Page {number} of {count}", size=LABEL, color=MUTED, align="right")

    def _sender(self, canvas: Any, high: float) -> None:
        place, color, top = self.place, dark(self.sender.accent), high - TOP
        room = place.beside - place.left - 18
        y = top - 14
        if self.sender.logo_png:
            wide, tall = size_within(self.sender.logo_png, min(LOGO_WIDE, room), LOGO_HIGH)
            picture(canvas, self.sender.logo_png, place.left, top - tall, wide, tall)
            y = top - tall - 18
        size = size_for(self.sender.name, room, 15, 13, 11, bold=True)
        for n, said in enumerate(wrap(self.sender.name, size, room, bold=True)[:2]):
            put(canvas, place.left, y - n * size * 1.2, said, size=size, bold=True, color=color)
        self._reach(canvas, top)

    def _reach(self, canvas: Any, top: float) -> None:
        sender, place = self.sender, self.place
        said = (*sender.lines, sender.phone, sender.email, sender.web, sender.tax_id)
        room = place.left + self.wide - place.beside
        for n, words in enumerate([words for words in said if words][:8]):
            put(canvas, place.beside, top - 9 - n * 11, words, size=size_for(words, room, SMALL, LABEL, 6.5), color=MUTED, most=room)

    def _address(self, canvas: Any, high: float) -> None:
        place, box = self.place, self.place.address
        if place.return_line:
            words = " · ".join((self.sender.name, *self.sender.lines))
            put(canvas, box.left, high - place.return_line, words, size=6.5, color=MUTED, most=box.right - box.left)
        for y, size, words in address_lines(self.to.block, place):
            put(canvas, box.left, high - y, words, size=size, most=box.right - box.left + 0.01)

    def _facts(self, canvas: Any, high: float) -> None:
        place, right = self.place, self.place.left + self.wide
        y = high - place.body + 110
        color = dark(self.sender.accent)
        size = size_for(self.title, right - place.beside, 20, 17, 14, bold=True)
        put(canvas, place.beside, y, self.title, size=size, bold=True, color=color, most=right - place.beside)
        y -= 19
        for fact in self.facts[:6]:
            taken = put(canvas, place.beside, y, fact.label, size=SMALL, color=MUTED)
            most = right - place.beside - taken - 8
            size = size_for(fact.words, most, BODY, SMALL, LABEL, 6.0, bold=fact.strong)
            put(canvas, right, y, fact.words, size=size, bold=fact.strong, color=color if fact.strong else INK, align="right", most=most)
            y -= FACT

    def _across(self, canvas: Any) -> None:
        """A calm word from corner to corner, drawn first so that everything else stands on it."""
        if not self.across:
            return
        wide, high = SIZES[self.look.paper]
        canvas.saveState()
        canvas.translate(wide / 2, high * 0.42)
        canvas.rotate(32)
        size = size_for(self.across, wide * 0.85, 110, 90, 70, 50, 34, bold=True)
        put(canvas, 0, -size * 0.33, self.across, size=size, bold=True, color=PALE, align="center", most=wide * 0.9)
        canvas.restoreState()


def address_lines(block: Sequence[str], place: Place) -> list[tuple[float, float, str]]:
    """(baseline from the top of the sheet, type size, words) of an address that lies wholly inside its box.

    Long lines wrap, and many get smaller. Where even the smallest type is too large, long lines end after their first part, and
    lines in the middle go before the name and the city do.
    """
    box = place.address
    wide, high = box.right - box.left, box.bottom - box.top
    for size in (10.0, BODY, SMALL, LABEL, 6.5, 6.0):
        said = [part for line in block for part in wrap(line, size, wide)]
        step = min(size * 1.32, 12.8)
        if len(said) * step <= high + 0.01 or size == 6.0:
            break
    most = int((high + 0.01) // step)
    if len(said) > most:
        said = [parts[0] for line in block if (parts := wrap(line, size, wide))]
        said = said if len(said) <= most else [said[0], *said[1 - most :]]
    return [(box.top + n * step + size * 0.95, size, words) for n, words in enumerate(said)]
