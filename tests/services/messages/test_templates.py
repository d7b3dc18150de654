"""The company's own words: used by the next message, with no field that is not known, seen before they are saved, put back."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.models.errors import Invalid, NotAllowed, NotFound, Stale
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company, messages
from fieldoffice.services.edits import put_rows_back
from fieldoffice.services.messages import markup
from fieldoffice.services.messages.editing import (
    own_templates,
    preview_template,
    reset_template,
    save_template,
    template_problems,
    template_sheet,
)
from fieldoffice.services.messages.kinds import FIELDS, KINDS
from fieldoffice.services.messages.segments import length, simpler
from fieldoffice.services.messages.templates import program_words
from tests.services.messages.outbox import VALUES, rows, small, write

ALL = [(kind.id, channel, language) for kind in KINDS.values() for channel in kind.channels for language in kind.languages]
EXAMPLES = {name: example for name, (_, example) in FIELDS.items()}
OWN = {"subject": "Look: {customer} wants {service}", "body": "Dear team,\n\n**{customer}** asks.\n\n- {wished}\n\n[Site](https://example.com)"}


@pytest.mark.requirement("1.3")
def test_the_portal_template_is_edited_and_the_next_request_mail_uses_it(office: Office) -> None:
    small(office, **{"messages.office_to": "office@potomac.example"})
    office.do(messages.to_office, "request_office", key="before", values=VALUES)
    seen = office.see(preview_template, "request_office", "email", "en", **OWN)
    assert (seen.subject, "<b>Carol Customer</b> asks." in seen.html) == ("Look: Carol Customer wants Leak repair", True)
    edit = office.do(save_template, "request_office", "email", "en", version=0, **OWN)
    office.do(messages.to_office, "request_office", key="after", values=VALUES)
    before, after = rows(office)
    assert before.content["subject"] == "New request R-1001: Leak repair"
    assert after.content["subject"] == "Look: Carol Customer wants Leak repair"
    assert after.content["text"] == "Dear team,\n\nCarol Customer asks.\n\n- March 5\n\nSite: https://example.com\n"
    with pytest.raises(Invalid) as unknown:
        office.do(save_template, "request_office", "email", "en", version=edit.value.version, subject="x", body="Hi {gate_code}")
    said = "There is no field {gate_code} here. Known are {customer}, {service}, {number}, {wished}"
    assert unknown.value.fields["body"].startswith(said)
    office.do(reset_template, "request_office", "email", "en", version=edit.value.version)
    assert office.see(template_sheet, "request_office", "email", "en").body == program_words("request_office", "email", "en").body


def test_saving_and_resetting_can_be_undone(office: Office) -> None:
    small(office)
    where = ("booking_moved", "sms", "de")
    saved = office.do(save_template, *where, version=0, subject="", body="Neu: {when}")
    assert office.see(own_templates) == {where}
    undone = office.do(put_rows_back, saved.before, saved.after)
    assert office.see(own_templates) == frozenset()
    office.do(put_rows_back, undone.before, undone.after)
    again = office.see(template_sheet, *where)
    assert (again.body, again.own) == ("Neu: {when}", True)
    gone = office.do(reset_template, *where, version=again.version)
    assert office.see(template_sheet, *where).own is False
    office.do(put_rows_back, gone.before, gone.after)
    assert office.see(template_sheet, *where).body == "Neu: {when}"


def test_two_desks_do_not_overwrite_each_other(office: Office) -> None:
    small(office)
    where = ("private_link", "email", "fr")
    first = office.do(save_template, *where, version=0, subject="A", body="a {link}")
    with pytest.raises(Stale):
        office.do(save_template, *where, version=0, subject="B", body="b {link}")
    with pytest.raises(Stale):
        office.do(reset_template, *where, version=first.value.version + 1)
    office.do(reset_template, *where, version=first.value.version)
    with pytest.raises(NotFound):
        office.do(reset_template, *where, version=first.value.version)


def test_only_an_owner_changes_texts(sqlite_office: Office) -> None:
    small(sqlite_office)
    id = sqlite_office.do(company.add_user, login="d", name="Di Dispatcher", roles=(Role.DISPATCHER,)).id
    desk = sqlite_office.seat(id)
    assert desk.see(template_sheet, "booking_moved", "email", "en").may_edit is False
    for call in (lambda: desk.do(save_template, "booking_moved", "email", "en", version=0, subject="x", body="y"),
                 lambda: desk.do(reset_template, "booking_moved", "email", "en", version=0)):  # fmt: skip
        with pytest.raises(NotAllowed):
            call()


@pytest.mark.parametrize(("channel", "subject", "body", "field"), [
    ("email", "", "text", "subject"), ("email", "two\nlines", "text", "subject"), ("email", "=?utf-8?q?x?=", "text", "subject"),
    ("email", "x" * 201, "text", "subject"), ("email", "fine", " \n ", "body"), ("email", "fine {nobody}", "text", "subject"),
    ("email", "fine", "{", "body"), ("email", "fine", "}{", "body"), ("email", "fine", "{customer.__class__}", "body"),
    ("email", "fine", "{0}", "body"), ("email", "fine", "{customer!r}", "body"), ("sms", "", "x" * 1001, "body"), ("sms", "", "", "body")])
def test_a_text_that_cannot_be_used_is_refused_by_its_field(channel: str, subject: str, body: str, field: str) -> None:
    assert list(template_problems("booking_moved", channel, subject, body)) == [field]


@pytest.mark.parametrize(("kind", "channel", "language"), ALL)
def test_the_program_s_words_are_whole(kind: str, channel: str, language: str) -> None:
    """Every text names only known fields, leaves none unfilled, leads somewhere; an SMS is at most three long."""
    words = program_words(kind, channel, language)
    assert template_problems(kind, channel, words.subject, words.body) == {}
    text = markup.as_text(words.body, EXAMPLES)
    assert not set("{}[]*") & set(text)
    assert "company" not in KINDS[kind].own
    if "link" in KINDS[kind].own:
        assert EXAMPLES["link"] in text
    if channel == "sms":
        assert length(simpler(text)).parts <= 3
    else:
        html = markup.as_html(words.body, EXAMPLES, button="color:red")
        assert ("color:red" in html) == ("link" in KINDS[kind].own)


@pytest.mark.parametrize("language", ["es", "de", "fr"])
def test_every_language_says_the_same(language: str) -> None:
    """A field that the English text names stands in the others too."""
    for kind in (kind.id for kind in KINDS.values() if not kind.office):
        for channel in KINDS[kind].channels:
            here, there = program_words(kind, channel, "en"), program_words(kind, channel, language)
            assert set(markup.fields_in(here.body)) == set(markup.fields_in(there.body)), (kind, channel)
            assert set(markup.fields_in(here.subject)) == set(markup.fields_in(there.subject)), (kind, channel)


def test_a_preview_speaks_of_the_customer_that_was_chosen(office: Office) -> None:
    made = small(office)
    body = "{customer}, {address}, {when}"
    seen = office.see(preview_template, "booking_confirmed", "sms", "en", subject="", body=body, customer_id=made.customer)
    assert seen.text == "Carol Customer, 1 First Street NW, Washington, Tuesday, March 3, 9:00 - 11:00 AM"
    assert seen.size is not None
    assert (seen.size.parts, seen.size.strange) == (1, "")


def test_empty_fields_leave_no_holes(sqlite_office: Office) -> None:
    made = small(sqlite_office)
    write(sqlite_office, made, "k", "request_proposed", values={"message": "", "customer": ""})
    (row,) = rows(sqlite_office)
    assert row.content["text"].startswith("Hello there,")
    assert "\n\n\n" not in row.content["text"]
    assert markup.as_text("- Notes: {notes}\n- Number: {number}", {"notes": "", "number": "7"}) == "- Number: 7\n"


@pytest.mark.parametrize(("target", "good"), [("https://a.example/x", True), ("http://a.example", True), ("mailto:a@b.example", True),
                                              ("javascript:alert(1)", False), ("data:text/html,x", False), ("file:///etc/passwd", False),
                                              ("https:///nowhere", False),
                                              ('https://a"onclick=x', False), ("//a.example", False)])  # fmt: skip
def test_a_link_leads_only_to_pages(target: str, good: bool) -> None:
    html = markup.as_html("[press]({link})", {"link": target})
    assert ("<a " in html) is good


class Tags(HTMLParser):
    """The tags of a document with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


WORDS = st.text(max_size=60) | st.sampled_from(["<b>", "&lt;", "[a](https://b.example)", "**x**", "{link}", '"><img src=x onerror=y>',
                                               "- a\n- b"])


@given(customer=WORDS, service=WORDS, message=WORDS)
def test_no_value_adds_a_tag_or_an_attribute(customer: str, service: str, message: str) -> None:
    body = program_words("request_proposed", "email", "en").body
    plain = markup.as_html(body, {**EXAMPLES, "customer": "x", "service": "x", "message": "x"})
    given_ = {**EXAMPLES, "customer": f"x{customer}", "service": f"x{service}", "message": f"x{message}"}
    found = [tag for tag in Tags(markup.as_html(body, given_)).seen if tag[0] != "br"]
    assert found == [tag for tag in Tags(plain).seen if tag[0] != "br"]
