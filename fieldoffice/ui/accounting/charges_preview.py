"""What would be charged as of a day: ticked items are, with the proof of each; nothing is posted before the button is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.collecting.charging import Preview, post_charges, preview_charges
from fieldoffice.services.collecting.interest import with_least
from fieldoffice.services.collecting.rules import RuleRow
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.charges_words import (
    Row,
    Step,
    preview_columns,
    rows_of,
    rule_words,
    step_columns,
    steps_of,
    tr,
)
from fieldoffice.ui.accounting.statements_words import shown
from fieldoffice.ui.accounting.ticking import TickRows, TickTable
from fieldoffice.ui.accounting.words import counted
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import action_button, button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel
from fieldoffice.ui.parts.rows import Rows
from fieldoffice.ui.parts.table import Table

MOST_NAMED = 3
NO_RULE = "There is no rule yet, so nothing is charged."


class ChargesPreview(QWidget):
    """`posted()` after charges were posted, `wanted()` when a first rule is to be added."""

    posted, wanted = Signal(), Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.today, self.preview, self._sending = desk, date.today(), None, False
        self.preview: Preview | None
        self.rules: tuple[RuleRow, ...] = ()
        self.rule, self.on = Choice(), DateField(tr("As of"), today=lambda: self.today)
        self.told, self.left, self.says = Banner("warn"), Banner("info"), PlainLabel("", "muted")
        self.rows: TickRows[Row] = TickRows(preview_columns(self.exponent))
        self.empty = EmptyState(NO_RULE, "percent", tr("Add a rule"), self.wanted.emit)
        self.table = TickTable(self.rows, "Finance charges", self.empty, memory=desk.memory)
        self.steps: Rows[Step] = Rows(step_columns(self.exponent, self.tiers))
        self.proof, self.title = Table(self.steps, "Proof", memory=desk.memory), ElidedLabel("", "section")
        self.count, self.all = PlainLabel("", "muted"), button(tr("Tick none"), self.tick_all, link=True)
        self.calls = actions.bind(self, {"post_charges": self.post})
        exporting.attach(desk, self.table, tr("Finance charges"))
        self._build()

    def exponent(self) -> int:
        return self.preview.exponent if self.preview else 2

    def tiers(self) -> bool:
        return self.preview is not None and self.preview.facts.kind == "tiers"

    def show_rules(self, rules: Sequence[RuleRow], today: date) -> None:
        """Offer the rules that are in use; the chosen one stays."""
        self.rules, self.today = tuple(row for row in rules if row.active), today
        known = self.rule.value()
        self.rule.set_choices([(row.id, row.facts.name) for row in self.rules])
        if known in [row.id for row in self.rules]:
            self.rule.set_value(known)
        if self.on.value() is None:
            self.on.set_value(today)
        self.look()

    def look(self) -> None:
        """Reckon anew."""
        id, on = self.rule.value(), self.on.value()
        if not self.rules or id is None:
            self.preview = None
            self.rows.show([])
            self._say(tr(NO_RULE), rule=False)
            self._follow()
        elif on is not None:
            self.desk.see(self, preview_charges, id, on, then=self._came)

    def tick_all(self) -> None:
        ids = [row.id for row in self.rows.rows]
        self.rows.tick(ids, not set(ids) <= self.rows.ticked)

    def total(self) -> tuple[int, int]:
        """How many customers are charged for what is ticked, and what in all, by the rule's minimum and threshold."""
        if self.preview is None:
            return 0, 0
        facts, sums = self.preview.facts, dict[int, int]()
        for row in self.rows.chosen():
            sums[row.line.bill_to_id] = sums.get(row.line.bill_to_id, 0) + row.line.amount_cents
        due = [with_least(cents, facts.min_charge_cents, facts.charge_threshold_cents) for cents in sums.values()]
        return sum(1 for cents in due if cents), sum(due)

    def post(self) -> None:
        """Post what is ticked; refused when something was paid or posted since it was reckoned."""
        customers, cents = self.total()
        if self.preview is None or not customers or self._sending:
            return
        excluded = [row.id for row in self.rows.rows if row.id not in self.rows.ticked]
        self._sending = True
        self._follow()
        self.desk.do(self, post_charges, self.preview.rule_id, self.preview.as_of, excluded, expect_cents=cents,
                     then=lambda _id: self._posted(customers, cents), otherwise=self._refused)  # fmt: skip

    # inside

    def _posted(self, customers: int, cents: int) -> None:
        self._sending = False
        words = tr("%1 posted: %2").replace("%1", counted(customers, tr("finance charge"))).replace("%2", shown(cents, self.exponent()))
        self.desk.toast(words)
        self.posted.emit()

    def _refused(self, error: Refused) -> None:
        self._sending = False
        self.desk.refuse(error)
        self.look()

    def _came(self, preview: Preview) -> None:
        fresh = self.preview is None or (self.preview.rule_id, self.preview.as_of) != (preview.rule_id, preview.as_of)
        known = set[int]() if fresh else {row.id for row in self.rows.rows}
        self.preview = preview
        self.rows.show(rows_of(preview))
        self.rows.tick(row.id for row in self.rows.rows if row.id not in known)
        self._say(tr("Nothing is to be charged as of that day."), rule=True)
        if self.rows.rows and self.table.current() is None:
            self.table.setCurrentIndex(self.rows.index(0, 0))
        self._prove(self.table.current())
        self._tell(preview)
        self._follow()

    def _tell(self, preview: Preview) -> None:
        self.told.show_words(preview.why_not) if preview.why_not else self.told.hide()
        named = "; ".join(f"{number}, {name}: {tr(why)}" for name, number, why in preview.left_out[:MOST_NAMED])
        more = len(preview.left_out) - MOST_NAMED
        words = tr("Left out: %1").replace("%1", named + (tr(" and %1 more").replace("%1", str(more)) if more > 0 else ""))
        self.left.show_words(words) if preview.left_out else self.left.hide()
        self.says.setText(rule_words(preview.facts, preview.exponent))

    def _say(self, words: str, *, rule: bool) -> None:
        self.empty.say(words)
        if self.empty.button is not None:
            self.empty.button.setVisible(not rule)

    def _prove(self, row: Row | None) -> None:
        self.below.setVisible(row is not None)
        if row is not None:
            cents = shown(row.line.amount_cents, self.exponent())
            self.title.setText(tr("How %1 comes about: %2, %3").replace("%1", cents).replace("%2", row.line.number).replace("%3", row.name))
            self.steps.show(steps_of(row.line))

    def _follow(self) -> None:
        customers, cents = self.total()
        below = len({row.line.bill_to_id for row in self.rows.chosen()}) - customers
        ticked = tr("%1 of %2 ticked").replace("%1", f"{len(self.rows.chosen()):,}").replace("%2", counted(len(self.rows.rows), tr("item")))
        parts = [ticked, f"{counted(customers, tr('finance charge'))}: {shown(cents, self.exponent())}"]
        if below:
            parts.append(tr("%1 below the threshold").replace("%1", counted(below, tr("customer"))))
        self.count.setText("  ·  ".join(parts) if self.rows.rows else "")
        self.all.setVisible(bool(self.rows.rows))
        self.all.setText(tr("Tick none") if self.rows.rows and len(self.rows.chosen()) == len(self.rows.rows) else tr("Tick all"))
        self.all.setEnabled(bool(self.rows.rows))
        good = self.preview is not None and not self.preview.why_not and customers > 0 and not self._sending
        self.calls["post_charges"].setEnabled(good)

    def _build(self) -> None:
        self.told.hide()
        self.left.hide()
        self.rule.setMinimumWidth(200)
        self.rule.setAccessibleName(tr("Rule"))
        self.on.setFixedWidth(164)
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(8)
        for part in (PlainLabel(tr("Rule"), "muted"), self.rule, PlainLabel(tr("As of"), "muted"), self.on):
            top.addWidget(part)
        top.addSpacing(8)
        top.addWidget(self.says, 1)
        foot.setSpacing(12)
        foot.addWidget(self.count)
        foot.addWidget(self.all)
        foot.addStretch(1)
        foot.addWidget(action_button(self.calls["post_charges"], primary=True))
        self.below = QWidget()
        down = QVBoxLayout(self.below)
        down.setContentsMargins(0, 8, 0, 0)
        down.setSpacing(8)
        down.addWidget(self.title)
        down.addWidget(self.proof, 1)
        self.below.hide()
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.below)
        parts.setSizes([420, 200])
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self.told)
        box.addWidget(self.left)
        box.addWidget(parts, 1)
        box.addLayout(foot)
        self.rule.currentIndexChanged.connect(lambda _n: self.look())
        self.on.value_changed.connect(self.look)
        self.rows.ticked_changed.connect(self._follow)
        self.table.picked.connect(self._prove)
        self.table.opened.connect(lambda row: self.desk.open("invoice", invoice_id=row.line.invoice_id, back="charges"))
