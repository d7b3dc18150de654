"""Through which servers messages can leave this computer now, and in words why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from fieldoffice.models.errors import Refused
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company import checks
from fieldoffice.services.messages.rules import rules
from fieldoffice.services.secrets.values import secret

SMTP_PASSWORD, SMS_TOKEN = "smtp_password", "sms_token"
NO_SERVER = "E-mails wait: no mail server is entered at Organization → Settings → Messages."
NO_SENDER = "E-mails wait: neither a sender's address nor the company's e-mail address is entered."
NO_SMS = "SMS wait: no SMS service is entered at Organization → Settings → Messages."


class Client(Protocol):
    """Hands a message over and answers what the receiver knows it by.

    It raises a WorldFault whose value `fate` is "again", "never" or "unknown"; values may hold `retry_after` in seconds.
    """

    def send(self, **message: Any) -> str: ...
    def close(self) -> None: ...


class ConnectMail(Protocol):
    def __call__(self, *, host: str, port: int, security: str, user: str, password: str) -> Client: ...


class ConnectSms(Protocol):
    def __call__(self, *, url: str, account: str, token: str, number: str) -> Client: ...


@dataclass(frozen=True, slots=True)
class Post:
    """How a program reaches the servers: given to the runner by whoever starts it."""

    mail: ConnectMail
    sms: ConnectSms


@dataclass(frozen=True, slots=True)
class Ways:
    """What the clients are made with, None for a channel that is closed; `why` says so in words by channel. Holds passwords."""

    mail: dict[str, Any] | None = field(default=None, repr=False)
    sms: dict[str, Any] | None = field(default=None, repr=False)
    sender: dict[str, str] = field(default_factory=dict[str, str])
    why: dict[str, str] = field(default_factory=dict[str, str])
    quiet: tuple[int, int] = (0, 0)
    per_minute: int = 0

    @property
    def open(self) -> tuple[str, ...]:
        """The channels by which messages can go out."""
        return tuple(name for name, way in (("email", self.mail), ("sms", self.sms)) if way is not None)

    def connect(self, post: Post, channel: str) -> Client:
        """A client for one channel that is open."""
        way = self.mail if channel == "email" else self.sms
        assert way is not None
        return post.mail(**way) if channel == "email" else post.sms(**way)


def ways(tx: Tx) -> Ways:
    """The servers of the settings, with their passwords: for the runner, never for a screen."""
    known, why = rules(tx), dict[str, str]()
    sender = {
        "sender": str(known["sender_address"] or tx.company.email).strip(),
        "sender_name": str(known["sender_name"] or tx.company.name).strip(),
        "reply_to": str(known["reply_to"] or tx.company.email).strip(),
    }
    mail = _mail(tx, known, sender["sender"], why)
    sms = _sms(tx, known, why)
    quiet = int(known["quiet_from"]), int(known["quiet_to"])
    return Ways(mail, sms, sender, why, quiet, int(known["per_minute"]))


def why_waiting(tx: Tx) -> dict[str, str]:
    """Which channels are closed on this computer, with the reason, without any password."""
    tx.require(Right.LOOK)
    return ways(tx).why


def _mail(tx: Tx, known: dict[str, Any], sender: str, why: dict[str, str]) -> dict[str, Any] | None:
    if not known["smtp_host"]:
        why["email"] = NO_SERVER
    elif not sender or checks.email(sender):
        why["email"] = NO_SENDER
    else:
        user = str(known["smtp_user"])
        password = _secret(tx, SMTP_PASSWORD, "email", why) if user else ""
        if password is not None:
            return {"host": str(known["smtp_host"]), "port": int(known["smtp_port"]), "security": str(known["smtp_security"]),
                    "user": user, "password": password}  # fmt: skip
    return None


def _sms(tx: Tx, known: dict[str, Any], why: dict[str, str]) -> dict[str, Any] | None:
    if not known["sms_url"] or not known["sms_number"]:
        why["sms"] = NO_SMS
        return None
    account = str(known["sms_account"])
    token = _secret(tx, SMS_TOKEN, "sms", why) if account else ""
    return None if token is None else {"url": str(known["sms_url"]), "account": account, "token": token, "number": str(known["sms_number"])}


def _secret(tx: Tx, key: str, channel: str, why: dict[str, str]) -> str | None:
    """A password; None, with the reason, where it was never entered or this computer cannot read it."""
    name = "E-mails wait: the mail server's password" if channel == "email" else "SMS wait: the token of the SMS service"
    try:
        found = secret(tx, key)
    except Refused as refusal:
        why[channel] = f"{name} cannot be read. {refusal}"
        return None
    if found is None:
        why[channel] = f"{name} is not entered yet."
    return found
