"""An e-mail as it goes over the line: text, HTML, the company's logo, a calendar file, and exactly the headers that were meant.

A message that must not be sent is a WorldFault whose value `fate` is "never".
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import Any

from fieldoffice.models.errors import WorldFault

POLICY = policy.SMTP.clone(max_line_length=998)  # shorter lines fold long addresses into encoded words
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
WORD_BYTES = 45  # of UTF-8 in an encoded word


def fault(words: str, fate: str) -> WorldFault:
    """A refusal that says what became of the message."""
    return WorldFault(words, key=f"message_{fate}", fate=fate)


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a key: the same key has the same one, so a mail program shows a doubled message once."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def composed(*, key: str, at: datetime, sender: str, sender_name: str, recipient: str, subject: str, text: str, html: str = "",
             reply_to: str = "", ics: str = "", logo: bytes = b"", files: Sequence[tuple[str, bytes]] = ()) -> bytes:  # fmt: skip
    """The message as it goes over the line, with PDFs (name, content) attached.

    It is read again and refused ("never") unless it says exactly what was meant.
    """
    name, title = _words(sender_name), _words(subject)
    try:
        headers = {"From": f"{_phrase(name)} <{_one(sender)}>".strip(), "To": _one(recipient), "Subject": _encoded(title),
                   "Date": format_datetime(at), "Message-ID": message_id(key, sender), "Auto-Submitted": "auto-generated",
                   **({"Reply-To": _one(reply_to)} if reply_to else {})}  # fmt: skip
        head = "".join(f"{field}: {value}\r\n" for field, value in headers.items()).encode("ascii")
        mail = EmailMessage(POLICY)
        _fill(mail, text, html, ics, logo)
        for file_name, content in files:
            mail.add_attachment(content, maintype="application", subtype="pdf", filename=file_name)
        whole = head + mail.as_bytes()
    except (ValueError, IndexError) as error:
        raise fault(f"This message cannot be written as an e-mail: {error}.", "never") from None
    _check(whole, (*headers, *mail.keys()), sender, name, recipient, title)
    return whole


def _one(address: str) -> str:
    """One bare address; ValueError for anything else."""
    return Address(addr_spec=address).addr_spec


def _phrase(name: str) -> str:
    """A display name as a header may hold it."""
    if not name or not name.isascii():
        return _encoded(name)
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encoded(text: str) -> str:
    """Plain ASCII as it is; else encoded words of at most 75 characters, one a line. The library's own folding loses commas."""
    if text.isascii():
        return text
    parts, held = list[str](), ""
    for c in text:
        if len((held + c).encode()) > WORD_BYTES:
            parts, held = [*parts, held], ""
        held += c
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part.encode()).decode()}?=" for part in (*parts, held))


def _words(text: str) -> str:
    """One line without control characters; what looks like an encoded word is refused: some readers would decode it."""
    if "=?" in text:
        raise fault("The subject or a name looks like an encoded header (“=?”): the message was not sent.", "never")
    return " ".join("".join(c if unicodedata.category(c) not in {"Cc", "Cs"} else " " for c in text).split())


def _fill(mail: EmailMessage, text: str, html: str, ics: str, logo: bytes) -> None:
    mail.set_content(text, cte="quoted-printable")
    if html:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
        if logo:
            part: Any = list(mail.iter_parts())[1]
            kind = "png" if logo.startswith(b"\x89PNG") else "webp" if logo[8:12] == b"WEBP" else "jpeg"
            part.add_related(logo, "image", kind, cid="<logo>", disposition="inline")
    if ics:
        method = re.search(r"^METHOD:([A-Z]+)\s*$", ics, re.MULTILINE)
        mail.add_attachment(ics, subtype="calendar", cte="quoted-printable", filename="visit.ics",
                            params={"method": method[1] if method else "PUBLISH"})  # fmt: skip


def _check(whole: bytes, headers: tuple[str, ...], sender: str, name: str, recipient: str, subject: str) -> None:
    """Read the message as a receiver does: exactly our headers, each once, and nobody else addressed."""
    mail = message_from_bytes(whole, policy=policy.compat32)
    to, by = getaddresses([str(mail["To"])]), getaddresses([_unfolded(mail["From"])])
    good = (
        sorted(mail.keys()) == sorted(headers)
        and set(headers) <= {*HEADERS, "Reply-To"}
        and to == [("", recipient)]
        and [(_read(named), address) for named, address in by] == [(name, sender)]
        and _read(_unfolded(mail["Subject"])) == subject
    )
    if not good:
        raise fault("The message does not read back as it was written: it was not sent.", "never")


def _unfolded(raw: object) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", str(raw))


def _read(text: str) -> str:
    """Encoded words decoded, as old readers do it: also where none were meant."""
    return str(make_header(decode_header(text))) if text else ""
