"""Every table, imported once: whoever needs the whole schema imports this."""

from __future__ import annotations

from importlib import import_module

from fieldoffice.models.base import Table

SUBJECTS = (
    "appointment",
    "billing",
    "booking",
    "books",
    "catalog",
    "collecting",
    "company",
    "customer",
    "exchange",
    "files",
    "job",
    "log",
    "message",
    "order",
    "outside",
    "provider",
    "series",
    "staff",
    "web",
)
for _subject in SUBJECTS:
    import_module(f"fieldoffice.models.{_subject}")

metadata = Table.metadata
