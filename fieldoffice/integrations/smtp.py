"""Handing e-mails to a mail server: one message, one recipient, over a line that is used again for the next.

Whatever goes wrong is a WorldFault whose value `fate` says what became of the message: "again" (it did not leave, try later),
"never" (the server refused it for good, or it must not be sent), "unknown" (the line broke after all of it was handed over).
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

from fieldoffice.integrations.letter import composed, fault, message_id
from fieldoffice.models.errors import WorldFault

ANSWER_S = 30.0
WHOLE_S = 120.0
"""A message is handed over within this time or given up: well below the time for which a runner may claim it."""


class Mailer:
    """One line to a mail server, opened with the first message and used for the next ones too. Not for several threads."""

    def __init__(self, *, host: str, port: int, security: str, user: str = "", password: str = "", answer_s: float = ANSWER_S,
                 whole_s: float = WHOLE_S) -> None:  # fmt: skip
        self.host, self.port, self.security, self.user, self.password = host, port, security, user, password
        self.answer_s, self.whole_s = answer_s, whole_s
        self._line: smtplib.SMTP | None = None
        self._late = False

    def send(self, **message: Any) -> str:
        """Hand one message over (the words of `composed`); its Message-ID. WorldFault with `fate` otherwise."""
        whole = composed(**message)
        sender, recipient = message["sender"], message["recipient"]
        self._in_time(lambda: self._hand_over(whole, sender, recipient))
        return message_id(message["key"], sender)

    def try_line(self) -> None:
        """Open the line and sign in, nothing else; WorldFault says why it does not work."""
        self._in_time(self._opened)

    def close(self) -> None:
        """End the line, politely where the server still listens."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (OSError, smtplib.SMTPException):
            line.close()

    def _in_time(self, work: Callable[[], object]) -> None:
        """Do it with a hand on the plug: a server that drips its answers must not hold a runner for ever."""
        self._late = False
        plug = threading.Timer(self.whole_s, self._pull)
        plug.daemon, plug.name = True, "mail plug"
        plug.start()
        try:
            work()
        finally:
            plug.cancel()
            plug.join()

    def _pull(self) -> None:
        self._late = True
        line = self._line
        if line is not None and line.sock is not None:
            with contextlib.suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)

    def _hand_over(self, whole: bytes, sender: str, recipient: str) -> None:
        line = self._opened_for(sender)
        self._said(lambda: line.rcpt(recipient))
        self._said(lambda: line.docmd("DATA"), good=354)
        self._push(line, whole)
        try:
            code, words = line.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            raise fault("The line to the mail server broke before it confirmed the message. It may have been sent.", "unknown") from None
        self._judge(code, words, good=250)

    def _opened_for(self, sender: str) -> smtplib.SMTP:
        """A line on which the sender was accepted; one that the server has closed since the last message is opened again."""
        used = self._line is not None
        line = self._opened()
        try:
            self._said(lambda: line.mail(sender))
        except WorldFault as refusal:
            if not used or refusal.values.get("fate") != "again":
                raise
            self._drop()
            line = self._opened()
            self._said(lambda: line.mail(sender))
        return line

    def _push(self, line: smtplib.SMTP, whole: bytes) -> None:
        stuffed = re.sub(rb"(?m)^\.", b"..", whole)
        try:
            line.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        except (OSError, smtplib.SMTPException):
            self._drop()
            raise fault(self._broken(), "again") from None

    def _said(self, ask: Callable[[], tuple[int, bytes]], *, good: int = 250) -> None:
        try:
            code, words = ask()
        except (OSError, smtplib.SMTPException):
            self._drop()
            raise fault(self._broken(), "again") from None
        self._judge(code, words, good=good)

    def _judge(self, code: int, words: bytes, *, good: int) -> None:
        if code == good or (good == 250 and code == 251):
            return
        told = f"The mail server says: {code} {_told(words)}"
        self._reset(code)
        raise fault(told, "never" if 500 <= code < 600 else "again")

    def _reset(self, code: int) -> None:
        """Let the server forget the message at hand; whoever says 421 hangs up."""
        try:
            if code != 421 and self._line is not None and self._line.rset()[0] == 250:
                return
        except (OSError, smtplib.SMTPException):
            pass
        self._drop()

    def _opened(self) -> smtplib.SMTP:
        if self._line is None:
            try:
                self._open()
            except (WorldFault, OSError, smtplib.SMTPException) as error:
                self._drop()
                raise fault(self._why_not(error), "again") from None
        assert self._line is not None
        return self._line

    def _open(self) -> None:
        own = socket.gethostname()
        own = own if re.fullmatch(r"[A-Za-z0-9.-]+", own) else "[127.0.0.1]"  # never a look-up, which may take long
        if self.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=own, timeout=self.answer_s, context=ssl.create_default_context())
        else:
            line = smtplib.SMTP(local_hostname=own, timeout=self.answer_s)
        self._line = line
        line._host = self.host  # type: ignore[attr-defined]  # smtplib checks certificates against it, and sets it only in its constructor
        code, words = line.connect(self.host, self.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        line.ehlo_or_helo_if_needed()
        if self.security == "starttls":
            line.starttls(context=ssl.create_default_context())
            line.ehlo_or_helo_if_needed()
        if self.user:
            line.login(self.user, self.password)

    def _why_not(self, error: Exception) -> str:
        """Why the line could not be opened: never the message's fault, so it is tried again."""
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"The mail server does not accept the user or the password: {_told(error.smtp_error)}"
        if isinstance(error, smtplib.SMTPNotSupportedError):
            what = "STARTTLS" if self.security == "starttls" else "signing in"
            return f"The mail server {self.host} does not offer {what}, which the settings ask for."
        if isinstance(error, smtplib.SMTPResponseException):
            return f"The mail server says: {error.smtp_code} {_told(error.smtp_error)}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"The certificate of {self.host} cannot be trusted ({error.verify_message}). Nothing was sent."
        return self._broken()

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _broken(self) -> str:
        why = "took too long" if self._late else "does not answer, or broke the line off"
        return f"The mail server {self.host}:{self.port} {why}."


def _told(words: bytes | str) -> str:
    """What the server said, as one short line of plain text."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def connect(*, host: str, port: int, security: str, user: str, password: str) -> Mailer:
    """The client for the mail server of the settings; the line is opened with the first message."""
    return Mailer(host=host, port=port, security=security, user=user, password=password)
