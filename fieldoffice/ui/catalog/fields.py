"""Fields of the price book: a tax rate in percent."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QWidget

from fieldoffice.ui.jobs.words import shown_rate
from fieldoffice.ui.parts.fields import ReadField
from fieldoffice.ui.parts.reading import Unreadable


class RateField(ReadField[int]):
    """A tax rate: typed in percent ("6", "8.875 %"), kept in parts per million; arrows step by a tenth of a percent."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def read(self, text: str) -> int:
        try:
            ppm = Decimal(text.replace("%", "").strip().replace(QLocale().decimalPoint(), ".").replace(",", ".")) * 10_000
        except InvalidOperation:
            raise Unreadable(self.tr("Enter a percentage such as 6 or 8.875.")) from None
        if not ppm.is_finite() or ppm != int(ppm):
            raise Unreadable(self.tr("A tax rate has at most four decimals."))
        if not 0 <= ppm <= 1_000_000:
            raise Unreadable(self.tr("A tax rate lies between 0 and 100 %."))
        return int(ppm)

    def shown(self, value: int) -> str:
        return shown_rate(value) if value else "0 %"

    def stepped(self, value: int, steps: int) -> int:
        return max(0, min(1_000_000, value + 1000 * steps))
