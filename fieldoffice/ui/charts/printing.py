"""A chart for paper: the same drawing in light colors, sharp enough for print, as a PNG. Not for the Qt thread: it takes a while."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from fieldoffice.services.documents.reportpaper import ReportColumn, ReportPicture, ReportTable
from fieldoffice.ui.charts.drawing import Colors, draw
from fieldoffice.ui.charts.picture import Cell, Picture, words_of
from fieldoffice.ui.palette import LIGHT

WIDE, HIGH, SHARP = 720, 300, 2.5


def printed(picture: Picture, family: str = "") -> bytes:
    """The picture as PNG bytes."""
    drawn = draw(picture.draw, Colors(LIGHT), family, WIDE, HIGH, SHARP)
    image = QImage(drawn.data, drawn.width, drawn.height, drawn.width * 4, QImage.Format.Format_RGBA8888).convertToFormat(
        QImage.Format.Format_RGB32
    )
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


def report_parts(picture: Picture, png: bytes) -> tuple[ReportPicture, ReportTable]:
    """The picture and its numbers, as a report prints them."""
    first = picture.rows[0] if picture.rows else ()
    heads = tuple(ReportColumn(head, right=n < len(first) and isinstance(first[n], Cell)) for n, head in enumerate(picture.heads))
    return ReportPicture(picture.title, png), ReportTable(heads, tuple(tuple(words_of(cell) for cell in row) for row in picture.rows))
