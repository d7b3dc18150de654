"""Which language a page speaks: the one that was picked, else the customer's, else the browser's first that is known."""

from __future__ import annotations

from collections.abc import Iterable

from fieldoffice.services.words import LANGUAGES


def picked(*given: str | None) -> str:
    """The first known language of those that somebody picked by hand."""
    return next((one for one in given if one in LANGUAGES), "")


def spoken(chosen: str, customer: str, accepted: Iterable[str]) -> str:
    """The language of the page."""
    wanted = (chosen, customer, *(one.replace("_", "-").partition("-")[0].casefold() for one in accepted))
    return next((one for one in wanted if one in LANGUAGES), "en")
