"""The one way in which this program asks a server of the outside world: it says its name, and limits time and size.

Redirects are not followed: what was configured is what is asked. httpx is imported with the first question, because most
starts ask none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from fieldoffice import __version__

AGENT = {"User-Agent": f"fieldoffice/{__version__} (desktop program for field-service offices)",
         "Accept": "application/geo+json, application/json"}  # fmt: skip
CONNECT_S = 4.0
MOST_BYTES = 2_000_000


class NoAnswer(Exception):
    """Nobody answered: in time (`slow`), or at all. `sent`: the question may have arrived all the same."""

    def __init__(self, *, slow: bool, sent: bool = True) -> None:
        super().__init__("slow" if slow else "away")
        self.slow, self.sent = slow, sent


class TooLong(Exception):
    """The answer went on beyond what was allowed, and was given up."""


@dataclass(frozen=True)
class Answer:
    """What a server said. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The content as JSON; ValueError when it is none."""
        return json.loads(self.content)


def ask(url: str, *, params: Mapping[str, str] | None = None, post: object = None, answer_s: float = 15.0,
        most_bytes: int | None = None, form: Mapping[str, str] | None = None, user: str = "", password: str = "",
        headers: Mapping[str, str] | None = None) -> Answer:  # fmt: skip
    """GET `url`, or POST `post` to it as JSON, or a `form`; `user` and `password` go along as basic authentication.

    Raises NoAnswer and TooLong; every status is an answer.
    """
    import httpx

    most = MOST_BYTES if most_bytes is None else most_bytes
    limit = httpx.Timeout(answer_s, connect=min(CONNECT_S, answer_s))
    method = "GET" if post is None and form is None else "POST"
    who = httpx.BasicAuth(user, password) if user else None
    until = monotonic() + 2 * answer_s  # httpx limits each wait; a server that drips has to end as well
    try:
        with httpx.stream(method, url, params=params or None, json=post, data=form, auth=who, headers={**AGENT, **(headers or {})},
                          timeout=limit) as answer:  # fmt: skip
            content = bytearray()
            for part in answer.iter_bytes():
                content += part
                if len(content) > most:
                    raise TooLong
                if monotonic() > until:
                    raise NoAnswer(slow=True)
            return Answer(answer.status_code, dict(answer.headers), bytes(content))
    except (httpx.ConnectTimeout, httpx.PoolTimeout):
        raise NoAnswer(slow=True, sent=False) from None
    except httpx.TimeoutException:
        raise NoAnswer(slow=True) from None
    except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError):  # an address that is none is also a ValueError
        raise NoAnswer(slow=False, sent=False) from None
    except httpx.HTTPError:
        raise NoAnswer(slow=False) from None
