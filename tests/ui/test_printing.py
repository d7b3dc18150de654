"""The preview shows the paper, prints it, saves it, and says in words when that did not go."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QPalette
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QAbstractButton, QDialog, QFileDialog, QProgressDialog
from pytestqt.qtbot import QtBot

from fieldoffice.models.errors import WorldFault
from fieldoffice.services.documents.daysheet import draw, draw_many
from fieldoffice.ui import theme
from fieldoffice.ui.printing import paper_out
from fieldoffice.ui.printing.preview import LARGEST, SMALLEST, PrintPreview, file_name
from tests.documents.sheets import sheet
from tests.ui.front import to_front

TITLE = "Day sheet, Kateryna O’Brien-Sánchez, 2026-11-24"


@pytest.fixture(scope="module")
def paper() -> bytes:
    return draw(sheet(9))


@pytest.fixture
def preview(qtbot: QtBot, paper: bytes) -> PrintPreview:
    made = PrintPreview(paper, TITLE)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def to_file(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setFullPage(True)
    return printer


def printed_pictures(path: Path) -> list[bytes]:
    """The one picture on each printed page as RGB bytes."""
    return [page.images[0].image.convert("RGB").tobytes() for page in PdfReader(path).pages]


def rgb(image: QImage) -> bytes:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    wide, line = plain.width() * 3, plain.bytesPerLine()
    spots = bytes(plain.constBits())
    return b"".join(spots[y * line:y * line + wide] for y in range(plain.height()))


def ink(image: QImage) -> float:
    """Share of the picture that is dark."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    spots = bytes(gray.constBits())
    return sum(spot < 128 for spot in spots) / len(spots)


def test_it_shows_all_pages_and_starts_at_the_first(preview: PrintPreview) -> None:
    assert preview.windowTitle() == TITLE
    assert preview.document.pageCount() == 3
    assert preview.page_box.text() == "Page 1 of 3"
    assert preview.view.zoomMode() == QPdfView.ZoomMode.FitToWidth


def test_turning_pages_by_box_and_by_scrolling(preview: PrintPreview, qtbot: QtBot) -> None:
    preview.page_box.setValue(3)
    qtbot.waitUntil(lambda: preview.view.pageNavigator().currentPage() == 2)
    bar = preview.view.verticalScrollBar()
    assert bar.value() > 0
    bar.setValue(0)
    qtbot.waitUntil(lambda: preview.page_box.value() == 1)


