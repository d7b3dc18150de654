"""Settings → Messages: the passwords of the servers, which nothing shows again, and a test message that is watched."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.messages.outbox import MessageSheet, message, send_test
from fieldoffice.services.messages.ways import SMS_TOKEN, SMTP_PASSWORD, why_waiting
from fieldoffice.services.secrets import drop_secret, keep_secret, kept_secrets
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.sections import line_of
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel

NAMES = {SMTP_PASSWORD: "Password of the mail server", SMS_TOKEN: "Token of the SMS service"}
WIDEST = 524  # as wide as the settings around it
KEPT, NONE = "Kept under the office key. Type a new one to replace it.", "None is kept."


class TextsLink(QWidget):
    """The way from the settings to the text of one message."""

    def __init__(self, desk: Desk, words: str, **where: str) -> None:
        super().__init__()
        self.open = button(words, lambda: desk.open("templates", **where), icon="edit_note")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.addLayout(line_of(self.open))


class PasswordsPart(QWidget):
    """A password goes to the database when its button is pressed, and is gone from the screen then."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.test_id = desk, 0
        self.form, self.fields = Form(), {key: QLineEdit() for key in NAMES}
        self.keep = {key: button(self.tr("Keep"), self._keeper(key), icon="key") for key in NAMES}
        self.drop = {key: button(self.tr("Forget"), self._dropper(key), icon="delete") for key in NAMES}
        self.to, self.send, self.send_sms = QLineEdit(), button(self.tr("Send a test e-mail"), self.test, icon="send"), \
            button(self.tr("Send a test SMS"), lambda: self.test(sms=True), icon="sms")  # fmt: skip
        self.told = {kind: Banner(kind) for kind in ("ok", "info", "danger")}
        self._build()
        desk.live.watch(self, {"secret", "outbox_message"}, self.reload)
        self.reload()

    def reload(self) -> None:
        self.desk.see(self, kept_secrets, then=self._came, otherwise=lambda _error: None)
        if self.test_id:
            self.desk.see(self, message, self.test_id, then=self._tested)

    def test(self, *, sms: bool = False) -> None:
        """Write a test message; what became of it is said below as soon as it is known."""
        self.form.clear_errors()
        self.desk.do(self, send_test, self.to.text(), sms=sms, then=self._sent, otherwise=self.form.show_errors)

    # inside

    def _keeper(self, key: str) -> Callable[[], None]:
        def kept(_none: object) -> None:
            self.fields[key].clear()
            self.form.clear_errors()
            self.desk.toast(self.tr("Kept under the office key"))

        def refused(error: Refused) -> None:
            self.form.show_errors(error if isinstance(error, Invalid) else Invalid(**{key: str(error)}))

        return lambda: self.desk.do(self, keep_secret, key, self.fields[key].text(), then=kept, otherwise=refused)

    def _dropper(self, key: str) -> Callable[[], None]:
        return lambda: self.desk.do(self, drop_secret, key, then=lambda _none: self.desk.toast(self.tr("Forgotten")))

    def _came(self, kept: frozenset[str]) -> None:
        for key, row in ((key, self.form.rows[key]) for key in NAMES):
            row.hint.setText(self.tr(KEPT) if key in kept else self.tr(NONE))
            self.drop[key].setEnabled(key in kept)

    def _sent(self, id: int) -> None:
        self.test_id = id
        self._say("info", self.tr("The test message waits to be sent. It takes some seconds."))
        self.reload()

    def _tested(self, sheet: MessageSheet) -> None:
        line = sheet.line
        if line.state == "sent":
            self._say("ok", self.tr("The server took the test message for %1.").replace("%1", line.recipient))
            self.test_id = 0
        elif line.last_error:
            self._say("danger", line.last_error)
        elif line.state == "queued":
            self.desk.see(self, why_waiting, then=lambda why: self._waits(why.get(line.channel, "")))

    def _waits(self, why: str) -> None:
        if why and self.test_id:
            self._say("danger", why)

    def _say(self, kind: str, text: str) -> None:
        for name, banner in self.told.items():
            banner.show_words(text)
            banner.setVisible(name == kind)

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(8)
        for key, title in NAMES.items():
            self.fields[key].setEchoMode(QLineEdit.EchoMode.Password)
            self.form.add(key, self.tr(title), self.fields[key], hint=self.tr(NONE))
            self.form.add_widget(_held(self.keep[key], self.drop[key]))
        self.form.add_widget(PlainLabel(self.tr("Test"), "section"))
        self.form.add("to", self.tr("Send a test to"), self.to, hint=self.tr("An e-mail address, or a number such as +12025550100."))
        self.form.add_widget(_held(self.send, self.send_sms))
        self.form.setMaximumWidth(WIDEST)
        box.addWidget(self.form)
        for banner in self.told.values():
            banner.hide()
            box.addWidget(banner)



def _held(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(line_of(*widgets))
    return holder
