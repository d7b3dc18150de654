"""Two people edited one row: ask what it is now and who did it, merge, and let the second one choose where both changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from fieldoffice.models.errors import NotFound, Refused
from fieldoffice.office import Tx
from fieldoffice.services.history import Happened, history
from fieldoffice.ui.drafts.merging import Merged, Values, merge
from fieldoffice.ui.drafts.told import when
from fieldoffice.ui.parts.merge import MergeDialog, MergeField
from fieldoffice.ui.parts.values import plain, same

if TYPE_CHECKING:
    from fieldoffice.ui.drafts.draft import Again, AskNow, Draft


@dataclass(frozen=True, slots=True)
class Now:
    """A row as it is now, and what was done to it lately."""

    version: int
    values: dict[str, Any]
    deeds: tuple[Happened, ...]


def look(tx: Tx, ask_now: AskNow, entity: str, row: int) -> Now:
    """One look at the database."""
    version, values = ask_now(tx)
    return Now(version, plain(dict(values)), history(tx, entity, row, limit=20) if row else ())


def meet(draft: Draft, error: Refused, ask_now: AskNow, again: Again, otherwise: Callable[[Refused], object] | None) -> None:
    """What `Draft.stale` does."""
    def refused(why: Refused) -> None:
        if isinstance(why, NotFound):
            draft.told.say(f"{why} What you typed is still here.", ("Copy what I typed", lambda: copy(draft)), kind="danger")
        (otherwise or draft.desk.refuse)(why)

    draft.keep_now()
    draft.told.say(str(error), kind="warn")
    draft.desk.see(draft, look, ask_now, draft.entity, draft.row, then=partial(_met, draft, again), otherwise=refused)


def _met(draft: Draft, again: Again, now: Now) -> None:
    mine = draft.form.values()
    merged = merge(draft.base, mine, now.values)

    def save(values: dict[str, Any]) -> None:
        draft.told.hide()
        draft.rebase(now.version, now.values)
        draft.fill(values)
        draft.keep_now()
        again(now.version, values)

    if merged.conflicts:
        _choose(draft, draft.base, mine, now, merged, save, "Save the merge")
    else:
        if merged.theirs:
            draft.desk.toast(f"{_who(now.deeds)} changed {_named(draft, merged.theirs)} meanwhile; that is kept, and so is yours.")
        save(merged.values)


def compare(draft: Draft, base: Values, mine: Values, theirs: Values, then: Callable[[dict[str, Any]], object]) -> None:
    """Choose between what is typed and what is stored, without saving."""
    def show(deeds: tuple[Happened, ...]) -> None:
        now = Now(draft.version, dict(theirs), deeds)
        _choose(draft, base, mine, now, merge(base, mine, theirs), then, "Take these")

    draft.desk.see(draft, history, draft.entity, draft.row, limit=20, then=show)


def _choose(draft: Draft, base: Values, mine: Values, now: Now, merged: Merged, then: Callable[[dict[str, Any]], object],
            words: str) -> None:
    said = draft.form.said
    fields = [MergeField(name, draft.form.words(name), said(name, base.get(name)), said(name, mine.get(name)),
                         said(name, now.values.get(name)), *_by(now.deeds, name, now.values.get(name)),
                         joins=_is_text(mine.get(name), now.values.get(name)))
              for name in merged.conflicts]  # fmt: skip
    above = draft.panel()
    dialog = MergeDialog(fields, _summary(draft, now, merged), words, above.window() if isinstance(above, QWidget) else None)

    def taken() -> None:
        picked = dialog.picked()
        chosen = {name: _value(how, mine.get(name), now.values.get(name)) for name, how in picked.items()}
        then({**merged.values, **chosen})

    dialog.accepted.connect(taken)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _value(how: str, mine: Any, theirs: Any) -> Any:
    if how == "both":
        return f"{str(theirs).rstrip()}\n{str(mine).lstrip()}"
    return mine if how == "mine" else theirs


def _is_text(*values: Any) -> bool:
    """Whether both texts can stand one below the other: where one of them has lines or is longer than a line."""
    return all(isinstance(one, str) and one.strip() for one in values) and any("\n" in one or len(one) > 60 for one in values)


def _summary(draft: Draft, now: Now, merged: Merged) -> str:
    """What merges by itself."""
    said: list[str] = []
    if merged.ours:
        said.append(f"Only you changed {_named(draft, merged.ours)}: yours is kept.")
    if merged.theirs:
        said.append(f"Only {_who(now.deeds)} changed {_named(draft, merged.theirs)}: that is kept.")
    return " ".join(said)


def _named(draft: Draft, names: Sequence[str]) -> str:
    return ", ".join(draft.form.words(name).lower() for name in names)


def _who(deeds: Sequence[Happened]) -> str:
    return deeds[0].who if deeds else "somebody else"


def _by(deeds: Sequence[Happened], name: str, value: Any) -> tuple[str, str]:
    """Who changed a field last and when: the newest entry that wrote this very value, else the newest at all."""
    leaf = name.partition(".")[2] or name
    for deed in deeds:
        for key, after in deed.after.items():
            inner = after.get(leaf) if isinstance(after, dict) else after
            if (key in (name, f"{name}_id") or isinstance(after, dict)) and same(inner, value):
                return deed.who, when(deed.at)
    return (deeds[0].who, when(deeds[0].at)) if deeds else ("Somebody else", "")


def copy(draft: Draft) -> None:
    """Everything typed, as lines of text, to the clipboard."""
    lines = (f"{draft.form.words(name)}: {draft.form.said(name, value)}" for name, value in draft.form.values().items())
    QGuiApplication.clipboard().setText("\n".join(lines))
    draft.desk.toast("Copied")
