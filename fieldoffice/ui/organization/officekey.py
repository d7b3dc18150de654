"""The office key: how things stand, and the panels to set it up, join with the phrase, unlock or change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid
from fieldoffice.services.secrets.machine import NO_KEYRING
from fieldoffice.services.secrets.office_key import KeyStatus, change_key, join_key, key_status, set_up_key, unlock_key
from fieldoffice.services.secrets.phrase import asked_places, phrase_of, wrong_places
from fieldoffice.services.secrets.sealing import new_key
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.closed import padded
from fieldoffice.ui.organization.sections import line_of
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import WIDE, SidePanel

COLUMNS = 3
KEPT = {"keyring": "This computer's keyring holds the office key.",
        "file": "A file of your user on this computer holds the office key, sealed under your passphrase."}  # fmt: skip


class KeyPart(QWidget):
    """How things stand on this computer, in words, with the one thing to do."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.status = desk, KeyStatus(False, "", False, True, 0)
        self.said, self.count, self.none = PlainLabel("", wrap=True), PlainLabel("", "muted", wrap=True), Banner("warn", NO_KEYRING)
        self.set_up = button(self.tr("Set up the office key…"), lambda: self._show(NewKeyPanel(desk, self.status)), icon="key")
        self.join = button(self.tr("Enter the recovery phrase…"), lambda: self._show(JoinPanel(desk, self.status)), icon="key")
        self.unlock = button(self.tr("Unlock…"), lambda: self._show(UnlockPanel(desk)), icon="lock_open")
        self.change = button(self.tr("Change the key…"), lambda: self._show(NewKeyPanel(desk, self.status)), icon="sync")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(8)
        for widget in (self.said, self.count, self.none):
            box.addWidget(widget)
        box.addLayout(line_of(self.set_up, self.unlock, self.join, self.change))
        self._came(self.status)

    def reload(self) -> None:
        self.desk.see(self, key_status, then=self._came)

    def _came(self, status: KeyStatus) -> None:
        self.status = status
        self.said.setText(_said(status))
        self.count.setText(self.tr("%1 values are sealed under it.").replace("%1", f"{status.sealed:,}"))
        self.count.setVisible(status.set_up)
        self.none.setVisible(not status.keyring_works)
        self.set_up.setVisible(not status.set_up)
        self.unlock.setVisible(status.locked)
        self.join.setVisible(status.set_up and not status.kept_in)
        self.change.setVisible(bool(status.kept_in))

    def _show(self, panel: SidePanel) -> None:
        panel.closed.connect(self.reload)
        self.desk.show_panel(panel)


class NewKeyPanel(SidePanel):
    """A new key: its phrase is shown once and three of its words are asked for before anything is saved."""

    def __init__(self, desk: Desk, status: KeyStatus) -> None:
        super().__init__("Change the office key" if status.set_up else "Set up the office key", width=WIDE)
        self.desk, self.status, self.form = desk, status, Form()
        self.phrase = phrase_of(new_key())
        self.places = asked_places()
        self.answers = {place: QLineEdit() for place in self.places}
        self.passphrase, self.again = _hidden(), _hidden()
        self._saving = False
        self.set_body(padded(self._body()))
        self.form.changed.connect(self.set_dirty)

    def save(self, then: Callable[[], object]) -> None:
        if self._saving or not self.form.check():
            return
        wrong = {f"word{n}": f"This is not word {n} of the phrase." for n in wrong_places(self.phrase, self._answered())}
        if not self.status.keyring_works and self.passphrase.text() != self.again.text():
            wrong["again"] = "The two passphrases differ."
        if wrong:
            self.form.show_errors(Invalid(**wrong))
            return

        def saved(_count: object) -> None:
            said = "The key is changed. Other computers need the new phrase." if self.status.set_up else "The office key is set up."
            self.desk.toast(said)
            then()
            self.closed.emit()  # nothing more can be done here, and the phrase should not stay in sight

        self._saving = True
        self.desk.do(self, change_key if self.status.set_up else set_up_key, self.phrase, passphrase=self.passphrase.text(),
                     then=saved, otherwise=self._refused, broken=self._ended)  # fmt: skip

    def _answered(self) -> dict[int, str]:
        return {place: field.text() for place, field in self.answers.items()}

    def _refused(self, error: Exception) -> None:
        self._ended()
        self.form.show_errors(error)  # type: ignore[arg-type]

    def _ended(self) -> None:
        self._saving = False

    def _body(self) -> QWidget:
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(PlainLabel("1. Write down these 24 words, or print them, and keep the paper where you keep contracts. "
                                 "They are shown only now. Whoever has them and a copy of the database can read every code; "
                                 "without them, a backup cannot be read on a new computer.", wrap=True))  # fmt: skip
        box.addWidget(_words_grid(self.phrase.split()))
        box.addLayout(line_of(button("Print…", self._print, icon="print")))
        if self.status.set_up:
            box.addWidget(PlainLabel("Backups made before today still need the old phrase: keep both papers.", "muted", wrap=True))
        box.addWidget(PlainLabel("2. To be sure that they are written down, type three of them.", wrap=True))
        for place, field in self.answers.items():
            self.form.add(f"word{place}", f"Word {place}", field, required=True)
        if not self.status.keyring_works:
            self.form.add_widget(PlainLabel(f"3. {NO_KEYRING}", wrap=True))
            self.form.add("passphrase", "Passphrase of at least 12 characters", self.passphrase, required=True)
            self.form.add("again", "The same again", self.again, required=True)
        box.addWidget(self.form)
        return whole

    def _print(self) -> None:
        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            phrase_paper(self.phrase.split()).print_(printer)


