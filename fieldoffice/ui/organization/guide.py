"""The chapter of the guide about settings, made from their register."""

from __future__ import annotations

from fieldoffice.services.company.register import SECTIONS, section_of
from fieldoffice.services.company.spec import Spec


def settings_guide() -> str:
    """Every setting by section as markdown: what it is called, what it is at first, what it means."""
    parts: list[str] = []
    for id, (title, _, sentence) in SECTIONS.items():
        rows = [f"| {one.words} | {first_value(one)} | {one.hint or one.group} |" for one in section_of(id)]
        parts.append("\n".join([f"## {title}", "", sentence, "", "| Setting | At first | What it means |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def first_value(one: Spec) -> str:
    """The value of a setting before anybody changed it, in the words of the page."""
    if one.kind == "own" or one.store == "company" or one.default in ("", None):
        return dict(one.choices).get(one.default, "") if one.choices else ""
    if one.kind == "minutes":
        return f"{one.default // 60:02}:{one.default % 60:02}"
    if one.kind == "yes_no":
        return "Yes" if one.default else "No"
    if one.choices:
        return dict(one.choices).get(one.default, "")
    return f"{one.default} {one.unit}".strip()
