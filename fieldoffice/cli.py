"""The command line: one table of commands over the same services that the desktop calls.

The world's faults and refusals come out as one sentence and exit code 2, never as a traceback.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fieldoffice import __version__, settings
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import NotAllowed, Refused, WorldFault
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import backups, company, moving
from fieldoffice.services.company import people
from fieldoffice.services.sample import opening

Arguments = argparse.Namespace


@dataclass(frozen=True)
class Command:
    """One command: `run` returns the exit code and raises Refused where it cannot do what was asked."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], object]
    run: Callable[[Arguments], int]


def main(argv: Sequence[str], commands: Sequence[Command], desktop: Callable[[Arguments], int]) -> int:
    """Parse and run; without a command the desktop opens."""
    given = _parser(commands, argv).parse_args(list(argv))
    try:
        return (given.run if hasattr(given, "run") else desktop)(given)
    except Refused as refusal:
        print(f"fieldoffice: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except OSError as error:
        print(
            f"fieldoffice: {error.strerror or error}{f': {error.filename}' if error.filename else ''}.", file=sys.stderr
        )
        return 2


def _parser(commands: Sequence[Command], argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fieldoffice", description="The back office of a field-service company.")
    parser.add_argument("--version", action="version", version=f"fieldoffice {__version__}")
    parser.add_argument("--sample", action="store_true", help="open the desktop on a made-up company")
    parser.add_argument("--page", default="", help="the page to begin with")
    under = parser.add_subparsers(title="commands", metavar="")
    for command in commands:
        one = under.add_parser(command.name, help=command.help, description=command.help)
        if command.name in argv:  # what the others would take needs modules that most starts do without
            command.arguments(one)
        one.set_defaults(run=command.run)
    return parser


def address_of(given: Arguments) -> str:
    """The database that a command works on."""
    return getattr(given, "database", "") or settings.load().address or settings.load().own_file


def _existing(given: Arguments) -> str:
    """The same, where it must be there already: looking at a file never makes one."""
    address = address_of(given)
    path = address.removeprefix("sqlite:///")
    if path != address and not Path(path).exists():
        raise WorldFault(f"There is no database at {path}.")
    return address


def _sample_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=opening.SIZES, default="small", help="small: 8 providers; office: 25; large: 100"
    )
    parser.add_argument("--database", default="", help="an empty database to fill, instead of the sample's own file")


def _sample(given: Arguments) -> int:
    made = opening.make(settings.load(), given.size, datetime.now(UTC), address=given.database, tell=tell)
    print(f"{made.address}\n{made.jobs:,} jobs in {made.seconds:.0f} s")
    return 0


def tell(what: str, share: float) -> None:
    """Progress on the terminal, on one line where it is one."""
    if sys.stderr.isatty():
        print(f"\r{what}: {share:4.0%}".ljust(60), end="\n" if share >= 1 else "", file=sys.stderr, flush=True)


def _db_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("upgrade", "backup", "restore", "verify", "move"))
    parser.add_argument("file", nargs="?", help="the backup to restore or to verify; the address to move to")
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")
    parser.add_argument("--folder", type=Path, help="where backups go")
    parser.add_argument("--replace", action="store_true", help="restore over a database that is not empty")


def _db(given: Arguments) -> int:
    return {"upgrade": _upgrade, "backup": _backup, "restore": _restore, "verify": _verify,
            "move": _move}[given.what](given)  # fmt: skip


def _upgrade(given: Arguments) -> int:
    done = backups.bring_up_to_date(address_of(given), _folder(given), now=datetime.now(UTC))
    print(f"schema {done.revision_after}" + ("" if done.revision_before == done.revision_after else " (upgraded)"))
    return 0


def _backup(given: Arguments) -> int:
    with _engine(_existing(given)) as engine:
        made = backups.back_up(engine, _folder(given), now=datetime.now(UTC), why="asked for")
    print(f"{made.path}\nproven by restoring it: {made.rows:,} rows, {made.size / 1e6:,.1f} MB, {made.seconds:.1f} s")
    return 0


