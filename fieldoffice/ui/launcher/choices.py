"""What the launcher offers: commands of the page in sight, commands of other pages, pages, and what the search found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction

from fieldoffice.services.search import Hit
from fieldoffice.ui.actions import ACTIONS, CONTEXTS, HOMES, Action, shown_keys
from fieldoffice.ui.pages import PageEntry

HITS = {"customer": ("person", "customer"), "job": ("assignment", "job"), "provider": ("engineering", "provider"),
        "invoice": ("receipt_long", "invoice"), "payment": ("payments", "payments")}  # fmt: skip
"""Icon and page of what the search finds; a kind whose page does not exist is not offered."""


def tr(words: str) -> str:
    return QCoreApplication.translate("Launcher", words)


@dataclass(frozen=True)
class Choice:
    """One line: `key` names it for the list of what was used last, `words` is what typing is compared with."""

    key: str
    group: str
    title: str
    detail: str
    icon: str
    keys: str
    words: str
    run: Callable[[], object]


def commands(bound: Iterable[QAction], go: Callable[[str, str], object]) -> Iterator[Choice]:
    """Every command that can be carried out now: those of `bound`, and those that wait on another page.

    `go(page, action_id)` opens a page and carries the command out there.
    """
    here = {id: list(same) for id, same in groupby(sorted(bound, key=_id), key=_id)}
    for entry in sorted(ACTIONS, key=lambda entry: entry.context == "window"):  # those of this page first
        ready = [action for action in here.get(entry.id, []) if action.isEnabled()]
        if entry.id == "launcher" or (entry.id in here and not ready):
            continue
        if ready:
            yield _command(entry, ready[0].trigger)
        elif entry.context in HOMES:
            yield _command(entry, lambda id=entry.id, page=HOMES[entry.context]: go(page, id))


def pages(entries: Iterable[PageEntry], go: Callable[[str], object]) -> Iterator[Choice]:
    """Every page that stands in the sidebar or beside its sisters."""
    for entry in entries:
        if entry.tab:
            yield Choice(f"page:{entry.id}", tr("Pages"), entry.title, entry.section, entry.icon, "",
                         f"{entry.title} {entry.section}", lambda id=entry.id: go(id))


def found(hits: Iterable[Hit], known: Callable[[str], bool], go: Callable[[str, int], object]) -> Iterator[Choice]:
    """What the search found, in its order; `go(page, id)` opens it."""
    groups = {"customer": tr("Customers"), "job": tr("Jobs"), "provider": tr("Providers"), "invoice": tr("Invoices"),
              "payment": tr("Payments")}  # fmt: skip
    for hit in hits:
        icon, page = HITS[hit.kind]
        if known(page):
            yield Choice(f"{hit.kind}:{hit.id}", groups[hit.kind], hit.title, hit.detail, icon, "", hit.title,
                         lambda page=page, id=hit.id: go(page, id))


def _id(action: QAction) -> str:
    return action.objectName()


def _command(entry: Action, run: Callable[[], object]) -> Choice:
    return Choice(f"action:{entry.id}", tr("Commands"), entry.words.rstrip("…"), CONTEXTS[entry.context], entry.icon,
                  shown_keys(entry), f"{entry.words} {entry.tip}", run)
