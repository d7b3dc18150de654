"""Reading settings, and saving what was changed on the settings page: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select

from fieldoffice.models.company import Company, Setting
from fieldoffice.models.errors import Invalid, Stale
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.calendar import WINDOW_HOURS
from fieldoffice.services.company import checks
from fieldoffice.services.company.register import REGISTER, SETTINGS, TOGETHER, spec
from fieldoffice.services.company.spec import Spec
from fieldoffice.services.edits import Edit, Keeper

EDITABLE = tuple(one for one in REGISTER if one.store in ("company", "office") and one.kind not in ("own", "hidden"))
"""What the page saves; secrets and lists of people have ways of their own."""
KIND_CHECKS = {"text": checks.text, "email": checks.email, "link": checks.link}


@dataclass(frozen=True, slots=True)
class SettingsSheet:
    """All settings that the page saves, by key; a place is (latitude, longitude)."""

    values: Mapping[str, Any]
    may_edit: bool


def setting(tx: Tx, key: str) -> Any:
    """A company-wide setting, or its default."""
    row = tx.session.scalar(select(Setting).where(Setting.key == key))
    return SETTINGS[key] if row is None else row.value


def set_setting(tx: Tx, key: str, value: Any) -> None:
    """Change one company-wide setting; an event says what it was."""
    tx.require(Right.ORGANIZATION)
    if key not in SETTINGS:
        raise Invalid(key=f"There is no setting {key}.")
    before = setting(tx, key)
    row = _put(tx, Keeper(tx), key, value)
    tx.event("settings.saved", row, before={key: before}, after={key: value}, note=spec(key).words)


def settings_sheet(tx: Tx) -> SettingsSheet:
    """Every setting as it is now."""
    tx.require(Right.LOOK)
    return SettingsSheet(_values(tx), Right.ORGANIZATION in tx.actor.rights)


def save_settings(tx: Tx, changed: Mapping[str, Any], *, seen: Mapping[str, Any]) -> Edit:
    """Save the settings in `changed`; `seen` is what the page showed for them before somebody typed.

    One that another desk saved meanwhile is Stale, in words that say who changed what; others are not in each other's way.
    """
    tx.require(Right.ORGANIZATION)
    tx.get(Company, 1, lock=True)
    now = _values(tx)
    _check(now, changed)
    if theirs := [key for key in changed if _jsonable(now[key]) != _jsonable(seen.get(key)) and now[key] != _plain(changed[key])]:
        raise Stale(_told(tx, theirs))
    new = {key: _plain(value) for key, value in changed.items() if _plain(value) != now[key]}
    keep = Keeper(tx)
    for key, value in new.items():
        _store(tx, keep, spec(key), value)
    if new:
        tx.event("settings.saved", tx.company, before={key: _jsonable(now[key]) for key in new},
                 after={key: _jsonable(value) for key, value in new.items()}, note=", ".join(spec(key).words for key in new))  # fmt: skip
    return keep.edit(_values(tx))


def window_hours(tx: Tx) -> dict[str, tuple[int, int]]:
    """What morning, afternoon and all day mean here: allowed starts in minutes after midnight."""
    keys = {f"windows.{kind}_{end}": (kind, n) for kind in WINDOW_HOURS for n, end in enumerate(("from", "to"))}
    own = {row.key: row.value for row in tx.all(select(Setting).where(Setting.key.in_(keys)))}
    hours = {key: own.get(key, SETTINGS[key]) for key in keys}
    return {kind: (hours[f"windows.{kind}_from"], hours[f"windows.{kind}_to"]) for kind in WINDOW_HOURS}


def _values(tx: Tx) -> dict[str, Any]:
    rows = {row.key: row.value for row in tx.all(select(Setting))}
    return {one.key: _of_company(tx.company, one) if one.store == "company" else rows.get(one.key, one.default) for one in EDITABLE}


def _of_company(company: Company, one: Spec) -> Any:
    if one.kind == "place":
        return None if company.lat is None or company.lon is None else (company.lat, company.lon)
    return getattr(company, one.column)


def _check(now: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    known = {one.key for one in EDITABLE}
    wrong = {key: f"There is no setting {key}." for key in changed if key not in known}
    wrong |= {key: problem(spec(key), _plain(value)) for key, value in changed.items() if key in known}
    after = {**now, **{key: _plain(value) for key, value in changed.items()}}
    for rule in TOGETHER:
        wrong |= {key: words for key, words in rule(after).items() if words and not wrong.get(key)}
    if wrong := {key: words for key, words in wrong.items() if words}:
        raise Invalid(**wrong)


def problem(one: Spec, value: Any) -> str:
    """What is wrong with a value of this setting, in words; "" when nothing is."""
    if value is None or value == "":
        return f"{one.words} is needed." if one.required else ""
    if one.kind in KIND_CHECKS and (words := checks.text(value) or KIND_CHECKS[one.kind](value)):
        return words
    if one.kind == "number" and (isinstance(value, bool) or not isinstance(value, int)):
        return "This is a whole number."
    if one.kind == "yes_no" and not isinstance(value, bool):
        return "This is yes or no."
    if one.choices and value not in [known for known, _ in one.choices]:
        return "Please choose one of the list."
    return one.check(value)


def _store(tx: Tx, keep: Keeper, one: Spec, value: Any) -> None:
    if one.store == "office":
        _put(tx, keep, one.key, value)
        return
    keep.before(tx.company)
    if one.kind == "place":
        tx.company.lat, tx.company.lon = value or (None, None)
    else:
        setattr(tx.company, one.column, value)


def _put(tx: Tx, keep: Keeper, key: str, value: Any) -> Setting:
    row = tx.session.scalar(select(Setting).where(Setting.key == key).with_for_update())
    if row is None:
        row = tx.add(Setting(key=key, value=value))
        keep.new(row)
    else:
        keep.before(row)
        row.value = value
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(cast("Sequence[Any]", value))
    return value.strip() if isinstance(value, str) else value


def _jsonable(value: Any) -> Any:
    return list(cast("Sequence[Any]", value)) if isinstance(value, (list, tuple)) else value


def _told(tx: Tx, keys: list[str]) -> str:
    """Who changed which of these settings, as the log knows it."""
    query = select(Event).where(Event.kind == "settings.saved").order_by(Event.id.desc()).limit(50)
    events, by = tx.all(query), dict[str, list[str]]()
    for key in keys:
        last = next((event for event in events if key in event.after), None)
        who = "Somebody else" if last is None else last.by_name
        when = "meanwhile" if last is None else f"at {last.at.astimezone(tx.zone):%H:%M}"
        by.setdefault(f"{who} changed {{}} {when}.", []).append(spec(key).words)
    said = " ".join(sentence.replace("{}", ", ".join(words)) for sentence, words in by.items())
    return f"{said} Nothing was saved; what you entered is still here."
