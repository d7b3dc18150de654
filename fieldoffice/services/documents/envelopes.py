"""Where a window envelope shows the address, in points from the top left corner of the sheet.

US #10: the envelope is 9 1/2 by 4 1/8 inches; its window, 4 1/2 by 1 1/8, begins 7/8 inch from the left and 1/2 inch from the
bottom (the standard of the Envelope Manufacturers Association). A sheet of 8 1/2 inches folded at 4 inches may slide 1 inch
sideways and 1/8 inch up. USPS Publication 25, 3-9, asks that the address stay visible throughout that movement with 1/8 inch
clear on each side. Folded in equal thirds (3 2/3 inches) four lines still stay visible, with less clearance.

DIN long: 220 by 110 mm; its window, 90 by 45 mm, begins 20 mm from the left and 15 mm from the bottom (DIN 680). The sheet is
folded at 105 mm and may slide 10 mm sideways and 5 mm up. DIN 5008 form B puts the field of 85 by 45 mm at 20 mm from the left
and 45 mm from the top: the return line in its upper 17.7 mm, the address in the 27.3 mm below, text at 25 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldoffice.services.documents.paper import PaperSize

INCH, MM = 72.0, 72.0 / 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle measured from the top left corner of the sheet: `top` is smaller than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        """Whether `other` lies wholly inside."""
        return (self.left <= other.left and other.right <= self.right
                and self.top <= other.top and other.bottom <= self.bottom)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A window envelope and the sheet in it: `panel` is the height of the folded sheet, `sheet` its width."""

    wide: float
    high: float
    window_left: float
    window_bottom: float
    window_wide: float
    window_high: float
    sheet: float
    panel: float
    clear: float  # what must stay free between the address and the window's edge

    def seen(self, across: float, up: float) -> Box:
        """What the window shows when the sheet has slid that far to the right and up, as shares of its play."""
        x = (self.wide - self.sheet) * across
        y = self.panel - self.high + (self.high - self.panel) * up
        top = y + self.high - self.window_bottom - self.window_high
        return Box(self.window_left - x, top, self.window_left - x + self.window_wide, top + self.window_high)

    def always(self) -> Box:
        """What it shows wherever the sheet has slid, less the clearance."""
        low, far = self.seen(0, 0), self.seen(1, 1)
        return Box(max(low.left, far.left) + self.clear, max(low.top, far.top) + self.clear,
                   min(low.right, far.right) - self.clear, min(low.bottom, far.bottom) - self.clear)

    def ever(self) -> Box:
        """What it may show: nothing but the address and the return line may stand here."""
        low, far = self.seen(0, 0), self.seen(1, 1)
        return Box(0, min(low.top, far.top), max(low.right, far.right), max(low.bottom, far.bottom))


US10 = Envelope(9.5 * INCH, 4.125 * INCH, 0.875 * INCH, 0.5 * INCH, 4.5 * INCH, 1.125 * INCH, 8.5 * INCH, 4 * INCH, 0.125 * INCH)
DIN_LONG = Envelope(220 * MM, 110 * MM, 20 * MM, 15 * MM, 90 * MM, 45 * MM, 210 * MM, 105 * MM, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where things stand on a sheet that goes into a window: margins, the address, the return line, the column beside it."""

    envelope: Envelope
    left: float
    right: float  # the margin, not an edge
    address: Box
    return_line: float  # the baseline of the return line from the top, 0 for none
    beside: float  # where the column right of the window begins
    body: float  # where the text below begins
    folds: tuple[float, ...]


PLACES: dict[PaperSize, Place] = {
    "letter": Place(US10, 72, 60, Box(72, 2.625 * INCH, 4.25 * INCH, 3.375 * INCH), 0, 396, 3.75 * INCH, (4 * INCH, 7.5 * INCH)),
    "a4": Place(DIN_LONG, 25 * MM, 20 * MM, Box(25 * MM, 62.7 * MM, 100 * MM, 90 * MM), 59 * MM, 125 * MM, 98.5 * MM,
                (105 * MM, 210 * MM)),
}
"""By paper: US #10 for Letter, DIN long with DIN 5008 form B for A4."""
