"""The files of a job: dropped or chosen, shown with thumbnails, opened, saved elsewhere, removed with Undo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTemporaryDir, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidgetItem, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.jobs.choices import Choices
from fieldoffice.services.jobs.files import attach, attach_again, content, detach
from fieldoffice.services.jobs.sheet import FileRow, JobSheet
from fieldoffice.ui import icons, theme
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs import words
from fieldoffice.ui.jobs.disk import HARMLESS, Found, read_file, safe_name, thumbnail, write_file
from fieldoffice.ui.jobs.filelist import CELL, ROW, SIDE, FileList
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import ElidedLabel, plain_tip

PICTURES = {"application/pdf": "picture_as_pdf", "text": "description", "image": "image"}


class FilesSection(QWidget):
    """`saved(JobSheet)` after each change."""

    saved = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.job: JobSheet | None = None
        self.zone = ZoneInfo("UTC")
        self.list, self.about = FileList(), ElidedLabel("", "muted")
        self.empty = EmptyState(self.tr("No files yet. Drop photos or papers here, up to 10 MB each."), "attach_file",
                                self.tr("Add files…"), self.choose_files)
        self.trouble = Banner("danger")
        self.trouble.hide()
        self._folder: QTemporaryDir | None = None
        self._thumbs: dict[int, QIcon] = {}
        self._build()
        self.setAcceptDrops(True)
        theme.changed.connect(self._theme_changed)

    def show_job(self, job: JobSheet, choices: Choices) -> None:
        other = self.job is None or self.job.id != job.id
        same = not other and self.job is not None and self.job.files == job.files
        self.job, self.zone = job, ZoneInfo(choices.zone)
        if other:
            self._thumbs.clear()
            self.trouble.hide()
        if not same:
            self._fill()

    def current(self) -> FileRow | None:
        item = self.list.currentItem()
        return item.data(ROW) if item is not None and item.isSelected() else None

    # acts

    def choose_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Add files to the job"))
        self.add_paths(paths)

    def add_paths(self, paths: Sequence[str]) -> None:
        """Read files and put them on the job, one after another."""
        self.trouble.hide()
        for path in paths:
            self.desk.background.ask(self, lambda path=path: read_file(path), self._attach, self._say)

    def open_current(self) -> None:
        """Show the selected file in the system's viewer, where its kind is harmless; else offer to save it."""
        file = self.current()
        if file is None:
            return
        if file.media_type in HARMLESS:
            self.desk.see(self, content, file.id, then=lambda octets: self._show_outside(file, octets))
        else:
            self.save_current()

    def save_current(self) -> None:
        file = self.current()
        if file is None:
            return
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save a copy"), safe_name(file.name))
        if path:
            self.save_to(file, path)

    def save_to(self, file: FileRow, path: str) -> None:
        """Write a copy of a file to `path`."""
        def write(octets: bytes) -> None:
            self.desk.background.ask(self, lambda: write_file(path, octets), lambda _none: told(), self._say)

        def told() -> None:
            self.desk.toast(self.tr("Saved as %1").replace("%1", Path(path).name))

        self.desk.see(self, content, file.id, then=write, otherwise=self._say)

    def remove_current(self) -> None:
        """Take the selected file off; the toast brings it back."""
        file = self.current()
        if file is None:
            return

        def removed(job: JobSheet) -> None:
            self.saved.emit(job)
            self.desk.toast(self.tr("Removed %1").replace("%1", file.name),
                            undo=lambda: self.desk.do(self, attach_again, file.id, then=self.saved.emit))

        self.desk.do(self, detach, file.id, then=removed, otherwise=self._say)

    # dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.job is not None and _paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add_paths(_paths(event))

    # inside

    def _attach(self, found: Found) -> None:
        if self.job is not None:
            self.desk.do(self, attach, self.job.id, name=found.name, media_type=found.media_type, content=found.content,
                         then=self.saved.emit, otherwise=self._say)

    def _say(self, error: Refused) -> None:
        """Several files may fail: all are named."""
        said = self.trouble.label.text() if self.trouble.isVisible() else ""
        self.trouble.show_words("\n".join(part for part in (said, str(error)) if part))

    def _show_outside(self, file: FileRow, octets: bytes) -> None:
        if self._folder is None:
            self._folder = QTemporaryDir()
        path = self._folder.filePath(f"{file.id}-{safe_name(file.name)}")
        write_file(path, octets)
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            self.desk.toast(self.tr("No program shows %1 here. Save it instead.").replace("%1", file.name), kind="warn")

    def _fill(self) -> None:
        assert self.job is not None
        kept = self.current()
        self.list.clear()
        for file in self.job.files:
            self.list.addItem(self._item(file))
            if kept is not None and kept.id == file.id:
                self.list.setCurrentRow(self.list.count() - 1)
        self.empty.setVisible(not self.job.files)
        self._show_about()

    def _item(self, file: FileRow) -> QListWidgetItem:
        item = QListWidgetItem(self._thumbs.get(file.id) or _kind_icon(file, self.devicePixelRatioF()), file.name)
        item.setData(ROW, file)
        item.setToolTip(plain_tip(file.name))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self._words(file))
        item.setSizeHint(CELL)
        if file.media_type.startswith("image/") and file.id not in self._thumbs:
            side = round(SIDE.width() * self.devicePixelRatioF())
            self.desk.see(self, thumbnail, file.id, side, then=lambda image: self._thumb(file.id, image), otherwise=lambda _e: None)
        return item

    def _thumb(self, file_id: int, image: QImage) -> None:
        if image.isNull():
            return
        self._thumbs[file_id] = _centered(QPixmap.fromImage(image), self.devicePixelRatioF())
        for n in range(self.list.count()):
            item = self.list.item(n)
            if item.data(ROW).id == file_id:
                item.setIcon(self._thumbs[file_id])

    def _words(self, file: FileRow) -> str:
        return f"{file.name}  ·  {words.size(file.size)}  ·  {file.by_name}  ·  {words.moment(file.created_at, self.zone)}"

    def _show_about(self) -> None:
        file = self.current()
        for one in (self.open_button, self.save_button, self.remove_button):
            one.setEnabled(file is not None)
        self.open_button.setEnabled(file is not None and file.media_type in HARMLESS)
        self.about.setText("" if file is None else self._words(file))

    def _theme_changed(self, _name: str) -> None:
        if self.job is not None:
            self._fill()

    def _build(self) -> None:
        self.empty.cover(self.list)
        self.open_button = button(self.tr("Open"), self.open_current, icon="open_in_new")
        self.save_button = button(self.tr("Save a copy…"), self.save_current, icon="download")
        self.remove_button = button(self.tr("Remove"), self.remove_current, icon="delete")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(button(self.tr("Add files…"), self.choose_files, icon="attach_file"))
        row.addStretch(1)
        for one in (self.open_button, self.save_button, self.remove_button):
            row.addWidget(one)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 4, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        for part in (self.trouble, self.list, self.about):
            box.addWidget(part)
        box.setStretchFactor(self.list, 1)
        self.list.itemSelectionChanged.connect(self._show_about)
        self.list.remove_wanted.connect(self.remove_current)
        self.list.open_wanted.connect(self.open_current)
        self.list.itemDoubleClicked.connect(lambda _item: self.open_current())


def _paths(event: QDropEvent) -> list[str]:
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]


def _kind_icon(file: FileRow, ratio: float) -> QIcon:
    name = PICTURES.get(file.media_type) or PICTURES.get(file.media_type.split("/")[0], "draft")
    return _centered(icons.pixmap(name, 48, "muted", ratio), ratio)


def _centered(picture: QPixmap, ratio: float) -> QIcon:
    """In the middle of a room of one size, so that all names stand on one line."""
    room = QPixmap(SIDE * ratio)
    room.fill(Qt.GlobalColor.transparent)
    flat = QPixmap(picture)
    flat.setDevicePixelRatio(1.0)
    if flat.height() > room.height():  # taken upright
        flat = flat.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    painter = QPainter(room)
    painter.drawPixmap((room.width() - flat.width()) // 2, (room.height() - flat.height()) // 2, flat)
    painter.end()
    room.setDevicePixelRatio(ratio)
    return QIcon(room)
