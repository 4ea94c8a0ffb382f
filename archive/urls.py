"""URLs in one form, so that one page is one row; hosts, origins and private addresses.

RFC 3986, section 6.2; the query keeps its order, since some portals read it by position.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|zarsrc|mc_[ce]id|igshid|_ga|ref_src)", re.I
)
SESSION = re.compile(r"(?:phpsessid|jsessionid|sid|sessionid|asp\.net_sessionid|cfid|cftoken)", re.I)
# path parameters that portals put sessions into: `;jsessionid=…`, `;@@oXyzs`
PATH_SESSION = re.compile(r";(?:jsessionid=|@@|sid=|phpsessid=)[^/;]*", re.I)
ASPNET_SESSION = re.compile(r"/\((?:[ASF]\([^()/]*\))+\)(?=/|$)", re.I)  # ASP.NET without cookies
UNRESERVED = "-._~"
PATH_SAFE = UNRESERVED + "!$&'()*+,;=:@/"
QUERY_SAFE = PATH_SAFE + "?"
_TRIPLET = re.compile(r"%[0-9a-fA-F]{2}")


@lru_cache(maxsize=20_000)
def canonical(url: str, *, strip_slash: bool = False, drop_params: tuple[str, ...] = ()) -> str:
    """*url* in its one form; ValueError if it is no absolute http(s) URL.

    Scheme and host in small letters (IDNA), no default port, no fragment, no dot segments or
    empty ones, each character escaped or not as RFC 3986 prefers, tracking and session
    parameters gone. The same for what is canonical already.
    """
    parts = urlsplit(unicodedata.normalize("NFC", url.strip()))
    if parts.scheme.lower() not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an absolute http(s) URL: {url!r}")
    scheme = parts.scheme.lower()
    path = PATH_SESSION.sub("", parts.path)
    path = ASPNET_SESSION.sub("", path)
    path = _dotless(_escaped(path, PATH_SAFE)) or "/"
    if strip_slash and len(path) > 1:
        path = path.rstrip("/") or "/"
    return urlunsplit((scheme, _netloc(parts, scheme), path, _query(parts.query, drop_params), ""))


def _netloc(parts: SplitResult, scheme: str) -> str:
    host = _ascii_host(parts.hostname or "")
    port = parts.port
    return host if port is None or port == DEFAULT_PORTS[scheme] else f"{host}:{port}"


def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"not a host name: {host!r}") from error


def _escaped(text: str, safe: str) -> str:
    """Percent-encode what must be, decode what need not be, capital hex digits."""
    pieces, at = [], 0
    for match in _TRIPLET.finditer(text):
        pieces.append(quote(text[at : match.start()], safe=safe))
        byte = unquote_to_bytes(match.group())
        kept = byte.isalnum() or byte in b"-._~"
        pieces.append(byte.decode("ascii") if kept else match.group().upper())
        at = match.end()
    pieces.append(quote(text[at:], safe=safe))
    return "".join(pieces)


def _dotless(path: str) -> str:
    """Without dot segments (RFC 3986, 5.2.4) and without empty ones (`//van-ban`)."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    end = "/" if segments[-1] in ("", ".", "..") and kept else ""
    return "/" + "/".join(kept) + end


def _query(query: str, drop_params: tuple[str, ...]) -> str:
    kept = []
    for pair in query.split("&"):
        name = pair.split("=", 1)[0]
        if not pair or TRACKING.fullmatch(name) or SESSION.fullmatch(name) or name in drop_params:
            continue
        kept.append(_escaped(pair, QUERY_SAFE))
    return "&".join(kept)


def resolve(base: str, href: str) -> str | None:
    """The absolute http(s) URL that *href* means on the page *base*; None for any other scheme."""
    try:
        url = urljoin(base, href.strip())
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in DEFAULT_PORTS or not parts.hostname:
        return None
    return url


def origin(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{_netloc(parts, parts.scheme.lower())}"


def host_key(url: str) -> str:
    """What is waited for: the host; on loopback host and port, where each port is a site."""
    parts = urlsplit(url)
    host = _ascii_host(parts.hostname or "")
    return f"{host}:{parts.port}" if is_loopback_host(host) and parts.port else host


def is_loopback_host(host: str) -> bool:
    """Is *host* (with or without a port) this machine by its name or number?"""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_private_address(host: str, *, allow_loopback: bool = False) -> bool:
    """Is *host* an address, or a name for one, that no public site may lead to?"""
    if is_loopback_host(host):
        return not allow_loopback
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.endswith((".local", ".internal", ".lan", ".home.arpa"))
    return not address.is_global or address.is_multicast
