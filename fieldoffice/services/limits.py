"""How often somebody may ask, counted in the database: every server of the office counts together, and restarts forget nothing.

A window slides by weighing the last one: what came in it counts by the share of it that still lies within the time.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import TableClause, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.web import RateCount
from fieldoffice.office import Tx
from fieldoffice.services.words import marked

COUNTS = cast(TableClause, RateCount.__table__)
KEPT = timedelta(days=2)
TOO_MANY = marked("That was too often in a short time. Please wait a little and try again.")


class TooMany(NotAllowed):
    """Somebody asked too often; `retry_s` is when to try again."""

    def __init__(self, retry_s: int) -> None:
        super().__init__(TOO_MANY, key="too_many")
        self.retry_s = retry_s


@dataclass(frozen=True, slots=True)
class Counted:
    """How often within the window, rounded down, and when the window ends."""

    n: int
    retry_s: int


def hidden(key: bytes, name: str, subject: str) -> str:
    """What is stored instead of an address or account: nobody reads it back without `key`."""
    return hmac.new(key, f"{name}\0{subject}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def count(tx: Tx, key: str, per_s: int) -> Counted:
    """Count one more for a `hidden` key and answer how many there were in the last `per_s` seconds, this one included.

    It rings no topic and leaves no event. Call it in a transaction of its own, so that what is refused is counted too.
    """
    tx.require(Right.ONLINE)
    began, into_s = window(tx.now, per_s)
    n = one_more(tx, key, began)
    before = tx.session.scalar(select(RateCount.n).where(RateCount.key == key, RateCount.began_at == began - timedelta(seconds=per_s)))
    return Counted(n + int((before or 0) * (1 - into_s / per_s)), max(1, int(per_s - into_s)))


def window(now: datetime, per_s: int) -> tuple[datetime, float]:
    """When the window of `per_s` seconds began in which `now` lies, and how many seconds ago."""
    into = now.timestamp() % per_s
    return datetime.fromtimestamp(now.timestamp() - into, UTC), into


def one_more(tx: Tx, key: str, began: datetime) -> int:
    """Count one more in the window that began then, behind its row's lock; answers how many there are. Old windows go."""
    insert: Any = postgresql.insert if tx.office.shared else sqlite.insert
    row = insert(COUNTS).values(key=key, began_at=began, n=1)
    query = row.on_conflict_do_update(index_elements=["key", "began_at"], set_={"n": COUNTS.c.n + 1}).returning(COUNTS.c.n)
    n = int(tx.session.connection().execute(query).scalar_one())
    if n == 1:
        tx.session.connection().execute(delete(COUNTS).where(COUNTS.c.began_at < tx.now - KEPT))
    return n
