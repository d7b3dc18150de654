"""The company's own words for messages: read, saved, put back to the program's words, and seen as a customer would."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid, NotFound, Stale
from fieldoffice.models.job import Job
from fieldoffice.models.message import MessageTemplate
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.messages import markup
from fieldoffice.services.messages.kinds import FIELDS, KINDS
from fieldoffice.services.messages.look import LOGO
from fieldoffice.services.messages.looking import logo_of
from fieldoffice.services.messages.segments import Length, length
from fieldoffice.services.messages.templates import Words, program_words
from fieldoffice.services.messages.writing import LONGEST_SUBJECT, compose, filled_values
from fieldoffice.transaction import STALE

LONGEST_BODY, LONGEST_SMS = 20_000, 1_000


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A merge field that a kind knows."""

    name: str
    words: str
    example: str


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """The words of one kind, channel and language. `id` and `version` are 0 while the program's own words hold."""

    id: int
    version: int
    kind: str
    channel: str
    language: str
    subject: str
    body: str
    program: Words
    fields: tuple[FieldRow, ...]
    may_edit: bool

    @property
    def own(self) -> bool:
        return self.id != 0


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as a customer would get it: `html` is the whole e-mail, `logo` its picture; `size` of an SMS."""

    subject: str
    text: str
    html: str
    size: Length | None
    logo: bytes = b""


def own_templates(tx: Tx) -> frozenset[tuple[str, str, str]]:
    """(kind, channel, language) of all texts that the company has in its own words."""
    tx.require(Right.LOOK)
    columns = (MessageTemplate.kind, MessageTemplate.channel, MessageTemplate.language)
    return frozenset((row[0], row[1], row[2]) for row in tx.session.execute(select(*columns)))


def template_sheet(tx: Tx, kind: str, channel: str, language: str) -> TemplateSheet:
    """The words that hold now, with the fields that they may name."""
    tx.require(Right.LOOK)
    known, own = _known(kind, channel, language), _own(tx, kind, channel, language)
    words = Words(own.subject, own.body) if own is not None else known
    fields = tuple(FieldRow(name, *FIELDS[name]) for name in KINDS[kind].fields)
    id, version = (own.id, own.version) if own is not None else (0, 0)
    may = Right.ORGANIZATION in tx.actor.rights
    return TemplateSheet(id, version, kind, channel, language, words.subject, words.body, known, fields, may)


def save_template(tx: Tx, kind: str, channel: str, language: str, *, version: int, subject: str, body: str) -> Edit:
    """Put the company's own words in the place of those that hold; `version` is the one that was read."""
    tx.require(Right.ORGANIZATION)
    _known(kind, channel, language)
    markup.refuse(template_problems(kind, channel, subject, body))
    row, keep = _own(tx, kind, channel, language, lock=True), Keeper(tx)
    if (row.version if row is not None else 0) != version:
        raise Stale(STALE)
    before = {} if row is None else {"subject": row.subject, "body": row.body}
    if row is None:
        row = tx.add(MessageTemplate(kind=kind, channel=channel, language=language, subject=subject.strip(), body=body.strip("\n"),
                                     changed_at=tx.now))  # fmt: skip
        keep.new(row)
    else:
        keep.before(row)
        row.subject, row.body, row.changed_at = subject.strip(), body.strip("\n"), tx.now
    note = f"{KINDS[kind].words}, {channel}, {language}"
    tx.event("template.saved", row, before=before, after={"subject": row.subject, "body": row.body}, note=note)
    tx.session.flush()
    return keep.edit(template_sheet(tx, kind, channel, language))


def reset_template(tx: Tx, kind: str, channel: str, language: str, *, version: int) -> Edit:
    """Let the program's words hold again."""
    tx.require(Right.ORGANIZATION)
    row, keep = _own(tx, kind, channel, language, lock=True), Keeper(tx)
    if row is None:
        raise NotFound("These are the program's own words already.")
    if row.version != version:
        raise Stale(STALE)
    keep.gone(row)
    tx.event("template.reset", row, before={"subject": row.subject, "body": row.body}, note=f"{KINDS[kind].words}, {channel}, {language}")
    tx.session.delete(row)
    tx.session.flush()
    return keep.edit(template_sheet(tx, kind, channel, language))


def preview_template(tx: Tx, kind: str, channel: str, language: str, *, subject: str, body: str, customer_id: int | None = None) -> Preview:
    """What these words, saved or not, would say to a customer; unknown fields are refused by "subject" or "body"."""
    tx.require(Right.LOOK)
    markup.refuse(_field_problems(kind, channel, subject, body))
    filled = filled_values(tx, kind, _example(tx, kind, customer_id))
    made = compose(tx, subject, body, channel, language, filled)
    html = made.get("html", "")
    size = length(made["text"]) if channel == "sms" else None
    return Preview(made.get("subject", ""), made["text"], html, size, logo_of(tx) if LOGO in html else b"")


def template_problems(kind: str, channel: str, subject: str, body: str) -> dict[str, str]:
    """What is wrong with a text, by field."""
    wrong = _field_problems(kind, channel, subject, body)
    longest = LONGEST_SMS if channel == "sms" else LONGEST_BODY
    if channel == "email" and not subject.strip():
        wrong["subject"] = "An e-mail needs a subject."
    if len(subject) > LONGEST_SUBJECT or "\n" in subject.strip() or "=?" in subject:
        wrong["subject"] = f"A subject is one line of at most {LONGEST_SUBJECT} characters, without “=?”."
    if not body.strip():
        wrong["body"] = "Please write something, or press Use the program's words."
    elif len(body) > longest:
        wrong["body"] = f"At most {longest:,} characters."
    return wrong


def _field_problems(kind: str, channel: str, subject: str, body: str) -> dict[str, str]:
    known = KINDS[kind].fields
    return {**(markup.check("subject", subject, known) if channel == "email" else {}), **markup.check("body", body, known)}


def _known(kind: str, channel: str, language: str) -> Words:
    """The program's words; Invalid where there is no such text."""
    if kind not in KINDS or channel not in KINDS[kind].channels or language not in KINDS[kind].languages:
        raise Invalid(kind="There is no such message.")
    return program_words(kind, channel, language)


def _own(tx: Tx, kind: str, channel: str, language: str, *, lock: bool = False) -> MessageTemplate | None:
    query = select(MessageTemplate).where(MessageTemplate.kind == kind, MessageTemplate.channel == channel,
                                          MessageTemplate.language == language)  # fmt: skip
    return tx.session.scalars(query.with_for_update() if lock else query).first()


def _example(tx: Tx, kind: str, customer_id: int | None) -> dict[str, str]:
    """Example values; those of a customer where one is named."""
    values = {name: FIELDS[name][1] for name in KINDS[kind].own}
    if customer_id is None:
        return values
    customer = tx.get(Customer, customer_id)
    places = select(Location).where(Location.customer_id == customer_id, Location.active.is_(True)).order_by(Location.id)
    place = tx.session.scalars(places).first()
    job = tx.session.scalars(select(Job).where(Job.customer_id == customer_id).order_by(Job.id.desc())).first()
    own = {"customer": customer.name, "phone": customer.phone, "email": customer.email}
    if place is not None:
        own["address"] = ", ".join(part for part in (place.street, place.city) if part)
    if job is not None:
        own |= {"number": job.number, "service": job.title}
    return {name: own.get(name) or value for name, value in values.items()}
