"""The remit slip at the foot of the last page: what comes back with the payment says who paid what."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fieldoffice.services.documents.flow import Item
from fieldoffice.services.documents.moneypaper import Sender
from fieldoffice.services.documents.paper import BODY, INK, LABEL, MUTED, SMALL, put, rule, size_for

HIGH = 138.0


@dataclass(frozen=True, slots=True)
class Slip:
    """What it says; `due` and `amount` are in words, `number` is the document's or the customer's."""

    sender: Sender
    customer: str
    reference_label: str
    reference: str
    due: str
    amount: str
    customer_number: str = ""


def slip(told: Slip, wide: float) -> Item:
    """The slip as the last item of a paper."""
    return Item(HIGH, lambda canvas, left, top: _draw(canvas, told, left, top, wide), foot=True)


def _draw(canvas: Any, told: Slip, left: float, top: float, wide: float) -> None:
    _tear(canvas, left, top - 6, wide)
    put(canvas, left, top - 19, "Please return this slip with your payment.", size=LABEL, color=MUTED)
    _return_address(canvas, told.sender, left, top - 38, wide * 0.44)
    _figures(canvas, told, left + wide * 0.5, top - 38, wide * 0.5)


def _tear(canvas: Any, left: float, y: float, wide: float) -> None:
    canvas.saveState()
    canvas.setDash([4, 3])
    rule(canvas, left - 18, left + wide + 18, y, weight=0.6, color=MUTED)
    canvas.restoreState()


def _return_address(canvas: Any, sender: Sender, left: float, y: float, room: float) -> None:
    put(canvas, left, y, "Remit to", size=LABEL, color=MUTED)
    for n, words in enumerate((sender.name, *sender.lines)[:6]):
        size = size_for(words, room, BODY, SMALL, LABEL, bold=n == 0)
        put(canvas, left, y - 13 - n * 12.4, words, size=size, bold=n == 0, most=room)


def _figures(canvas: Any, told: Slip, left: float, y: float, wide: float) -> None:
    rows = [("Customer", told.customer), ("Customer no.", told.customer_number), (told.reference_label, told.reference), ("Due", told.due)]
    right = left + wide
    for label, words in [row for row in rows if row[1]]:
        taken = put(canvas, left, y, label, size=SMALL, color=MUTED)
        most = wide - taken - 10
        put(canvas, right, y, words, size=size_for(words, most, BODY, SMALL, LABEL), align="right", most=most)
        y -= 13
    y -= 4
    put(canvas, left, y, "Amount due", size=BODY, bold=True)
    put(canvas, right, y, told.amount, size=size_for(told.amount, wide - 70, 11, BODY, LABEL, bold=True), bold=True, align="right")
    y -= 20
    taken = put(canvas, left, y, "Amount enclosed", size=SMALL, color=MUTED)
    rule(canvas, left + taken + 12, right, y - 2, weight=0.6, color=INK)
