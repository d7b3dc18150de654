"""From laid-out letters to one file: each letter counts its own pages, all share their fonts and pictures."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from fieldoffice.services.documents import flow
from fieldoffice.services.documents.flow import Item, Room
from fieldoffice.services.documents.fonts import primary
from fieldoffice.services.documents.letterhead import Letter
from fieldoffice.services.documents.letters import clean
from fieldoffice.services.documents.moneypaper import midnight
from fieldoffice.services.documents.paper import SIZES, stamp

FOOT, LATER = 54.0, 66.0


@dataclass(frozen=True, slots=True)
class Document:
    """A letter and what it says, top to bottom; `title` names it in the file and its outline."""

    letter: Letter
    items: tuple[Item, ...]
    title: str


def laid_out(document: Document) -> list[flow.Page]:
    """Its pages, not drawn yet."""
    high = SIZES[document.letter.look.paper][1]
    return flow.pages(document.items, Room(high - document.letter.place.body, high - LATER, FOOT))


def issue(documents: Sequence[Document], *, title: str, made_on: date) -> bytes:
    """One PDF of all of them in order; several get an outline by which each is found again."""
    out = BytesIO()
    first = documents[0].letter
    canvas = opened(out, SIZES[first.look.paper], title=title, author=first.sender.name, language=first.look.language, made_on=made_on)
    for n, document in enumerate(documents):
        if len(documents) > 1:
            canvas.bookmarkPage(f"part {n}")
            canvas.addOutlineEntry(clean(document.title), f"part {n}", 0)
            canvas.showOutline()
        _draw(canvas, document)
    canvas.save()
    return out.getvalue()


def opened(out: BytesIO, size: tuple[float, float], *, title: str, author: str, language: str, made_on: date) -> Any:
    """A canvas that makes the same file every time, with its title, author, language and date set."""
    known: Any = {"pagesize": size, "invariant": 1, "lang": language, "initialFontName": primary()}
    canvas: Any = Canvas(out, **known)
    canvas.setTitle(clean(title))
    canvas.setAuthor(clean(author))
    canvas.setCreator("fieldoffice")
    canvas.setProducer("fieldoffice")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    stamp(canvas, midnight(made_on))
    return canvas


def _draw(canvas: Any, document: Document) -> None:
    letter = document.letter
    found = laid_out(document)
    for number, page in enumerate(found, 1):
        canvas.setPageSize(SIZES[letter.look.paper])
        letter.first(canvas) if number == 1 else letter.later(canvas)
        for y, draw in page.placed:
            draw(canvas, letter.place.left, y)
        letter.foot(canvas, number, len(found))
        canvas.showPage()
