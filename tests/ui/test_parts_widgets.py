"""Small widgets: plain text, names, toasts, panels, progress, a choice of a few."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from fieldoffice.models.states import AppointmentState
from fieldoffice.ui.desk import Notice
from fieldoffice.ui.parts.buttons import IconButton, Segmented, action_button, menu_button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, StateChip, plain_tip
from fieldoffice.ui.parts.panel import SidePanel
from fieldoffice.ui.parts.progress import ProgressStrip
from fieldoffice.ui.parts.toast import MOST, Toasts
from fieldoffice.ui.works import Works
from tests.ui.front import to_front


def test_labels_show_markup_as_text(qtbot) -> None:
    label = PlainLabel("<b>Ann</b> & Co")
    qtbot.addWidget(label)
    assert (label.textFormat(), label.text()) == (Qt.TextFormat.PlainText, "<b>Ann</b> & Co")
    assert plain_tip("<img src=x>\nline") == '<p style="white-space: pre-wrap; margin: 0">&lt;img src=x&gt;\nline</p>'
    assert plain_tip("") == ""


def test_a_label_without_room_has_the_whole_in_its_tooltip(qtbot) -> None:
    label = ElidedLabel("Donaudampfschifffahrtsgesellschaft")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert "Donaudampfschifffahrtsgesellschaft" in label.toolTip()
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


@pytest.mark.parametrize("state", AppointmentState)
def test_chips_have_room_for_their_word_and_say_it(qtbot, state: AppointmentState) -> None:
    chip = StateChip(state)
    qtbot.addWidget(chip)
    assert chip.accessibleName() == state.word
    assert chip.minimumSizeHint().width() >= chip.fontMetrics().horizontalAdvance(state.word) + 26


def test_an_icon_button_without_a_name_is_our_mistake(qapp) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        IconButton("close", " ")


def test_a_choice_tells_only_what_a_person_chose(qtbot) -> None:
    choice, told = Segmented([("1", "Day"), ("7", "Week")], "Range"), []
    qtbot.addWidget(choice)
    choice.chosen.connect(told.append)
    choice.set_value("7")
    assert (choice.value(), told) == ("7", [])
    choice._buttons["1"].click()
    assert (choice.value(), told) == ("1", ["1"])


def test_buttons_follow_their_action(qtbot) -> None:
    page, done = QWidget(), []
    qtbot.addWidget(page)
    action = QAction("Optimize", page)
    action.setObjectName("optimize")
    action.triggered.connect(lambda: done.append(1))
    primary, plain = action_button(action, primary=True, parent=page), action_button(action, words=False, parent=page)
    primary.click(), plain.click()
    action.setEnabled(False)
    assert (done, primary.isEnabled(), plain.isEnabled(), plain.accessibleName()) == ([1, 1], False, False, "Optimize")
    assert primary.property("primary") is True


def test_a_menu_button_holds_its_actions(qtbot) -> None:
    one = QAction("One")
    made = menu_button("more_vert", "More", [one, None])
    qtbot.addWidget(made)
    assert ([item.isSeparator() for item in made.menu().actions()], made.accessibleName()) == ([False, True], "More")


def test_an_empty_place_offers_the_one_thing_to_do(qtbot) -> None:
    pressed = []
    empty = EmptyState("No jobs yet.", "event", "New job", lambda: pressed.append(1))
    qtbot.addWidget(empty)
    empty.button.click()
    assert (pressed, empty.sentence.text()) == ([1], "No jobs yet.")
    assert EmptyState("Nothing matches.").button is None


# toasts


@pytest.fixture
def ground(qtbot) -> QWidget:
    made = QWidget()
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_toast_undoes_and_goes(qtbot, ground: QWidget) -> None:
    toasts, undone = Toasts(ground), []
    toasts.tell(Notice("Moved to Ann", "plain", "Undo", lambda: undone.append(1)))
    next(b for b in toasts.shown[0].findChildren(QPushButton) if b.text() == "Undo").click()
    assert (undone, toasts.shown, toasts.isVisible()) == ([1], [], False)


def test_a_toast_leaves_by_itself_but_not_while_looked_at(qtbot, ground: QWidget) -> None:
    toasts = Toasts(ground, stay_ms=60)
    toasts.tell(Notice("Moved"))
    toast = toasts.shown[0]
    QApplication.sendEvent(toast, QEnterEvent(QPointF(), QPointF(), QPointF()))
    qtbot.wait(150)
    assert toasts.shown == [toast]
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: toasts.shown == [])


def test_a_toast_that_holds_the_keyboard_stays(qtbot, ground: QWidget) -> None:
    toasts, field = Toasts(ground, stay_ms=60), QLineEdit(ground)
    field.show()
    to_front(qtbot, ground)
    toasts.tell(Notice("Moved", "plain", "Undo", lambda: None))
    toast = toasts.shown[0]
    toast.setFocus()
    qtbot.wait(150)
    assert toasts.shown == [toast]
    qtbot.keyClick(toast, Qt.Key.Key_Escape)
    assert toasts.shown == []


def test_toasts_stack_inside_the_window_and_do_not_cover_each_other(qtbot, ground: QWidget) -> None:
    toasts = Toasts(ground)
    for n in range(MOST + 3):
        toasts.tell(Notice(f"Message {n}\n" + "many words " * 12 * (n % 2), "danger"))
    places = [toast.geometry().translated(toasts.pos()) for toast in toasts.shown]
    assert len(places) == MOST
    assert [place for place in places if not ground.rect().contains(place)] == []
    assert [n for n in range(1, MOST) if places[n].top() <= places[n - 1].bottom()] == []
    assert [t for t in toasts.shown if t.height() < t.row.totalHeightForWidth(t.width())] == []


def test_the_same_words_are_not_said_twice(qtbot, ground: QWidget) -> None:
    toasts = Toasts(ground)
    for _ in range(3):
        toasts.tell(Notice("Saved"))
    assert len(toasts.shown) == 1


# side panel


class Panel(SidePanel):
    def __init__(self) -> None:
        super().__init__("Job 1001")
        self.saved, self.agree = 0, True
        self.field = QLineEdit()
        self.field.setAccessibleName("Title")
        self.set_body(self.field)

    def save(self, then) -> None:
        self.saved += 1
        if self.agree:
            then()


@pytest.fixture
def panel(qtbot) -> Panel:
    made = Panel()
    qtbot.addWidget(made)
    made.show()
    to_front(qtbot, made)
    made.field.setFocus()
    made.gone = []
    made.closed.connect(lambda: made.gone.append(1))
    return made


def test_save_stays_and_clears_the_mark(qtbot, panel: Panel) -> None:
    qtbot.keyClick(panel.field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert panel.saved == 0
    panel.set_dirty()
    assert panel._dot.isVisible() is True
    qtbot.keyClick(panel.field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (panel.saved, panel.dirty, panel._dot.isVisible(), panel.gone) == (1, False, False, [])


def test_save_and_close(qtbot, panel: Panel) -> None:
    panel.set_dirty()
    qtbot.keyClick(panel.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (panel.saved, panel.gone) == (1, [1])


def test_a_refused_save_keeps_everything(qtbot, panel: Panel) -> None:
    panel.agree = False
    panel.set_dirty()
    qtbot.keyClick(panel.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (panel.dirty, panel.gone) == (True, [])


def test_esc_closes_at_once_or_warns(qtbot, panel: Panel) -> None:
    panel.set_dirty()
    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    assert (panel.gone, panel.warning.isVisible()) == ([], True)
    next(b for b in panel.warning.findChildren(QPushButton) if b.text() == "Discard").click()
    assert (panel.gone, panel.dirty) == ([1], False)
    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    assert panel.gone == [1, 1]


# progress


def test_progress_says_what_how_far_how_long(qtbot) -> None:
    works, stopped, strip = Works(), [], ProgressStrip()
    qtbot.addWidget(strip)
    work = works.start("Optimizing", lambda: stopped.append(1))
    strip.show_work(work)
    work.report(0.25, "20 of 80 jobs")
    assert (strip.words.text(), strip.bar.value(), strip.bar.maximum(), strip.took.text()) == (
        "Optimizing: 20 of 80 jobs", 250, 1000, "0:00")
    strip.cancel.click()
    assert (stopped, strip.cancel.isVisible()) == ([1], False)
    strip.show_work(None)
    work.report(0.5)
    assert strip.isVisible() is False
