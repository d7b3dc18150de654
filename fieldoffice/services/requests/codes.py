"""Access codes that came in a customer's notes: sealed with the request, moved to the address when it is accepted.

No list, message, event or paper holds one. Staff with the right may look, and every look is an event; the provider who goes
there finds it with the address.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import AccessCode
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.access import add_access_code, masked
from fieldoffice.services.secrets.office_key import about_request, office_key
from fieldoffice.services.secrets.sealing import seal, unseal

NO_CODE = "There is no access code with this request."


def sealed(tx: Tx, row: BookingRequest, codes: Sequence[tuple[str, str]]) -> bytes:
    """(label, code) under the office key, for this request only."""
    return seal(office_key(tx), json.dumps(list(codes)).encode(), about_request(row.public_id))


def see_request_codes(tx: Tx, request_id: int) -> tuple[tuple[str, str], ...]:
    """(label, code) of the codes that came with a request; an event says who looked."""
    tx.require(Right.SEE_ACCESS_CODES)
    row = tx.get(BookingRequest, request_id)
    if row.sealed_code is None:
        raise NotAllowed(NO_CODE)
    tx.event("access_code.seen", row, customer_id=row.customer_id, note=row.number)
    return _opened(tx, row)


def to_location(tx: Tx, row: BookingRequest, location_id: int) -> tuple[AccessCode, ...]:
    """Keep the codes of a request with the address where the work is done.

    A server that does not hold the office key leaves them sealed with the request, where staff with the right finds them.
    """
    if row.sealed_code is None:
        return ()
    try:
        codes = _opened(tx, row)
    except NotAllowed:
        return ()
    made: list[AccessCode] = []
    for label, code in codes:
        made.append(tx.get(AccessCode, add_access_code(tx, location_id, label=label, code=code).id))
    return tuple(made)


def for_paper(notes: str) -> str:
    """The notes as they may go onto a job, from where they reach papers: what looks like a code is dots."""
    return masked(notes)


def _opened(tx: Tx, row: BookingRequest) -> tuple[tuple[str, str], ...]:
    plain = unseal(office_key(tx), row.sealed_code or b"", about_request(row.public_id))
    return tuple((str(label), str(code)) for label, code in json.loads(plain))
