"""Drafts of a job's form and of the note being written: kept on the disk, restored, merged with what others saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fieldoffice.models.errors import Refused
from fieldoffice.office import Tx
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet
from fieldoffice.ui.drafts import Draft

if TYPE_CHECKING:
    from fieldoffice.ui.jobs.editor import JobPage


class JobDraft(Draft):
    """The draft of the overview of a job."""

    def __init__(self, page: JobPage) -> None:
        super().__init__(page.desk, "job", page.overview.form, page, save=page.save)
        self.page = page

    def show(self, job: JobSheet) -> None:
        """The form shows a job as it is stored."""
        self.open(job.id, job.version, self.stored(job), f"{job.number} {job.title}")

    def stored(self, job: JobSheet) -> dict[str, Any]:
        """The facts of a job in the terms of the form."""
        own = {name: job.custom.get(name.partition(".")[2]) for name in self.form.values() if name.startswith("custom.")}
        return {"title": job.title, "priority": str(job.priority), "notes": job.notes, "on_hold": job.on_hold,
                "location": job.location.id, "preferred": sorted(job.preferred), "excluded": sorted(job.excluded), **own}  # fmt: skip

    def meet(self, error: Refused, job_id: int, save: Callable[[], object]) -> None:
        """Somebody saved this job first: merge, show the merge on the form, then `save` it over their version."""
        names, found = self.stored, list[JobSheet]()

        def ask_now(tx: Tx) -> tuple[int, dict[str, Any]]:
            found.append(job_sheet(tx, job_id))
            return found[-1].version, names(found[-1])

        def again(_version: int, _values: dict[str, Any]) -> None:
            self.page.overview.job = found[-1]
            save()

        self.stale(error, ask_now, again)


def note_draft(page: JobPage) -> Draft:
    """The draft of the note that is being written."""
    draft = Draft(page.desk, "note", page.notes.form, page.notes, entity="job", save=page.notes.add)
    page.notes.op = draft.op
    return draft