def _restore(given: Arguments) -> int:
    found = backups.newest(_folder(given)) if given.file is None else None
    path = Path(given.file) if given.file else (found.path if found else None)
    if path is None:
        raise WorldFault(f"There is no backup in {_folder(given)}.")
    with _engine(address_of(given)) as engine:
        if given.replace:
            _back_up_first(engine, _folder(given))
        done = backups.restore(path, engine, replace=given.replace)
    print(f"restored {path}: {done.backup.rows:,} rows")
    return 0


def _back_up_first(engine: Any, folder: Path) -> None:
    """What is about to be replaced is kept, where it can still be read."""
    try:
        print(f"backed up first: {backups.back_up(engine, folder, now=datetime.now(UTC), why='before a restore').path}")
    except WorldFault as fault:
        print(f"not backed up first: {fault}", file=sys.stderr)


def _verify(given: Arguments) -> int:
    if given.file is not None:
        found = backups.verify(Path(given.file))
        print(f"{given.file} is good: {found.rows:,} rows, made {found.made_at:%Y-%m-%d %H:%M} UTC")
        return 0
    with _engine(_existing(given)) as engine:
        wrong = backups.check_books(engine)
    print("\n".join(wrong) if wrong else "all is well")
    return 1 if wrong else 0


def _move(given: Arguments) -> int:
    """Copy the company into another database, prove it, and work there from now on."""
    if not given.file:
        raise NotAllowed("Say where to: fieldoffice db move postgresql://user@server/name.")
    done = moving.move(_existing(given), given.file, _folder(given), now=datetime.now(UTC), tell=tell)
    for one in done.tables:
        print(f"{one.name:<24}{one.rows:>10,}  {one.sha256}")
    print(f"moved {done.rows:,} rows in {len(done.tables)} tables in {done.seconds:.1f} s, every table compared by SHA-256\n"
          f"from {done.source}\nto   {done.target}")  # fmt: skip
    if not given.database:
        settings.remember(settings.load(), given.file)
        print("This computer opens the new database from now on.")
    if done.marked:
        print(f"The old file is as it was and is only read from now on ({done.marked.name} says so).")
    print(f"A backup of the old database: {done.backup}")
    return 0


@contextmanager
def _engine(address: str) -> Generator[Any]:
    """The database at an address, let go at the end."""
    engine = open_engine(address)
    try:
        yield engine
    finally:
        engine.dispose()


def _folder(given: Arguments) -> Path:
    return given.folder or settings.load().backups


def _user_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("list", "add", "roles", "password", "remove", "restore"))
    parser.add_argument("login", nargs="?", default="", help="whom to add or change")
    parser.add_argument("--name", default="", help="the new user's name")
    parser.add_argument(
        "--role", action="append", choices=[role.value for role in Role], help="may be given several times"
    )
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")


def _user(given: Arguments) -> int:
    office = Office(_existing(given))
    try:
        if given.what == "add":
            roles = [Role(role) for role in given.role or (Role.DISPATCHER,)]
            office.do(company.add_user, login=given.login, name=given.name, roles=roles, password=_new_password())
        elif given.what != "list":
            _change_user(office, given, _user_called(office, given.login))
        for user in office.see(people.everybody):
            said = "  (removed)" if not user.active else "" if user.has_password else "  (no password)"
            print(f"{user.login:<16}{user.name:<24}{', '.join(user.roles)}{said}")
    finally:
        office.close()
    return 0


def _user_called(office: Office, login: str) -> company.UserRow:
    found = [user for user in office.see(people.everybody) if user.login == login.strip().lower()]
    if not found:
        raise NotAllowed(f"There is no user {login}.")
    return found[0]


def _change_user(office: Office, given: Arguments, user: company.UserRow) -> None:
    if given.what == "password":
        office.do(company.set_password, user.id, _new_password())
    elif given.what == "roles":
        roles = [Role(role) for role in given.role or ()]
        office.do(people.edit_user, user.id, version=user.version, name=given.name or user.name, roles=roles)
    elif given.what == "remove":
        office.do(people.let_go, user.id, version=user.version)
    else:
        office.do(people.take_back, user.id, version=user.version)


