"""What the board says in words: times, durations, tooltips, the sentence a screen reader gives for a card."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from fieldoffice.services.availability import Reason
from fieldoffice.services.dispatch.online import PROPOSED
from fieldoffice.services.dispatch.rows import Card, ProviderRow
from fieldoffice.ui.schedule.layout import Box
from fieldoffice.ui.schedule.load import Load

translate = QCoreApplication.translate
NBSP = "\u00a0"  # keeps a number and its unit on one line


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day as the refusals of the services give it, "14:05"."""
    return f"{at.astimezone(zone):%H:%M}"


def from_to(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{clock(start, zone)}–{clock(end, zone)}"


def lasting(seconds: int) -> str:
    """A duration in hours and minutes, rounded to the minute."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return translate("Board", "%1 min").replace("%1", str(minutes)).replace(" ", NBSP)
    if not minutes:
        return translate("Board", "%1 h").replace("%1", str(hours)).replace(" ", NBSP)
    return translate("Board", "%1 h %2 min").replace("%1", str(hours)).replace("%2", str(minutes)).replace(" ", NBSP)


def minutes_up(seconds: int) -> int:
    return -(-seconds // 60)


def held_until(card: Card, zone: ZoneInfo) -> str:
    """Until when a time is held for somebody outside; the day is named where it is not that of the card."""
    if card.held_until is None:
        return card.street
    at, on = card.held_until.astimezone(zone), card.starts_at and card.starts_at.astimezone(zone).date()
    day = "" if at.date() == on else f"{short_day(at.date())}, "
    words = translate("Board", "until %1").replace("%1", f"{day}{clock(at, zone)}")
    return f"{card.service} · {words}" if card.service == PROPOSED else words


def short_name(card: Card) -> str:
    """Who a short block is for: the customer to whom a time is proposed, or somebody online."""
    return card.customer if card.service == PROPOSED or not card.outside else translate("Board", "Online")


def second_line(card: Card, zone: ZoneInfo) -> str:
    """What stands below the customer: service and street."""
    if card.outside:
        return held_until(card, zone)
    return f"{card.service} · {card.street}" if card.street else card.service


def late(seconds: int) -> str:
    """By how much a visit is late: "+12 min", in hours from three hours on."""
    minutes = minutes_up(seconds)
    return f"+{minutes} min" if minutes < 180 else f"+{minutes // 60} h"


def short_day(on: date) -> str:
    """The weekday, the day and the month, "Mon 24 Nov" or "Mon, Nov 24"."""
    locale, made = QLocale(), QDate(on.year, on.month, on.day)
    return locale.toString(made, "ddd, MMM d" if _us() else "ddd d MMM")


def window(card: Card, zone: ZoneInfo) -> str:
    """The promised arrival window in words; the day is named when the visit stands on another one or on none."""
    if card.window is None:
        return translate("Board", "any time")
    start, end = card.window.start, card.window.end
    if start == end:
        return translate("Board", "at %1").replace("%1", clock(start, zone))
    return from_to(start, end, zone)


def promised_day(card: Card, zone: ZoneInfo) -> str:
    """For the tray: on which day the visit was promised, or by when; empty where nothing was."""
    if card.window is not None:
        return short_day(card.window.start.astimezone(zone).date())
    if card.latest_on is not None:
        return translate("Board", "by %1").replace("%1", short_day(card.latest_on))
    if card.earliest_on is not None:
        return translate("Board", "from %1").replace("%1", short_day(card.earliest_on))
    return ""


def sign_icons(card: Card) -> list[str]:
    """The icons of the small signs of a card, the weightiest first."""
    signs = (
        (card.locked and not card.outside, "lock"),
        (card.priority == 3, "priority_high"),
        (card.priority == 2, "keyboard_arrow_up"),
        (card.first_visit, "fiber_new"),
        (card.recurring, "repeat"),
        (card.photos > 0, "photo_camera"),
        (card.outdoor, "partly_cloudy_day"),
        (len(card.provider_ids) > 1, "group"),
    )
    return [icon for shown, icon in signs if shown]


def markers(card: Card) -> list[tuple[str, str]]:
    """The small signs of a card with their words."""
    words = {
        "lock": translate("Board", "locked"),
        "priority_high": translate("Board", "urgent"),
        "keyboard_arrow_up": translate("Board", "high priority"),
        "fiber_new": translate("Board", "first visit"),
        "repeat": translate("Board", "recurring"),
        "photo_camera": translate("Board", "has photos"),
        "partly_cloudy_day": translate("Board", "outdoors"),
        "group": translate("Board", "team of %1").replace("%1", str(len(card.provider_ids))),
    }
    return [(icon, words[icon]) for icon in sign_icons(card)]


def spoken(card: Card, providers: str, zone: ZoneInfo, late_s: int = 0, clash: str = "") -> str:
    """One sentence that holds all the card shows, for screen readers."""
    parts = [card.customer, held_until(card, zone) if card.outside else card.service, card.state.word]
    if card.starts_at is not None and card.ends_at is not None:
        parts.append(
            f"{short_day(card.starts_at.astimezone(zone).date())}, {from_to(card.starts_at, card.ends_at, zone)}"
        )
    parts += [providers, *([] if card.outside else [f"{card.street}, {card.city}"])]
    parts += [translate("Board", "late by %1").replace("%1", lasting(late_s))] if late_s else []
    parts += [clash] if clash else []
    return ", ".join(part for part in [*parts, *(words for _, words in markers(card))] if part)


def card_tip(card: Card, box: Box | None, providers: str, zone: ZoneInfo) -> str:
    """The tooltip of a card. Rich text: every piece of data is escaped."""
    if card.outside:
        return _held_tip(card, providers, zone)
    lines = [f"<b>{escape(card.customer)}</b> · {escape(card.state.word)}", escape(card.service)]
    if card.starts_at is not None and card.ends_at is not None:
        lines.append(
            f"{from_to(card.starts_at, card.ends_at, zone)} ({lasting(card.duration_s)}) · {escape(providers)}"
        )
    lines.append(f"{translate('Board', 'Promised')}: {escape(_promise(card, zone))}")
    lines.append(escape(f"{card.street}, {card.city}"))
    lines += [escape(", ".join(words for _, words in markers(card)))] if markers(card) else []
    lines += [escape(_late_words(box))] if box is not None and box.late_s else []
    lines += [escape(box.clash)] if box is not None and box.clash else []
    lines += [translate("Board", "Booked against a rule: ") + escape(card.overridden)] if card.overridden else []
    return "<br>".join(lines)


def _held_tip(card: Card, providers: str, zone: ZoneInfo) -> str:
    assert card.starts_at is not None
    assert card.ends_at is not None
    proposed = translate("Board", "This time was proposed to the customer and is held until the answer comes.")
    booking = translate("Board", "Somebody is filling in the booking page. The time comes free if the booking is not finished.")
    times = f"{from_to(card.starts_at, card.ends_at, zone)} ({lasting(card.duration_s)}) · {escape(providers)}"
    head = f"<b>{escape(card.customer)}</b> · {escape(held_until(card, zone))}"
    return "<br>".join([head, times, proposed if card.service == PROPOSED else booking])


def _promise(card: Card, zone: ZoneInfo) -> str:
    return ", ".join(part for part in (promised_day(card, zone), window(card, zone)) if part)


def _late_words(box: Box) -> str:
    return translate("Board", "Late by %1").replace("%1", lasting(box.late_s))


def load_tip(name: str, found: list[Load]) -> str:
    """How a provider's time is used, for the tooltip of the bar."""
    total = sum(found[1:], found[0]) if found else Load(0, 0, 0)
    head = f"<b>{escape(name)}</b><br>"
    if total.share is None:
        return head + translate("Board", "Not on shift")
    words = translate("Board", "%1 booked and %2 driving of %3 on shift")
    for n, part in enumerate((total.work_s, total.drive_s, total.shift_s), start=1):
        words = words.replace(f"%{n}", lasting(part))
    return head + words


def at_the_head(reason: Reason, provider: ProviderRow) -> str:
    """A reason shortened for the row that already shows the provider's name."""
    for lead in (f"{provider.name} is ", f"{provider.name} "):
        if reason.words.startswith(lead):
            rest = reason.words[len(lead) :]
            return rest[:1].upper() + rest[1:]
    return reason.words.replace(f" of {provider.name}", "").replace(f" for {provider.name}", "")


def _us() -> bool:
    return QLocale().territory() == QLocale.Country.UnitedStates
