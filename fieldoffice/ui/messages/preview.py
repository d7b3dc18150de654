"""A message as a customer would get it: an example, or any customer by name; an e-mail in its look, an SMS with its length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QByteArray, QUrl, Signal
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.messages.editing import Preview, preview_template
from fieldoffice.ui.customers.field import CustomerField
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.labels import PlainLabel

PAPER, INK = "#FFFFFF", "#1A1F26"


class Paper(QTextBrowser):
    """Shows the e-mail on white, whatever the theme: so it leaves the house. It loads nothing but the logo, and no link leads away."""

    def __init__(self) -> None:
        super().__init__()
        self.logo = b""
        self.setOpenLinks(False)
        colors = self.palette()
        colors.setColor(QPalette.ColorRole.Base, QColor(PAPER))
        colors.setColor(QPalette.ColorRole.Text, QColor(INK))
        self.setPalette(colors)
        self.setStyleSheet(f"QTextBrowser {{ background: {PAPER}; color: {INK}; }}")

    def loadResource(self, type: int, name: QUrl | str) -> Any:
        wanted = name.toString() if isinstance(name, QUrl) else name
        if wanted == "cid:logo" and self.logo:
            picture = QImage.fromData(QByteArray(self.logo))
            return picture.scaledToHeight(56) if picture.height() > 56 else picture
        return None


class PreviewPart(QWidget):
    """`show_text` asks for it; `changed` when another customer was chosen."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.shown = desk, None
        self.shown: Preview | None
        self._told: Callable[[Invalid | None], object] = lambda _error: None
        self.customer, self.subject, self.paper, self.length = CustomerField(desk), PlainLabel("", "strong", wrap=True), Paper(), \
            PlainLabel("", "muted", wrap=True)  # fmt: skip
        self.paper.setAccessibleName(self.tr("Preview"))
        self.customer.value_changed.connect(self.changed)
        box, top = QVBoxLayout(self), QHBoxLayout()
        box.setContentsMargins(8, 0, 0, 0)
        box.setSpacing(8)
        top.setSpacing(8)
        top.addWidget(PlainLabel(self.tr("As this customer sees it"), "muted"))
        top.addWidget(self.customer, 1)
        box.addLayout(top)
        box.addWidget(self.subject)
        box.addWidget(self.paper, 1)
        box.addWidget(self.length)

    def show_text(self, where: tuple[str, str, str], subject: str, body: str, told: Callable[[Invalid | None], object]) -> None:
        """Show what these words say; `told(error)` says which fields are not known, None when all is well."""
        self._told = told
        self.desk.see(self, preview_template, *where, subject=subject, body=body, customer_id=self.customer.value(), then=self._came,
                      otherwise=self._refused)  # fmt: skip

    def _came(self, preview: Preview) -> None:
        self.shown = preview
        self.paper.logo = preview.logo
        self.subject.setText(preview.subject)
        self.subject.setVisible(bool(preview.subject))
        if preview.html:
            self.paper.setHtml(preview.html)
        else:
            self.paper.setPlainText(preview.text)
        self.length.setText(_size(preview))
        self.length.setVisible(preview.size is not None)
        self._told(None)

    def _refused(self, error: Refused) -> None:
        if isinstance(error, Invalid):
            self._told(error)
        else:
            self.desk.refuse(error)


def _size(preview: Preview) -> str:
    """ "182 characters: 2 SMS" """
    size = preview.size
    if size is None:
        return ""
    said = f"{size.places} characters: {size.parts} SMS."
    return f"{said} Characters such as {size.strange[:8]} make each SMS shorter (70 instead of 160)." if size.strange else said
