"""What holds for booking online: how soon, how far ahead, in what steps, and what customers may change by themselves."""

from __future__ import annotations

from fieldoffice.services.company import checks
from fieldoffice.services.company.spec import Spec

STEPS = ((15, "every 15 minutes"), (30, "every 30 minutes"), (60, "every hour"), (120, "every two hours"))
WINDOWS = (("two_hours", "an arrival window of two hours"), ("exact", "the exact time"))
GENERAL, FREE, CHANGES = "In general", "Which times are free", "What customers may change"
MARK = "online booking website portal self service slot"

BOOKING: tuple[Spec, ...] = (
    Spec("booking.page", "booking", "Your booking page", "own", "place", search=f"{MARK} link iframe embed snippet preview website",
         hint="A link for e-mails and social profiles, and a snippet for your website."),
    Spec("booking.open", "booking", "Take bookings online", "yes_no", default=True, group=GENERAL, search=f"{MARK} pause close",
         hint="Off, the page says that bookings are taken by phone at the moment."),
    Spec("booking.intro", "booking", "Words above the services", default="", group=GENERAL, search=f"{MARK} welcome text",
         hint="One sentence, shown on the first page."),
    Spec("booking.notice_h", "booking", "Not sooner than", "number", default=4, unit="hours from now", required=True, group=FREE,
         check=checks.whole(0, 720), search=f"{MARK} notice lead time earliest"),
    Spec("booking.horizon_days", "booking", "Not later than", "number", default=30, unit="days ahead", required=True, group=FREE,
         beside=True, check=checks.whole(1, 120), search=f"{MARK} horizon latest"),
    Spec("booking.step_min", "booking", "Visits begin", "choice", default=30, choices=STEPS, group=FREE, search=f"{MARK} grid interval"),
    Spec("booking.window", "booking", "Customers are told", "choice", default="two_hours", choices=WINDOWS, group=FREE,
         search=f"{MARK} arrival window promise exact"),
    Spec("booking.buffer_min", "booking", "Between two visits, beside the drive", "number", default=10, unit="min", required=True,
         group=FREE, check=checks.whole(0, 240), search=f"{MARK} buffer margin reserve"),
    Spec("booking.kept_percent", "booking", "Kept back for emergencies", "number", default=10, unit="% of each shift", required=True,
         group=FREE, check=checks.whole(0, 100), search=f"{MARK} capacity reserve urgent",
         hint="Strangers fill a provider's shift only up to here; the office itself may use all of it."),
    Spec("booking.hold_min", "booking", "A chosen time is held for", "number", default=10, unit="min", required=True, group=FREE,
         check=checks.whole(2, 60), search=f"{MARK} hold reserve expire"),
    Spec("booking.change_h", "booking", "They may move a visit until", "number", default=24, unit="hours before", required=True,
         group=CHANGES, check=checks.whole(0, 720), search=f"{MARK} reschedule move deadline"),
    Spec("booking.cancel_h", "booking", "They may cancel a visit until", "number", default=24, unit="hours before", required=True,
         beside=True, group=CHANGES, check=checks.whole(0, 720), search=f"{MARK} cancel call off deadline",
         hint="After that, the page asks them to call."),
)  # fmt: skip
