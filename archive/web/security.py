"""What stands around every answer: who may ask, how, and what a browser may do with it.

The pages are of strangers' text. It is escaped where it is shown, and beside that no page may run a
script, load anything from elsewhere or be framed by others; captured bytes get a sandbox.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

Scope = Mapping[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_PAGE = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Datasette sets a colour and the height of its SQL field in `style` attributes.
_DATA = f"{_PAGE}; style-src-attr 'unsafe-inline'"
# A click on a link, which is always ours, opens the capture that it leads to in the whole window.
_REPLAY = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; script-src 'none';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self'"
)
# An image that is opened by itself is a document, and SVG may hold scripts.
_PHOTO = (
    "sandbox; default-src 'none'; script-src 'none'; style-src 'unsafe-inline';"
    " base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}

# Datasette's pages about itself (plugins, settings, threads, log-in) tell nothing of the archive.
_CLOSED = "/-/"
# Its SQL may cost gigabytes, so an `img` of some site that its user visits must not start it.
_DATA_PATH = "/archive"
_METHODS = ("GET", "HEAD")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names that a request may be for. A name of others that leads here is DNS rebinding.

    ``any_address``: the server listens on all addresses of the machine, so any of them may be
    asked for; an address, unlike a name, cannot be made to lead elsewhere.
    """

    names: frozenset[str]
    any_address: bool = False

    def allow(self, header: str | None) -> bool:
        """Whether a Host header (RFC 9110 7.2) names one of them; the port does not matter."""
        name = _name(header or "")
        return name in self.names or (self.any_address and _address(name) is not None)


def hosts_of(host: str) -> Hosts:
    """The names of a server that listens on *host*."""
    address = _address(host)
    if address is None or not address.is_unspecified:
        return Hosts(_LOOPBACK | {host.lower()})
    return Hosts(_LOOPBACK | {socket.gethostname().lower()}, any_address=True)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches *host*."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def guarded(app: App, hosts: Callable[[], Hosts]) -> App:
    """*app* behind all of this; *hosts* is asked at each request."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path = _path(scope)
        headers = headers_of(path)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with(message.get("headers", ()), headers)}
            await send(message)

        if not hosts().allow(_host(scope)):
            await _refuse(send_guarded, 403, "This server goes by another name. Use its own URL.")
        elif scope["method"] not in _METHODS:
            await _refuse(send_guarded, 405, "The reader only reads: GET or HEAD.", "GET, HEAD")
        elif path.startswith(_DATA_PATH) and _by_others(scope):
            await _refuse(send_guarded, 403, "Pages of other sites may link here, not load this.")
        elif path.startswith(_CLOSED):
            await _refuse(send_guarded, 404, "There is no such page here. Begin at /.")
        else:
            await app(scope, receive, send_guarded)

    return answer


def headers_of(path: str) -> dict[str, str]:
    """The security headers of the answer at *path*, names in small letters."""
    policy, resource = _PAGE, "same-origin"
    if path.startswith(_DATA_PATH):
        policy = _DATA
    # A sandboxed page is of no origin, so its own photos are of another: `same-origin` hides them.
    elif path.startswith("/replay/"):
        policy, resource = _REPLAY, "cross-origin"
    elif path.startswith("/photo/"):
        policy, resource = _PHOTO, "cross-origin"
    return {
        "content-security-policy": policy,
        "cross-origin-resource-policy": resource,
        **_ALWAYS,
    }


def _path(scope: Scope) -> str:
    """The path as Datasette looks for it: as sent, not decoded."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def _host(scope: Scope) -> str | None:
    return _header(scope, b"host")


def _header(scope: Scope, name: bytes) -> str | None:
    found = (value for key, value in scope["headers"] if key == name)
    return next((value.decode("latin-1") for value in found), None)


def _by_others(scope: Scope) -> bool:
    """Whether a page of another site loads this by itself; a link of one may lead here."""
    elsewhere = _header(scope, b"sec-fetch-site") in ("cross-site", "same-site")
    return elsewhere and _header(scope, b"sec-fetch-dest") != "document"


def _name(header: str) -> str:
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if header.count(":") == 1 else header


def _address(name: str) -> Any:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _with(given: Any, ours: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    kept = [(key, value) for key, value in given if key.lower().decode("latin-1") not in ours]
    return [*kept, *((key.encode(), value.encode()) for key, value in ours.items())]


async def _refuse(send: Send, status: int, words: str, allow: str = "") -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    if allow:
        headers.append((b"allow", allow.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{words}\n".encode()})
