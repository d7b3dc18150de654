"""The catalogs: every text that is marked stands in each language, with the same values in braces, and plural forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from fieldoffice.assets import resource
from fieldoffice.services.words import LANGUAGES, words_of
from fieldoffice.web.speaking import picked, spoken
from tests.web.site import Served

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"t": None, "tn": (1, 2), "marked": None}
PLACE = re.compile(r"\{(\w+)\}")
SOURCES = (("fieldoffice/web", "*.py", "python"), ("fieldoffice/services", "*.py", "python"),
           ("resources/web/templates", "*.html", "jinja2"))  # fmt: skip
MARKS = re.compile(rb"\b(?:marked|tn?)\(")
OTHERS = tuple(code for code in LANGUAGES if code != "en")


@cache
def marked_texts() -> dict[str | tuple[str, str], set[str]]:
    """Each marked text (a pair where it counts something), and the files that say it."""
    found: dict[str | tuple[str, str], set[str]] = {}
    for folder, files, method in SOURCES:
        for path in sorted((ROOT / folder).rglob(files)):
            raw = path.read_bytes()
            if MARKS.search(raw):
                for _, text, _, _ in extract(method, BytesIO(raw), keywords=KEYWORDS, options={"silent": "false"}):
                    found.setdefault(text, set()).add(path.relative_to(ROOT).as_posix())
    return {text: files for text, files in found.items() if text}


@cache
def catalog(language: str) -> Catalog:
    with resource(f"web/locale/{language}/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalog(language) if message.id)


def texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def test_texts_are_found_in_code_and_templates() -> None:
    found = marked_texts()
    assert {"Sign in", "Not found", "This link does not work any more. Please ask us for a new one."} <= set(found)


@pytest.mark.parametrize("language", OTHERS)
def test_each_catalog_is_complete(language: str) -> None:
    wanted, have = marked_texts(), {message.id: message for message in messages(language)}
    missing = {text: files for text, files in wanted.items() if text not in have or not all(texts(have[text].string))}
    assert missing == {}


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_stands_there_twice_unsure_or_for_nothing(language: str) -> None:
    raw = resource(f"web/locale/{language}/LC_MESSAGES/messages.po").read_text(encoding="utf-8")
    found = list(messages(language))
    assert sum(line.startswith("msgid ") for line in raw.splitlines()) == len(found) + 1  # and the head
    assert [message.id for message in found if message.fuzzy] == []
    assert sorted(str(m.id) for m in found if m.id not in marked_texts()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_each_translation_names_the_same_values(language: str) -> None:
    wrong = {}
    for message in messages(language):
        named = set().union(*(PLACE.findall(text) for text in texts(message.id)))
        for text in texts(message.string):
            if not set(PLACE.findall(text)) <= named | {"n"} or (isinstance(message.id, str) and set(PLACE.findall(text)) != named):
                wrong[message.id] = text
    assert wrong == {}


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_its_plural_forms(language: str) -> None:
    made = catalog(language)
    assert made.num_plurals == 2
    assert [m.id for m in made if isinstance(m.id, tuple) and len(texts(m.string)) != 2] == []


def test_values_are_put_in_and_not_looked_at_again() -> None:
    words = words_of("en")
    assert words.t("Hello {name}", name="{name} {0} %s <b>") == "Hello {name} {0} %s <b>"
    assert words.t("Hello {name}") == "Hello {name}"
    assert [words.tn("{n} day", "{n} days", n) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert words_of("xx").language == "en"


def test_the_language_is_the_picked_one_then_the_customer_s_then_the_browser_s(served_sqlite: Served) -> None:
    assert spoken("", "de", ("fr",)) == "de"
    assert spoken("es", "de", ("fr",)) == "es"
    assert spoken("", "", ("pt-BR", "fr-CA", "de")) == "fr"
    assert spoken("", "xx", ()) == "en"
    assert picked("xx", "de") == "de"
    asked = (("de-AT,de;q=0.8", "", "de"), ("de", "?lang=fr", "fr"), ("ja", "", "en"), ("ja,es;q=0.1", "", "es"), ("", "?lang=../x", "en"))
    for accepted, query, lang in asked:
        page = served_sqlite.get(f"/signin{query}", headers={"Accept-Language": accepted}).text
        assert f'<html lang="{lang}">' in page, accepted


def test_a_form_keeps_the_language_that_was_picked(served_sqlite: Served) -> None:
    hidden = served_sqlite.hidden(served_sqlite.get("/signin?lang=de").text)
    assert hidden["lang"] == "de"
    assert '<html lang="de">' in served_sqlite.post("/signin", hidden | {"email": "x"}).text
