"""Two customers side by side: which facts stay is chosen line by line, everything else comes together."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.services.customers.profile import CustomerSheet
from fieldoffice.ui.customers.overview import shown
from fieldoffice.ui.customers.words import CHANNELS, KINDS, LANGUAGES, counted
from fieldoffice.ui.jobs.words import breakable
from fieldoffice.ui.parts.arranging import surface
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.labels import PlainLabel, hairline

NAME_WIDTH = 136


class Compare(QScrollArea):
    """`merge_wanted(kept, merged, take)` with two sheets and the names of facts that the merged one's win."""

    merge_wanted = Signal(object, object, tuple)
    different = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pair: tuple[CustomerSheet, CustomerSheet] | None = None
        self.stays = Segmented((("0", "Left stays"), ("1", "Right stays")), self.tr("Which customer stays"))
        self.groups: dict[str, QButtonGroup] = {}
        self.sum = PlainLabel("", "muted", wrap=True)
        self.merge = button(self.tr("Merge"), self._merge, icon="merge", primary=True)
        self.apart = button(self.tr("Not the same"), self._different, icon="call_split")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._build()
        self.stays.chosen.connect(lambda _key: self._stay_changed())

    def show_pair(self, left: CustomerSheet, right: CustomerSheet) -> None:
        """The one with more work stays unless somebody chooses otherwise."""
        same = self.pair is not None and (self.pair[0].id, self.pair[1].id) == (left.id, right.id)
        kept, chosen = self.stays.value(), {name: group.checkedId() for name, group in self.groups.items()}
        self.pair = (left, right)
        self.stays.set_value(kept if same and kept else "1" if (right.jobs, -right.id) > (left.jobs, -left.id) else "0")
        self._fill()
        if same:
            for name, id in chosen.items():
                if name in self.groups and id >= 0:
                    self.groups[name].button(id).setChecked(True)
        self._show_sum()

    def take(self) -> tuple[str, ...]:
        """The facts in which the one that goes wins."""
        goes = 1 - self._stay()
        return tuple(name for name, group in self.groups.items() if group.checkedId() == goes)

    def _stay(self) -> int:
        return int(self.stays.value() or 0)

    def _stay_changed(self) -> None:
        self._fill()
        self._show_sum()

    def _merge(self) -> None:
        if self.pair is not None:
            stay = self._stay()
            self.merge_wanted.emit(self.pair[stay], self.pair[1 - stay], self.take())

    def _different(self) -> None:
        if self.pair is not None:
            self.different.emit(*self.pair)

    # building

    def _fill(self) -> None:
        assert self.pair is not None
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.groups, stay = {}, self._stay()
        for side, sheet in enumerate(self.pair):
            words = self.tr("stays") if side == stay else self.tr("is merged into the other")
            self.grid.addWidget(PlainLabel(f"{sheet.number}  ·  {words}", "strong" if side == stay else "muted"), 0, side + 1)
        self.grid.addWidget(hairline(), 1, 0, 1, 3)
        row = 2
        for name, words, values in self._facts():
            row = self._add_choice(row, name, words, values, stay)
        for words, said in self._together():
            self.grid.addWidget(_name(words), row, 0, Qt.AlignmentFlag.AlignTop)
            for side, text in enumerate(said):
                self.grid.addWidget(_said(text), row, side + 1, Qt.AlignmentFlag.AlignTop)
            row += 1

    def _facts(self) -> list[tuple[str, str, tuple[str, str]]]:
        """(fact, what it is called, what each says)."""
        assert self.pair is not None
        named: dict[str, tuple[str, Callable[[CustomerSheet], str]]] = {
            "name": (self.tr("Name"), lambda s: s.name), "kind": (self.tr("Kind"), lambda s: KINDS.get(s.kind, s.kind)),
            "phone": (self.tr("Phone"), lambda s: s.phone), "email": (self.tr("E-mail"), lambda s: s.email),
            "channel": (self.tr("Messages by"), lambda s: dict(CHANNELS).get(s.channel, s.channel)),
            "language": (self.tr("Language"), lambda s: dict(LANGUAGES).get(s.language, s.language)),
            "parent_id": (self.tr("Belongs to"), lambda s: s.parent.name if s.parent else ""),
            "bill_to_id": (self.tr("Bills are paid by"), lambda s: s.bill_to.name if s.bill_to else ""),
            "requests_allowed": (self.tr("Online requests"), lambda s: "Yes" if s.requests_allowed else "No"),
            "custom": (self.tr("Own fields"), _own),
        }  # fmt: skip
        left, right = self.pair
        return [(name, words, (read(left), read(right))) for name, (words, read) in named.items() if read(left) or read(right)]

    def _add_choice(self, row: int, name: str, words: str, values: tuple[str, str], stay: int) -> int:
        self.grid.addWidget(_name(words), row, 0, Qt.AlignmentFlag.AlignTop)
        if values[0] == values[1]:
            self.grid.addWidget(_said(values[0]), row, 1, 1, 2)
            return row + 1
        group = self.groups[name] = QButtonGroup(self)
        chosen = stay if values[stay] else 1 - stay
        for side, said in enumerate(values):
            choice = QRadioButton((said or self.tr("nothing")).replace("&", "&&"))
            choice.setAccessibleName(f"{words}: {said or self.tr('nothing')}")
            choice.setChecked(side == chosen)
            group.addButton(choice, side)
            self.grid.addWidget(choice, row, side + 1)
        return row + 1

    def _together(self) -> list[tuple[str, list[str]]]:
        """What is put together, and so needs no choice."""
        assert self.pair is not None
        lines: dict[str, Callable[[CustomerSheet], str]] = {
            self.tr("Addresses"): lambda s: "\n".join(p.line for p in s.places if p.active) or "–",
            self.tr("Contacts"): lambda s: "\n".join(" · ".join(t for t in (c.name, c.role, c.phone) if t) for c in s.contacts) or "–",
            self.tr("Notes"): lambda s: s.notes or "–",
            self.tr("Work"): lambda s: f"{counted(s.jobs, 'job')}, {counted(s.open_visits, 'open visit')}",
            self.tr("Papers"): lambda s: f"{counted(len(s.remarks), 'note')}, {counted(len(s.files), 'file')}",
        }
        return [(words, [read(sheet) for sheet in self.pair]) for words, read in lines.items()]

    def _show_sum(self) -> None:
        assert self.pair is not None
        kept, gone = self.pair[self._stay()], self.pair[1 - self._stay()]
        self.sum.setText(self.tr("All jobs, addresses, contacts, notes, files and bills of %1 go to %2. %1 stays readable, out of use, "
                                 "and points there. A phone or e-mail that is not chosen becomes a contact. It can be undone.")
                         .replace("%1", gone.number).replace("%2", kept.number))

    def _build(self) -> None:
        inner, column, self.grid = QWidget(), QVBoxLayout(), QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnStretch(2, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.stays)
        acts.addStretch(1)
        acts.addWidget(self.apart)
        acts.addWidget(self.merge)
        column.setSpacing(12)
        column.addLayout(acts)
        column.addWidget(self.sum)
        column.addLayout(self.grid)
        column.addStretch(1)
        box = QVBoxLayout(inner)
        box.setContentsMargins(8, 0, 0, 0)
        box.addWidget(surface(column), 0, Qt.AlignmentFlag.AlignTop)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)


def _name(words: str) -> PlainLabel:
    made = PlainLabel(words, "muted")
    made.setFixedHeight(24)
    return made


def _said(text: str) -> PlainLabel:
    made = PlainLabel("\n".join(breakable(line) for line in text.split("\n")), wrap=True)
    made.setMinimumHeight(24)
    return made


def _own(sheet: CustomerSheet) -> str:
    said = ((field.label, shown(field, sheet.custom.get(field.key))) for field in sheet.fields)
    return ", ".join(f"{label}: {value}" for label, value in said if value)

