"""The register of actions: each has words, a tip, an icon; no shortcut twice; what is bound works."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fieldoffice.ui import actions
from fieldoffice.ui.actions import ACTIONS, CONTEXTS
from fieldoffice.ui.help import shortcut_sheet
from tests.ui.front import to_front


def test_every_action_has_words_and_no_shortcut_twice() -> None:
    assert [a.id for a in ACTIONS if not (a.words and a.tip.endswith(".") and a.icon)] == []
    assert [id for id, n in Counter(a.id for a in ACTIONS).items() if n > 1] == []
    for context in CONTEXTS:
        here = [a for a in ACTIONS if a.context in {context, "window", "panel"}]
        keys = Counter(QKeySequence(keys).toString() for a in here for keys in a.shortcuts)
        assert [key for key, n in keys.items() if n > 1 or not key] == [], context


def test_every_context_has_a_heading_and_every_heading_an_action() -> None:
    assert {a.context for a in ACTIONS} == set(CONTEXTS)


def test_the_sheet_lists_every_shortcut() -> None:
    sheet = shortcut_sheet()
    missing = [a.id for a in ACTIONS if a.shortcuts and f"| {actions.shown_keys(a)} | {a.words.rstrip('…')} |" not in sheet]
    assert missing == []


@pytest.fixture
def page(qtbot) -> QWidget:
    made = QWidget()
    QVBoxLayout(made).addWidget(QLineEdit())
    qtbot.addWidget(made)
    made.show()
    to_front(qtbot, made)
    return made


def test_bound_actions_are_carried_out(qtbot, page: QWidget) -> None:
    called = []
    made = actions.bind(page, {"arrived": lambda: called.append("arrived"), "lock": called.append})
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_A)
    qtbot.keyClick(page, Qt.Key.Key_L)
    qtbot.keyClick(page, Qt.Key.Key_L)
    assert called == ["arrived", True, False]
    assert (made["arrived"].text(), made["arrived"].objectName()) == ("Arrived", "arrived")


def test_letters_typed_into_a_field_are_letters(qtbot, page: QWidget) -> None:
    called, field = [], page.findChild(QLineEdit)
    actions.bind(page, {"arrived": lambda: called.append(1), "unassign": lambda: called.append(2)})
    field.setFocus()
    qtbot.keyClicks(field, "aab")
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert (field.text(), called) == ("aa", [])


def test_an_unknown_id_is_our_mistake(page: QWidget) -> None:
    with pytest.raises(KeyError):
        actions.bind(page, {"fly": lambda: None})
