"""How customers and jobs are numbered: a prefix and the next number for each, with the number that comes next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.company.numbering import SERIES, Numbers, Wanted, numbering, set_numbers
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.making import NARROW, WholeField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel


class NumbersPart(QWidget):
    """`changed` whenever something is entered; rows of the form are called `customer.prefix`, `customer.next`, …"""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.form = desk, Form()
        self.known: dict[str, Numbers] = {}
        self.prefixes = {series: QLineEdit() for series in SERIES}
        self.nexts = {series: WholeField() for series in SERIES}
        self.said = {series: PlainLabel("", "muted") for series in SERIES}
        self._build()
        self.form.changed.connect(self._entered)

    def reload(self) -> None:
        """Read the numbers; what is typed stays."""
        self.desk.see(self, numbering, then=self._came)

    def dirty(self) -> bool:
        return any(self._typed(series) != (row.prefix, row.next) for series, row in self.known.items())

    def save(self, then: Callable[[], object], failed: Callable[[], object]) -> None:
        """Save every series that was changed, all or none; `then()` or `failed()`."""
        if not self.form.check():
            failed()
            return
        before = {series: (row.prefix, row.next) for series, row in self.known.items()}
        wanted: Wanted = {s: (p, n) for s, (p, n) in ((s, self._typed(s)) for s in before) if n is not None and (p, n) != before[s]}

        def saved(rows: tuple[Numbers, ...]) -> None:
            self._take(rows)
            self.desk.toast(self.tr("Numbering saved"), undo=lambda: self._put_back({s: before[s] for s in wanted}))
            then()

        def refused(error: Refused) -> None:
            self.form.show_errors(error)
            failed()

        self.desk.do(self, set_numbers, wanted, then=saved, otherwise=refused)

    def discard(self) -> None:
        self._take(tuple(self.known.values()))

    def _put_back(self, before: Wanted) -> None:
        self.desk.do(self, set_numbers, before, then=self._take)

    def _came(self, rows: tuple[Numbers, ...]) -> None:
        if not self.dirty():
            self._take(rows)

    def _take(self, rows: tuple[Numbers, ...]) -> None:
        self.known = {row.series: row for row in rows}
        for row in rows:
            self.prefixes[row.series].setText(row.prefix)
            self.nexts[row.series].set_value(row.next)
        self.form.clear_errors()
        self._entered()

    def _typed(self, series: str) -> tuple[str, int | None]:
        return self.prefixes[series].text().strip(), self.nexts[series].value()

    def _entered(self) -> None:
        for series in self.known:
            prefix, number = self._typed(series)
            self.said[series].setText("" if number is None else self.tr("Next: %1").replace("%1", f"{prefix}{number}"))
        self.changed.emit()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(12)
        for n, (series, (words, _, _)) in enumerate(SERIES.items()):
            self.form.add(f"{series}.prefix", self.tr("%1: prefix").replace("%1", words), self.prefixes[series])
            self.form.add(f"{series}.next", self.tr("Next number"), self.nexts[series], required=True)
            self.prefixes[series].setFixedWidth(NARROW)
            grid.addWidget(self.form.rows[f"{series}.prefix"], n, 0)
            grid.addWidget(self.form.rows[f"{series}.next"], n, 1)
            self.said[series].setContentsMargins(0, 0, 0, 6)
            grid.addWidget(self.said[series], n, 2, Qt.AlignmentFlag.AlignBottom)
        grid.setColumnStretch(3, 1)
        self.form.layout().addLayout(grid)  # type: ignore[union-attr]
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.addWidget(self.form)
