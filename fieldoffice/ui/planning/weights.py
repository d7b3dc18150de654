"""What a plan cares for: the weights of the objective, to be seen and changed for the whole office."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.planning.weights import WEIGHTS, Weight
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

ORDER = "Serving a visit always comes first: urgent ones, then high priority, then the others. After that a plan saves:"


class WeightsView(QWidget):
    """`saved(changed weights by key)` when a person wants them kept; `left()` when not."""

    saved = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = Banner("danger", narrow=True)
        self.fields: dict[str, QSpinBox] = {weight.key: self._field(weight) for weight in WEIGHTS}
        self.save = button(self.tr("Save for everybody"), self._save, primary=True)
        self.reset = button(self.tr("As delivered"), self._reset, link=True)
        self._shown: Mapping[str, int] = {}
        self._arrange()

    def show_weights(self, weights: Mapping[str, int]) -> None:
        """The weights in force."""
        self._shown = weights
        self.problem.hide()
        for key, field in self.fields.items():
            field.setValue(weights[key])
        self._changed()

    def show_problem(self, error: Refused) -> None:
        """Nothing was saved; what was typed stays."""
        words = " ".join(error.fields.values()) if isinstance(error, Invalid) else str(error)
        self.problem.show_words(words)

    @property
    def changed(self) -> dict[str, int]:
        """What differs from the weights in force."""
        return {key: field.value() for key, field in self.fields.items() if field.value() != self._shown.get(key)}

    def _save(self) -> None:
        self.saved.emit(self.changed)

    def _reset(self) -> None:
        for weight in WEIGHTS:
            self.fields[weight.key].setValue(weight.default)

    def _changed(self) -> None:
        self.save.setEnabled(bool(self.changed))

    def _field(self, weight: Weight) -> QSpinBox:
        made = QSpinBox()
        made.setRange(weight.least, weight.most)
        made.setSuffix(f" {weight.unit}")
        made.setFixedWidth(104)
        made.lineEdit().setTextMargins(6, 0, 0, 0)
        made.setAccessibleName(weight.words)
        made.valueChanged.connect(self._changed)
        return made

    def _arrange(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        self.problem.hide()
        box.addWidget(self.problem)
        box.addWidget(PlainLabel(self.tr(ORDER), wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for n, weight in enumerate(WEIGHTS):
            grid.addWidget(PlainLabel(weight.words, "strong"), 3 * n, 0)
            grid.addWidget(self.fields[weight.key], 3 * n, 1, 2, 1)
            grid.addWidget(PlainLabel(weight.hint, "muted", wrap=True), 3 * n + 1, 0)
            grid.setRowMinimumHeight(3 * n + 2, 8)
        box.addLayout(grid)
        foot = QHBoxLayout()
        foot.addWidget(self.save)
        foot.addWidget(button(self.tr("Back"), self.left.emit))
        foot.addStretch(1)
        foot.addWidget(self.reset)
        box.addLayout(foot)
        box.addStretch(1)
