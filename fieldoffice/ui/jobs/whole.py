"""Everything on the page of a job in one look at the database."""

from __future__ import annotations

from fieldoffice.office import Tx
from fieldoffice.services.customers import LocationRow, locations
from fieldoffice.services.dispatch.progress import Timeline, timeline
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet

Answer = tuple[JobSheet, tuple[LocationRow, ...], Timeline]
"""The job, the places where its customer is served, and what happened."""


def whole(tx: Tx, job_id: int) -> Answer:
    """See `Answer`."""
    job = job_sheet(tx, job_id)
    return job, locations(tx, job.customer_id), timeline(tx, job_id)
