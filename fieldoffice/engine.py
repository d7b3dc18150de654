"""Opening a database: one place that knows how SQLite and PostgreSQL want to be spoken to."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from fieldoffice.models.errors import NotAllowed, Refused, WorldFault

WAL_SAFE = (3, 51, 3)
"""Older SQLite libraries may lose data when two connections write and checkpoint a WAL at once."""
SQLITE_WAIT = 5
"""Seconds that a connection waits while another desk writes to the file."""
POSTGRES_OPTIONS = (
    "-c timezone=UTC -c lock_timeout=3s -c idle_in_transaction_session_timeout=5s"
    " -c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3"
)
"""A desktop that dies or loses its line lets go of its locks within seconds: the server looks, too."""
POSTGRES_ARGS: dict[str, Any] = {
    "options": POSTGRES_OPTIONS,
    "connect_timeout": 3,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 3000,
    "application_name": "fieldoffice",
}
UNREACHABLE = "unreachable"
"""The key of a WorldFault that says that the line to the database is broken."""
TRANSIENT = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock timeout
CUT = {"57P01", "57P02", "57P03", "08000", "08003", "08006", "25P03"}


def open_engine(address: str) -> Engine:
    """An engine for a database address: a `sqlite:///` or `postgresql://` URL. Refuses others in words."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise WorldFault("This database address cannot be read. It looks like postgresql://user@server/name.") from None
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        return _open_postgres(url)
    raise WorldFault(
        "fieldoffice keeps its books in SQLite or PostgreSQL; this address names another kind of database."
    )


def _open_postgres(url: URL) -> Engine:
    engine = create_engine(url, connect_args=POSTGRES_ARGS, pool_pre_ping=True, pool_size=6, max_overflow=4)

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: object, record: object, args: Any, kw: Any) -> Any:
        from fieldoffice.lines import WatchedConnection  # the driver is loaded only where it is used

        return WatchedConnection.connect(*args, **kw)

    return engine


def _open_sqlite(url: URL) -> Engine:
    import pysqlite3  # type: ignore[import-untyped]

    if url.database and url.database != ":memory:":
        _refuse_bad_folder(Path(url.database))
    engine = create_engine(url, module=pysqlite3, connect_args={"timeout": SQLITE_WAIT, "check_same_thread": False})
    pragmas = sqlite_pragmas(pysqlite3.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, record: object) -> None:
        raw.isolation_level = None  # we begin ourselves
        for pragma in pragmas:
            _set(raw, pragma)

    moved = _moved_mark(Path(url.database)) if url.database else None

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        if not reading and moved is not None and moved.exists():
            raise WorldFault(_moved_words(moved), key="moved")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def sqlite_pragmas(library: tuple[int, ...]) -> tuple[str, ...]:
    """How each connection to an SQLite file is set up, for a library of this version: no answered commit may be lost."""
    journal = "WAL" if library >= WAL_SAFE else "TRUNCATE"
    return (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SQLITE_WAIT * 1000}", "mmap_size=0")


def _set(raw: Any, pragma: str) -> None:
    """Set a pragma on a new connection. SQLite answers a change of the journal "locked" at once while another desk is
    doing the same to a new file, without its busy timeout; so we ask again for as long as that timeout."""
    until = time.monotonic() + SQLITE_WAIT
    while True:
        try:
            raw.execute(f"PRAGMA {pragma}")
            return
        except Exception as error:  # the driver's own: its package has no types
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def mark_moved(file: Path, where: str, at: datetime) -> Path:
    """Note beside an SQLite file that its company has moved: from now on it is only read. Returns the note."""
    mark = _moved_mark(file)
    mark.write_text(f"{where}\n{at:%Y-%m-%d %H:%M} UTC\n", encoding="utf-8")
    return mark


def _moved_mark(file: Path) -> Path:
    return file.with_name(file.name + ".moved")


def _moved_words(mark: Path) -> str:
    where, _, at = mark.read_text(encoding="utf-8").strip().partition("\n")
    return (f"This company has moved to {where} ({at}); this file is only a copy of what it was. Open it there. "
            f"To go on with this copy all the same, delete {mark.name}.")  # fmt: skip


def _refuse_bad_folder(path: Path) -> None:
    if str(path).startswith(("\\\\", "//")):
        raise WorldFault("A database file on a network share would be damaged. Use PostgreSQL for several desks.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorldFault(f"The folder {path.parent} cannot be made: {error.strerror}.") from None


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def reading(engine: Engine) -> Engine:
    """The same engine, for transactions that only look: they never wait for a writer and see one moment."""
    if is_sqlite(engine):
        return engine.execution_options(reading=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def is_transient(error: DBAPIError) -> bool:
    """Whether the same transaction may simply be tried again."""
    return getattr(error.orig, "sqlstate", None) in TRANSIENT or "database is locked" in str(error.orig)


def is_disconnect(error: DBAPIError) -> bool:
    """Whether the line to the database broke, so that nobody knows if a commit landed."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in CUT


def is_damaged(error: DBAPIError) -> bool:
    """Whether a database file is broken, so that only a backup helps."""
    return "file is not a database" in str(error.orig) or "malformed" in str(error.orig)


@contextmanager
def told() -> Generator[None]:
    """Turn the world's faults into sentences; our own errors pass."""
    try:
        yield
    except DBAPIError as error:
        said = refusal(error)
        if said is None:
            raise
        raise said from error


@contextmanager
def driver(connection: Connection) -> Generator[Any]:
    """The raw driver's connection, for what SQLAlchemy has no words for; its errors come out as SQLAlchemy's."""
    raw: Any = connection.connection.driver_connection
    base: Any = connection.dialect.loaded_dbapi.Error
    try:
        yield raw
    except base as error:
        lost = connection.dialect.is_disconnect(error, raw, None)
        like: Any = DBAPIError.instance
        raise like("", None, error, base, connection_invalidated=lost, dialect=connection.dialect) from error


def refusal(error: DBAPIError) -> Refused | None:
    """The sentence for a person, where a database error is the world's fault or a last wall; else None: our bug."""
    words, state = str(error.orig), getattr(error.orig, "sqlstate", None)
    if "overlap" in words or state == "23P01":
        return NotAllowed("Somebody has just booked this provider at that time. Nothing was changed.", key="overlap")
    if "the period is closed" in words:
        return NotAllowed("The books are closed for that day. Nothing was changed; use a later date.", key="closed_period")
    if "the books are append-only" in words:
        return NotAllowed("What is posted stays as it is. Reverse it, or write a credit memo.", key="append_only")
    if "disk is full" in words or "disk I/O error" in words or state in {"53100", "53000"}:
        return WorldFault(
            "The disk is full: nothing was saved. Free some space and try again; your input is still here."
        )
    if is_transient(error):
        return WorldFault("The database is busy. Nothing was changed; please try again.")
    if is_disconnect(error) or _never_connected(error):
        return WorldFault(
            "The database cannot be reached. Nothing is lost; please try again when the connection is back.", key=UNREACHABLE
        )
    if "readonly database" in words or state == "25006":
        return WorldFault("The database file is read-only.")
    if is_damaged(error):
        return WorldFault("The database file is damaged. Restore the newest backup: fieldoffice db restore.")
    if "unable to open database file" in words:
        return WorldFault("The database file cannot be opened. Does its folder exist, and may you write there?")
    return None


def _never_connected(error: DBAPIError) -> bool:
    return error.statement is None and type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}
