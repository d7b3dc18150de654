"""Settings of the web pages that belong to the whole company: where they lie, who may show them in a frame, how they look."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from fieldoffice.services.company import checks
from fieldoffice.services.company.spec import Spec

HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d{1,5})?")
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
GROUND, PLAIN = "#FFFFFF", "#0B6E69"
LEAST_CONTRAST = 4.5
MOST_HOSTS = 20


def public_url(value: Any) -> str:
    """The address under which people reach the pages: a scheme and a server, nothing behind it."""
    if not value:
        return ""
    if words := checks.link(value):
        return words
    parts = urlsplit(str(value))
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment and not parts.username
    return "" if bare else "Only the server: https://book.example.com, with nothing behind it."


def framing(value: Any) -> str:
    """Web sites that may show the booking page, as host names with blanks between them."""
    hosts = hosts_of(value)
    if len(hosts) > MOST_HOSTS:
        return f"At most {MOST_HOSTS} web sites."
    wrong = [host for host in hosts if not HOST.fullmatch(host)]
    return f"“{wrong[0]}” is no name of a web site. Write www.example.com, without https:// and without a path." if wrong else ""


def hosts_of(value: Any) -> tuple[str, ...]:
    """The host names in a setting, however they are separated."""
    return tuple(host for host in re.split(r"[\s,;]+", str(value or "").casefold()) if host)


def color(value: Any) -> str:
    """A color that white words can be read on."""
    if not value:
        return ""
    if not COLOR.fullmatch(str(value)):
        return f"A color looks like {PLAIN}."
    found = contrast(str(value), GROUND)
    if found >= LEAST_CONTRAST:
        return ""
    return f"White words on this color would be hard to read ({found:.1f}:1, at least {LEAST_CONTRAST}:1)."


def contrast(one: str, other: str) -> float:
    """The contrast of two colors as WCAG defines it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def snippet(address: str) -> str:
    """What a web site puts where the booking page shall stand."""
    return (f'<iframe src="{address}/book" title="Book online" width="100%" height="760" style="border:0" loading="lazy"></iframe>\n'
            f'<p><a href="{address}/book">Book online</a></p>')  # fmt: skip


PAGES, LOOK = "For the whole company", "Look"
ONLINE_HTTP = (
    Spec("online.here", "online", "This computer", "own", "place",
         search="server serve start stop port certificate tls https proxy endpoint host",
         hint="The pages answer while this program runs. For the whole day, run “fieldoffice serve” on a computer that stays on."),
    Spec("online.public_url", "online", "Public address", "link", default="", group=PAGES, check=public_url,
         search="web site url domain https link booking page online",
         hint="Where customers reach the pages, such as https://book.example.com. Links in messages begin with it."),
    Spec("online.framing", "online", "Web sites that may show the booking page", default="", group=PAGES, check=framing,
         search="iframe embed frame snippet website widget host",
         hint="Names such as www.example.com, with blanks between them. Other sites may link to the page, but not frame it."),
    Spec("brand.color", "online", "Color", default="", group=LOOK, check=color, search="brand accent look theme",
         hint=f"Of buttons and links on the web pages, as #RRGGBB. Empty for {PLAIN}."),
    Spec("company.logo", "online", "Logo", "own", "place", group=LOOK, search="picture brand image",
         hint="Shown at the head of every web page."),
)  # fmt: skip

