"""The field for a setting: one widget by its kind, in the terms in which the service saves it."""

from __future__ import annotations

from datetime import time
from zoneinfo import available_timezones

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QWidget

from fieldoffice.services.company.checks import place
from fieldoffice.services.company.spec import Spec
from fieldoffice.ui import places
from fieldoffice.ui.parts import reading
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import ReadField
from fieldoffice.ui.parts.reading import Unreadable

NARROW, MIDDLE = 120, 280
MIDNIGHT = "24:00"


class WholeField(ReadField[int]):
    """A whole number; the arrow keys step by one."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedWidth(NARROW)

    def read(self, text: str) -> int:
        plain = text.strip().replace(QLocale().groupSeparator(), "")
        if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
            raise Unreadable(_words("Enter a whole number."))
        return int(plain)

    def shown(self, value: int) -> str:
        return str(value)

    def stepped(self, value: int, steps: int) -> int:
        return max(0, value + steps)


class MinutesField(ReadField[int]):
    """A time of day as minutes after midnight; "24:00" is the end of the day. The arrow keys step by 15 minutes."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.twelve = "AP" in QLocale().timeFormat(QLocale.FormatType.ShortFormat).upper()
        self.setFixedWidth(NARROW)

    def read(self, text: str) -> int:
        if text.strip() in ("24", MIDNIGHT):
            return 24 * 60
        at = reading.read_time(text)
        return at.hour * 60 + at.minute

    def shown(self, value: int) -> str:
        return MIDNIGHT if value >= 24 * 60 else reading.show_time(time(value // 60, value % 60), twelve=self.twelve)

    def stepped(self, value: int, steps: int) -> int:
        return max(0, min(24 * 60, value + 15 * steps))


class ZoneField(ReadField[str]):
    """A time zone by its IANA name, completed from any part of it."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.zones = {zone.casefold(): zone for zone in available_timezones()}
        completer = QCompleter(sorted(self.zones.values()), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._completed)
        self.setCompleter(completer)
        self.setMaximumWidth(MIDDLE)

    def read(self, text: str) -> str:
        found = self.zones.get(text.strip().replace(" ", "_").casefold())
        if found is None:
            raise Unreadable(_words("Choose a time zone such as America/New_York."))
        return found

    def shown(self, value: str) -> str:
        return value

    def _completed(self, text: str) -> None:
        self.set_value(text)
        self.value_changed.emit()


class PlaceField(ReadField[tuple[float, float]]):
    """Latitude and longitude in degrees, "38.90720, -77.03690", as maps give them to copy."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setPlaceholderText("38.90720, -77.03690")
        self.setMaximumWidth(MIDDLE)

    def read(self, text: str) -> tuple[float, float]:
        try:
            lat, lon = (float(part) for part in text.replace(";", ",").split(","))
        except ValueError:
            raise Unreadable(_words("Enter latitude and longitude with a comma between them.")) from None
        if wrong := place((lat, lon)):
            raise Unreadable(wrong)
        return lat, lon

    def shown(self, value: tuple[float, float]) -> str:
        return f"{value[0]:.5f}, {value[1]:.5f}"


def field_of(one: Spec) -> QWidget:
    """The field for a setting."""
    if one.kind == "choice" or one.kind == "country":
        made = Choice()
        made.set_choices(one.choices or places.countries())
        made.setFixedWidth(MIDDLE)
        return made
    if one.kind == "yes_no":
        return QCheckBox(_words("Yes"))
    kinds = {"number": WholeField, "minutes": MinutesField, "zone": ZoneField, "place": PlaceField}
    if one.kind in kinds:
        return kinds[one.kind]()
    made = QLineEdit()
    if one.kind == "link":
        made.setPlaceholderText("https://")
    return made


def _words(text: str) -> str:
    return QCoreApplication.translate("Organization", text)
