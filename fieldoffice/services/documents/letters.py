"""Text made ready to be drawn from left to right: what cannot be seen is left out, Arabic letters get the shape they have
within a word, and Arabic and Hebrew are put in the order in which they stand on paper.

This is the plain case of the rules of Unicode (UAX 9 for the order, the joining forms of the character database): names,
addresses and notes in a left-to-right page. Other scripts that need shaping, such as Devanagari, are not drawn.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby

RIGHT = ("R", "AL")
LONGEST = 56
"""Right-to-left text longer than this many characters is set in lines of its own, so that the lines follow each other."""

_FORMS = ("<isolated>", "<final>", "<initial>", "<medial>")
_ISOLATED, _FINAL, _INITIAL, _MEDIAL = _FORMS
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*")


def clean(text: str) -> str:
    """`text` without control and format characters, composed; line ends are "\\n", tabs are blanks."""
    if text.isascii() and text.isprintable():
        return text
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text).replace("\t", " ")
    kept = (char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept))


def drawable(text: str) -> str:
    """`text`, cleaned, in the order and shapes in which it is drawn from left to right."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(_line(line) for line in clean(text).split("\n"))


def spoken(char: str) -> str:
    """The plain letter or letters that a joined Arabic form stands for; any other character is itself."""
    return unicodedata.normalize("NFKC", char) if unicodedata.decomposition(char).startswith(_FORMS) else char


def _line(line: str) -> str:
    if not any(_class(char) == "R" for char in line):
        return line
    sides = _sides(line)
    stretches = groupby(range(len(line)), key=lambda at: sides[at])
    pieces = ((side, "".join(line[at] for at in stretch)) for side, stretch in stretches)
    return "".join(_set(words) if side == "R" else words for side, words in pieces).strip("\n")


def _class(char: str) -> str:
    """L letter, R right-to-left letter, N digit, M mark, or blank for what takes the side of its neighbors."""
    kind = unicodedata.bidirectional(char)
    return {"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N", "NSM": "M"}.get(kind, "")


def _sides(line: str) -> list[str]:
    """"R" or "L" for each character: rules W1, W4, W7 and N0 to N2 of UAX 9 in a left-to-right line."""
    sides: list[str] = []
    for char in line:
        kind, before = _class(char), next((side for side in reversed(sides) if side), "L")
        sides.append((sides[-1] if sides else "L") if kind == "M" else before if kind == "N" else kind)
    for at, side in enumerate(sides):
        if not side:
            after = next((later for later in sides[at:] if later), "L")
            sides[at] = "R" if after == "R" and at and sides[at - 1] == "R" else "L"
    return _paired(line, sides)


def _paired(line: str, sides: list[str]) -> list[str]:
    """A closing bracket goes with its opening one."""
    opened: list[tuple[str, str]] = []
    for at, char in enumerate(line):
        if char in "([{":
            opened.append((char.translate(_MIRROR), sides[at]))
        elif opened and char == opened[-1][0]:
            sides[at] = opened.pop()[1]
    return sides


def _set(words: str) -> str:
    """One right-to-left stretch as it is drawn; a long one in lines of its own."""
    if len(words) <= LONGEST:
        return _reversed(_joined(words))
    return "\n" + "\n".join(_reversed(_joined(part)) for part in _parts(words)) + "\n"


def _parts(words: str) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= LONGEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _reversed(words: str) -> str:
    """Letters with their marks from right to left, numbers as they are, brackets turned."""
    pieces: list[str] = re.findall(_NUMBER.pattern + r"|.", words, re.DOTALL)
    units: list[str] = []
    for piece in pieces:
        if units and unicodedata.combining(piece[0]):
            units[-1] += piece
        else:
            units.append(piece if len(piece) > 1 else piece.translate(_MIRROR))
    return "".join(reversed(units))


@cache
def _shapes() -> dict[tuple[str, str], str]:
    """(plain letters, form) → the character that draws that form, from the character database."""
    found: dict[tuple[str, str], str] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE70, 0xFEFD)):
        form, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if form in _FORMS:
            found[("".join(chr(int(letter, 16)) for letter in letters), form)] = chr(code)
    return found


def _joined(words: str) -> str:
    """Arabic letters in the shape that their neighbors ask for; lam and alef become one sign."""
    letters = _ligated(words)
    drawn: list[str] = []
    for at, letter in enumerate(letters):
        before, after = _neighbor(letters, at, -1), _neighbor(letters, at, 1)
        joins_before = _joins(before, _INITIAL) and _joins(letter, _FINAL)
        joins_after = _joins(letter, _INITIAL) and _joins(after, _FINAL)
        form = _FORMS[joins_before + 2 * joins_after]
        drawn.append(_shapes().get((letter, form), letter))
    return "".join(drawn)


def _ligated(words: str) -> list[str]:
    return re.findall(r"ل[آأإا]|.", words, re.DOTALL)


def _neighbor(letters: list[str], at: int, step: int) -> str:
    """The next letter in that direction; vowel marks stand between letters without parting them."""
    at += step
    while 0 <= at < len(letters) and unicodedata.combining(letters[at][0]):
        at += step
    return letters[at] if 0 <= at < len(letters) else ""


def _joins(letter: str, form: str) -> bool:
    """Whether the letter connects forward (it has an initial form) or backward (a final form); the bar does both."""
    return letter == "ـ" or (letter, form) in _shapes()
