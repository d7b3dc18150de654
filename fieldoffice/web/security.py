"""What keeps a page safe whatever it shows: headers, the hosts it answers to, where a form may come from, what it carries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
FORM_S = 12 * 3600
"""For how long a form that was opened can be sent."""
POLICY = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
CONTENT = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {}"


def headers(*, framed: bool, framing: tuple[str, ...], store: bool, secure: bool) -> dict[str, str]:
    """The headers of every answer. A framed page may be shown by the sites of `framing`, no other page by anybody."""
    hosts = " ".join(("'self'", *framing)) if framed and framing else "'none'"
    found = {
        "Content-Security-Policy": CONTENT.format(hosts),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "public, max-age=86400" if store else "no-store",
    }
    if not framed or not framing:
        found["X-Frame-Options"] = "DENY"
    if not framed:
        found["Cross-Origin-Resource-Policy"] = "same-origin"
    if secure:
        found["Strict-Transport-Security"] = "max-age=31536000"
    return found


def host_name(host: str) -> str:
    """The name in a Host header, without its port; "" for what is none."""
    if not host or len(host) > 255 or any(c in host for c in "/\\@?# \t,"):
        return ""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
        return (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""


def known_host(host: str, public_url: str) -> bool:
    """Whether a Host header names this office: its public address, or this computer."""
    name = host_name(host)
    return bool(name) and (name in LOCAL or name == (urlsplit(public_url).hostname or "").casefold())


def from_here(sent: Mapping[str, str], host: str, public_url: str) -> bool:
    """Whether a form was sent from a page of ours, as the browser says.

    Pages say `no-referrer`, so browsers send `Origin: null` with a form; then `Sec-Fetch-Site` decides where the browser knows
    it, and the token in the form does in any case.
    """
    site, origin = sent.get("Sec-Fetch-Site", ""), sent.get("Origin", "")
    if site:
        return site == "same-origin" and (origin in ("", "null") or _same(origin, host, public_url))
    return origin in ("", "null") or _same(origin, host, public_url)


def _same(origin: str, host: str, public_url: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    public = urlsplit(public_url)
    if public.hostname and (parts.scheme, parts.netloc.casefold()) == (public.scheme, public.netloc.casefold()):
        return True
    return parts.scheme in ("http", "https") and parts.netloc.casefold() == host.casefold() and host_name(host) in LOCAL


class Signer:
    """Signs what a form carries: nobody outside can make or change it, and after a while it counts no longer."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def seal(self, value: Any, purpose: str) -> str:
        """A short text for a form or an address; it can be read, but not changed."""
        return self._of(purpose).dumps(value)

    def unseal(self, text: str, purpose: str, max_age_s: int) -> Any:
        """What was sealed for this purpose; None for anything else, and for what is too old."""
        try:
            return self._of(purpose).loads(text, max_age=max_age_s)
        except BadSignature:
            return None

    def token(self, bound: str) -> str:
        """The token of a form, for the link or session that it belongs to ("" for a page that anybody may see)."""
        return self.seal(_fingerprint(bound), "form")

    def right_token(self, text: str, bound: str) -> bool:
        return self.unseal(text, "form", FORM_S) == _fingerprint(bound)

    def _of(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt=f"fieldoffice web {purpose}", signer_kwargs={"digest_method": hashlib.sha256})


def _fingerprint(bound: str) -> str:
    return hashlib.sha256(bound.encode("utf-8", "surrogatepass")).hexdigest()[:16] if bound else ""


class Proxies:
    """The proxies that this server stands behind. What anybody else says about whom he speaks for is not looked at."""

    def __init__(self, trusted: tuple[str, ...] = ()) -> None:
        """Addresses or networks ("10.0.0.0/8"); ValueError for what is neither."""
        self.networks = tuple(ip_network(one, strict=False) for one in trusted)

    def seen(self, peer: str, sent: Mapping[str, str], scheme: str) -> tuple[str, str]:
        """Who really asks, and by which scheme: the last address on the way that is no proxy of ours."""
        if not self.trusts(peer):
            return peer, scheme
        way = [part.strip() for part in sent.get("X-Forwarded-For", "").split(",") if part.strip()]
        for hop in reversed(way):
            if not _is_address(hop):
                break
            peer = hop
            if not self.trusts(hop):
                break
        proto = sent.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().casefold()
        return peer, proto if proto in ("http", "https") else scheme

    def trusts(self, address: str) -> bool:
        """Whether this is a proxy of ours."""
        try:
            here = ip_address(address)
        except ValueError:
            return False
        return any(here in network for network in self.networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def network_of(address: str) -> str:
    """Whom a limit counts: one IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        here = ip_address(address)
    except ValueError:
        return address
    return str(here) if here.version == 4 else str(ip_network(f"{here}/64", strict=False))
