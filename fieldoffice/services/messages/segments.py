"""How many SMS a text takes: 160 characters of the plain alphabet, 70 where one character is outside it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

PLAIN = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
                  "abcdefghijklmnopqrstuvwxyzäöñüà")  # fmt: skip
TWICE = frozenset("^{}\\[~]|€")
"""Characters of the plain alphabet that take two places."""

SIMPLER = str.maketrans({"–": "-", "—": "-", "‑": "-", "•": "-", "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"',
                         "«": '"', "»": '"', "…": "...", "\u00a0": " ", "\u202f": " "})  # fmt: skip
"""Typographic characters that the plain alphabet has in a simpler form: one of them would make each SMS 70 characters short."""


@dataclass(frozen=True, slots=True)
class Length:
    """`places` of the alphabet in use, in `parts` SMS; `strange` are the characters that make the alphabet the wide one."""

    places: int
    parts: int
    strange: str


def simpler(text: str) -> str:
    """One line in the plain alphabet as far as its words allow."""
    return " ".join(text.translate(SIMPLER).split())


def length(text: str) -> Length:
    """The length of a text as providers count it."""
    strange = "".join(dict.fromkeys(c for c in text if c not in PLAIN and c not in TWICE))
    if strange:
        places = len(text.encode("utf-16-be")) // 2
        return Length(places, _parts(places, 70, 67), strange)
    places = len(text) + sum(c in TWICE for c in text)
    return Length(places, _parts(places, 160, 153), "")


def _parts(places: int, alone: int, joined: int) -> int:
    return int(places > 0) if places <= alone else -(-places // joined)
