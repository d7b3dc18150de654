"""The second step: what each column of the file means, and what happens with somebody who is here already."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.exchange.drafts import Plan
from fieldoffice.services.exchange.kinds import KINDS, MOST_PLACES, title_of
from fieldoffice.services.exchange.running import Start
from fieldoffice.services.exchange.sheets import Sheet
from fieldoffice.ui import icons
from fieldoffice.ui.exchange.words import TWINS, counted
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, hairline, plain_tip

SHOWN = 3


class ColumnStep(QWidget):
    """`wanted(plan)` when a person is content with the mapping, `left` to choose another file."""

    wanted = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind, self.boxes = "", list[QComboBox]()
        self.about = PlainLabel("", "muted", wrap=True)
        self.problem = Banner("danger")
        self.problem.hide()
        self.twins = Segmented(TWINS, self.tr("Who is here already"))
        self.twins.set_value("skip")
        self.view = QScrollArea()
        self.view.setWidgetResizable(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self._build()

    def show_sheet(self, sheet: Sheet, start: Start) -> None:
        """Begin with the guesses."""
        self.kind = start.kind
        known = sum(bool(guess.target) for guess in start.guesses)
        doubtful = sum(not guess.sure for guess in start.guesses)
        parts = [sheet.name, counted(len(sheet.lines), "row", "rows"), sheet.read_as]
        if start.program:
            parts.append(self.tr("headings of %1").replace("%1", start.program))
        told = self.tr("%1 of %2 columns understood").replace("%1", str(known)).replace("%2", str(len(sheet.head)))
        if doubtful:
            told += self.tr("; please look at those marked")
        self.about.setText(" · ".join(parts) + "\n" + told + ".")
        self.problem.hide()
        self._show_columns(sheet, start)

    def plan(self) -> Plan:
        """The mapping as it stands."""
        twins = self.twins.value()
        return Plan(self.kind, tuple(str(box.currentData() or "") for box in self.boxes), twins)  # type: ignore[arg-type]

    def refuse(self, error: Refused) -> None:
        """Say what stands against this mapping."""
        self.problem.show_words(str(error))

    def _show_columns(self, sheet: Sheet, start: Start) -> None:
        inside, grid = QWidget(), QGridLayout()
        inside.setAutoFillBackground(False)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for n, words in enumerate((self.tr("Column of the file"), self.tr("Means"), "", self.tr("First rows"))):
            grid.addWidget(PlainLabel(words, "muted"), 0, n)
        self.boxes = []
        for n, (title, guess) in enumerate(zip(sheet.head, start.guesses, strict=True)):
            box = self._box(start, guess.target, title)
            self.boxes.append(box)
            name = ElidedLabel(title, "strong")
            name.setMinimumWidth(180)
            shown = ElidedLabel("  ·  ".join(value.replace("\n", " ") for value in sheet.first(n, SHOWN)), "muted")
            grid.addWidget(name, n + 1, 0)
            grid.addWidget(box, n + 1, 1)
            grid.addWidget(_mark(not guess.sure, self.tr("This heading is only alike: please look.")), n + 1, 2)
            grid.addWidget(shown, n + 1, 3)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(3, 5)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addStretch(1)
        old = self.view.takeWidget()
        if old is not None:
            old.deleteLater()
        self.view.setWidget(inside)
        inside.setAutoFillBackground(False)

    def _box(self, start: Start, target: str, title: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Meaning of %1").replace("%1", title))
        box.setMinimumWidth(232)
        box.setMaxVisibleItems(24)
        box.addItem(self.tr("– leave out –"), "")
        kind = KINDS[start.kind]
        for field in kind.fields:
            box.addItem(field.title, field.id)
        for own in start.own:
            box.addItem(own.label, f"custom.{own.key}")
        if target and box.findData(target) < 0:  # a second or third address
            box.addItem(title_of(kind, target), target)
            n = int(target.partition("#")[2] or 2)
            for field in kind.fields:
                if field.again and n <= MOST_PLACES and box.findData(f"{field.id}#{n}") < 0:
                    box.addItem(title_of(kind, f"{field.id}#{n}"), f"{field.id}#{n}")
        box.setCurrentIndex(max(0, box.findData(target)))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign] # the list scrolls, no meaning changes by it
        box.currentIndexChanged.connect(lambda _n: self.problem.hide())
        return box

    def _build(self) -> None:
        twins = QHBoxLayout()
        twins.setSpacing(16)
        twins.addWidget(PlainLabel(self.tr("If somebody or something is here already")))
        twins.addWidget(self.twins)
        twins.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(button(self.tr("Another file"), self.left.emit, icon="arrow_back"))
        foot.addStretch(1)
        self.check = button(self.tr("Check"), lambda: self.wanted.emit(self.plan()), icon="fact_check", primary=True)
        foot.addWidget(self.check)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.about)
        box.addWidget(self.problem)
        box.addWidget(self.view, 1)
        box.addWidget(hairline())
        box.addLayout(twins)
        box.addWidget(PlainLabel(self.tr("The same is whoever has the same number, e-mail or phone, or the same name, street and "
                                         "postal code. Empty cells change nothing."), "muted", wrap=True))  # fmt: skip
        box.addLayout(foot)


def _mark(shown: bool, words: str) -> QLabel:
    label = QLabel()
    label.setFixedWidth(18)
    if shown:
        icons.dress(label, "warning", "warn", 16)
        label.setToolTip(plain_tip(words))
        label.setAccessibleName(words)
    return label
