"""Every setting by its words, by where it stands, and by the paths of other programs."""

from __future__ import annotations

from typing import Any

import pytest

from fieldoffice.services.company.register import REGISTER, SECTIONS
from fieldoffice.ui.launcher.matching import best
from fieldoffice.ui.launcher.settings import OTHER_PATHS, plain_path, settings
from fieldoffice.ui.pages import PAGES


def found(typed: str) -> list[str]:
    """The keys of what is offered, the best first."""
    return [choice.key for choice in best(settings(lambda *_, **__: None), plain_path(typed), lambda c: c.words)]


def test_every_section_and_every_setting_is_offered_once_and_opens_where_it_stands() -> None:
    opened: list[tuple[str, dict[str, Any]]] = []
    offered = list(settings(lambda page, **args: opened.append((page, args))))
    shown = [f"setting:{s.key}" for s in REGISTER if s.kind != "hidden"]
    assert [c.key for c in offered] == [*(f"section:{id}" for id in SECTIONS), *shown]
    next(c for c in offered if c.key == "setting:company.paper").run()
    next(c for c in offered if c.key == "section:hours").run()
    assert opened == [("settings", {"key": "company.paper"}), ("settings", {"section": "hours"})]
    assert "settings" in {entry.id for entry in PAGES}


@pytest.mark.requirement("1.2")
@pytest.mark.parametrize(
    ("typed", "first"),
    [("Settings → Company → Address", "setting:company."), ("organization > settings > company > time zone", "setting:company.zone"),
     ("first weekday", "setting:company.first_weekday"), ("nominatim", "setting:geocoder."), ("holidays", "s")],
)  # fmt: skip
def test_a_setting_is_found_by_its_words_and_its_path(typed: str, first: str) -> None:
    assert found(typed)[0].startswith(first)


@pytest.mark.requirement("1.2")
@pytest.mark.parametrize("section", [id for id in OTHER_PATHS if id in SECTIONS])
def test_the_paths_of_other_programs_lead_to_the_same_section(section: str) -> None:
    for path in OTHER_PATHS[section].split(" · "):
        for typed in (path, path.replace("→", ">"), path.casefold()):
            assert f"section:{section}" in found(typed)[:3], typed
