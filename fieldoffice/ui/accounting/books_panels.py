"""What is asked before the books are opened again, sealed, or written for another program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit

from fieldoffice.models.errors import Invalid, Refused, WorldFault
from fieldoffice.services.books.exporting import FORMATS, write_books
from fieldoffice.services.books.periods import Closed, close_period, seal_period
from fieldoffice.ui.accounting.books_words import closed_words, last_month_end, tr
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.reading import show_date

FORMS = (("csv", "Spreadsheet (CSV)", ".csv"), ("beancount", "Beancount", ".beancount"), ("iif", "QuickBooks Desktop (IIF)", ".iif"))


class ReopenPanel(DeedPanel):
    """Opening a closed period again wants a reason, and somebody who sets the company up."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Open again"), tr("Open again"))
        self.day = date.today()
        self.until, self.reason = DateField(today=lambda: self.day), QLineEdit()
        self.form.add("until", tr("Closed only up to"), self.until, required=True)
        self.form.add("reason", tr("Why"), self.reason, required=True, hint=tr("It stands in the history of closings."))

    def open_closed(self, closed: Closed, today: date) -> None:
        self.day = today
        self.until.set_value(last_month_end(closed.closed_on) if closed.closed_on else None)
        self.reason.clear()
        self.begin(closed_words(closed))

    def deed(self) -> Deed:
        return Deed(close_period, (self.until.value(),), {"reason": self.reason.text()})

    def done(self, value: Closed) -> None:
        self.desk.toast(closed_words(value))


class SealPanel(DeedPanel):
    """A seal is never taken off, so the day is typed a second time."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Seal for good"), tr("Seal"))
        self.day = date.today()
        self.until, self.again = DateField(today=lambda: self.day), QLineEdit()
        self.form.add("until", tr("Seal up to"), self.until, required=True)
        self.form.add("again", tr("Type this day once more"), self.again, required=True, hint=tr("As year-month-day, such as 2026-01-31."))

    def open_closed(self, closed: Closed, today: date) -> None:
        self.day = today
        self.until.set_value(closed.closed_on or last_month_end(today))
        self.again.clear()
        self.begin(tr("Nothing is posted up to that day again, by nobody, ever. A year is usually sealed once its taxes are filed."))

    def deed(self) -> Deed:
        until = self.until.value()
        if until is None or self.again.text().strip() != until.isoformat():
            raise Invalid(again=tr("This is not the day above. Type it as %1.").replace("%1", until.isoformat() if until else ""))
        return Deed(seal_period, (until,))

    def done(self, value: Closed) -> None:
        self.desk.toast(closed_words(value))


class ExportPanel(DeedPanel):
    """The journal as a file; reading it takes a moment, writing it happens beside the screen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Export the journal"), tr("Export…"))
        self.day = date.today()
        self.kind = Choice()
        self.kind.set_choices([(key, tr(words)) for key, words, _suffix in FORMS if key in FORMATS])
        self.since, self.until = DateField(today=lambda: self.day), DateField(today=lambda: self.day)
        self.form.add("form", tr("Form"), self.kind)
        self.form.add("start", tr("From"), self.since, hint=tr("Left empty: from the first entry on."))
        self.form.add("end", tr("To"), self.until, required=True)
        self.ask_path: Callable[[str], str] = self._ask_path

    def open_days(self, today: date) -> None:
        self.day = today
        self.since.set_value(None)
        self.until.set_value(today)
        self.begin(tr("Every entry with its accounts, amounts, documents and customers, with totals to check them by."))

    def carry_out(self) -> None:
        """Ask where to, then write; a toast says how much."""
        if self._sending or not self.form.check():
            return
        suffix = next(suffix for key, _words, suffix in FORMS if key == self.kind.value())
        path = self.ask_path(suffix)
        if path:
            self.write(Path(path if Path(path).suffix else f"{path}{suffix}"))

    def write(self, path: Path) -> None:
        """Write the journal to `path`; an older file of that name stays until all is written."""
        work = self.desk.work(tr("Exporting the journal"))
        self._sending = True
        self.press.setEnabled(False)

        def refused(error: Refused) -> None:
            work.end()
            self._refused(error)

        def written(size: int) -> None:
            work.end()
            self._rest()
            self.desk.toast(tr("%1 KB written to %2").replace("%1", f"{max(1, size // 1000):,}").replace("%2", path.name))
            self.closed.emit()

        def read(text: str) -> None:
            self.desk.background.ask(self, lambda: _write(path, text), written, refused)

        kw = {"start": self.since.value(), "end": self.until.value()}
        self.desk.see(self, write_books, self.kind.value(), then=read, otherwise=refused, **kw)

    def _ask_path(self, suffix: str) -> str:
        name = f"{tr('Journal')} {show_date(self.until.value() or self.day, year=True)[5:]}{suffix}"
        return QFileDialog.getSaveFileName(self, tr("Export"), name, f"*{suffix}")[0]


def _write(path: Path, text: str) -> int:
    draft = path.with_name(f"{path.name}.part")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise WorldFault(tr("The file could not be written: %1").replace("%1", error.strerror or str(error))) from error
    return len(text.encode())
