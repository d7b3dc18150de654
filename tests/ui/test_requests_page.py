"""The inbox on a real office: columns, the first look, the three answers with their preview, live news, and the keyboard."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.requests.answering import Choice, accept_request, decline_request, propose_time
from fieldoffice.services.requests.inbox import open_request
from fieldoffice.services.uploads import keep_uploads, read_photos
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.requests.page import RequestsPage
from fieldoffice.ui.window import MainWindow
from tests import make
from tests.conftest import Clock
from tests.make import at
from tests.services.requests import wishes
from tests.services.requests.wishes import TUESDAY, ask, count, door, outbox, row

K = Qt.Key
PATIENCE_MS = 20_000


class Open:
    """The page of a dispatcher, and what the desk was told."""

    def __init__(self, office: Office, made: make.Made, user: int) -> None:
        self.office, self.made = office, made
        self.desk = Desk(office, user_id=user, known=office.topics(), every_ms=100)
        self.said: list[Any] = []
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.desk.toasted.connect(self.said.append)
        self.desk.opened.connect(lambda page, args: self.opened.append((page, args)))
        self.page = RequestsPage(self.desk)

    def cards(self, key: str) -> list[str]:
        return [card.number for card in self.page.columns[key].list.cards.cards]

    def select(self, key: str, n: int = 0) -> Any:
        cards = self.page.columns[key].list
        cards.setFocus()
        cards.setCurrentIndex(cards.cards.index(n, 0))
        return cards


@pytest.fixture
def office(sqlite_office: Office) -> Office:
    return sqlite_office


@pytest.fixture
def made(office: Office) -> make.Made:
    return wishes.small(office)


Opener = Callable[..., Open]


@pytest.fixture
def opener(qtbot: Any, office: Office, made: make.Made) -> Iterator[Opener]:
    all_: list[Open] = []

    def new(*roles: Role, user: int = 0) -> Open:
        id = user or office.do(company.add_user, login=f"u{len(all_)}", name="Dora", roles=roles or (Role.DISPATCHER,)).id
        one = Open(office, made, id)
        all_.append(one)
        one.page.resize(1166, 680)
        qtbot.addWidget(one.page)
        one.page.show()
        one.desk.start()
        qtbot.waitUntil(lambda: one.page.ready() and one.desk.background.waiting() == 0, timeout=PATIENCE_MS)
        return one

    yield new
    for one in all_:
        one.desk.close()


def until(qtbot: Any, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(true, timeout=PATIENCE_MS)


def rest(qtbot: Any, one: Open) -> None:
    """Until every question has been answered."""
    qtbot.wait(350)
    until(qtbot, lambda: one.desk.background.waiting() == 0)


@pytest.mark.requirement("3.2")
@pytest.mark.requirement("3.11")
def test_requests_stand_in_columns_by_state_with_age_and_photos(
    qtbot: Any, opener: Opener, office: Office, made: make.Made, clock: Clock
) -> None:
    door(office).do(keep_uploads, "a", read_photos([("one.jpg", wishes.picture()), ("two.jpg", wishes.picture(size=(300, 500)))]))
    fresh = ask(office, made, form="a")
    seen, said_no = ask(office, made, form="b"), ask(office, made, form="c")
    office.do(open_request, seen.id)
    office.do(decline_request, said_no.id, message="No.")
    clock.forward(hours=3)
    one = opener()
    assert {key: one.cards(key) for key in one.page.columns} == {
        "new": [fresh.number], "review": [seen.number], "proposed": [], "booked": [], "answered": [said_no.number]}  # fmt: skip
    until(qtbot, lambda: all(one.page.thumbs.square(id, 48, 1.0) is not None for id in one.page.seen.cards[0].photos))  # type: ignore[union-attr]
    text = one.page.columns["new"].list.cards.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "R1001, Carol Customer, Leak repair, Tue Mar 3 · Thu Mar 5, morning, New, 3 h"
    assert one.page.columns["proposed"].empty.isVisible()


@pytest.mark.requirement("3.17")
def test_a_click_opens_and_that_is_the_review(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    one = opener()
    cards = one.select("new")
    assert row(office, sent.id).state == "submitted"
    QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.visualRect(cards.cards.index(0, 0)).center())
    until(qtbot, lambda: one.cards("review") == [sent.number])
    assert row(office, sent.id).state == "under_review"
    assert one.page.pane.isVisible()
    QTest.keyClick(one.page.pane, K.Key_Escape)
    assert one.page.pane.isHidden()


def test_who_may_only_look_changes_nothing(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    one = opener(Role.BOOKKEEPER)
    one.page.open(request_id=sent.id)
    until(qtbot, lambda: one.page.pane.isVisible())
    rest(qtbot, one)
    assert row(office, sent.id).state == "submitted"
    assert (one.page.pane.answers.isVisible(), one.page.pane.may_not.isVisible()) == (False, True)


@pytest.mark.requirement("3.12")
@pytest.mark.requirement("3.15")
def test_accepting_takes_one_click_after_the_preview_and_undo_takes_it_back(
    qtbot: Any, opener: Opener, office: Office, made: make.Made
) -> None:
    sent = ask(office, made)
    one = opener()
    one.page.open(request_id=sent.id)
    box = one.page.pane.answers
    until(qtbot, lambda: box.isVisible() and len(box.best.values) == 5 and "Tuesday, March 3" in box.preview.toPlainText())
    assert "carol@example.com" in box.to.text()
    box.send.click()
    until(qtbot, lambda: one.cards("answered") == [sent.number])
    stored = row(office, sent.id)
    assert stored.state == "confirmed"
    card = make.card(office, stored.appointment_id or 0)
    assert card.provider_ids != ()
    assert outbox(office, "request_confirmed")[0].content["text"].split("See my")[0].replace("\u00a0", " ") in box_text(one)
    one.said[-1].press()
    until(qtbot, lambda: one.cards("review") == [sent.number])
    assert [m.state for m in outbox(office, "request_confirmed")] == ["withdrawn"]


def box_text(one: Open) -> str:
    """What the preview said; the pane keeps it until another request is shown."""
    return one.page.pane.answers.preview.toPlainText()


@pytest.mark.requirement("1.39")
def test_accepting_without_a_provider_leaves_the_visit_unassigned(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    from fieldoffice.models.appointment import Assignment

    sent = ask(office, made)
    one = opener()
    one.page.open(request_id=sent.id)
    box = one.page.pane.answers
    until(qtbot, lambda: len(box.best.values) == 5)
    later = [b for b in box.best.group.buttons() if isinstance(box.best.values[box.best.group.id(b)], Choice)]
    later[0].click()
    rest(qtbot, one)
    assert "8:00" in box.preview.toPlainText()
    box.send.click()
    until(qtbot, lambda: row(office, sent.id).state == "confirmed")
    assert count(office, Assignment) == 0
    rest(qtbot, one)


@pytest.mark.requirement("3.13")
def test_proposing_another_time_with_words_and_hours(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    one = opener()
    one.select("new")
    one.page.calls["propose_time"].trigger()
    box = one.page.pane.answers
    until(qtbot, lambda: box.isVisible() and box.kind.value() == "propose" and len(box.others.values) == 6)
    box.note.setPlainText("Our van is near then.")
    box.hours.setValue(5)
    until(qtbot, lambda: "Our van is near then." in box.preview.toPlainText())
    box.send.click()
    until(qtbot, lambda: one.cards("proposed") == [sent.number])
    card = one.page.columns["proposed"].list.cards.cards[0]
    assert card.expires_at == office.clock() + timedelta(hours=5)  # type: ignore[misc]
    rest(qtbot, one)


@pytest.mark.requirement("3.14")
def test_declining_without_words_is_refused_by_the_field(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    one = opener()
    one.select("new")
    QTest.keyClick(one.page.columns["new"].list, K.Key_D)
    box = one.page.pane.answers
    until(qtbot, lambda: box.isVisible() and box.kind.value() == "decline")
    box.send.click()
    until(qtbot, lambda: "Please tell the customer why." in box.declining.rows["message"].field.accessibleDescription())
    box.reason.setPlainText("We do no gas work.")
    until(qtbot, lambda: "We do no gas work." in box.preview.toPlainText())
    box.send.click()
    until(qtbot, lambda: one.cards("answered") == [sent.number])
    assert row(office, sent.id).answer == "We do no gas work."
    rest(qtbot, one)


@pytest.mark.requirement("3.12")
def test_the_second_dispatcher_is_told_who_was_first(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    one = opener()
    one.page.open(request_id=sent.id)
    box = one.page.pane.answers
    until(qtbot, lambda: len(box.best.values) == 5 and box.send.isEnabled())
    first = office.do(company.add_user, login="first", name="Dan", roles=(Role.DISPATCHER,)).id
    one.desk.live.stop()  # nobody rings: this window still shows the request as open
    office.seat(first).do(accept_request, sent.id, Choice(made.ana, at(9, on=TUESDAY)))
    box.send.click()
    until(qtbot, lambda: any("Dan accepted this request" in notice.words for notice in one.said))
    rest(qtbot, one)
    assert one.cards("answered") == [sent.number]


@pytest.mark.requirement("0.7")
def test_enter_on_a_request_that_became_a_job_opens_that_job(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    done = office.do(accept_request, sent.id, Choice(made.ana, at(9, on=TUESDAY)))
    one = opener()
    cards = one.select("answered")
    QTest.keyClick(cards, K.Key_Return)
    until(qtbot, lambda: bool(one.opened))
    assert one.opened == [("job", {"job_id": done.job_id})]


def test_arrows_go_between_columns_and_words_find(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    first, second = ask(office, made, form="a"), ask(office, made, form="b", item_id=None, wish="A gutter hangs loose")
    office.do(decline_request, first.id, message="No.")
    one = opener()
    cards = one.select("new")
    QTest.keyClick(cards, K.Key_Right)
    assert one.page.card().id == first.id  # type: ignore[union-attr]
    QTest.keyClick(one.page.columns["answered"].list, K.Key_Left)
    assert one.page.card().id == second.id  # type: ignore[union-attr]
    one.page.search.setText("GUTTER carol")
    until(qtbot, lambda: (one.cards("new"), one.cards("answered")) == ([second.number], []))
    assert one.page.columns["answered"].empty.sentence.text() == "No match here."


@pytest.mark.requirement("3.4")
def test_the_inbox_says_when_requests_are_switched_off(qtbot: Any, opener: Opener, office: Office) -> None:
    one = opener()
    assert one.page.off.isHidden()
    office.do(company.set_setting, "requests.enabled", False)
    until(qtbot, lambda: one.page.off.isVisible())


SEND = """
import sys
from datetime import date, datetime, UTC
from fieldoffice.office import Office
from fieldoffice.services.requests.asking import Wished, submit_request
office = Office(sys.argv[1], clock=lambda: datetime.fromisoformat(sys.argv[4]))
wished = Wished("another process", int(sys.argv[3]), "", (date(2026, 3, 3),), "morning", int(sys.argv[5]))
office.outside("customer").do(submit_request, int(sys.argv[2]), wished)
office.close()
"""


@pytest.mark.requirement("1.38")
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_request_of_another_process_shows_within_seconds_with_a_count_and_a_toast(
    qtbot: Any, new_address: Any, kind: str, clock: Clock
) -> None:
    from fieldoffice.ui.pages import PAGES
    from fieldoffice.ui.requests.bell import RequestBell

    office = Office(new_address(kind), clock=clock)
    made = wishes.small(office)
    desk = Desk(office, user_id=made.owner, known=office.topics(), every_ms=1000)
    window = MainWindow(desk, pages=[entry for entry in PAGES if entry.id in ("requests", "job")])
    qtbot.addWidget(window)
    said: list[Any] = []
    desk.toasted.connect(said.append)
    bell = RequestBell(desk, window)
    window.show()
    desk.start()
    until(qtbot, lambda: bell.newest == 0 and desk.background.waiting() == 0)
    assert bell.badge is not None
    assert bell.badge.isHidden()
    given = (office.address, str(made.customer), str(made.repair), clock().isoformat(), str(made.location))
    subprocess.run([sys.executable, "-c", SEND, *given], check=True, timeout=120)
    began = time.monotonic()
    until(qtbot, lambda: bell.badge is not None and bell.badge.count == 1 and bool(said))
    took = time.monotonic() - began
    assert took < 5.0
    assert said[0].words == "New request: Carol Customer, Leak repair"
    said[0].press()
    page: Any = window.pages["requests"]
    until(qtbot, lambda: page.pane.isVisible() and bell.badge is not None and bell.badge.count == 0)
    until(qtbot, lambda: desk.background.waiting() == 0)
    desk.close()
    office.close()


def test_a_customer_who_phones_agrees_with_one_click(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(14, on=TUESDAY))
    one = opener()
    one.select("proposed")
    one.page.open(sent.id)
    until(qtbot, lambda: one.page.pane.isVisible())
    assert one.page.pane.agree.isVisible()
    assert one.page.calls["customer_agrees"].isEnabled()
    one.page.pane.agree.click()
    until(qtbot, lambda: one.cards("answered") == [sent.number])
    until(qtbot, lambda: not one.page.pane.agree.isVisible())
    assert row(office, sent.id).answered_by == "Dora"
    assert not one.page.calls["customer_agrees"].isEnabled()
    rest(qtbot, one)


def test_who_may_only_look_cannot_agree_for_the_customer(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    sent = ask(office, made)
    office.do(propose_time, sent.id, provider_id=made.ana, starts_at=at(14, on=TUESDAY))
    one = opener(Role.BOOKKEEPER)
    one.page.open(sent.id)
    until(qtbot, lambda: one.page.pane.isVisible())
    assert not one.page.pane.agree.isVisible()
    assert not one.page.calls["customer_agrees"].isEnabled()
    rest(qtbot, one)


def test_a_new_company_is_told_how_requests_come(qtbot: Any, opener: Opener, office: Office, made: make.Made) -> None:
    one = opener()
    opened: list[tuple[str, dict[str, Any]]] = []
    one.desk.opened.connect(lambda page, args: opened.append((page, args)))
    assert one.page.empty.isVisible()
    assert not one.page.across.isVisible()
    assert one.page.empty.button is not None
    one.page.empty.button.click()
    assert opened == [("settings", {"key": "online.here"})]
    ask(office, made)
    until(qtbot, lambda: one.page.across.isVisible() and not one.page.empty.isVisible())
    rest(qtbot, one)
