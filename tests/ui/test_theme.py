"""Colors, fonts and icons: readable in both themes, complete, and in step with a switch."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from fieldoffice.models.states import AppointmentState
from fieldoffice.ui import icons, theme
from fieldoffice.ui.actions import ACTIONS
from fieldoffice.ui.pages import PAGES, SECTIONS
from fieldoffice.ui.palette import DARK, LIGHT, ROUTES, STATE_ICONS, Palette, contrast, ink_on
from fieldoffice.ui.sheet import style_sheet

THEMES = pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
def test_text_is_readable_on_every_ground(table: Palette) -> None:
    inks = [table.text, table.muted, table.accent, table.danger, table.warn, table.ok]
    weak = [(ink, ground) for ink in inks for ground in (table.ground, table.surface) if contrast(ink, ground) < 5.5]
    pairs = [(table.on_accent, table.accent), (table.on_accent, table.accent_hover), (table.selected_text, table.selected),
             (table.text, table.hover), (table.danger, table.danger_ground), (table.warn, table.warn_ground),
             (table.ok, table.ok_ground), (table.tooltip_text, table.tooltip), (table.tooltip_link, table.tooltip),
             (table.tooltip_text, table.tooltip_hover), (table.text, table.danger_ground), (table.text, table.warn_ground)]
    assert weak + [pair for pair in pairs if contrast(*pair) < 5.5] == []


@THEMES
def test_borders_of_inputs_are_seen(table: Palette) -> None:
    assert min(contrast(table.edge, table.surface), contrast(table.edge, table.ground)) >= 3


@THEMES
def test_cards_of_every_state_reach_seven(table: Palette) -> None:
    assert set(table.states) == set(AppointmentState)
    assert {state: round(contrast(*pair), 2) for state, pair in table.states.items() if contrast(*pair) < 7} == {}


def test_every_state_has_an_icon_of_its_own(qapp: QApplication) -> None:
    assert set(STATE_ICONS) == set(AppointmentState)
    assert len(set(STATE_ICONS.values())) == len(AppointmentState)
    assert [state for state in AppointmentState if icons.state_icon(state).isNull()] == []


def test_numbers_in_route_markers_are_readable() -> None:
    assert len(set(ROUTES)) == 10
    assert [color for color in ROUTES if contrast(ink_on(color), color) < 4.5] == []
    assert theme.route(10).name() == theme.route(99).name() == "#6e6e6e"


@THEMES
def test_the_sheet_names_only_colors_that_exist(table: Palette) -> None:
    sheet = style_sheet(table, "/pictures")
    assert "$" not in sheet
    assert table.accent in sheet


def test_a_switch_reaches_palette_painters_and_sheet(qapp: QApplication) -> None:
    heard: list[str] = []
    theme.changed.connect(heard.append)
    try:
        theme.apply(qapp, "dark")
        assert heard == ["dark"]
        assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.ground
        assert theme.color("muted").name().upper() == DARK.muted
        assert theme.state(AppointmentState.WORKING)[1].name().upper() == DARK.states[AppointmentState.WORKING][1]
        assert DARK.accent in qapp.styleSheet()
    finally:
        theme.changed.disconnect(heard.append)
        theme.apply(qapp, "light")


def test_toggling_is_remembered(qapp: QApplication) -> None:
    assert theme.remembered() == "system"
    assert theme.toggle(qapp) == "dark"
    assert theme.remembered() == "dark"
    theme.apply(qapp, "light")


def test_an_unknown_color_is_our_mistake() -> None:
    with pytest.raises(KeyError, match="pink"):
        theme.color("pink")
    with pytest.raises(KeyError, match="states"):
        theme.color("states")


def test_fonts_have_the_measure_of_the_house(qapp: QApplication) -> None:
    assert [theme.font(size).pixelSize() for size in (theme.BODY, theme.TITLE, theme.SECTION)] == [13, 20, 15]
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    assert QFontInfo(theme.font()).family() == QFontInfo(system).family()
    assert [tag.toString() for tag in theme.font().featureTags()] == [b"tnum"]
    assert qapp.font().pixelSize() == 13


def test_every_icon_that_is_named_was_fetched(qapp: QApplication) -> None:
    names = {*(a.icon for a in ACTIONS), *(icon for _, icon in SECTIONS), *(page.icon for page in PAGES)}
    assert [name for name in sorted(names) if icons.icon(name).isNull()] == []


def test_a_missing_icon_says_its_name(qapp: QApplication) -> None:
    with pytest.raises(icons.MissingIcon, match="no_such_thing"):
        icons.icon("no_such_thing")


def test_icons_take_the_color_of_the_theme(qapp: QApplication) -> None:
    assert _ink(icons.pixmap("check", 24, "accent")) == LIGHT.accent
    assert _ink(icons.pixmap("check", 24, QColor("#112233"))) == "#112233"


def test_a_dressed_button_follows_the_theme(qapp: QApplication, qtbot) -> None:
    button, label = QPushButton("x"), QLabel()
    qtbot.addWidget(button), qtbot.addWidget(label)
    icons.dress(button, "lock")
    icons.dress(button, "check")
    icons.dress(label, "check", "accent", 24)
    theme.apply(qapp, "dark")
    try:
        assert _ink(button.icon().pixmap(20, 20)) == DARK.text
        assert _ink(button.icon().pixmap(20, 20, QIcon.Mode.Disabled)) == DARK.disabled
        assert _ink(label.pixmap()) == DARK.accent
        assert button.icon().pixmap(20, 20).toImage() == icons.icon("check").pixmap(20, 20).toImage()
    finally:
        theme.apply(qapp, "light")


def _ink(pixmap) -> str:
    """The color of the most opaque pixel."""
    image = pixmap.toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=lambda color: color.alpha()).name(QColor.NameFormat.HexRgb).upper()