class JoinPanel(SidePanel):
    """The recovery phrase of an office whose key this computer does not hold."""

    def __init__(self, desk: Desk, status: KeyStatus) -> None:
        super().__init__("Recovery phrase", width=WIDE)
        self.desk, self.form, self.phrase, self.passphrase = desk, Form(), QPlainTextEdit(), _hidden()
        self.phrase.setTabChangesFocus(True)
        self.phrase.setFixedHeight(96)
        self.form.add("phrase", "The 24 words", self.phrase, hint="In their order, with blanks between them.")
        if not status.keyring_works:
            self.form.add_widget(PlainLabel(NO_KEYRING, wrap=True))
            self.form.add("passphrase", "Passphrase for this computer", self.passphrase, required=True)
        self.set_body(padded(self.form))
        self.form.changed.connect(self.set_dirty)

    def save(self, then: Callable[[], object]) -> None:
        def saved(_none: object) -> None:
            self.desk.toast("This computer holds the office key now.")
            self.phrase.clear()
            then()
            self.closed.emit()

        self.desk.do(self, join_key, self.phrase.toPlainText(), passphrase=self.passphrase.text(), then=saved,
                     otherwise=self.form.show_errors)  # fmt: skip


class UnlockPanel(SidePanel):
    """The passphrase of this computer's file of keys."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Unlock the office key")
        self.desk, self.form, self.passphrase = desk, Form(), _hidden()
        self.form.add("passphrase", "Passphrase", self.passphrase, required=True, hint="Asked for once after each start of the program.")
        self.set_body(padded(self.form))
        self.form.changed.connect(self.set_dirty)

    def save(self, then: Callable[[], object]) -> None:
        def saved(_none: object) -> None:
            self.desk.toast("The office key is unlocked.")
            then()
            self.closed.emit()

        self.desk.do(self, unlock_key, self.passphrase.text(), then=saved, otherwise=self.form.show_errors)


def phrase_paper(words: Sequence[str]) -> QTextDocument:
    """The sheet to keep: the words with their numbers, and what they are for."""
    rows = ["".join(f"<td>{n + 1}. <b>{words[n]}</b></td>" for n in range(row, len(words), 8)) for row in range(8)]
    paper = QTextDocument()
    paper.setDefaultFont(QFont("", 12))
    paper.setHtml("<h2>Recovery phrase of the office</h2><p>Keep this sheet locked away. With these words and a backup, the gate codes and "
                  "passwords of the office can be read on a new computer; without them they cannot.</p>"
                  f"<table cellpadding='6'>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")  # fmt: skip
    return paper


def _words_grid(words: Sequence[str]) -> QWidget:
    whole = QWidget()
    grid = QGridLayout(whole)
    grid.setContentsMargins(12, 4, 12, 4)
    grid.setVerticalSpacing(4)
    deep = len(words) // COLUMNS
    for n, word in enumerate(words):
        grid.addWidget(PlainLabel(f"{n + 1}. {word}", "strong"), n % deep, n // deep)
    return whole


def _said(status: KeyStatus) -> str:
    if not status.set_up:
        return "No office key yet. It is needed before gate codes and passwords of services can be kept."
    if status.locked:
        return "The office key on this computer is locked: give its passphrase."
    return KEPT.get(status.kept_in, "This computer does not hold the office key: enter the recovery phrase.")


def _hidden() -> QLineEdit:
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
