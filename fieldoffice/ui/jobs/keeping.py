"""Keeping what is typed on the page of a job: saved, refused, changed by somebody else meanwhile, or not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldoffice.models.errors import Refused, Stale
from fieldoffice.services.jobs.editing import edit_job
from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui.parts.banner import Banner

if TYPE_CHECKING:
    from fieldoffice.ui.jobs.editor import JobPage


class Keeping(QObject):
    """Nothing typed is ever overwritten: the form keeps the version it was filled from until a person decides."""

    def __init__(self, page: JobPage) -> None:
        super().__init__(page)
        self.page, self.saving = page, False
        self._next: Callable[[], object] | None = None
        self.warning, self.stale = Banner("warn"), Banner("warn")
        self.warning.add_button(self.tr("Save"), self._save_then)
        self.warning.add_button(self.tr("Discard"), self.discard)
        self._keep = self.warning.add_button(self.tr("Keep editing"), self._stay)
        self.stale.add_button(self.tr("Compare and save"), self._keep_mine)
        self.stale.add_button(self.tr("Take theirs"), self._take_theirs)
        for banner in (self.warning, self.stale):
            banner.hide()

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save what is typed, the form first, then the note; `then` once nothing is left."""
        self._next = then
        self._save()

    def warn(self, wish: Callable[[], object] | None) -> None:
        """Say that something is not saved; `wish` follows once it is saved or dropped."""
        self._next = wish
        self.warning.show_words(self.tr("Not saved yet."))
        self._keep.setFocus()

    def discard(self) -> None:
        """Drop what is typed."""
        self.page.draft.discard()
        self.page.note_draft.discard()
        if self.page.job is not None:
            self.page.take(self.page.job)
        self.page.notes.forget()
        self.page.visits.close_forms()
        self._saved_all()

    def note_other_desk(self, job: JobSheet) -> None:
        """Somebody else saved the form that is being typed in here: say so at once, not only on saving."""
        base = self.page.overview.job
        if base is None or base.id != job.id or base.version == job.version or self.saving or not self.page.overview.dirty():
            return
        if not self.stale.isVisibleTo(self.page):
            self.stale.show_words(self.tr("Somebody else has changed this job meanwhile. What you typed is still here."))

    def note_saved(self, job: JobSheet) -> None:
        """The note was added."""
        self.page.note_draft.saved()
        self.page.show_newer(job)
        if not self.page.dirty():
            self._saved_all()

    # inside

    def _save(self) -> None:
        page = self.page
        if page.job is None or self.saving:
            return
        if page.overview.dirty():
            self._save_form()
        elif page.notes.dirty():
            page.notes.add()
        else:
            self._saved_all()

    def _save_form(self) -> None:
        page = self.page
        base = page.overview.job
        assert base is not None
        if not page.overview.form.check():
            page.tabs.setCurrentIndex(0)
            return
        self.saving = True
        page.show_dirty()
        page.desk.do(page, edit_job, base.id, version=base.version, facts=page.overview.facts(), then=self._saved,
                     otherwise=self._refused, broken=self._ended, op_id=page.draft.op())

    def _saved(self, job: JobSheet) -> None:
        self._ended()
        self.page.draft.saved()
        self.page.take(job)
        self.stale.hide()
        self.page.show_newer(job)
        self.page.desk.toast(self.tr("Saved"))
        self._save() if self.page.notes.dirty() else self._saved_all()

    def _saved_all(self) -> None:
        self.warning.hide()
        self.stale.hide()
        self.page.show_dirty()
        wish, self._next = self._next, None
        if wish is not None:
            wish()

    def _refused(self, error: Refused) -> None:
        wish, self._next = self._next, None
        self._ended()
        if isinstance(error, Stale):
            self._meet(error, wish)
        else:
            self.page.tabs.setCurrentIndex(0)
            self.page.overview.show_errors(error)

    def _ended(self) -> None:
        self.saving = False
        self.page.show_dirty()

    def _keep_mine(self) -> None:
        """Fields that only one of the two touched take that one's; where both did, the person sees both and chooses."""
        self._meet(Stale(self.stale.label.text()), None)

    def _meet(self, error: Stale, wish: Callable[[], object] | None) -> None:
        self.stale.hide()
        if self.page.job is not None:
            self.page.draft.meet(error, self.page.job.id, lambda: self.save(wish))

    def _take_theirs(self) -> None:
        if self.page.job is not None:
            self.stale.hide()
            self.page.draft.discard()
            self.page.take(self.page.job)

    def _save_then(self) -> None:
        self.warning.hide()
        self._save()

    def _stay(self) -> None:
        self._next = None
        self.warning.hide()
