"""Settings → Online booking: the link and the snippet that the office gives away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fieldoffice.models.catalog import CatalogItem
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.company.register import section_of
from fieldoffice.ui import theme
from fieldoffice.ui.organization.bookinglinks import BookingLinksPart
from fieldoffice.ui.organization.page import SettingsPage
from tests.ui.test_jobs_kit import Stand, standing

SHOTS = os.environ.get("FIELDOFFICE_SHOTS", "")


@pytest.mark.requirement("0.1")
def test_link_and_snippet_lead_to_the_page_and_may_name_a_service(qtbot: QtBot, sqlite_office: Office) -> None:
    with standing(qtbot, sqlite_office) as stand:
        part = shown(stand)
        assert not part.copy_link.isEnabled()
        assert "public address" in part.said.text()
        assert "No service can be booked" in part.said.text()
        stand.office.do(lambda tx: setattr(first_service(tx), "bookable", "both"))
        stand.office.do(company.set_setting, "online.public_url", "https://book.example.com")
        part.reload()
        stand.wait()
        assert part.said.isHidden()
        assert part.link.text() == "https://book.example.com/book"
        part.copy_link.click()
        assert QGuiApplication.clipboard().text() == "https://book.example.com/book"
        part.first.set_value(stand.office.see(lambda tx: first_service(tx).code))
        part.first.value_changed.emit()
        assert part.link.text().startswith("https://book.example.com/book?service=")
        part.copy_snippet.click()
        copied = QGuiApplication.clipboard().text()
        assert copied.count(part.link.text()) == 2
        assert copied.startswith("<iframe ")


def test_every_rule_of_booking_has_its_field_on_the_page(qtbot: QtBot, sqlite_office: Office, tmp_path: Path) -> None:
    with standing(qtbot, sqlite_office) as stand:
        page = SettingsPage(stand.desk)
        stand.show(page, 1100, 900)
        stand.wait()
        for one in section_of("booking"):
            assert one.key in page.sections["booking"].spots
        page.list.setCurrentRow(list(page.sections).index("booking"))
        stand.wait()
        for name in ("light", "dark") if SHOTS else ():
            theme.apply(QGuiApplication.instance(), name)  # type: ignore[arg-type]
            page.grab().save(str(Path(SHOTS) / f"booking_settings_{name}.png"))


def shown(stand: Stand) -> BookingLinksPart:
    part = BookingLinksPart(stand.desk)
    stand.show(part, 700, 300)
    stand.wait()
    return part


def first_service(tx):  # type: ignore[no-untyped-def]
    return tx.get(CatalogItem, 1)


