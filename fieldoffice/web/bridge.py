"""From a request as the network brought it to the site's WSGI function and back. Pure but for calling it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any

REFUSED = "fieldoffice.refused"
"""In the environ: the status with which the site is to refuse what the gate did not take, else 0."""
Wsgi = Callable[..., Iterable[bytes]]
DROPPED = {"range", "if_range", "proxy", "connection", "keep_alive", "transfer_encoding", "te", "upgrade", "trailer"}
"""Headers that the site never sees: parts of a file are not served, and what concerns the connection ends here."""


def header_size(scope: Mapping[str, Any]) -> int:
    """The bytes of all header lines and of the address."""
    return len(scope["query_string"]) + len(scope["path"]) + sum(len(name) + len(value) + 4 for name, value in scope["headers"])


def environ_of(scope: Mapping[str, Any], body: IO[bytes], length: int) -> dict[str, Any]:
    """What WSGI wants to know. Header names with an underscore are left out: they could pose as others."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "", "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"), "SERVER_NAME": server[0], "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}", "REMOTE_ADDR": client[0], "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope["scheme"], "wsgi.input": body, "wsgi.errors": None,
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.input_terminated": True,
    }  # fmt: skip
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        if "_" in name or name == "content-length" or (name := name.replace("-", "_")) in DROPPED:
            continue
        key = "CONTENT_TYPE" if name == "content_type" else f"HTTP_{name.upper()}"
        text = value.decode("latin-1")
        found[key] = f"{found[key]}{'; ' if name == 'cookie' else ','}{text}" if key in found else text
    return found


def called(wsgi: Wsgi, environ: dict[str, Any]) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of the answer."""
    told: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        told["status"], told["headers"] = int(status[:3]), headers
        return lambda _: None

    parts = wsgi(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told["headers"]]
    return told["status"], headers, body


def declared(scope: Mapping[str, Any]) -> tuple[int, bool]:
    """How many bytes of body a request says it brings (-1: it does not say), and whether it says so in two ways at once."""
    names = [name for name, _ in scope["headers"]]
    chunked = b"transfer-encoding" in names
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    contradictory = (chunked and bool(lengths)) or len(lengths) > 1
    if lengths and lengths[0].isdigit() and len(lengths[0]) < 16:
        return int(lengths[0]), contradictory
    return (-1 if chunked else 0), contradictory
