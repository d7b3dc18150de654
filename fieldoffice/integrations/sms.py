"""Sending an SMS through a provider with a plain HTTP interface in the shape of Twilio's Messages: a form with To, From and
Body, the account and its token as basic authentication, an answer in JSON.

Whatever goes wrong is a WorldFault whose value `fate` says what became of the message: "again", "never" or "unknown"; values
may hold `retry_after` in seconds.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from fieldoffice.integrations.web import Answer, NoAnswer, TooLong, ask
from fieldoffice.models.errors import WorldFault

ANSWER_S = 20.0
MOST_BYTES = 100_000


class Sms:
    """A provider of SMS."""

    def __init__(self, *, url: str, account: str, token: str, number: str, answer_s: float = ANSWER_S) -> None:
        self.url = url.replace("{account}", quote(account, safe=""))
        self.account, self.token, self.number, self.answer_s = account, token, number, answer_s

    def send(self, **message: Any) -> str:
        """Send one SMS (`key`, `recipient`, `text`); what the provider knows it by.

        The key goes along hashed as Idempotency-Key, for providers that heed it.
        """
        form = {"To": message["recipient"], "From": self.number, "Body": message["text"]}
        once = {"Idempotency-Key": hashlib.sha256(message["key"].encode()).hexdigest()[:32]}
        try:
            answer = ask(self.url, form=form, user=self.account, password=self.token, headers=once, answer_s=self.answer_s,
                         most_bytes=MOST_BYTES)  # fmt: skip
        except NoAnswer as silence:
            if not silence.sent:
                raise _fault("The SMS service cannot be reached.", "again") from None
            raise _fault("The SMS service took the message and did not answer. It may have been sent.", "unknown") from None
        except TooLong:
            raise _fault("The SMS service answered something that is no answer. The SMS may have been sent.", "unknown") from None
        return _judged(answer)

    def close(self) -> None:
        """Nothing stays open."""


def _judged(answer: Answer) -> str:
    told = _json(answer)
    if 200 <= answer.status < 300:
        if not told.get("sid"):
            raise _fault("The SMS service answered something that is not understood. The SMS may have been sent.", "unknown")
        return str(told["sid"])[:100]
    words = f"The SMS service says: {answer.status} {_plain(str(told.get('message') or ''))}".strip()
    if answer.status == 429 or answer.status >= 500:
        raise _fault(words, "again", retry_after=_seconds(answer.headers.get("retry-after", "")))
    if answer.status in {401, 403, 404}:
        raise _fault(f"{words}. Check the address, the account and the token.", "again")
    raise _fault(words, "never")


def _json(answer: Answer) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def _seconds(text: str) -> float:
    return min(float(text), 86_400.0) if text.isdecimal() else 0.0


def _fault(words: str, fate: str, **values: Any) -> WorldFault:
    return WorldFault(words, key=f"message_{fate}", fate=fate, **values)


def connect(*, url: str, account: str, token: str, number: str) -> Sms:
    """The client for the provider of the settings."""
    return Sms(url=url, account=account, token=token, number=number)
