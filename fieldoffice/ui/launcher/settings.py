"""Every setting as a line of the launcher: found by its words, by where it stands, and by the paths of other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from fieldoffice.services.company.register import REGISTER, SECTIONS
from fieldoffice.services.company.spec import Spec
from fieldoffice.ui.launcher.choices import Choice, tr

OTHER_PATHS: Mapping[str, str] = {
    "portal": "Configuration → Customer → Customer Portal Settings · Settings → Customer Portal → Portal Settings",
    "bookable": "Settings → Customer Portal → Bookable Services",
    "booking": "Settings → Customer Portal → Online Booking",
}
"""By section: where those look who know these settings from elsewhere."""
ARROWS = str.maketrans(dict.fromkeys("→›>»/", " "))


def settings(go: Callable[..., object]) -> Iterator[Choice]:
    """Sections first, then their settings; `go("settings", section=… or key=…)` opens one."""
    for id, (title, icon, sentence) in SECTIONS.items():
        yield Choice(f"section:{id}", tr("Settings"), title, _path(id), icon, "", f"{title} {_path(id)} {_other(id)} {sentence}",
                     lambda id=id: go("settings", section=id))  # fmt: skip
    for one in REGISTER:
        if one.kind != "hidden":
            words = f"{one.words} {_stands(one)} {_other(one.section)} {one.search}"
            yield Choice(f"setting:{one.key}", tr("Settings"), one.words, _stands(one), SECTIONS[one.section][1], "", words,
                         lambda key=one.key: go("settings", key=key))  # fmt: skip


def plain_path(typed: str) -> str:
    """What was typed as words: "Settings → Customer Portal" and "settings > customer portal" are the same."""
    return typed.translate(ARROWS)


def _path(section: str) -> str:
    return f"Settings → {SECTIONS[section][0]}"


def _stands(one: Spec) -> str:
    return " → ".join(part for part in (_path(one.section), one.group) if part)


def _other(section: str) -> str:
    return f"Organization {OTHER_PATHS.get(section, '')}"
