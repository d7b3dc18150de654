"""Reports of the books on paper: the aged list as it stands on the screen, frozen and ready to be drawn."""

from __future__ import annotations

from datetime import date

from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import LABELS, Aged, AgedSums, By, aged
from fieldoffice.services.documents.moneypaper import Look, Money, Sender
from fieldoffice.services.documents.paper import PaperSize
from fieldoffice.services.documents.reportpaper import Cell, ReportColumn, ReportPaper, ReportTable

COUNTED = {"due": "by the day they are due", "issued": "by the day they were issued"}


def report_sender(tx: Tx) -> Sender:
    """The company at the head of a report."""
    tx.require(Right.LOOK)
    return Sender(tx.company.name)


def report_look(tx: Tx) -> Look:
    """Paper and money of the company's reports."""
    tx.require(Right.LOOK)
    size: PaperSize = "a4" if tx.company.paper.lower() == "a4" else "letter"
    return Look(size, Money(tx.company.currency, tx.company.currency_exponent))


def aged_report(tx: Tx, as_of: date, *, by: By = "due", search: str = "", sort: str = "name",
                descending: bool = False) -> tuple[str, ReportPaper]:  # fmt: skip
    """A title for the file, and the aged list on paper: all rows that match, with the totals."""
    tx.require(Right.LOOK)
    found = aged(tx, as_of, by=by, search=search, sort=sort, descending=descending)
    look = report_look(tx)
    words = f"{look.money.currency}, {COUNTED[by]}. " + _credit_words(found)
    words += f' Only customers that match "{search}".' if search else ""
    paper = ReportPaper(report_sender(tx), "Receivables by age", as_of, (_table(found),), words, across=True, look=look)
    return f"Receivables {as_of.isoformat()}", paper


def _credit_words(found: Aged) -> str:
    return "Credit is taken off the oldest debts." if found.netted else "Credit that settles nothing yet stands in its own column."


def _table(found: Aged) -> ReportTable:
    heads = [ReportColumn("Customer", wide=True), ReportColumn("Number"), *(ReportColumn(label, right=True) for label in LABELS),
             ReportColumn("Credit", right=True), ReportColumn("Total", right=True)]  # fmt: skip
    rows = tuple((row.name, row.number, *(cell or None for cell in _cells(row.sums))) for row in found.rows)
    many = "1 customer" if found.count == 1 else f"{found.count:,} customers"
    return ReportTable(tuple(heads), rows, (many, "", *_cells(found.totals)))


def _cells(sums: AgedSums) -> tuple[Cell, ...]:
    return (*sums.buckets, sums.credits, sums.total)
