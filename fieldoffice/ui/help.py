"""F1: the user guide from resources/help, and the list of shortcuts made from the register of actions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QBrush, QKeySequence, QShortcut, QTextCursor, QTextDocument, QTextLength, QTextTable
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QSplitter, QTextBrowser, QVBoxLayout, QWidget

from fieldoffice.assets import resource
from fieldoffice.ui import theme
from fieldoffice.ui.actions import ACTIONS, CONTEXTS, shown_keys
from fieldoffice.ui.organization.guide import settings_guide
from fieldoffice.ui.parts.fields import SearchField

SHORTCUTS, SETTINGS = "shortcuts", "settings"
FIRST = "index"
PLACE = Qt.ItemDataRole.UserRole


class HelpWindow(QWidget):
    """Our own texts only. The list at the left narrows by what is searched for, in titles and texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Help – fieldoffice")
        self.resize(880, 640)
        self.topics = topics()
        self.search, self.list, self.text = SearchField("Search the guide"), QListWidget(), QTextBrowser()
        self.list.setAccessibleName("Topics")
        self.text.setAccessibleName("Text")
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(24)
        self._build()
        self.list.currentItemChanged.connect(self._show)
        self.search.searched.connect(self._narrow)
        self.text.anchorClicked.connect(self._follow)
        theme.changed.connect(self._theme_changed)
        QShortcut(QKeySequence("Esc"), self, self.close)
        self._narrow("")

    def open_at(self, *topics: str) -> None:
        """Show the first of these texts that exists, else the first page of the guide."""
        self.search.clear()
        self._narrow("")
        self._choose(next((topic for topic in topics if topic in self.topics), FIRST))
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus()

    def _build(self) -> None:
        side, split = QWidget(), QSplitter()
        column = QVBoxLayout(side)
        column.setContentsMargins(16, 16, 8, 16)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        split.addWidget(side)
        split.addWidget(self.text)
        split.setSizes([260, 620])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)

    def _narrow(self, wanted: str) -> None:
        self.list.clear()
        for name, text in self.topics.items():
            if wanted.casefold() in text.casefold():
                item = QListWidgetItem(title(text))
                item.setData(PLACE, name)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _choose(self, name: str) -> None:
        for n in range(self.list.count()):
            if self.list.item(n).data(PLACE) == name:
                self.list.setCurrentRow(n)

    def _show(self, item: QListWidgetItem | None) -> None:
        self.text.setMarkdown("Nothing matches." if item is None else self.topics[item.data(PLACE)])
        typeset(self.text.document())

    def _theme_changed(self, _name: str) -> None:
        self._show(self.list.currentItem())

    def _follow(self, link: QUrl) -> None:
        """Links lead from text to text; nothing is opened outside."""
        self.search.clear()
        self._narrow("")
        self._choose(link.path().removesuffix(".md"))


def typeset(document: QTextDocument) -> None:
    """Give a text room above its headings and its tables thin lines in the theme's color."""
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel():
            shape = block.blockFormat()
            shape.setTopMargin(20 if block.blockNumber() else 0)
            shape.setBottomMargin(8)
            QTextCursor(block).setBlockFormat(shape)
        block = block.next()
    for table in document.rootFrame().childFrames():
        if isinstance(table, QTextTable):
            _thin(table)


def _thin(table: QTextTable) -> None:
    shape = table.format()
    shape.setBorder(1)
    shape.setBorderCollapse(True)
    shape.setBorderBrush(QBrush(theme.color("line")))
    shape.setCellPadding(5)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, part) for part in (20, 25, 55)])
    table.setFormat(shape)


def topics() -> dict[str, str]:
    """Each text by its name: the guide's first page, the others by title, the shortcuts last. The settings follow their chapter."""
    files = sorted(Path(resource("help")).glob("*.md"))
    found = {file.stem: file.read_text(encoding="utf-8") for file in files}
    found[SETTINGS] = f"{found[SETTINGS]}\n{settings_guide()}"
    rest = sorted((name for name in found if name != FIRST), key=lambda name: title(found[name]).casefold())
    return {FIRST: found[FIRST], **{name: found[name] for name in rest}, SHORTCUTS: shortcut_sheet()}


def title(text: str) -> str:
    """The first heading."""
    return next((line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")), "")


def shortcut_sheet() -> str:
    """All actions with their keys as markdown, by the place where they work."""
    parts = ["# Shortcuts", "Letters and arrows work while no text is being typed."]
    for context, words in CONTEXTS.items():
        rows = [f"| {shown_keys(a)} | {a.words.rstrip('…')} | {a.tip} |" for a in ACTIONS if a.context == context and a.shortcuts]
        if rows:
            parts.append("\n".join([f"## {words}", "", "| Keys | Action | What it does |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"
