"""JSON files: read with a sentence where they cannot be, and told where in the file a field stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from fieldoffice.models.errors import Invalid, Refused

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_SPACE = re.compile(r"[ \t\n\r,:]*")


def read_json(path: str | Path, what: str) -> object:
    """What stands in the file; `what` names it in the refusal."""
    return parsed(read_text(path, what), path, what)


def read_text(path: str | Path, what: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        why = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        raise Refused(f"The {what} {path} cannot be read: {why}.") from fault


def parsed(text: str, path: str | Path, what: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Refused(f"The {what} {path} is not JSON: {fault}.") from fault


def with_line(refusal: Invalid, text: str) -> Invalid:
    """The same refusal with the line of each field, as in "line 12: jobs[3].loc must be ..."."""
    told: dict[str, str] = {}
    for path, words in refusal.fields.items():
        line = line_of(text, path)
        told[path] = f"line {line}: {words}" if line else words
    return Invalid(**told)


def line_of(text: str, path: str) -> int:
    """The line on which a field like "jobs[3].loc" stands; of a missing one, the line of what should hold it."""
    at = _skip(text, 0)
    for name, index in _STEP.findall(path):
        inside = _member(text, at, name) if name else _entry(text, at, int(index))
        if inside is None:
            break
        at = inside
    return text.count("\n", 0, at) + 1


def _member(text: str, at: int, name: str) -> int | None:
    """Where the value of a key of the object at `at` begins."""
    if text[at : at + 1] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] != "}":
        key = json.loads(text[at : (behind := _end(text, at))])
        at = _skip(text, behind)
        if key == name:
            return at
        at = _skip(text, _end(text, at))
    return None


def _entry(text: str, at: int, index: int) -> int | None:
    if text[at : at + 1] != "[":
        return None
    at = _skip(text, at + 1)
    for _ in range(index):
        if text[at] == "]":
            return None
        at = _skip(text, _end(text, at))
    return None if text[at] == "]" else at


def _end(text: str, at: int) -> int:
    """Behind the value at `at`."""
    decoder: Any = json.JSONDecoder()
    return decoder.raw_decode(text, at)[1]


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
