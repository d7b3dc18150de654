"""The booking page for others: its link and the snippet for a web site, for all services or beginning with one."""

from __future__ import annotations

from urllib.parse import quote

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.booking.offer import AT_ONCE
from fieldoffice.services.catalog.pricebook import price_book
from fieldoffice.services.company.online_http import snippet
from fieldoffice.services.company.publicly import public_address
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.sections import line_of
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.labels import PlainLabel

BOOK = "/book"
WIDTH, SNIPPET_HEIGHT = 560, 66
Seen = tuple[str, tuple[tuple[str, str], ...]]


def booking_links(tx: Tx) -> Seen:
    """The public address, "" while there is none, and (code, name) of the services that may be booked at once."""
    lines = (line for line in price_book(tx) if line.active and line.facts.bookable in AT_ONCE)
    return public_address(tx), tuple((line.facts.code, line.facts.name) for line in lines)


class BookingLinksPart(QWidget):
    """Reads again whenever it is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self._public = desk, ""
        self.first, self.link, self.embed = Choice(), QLineEdit(), QPlainTextEdit()
        self.said = PlainLabel("", "muted", wrap=True)
        self._build()
        self.first.value_changed.connect(self._show)

    def reload(self) -> None:
        """Look which services there are, and where the pages lie."""
        self.desk.see(self, booking_links, then=self._came)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.reload()

    def _came(self, seen: Seen) -> None:
        self._public, services = seen
        self.first.set_choices([("", self.tr("with all services")), *((code, name) for code, name in services)])
        words = {
            (False, False): self.tr("No service can be booked at once yet: open one in the price book and let customers book it. "
                                    "The pages also need a public address, under Online."),
            (False, True): self.tr("No service can be booked at once yet: open one in the price book and let customers book it."),
            (True, False): self.tr("Customers reach the page once a public address is set, under Online."),
        }.get((bool(services), bool(self._public)), "")  # fmt: skip
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self._show()

    def _show(self) -> None:
        code = str(self.first.value() or "")
        query = f"?service={quote(code, safe='')}" if code else ""
        there = bool(self._public)
        self.link.setText(self._public + BOOK + query if there else "")
        self.embed.setPlainText(snippet(self._public).replace(f"{BOOK}\"", f"{BOOK}{query}\"") if there else "")
        for one in (self.open, self.copy_link, self.copy_snippet):
            one.setEnabled(there)
        for field in (self.link, self.embed):
            field.setVisible(there)

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.desk.toast(said)

    def _build(self) -> None:
        self.open: QPushButton = button(self.tr("Look at it"), lambda: QDesktopServices.openUrl(QUrl(self.link.text())), icon="open_in_new")
        self.copy_link: QPushButton = button(
            self.tr("Copy link"), lambda: self._copy(self.link.text(), self.tr("Link copied")), icon="link")
        self.copy_snippet: QPushButton = button(
            self.tr("Copy snippet"), lambda: self._copy(self.embed.toPlainText(), self.tr("Snippet copied")), icon="code")
        for field, name in ((self.link, self.tr("Link to the booking page")), (self.embed, self.tr("Snippet for a web site"))):
            field.setReadOnly(True)
            field.setAccessibleName(name)
            field.setFixedWidth(WIDTH)
        self.embed.setFixedHeight(SNIPPET_HEIGHT)
        self.embed.setTabChangesFocus(True)
        self.first.setAccessibleName(self.tr("The page opens"))
        self.first.setFixedWidth(280)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(8)
        for part in (self.said, PlainLabel(self.tr("The page opens"), "strong"), self.first, self.link, self.embed):
            box.addWidget(part)
        box.addLayout(line_of(self.open, self.copy_link, self.copy_snippet))