def test_keys_zoom_in_steps_and_back_to_the_width(preview: PrintPreview, qtbot: QtBot) -> None:
    to_front(qtbot, preview)
    start = preview.zoom()
    qtbot.keyClick(preview, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert preview.view.zoomFactor() == pytest.approx(start * 1.25)
    assert preview.zoom_label.text() == f"{start * 1.25:.0%}"
    qtbot.keyClick(preview, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert preview.view.zoomFactor() == pytest.approx(start)
    qtbot.keyClick(preview, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert preview.view.zoomMode() == QPdfView.ZoomMode.FitToWidth
    for _ in range(20):
        preview.zoom_by(2)
    assert preview.zoom() == LARGEST
    for _ in range(20):
        preview.zoom_by(0.5)
    assert preview.zoom() == SMALLEST


def test_fit_width_follows_the_window(preview: PrintPreview, qtbot: QtBot) -> None:
    wide = preview.zoom()
    preview.resize(1300, 700)
    qtbot.waitUntil(lambda: preview.zoom() > wide * 1.3)
    assert preview.zoom_label.text() == f"{preview.zoom():.0%}"


def test_escape_closes(preview: PrintPreview, qtbot: QtBot) -> None:
    qtbot.keyClick(preview, Qt.Key.Key_Escape)
    assert not preview.isVisible()


def test_printing_puts_each_page_on_a_sheet_of_its_size(preview: PrintPreview, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(preview.printed) as told:
        assert preview.print_on(to_file(tmp_path / "out.pdf"))
    assert told.args == [3]
    boxes = [page.mediabox for page in PdfReader(tmp_path / "out.pdf").pages]
    assert [(round(box.width), round(box.height)) for box in boxes] == [(612, 792)] * 3
    for n, printed in list(enumerate(printed_pictures(tmp_path / "out.pdf")))[::2]:
        assert printed == rgb(paper_out.picture(preview.document, n))
    assert not preview.banner.isVisible()


def test_each_page_is_rendered_at_300_dots_an_inch_on_white(preview: PrintPreview) -> None:
    image = paper_out.picture(preview.document, 0)
    assert (image.width(), image.height()) == (2550, 3300)
    assert image.pixelColor(0, 0).name() == "#ffffff"
    assert 0.01 < ink(image) < 0.2


def test_a_print_of_two_paper_sizes_keeps_both(qtbot: QtBot, tmp_path: Path) -> None:
    made = PrintPreview(draw_many((sheet(2, provider="Ana"), sheet(2, paper="a4", provider="Bo"))), "Both")
    qtbot.addWidget(made)
    assert made.print_on(to_file(tmp_path / "out.pdf"))
    heights = [round(page.mediabox.height) for page in PdfReader(tmp_path / "out.pdf").pages]
    assert heights == [792, 842]


def test_ctrl_p_asks_which_pages_and_prints_those(preview: PrintPreview, tmp_path: Path, qtbot: QtBot,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def chosen(dialog: QPrintDialog) -> int:
        asked.append((dialog.minPage(), dialog.maxPage()))
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "out.pdf"))
        printer.setFromTo(2, 3)
        return int(QDialog.DialogCode.Accepted.value)

    monkeypatch.setattr(QPrintDialog, "exec", chosen)
    to_front(qtbot, preview)
    with qtbot.waitSignal(preview.printed):
        qtbot.keyClick(preview, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert asked == [(1, 3)]
    assert len(PdfReader(tmp_path / "out.pdf").pages) == 2


def test_leaving_the_print_dialog_prints_nothing(preview: PrintPreview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QPrintDialog, "exec", lambda dialog: int(QDialog.DialogCode.Rejected.value))
    went: list[int] = []
    preview.printed.connect(went.append)
    preview.ask_printer()
    assert went == []
    assert not preview.banner.isVisible()


def test_cancel_stops_between_two_pages(preview: PrintPreview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QProgressDialog, "wasCanceled", lambda dialog: dialog.value() >= 1)
    assert not preview.print_on(to_file(tmp_path / "out.pdf"))
    assert preview.banner.isVisible()
    assert preview.banner.label.text() == "The print was stopped."


def test_a_printer_that_takes_nothing_is_told(preview: PrintPreview, tmp_path: Path, qtlog: Any) -> None:
    """Qt says so too, in its log."""
    assert not preview.print_on(to_file(tmp_path / "no such folder" / "out.pdf"))
    assert "The printer did not take the pages." in preview.banner.label.text()


def test_saving_writes_the_very_bytes(preview: PrintPreview, paper: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proposed: list[str] = []

    def choose(_parent: object, _words: str, name: str, _filter: str) -> tuple[str, str]:
        proposed.append(name)
        return str(tmp_path / "monday"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    preview.save_button.click()
    assert (tmp_path / "monday.pdf").read_bytes() == paper
    assert proposed == ["Day sheet, Kateryna O’Brien-Sánchez, 2026-11-24.pdf"]


def test_what_cannot_be_saved_is_told_and_nothing_is_left(preview: PrintPreview, tmp_path: Path) -> None:
    assert not preview.save_to(tmp_path / "missing" / "x.pdf")
    assert preview.banner.isVisible()
    assert preview.banner.label.text().startswith("Not saved: ")
    assert preview.save_to(tmp_path / "x.pdf")
    assert not preview.banner.isVisible()


def test_the_viewer_gets_a_copy_that_goes_with_the_preview(qtbot: QtBot, paper: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def take(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return len(opened) == 1

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    made = PrintPreview(paper, "a/b: c?")
    assert made.open_in_viewer()
    assert opened[0].name == "a b c.pdf"
    assert opened[0].read_bytes() == paper
    assert not made.open_in_viewer()
    assert "no program that opens PDF files" in made.banner.label.text()
    made.deleteLater()
    folder = opened[0].parent
    del made
    qtbot.waitUntil(lambda: not folder.exists(), timeout=5000)


@pytest.mark.parametrize("bad", [b"", b"not a PDF", b"%PDF-1.4\ntruncated"])
def test_what_is_no_paper_is_refused_in_words(qtbot: QtBot, bad: bytes) -> None:
    with pytest.raises(WorldFault, match="cannot be shown"):
        PrintPreview(bad, "x")


def test_half_a_paper_is_refused_or_shown_but_never_crashes(qtbot: QtBot, paper: bytes) -> None:
    for cut in range(0, len(paper), len(paper) // 12):
        try:
            qtbot.addWidget(PrintPreview(paper[:cut], "half"))
        except WorldFault:
            continue


def test_every_button_has_a_name_and_the_ground_follows_the_theme(preview: PrintPreview, qapp: object) -> None:
    for button in preview.findChildren(QAbstractButton):
        assert button.text() or button.accessibleName()
    theme.apply(qapp, "dark")  # pyright: ignore[reportArgumentType]
    assert preview.view.palette().color(QPalette.ColorRole.Dark) == theme.color("line")


@pytest.mark.parametrize(("title", "name"), [
    ("a/b\\c", "a b c"), ("..", "paper"), ("", "paper"), ("x" * 300, "x" * 120), ("tab\there", "tab here"),
])
def test_titles_become_names_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title) == name


def test_copies_are_made_here_where_the_printer_makes_none() -> None:
    class Plain:
        def fromPage(self) -> int: return 2
        def toPage(self) -> int: return 0
        def supportsMultipleCopies(self) -> bool: return False
        def copyCount(self) -> int: return 2

    assert paper_out.wanted_pages(Plain(), 3) == [1, 2, 1, 2]  # pyright: ignore[reportArgumentType]


def test_the_preview_reads_a_print_of_many(qtbot: QtBot) -> None:
    pdf = draw_many(tuple(sheet(3, provider=f"Provider {n}") for n in range(5)))
    made = PrintPreview(pdf, "All")
    qtbot.addWidget(made)
    assert made.document.pageCount() == len(PdfReader(BytesIO(pdf)).pages) == 5
