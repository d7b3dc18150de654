"""The office key of a new company, before its first window: the recovery phrase is shown once, and it may be put off."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.secrets.office_key import KeyStatus, key_status
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.officekey import NewKeyPanel
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

WHAT_FOR = (
    "Gate and alarm codes of your customers, and the passwords of services such as e-mail, lie sealed in the database. "
    "This computer holds the key to them; on paper it is a phrase of 24 words."
)
LATER = (
    "Skipped, everything else works. Codes and passwords cannot be kept until an owner sets up the key at "
    "Organization → Settings → Office key."
)


class FirstKey(QDialog):
    """Accepted once the key is set up; rejected when it was put off."""

    def __init__(self, desk: Desk, status: KeyStatus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Office key – fieldoffice"))
        self.panel, self.trouble = NewKeyPanel(desk, status), Banner("danger")
        self.panel.setMaximumWidth(16_777_215)
        self.panel.closed.connect(self._ended)
        self._fit_in(status)
        self._kept = False
        desk.toasted.connect(self._told)
        self.later = button(self.tr("Skip for now"), self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 16, 0, 16)
        box.setSpacing(12)
        for part in (PlainLabel(self.tr("One more thing: the office key"), "title"), PlainLabel(self.tr(WHAT_FOR), "muted", wrap=True)):
            part.setContentsMargins(16, 0, 16, 0)
            box.addWidget(part)
        box.addWidget(self.trouble)
        box.addWidget(self.panel, 1)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(PlainLabel(self.tr(LATER), "muted", wrap=True), 1)
        row.addWidget(self.later)
        box.addLayout(row)
        self.trouble.hide()
        self.resize(640, 720)

    def _fit_in(self, status: KeyStatus) -> None:
        """The panel within the dialog: no head of its own, one button, and the three words in one line."""
        head = self.panel.title.parentWidget()
        assert head is not None
        head.hide()
        self.panel._save.hide()
        self.panel._save_close.setText(self.tr("Use this key"))
        if status.keyring_works:
            side_by_side(self.panel.form, [f"word{n}" for n in self.panel.places], [1] * len(self.panel.places))

    def _told(self, notice: object) -> None:
        """What the panel would say with a toast: there is no window yet that could show it."""
        kind, words = getattr(notice, "kind", ""), getattr(notice, "words", "")
        if kind == "danger":
            self.trouble.show_words(words)
        else:
            self._kept = True

    def _ended(self) -> None:
        self.accept() if self._kept else self.reject()


def offer_key(office: Office) -> bool:
    """Offer the new company at `office` its key, as its owner; True once it has one."""
    owner = office.see(company.users)[0]
    desk = Desk(office, user_id=owner.id)
    try:
        return office.see(key_status).set_up or bool(FirstKey(desk, office.see(key_status)).exec())
    finally:
        desk.close()
