"""Serving the web pages from this computer: on or off, where, how things stand, and the links to give away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.company.online_http import snippet
from fieldoffice.services.company.publicly import public_address
from fieldoffice.settings import Online
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.making import WholeField
from fieldoffice.ui.organization.sections import line_of
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_date, show_time

HOSTS = (("127.0.0.1", "This computer and a proxy on it"), ("", "All computers in the network"))
EVERY_MS, BOOK = 5000, "/book"


class Hosting(Protocol):
    """What serves the pages in this program: see `fieldoffice.web.hosting`. Calls may wait."""

    def state(self) -> Any: ...

    def apply(self, chosen: Online) -> Any: ...

    def begin(self) -> Any: ...

    def stop(self) -> None: ...


hosting: Hosting | None = None
"""Set once when the program starts; pictures of pages and tests do without."""


class OnlinePart(QWidget):
    """`changed` whenever something is entered; the page's Save applies it, discard takes it back."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self._state, self._public, self._applying = desk, None, "", False
        self._kept = Online()
        self.on, self.port, self.host = QCheckBox(self.tr("Serve the web pages while this program runs")), WholeField(), Choice()
        self.certificate, self.key, self.proxies, self.form = QLineEdit(), QLineEdit(), QLineEdit(), Form()
        self._build()
        self.form.changed.connect(self.changed)
        self.on.toggled.connect(lambda _on: self.changed.emit())
        self._clock = QTimer(self)
        self._clock.setInterval(EVERY_MS)
        self._clock.timeout.connect(self.reload)
        self.discard()
        self.setEnabled(hosting is not None)

    # what the settings page asks for

    def reload(self) -> None:
        """Look how things stand; what is typed stays."""
        if hosting is not None:
            self.desk.background.ask(self, hosting.state, self._came, series=(id(self), "state"))
        self.desk.see(self, public_address, then=self._addressed)

    def dirty(self) -> bool:
        return self._entered() != self._kept or self.port.value() is None

    def save(self, then: Callable[[], object], failed: Callable[[], object]) -> None:
        """Serve as entered and keep it for the next start; what is wrong is said by its field."""
        if self._applying or hosting is None or not self.form.check():
            failed()
            return

        def done(state: Any) -> None:
            self._applying = False
            self._kept = state.chosen
            self.discard()
            self._came(state)
            then()

        def refused(error: Refused) -> None:
            self._applying = False
            self.form.show_errors(error)
            self.reload()
            failed()

        self._applying, entered, serve = True, self._entered(), hosting
        self.form.clear_errors()
        self.said.setText(self.tr("One moment…"))
        self.desk.background.ask(self, lambda: serve.apply(entered), done, refused, broken=failed)

    def discard(self) -> None:
        """Show what is kept, and forget what was typed."""
        kept = self._kept
        self.on.setChecked(kept.on)
        self.port.set_value(kept.port)
        self.host.set_value(kept.host if kept.host in dict(HOSTS) else "")
        for field, text in ((self.certificate, kept.certificate), (self.key, kept.key), (self.proxies, " ".join(kept.proxies))):
            field.setText(text)
        self.form.clear_errors()
        self.changed.emit()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.reload()
        self._clock.start()

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._clock.stop()

    # inside

    def _entered(self) -> Online:
        port = self.port.value()
        host = self._kept.host if self._kept.host not in dict(HOSTS) and self.host.value() == "" else str(self.host.value())
        return Online(self.on.isChecked(), port if port is not None else 0, host, self.certificate.text().strip(), self.key.text().strip(),
                      tuple(self.proxies.text().replace(",", " ").split()))  # fmt: skip

    def _came(self, state: Any) -> None:
        if self._applying:
            return
        untouched = not self.dirty()
        self._state, self._kept = state, state.chosen
        if untouched:
            self.discard()
        self.fault.setVisible(bool(state.error) and state.since is None)
        if state.error:
            self.fault.label.setText(state.error)
        self.said.setText(_said(state.since, state.url))
        self._show_links()

    def _addressed(self, address: str) -> None:
        self._public = address
        self._show_links()

    def _show_links(self) -> None:
        running = self._state is not None and self._state.since is not None
        self.open.setEnabled(running)
        self.link.setEnabled(bool(self._public))
        self.embed.setEnabled(bool(self._public))
        self.hint.setVisible(running and not self._public)

    def _open(self) -> None:
        if self._state is not None and self._state.url:
            QDesktopServices.openUrl(QUrl(self._state.url + BOOK))

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.desk.toast(said)

    def _browse(self, field: QLineEdit, words: str) -> None:
        start = str(Path(field.text()).parent) if field.text() else ""
        path, _ = QFileDialog.getOpenFileName(self, words, start, self.tr("PEM files (*.pem *.crt *.key);;All files (*)"))
        if path:
            field.setText(path)

    def _build(self) -> None:
        self.said, self.fault = PlainLabel(self.tr("Not running."), wrap=True), Banner("danger")
        self.fault.hide()
        self.open = button(self.tr("Open the booking page"), self._open, icon="open_in_new")
        self.link = button(self.tr("Copy link"), lambda: self._copy(self._public + BOOK, self.tr("Link copied")), icon="link")
        self.embed = button(self.tr("Copy snippet"), lambda: self._copy(snippet(self._public), self.tr("Snippet copied")), icon="code")
        self.hint = PlainLabel(self.tr("Customers reach the pages once a public address is set, below."), "muted", wrap=True)
        self.host.set_choices(HOSTS)
        self.host.setFixedWidth(280)
        self.form.add("port", self.tr("Port"), self.port, required=True)
        self.form.add("host", self.tr("Who reaches it"), self.host)
        self.form.add("certificate", self.tr("Certificate file"), self._chosen(self.certificate, self.tr("Certificate file")),
                      hint=self.tr("PEM, with its chain. Empty where a proxy in front speaks TLS."))  # fmt: skip
        self.form.add("key", self.tr("Key file"), self._chosen(self.key, self.tr("Key file")))
        self.form.add("proxies", self.tr("Trusted proxies"), self.proxies,
                      hint=self.tr("Addresses such as 127.0.0.1, with blanks between them: what they say about who asks is believed."))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(8)
        for widget in (self.fault, self.said):
            box.addWidget(widget)
        box.addLayout(line_of(self.open, self.link, self.embed))
        box.addWidget(self.hint)
        box.addWidget(self.on)
        box.addWidget(self.form)

    def _chosen(self, field: QLineEdit, words: str) -> QWidget:
        """A field with a button that chooses a file."""
        whole = FileField(field, button(self.tr("Choose…"), lambda: self._browse(field, words), icon="folder_open"))
        field.setAccessibleName(words)
        return whole


class FileField(QWidget):
    """A path and its button; stands in a form like the field itself."""

    textChanged = Signal(str)

    def __init__(self, field: QLineEdit, choose: QWidget) -> None:
        super().__init__()
        self.field = field
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(choose)
        self.setFocusProxy(field)
        field.textChanged.connect(self.textChanged)


def _said(since: datetime | None, url: str) -> str:
    if since is None:
        return "Not running."
    local = since.astimezone()
    return f"Running since {show_date(local.date())}, {show_time(local.time())}, at {url} on this computer."
