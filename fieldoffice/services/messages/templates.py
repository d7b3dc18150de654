"""Which words a message is made of: the company's own where it has some, else the program's."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from fieldoffice.assets import resource
from fieldoffice.models.message import MessageTemplate
from fieldoffice.office import Tx
from fieldoffice.services.messages.kinds import KINDS, LANGUAGES


@dataclass(frozen=True, slots=True)
class Words:
    """A text with its merge fields; SMS have no subject."""

    subject: str
    body: str


def words_for(tx: Tx, kind: str, channel: str, language: str) -> Words:
    """The words of one kind, channel and language; a language that is not known speaks English."""
    spoken = language if language in KINDS[kind].languages else "en"
    about = (MessageTemplate.kind == kind, MessageTemplate.channel == channel, MessageTemplate.language == spoken)
    own = tx.session.scalars(select(MessageTemplate).where(*about)).first()
    return Words(own.subject, own.body) if own is not None else program_words(kind, channel, spoken)


def program_words(kind: str, channel: str, language: str) -> Words:
    """The program's own words."""
    texts = _texts(language)[kind]
    return Words(texts["subject"], texts["email"].strip("\n")) if channel == "email" else Words("", texts["sms"])


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads(resource(f"messages/{language}.toml").read_text(encoding="utf-8"))
