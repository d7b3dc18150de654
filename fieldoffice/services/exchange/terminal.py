"""Imports and exports from a terminal: the same steps as the page, told line by line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from fieldoffice import settings
from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office
from fieldoffice.services.exchange.drafts import Does, Plan
from fieldoffice.services.exchange.kinds import KINDS, title_of
from fieldoffice.services.exchange.lists import EXPORTS
from fieldoffice.services.exchange.out import write_list
from fieldoffice.services.exchange.running import Ready, begin, check, import_rows
from fieldoffice.services.exchange.sheets import Sheet, read_sheet
from fieldoffice.services.exchange.undoing import undo_import

MOST_TOLD = 50


def import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=(*KINDS, "undo"), help="what the list holds; undo takes an import back")
    parser.add_argument("file", help="a .csv or .xlsx file; the number of the import to undo")
    parser.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column means; may be repeated")
    parser.add_argument("--twins", choices=("skip", "update", "add"), default="skip", help="what happens with those who are here already")
    parser.add_argument("--leave-out-errors", action="store_true", help="import the other rows")
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")


def export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=tuple(EXPORTS))
    parser.add_argument("file", type=Path, help="the .csv or .xlsx file to write")
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")


def run_import(given: argparse.Namespace, address: str) -> int:
    """Check, back up, import; 1 where rows with errors stand against it."""
    return _with(address, lambda office: _undo(office, given.file) if given.kind == "undo" else _import(office, given))


def run_export(given: argparse.Namespace, address: str) -> int:
    """Write everything of a kind as an import reads it."""
    def write(office: Office) -> int:
        print(f"{write_list(office.see(EXPORTS[given.kind]), given.file):,} rows written to {given.file}")
        return 0

    return _with(address, write)


def _with(address: str, work: Callable[[Office], int]) -> int:
    office = Office(address)
    try:
        return work(office)
    finally:
        office.close()


def _import(office: Office, given: argparse.Namespace) -> int:
    seat, sheet = office.seat(None), read_sheet(Path(given.file))
    start = seat.see(begin, given.kind, sheet)
    targets = _mapped(given.kind, sheet, [guess.target for guess in start.guesses], given.map)
    print(f"{sheet.name}: {len(sheet.lines):,} rows, {sheet.read_as}{f', headings of {start.program}' if start.program else ''}")
    ready = check(seat, sheet, Plan(given.kind, tuple(targets), given.twins, given.leave_out_errors))
    _tell(ready)
    if given.dry_run:
        return 0
    if ready.counts[Does.ERROR] and not given.leave_out_errors:
        print("Nothing was imported. Mend these rows, or leave them out with --leave-out-errors.", file=sys.stderr)
        return 1
    done = import_rows(seat, ready, backup_to=settings.load().backups).value
    print(f"import {done.run_id}: {done.counts['add']:,} added, {done.counts['change']:,} changed"
          f"{f'; backup {done.backup}' if done.backup else ''}")  # fmt: skip
    return 0


def _undo(office: Office, number: str) -> int:
    if not number.isdigit():
        raise Invalid(file="Give the number of the import to undo.")
    done = office.do(undo_import, int(number))
    print("\n".join((f"{done.removed:,} rows removed, {done.restored:,} put back", *(kept.words for kept in done.kept))))
    return 0


def _mapped(kind: str, sheet: Sheet, targets: list[str], given: list[str]) -> list[str]:
    """The guesses with what was said on the command line; a field goes by its id or its title."""
    ids = {name.casefold(): field.id for field in KINDS[kind].fields for name in (field.id, field.title)}
    for entry in given:
        column, _, field = entry.rpartition("=")
        if column not in sheet.head:
            raise Invalid(map=f"There is no column “{column}” in {sheet.name}.")
        if field and field.casefold() not in ids:
            raise Invalid(map=f"There is no field “{field}”. There are: {', '.join(f.id for f in KINDS[kind].fields)}.")
        targets[sheet.head.index(column)] = ids[field.casefold()] if field else ""
    for title, target in zip(sheet.head, targets, strict=True):
        print(f"  {title:<32} {title_of(KINDS[kind], target) if target else '–'}")
    return targets


def _tell(ready: Ready) -> None:
    counts = ready.counts
    print(", ".join(f"{counts[does]:,} {does.value}" for does in Does if counts[does]))
    wrong = [outcome for outcome in ready.outcomes if outcome.does is Does.ERROR]
    for outcome in wrong[:MOST_TOLD]:
        print(f"line {outcome.line}{f', {outcome.column}' if outcome.column else ''}: {outcome.words}", file=sys.stderr)
    if len(wrong) > MOST_TOLD:
        print(f"and {len(wrong) - MOST_TOLD:,} more", file=sys.stderr)
