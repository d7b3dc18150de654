"""The runs of finance charges, what each charged with its stored proof, and taking one back as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from fieldoffice.services.collecting.charging import reverse_run
from fieldoffice.services.collecting.listing import ChargePartLine, ChargeRunLine, charge_parts
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.charges_words import part_columns, run_columns, tr
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.accounting.statements_words import shown
from fieldoffice.ui.accounting.words import counted
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.buttons import action_button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import ElidedLabel
from fieldoffice.ui.parts.rows import Rows
from fieldoffice.ui.parts.table import Table


class ReversePanel(DeedPanel):
    """Asks why, then takes a whole run back."""

    reversed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Reverse the run"), tr("Reverse"))
        self.run: ChargeRunLine | None = None
        self.reason = QLineEdit()
        self.form.add("reason", tr("Why"), self.reason, required=True)

    def open_run(self, run: ChargeRunLine, exponent: int) -> None:
        self.run = run
        self.reason.clear()
        words = tr("%1 of %2 are voided, %3 in all. The same days can be charged again afterwards.")
        words = words.replace("%1", counted(run.charges, tr("finance charge"))).replace("%2", run.number)
        self.begin(words.replace("%3", shown(run.total_cents, exponent)))

    def deed(self) -> Deed:
        assert self.run is not None
        return Deed(reverse_run, (self.run.id,), {"version": self.run.version, "reason": self.reason.text()})

    def done(self, value: object) -> None:
        assert self.run is not None
        self.desk.toast(tr("%1 reversed").replace("%1", self.run.number))
        self.reversed.emit()


class ChargesPosted(QWidget):
    """`show_runs` fills it; `changed()` after a run was reversed."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self._exponent, self._zone = desk, 2, "UTC"
        self.panel: ReversePanel | None = None
        self.runs: Rows[ChargeRunLine] = Rows(run_columns(lambda: self._exponent, lambda: self._zone))
        self.parts: Rows[ChargePartLine] = Rows(part_columns(lambda: self._exponent))
        self.table = Table(self.runs, "Charge runs", EmptyState(tr("No finance charges were posted yet."), "percent"), memory=desk.memory)
        self.list = Table(self.parts, "Charge parts", memory=desk.memory)
        self.calls = actions.bind(self, {"reverse_charges": self.reverse})
        self.title = ElidedLabel("", "section")
        exporting.attach(desk, self.list, tr("Finance charges"))
        self._build()

    def show_runs(self, runs: Sequence[ChargeRunLine], exponent: int, zone: str) -> None:
        """Other runs; the selected one stays."""
        self._exponent, self._zone = exponent, zone
        self.runs.show(runs)
        if runs and self.table.current() is None:
            self.table.setCurrentIndex(self.runs.index(0, 0))
        self._picked(self.table.current())

    def reverse(self) -> None:
        run: ChargeRunLine | None = self.table.current()
        if run is not None and run.state == "done":
            if self.panel is None:
                self.panel = ReversePanel(self.desk)
                self.panel.reversed.connect(self.changed)
            self.panel.open_run(run, self._exponent)

    # inside

    def _picked(self, run: ChargeRunLine | None) -> None:
        self.below.setVisible(run is not None)
        self.calls["reverse_charges"].setEnabled(run is not None and run.state == "done")
        if run is not None:
            self.title.setText(f"{run.number}, {run.rule}")
            self.desk.see(self, charge_parts, run.id, then=lambda parts: self._came(run.id, parts))

    def _came(self, run_id: int, parts: Sequence[ChargePartLine]) -> None:
        run = self.table.current()
        if run is not None and run.id == run_id:
            self.parts.show(parts)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(action_button(self.calls["reverse_charges"]))
        self.below = QWidget()
        down = QVBoxLayout(self.below)
        down.setContentsMargins(0, 8, 0, 0)
        down.setSpacing(8)
        down.addLayout(head)
        down.addWidget(self.list, 1)
        self.below.hide()
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.below)
        parts.setSizes([260, 340])
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.addWidget(parts, 1)
        self.table.picked.connect(self._picked)
        self.list.opened.connect(lambda row: self.desk.open("invoice", invoice_id=row.invoice_id, back="charges"))
