"""The words for people outside, in their language: gettext catalogs, read once. Pure but for reading the files.

A text is marked where it stands: `t("…")` on pages and in code; `marked("…")` where it is only stored or raised, such as the
sentence of a refusal. Values stand in braces, `{name}`, and are put in as they are: nothing of them is looked at again.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from io import BytesIO
from typing import Any

from fieldoffice.assets import resource

LANGUAGES = {"en": "English", "es": "Español", "de": "Deutsch", "fr": "Français"}
"""What people outside may choose; English is what the program is written in."""
_PLACE = re.compile(r"\{(\w+)\}")


class Words:
    """One language: `t` a text, `tn` a text that counts something."""

    def __init__(self, language: str, catalog: gettext.NullTranslations) -> None:
        self.language, self._catalog = language, catalog

    def t(self, text: str, **values: Any) -> str:
        """The text in this language, with its values."""
        return _filled(self._catalog.gettext(text) if text else "", values)

    def tn(self, one: str, many: str, n: int, **values: Any) -> str:
        """The text for `n` things; `{n}` is the number."""
        return _filled(self._catalog.ngettext(one, many, n), {"n": n} | values)


def marked(text: str) -> str:
    """The text itself: marks it for the catalogs."""
    return text


@cache
def words_of(language: str) -> Words:
    """The words of a language, English for one that is not spoken here."""
    known = language if language in LANGUAGES else "en"
    return Words(known, _catalog(known))


def _catalog(language: str) -> gettext.NullTranslations:
    """Read from the text file and compiled in memory; English needs none."""
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with resource(f"web/locale/{language}/LC_MESSAGES/messages.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _filled(text: str, values: dict[str, Any]) -> str:
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text) if values else text
