"""Backups: made, proven by restoring them, kept by a policy, and brought back; and the books checked.

These work on an engine rather than through the office's door: they are there before the door can open.
"""

from fieldoffice.services.backups.checking import check_books
from fieldoffice.services.backups.form import BackupRow
from fieldoffice.services.backups.keeping import backups_in, newest, prune
from fieldoffice.services.backups.restoring import Restored, restore
from fieldoffice.services.backups.schedule import Schedule
from fieldoffice.services.backups.standing import Proved, Standing, prove, standing
from fieldoffice.services.backups.starting import Prepared, bring_up_to_date
from fieldoffice.services.backups.verifying import verify
from fieldoffice.services.backups.writing import back_up

__all__ = [
    "BackupRow",
    "Prepared",
    "Proved",
    "Restored",
    "Schedule",
    "Standing",
    "back_up",
    "backups_in",
    "bring_up_to_date",
    "check_books",
    "newest",
    "prove",
    "prune",
    "restore",
    "standing",
    "verify",
]
