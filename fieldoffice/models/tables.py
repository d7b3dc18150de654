"""Every table, imported once: whoever needs the whole schema imports this."""

from __future__ import annotations

from importlib import import_module

from fieldoffice.models.base import Table

SUBJECTS = (
    "appointment",
    "billing",
    "booking",
    "catalog",
    "company",
    "customer",
    "exchange",
    "files",
    "job",
    "log",
    "order",
    "outside",
    "provider",
    "series",
    "staff",
)
for _subject in SUBJECTS:
    import_module(f"fieldoffice.models.{_subject}")

metadata = Table.metadata
