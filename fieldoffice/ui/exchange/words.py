"""The words of imports and exports."""

from __future__ import annotations

from collections.abc import Mapping

from fieldoffice.services.exchange.drafts import Does
from fieldoffice.services.exchange.kinds import KINDS

KIND_WORDS = tuple((kind.id, kind.title) for kind in KINDS.values())
DOES: Mapping[Does, tuple[str, str, str]] = {
    Does.ADD: ("New", "add_circle", "ok"),
    Does.CHANGE: ("Changes", "edit", "text"),
    Does.SAME: ("As it is", "check", "muted"),
    Does.SKIP: ("Left alone", "skip_next", "muted"),
    Does.JOIN: ("Belongs to a row above", "call_merge", "muted"),
    Does.ERROR: ("Error", "error", "danger"),
}
"""What happens with a row: the word, its icon, its color."""
TWINS = (("skip", "Leave it as it is"), ("update", "Update it from the file"), ("add", "Add it anyway"))
FILES = "Lists (*.csv *.txt *.tsv *.xlsx);;All files (*)"


def counted(n: int, one: str, many: str) -> str:
    """"1 row", "1,204 rows"."""
    return f"{n:,} {one if n == 1 else many}"


def did(counts: Mapping[str, int]) -> str:
    """What an import did, in one line: "1,204 added, 12 changed, 30 left alone"."""
    words = ((Does.ADD, "added"), (Does.CHANGE, "changed"), (Does.SAME, "as they were"), (Does.SKIP, "left alone"),
             (Does.JOIN, "joined to a row above"), (Does.ERROR, "left out with errors"))  # fmt: skip
    return ", ".join(f"{counts[does]:,} {word}" for does, word in words if counts.get(does)) or "nothing"
