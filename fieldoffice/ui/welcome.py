"""The first start: try the sample, found a company, or join an office that exists. It only asks; `main` acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.models.errors import Invalid
from fieldoffice.ui import places
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel

Kind = Literal["sample", "new", "join"]
WAYS: tuple[tuple[Kind, str, str, str], ...] = (
    ("sample", "Try the sample company", "A made-up company in Washington, DC with eight providers. Nothing can go wrong.",
     "Open the sample"),
    ("new", "Start a new company", "An empty company on this computer. It can move to a server later.", "Create company"),
    ("join", "Join an office", "The company is on a server already, and you were given its database address.", "Join"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, checked: texts are stripped, codes are known, the address has the right form."""

    kind: Kind
    name: str = ""
    country: str = ""  # ISO 3166-1, two letters
    zone: str = ""  # IANA
    currency: str = ""  # ISO 4217
    paper: str = ""  # "Letter" or "A4"
    owner: str = ""
    address: str = ""  # of the database, without a password where the server asks for one


class Welcome(QDialog):
    """`choice` is None until somebody chose; then the dialog is accepted."""

    def __init__(self, parent: QWidget | None = None, *, sentence: str = "") -> None:
        """`sentence` says what went wrong the last time, e.g. that the server did not answer."""
        super().__init__(parent)
        self.setWindowTitle("Welcome – fieldoffice")
        self.setMinimumSize(640, 600)
        self.choice: Choice | None = None
        self.company, self.join = CompanyForm(), JoinForm()
        self.forms = QStackedWidget()
        self.radios: dict[Kind, QRadioButton] = {}
        self.trouble = Banner("danger")
        self._build()
        self.pick("sample")
        self.trouble.show_words(sentence) if sentence else self.trouble.hide()

    def pick(self, kind: Kind) -> None:
        """Choose one of the ways."""
        n = [way[0] for way in WAYS].index(kind)
        self.radios[kind].setChecked(True)
        self.forms.setCurrentIndex(n)
        self.go.setText(WAYS[n][3])

    def picked(self) -> Kind:
        return next(kind for kind, radio in self.radios.items() if radio.isChecked())

    def choose(self) -> None:
        """Check what was entered; accept, or show by the field what is wrong."""
        kind = self.picked()
        form = {"new": self.company, "join": self.join}.get(kind)
        if form is None:
            self.choice = Choice("sample")
        elif form.check():
            try:
                self.choice = form.choice()
            except Invalid as error:
                form.show_errors(error)
        if self.choice is not None:
            self.accept()

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 16)
        box.setSpacing(8)
        box.addWidget(PlainLabel("Welcome to fieldoffice", "title"))
        box.addWidget(PlainLabel("How would you like to begin?", "muted"))
        box.addWidget(self.trouble)
        group = QButtonGroup(self)
        for kind, words, sentence, _press in WAYS:
            box.addWidget(self._way(kind, words, sentence, group))
        for form in (QWidget(), self.company, self.join):
            self.forms.addWidget(_scrolled(form))
        box.addWidget(self.forms, 1)
        box.addLayout(self._foot())

    def _way(self, kind: Kind, words: str, sentence: str, group: QButtonGroup) -> QWidget:
        whole = QWidget()
        radio = self.radios[kind] = QRadioButton(words)
        radio.setAccessibleDescription(sentence)
        radio.toggled.connect(lambda on: self.pick(kind) if on else None)
        group.addButton(radio)
        told = PlainLabel(sentence, "muted", wrap=True)
        told.setContentsMargins(24, 0, 0, 0)
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 4, 0, 4)
        box.setSpacing(2)
        box.addWidget(radio)
        box.addWidget(told)
        return whole

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.go = button("", self.choose, primary=True)
        self.go.setDefault(True)
        row.addStretch(1)
        row.addWidget(button("Quit", self.reject))
        row.addWidget(self.go)
        return row


class CompanyForm(Form):
    """A new company; the country proposes zone, currency and paper."""

    def __init__(self) -> None:
        super().__init__(beside=True)
        self.name, self.owner = QLineEdit(), QLineEdit()
        self.country, self.zone, self.currency, self.paper = (_combo() for _ in range(4))
        self.add("name", "Company name", self.name, required=True)
        self.add("owner", "Your name", self.owner, required=True, hint="You will be its owner, with all rights.")
        self.add("country", "Country", self.country)
        self.add("zone", "Time zone", self.zone)
        self.add("currency", "Currency", self.currency, hint="Cannot be changed once there are invoices.")
        self.add("paper", "Paper", self.paper)
        self._box.addStretch(1)
        _fill(self.country, places.countries(), places.here())
        _fill(self.currency, places.currencies(), "")
        _fill(self.paper, [("Letter", "Letter"), ("A4", "A4")], "")
        self.country.currentIndexChanged.connect(self._propose)
        self._propose()

    def choice(self) -> Choice:
        """What is entered; Invalid names the fields."""
        return Choice("new", self.name.text().strip(), self.country.currentData(), self.zone.currentData(),
                      self.currency.currentData(), self.paper.currentData(), self.owner.text().strip())

    def _propose(self, _index: int = 0) -> None:
        proposal = places.proposal(self.country.currentData())
        _fill(self.zone, [(zone, zone.replace("_", " ")) for zone in proposal.zones], proposal.zone)
        _select(self.currency, proposal.currency)
        _select(self.paper, proposal.paper)


class JoinForm(Form):
    """An office that exists: its database address."""

    def __init__(self) -> None:
        super().__init__()
        self.address = QLineEdit()
        self.address.setPlaceholderText("postgresql://office@server/fieldoffice")
        self.add("address", "Database address", self.address, required=True,
                 hint="Whoever set up the server has it. You sign in with your own name and password afterwards.")
        self._box.addStretch(1)

    def choice(self) -> Choice:
        return Choice("join", address=places.checked_address(self.address.text()))


def _combo() -> QComboBox:
    made = QComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(24)
    return made


def _fill(combo: QComboBox, items: list[tuple[str, str]], chosen: str) -> None:
    combo.clear()
    for code, words in items:
        combo.addItem(words, code)
    _select(combo, chosen)


def _select(combo: QComboBox, code: str) -> None:
    combo.setCurrentIndex(max(0, combo.findData(code)))


def _scrolled(form: QWidget) -> QWidget:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    form.setContentsMargins(24, 8, 8, 8)
    area.setWidget(form)
    form.setAutoFillBackground(False)
    return area
