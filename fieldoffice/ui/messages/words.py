"""What the pages of messages say: states with icon and colors, channels, and when something goes or went out."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from fieldoffice.services.messages.outbox import MessageLine
from fieldoffice.ui.jobs.words import moment

STATES: Mapping[str, tuple[str, str, str, str]] = {
    "queued": ("Waiting", "hourglass_empty", "hover", "text"),
    "claimed": ("Being sent", "send", "hover", "text"),
    "sent": ("Sent", "check_circle", "ok_ground", "ok"),
    "failed": ("Failed", "error", "danger_ground", "danger"),
    "unknown": ("Perhaps sent", "help", "warn_ground", "warn"),
    "withdrawn": ("Withdrawn", "block", "hover", "muted"),
}
"""Words, icon and colors (ground, text) by state."""
GROUPS = (("all", "All"), ("attention", "Need attention"), ("waiting", "Waiting"), ("sent", "Sent"), ("withdrawn", "Withdrawn"))
CHANNELS = {"email": "E-mail", "sms": "SMS"}
ICONS = {"email": "mail", "sms": "sms"}
LANGUAGES = (("en", "English"), ("es", "Español"), ("de", "Deutsch"), ("fr", "Français"))


def state(line: MessageLine) -> str:
    """The state in words; a message that was tried before says how often."""
    words = STATES.get(line.state, (line.state, "", "", ""))[0]
    return f"{words}, tried {line.tries} times" if line.state == "queued" and line.tries > 1 else words


def when(line: MessageLine, zone: ZoneInfo) -> str:
    """When it was sent, else when it is tried next, else when it was written."""
    if line.sent_at is not None:
        return moment(line.sent_at, zone)
    return moment(line.due_at if line.state == "queued" and line.due_at > line.created_at else line.created_at, zone)


def matches(line: MessageLine, text: str) -> bool:
    """Whether every word stands somewhere in what the list shows."""
    stack = " ".join((line.words, line.recipient, line.subject, line.customer, line.job, line.last_error)).casefold()
    return all(word in stack for word in text.casefold().split())
