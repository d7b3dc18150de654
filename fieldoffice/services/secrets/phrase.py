"""The office key as 24 English words (BIP-39, with its checksum) to write down, and the check that somebody did. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache

from mnemonic import Mnemonic

from fieldoffice.models.errors import Invalid
from fieldoffice.services.secrets.sealing import KEY_BYTES

WORDS, ASKED = 24, 3


@cache
def _language() -> Mnemonic:
    return Mnemonic("english")


def phrase_of(key: bytes) -> str:
    """The key as words with single blanks between them."""
    return _language().to_mnemonic(key)


def key_of(phrase: str) -> bytes:
    """The key behind a phrase, however it is written; refuses by `phrase` what is not one, and says which word is not."""
    words = phrase.casefold().split()
    known = _language().wordlist
    strange = [f"{n}. {word}" for n, word in enumerate(words, start=1) if word not in known]
    if strange:
        raise Invalid(phrase=f"No word of a recovery phrase: {', '.join(strange[:3])}.")
    if len(words) != WORDS:
        raise Invalid(phrase=f"A recovery phrase has {WORDS} words; these are {len(words)}.")
    if not _language().check(" ".join(words)):
        raise Invalid(phrase="The words do not fit together: one is wrong, or two are exchanged.")
    key = bytes(_language().to_entropy(words))
    assert len(key) == KEY_BYTES
    return key


def asked_places() -> tuple[int, ...]:
    """Three different places (1 to 24, in order) whose words somebody is asked for."""
    return tuple(sorted(n + 1 for n in secrets.SystemRandom().sample(range(WORDS), ASKED)))


def wrong_places(phrase: str, answers: Mapping[int, str]) -> tuple[int, ...]:
    """The places whose word was answered wrongly."""
    words = phrase.split()
    return tuple(n for n, word in sorted(answers.items()) if words[n - 1] != word.strip().casefold())
