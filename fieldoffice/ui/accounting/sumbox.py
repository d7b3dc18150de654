"""The sums of a paper: net, each tax, total, and what was paid or is open, right-aligned one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from fieldoffice.services.books.reckoning import TaxSum
from fieldoffice.ui.accounting.words import money, tax_words, tr
from fieldoffice.ui.parts.labels import PlainLabel

Line = tuple[str, str, bool]
"""What, the amount in words, whether it counts most."""


class SumBox(QWidget):
    """`words()` is what stands there, by name."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Line, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)

    def words(self) -> dict[str, str]:
        return {what: amount for what, amount, _ in self._shown}

    def show_sums(self, net: int, taxes: Sequence[TaxSum], total: int, exponent: int, more: Sequence[tuple[str, int, bool]] = ()) -> None:
        """Net, taxes and total; `more` (what, cents, whether it counts most) stand below."""
        lines = [(tr("Net"), money(net, exponent), False)]
        lines += [(tax_words((row.name, row.ppm)), money(row.tax_cents, exponent), False) for row in taxes]
        lines.append((tr("Total"), money(total, exponent), True))
        lines += [(what, money(cents, exponent), strong) for what, cents, strong in more]
        if tuple(lines) != self._shown:
            self._shown = tuple(lines)
            self._build()

    def _build(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        for n, (what, amount, strong) in enumerate(self._shown):
            name, value = PlainLabel(what, "strong" if strong else "muted"), PlainLabel(amount, "strong" if strong else "")
            value.setMinimumWidth(112)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setAccessibleName(f"{what}: {amount}")
            self._grid.addWidget(name, n, 1)
            self._grid.addWidget(value, n, 2, Qt.AlignmentFlag.AlignRight)
