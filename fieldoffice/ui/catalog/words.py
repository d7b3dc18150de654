"""What the pages about the price book say in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from fieldoffice.services.catalog import ItemLine
from fieldoffice.ui.jobs.words import shown_rate
from fieldoffice.ui.parts.reading import show_duration

KINDS = {"service": "Service", "material": "Material", "charge": "Charge"}
BOOKABLE = {"instant": "at once", "request": "on request", "both": "both ways", "no": "no"}


def tr(words: str) -> str:
    return QCoreApplication.translate("Catalog", words)


def duration(seconds: int) -> str:
    """How long, or nothing to say."""
    return show_duration(seconds) if seconds else "–"


def tax(line: ItemLine) -> str:
    """The rate and its name; and that it does not hold today, where it does not."""
    if not line.tax:
        return "–"
    words = f"{shown_rate(line.tax_ppm) if line.tax_ppm else '0 %'} {line.tax}"
    return tr("%1 (does not hold today)").replace("%1", words) if line.tax_over else words
