"""One chart: its finding, the picture, and the numbers behind it at the press of a button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontInfo, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.ui import icons, theme
from fieldoffice.ui.charts.drawing import Colors, Drawn, draw
from fieldoffice.ui.charts.easel import easel_of
from fieldoffice.ui.charts.numbers import numbers_table
from fieldoffice.ui.charts.picture import Picture
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import PlainLabel, plain_tip
from fieldoffice.ui.parts.table import Table

REST_MS = 80
LEAST = (120, 80)


class Chart(QFrame):
    """A card with a title, the picture below it, and a button that turns it over. See the package."""

    def __init__(self, desk: Desk, *, name: str) -> None:
        super().__init__()
        self.setProperty("box", "surface")
        self.setAccessibleName(name)
        self.desk, self.name = desk, name
        self.title = PlainLabel(name, "strong", wrap=True)
        self.canvas, self.sentence = Canvas(desk), PlainLabel("", "muted", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table: Table | None = None
        self.turn = IconButton("table_rows", self._turn_words(numbers=False), self._turn_over, color="muted")
        self.take = IconButton("download", self.tr("Export the numbers…"), self._export, color="muted")
        self.stack = QStackedWidget()
        self.stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.stack.addWidget(self.canvas)
        self.stack.addWidget(self.sentence)
        self._arrange()
        self.say("")

    def show_picture(self, picture: Picture) -> None:
        """Show another state; the side in sight stays in sight."""
        self.title.setText(picture.title)
        self.canvas.show_picture(picture)
        self.turn.show()
        numbers = self.in_numbers()
        self._renew_table(picture)
        self.stack.setCurrentWidget(self.table if numbers and self.table is not None else self.canvas)
        self.take.setVisible(numbers)

    def say(self, sentence: str) -> None:
        """A sentence in place of the picture."""
        self.title.setText(self.name)
        self.sentence.setText(sentence)
        self.stack.setCurrentWidget(self.sentence)
        self.turn.hide()
        self.take.hide()

    def in_numbers(self) -> bool:
        """Whether the table is in sight."""
        return self.table is not None and self.stack.currentWidget() is self.table

    def drawn(self) -> bool:
        """Whether what is to be shown has been drawn."""
        return self.stack.currentWidget() is not self.canvas or self.canvas.fresh

    def _turn_over(self) -> None:
        if self.table is not None:
            numbers = not self.in_numbers()
            self.stack.setCurrentWidget(self.table if numbers else self.canvas)
            self.take.setVisible(numbers)
            icons.dress(self.turn, "bar_chart" if numbers else "table_rows", "muted")
            words = self._turn_words(numbers=numbers)
            self.turn.setAccessibleName(words)
            self.turn.setToolTip(plain_tip(words))

    def _export(self) -> None:
        if self.table is not None:
            self.table.calls["export_list"].trigger()

    def _turn_words(self, *, numbers: bool) -> str:
        return self.tr("Show the picture") if numbers else self.tr("Show the numbers")

    def _renew_table(self, picture: Picture) -> None:
        """The columns are the picture's own; the same table is kept as long as they are the same."""
        made = numbers_table(picture, self.name, self.table, self.desk.memory)
        if made is not self.table:
            if self.table is not None:
                self.stack.removeWidget(self.table)
                self.table.deleteLater()
            self.table = made
            exporting.attach(self.desk, made, self.name)
            self.stack.addWidget(made)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.turn, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 8, 8)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.stack, 1)
        self.setMinimumHeight(180)


class Canvas(QWidget):
    """The picture itself. `fresh` once what is painted is what was asked for last."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.picture = desk, None
        self.picture: Picture | None
        self.image, self.fresh, self._asked = QImage(), True, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(*LEAST)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(lambda: easel_of(desk).want(self))
        theme.changed.connect(self._changed)

    def show_picture(self, picture: Picture) -> None:
        self.picture = picture
        self.setAccessibleName(picture.title)
        self.setAccessibleDescription(picture.spoken)
        self._changed("")

    def sizeHint(self) -> QSize:
        return QSize(360, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._changed("")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.fresh:
            self._rest.start()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._changed("")
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.image.isNull():
            QPainter(self).drawImage(QRectF(self.rect()), self.image)

    def sitting(self) -> tuple[Callable[[], Drawn], Callable[[Drawn], object]] | None:
        """What the easel does next; nothing while the picture is not in sight."""
        picture, size, ratio, asked = self.picture, self.size(), self.devicePixelRatioF(), self._asked
        if picture is None or not self.isVisible() or size.width() < LEAST[0] or size.height() < LEAST[1]:
            return None
        colors, family = Colors(theme.current()), QFontInfo(theme.font()).family()
        return (lambda: draw(picture.draw, colors, family, size.width(), size.height(), ratio),
                lambda drawn: self._arrived(drawn, asked))  # fmt: skip

    def _changed(self, _theme: str) -> None:
        """Draw again after a short rest: a window being resized asks many times."""
        if self.picture is not None:
            self.fresh = False
            self._asked += 1
            self._rest.start()

    def _arrived(self, drawn: Drawn, asked: int) -> None:
        image = QImage(drawn.data, drawn.width, drawn.height, drawn.width * 4, QImage.Format.Format_RGBA8888).copy()
        image.setDevicePixelRatio(drawn.ratio)
        self.image, self.fresh = image, asked == self._asked
        self.update()
