"""The style sheet: only what the Qt palette cannot say. Buttons, inputs, sidebar, a focus ring that is seen."""

from __future__ import annotations

from dataclasses import fields
from string import Template

from fieldoffice.ui.palette import Palette

SHEET = Template("""
QToolTip { background: $tooltip; color: $tooltip_text; border: 1px solid $line; padding: 4px 6px; }

QPushButton { background: $surface; color: $text; border: 1px solid $edge; border-radius: 4px;
    padding: 4px 12px; min-height: 18px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $accent; padding: 3px 11px; }
QPushButton:disabled { color: $disabled; border-color: $line; background: $ground; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $line; color: $disabled; border-color: $line; }
QPushButton[danger="true"] { color: $danger; border-color: $danger; }
QPushButton[link="true"] { background: transparent; border: 1px solid transparent; color: $accent; font-weight: 600;
    padding: 4px 6px; }
QPushButton[link="true"]:focus { border: 2px solid $accent; padding: 3px 5px; }

QToolButton { background: transparent; color: $text; border: 1px solid transparent; border-radius: 4px; padding: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $selected; color: $selected_text; }
QToolButton:focus { border: 2px solid $accent; padding: 3px; }
QToolButton:disabled { color: $disabled; }
QToolButton[popupMode="1"] { padding-right: 16px; }
QToolButton::menu-indicator { image: none; }
QToolButton[segment="true"] { border: 1px solid $edge; border-radius: 0; margin-left: -1px; padding: 3px 8px;
    background: $surface; }
QToolButton[segment="true"]:hover { background: $hover; }
QToolButton[segment="true"]:checked { background: $selected; color: $selected_text; font-weight: 600; }
QToolButton[segment="true"]:focus { border: 2px solid $accent; padding: 2px 7px; }
QToolButton[first="true"] { border-top-left-radius: 4px; border-bottom-left-radius: 4px; margin-left: 0; }
QToolButton[last="true"] { border-top-right-radius: 4px; border-bottom-right-radius: 4px; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { background: $surface; color: $text;
    border: 1px solid $edge; border-radius: 4px; padding: 3px 7px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 20px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border: 2px solid $accent; padding: 2px 6px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $disabled;
    border-color: $line; background: $ground; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus { border: none; padding: 4px 8px; font-size: 15px; min-height: 36px; }
QLineEdit[readOnly="true"], QPlainTextEdit[readOnly="true"] { border-color: $line; background: $ground; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"], QAbstractSpinBox[wrong="true"] {
    border: 2px solid $danger; padding: 2px 6px; }
QComboBox::drop-down { subcontrol-origin: padding; subcontrol-position: center right; width: 20px; border: none; }
QComboBox::down-arrow { image: url("$pictures/arrow_$name.svg"); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $edge;
    selection-background-color: $selected; selection-color: $selected_text; }

QAbstractSpinBox { padding-right: 20px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 20px; border: none; background: transparent; }
QAbstractSpinBox::up-arrow { image: url("$pictures/arrow_up_$name.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url("$pictures/arrow_$name.svg"); width: 12px; height: 12px; }

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; }
QCheckBox::indicator, QAbstractItemView::indicator, QGroupBox::indicator { width: 14px; height: 14px;
    border: 1px solid $edge; border-radius: 3px; background: $surface; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QGroupBox::indicator:checked {
    background: $accent; border-color: $accent; image: url("$pictures/tick_$name.svg"); }
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate { background: $accent;
    border-color: $accent; image: url("$pictures/dash_$name.svg"); }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $edge; border-radius: 8px; background: $surface; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; background: $on_accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $ground; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }

QMenu { background: $surface; color: $text; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $selected; color: $selected_text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QTableView, QListView, QTreeView { background: $surface; border: 1px solid $line; border-radius: 4px;
    gridline-color: $line; outline: none; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 1px solid $accent; }
QTableView::item { border-bottom: 1px solid $line; padding: 0 6px; }
QTableView::item:selected { background: $selected; color: $selected_text; }
QHeaderView::section { background: $ground; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 5px 9px; font-weight: 600; }
QListView::item { padding: 4px 6px; }
QListView::item:selected { background: $selected; color: $selected_text; }
QHeaderView { background: $ground; }
QTableCornerButton::section { background: $ground; border: none; }

QScrollArea, QAbstractScrollArea[frameless="true"] { border: none; background: transparent; }
QScrollBar:vertical { width: 12px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 12px; background: transparent; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { border: 1px solid $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTextBrowser { border: none; padding: 0; }

*[role="title"] { font-size: 20px; font-weight: 600; }
*[role="section"] { font-size: 15px; font-weight: 600; }
*[role="muted"] { color: $muted; font-size: 12px; }
*[role="small"] { font-size: 12px; }
*[role="danger"] { color: $danger; }
*[role="warn"] { color: $warn; }
*[role="ok"] { color: $ok; }
*[role="strong"] { font-weight: 600; }

QFrame[box="surface"] { background: $surface; border: 1px solid $line; border-radius: 4px; }
QFrame[box="line"] { background: $line; border: none; }
QFrame[box="danger"] { background: $danger_ground; border: 1px solid $danger; border-radius: 4px; }
QFrame[box="warn"] { background: $warn_ground; border: 1px solid $warn; border-radius: 4px; }
QFrame[box="ok"] { background: $ok_ground; border: 1px solid $ok; border-radius: 4px; }
QFrame[box="info"] { background: $surface; border: 1px solid $edge; border-radius: 4px; }
QFrame[box="toast"] { background: $tooltip; border: 1px solid $edge; border-radius: 4px; }
QFrame[box="toast"] QLabel { color: $tooltip_text; }
QFrame[box="toast"] QPushButton { color: $tooltip_link; }
QFrame[box="toast"] QPushButton:hover, QFrame[box="toast"] QToolButton:hover { background: $tooltip_hover; }
QFrame[box="toast"] QPushButton:focus, QFrame[box="toast"] QToolButton:focus { border-color: $tooltip_link; }

#sidebar { background: $surface; border: none; border-right: 1px solid $line; }
#sidebar QToolButton { text-align: left; padding: 6px 8px; border-radius: 4px; border: 1px solid transparent; }
#sidebar QToolButton:checked { background: $selected; font-weight: 600; }
#sidebar QToolButton[foot="true"]:checked { background: transparent; font-weight: 400; }
#sidebar QToolButton[foot="true"]:hover { background: $hover; }
#sidebar QToolButton:focus { border: 2px solid $accent; padding: 5px 7px; }
#statusline { background: $surface; border: none; border-top: 1px solid $line; }
#side_panel { background: $surface; border: none; border-left: 1px solid $line; }
""")


def style_sheet(table: Palette, pictures: str) -> str:
    """The sheet with the colors of `table` put in; `pictures` is the folder of arrows and ticks, with slashes."""
    values = {f.name: getattr(table, f.name) for f in fields(table) if f.name != "states"}
    return SHEET.substitute(values, pictures=pictures)
