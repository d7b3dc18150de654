"""A process that makes a run of statements and is killed in the middle: `python -m tests.services.collecting.batch ADDRESS RUN`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from fieldoffice.office import Office
from fieldoffice.services.collecting import working
from fieldoffice.services.documents.statementpaper import draw_statement


class Slow:
    """An office that says each change and takes its time over it."""

    def __init__(self, office: Office) -> None:
        self.see = office.see
        self.office = office

    def do(self, service: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        answer = self.office.do(service, *args, **kw)
        print(service.__name__, flush=True)
        time.sleep(0.1)
        return answer


def main(address: str, run_id: int) -> None:
    """One statement a step."""
    working.STEP = 1
    office = Office(address)
    working.carry_out(Slow(office), run_id, draw_statement)
    office.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
