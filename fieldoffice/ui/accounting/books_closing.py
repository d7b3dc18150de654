"""Closing the books: what is still loose, how they are closed, opening and sealing, the proof, and what was done before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.books.periods import Closed, close_period
from fieldoffice.services.books.reading import LockRow, Loose, before_closing
from fieldoffice.services.books.verifying import Proof, prove_books
from fieldoffice.ui import icons
from fieldoffice.ui.accounting.books_panels import ExportPanel, ReopenPanel, SealPanel
from fieldoffice.ui.accounting.books_words import closed_words, last_month_end, loose_words, tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import moment
from fieldoffice.ui.parts.arranging import column, surface
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

PLACES = {"drafts": ("invoices", {"state": "draft"}), "unbilled": ("invoices", {"view": "to_bill"}), "credits": ("receivables", {})}
"""Where what is loose is looked at."""


class LooseLine(QWidget):
    """One thing to look at before closing: fine, or so many, with the way there."""

    def __init__(self, desk: Desk, id: str) -> None:
        super().__init__()
        page, args = PLACES[id]
        self.picture, self.words = QLabel(), PlainLabel("", wrap=True)
        self.go = button(tr("Show"), lambda: desk.open(page, **args), link=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        row.addWidget(self.go, 0, Qt.AlignmentFlag.AlignTop)

    def show_loose(self, row: Loose) -> None:
        icons.dress(self.picture, "warning" if row.count else "check_circle", "warn" if row.count else "ok")
        self.words.setText(loose_words(row))
        self.go.setVisible(row.count > 0)


class ProofBox(QWidget):
    """The books proven from the ground up: every check with how much it looked at, or what is wrong."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.press, self.said = button(tr("Verify the books"), self.prove, icon="verified"), PlainLabel("", "muted", wrap=True)
        self.grid = QGridLayout()
        self.grid.setVerticalSpacing(4)
        self.grid.setHorizontalSpacing(8)
        self.grid.setColumnStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(PlainLabel(tr("Proof"), "section"))
        box.addWidget(self.said)
        box.addLayout(self.grid)
        box.addWidget(self.press, 0, Qt.AlignmentFlag.AlignLeft)
        self.said.setText(tr("Everything is read again, added up again and compared: entries, hashes, documents, balances."))

    def prove(self) -> None:
        """Beside the screen: it reads all that was ever posted."""
        self.press.setEnabled(False)
        work = self.desk.work(tr("Verifying the books"))

        def came(proof: Proof) -> None:
            work.end()
            self.press.setEnabled(True)
            self.show_proof(proof)

        def refused(error: Refused) -> None:
            work.end()
            self.press.setEnabled(True)
            self.desk.refuse(error)

        self.desk.see(self, prove_books, then=came, otherwise=refused)

    def show_proof(self, proof: Proof) -> None:
        """A line for each proof, and below it what it found."""
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        found = len(proof.findings)
        self.said.setText(tr("Every proof holds.") if not found else tr("1 thing is wrong.") if found == 1 else
                          tr("%1 things are wrong.").replace("%1", f"{found:,}"))  # fmt: skip
        self.said.set_role("danger" if found else "ok")
        for name, count in proof.counts:
            wrong = [finding.words for finding in proof.findings if finding.proof == name]
            self._line("error" if wrong else "check_circle", "danger" if wrong else "ok", name[:1].upper() + name[1:], f"{count:,}")
            for words in wrong[:20]:
                self._line("", "", words, "")

    def _line(self, icon: str, color: str, words: str, count: str) -> None:
        n, picture, said, figure = self.grid.rowCount(), QLabel(), PlainLabel(words, wrap=True), PlainLabel(count, "muted")
        if icon:
            icons.dress(picture, icon, color)
        self.grid.addWidget(picture, n, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(said, n, 1)
        self.grid.addWidget(figure, n, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)


class ClosingTab(QScrollArea):
    """At the left closing, at the right the proof, below what was closed before."""

    def __init__(self, desk: Desk, today: Callable[[], date], zone: Callable[[], ZoneInfo]) -> None:
        super().__init__()
        self.desk, self.today, self.closed = desk, today, Closed()
        self.state, self.form, self.until = PlainLabel("", wrap=True), Form(), DateField(today=today)
        self.loose = {id: LooseLine(desk, id) for id in PLACES}
        self.proof = ProofBox(desk)
        self.rows: Rows[LockRow] = Rows(_columns(zone))
        self.table = Table(self.rows, "Closings", EmptyState(tr("No period was closed yet."), "lock_open"), memory=desk.memory)
        self.reopening: ReopenPanel | None = None
        self.sealing: SealPanel | None = None
        self.exporting: ExportPanel | None = None
        self.close_it = button(tr("Close the books"), self.close_books, icon="lock", primary=True)
        self.reopen = button(tr("Open again…"), self.open_again)
        self.seal = button(tr("Seal…"), self.seal_up)
        self.export = button(tr("Export the journal…"), self.export_journal, icon="download")
        self._build()
        self.until.value_changed.connect(self.look)

    def show_state(self, closed: Closed, history: Sequence[LockRow], *, may_bill: bool, may_own: bool) -> None:
        """How the books stand, and who may do what."""
        self.closed = closed
        self.state.setText(closed_words(closed))
        self.rows.show(history)
        if self.until.value() is None and not self.until.text():
            self.until.set_value(last_month_end(self.today()))
        self.close_it.setVisible(may_bill)
        self.export.setVisible(may_bill)
        self.reopen.setVisible(may_own and closed.closed_on is not None and closed.closed_on != closed.sealed_on)
        self.seal.setVisible(may_own)
        self.look()

    def look(self) -> None:
        """What is loose up to the day in the field."""
        day = self.until.value()
        if day is not None:
            self.desk.see(self, before_closing, day, then=self._loose_came)

    def close_books(self) -> None:
        """Close up to the day in the field; what is loose does not stand against it."""
        day = self.until.value()
        if not self.form.check() or day is None:
            return
        if self.closed.closed_on is not None and day < self.closed.closed_on:
            self.open_again()
            return
        self.close_it.setEnabled(False)
        self.desk.do(self, close_period, day, then=self._done, otherwise=self._refused)

    def open_again(self) -> None:
        self.reopening = self.reopening or ReopenPanel(self.desk)
        self.reopening.open_closed(self.closed, self.today())

    def seal_up(self) -> None:
        self.sealing = self.sealing or SealPanel(self.desk)
        self.sealing.open_closed(self.closed, self.today())

    def export_journal(self) -> None:
        self.exporting = self.exporting or ExportPanel(self.desk)
        self.exporting.open_days(self.today())

    def _done(self, closed: Closed) -> None:
        self.close_it.setEnabled(True)
        self.form.clear_errors()
        self.desk.toast(closed_words(closed))

    def _refused(self, error: Refused) -> None:
        self.close_it.setEnabled(True)
        self.form.show_errors(error)

    def _loose_came(self, rows: Sequence[Loose]) -> None:
        for row in rows:
            self.loose[row.id].show_loose(row)

    def _build(self) -> None:
        self.until.setFixedWidth(180)
        self.form.add("until", tr("Close up to and including"), self.until, required=True)
        left, right = column(), column()
        left.addWidget(PlainLabel(tr("Closing"), "section"))
        left.addWidget(self.state)
        left.addWidget(self.form)
        for line in self.loose.values():
            left.addWidget(line)
        left.addLayout(_row(self.close_it, self.reopen, self.seal))
        left.addStretch(1)
        right.addWidget(self.proof)
        right.addWidget(PlainLabel(tr("For the accountant"), "section"))
        right.addLayout(_row(self.export))
        right.addStretch(1)
        body, sides, box = QWidget(), QHBoxLayout(), QVBoxLayout()
        sides.setSpacing(16)
        sides.addWidget(surface(left), 1)
        sides.addWidget(surface(right), 1)
        body.setLayout(box)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(12)
        box.addLayout(sides)
        box.addWidget(PlainLabel(tr("Closed, opened and sealed"), "section"))
        box.addWidget(self.table, 1)
        self.table.setMinimumHeight(160)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for one in buttons:
        row.addWidget(one)
    row.addStretch(1)
    return row


def _columns(zone: Callable[[], ZoneInfo]) -> list[Column[LockRow]]:
    def day(on: date | None) -> str:
        return show_date(on) if on else "–"

    return [
        Column("when", tr("When"), lambda r: moment(r.created_at, zone()), lambda r: r.created_at, width=200),
        Column("by", tr("By"), lambda r: r.by_name, lambda r: r.by_name, width=160),
        Column("closed", tr("Closed up to"), lambda r: day(r.closed_on), lambda r: r.closed_on, width=160),
        Column("sealed", tr("Sealed up to"), lambda r: day(r.sealed_on), lambda r: r.sealed_on, width=160),
        Column("reason", tr("Why opened again"), lambda r: r.reason or "–", lambda r: r.reason, width=240, tip=lambda r: r.reason),
    ]
