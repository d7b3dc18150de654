"""A PDF onto a printer: each page is rendered at 300 dots an inch on white and fitted to the sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

DPI = 300
POINTS = 72.0

Progress = Callable[[int, int], bool]
"""Called with (pages done, pages in all) before each page; False stops the print."""


def printer_for(document: QPdfDocument, title: str) -> QPrinter:
    """The default printer, set to the paper of the first page; the page brings its own margins."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator("fieldoffice")
    printer.setFullPage(True)
    set_paper(printer, document.pagePointSize(0))
    return printer


def set_paper(printer: QPrinter, points: QSizeF) -> None:
    """Letter, A4 or whatever the page measures, upright."""
    printer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0))


def wanted_pages(printer: QPrinter, count: int) -> list[int]:
    """Page indexes that the person chose in the print dialog, again for each copy where the printer cannot copy."""
    first, last = printer.fromPage() or 1, printer.toPage() or count
    pages = list(range(first - 1, min(last, count)))
    return pages * (1 if printer.supportsMultipleCopies() else printer.copyCount())


def print_pages(document: QPdfDocument, printer: QPrinter, pages: Sequence[int], progress: Progress) -> bool:
    """Print `pages`; True when all went out. False when `progress` stopped it or the printer refused."""
    if not pages:
        return False
    set_paper(printer, document.pagePointSize(pages[0]))
    painter = QPainter()
    if not painter.begin(printer):
        return False
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # else letters get the smudges of a photograph
    try:
        return all(_print_one(document, printer, painter, page, n, len(pages), progress) for n, page in enumerate(pages))
    finally:
        painter.end()


def _print_one(document: QPdfDocument, printer: QPrinter, painter: QPainter, page: int, n: int, count: int,
               progress: Progress) -> bool:
    if not progress(n, count):
        printer.abort()
        return False
    if n:
        set_paper(printer, document.pagePointSize(page))
        if not printer.newPage():
            return False
    image = picture(document, page)
    painter.drawImage(_fitted(image.size(), printer.paperRect(QPrinter.Unit.DevicePixel)), image)
    return True


def picture(document: QPdfDocument, page: int, dpi: int = DPI) -> QImage:
    """The page as it looks on white paper."""
    points = document.pagePointSize(page)
    size = QSize(round(points.width() / POINTS * dpi), round(points.height() / POINTS * dpi))
    paper = QImage(size, QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, document.render(page, size))
    painter.end()
    return paper


def _fitted(size: QSize, sheet: QRectF) -> QRectF:
    """As large as the sheet allows without changing proportions, at its top and in its middle."""
    grown = QSizeF(size).scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF((sheet.width() - grown.width()) / 2, 0, grown.width(), grown.height())
