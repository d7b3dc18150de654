"""The runs of statements, and the statements of the one that is selected: opened, printed, mailed again, made anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.collecting.listing import StatementLine, statements_of_run
from fieldoffice.services.collecting.papers import (
    for_printer,
    keep_print,
    kept_print,
    mail_again,
    mark_printed,
    print_from,
    statement_pdf,
)
from fieldoffice.services.collecting.runs import RunRow, correct_statement, go_on, statement_runs
from fieldoffice.services.documents.statementpaper import StatementPaper
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.statements_words import kind_words, many, run_columns, statement_columns, tr
from fieldoffice.ui.accounting.statements_work import StatementWork
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import action_button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import ElidedLabel
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Rows
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.printing.drawn import Drawn

TOPICS = frozenset({"statement", "statement_run"})


@dataclass(frozen=True, slots=True)
class Found:
    """The runs, with what the page needs to show them."""

    runs: tuple[RunRow, ...]
    exponent: int
    zone: str
    may_bill: bool


class RunsView(QWidget):
    """`make(run_id)` carries a run out."""

    def __init__(self, desk: Desk, new: Any) -> None:
        super().__init__()
        self.desk, self.found, self.paper = desk, None, Drawn(desk, self)
        self.found: Found | None
        self._show_id = 0
        self.work = StatementWork(desk, self)
        self.runs: Rows[RunRow] = Rows(run_columns(self.exponent, self.zone))
        self.lines: Rows[StatementLine] = Rows(statement_columns(self.exponent, self.zone))
        self.empty = EmptyState(tr("No statements were made yet."), "description", tr("New statements"), new)
        self.table = Table(self.runs, "Statement runs", self.empty, memory=desk.memory)
        self.list = Table(self.lines, "Statements", EmptyState(tr("This run has made no statement yet.")), memory=desk.memory)
        self.calls = actions.bind(self, {
            "print_statements": self.print_all, "go_on_statements": self.resume, "open_statement": self.open_pdf,
            "print_from": self.print_rest, "mail_statement": self.mail, "correct_statement": self.correct})  # fmt: skip
        exporting.attach(desk, self.list, tr("Statements"))
        self.title, self.told = ElidedLabel("", "section"), Banner("warn")
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)

    def exponent(self) -> int:
        return self.found.exponent if self.found else 2

    def zone(self) -> str:
        return self.found.zone if self.found else "UTC"

    def refresh(self) -> None:
        self.desk.see(self, _found, then=self._came)

    def run(self) -> RunRow | None:
        """The selected run."""
        row: RunRow | None = self.table.current()
        return row

    def make(self, run_id: int) -> None:
        """Carry a run out, from where it is; it is shown meanwhile."""
        self._show_id = run_id
        self.refresh()
        self.work.start(run_id, self._ended)

    # acts

    def resume(self) -> None:
        row = self.run()
        if row is not None:
            self.desk.do(self, go_on, row.id, then=lambda _done: self.make(row.id))

    def print_all(self) -> None:
        """The kept print file, else one that is drawn now and kept."""
        row = self.run()
        if row is not None and self.paper.begin():
            self.desk.see(self, _print_file, row.id, then=lambda found: self._print(row, *found), otherwise=self.paper.failed)

    def open_pdf(self) -> None:
        line: StatementLine | None = self.list.current()
        if line is not None:
            title = f"{tr('Statement')} {line.name}, {show_date(line.as_of)}"
            self.desk.see(self, statement_pdf, line.id, then=lambda pdf: self.paper.preview_of(title, pdf))

    def print_rest(self) -> None:
        line: StatementLine | None = self.list.current()
        if line is not None:
            words = tr("Statements from %1 on").replace("%1", line.name)
            self.desk.see(self, print_from, line.run_id, line.id, then=lambda pdf: self.paper.preview_of(words, pdf))

    def mail(self) -> None:
        line: StatementLine | None = self.list.current()
        if line is not None:
            self.desk.do(self, mail_again, line.id, then=lambda _done: self.desk.toast(tr("Written into the outbox.")))

    def correct(self) -> None:
        line: StatementLine | None = self.list.current()
        if line is not None:
            self.desk.do(self, correct_statement, line.id, then=self.make)

    # inside

    def _came(self, found: Found) -> None:
        self.found = found
        self.runs.show(found.runs)
        if self.empty.button is not None:
            self.empty.button.setVisible(found.may_bill)
        wanted = self._show_id or (self.run().id if self.run() else 0)  # type: ignore[union-attr]
        at = next((n for n, row in enumerate(self.runs.rows) if row.id == wanted), 0)
        self._show_id = 0
        if found.runs:
            self.table.setCurrentIndex(self.runs.index(at, 0))
        self._picked(self.run())

    def _picked(self, row: RunRow | None) -> None:
        self.below.setVisible(row is not None)
        if row is None:
            return
        self.title.setText(tr("%1 as of %2").replace("%1", kind_words(row.kind)).replace("%2", show_date(row.as_of)))
        self.desk.see(self, statements_of_run, row.id, then=lambda lines: self._lines_came(row.id, lines))
        self._follow()

    def _lines_came(self, run_id: int, lines: Sequence[StatementLine]) -> None:
        now = self.run()
        if now is None or now.id != run_id:
            return
        self.lines.show(lines)
        if lines and self.list.current() is None:
            self.list.setCurrentIndex(self.lines.index(0, 0))
        self._follow()

    def _follow(self) -> None:
        """What may be done with the run and with the selected statement."""
        row, line = self.run(), self.list.current()
        may = self.found is not None and self.found.may_bill
        unfinished = row is not None and not self.work.busy and (row.state != "done" or row.drawn < row.made)
        self.calls["go_on_statements"].setEnabled(may and unfinished)
        self.calls["go_on_statements"].setVisible(unfinished)
        self.calls["print_statements"].setEnabled(row is not None and row.to_print > 0)
        for id in ("open_statement", "print_from", "mail_statement", "correct_statement"):
            self.calls[id].setEnabled(line is not None)
        if line is not None:
            self.calls["open_statement"].setEnabled(line.drawn)
            self.calls["print_from"].setEnabled(line.delivery != "email" and not line.superseded)
            self.calls["mail_statement"].setEnabled(may and line.drawn and not line.superseded)
            self.calls["correct_statement"].setEnabled(may and not line.superseded)
        words = tr("This run is not finished: %1 of %2 are made.") if row and row.made < row.count else tr("Not all of them are drawn yet.")
        if row is not None and unfinished:
            self.told.show_words(words.replace("%1", f"{row.made:,}").replace("%2", f"{row.count:,}"))
        else:
            self.told.hide()

    def _print(self, row: RunRow, pdf: bytes | None, papers: tuple[StatementPaper, ...]) -> None:
        def drawn(made: bytes) -> None:
            self.desk.do(self, keep_print, row.id, made, then=lambda _done: self._preview(row, made))

        if pdf is not None:
            self.paper.end()
            self._preview(row, pdf)
        else:
            self.paper.draw("statements", papers, drawn)

    def _preview(self, row: RunRow, pdf: bytes) -> None:
        self.paper.preview_of(tr("Statements as of %1").replace("%1", show_date(row.as_of)), pdf)
        if self.paper.preview is not None and self.found is not None and self.found.may_bill:
            self.paper.preview.printed.connect(lambda _pages: self.desk.do(self, mark_printed, row.id))

    def _ended(self, whole: bool) -> None:
        self.refresh()
        row = self.run()
        words = tr("%1 made.").replace("%1", many(row.count if row else 0)) if whole else tr("Stopped. It goes on where it was.")
        self.desk.toast(words)

    def _menu_wanted(self, spot: QPoint) -> None:
        if self.list.current() is not None:
            menu = QMenu(self)
            menu.aboutToHide.connect(menu.deleteLater)
            for id in ("open_statement", "print_from", "mail_statement", "correct_statement"):
                menu.addAction(self.calls[id])
            menu.popup(self.list.viewport().mapToGlobal(spot))

    def _build(self) -> None:
        self.told.hide()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        for id in ("go_on_statements", "mail_statement", "correct_statement", "print_statements", "open_statement"):
            head.addWidget(action_button(self.calls[id]))
        self.below = QWidget()
        down = QVBoxLayout(self.below)
        down.setContentsMargins(0, 8, 0, 0)
        down.setSpacing(8)
        down.addLayout(head)
        down.addWidget(self.told)
        down.addWidget(self.list, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.below)
        parts.setSizes([220, 380])
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.addWidget(parts, 1)
        self.below.hide()
        self.table.picked.connect(self._picked)
        self.list.picked.connect(lambda _row: self._follow())
        self.list.opened.connect(lambda _row: self.open_pdf())
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu_wanted)


def _found(tx: Tx) -> Found:
    return Found(statement_runs(tx), tx.company.currency_exponent, tx.company.zone, Right.BILLING in tx.actor.rights)


def _print_file(tx: Tx, run_id: int) -> tuple[bytes | None, tuple[StatementPaper, ...]]:
    kept = kept_print(tx, run_id)
    return kept, () if kept is not None else for_printer(tx, run_id)
