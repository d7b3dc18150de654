"""Nothing typed is lost: every form is a draft on disk while it is edited, and meets what others saved meanwhile.

    self.draft = Draft(desk, "customer", self.form)           # once, in the panel
    self.draft.open(row.id, row.version, values)              # last, after the form was filled; None for a new row
    desk.do(self, save, …, op_id=self.draft.op(), then=…)     # so that the same save is never done twice
    self.draft.saved()                                        # after the service agreed (a SidePanel does it by itself)
    self.draft.stale(error, ask_now, again)                   # the service said Stale: ask_now(tx) -> (version, values)
"""

from __future__ import annotations

from fieldoffice.ui.drafts.draft import Draft
from fieldoffice.ui.drafts.merging import Merged, merge
from fieldoffice.ui.drafts.shelf import Kept, Shelf

__all__ = ["Draft", "Kept", "Merged", "Shelf", "merge"]
