"""Applying the ticked moves of a plan as one action, and saying what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fieldoffice.services.dispatch.rows import Change
from fieldoffice.services.planning.apply import apply_plan
from fieldoffice.services.planning.proposal import Proposal
from fieldoffice.ui.planning.words import counted

if TYPE_CHECKING:
    from fieldoffice.ui.planning.panel import OptimizePanel

TOLD = 2
"""So many refusals stand in the toast; the list has them all."""


class Applying(QObject):
    """Writes for one panel; `apply` does nothing while it is at work already."""

    def __init__(self, panel: OptimizePanel) -> None:
        super().__init__(panel)
        self.panel, self.desk = panel, panel.desk
        self._busy, self._step = False, 0
        self.desk.undo_stack.ended.connect(self._undone)

    def apply(self) -> None:
        """Write the ticked moves as one action."""
        proposal, ticked = self.panel.proposal, self.panel.result.ticked
        if proposal is None or not ticked or self._busy:
            return
        self._busy = True
        self.panel.calls["apply_plan"].setEnabled(False)
        self.desk.do(self, apply_plan, proposal, ticked, then=lambda change: self._applied(proposal, ticked, change),
                     otherwise=self._refused, broken=self._ended)  # fmt: skip

    def _applied(self, proposal: Proposal, ticked: frozenset[str], change: Change) -> None:
        self._ended()
        panel = self.panel
        label = self.tr("Plan applied: %1").replace("%1", counted(len(change.after), "visit", "visits"))
        step = self.desk.undo_stack.push(label, change)
        self._step = step.number if step else 0
        self.desk.toast("\n".join((label, *change.warnings, *_few(change))), kind="warn" if change.refused else "plain",
                        undo=None if step is None else lambda: self.desk.undo(step))  # fmt: skip
        if panel.proposal is proposal:
            done = frozenset(str(placement.id) for placement in change.after)
            panel.result.settle(done, {str(id): words for id, words in change.refused})
            self.desk.background.ask(self, lambda: (proposal, proposal.picked(done)), self._counted, series=id(self))
            panel.drop_plan()
            panel.focus_view()

    def _counted(self, made: Any) -> None:
        """What was really written, in figures."""
        proposal, figures = made
        if proposal is self.panel.result.proposal:
            self.panel.result.show_after(figures)

    def _refused(self, error: Any) -> None:
        self._ended()
        self.desk.refuse(error)

    def _ended(self) -> None:
        self._busy = False
        self.panel.calls["apply_plan"].setEnabled(True)

    def _undone(self, way: str, step: Any, _change: Change) -> None:
        panel = self.panel
        if step.number == self._step and panel.stack.currentWidget() is panel.result and panel.proposal is None:
            panel.result.taken_back(undone=way == "undo")


def _few(change: Change) -> tuple[str, ...]:
    words = [why for _, why in change.refused]
    return (*words[:TOLD], f"… and {len(words) - TOLD} more") if len(words) > TOLD else tuple(words)
