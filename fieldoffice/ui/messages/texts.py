"""Organization → Message texts: what each message says, by channel and language, with a preview beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.models.errors import Invalid, Refused, Stale
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit
from fieldoffice.services.messages.editing import (
    TemplateSheet,
    own_templates,
    reset_template,
    save_template,
    template_sheet,
)
from fieldoffice.services.messages.kinds import CHANNELS, KINDS, LANGUAGES
from fieldoffice.ui import actions, icons
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.messages import words
from fieldoffice.ui.messages.preview import PreviewPart
from fieldoffice.ui.messages.writing import FieldBar, TextField
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import Chip, PlainLabel

SIDE, SOON_MS = 248, 250
FIRST = "request_office"
Where = tuple[str, str, str]
PLACES: tuple[Where, ...] = tuple((kind, channel, language) for kind in KINDS for channel in CHANNELS for language in LANGUAGES)
"""Every text once; its place here is its number among the drafts."""


class TextsPage(QWidget):
    """`open(kind=…, channel=…, language=…)`; a text that is being typed is kept as a draft, each one for itself."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.sheet, self._next = desk, None, (FIRST, "email", "en")
        self.sheet: TemplateSheet | None
        self._next: Where
        self._saving = False
        self.own: frozenset[Where] = frozenset()
        self.list, self.channel, self.language = QListWidget(), Segmented(tuple(CHANNELS.items()), self.tr("Channel")), Choice()
        self.form, self.subject, self.text = Form(), QLineEdit(), TextField()
        self.fields, self.preview = FieldBar(self._insert), PreviewPart(desk)
        self.title, self.sentence, self.state = PlainLabel("", "section"), PlainLabel("", "muted", wrap=True), Chip()
        self.calls = actions.bind(self, {"save": self.save})
        self.back = button(self.tr("Discard"), self.discard, icon="undo")
        self.reset_button = button(self.tr("Use the program's words"), self.reset, icon="settings_backup_restore")
        self.warning, self.dot = Banner("warn"), QLabel()
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._build()
        self.draft = Draft(desk, "message_template", self.form, self, save=self.save)
        self._connect()
        self.refresh()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        self.calls["save"].setProperty("primary", True)
        return [self.dot, self.reset_button, self.back, self.calls["save"]]

    def open(self, kind: str = "", channel: str = "email", language: str = "en", place: int = 0, **_: Any) -> None:
        """Show one text; `place` is its number among the drafts."""
        if 0 < place <= len(PLACES):
            kind, channel, language = PLACES[place - 1]
        if kind in KINDS and self.may_leave():
            self._go((kind, channel, language))

    def ready(self) -> bool:
        return self.sheet is not None and self.preview.shown is not None

    def dirty(self) -> bool:
        s = self.sheet
        return s is not None and (self.text.toPlainText() != s.body or (s.channel == "email" and self.subject.text() != s.subject))

    def may_leave(self) -> bool:
        if self.dirty():
            self.warning.show_words(self.tr("Not saved yet."))
            self._keep.setFocus()
        return not self.dirty()

    def refresh(self) -> None:
        """Read again; what is typed stays."""
        self.desk.see(self, own_templates, then=self._owned)
        self._load()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # what can be pressed

    def save(self) -> None:
        """The company's own words from now on; the next message uses them."""
        s = self.sheet
        if s is None or self._saving or not self.dirty():
            return
        self._saving = True
        label = self.tr("Text saved: %1").replace("%1", KINDS[s.kind].words)
        self.desk.act(self, label, save_template, s.kind, s.channel, s.language, version=self.draft.version, subject=self.subject.text(),
                      body=self.text.toPlainText(), then=self._saved, otherwise=self._refused, op_id=self.draft.op())  # fmt: skip

    save_now = save

    def reset(self) -> None:
        """The program's words again; undo brings the company's back."""
        if self.sheet is not None and self.sheet.own:
            s = self.sheet
            self.desk.act(self, self.tr("The program's words are used again"), reset_template, s.kind, s.channel, s.language,
                          version=s.version, then=self._saved)  # fmt: skip

    def discard(self) -> None:
        """Show what is stored; what was typed is gone."""
        self.draft.discard()
        if self.sheet is not None:
            self._take(self.sheet)

    # inside: where

    def _go(self, where: Where) -> None:
        kind, channel, language = where
        channel = channel if channel in KINDS[kind].channels else "email"
        language = language if language in KINDS[kind].languages else "en"
        self._next, self.sheet = (kind, channel, language), None
        self._show_place()
        self._load()

    def _load(self) -> None:
        self.desk.see(self, template_sheet, *self._next, then=self._came)

    def _chosen(self) -> None:
        """Somebody chose another kind, channel or language."""
        item = self.list.currentItem()
        kind = item.data(Qt.ItemDataRole.UserRole) if item is not None else self._next[0]
        wanted = (kind or self._next[0], self.channel.value() or "email", self.language.value() or "en")
        if wanted == self._next:
            return
        if self.may_leave():
            self._go(wanted)
        else:
            self._show_place()

    def _show_place(self) -> None:
        kind, channel, language = self._next
        for one in (self.list, self.language):
            one.blockSignals(True)
        row = next(n for n in range(self.list.count()) if self.list.item(n).data(Qt.ItemDataRole.UserRole) == kind)
        self.list.setCurrentRow(row)
        self.channel.set_value(channel)
        self.language.set_value(language)
        for one in (self.list, self.language):
            one.blockSignals(False)
        known = KINDS[kind]
        self.channel.setVisible(len(known.channels) > 1)
        self.language.setVisible(len(known.languages) > 1)
        self.title.setText(known.words)
        self.sentence.setText(known.when)

    # inside: answers

    def _came(self, sheet: TemplateSheet) -> None:
        if (sheet.kind, sheet.channel, sheet.language) != self._next or self.dirty():
            return  # somebody types here: Save tells what another desk changed
        self._take(sheet)

    def _take(self, sheet: TemplateSheet) -> None:
        self.sheet = sheet
        self.warning.hide()
        self.form.clear_errors()
        self.form.rows["subject"].setVisible(sheet.channel == "email")
        self.form.set_values({"subject": sheet.subject, "body": sheet.body})
        self.fields.show_fields(sheet.fields)
        self.text.setReadOnly(not sheet.may_edit)
        self.subject.setReadOnly(not sheet.may_edit)
        place = PLACES.index((sheet.kind, sheet.channel, sheet.language)) + 1
        self.draft.open(place, sheet.version, {"subject": sheet.subject, "body": sheet.body}, title=KINDS[sheet.kind].words)
        self._show_dirty()
        self._show_preview()

    def _saved(self, edit: Edit) -> None:
        self._saving = False
        sheet: TemplateSheet = edit.value
        if self.sheet is not None and (sheet.kind, sheet.channel, sheet.language) == self._next:
            self.draft.saved()
            self._take(sheet)
        self.desk.see(self, own_templates, then=self._owned)

    def _refused(self, error: Refused) -> None:
        self._saving = False
        if isinstance(error, Stale) and self.sheet is not None:
            self.draft.stale(error, self._now, self._again)
        else:
            self.form.show_errors(error)

    def _now(self, tx: Tx) -> tuple[int, dict[str, Any]]:
        sheet = template_sheet(tx, *self._next)
        return sheet.version, {"subject": sheet.subject, "body": sheet.body}

    def _again(self, version: int, values: dict[str, Any]) -> None:
        self.form.set_values(values)
        self.draft.version = version
        self.save()

    def _owned(self, own: frozenset[Where]) -> None:
        self.own = own
        for n in range(self.list.count()):
            item = self.list.item(n)
            if item.data(Qt.ItemDataRole.UserRole) is None:
                continue
            mine = any(kind == item.data(Qt.ItemDataRole.UserRole) for kind, _, _ in own)
            item.setIcon(icons.icon("edit" if mine else "mail"))
            item.setToolTip(self.tr("Your own words") if mine else "")

    # inside: showing

    def _typed(self) -> None:
        self._show_dirty()
        self._soon.start()

    def _show_dirty(self) -> None:
        dirty, s = self.dirty(), self.sheet
        self.calls["save"].setEnabled(dirty and s is not None and s.may_edit)
        self.back.setEnabled(dirty)
        self.dot.setVisible(dirty)
        self.reset_button.setEnabled(s is not None and s.own and s.may_edit)
        own = s is not None and s.own
        self.state.show_words(self.tr("Your own words") if own else self.tr("The program's words"), "edit" if own else "",
                              "selected" if own else "hover", "selected_text" if own else "muted")  # fmt: skip
        if not dirty:
            self.warning.hide()

    def _show_preview(self) -> None:
        if self.sheet is not None:
            self.preview.show_text(self._next, self.subject.text(), self.text.toPlainText(), self._judged)

    def _judged(self, error: Invalid | None) -> None:
        """An unknown field is said while it is typed."""
        if error is None:
            self.form.clear_errors()
        else:
            for name, row in self.form.rows.items():
                row.show_error(error.fields.get(name, ""))

    def _insert(self, name: str) -> None:
        """Put a field where the cursor is."""
        if self.subject.hasFocus() or self.subject.property("last"):
            self.subject.insert(f"{{{name}}}")
            self.form.changed.emit()
        else:
            self.text.insertPlainText(f"{{{name}}}")

    # building

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(lambda *_: self._chosen())
        self.channel.chosen.connect(lambda _key: self._chosen())
        self.language.value_changed.connect(self._chosen)
        self.form.changed.connect(self._typed)
        self._soon.timeout.connect(self._show_preview)
        self.preview.changed.connect(self._show_preview)
        self.text.focused.connect(lambda: self.subject.setProperty("last", False))
        self.subject.selectionChanged.connect(lambda: self.subject.setProperty("last", True))
        self.subject.cursorPositionChanged.connect(lambda *_: self.subject.setProperty("last", self.subject.hasFocus()))
        self.desk.live.watch(self, {"message_template", "company", "setting"}, self.refresh)

    def _build(self) -> None:
        self.language.set_choices(words.LANGUAGES)
        self.language.setAccessibleName(self.tr("Language"))
        icons.dress(self.dot, "circle-fill", "accent", 10)
        self.dot.setAccessibleName(self.tr("Not saved yet"))
        self._keep = _ways_out(self.warning, self.save, self.discard)
        self.form.add("subject", self.tr("Subject"), self.subject, required=False)
        self.form.add("body", self.tr("Text"), self.text, hint=self.tr(
            "An empty line begins a paragraph, “- ” a list. **bold**, [words](https://…) or [words]({link}). "
            "{notes|none} says “none” where there are no notes; a line whose fields are all empty is left out."))  # fmt: skip
        self.form.add_widget(self.fields)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._middle())
        split.addWidget(self.preview)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 8, 16, 16)
        whole.setSpacing(16)
        whole.addWidget(self._side())
        whole.addWidget(split, 1)
        self._show_place()

    def _side(self) -> QWidget:
        self.list.setFixedWidth(SIDE)
        self.list.setAccessibleName(self.tr("Messages"))
        self.list.setIconSize(QSize(20, 20))
        for head, office in ((self.tr("To the office"), True), (self.tr("To customers"), False)):
            item = QListWidgetItem(head, self.list)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setSizeHint(QSize(0, 34))
            for kind in (kind for kind in KINDS.values() if kind.office == office):
                entry = QListWidgetItem(icons.icon("mail"), kind.words, self.list)
                entry.setData(Qt.ItemDataRole.UserRole, kind.id)
                entry.setSizeHint(QSize(0, 32))
        return self.list

    def _middle(self) -> QWidget:
        middle, top, line = QWidget(), QHBoxLayout(), QHBoxLayout()
        for row in (top, line):
            row.setSpacing(8)
        top.addWidget(self.title)
        top.addWidget(self.state)
        top.addStretch(1)
        for widget in (self.channel, self.language):
            line.addWidget(widget)
        line.addStretch(1)
        box = QVBoxLayout(middle)
        box.setContentsMargins(0, 0, 8, 0)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self.sentence)
        box.addLayout(line)
        self.warning.hide()
        box.addWidget(self.warning)
        box.addWidget(self.form, 1)
        return middle


def _ways_out(warning: Banner, save: Callable[[], object], discard: Callable[[], object]) -> QWidget:
    warning.add_button("Save", save)
    warning.add_button("Discard", discard)
    return warning.add_button("Keep editing", warning.hide)
