"""A run of statements as one print file, in the order of the caller: fonts and logo lie in it once.

Which pages belong to which statement is written in the file itself, as its outline. So a stored file can be asked long after,
by another version of the program, where the lost page lies, and gives out exactly those pages again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.documents import issuing, statementpages
from fieldoffice.services.documents.statementpaper import StatementPaper


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement lies in a print file: its title, its first page (from 1) and how many pages it has."""

    title: str
    first: int
    count: int


def draw_statements(papers: Sequence[StatementPaper]) -> bytes:
    """One PDF of all of them, each with its own "Page x of y". NotAllowed for none, ValueError where sums do not fit."""
    if not papers:
        raise NotAllowed("There is no statement to print: choose at least one customer.")
    for paper in papers:
        paper.check()
    title = papers[0].title if len(papers) == 1 else f"Statements, {papers[0].as_of.isoformat()}"
    return issuing.issue([statementpages.document(paper) for paper in papers], title=title, made_on=papers[0].as_of)


def page_of(pdf: bytes) -> tuple[Place, ...]:
    """Where each statement of a print file lies, in order; a file of one statement has one place."""
    from pypdf import PdfReader  # half a second to load: not before it is asked

    reader = PdfReader(BytesIO(pdf))
    entries: list[Any] = [entry for entry in reader.outline if not isinstance(entry, list)]
    pages = len(reader.pages)
    if not entries:
        return (Place((reader.metadata.title if reader.metadata else "") or "", 1, pages),)
    firsts = [(reader.get_destination_page_number(entry) or 0) + 1 for entry in entries]
    ends = [*firsts[1:], pages + 1]
    return tuple(Place(str(entry.title), first, end - first) for entry, first, end in zip(entries, firsts, ends, strict=True))


def pages_again(pdf: bytes, first: int, count: int = 1) -> bytes:
    """A file of these pages alone, as they were: for the page that the printer tore. NotAllowed where there are no such pages."""
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(BytesIO(pdf))
    if count < 1 or first < 1 or first + count - 1 > len(reader.pages):
        raise NotAllowed(f"This print has {len(reader.pages)} pages. Choose pages among them.")
    writer = PdfWriter()
    for page in reader.pages[first - 1 : first - 1 + count]:
        writer.add_page(page)
    writer.metadata = {**(reader.metadata or {})}
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
