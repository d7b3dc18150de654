"""Before and after side by side, with the difference; better and worse are told by sign, word and color."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from fieldoffice.ui.parts.labels import PlainLabel, Role
from fieldoffice.ui.planning.words import Figure

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FigureTable(QWidget):
    """Columns: what, without the plan, with it, difference."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: tuple[Figure, ...] = ()
        self._cells: list[list[PlainLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for n, words in enumerate(("", self.tr("Before"), self.tr("After"), "")):
            self._put(0, n, words, "muted")

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these rows."""
        self.shown = tuple(figures)
        while len(self._cells) < len(figures):
            self._cells.append([self._put(len(self._cells) + 1, n, "", "") for n in range(4)])
        for n, cells in enumerate(self._cells):
            for cell in cells:
                cell.setVisible(n < len(figures))
        for cells, figure in zip(self._cells, figures, strict=False):
            self._fill(cells, figure)

    def _fill(self, cells: list[PlainLabel], figure: Figure) -> None:
        words, before, after, change = cells
        for cell, text in zip(cells, (figure.words, figure.before, figure.after, figure.change), strict=True):
            cell.setText(text)
        before.set_role("muted")
        after.set_role("" if figure.better is None else "strong")
        change.set_role("" if figure.better is None else "ok" if figure.better else "warn")
        verdict = {None: self.tr("as now"), True: self.tr("better"), False: self.tr("worse")}[figure.better]
        words.setAccessibleName(f"{figure.words}: {figure.before}, {figure.after}, {figure.change or ''} {verdict}")

    def _put(self, row: int, column: int, words: str, role: Role) -> PlainLabel:
        made = PlainLabel(words, role)
        made.setMinimumHeight(18)
        if column:
            made.setAlignment(RIGHT)
        self._grid.addWidget(made, row, column)
        return made
