"""What was left unfinished when the program last ended: offered at the start, opened again, copied or dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.ui.connection import Window
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts.shelf import Kept
from fieldoffice.ui.drafts.told import when
from fieldoffice.ui.parts import values
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import SidePanel

KEY = "unfinished"


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind of form is called, and where it is opened: a page or panel, what it calls the row's id, what else it is told.

    Something new is begun on the page `new`, where that is another one. What is new of something else (a contact of a
    customer) has that one's id in the name of its draft, "contact.17": the page calls it `of_name`, and `row` is 0.
    """

    words: str
    page: str
    id_name: str = ""
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])
    new: str = ""
    of_name: str = ""


WAYS: Mapping[str, Way] = {
    "job": Way("Job", "job", "job_id"),
    "invoice": Way("Invoice", "invoice", "invoice_id"),
    "note": Way("Note on a job", "job", "job_id", {"section": "Notes"}),
    "new_job": Way("New job", "new_job"),
    "customer": Way("Customer", "edit_customer", "customer_id"),
    "contact": Way("Contact", "customer", "contact_id", {"section": "Contacts"}, of_name="customer_id"),
    "location": Way("Address", "customer", "location_id", {"section": "Locations"}, of_name="customer_id"),
    "provider": Way("Provider", "provider", "provider_id", {"edit": True}, new="providers"),
    "absence": Way("Absence", "providers"),
    "catalog_item": Way("Service or material", "services"),
    "skill": Way("Skill", "services"),
    "tax_rate": Way("Tax rate", "services"),
    "settings": Way("Settings", "settings"),
    "message_template": Way("Message text", "templates", "place"),
    "holiday": Way("Day on which the office is closed", "settings"),
    "custom_field": Way("Own field", "settings"),
}
"""Forms that can be opened by what their draft says; others are opened by hand, and restore themselves then."""


def offer_left(desk: Desk, window: Window) -> None:
    """At the start: say what was left unfinished, if anything, and that nothing can be kept, if so."""
    if desk.shelf.problem:
        desk.tell_drafts_fail(desk.shelf.problem)
    count = len(desk.shelf.left)
    if count == 0:
        return
    words = "A form was left unfinished." if count == 1 else f"{count} forms were left unfinished."
    banner = window.banner(KEY, "info", f"{words} What you typed is still here.")

    def show() -> None:
        window.no_banner(KEY)
        if count == 1 and can_open(desk.shelf.left[0]):
            open_kept(desk, desk.shelf.left[0])
        else:
            desk.open("unfinished")

    banner.add_button("Open it" if count == 1 else "Show them", show)
    banner.add_button("Later", lambda: window.no_banner(KEY))


class LeftPanel(SidePanel):
    """A list of unfinished forms, the newest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Unfinished forms", can_save=False)
        self.desk = desk
        self.show_left()

    def open(self) -> None:
        """Shown again: others may have been finished meanwhile."""
        self.show_left()

    def show_left(self) -> None:
        """Fill the list anew."""
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(8)
        kept = self.desk.shelf.all()[::-1]
        said = "What you typed and did not save. Open a form to go on where you were." if kept else "Nothing is unfinished."
        box.addWidget(PlainLabel(said, "muted", wrap=True))
        for one in kept:
            box.addWidget(self._card(one))
        box.addStretch(1)
        self.set_body(body)

    def _card(self, kept: Kept) -> QFrame:
        card = QFrame()
        card.setProperty("box", "surface")
        box = QVBoxLayout(card)
        box.setContentsMargins(12, 8, 12, 8)
        box.setSpacing(4)
        box.addWidget(PlainLabel(headline(kept), "strong", wrap=True))
        box.addWidget(PlainLabel(f"Typed {when(kept.at)}", "muted"))
        changed = "\n".join(lines_of(kept))
        box.addWidget(PlainLabel(changed if len(changed) < 400 else changed[:400] + " …", wrap=True))
        box.addLayout(self._doing(kept))
        return card

    def _doing(self, kept: Kept) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        ways: list[tuple[str, Callable[[], object]]] = [
            ("Copy", lambda: self._copy(kept)), ("Discard", lambda: self._discard(kept))]
        if can_open(kept):
            ways.insert(0, ("Open", lambda: open_kept(self.desk, kept)))
        for words, press in ways:
            made = button(words, press)
            made.setAccessibleName(f"{words}: {headline(kept)}")
            row.addWidget(made)
        row.addStretch(1)
        return row

    def _copy(self, kept: Kept) -> None:
        QGuiApplication.clipboard().setText("\n".join(lines_of(kept)))
        self.desk.toast("Copied")

    def _discard(self, kept: Kept) -> None:
        self.desk.shelf.drop(kept.kind, kept.row)
        self.show_left()

        def back() -> None:
            self.desk.shelf.put(kept)
            self.show_left()

        self.desk.toast(f"Discarded: {headline(kept)}", undo=back)


def can_open(kept: Kept) -> bool:
    """Whether there is a page for this kind of form."""
    from fieldoffice.ui.pages import PAGES, PANELS  # they know the panel above

    way = _way(kept)
    return way is not None and way.page in {entry.id for entry in (*PAGES, *PANELS)}


def open_kept(desk: Desk, kept: Kept) -> None:
    """Open the form in which a draft was typed; it restores itself."""
    way = _way(kept)
    assert way is not None
    _, _, of = kept.kind.partition(".")
    if kept.row and way.id_name:
        desk.open(way.page, **{way.id_name: kept.row, **way.more})
    elif of:
        desk.open(way.page, **{way.of_name: int(of), way.id_name: 0, **way.more})
    else:
        desk.open(way.new or way.page)


def headline(kept: Kept) -> str:
    """ "Customer: Ada Byron" """
    way = _way(kept)
    words = way.words if way is not None else kept.kind.partition(".")[0].replace("_", " ").capitalize()
    return f"{words}: {kept.title}" if kept.title else words


def _way(kept: Kept) -> Way | None:
    """How a draft is opened; one of something new that belongs to a row, by that row."""
    head, _, of = kept.kind.partition(".")
    way = WAYS.get(head)
    return way if way is not None and (not of or (way.of_name and of.isdigit())) else None


def lines_of(kept: Kept) -> list[str]:
    """What was typed, field by field."""
    changed = {name: value for name, value in kept.values.items() if not values.same(value, kept.base.get(name))}
    return [f"{name.rpartition('.')[2].replace('_', ' ').capitalize()}: {values.words_of(value)}" for name, value in changed.items()]
