"""A paper on the screen before it is one: pages, zoom, print, save, or hand over to the system's own viewer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QObject,
    QPointF,
    QSaveFile,
    Qt,
    QTemporaryDir,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices, QKeySequence, QPalette, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressDialog,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.models.errors import WorldFault
from fieldoffice.ui import theme
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.printing.paper_out import print_pages, printer_for, wanted_pages

SMALLEST, LARGEST, STEP = 0.25, 5.0, 1.25
UNREADABLE = "This paper cannot be shown: it is not a whole PDF. Print it again."
FORBIDDEN_IN_NAMES = '<>:"/\\|?*'


class PrintPreview(QDialog):
    """Shows `pdf`; the paper is held in memory and touches the disk only by Save as and Open in viewer.

    Raises WorldFault for bytes that are not a PDF. Keys: Ctrl+P, Ctrl+S, Ctrl+plus, Ctrl+minus, Ctrl+0, Esc.
    """

    printed = Signal(int)
    """Emitted with the number of pages once a print went out."""

    def __init__(self, pdf: bytes, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pdf, self.title = pdf, title
        self._folder: QTemporaryDir | None = None
        self._open()
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._build()
        self.resize(900, 960)

    # what is shown

    def _open(self) -> None:
        self.document = QPdfDocument(self)
        buffer = QBuffer(self.document)  # a child of its reader: it must outlive every reading
        buffer.setData(QByteArray(self.pdf))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(buffer)
        if self.document.status() != QPdfDocument.Status.Ready or not self.document.pageCount():
            raise WorldFault(UNREADABLE)

    def _build(self) -> None:
        self.view = QPdfView(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setAccessibleName(self.tr("Pages of %1").replace("%1", self.title))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.viewport().installEventFilter(self)
        self.banner = Banner("danger", parent=self)
        self.banner.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._bar())
        box.addWidget(self.banner)
        box.addWidget(self.view, 1)
        self.fit_width()
        self._color()
        theme.changed.connect(self._color)
        self.view.pageNavigator().currentPageChanged.connect(self._turned)
        self.view.setFocus()

    def _color(self, _theme: str = "") -> None:
        """The desk under the pages: QPdfView paints it in the color that a palette calls Dark."""
        palette = self.view.palette()
        palette.setColor(QPalette.ColorRole.Dark, theme.color("line"))
        self.view.setPalette(palette)

    def _bar(self) -> QHBoxLayout:
        """Acts at the left, pages and zoom at the right."""
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 8, 16, 8)
        bar.setSpacing(8)
        self.print_button = button(self.tr("Print…"), self.ask_printer, icon="print", primary=True)
        self.save_button = button(self.tr("Save as…"), self.ask_path, icon="save_as")
        self.viewer_button = button(self.tr("Open in viewer"), self.open_in_viewer, icon="open_in_new")
        for made, keys in ((self.print_button, "Ctrl+P"), (self.save_button, "Ctrl+S"), (self.viewer_button, "")):
            _with_keys(made, keys)
            bar.addWidget(made)
        bar.addStretch(1)
        self._add_pages(bar)
        bar.addSpacing(16)
        self._add_zoom(bar)
        return bar

    def _add_pages(self, bar: QHBoxLayout) -> None:
        count = self.document.pageCount()
        self.page_box = QSpinBox()
        self.page_box.setRange(1, count)
        self.page_box.setPrefix(self.tr("Page "))
        self.page_box.setSuffix(self.tr(" of %1").replace("%1", str(count)))
        self.page_box.setAccessibleName(self.tr("Page"))
        self.page_box.valueChanged.connect(lambda page: self.show_page(page - 1))
        bar.addWidget(IconButton("chevron_left", self.tr("Page before"), self.page_box.stepDown))
        bar.addWidget(self.page_box)
        bar.addWidget(IconButton("chevron_right", self.tr("Next page"), self.page_box.stepUp))

    def _add_zoom(self, bar: QHBoxLayout) -> None:
        self.zoom_label = PlainLabel()
        self.zoom_label.setMinimumWidth(44)
        self.zoom_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        minus = self._tool("zoom_out", self.tr("Smaller"), lambda: self.zoom_by(1 / STEP), "Ctrl+-")
        plus = self._tool("zoom_in", self.tr("Larger"), lambda: self.zoom_by(STEP), "Ctrl++", "Ctrl+=")
        fit = self._tool("fit_screen", self.tr("Fit width"), self.fit_width, "Ctrl+0")
        for widget in (minus, self.zoom_label, plus, fit):
            bar.addWidget(widget)

    def _tool(self, icon: str, words: str, act: Callable[[], object], *keys: str) -> IconButton:
        for key in keys:
            QShortcut(QKeySequence(key), self, act)
        return IconButton(icon, f"{words} ({keys[0]})", act)

    # pages and zoom

    def show_page(self, index: int) -> None:
        """Scroll to the top of the page counted from 0."""
        if index != self.view.pageNavigator().currentPage():
            self.view.pageNavigator().jump(index, QPointF(), 0)

    def _turned(self, index: int) -> None:
        self.page_box.blockSignals(True)
        self.page_box.setValue(index + 1)
        self.page_box.blockSignals(False)

    def zoom(self) -> float:
        """1.0 shows the paper in its own size on this screen."""
        if self.view.zoomMode() == QPdfView.ZoomMode.Custom:
            return self.view.zoomFactor()
        margins = self.view.documentMargins()
        room = self.view.viewport().width() - margins.left() - margins.right()
        widest = max(self.document.pagePointSize(page).width() for page in range(self.document.pageCount()))
        return max(room, 1) / (widest / 72.0 * self.logicalDpiX())

    def zoom_by(self, times: float) -> None:
        wanted = min(max(self.zoom() * times, SMALLEST), LARGEST)
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(wanted)
        self._tell_zoom()

    def fit_width(self) -> None:
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._tell_zoom()

    def _tell_zoom(self) -> None:
        self.zoom_label.setText(f"{self.zoom():.0%}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._tell_zoom()
        return super().eventFilter(watched, event)

    # print, save, open

    def ask_printer(self) -> None:
        """The system's print dialog, then the print."""
        printer = printer_for(self.document, self.title)
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, self.document.pageCount())
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> bool:
        """Print with progress and Cancel; says on the screen when it did not go out."""
        pages = wanted_pages(printer, self.document.pageCount())
        shown = QProgressDialog(self.tr("Printing…"), self.tr("Cancel"), 0, len(pages), self)
        shown.setWindowModality(Qt.WindowModality.WindowModal)
        shown.setMinimumDuration(500)

        def progress(done: int, count: int) -> bool:
            shown.setLabelText(self.tr("Printing page %1 of %2…").replace("%1", str(done + 1)).replace("%2", str(count)))
            shown.setValue(done)  # lets the screen live between two pages
            return not shown.wasCanceled()

        went = print_pages(self.document, printer, pages, progress)
        stopped = shown.wasCanceled()
        shown.reset()
        shown.deleteLater()
        self._say("" if went else self.tr("The print was stopped.") if stopped
                  else self.tr("The printer did not take the pages. Is it on, and is there paper?"))
        if went:
            self.printed.emit(len(pages))
        return went

    def ask_path(self) -> None:
        """Where to, then save."""
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save as"), f"{file_name(self.title)}.pdf", self.tr("PDF (*.pdf)"))
        if path:
            self.save_to(Path(path if path.lower().endswith(".pdf") else f"{path}.pdf"))

    def save_to(self, path: Path) -> bool:
        """The whole file or none: an older one stays as it was when the disk is full."""
        file = QSaveFile(str(path))
        good = file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(self.pdf) == len(self.pdf) and file.commit()
        self._say("" if good else self.tr("Not saved: %1").replace("%1", file.errorString()))
        return good

    def open_in_viewer(self) -> bool:
        """Hand a copy to the system's PDF viewer; the copy goes when this preview is thrown away."""
        self._folder = self._folder or QTemporaryDir()
        path = Path(self._folder.path()) / f"{file_name(self.title)}.pdf"
        if not self._folder.isValid() or not self.save_to(path):
            return False
        opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        self._say("" if opened else self.tr("This machine has no program that opens PDF files. Use Save as instead."))
        return opened

    def _say(self, words: str) -> None:
        """What went wrong, across the top; nothing while all is well."""
        self.banner.show_words(words) if words else self.banner.hide()


def _with_keys(made: QPushButton, keys: str) -> None:
    """A push button reached by keys, which its tooltip tells."""
    if keys:
        made.setShortcut(QKeySequence(keys))
        made.setToolTip(f"{made.text().rstrip('…')} ({keys})")


def file_name(title: str) -> str:
    """`title` as a name that every system takes."""
    kept = "".join(" " if char in FORBIDDEN_IN_NAMES or ord(char) < 32 else char for char in title)
    return " ".join(kept.split()).strip(". ")[:120] or "paper"
