"""Organization → Settings: made from the register of settings; found by their words; nothing applies before Save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.models.errors import Refused, Stale
from fieldoffice.office import Tx
from fieldoffice.services.company.register import SECTIONS, found, spec
from fieldoffice.services.company.values import SettingsSheet, save_settings, settings_sheet
from fieldoffice.services.edits import Edit
from fieldoffice.ui import actions, icons, theme
from fieldoffice.ui.customers.on_map import OnMap
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.messages.passwords import PasswordsPart, TextsLink
from fieldoffice.ui.organization.bookable import BookablePart
from fieldoffice.ui.organization.bookinglinks import BookingLinksPart
from fieldoffice.ui.organization.closed import HolidaysPart
from fieldoffice.ui.organization.logo import LogoPart
from fieldoffice.ui.organization.making import PlaceField
from fieldoffice.ui.organization.numbers import NumbersPart
from fieldoffice.ui.organization.officekey import KeyPart
from fieldoffice.ui.organization.online import OnlinePart
from fieldoffice.ui.organization.ownfields import FieldsPart
from fieldoffice.ui.organization.people import PeoplePart
from fieldoffice.ui.organization.roles import RolesTable
from fieldoffice.ui.organization.sections import Section
from fieldoffice.ui.organization.streets import StreetsPart
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.values import plain, same

SIDE = 232
TOPICS = frozenset({"company", "setting", "staff_user", "holiday", "custom_field", "secret", "access_code"})
LISTS = {"staff_user": "people.users", "holiday": "hours.holidays", "custom_field": "fields"}


class ValuesForm(Form):
    """Its rows stand in the sections, and what is to be said above them stands above the sections."""

    top: QVBoxLayout

    def put_on_top(self, widget: QWidget) -> None:
        self.top.insertWidget(0, widget)


class SettingsPage(QWidget):
    """Sections at the left, the settings of one at the right. Lists (users, holidays, fields) apply at once, with undo."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.sheet, self._saving = desk, SettingsSheet({}, False), False
        self._next: Callable[[], object] | None = None
        self.form, self.numbers, self.streets = ValuesForm(), NumbersPart(desk), StreetsPart(desk)
        self.key, self.people, self.holidays = KeyPart(desk), PeoplePart(desk), HolidaysPart(desk)
        self.bookable = BookablePart(desk)
        self.fields = {entity: FieldsPart(desk, entity) for entity in ("customer", "job")}
        self.online, self.logo = OnlinePart(desk), LogoPart(desk)
        self.booking = BookingLinksPart(desk)
        self.passwords, self.texts = PasswordsPart(desk), TextsLink(desk, self.tr("Edit message texts"))
        self.portal_text = TextsLink(desk, self.tr("Edit Customer Portal Template"), kind="request_office")
        self.calls = actions.bind(self, {"save": self.save})
        self.back = button(self.tr("Discard"), self.discard, icon="undo")
        self.search, self.list, self.stack = SearchField(self.tr("Find a setting")), QListWidget(), QStackedWidget()
        own = self._own()
        self.sections = {id: Section(id, self.form, own) for id in SECTIONS}
        self._build()
        OnMap(desk, cast(PlaceField, self.form.rows["company.place"].field), self.tr("Where the office lies"))
        self.draft = Draft(desk, "settings", self.form, self, entity="company", save=self.save)
        for part in (self.form, self.numbers, self.streets, self.online):
            part.changed.connect(self._show_dirty)
        self.search.searched.connect(self._find)
        self.list.currentItemChanged.connect(lambda item, _was: self._show_section(item))
        desk.live.watch(self, TOPICS, self.refresh)
        self._show_dirty()
        self.refresh()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        self.calls["save"].setProperty("primary", True)
        return [self.dot, self.back, self.calls["save"]]

    def open(self, section: str = "", key: str = "", **_: Any) -> None:
        """Show a section, or the setting of that key, marked."""
        if key:
            section = spec(key).section
        if section in self.sections:
            self.search.clear()
            self.list.setCurrentRow(list(SECTIONS).index(section))
        if key:
            self._mark({key})
            self.sections[section].show_spot(key)

    def ready(self) -> bool:
        return bool(self.sheet.values)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Read everything again; what is typed stays."""
        self.desk.see(self, settings_sheet, then=self._came)
        for part in (self.numbers, self.people, self.holidays, self.bookable, self.logo, *self.fields.values()):
            part.reload()
        if self._section() == "secrets":  # looking tries the keyring, which some systems tell the user about
            self.key.reload()

    def dirty(self) -> bool:
        """Whether something is entered that is not saved."""
        return bool(self._changed()) or self.numbers.dirty() or self.streets.dirty() or self.online.dirty()

    def may_leave(self) -> bool:
        if self.dirty():
            self.warning.show_words(self.tr("Not saved yet."))
            self._keep.setFocus()
        return not self.dirty()

    def save(self) -> None:
        """Save everything that was changed: the settings, then the numbers, then this computer's."""
        if self._saving or not self.dirty():
            return
        self.warning.hide()
        if not self.form.check():
            self._show_wrong(self.form.unreadable())
            return
        self._saving = True
        changed = self._changed()
        if changed:
            self.desk.act(self, self.tr("Settings saved"), save_settings, changed, seen={key: self.sheet.values[key] for key in changed},
                          then=self._saved, otherwise=self._refused, op_id=self.draft.op())  # fmt: skip
        else:
            self._save_numbers()

    save_now = save

    def discard(self) -> None:
        """Show what is stored; what was typed is gone."""
        self._take(self.sheet)
        self.draft.discard()
        self.numbers.discard()
        self.streets.discard()
        self.online.discard()
        self.form.clear_errors()
        self.warning.hide()
        self._show_dirty()

    # inside: saving

    def _changed(self) -> dict[str, Any]:
        """What is entered and differs from what was read, by key."""
        if not self.sheet.values:
            return {}
        return {key: value for key, value in self.form.values().items() if not same(value, self.sheet.values[key])}

    def _saved(self, edit: Edit) -> None:
        self.sheet = SettingsSheet(edit.value, self.sheet.may_edit)
        self._take(self.sheet)
        self.draft.saved()
        self._save_numbers()

    def _save_numbers(self) -> None:
        if self.numbers.dirty():
            self.numbers.save(self._save_streets, self._failed_at("numbering"))
        else:
            self._save_streets()

    def _save_streets(self) -> None:
        if self.streets.dirty():
            if not self.streets.save():
                self._failed_at("machine")()
                return
            self.desk.toast(self.tr("Street map saved"))
        if self.online.dirty():
            self.online.save(self._served, self._failed_at("online"))
        else:
            self._ended()

    def _served(self) -> None:
        self.desk.toast(self.tr("Web pages: saved for this computer"))
        self._ended()

    def _failed_at(self, section: str) -> Callable[[], None]:
        def failed() -> None:
            self.open(section)
            self._ended()

        return failed

    def _refused(self, error: Refused) -> None:
        self._ended()
        if isinstance(error, Stale):
            self.draft.stale(error, now, self._save_merged)
        else:
            self.form.show_errors(error)
            self._show_wrong(getattr(error, "fields", {}))

    def _save_merged(self, _version: int, values: dict[str, Any]) -> None:
        """Save what is kept of both over what the other desk saved."""
        def again(sheet: SettingsSheet) -> None:
            self.sheet = sheet
            self.form.set_values(values)
            self._show_dirty()
            self.save()

        self.desk.see(self, settings_sheet, then=again)

    def _ended(self) -> None:
        self._saving = False
        self._show_dirty()

    def _show_wrong(self, wrong: dict[str, str]) -> None:
        """Go to the section of the first wrong field."""
        first = next((key for key in self.form.rows if key in wrong), "")
        if first:
            self.open(spec(first).section)
            self.sections[spec(first).section].show_spot(first)
            self.form.rows[first].field.setFocus(Qt.FocusReason.OtherFocusReason)

    # inside: showing

    def _came(self, sheet: SettingsSheet) -> None:
        if self.sheet.values and self._changed():
            return  # somebody types here: the service tells on Save what the other desk changed
        self.sheet = sheet
        self._take(sheet)
        self.draft.open(1, 0, {key: plain(value) for key, value in sheet.values.items()})
        self._show_dirty()

    def _take(self, sheet: SettingsSheet) -> None:
        self.form.set_values({key: plain(value) for key, value in sheet.values.items()})

    def _show_dirty(self) -> None:
        dirty = self.dirty()
        self.calls["save"].setEnabled(dirty and self.sheet.may_edit | self.streets.dirty() | self.online.dirty())
        self.back.setEnabled(dirty)
        self.dot.setVisible(dirty)
        self.readonly.setVisible(self.ready() and not self.sheet.may_edit)
        if not dirty:
            self.warning.hide()

    def _find(self, text: str) -> None:
        hits = found(text)
        keys = {one.key for one in hits}
        for n, id in enumerate(SECTIONS):
            self.list.item(n).setHidden(bool(text.strip()) and id not in {one.section for one in hits})
        self.nothing.setVisible(bool(text.strip()) and not hits)
        self._mark(keys)
        if hits:
            here = self._section()
            first = next((one for one in hits if one.section == here), hits[0])
            self.list.setCurrentRow(list(SECTIONS).index(first.section))
            self.sections[first.section].show_spot(first.key)

    def _mark(self, keys: set[str]) -> None:
        for section in self.sections.values():
            for key, spot in section.spots.items():
                spot.mark(key in keys)

    def _section(self) -> str:
        return list(SECTIONS)[max(0, self.list.currentRow())]

    def _show_section(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.stack.setCurrentWidget(self.sections[self._section()])
            if self._section() == "secrets":
                self.key.reload()

    # building

    def _own(self) -> dict[str, QWidget]:
        return {"hours.holidays": self.holidays, "requests.bookable": self.bookable,
                "people.users": self.people, "people.roles": RolesTable(),
                "fields.customer": self.fields["customer"], "fields.job": self.fields["job"], "numbering.series": self.numbers,
                "secrets.key": self.key, "machine.streets": self.streets,
                "messages.passwords": self.passwords, "messages.texts": self.texts, "messages.portal_text": self.portal_text,
                "online.here": self.online, "booking.page": self.booking, "company.logo": self.logo}  # fmt: skip

    def _build(self) -> None:
        self.form.hide()  # its rows stand in the sections; it only knows them
        self.form.setParent(self)
        self.warning, self.readonly = Banner("warn"), Banner("info")
        self.warning.add_button(self.tr("Save"), self.save)
        self.warning.add_button(self.tr("Discard"), self.discard)
        self._keep: QPushButton = self.warning.add_button(self.tr("Keep editing"), self.warning.hide)
        self.readonly.show_words(self.tr("You may look at these settings. An owner may change them."))
        self.warning.hide()
        for section in self.sections.values():
            self.stack.addWidget(section)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._side())
        right = QVBoxLayout()
        right.setContentsMargins(8, 8, 16, 0)
        right.setSpacing(8)
        self.form.top = right
        for part in (self.warning, self.readonly, self.form.summary):
            right.addWidget(part)
        right.addWidget(self.stack, 1)
        whole.addLayout(right, 1)

    def _dress(self, _theme: str) -> None:
        for n, (_, icon, _) in enumerate(SECTIONS.values()):
            self.list.item(n).setIcon(icons.icon(icon))

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE)
        self.nothing, self.dot = PlainLabel(self.tr("No setting has these words."), "muted", wrap=True), QLabel()
        icons.dress(self.dot, "circle-fill", "accent", 10)
        self.dot.setAccessibleName(self.tr("Not saved yet"))
        self.dot.setToolTip(self.tr("Not saved yet"))
        self.nothing.hide()
        self.list.setAccessibleName(self.tr("Sections"))
        self.list.setIconSize(QSize(20, 20))
        for title, _, _ in SECTIONS.values():
            QListWidgetItem(title, self.list).setSizeHint(QSize(0, 34))
        theme.changed.connect(self._dress)
        self._dress("")
        self.list.setCurrentRow(0)
        column = QVBoxLayout(side)
        column.setContentsMargins(16, 16, 8, 16)
        column.setSpacing(8)
        for widget in (self.search, self.nothing):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        return side


def now(tx: Tx) -> tuple[int, dict[str, Any]]:
    """All settings as they are now, for a merge."""
    return 0, {key: plain(value) for key, value in settings_sheet(tx).values.items()}
