"""Settings of booking requests: who may ask, how long answers may take, and the words that customers read.

Whoever adds a language adds its words to `STATE_TEXTS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldoffice.services.company import checks
from fieldoffice.services.company.spec import Spec

LANGUAGES = (("en", "English"), ("es", "Spanish"), ("de", "German"), ("fr", "French"))
STATES = (
    ("submitted", "Received"), ("under_review", "Under review"), ("confirmed", "Confirmed"), ("counter_proposed", "Another time proposed"),
    ("declined", "Declined: what to do next"), ("expired", "Proposal expired"), ("cancelled", "Withdrawn by the customer"),
)  # fmt: skip
STATE_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "submitted": "Your request has been received",
        "under_review": "We're reviewing your request",
        "confirmed": "Your visit is confirmed. It is in My Schedule.",
        "counter_proposed": "We propose another time. Please accept or decline it.",
        "declined": "We cannot do this visit. Send a new request with other dates, or call us.",
        "expired": "The proposed time has passed. Ask for another.",
        "cancelled": "You cancelled this request.",
    },
    "es": {
        "submitted": "Hemos recibido su solicitud",
        "under_review": "Estamos revisando su solicitud",
        "confirmed": "Su visita está confirmada. La encuentra en Mi agenda.",
        "counter_proposed": "Le proponemos otra hora. Acéptela o rechácela, por favor.",
        "declined": "No podemos hacer esta visita. Envíe una nueva solicitud con otras fechas o llámenos.",
        "expired": "La hora propuesta ya pasó. Pida otra.",
        "cancelled": "Usted canceló esta solicitud.",
    },
    "de": {
        "submitted": "Ihre Anfrage ist eingegangen",
        "under_review": "Wir prüfen Ihre Anfrage",
        "confirmed": "Ihr Termin ist bestätigt. Sie finden ihn unter „Meine Termine“.",
        "counter_proposed": "Wir schlagen eine andere Zeit vor. Bitte nehmen Sie sie an oder lehnen Sie sie ab.",
        "declined": "Wir können diesen Termin nicht übernehmen. Senden Sie eine neue Anfrage mit anderen Tagen oder rufen Sie uns an.",
        "expired": "Die vorgeschlagene Zeit ist verstrichen. Bitten Sie um eine andere.",
        "cancelled": "Sie haben diese Anfrage zurückgezogen.",
    },
    "fr": {
        "submitted": "Votre demande a bien été reçue",
        "under_review": "Nous examinons votre demande",
        "confirmed": "Votre visite est confirmée. Elle figure dans Mon planning.",
        "counter_proposed": "Nous proposons un autre horaire. Merci de l'accepter ou de le refuser.",
        "declined": "Nous ne pouvons pas faire cette visite. Envoyez une nouvelle demande avec d'autres dates ou appelez-nous.",
        "expired": "L'horaire proposé est passé. Demandez-en un autre.",
        "cancelled": "Vous avez annulé cette demande.",
    },
}
"""What a customer reads about each state until the company writes its own words."""

SECTIONS: Mapping[str, tuple[str, str, str]] = {
    "portal": ("Portal Settings", "pending_actions", "Customer Portal: which customers may ask for visits online, and what they read."),
    "bookable": ("Bookable Services", "view_list", "Customer Portal: what customers may book at once or ask for, in their order."),
}
ASKING, ANSWERING = "Who may ask", "Answers and reminders"
SEARCH = "customer portal portal settings request online"
RULES = (
    Spec("requests.enabled", "portal", "Customers may send booking requests", "yes_no", default=True, group=ASKING, search=SEARCH,
         hint="Each customer can also be switched off, on the customer's own page. Both apply at once."),
    Spec("requests.days_ahead", "portal", "How far ahead a day may be wished", "number", default=180, unit="days", required=True,
         group=ASKING, check=checks.whole(1, 730), search=f"{SEARCH} horizon"),
    Spec("requests.proposal_hours", "portal", "How long a proposed time is held", "number", default=48, unit="hours", required=True,
         group=ANSWERING, check=checks.whole(1, 336), search=f"{SEARCH} counter proposal expiry",
         hint="The provider's time is kept free until then. Each proposal may say otherwise."),
    Spec("requests.remind_hours", "portal", "Remind the dispatchers when a request waits for", "number", default=48, unit="hours",
         required=True, group=ANSWERING, check=checks.whole(1, 336), search=f"{SEARCH} reminder silence unanswered"),
    Spec("requests.business_clock", "portal", "Count only days on which somebody works", "yes_no", default=False, group=ANSWERING,
         search=f"{SEARCH} reminder weekend holiday business hours",
         hint="With this, a request of Friday evening is not overdue on Sunday evening."),
)  # fmt: skip
TEXTS = tuple(
    Spec(f"requests.text.{state}.{language}", "portal", words, default=STATE_TEXTS[language][state], required=True,
         group=f"What customers read: {title}", search=f"{SEARCH} text words state {state} {language}")
    for language, title in LANGUAGES for state, words in STATES
)  # fmt: skip
PLACES = (
    Spec("requests.bookable", "bookable", "Services in their order", "own", "place", hint="A change applies at once.",
         search=f"{SEARCH} bookable services catalog order duration visible"),
)  # fmt: skip
REQUESTS: tuple[Spec, ...] = (*RULES, *TEXTS, *PLACES)