def _new_password() -> str:
    """Asked for twice on a terminal; read from one line of standard input otherwise."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("New password: ")
    if first != getpass.getpass("Again: "):
        raise NotAllowed("The two passwords differ.")
    return first


def _optimize_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a day file (JSON); with --vrptw a file in Solomon's format")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=float, default=10.0, help="CPU seconds to search (10)")
    budget.add_argument("--iterations", type=int, help="search so many steps instead: same seed, same plan")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="2: a second search on another core, the better plan counts")
    parser.add_argument("--engine", default="best", help="best, sisr, ortools or greedy")
    parser.add_argument("--matrix", default="haversine", help="haversine, or a file with seconds between the places")
    parser.add_argument("--vrptw", action="store_true", help="Solomon's format; only the distance counts")
    parser.add_argument("--explain", action="store_true", help="print the reasons for each visit")
    parser.add_argument("--compare", action="store_true", help="run every engine that is installed, print a table")
    parser.add_argument("--out", type=Path, help="where the plan goes (JSON)")


def _optimize(given: Arguments) -> int:
    from fieldoffice.services.routing import errand  # its engines take a second to load, which no other command needs

    if given.out is None and not given.compare:
        raise NotAllowed("Say with --out where the plan goes.")
    asked = errand.Errand(given.file, given.out, given.seconds, given.iterations, given.seed, given.engine, given.matrix,
                          given.vrptw, given.explain, given.seeds)  # fmt: skip
    if given.compare:
        from fieldoffice.services.routing import rivals

        print("\n".join(rivals.compare(asked)))
    else:
        print("\n".join(errand.run(asked)))
    return 0


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    from fieldoffice.services.exchange import terminal  # only these two commands need all kinds of lists

    terminal.import_arguments(parser)


def _import(given: Arguments) -> int:
    from fieldoffice.services.exchange import terminal

    return terminal.run_import(given, _existing(given))


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    from fieldoffice.services.exchange import terminal

    terminal.export_arguments(parser)


def _export(given: Arguments) -> int:
    from fieldoffice.services.exchange import terminal

    return terminal.run_export(given, _existing(given))


def _secrets_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("status", "unlock"))
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")


def _secrets(given: Arguments) -> int:
    from fieldoffice.services.secrets import terminal

    office = Office(_existing(given))
    try:
        print(terminal.status(office) if given.what == "status" else terminal.unlock(office, _ask_hidden))
    finally:
        office.close()
    return 0


def _ask_hidden(words: str) -> str:
    """Something secret from whoever sits at the terminal, or from what is piped in."""
    if sys.stdin.isatty():
        return getpass.getpass(words)
    line = sys.stdin.readline()
    if not line:
        raise NotAllowed(f"Nobody can be asked here: {words.rstrip(': ')}.")
    return line.rstrip("\r\n")


def _books_arguments(parser: argparse.ArgumentParser) -> None:
    from fieldoffice.services.books import terminal

    terminal.arguments(parser)


def _books(given: Arguments) -> int:
    from fieldoffice.services.books import terminal

    return terminal.run(given, _existing(given))


COMMANDS: tuple[Command, ...] = (
    Command("sample", "make a sample company", _sample_arguments, _sample),
    Command("db", "upgrade, back up, restore, verify or move the database", _db_arguments, _db),
    Command("user", "list, add, change or remove the people of the office, set a password", _user_arguments, _user),
    Command("secrets", "how the office key stands on this computer, or open it", _secrets_arguments, _secrets),
    Command("optimize", "plan a day file", _optimize_arguments, _optimize),
    Command("import", "import a list, or take an import back", _import_arguments, _import),
    Command("export", "write a whole list as CSV or XLSX", _export_arguments, _export),
    Command("books", "prove the books, or write the journal for another program", _books_arguments, _books),
)
