"""The small language of message texts: {fields}, paragraphs, lists, **bold**, links; read once, written as text or HTML. Pure.

A field is replaced after the text was read, so a value is only ever words: it cannot make a link, a list or a tag. A field
may carry words for when it is empty, {notes|none}; a line all of whose fields are empty is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import urlsplit

from fieldoffice.models.errors import Invalid

FIELD = re.compile(r"\{([^{}\n]*)\}")
PIECE = re.compile(
    r"\[(?P<label>[^\[\]\n]+)\]\((?P<target>\{[a-z_]+\}|https?://[^\s()<>\"]+|mailto:[^\s()<>\"]+|tel:[^\s()<>\"]+)\)"
    r"|\*\*(?P<bold>(?:(?!\*\*).)+)\*\*|(?P<url>https?://[^\s<>()\"{}]+[^\s<>()\"{}.,;:!?])"
)
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line; `target` is where a link leads: an address or a "{field}"."""

    text: str
    bold: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (lines kept apart), or a list with one line an item."""

    kind: Literal["paragraph", "list"]
    lines: tuple[tuple[Run, ...], ...]


def read(text: str) -> tuple[Block, ...]:
    """The blocks of a text; anything that is not understood stays words."""
    blocks: list[Block] = []
    for part in re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").strip("\n")):
        blocks += _blocks(part.split("\n"))
    return tuple(blocks)


def fields_in(text: str) -> tuple[str, ...]:
    """The fields that a text names, each once, in the order in which they stand."""
    return tuple(dict.fromkeys(hit.partition("|")[0].strip() for hit in FIELD.findall(text)))


def check(field: str, text: str, known: tuple[str, ...]) -> dict[str, str]:
    """What is wrong with a text, by `field`: unknown merge fields, with the list of those that are known; else nothing."""
    wrong = [name for name in fields_in(text) if name not in known]
    loose = FIELD.sub("", text)
    if wrong:
        named = ", ".join(f"{{{name}}}" for name in wrong)
        return {field: f"There is no field {named} here. Known are {', '.join(f'{{{name}}}' for name in known)}."}
    if "{" in loose or "}" in loose:
        return {field: "A field stands between one { and one }, such as {customer}."}
    return {}


def line(text: str, values: Values) -> str:
    """One line with its fields filled in: a subject."""
    return " ".join(_filled(text, values).split())


def as_text(text: str, values: Values) -> str:
    """The plain text: links as words and address, lists with dashes."""
    parts = [_text_block(block, values) for block in read(text)]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(text: str, values: Values, *, button: str = "") -> str:
    """The HTML of the blocks; every value and word is escaped. A link alone on its line gets the style `button`."""
    parts = [_html_block(block, values, button) for block in read(text)]
    return "\n".join(part for part in parts if part)


def safe_target(target: str) -> str:
    """An address that a link may lead to, or "": no scripts, no files."""
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        return ""
    good = (parts.scheme in {"http", "https"} and parts.hostname) or (parts.scheme in {"mailto", "tel"} and parts.path)
    return target.strip() if good and not any(ord(c) < 33 or c in "\"<>`" for c in target.strip()) else ""


def _blocks(lines: list[str]) -> Iterator[Block]:
    kind: Literal["paragraph", "list"] = "paragraph"
    held: list[tuple[Run, ...]] = []
    for one in lines:
        now: Literal["paragraph", "list"] = "list" if re.match(r"\s*[-*•] +\S", one) else "paragraph"
        if held and now != kind:
            yield Block(kind, tuple(held))
            held = []
        kind = now
        held.append(tuple(_runs(re.sub(r"^\s*[-*•] +", "", one) if now == "list" else one.strip())))
    if held:
        yield Block(kind, tuple(held))


def _runs(text: str) -> Iterator[Run]:
    last = 0
    for hit in PIECE.finditer(text):
        if hit.start() > last:
            yield Run(text[last : hit.start()])
        if hit["bold"] is not None:
            yield Run(hit["bold"], bold=True)
        elif hit["url"] is not None:
            yield Run(hit["url"], target=hit["url"])
        else:
            yield Run(hit["label"], target=hit["target"])
        last = hit.end()
    if last < len(text):
        yield Run(text[last:])


def _filled(text: str, values: Values) -> str:
    return FIELD.sub(lambda hit: _value(hit[1], values), text)


def _value(inside: str, values: Values) -> str:
    name, _, otherwise = inside.partition("|")
    return values.get(name.strip(), "").strip() or otherwise.strip()


def _kept(block: Block, values: Values) -> list[tuple[Run, ...]]:
    """The lines of a block without those whose fields are all empty."""
    return [runs for runs in block.lines if not _empty(runs, values)]


def _empty(runs: tuple[Run, ...], values: Values) -> bool:
    named = [inside for run in runs for inside in (*FIELD.findall(run.text), *FIELD.findall(run.target))]
    return bool(named) and not any(_value(inside, values) for inside in named)


def _text_block(block: Block, values: Values) -> str:
    dash = "- " if block.kind == "list" else ""
    return "\n".join(dash + "".join(_text_run(run, values) for run in runs) for runs in _kept(block, values))


def _text_run(run: Run, values: Values) -> str:
    words, target = _filled(run.text, values), safe_target(_filled(run.target, values))
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    return words if not target or bare in words else f"{words}: {bare}"


def _html_block(block: Block, values: Values, button: str) -> str:
    lines = _kept(block, values)
    if not lines:
        return ""
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{''.join(_html_run(run, values) for run in runs)}</li>" for runs in lines) + "</ul>"
    if button and len(lines) == 1 and len(lines[0]) == 1 and (target := _target(lines[0][0], values)):
        return f'<p><a href="{escape(target)}" style="{escape(button)}">{escape(_filled(lines[0][0].text, values))}</a></p>'
    return "<p>" + "<br>\n".join("".join(_html_run(run, values) for run in runs) for runs in lines) + "</p>"


def _target(run: Run, values: Values) -> str:
    return safe_target(_filled(run.target, values)) if run.target and not run.text.startswith("http") else ""


def _html_run(run: Run, values: Values) -> str:
    target = safe_target(_filled(run.target, values))
    if target:
        return f'<a href="{escape(target)}">{escape(_filled(run.text, values))}</a>'
    words = "".join(_html_words(run.text, values))
    return f"<b>{words}</b>" if run.bold else words


def _html_words(text: str, values: Values) -> Iterator[str]:
    """Words with their fields; a value that is an address as a whole becomes a link to itself, lines of a value stay apart."""
    last = 0
    for hit in FIELD.finditer(text):
        yield escape(text[last : hit.start()])
        value = _value(hit[1], values)
        whole = safe_target(value) if value.startswith(("http://", "https://")) else ""
        shown = escape(value).replace("\n", "<br>\n")
        yield f'<a href="{escape(whole)}">{shown}</a>' if whole else shown
        last = hit.end()
    yield escape(text[last:])


def refuse(wrong: dict[str, str]) -> None:
    """Refuse by the field where anything is wrong."""
    if wrong:
        raise Invalid(**wrong)
