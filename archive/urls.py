"""URLs in canonical form, and what they say of hosts.

Two spellings of one address must be one page, and two pages must never become one: where it is not
sure, they stay apart. What is asked for is always the URL as found; the canonical form only names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from unicodedata import normalize
from urllib.parse import urljoin

# RFC 3986, appendix B, for http and https alone; a backslash divides as browsers have it.
_URL = re.compile(r"(https?):[/\\]{2}([^/\\?#]*)([^?#]*)(?:\?([^#]*))?", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\Z")
_NO_SPACE = str.maketrans("", "", "\t\r\n")
_AROUND = "".join(map(chr, range(0x21)))

_PORTS = {"http": "80", "https": "443"}

# What RFC 3986 lets stand in a path (pchar and "/") and in a query; all else is percent-encoded.
_PATH_ODD = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_QUERY_ODD = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# Java's `;jsessionid=…`, portals' `;@@oXyzs`, and ASP.NET's `/(S(…))/` before the path proper.
_PATH_SESSION = re.compile(r";(?:(?:jsessionid|phpsessid|sid)=|(?:@|%40){2})[^/;]*", re.I)
_ASP_SESSION = re.compile(r"(?:\((?:[ASF]\([^()/]*\))+\))\Z")
_SESSION_NAMES = frozenset(
    ["jsessionid", "phpsessid", "asp.net_sessionid", "sessionid", "session_id", "oscsid", "zenid",
     "cfid", "cftoken"]
)  # fmt: skip
_SID = re.compile(r"[0-9A-Za-z,-]{16,}\Z")  # a session; a short `sid` may well name content
_TRACKING = frozenset(
    ["fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid",
     "ttclid", "igshid", "mc_cid", "mc_eid", "zarsrc", "gidzl", "_ga", "_gl", "srsltid", "mkt_tok",
     "_hsenc", "_hsmi", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref"]
)  # fmt: skip

_NAT64 = ip_network("64:ff9b::/96")


@lru_cache(maxsize=16384)
def canonical(url: str, *, strip_slash: bool = False, drop_params: tuple[str, ...] = ()) -> str:
    """*url* (absolute, http or https) in its one spelling; ValueError if it is no such URL.

    RFC 3986, section 6.2: case, percent-encoding, dot segments, default ports. Also: hosts in
    IDNA, raw letters in NFC, no fragment, no doubled slashes, no tracking parameters or session
    ids, nor parameters named in *drop_params*; *strip_slash* where a site treats `/a/` as `/a`.
    A query keeps its order: where a parameter stands twice, or a program reads by place, the order
    means something, while a site's own links seldom change theirs. Canonical URLs stay as they are.
    """
    match = _URL.match(url.strip(_AROUND).translate(_NO_SPACE))
    if match is None:
        raise ValueError(f"not an absolute http URL: {url!r}")
    scheme, authority, path, query = match.groups()
    scheme = scheme.lower()
    path = _clean_path(path)
    if strip_slash and len(path) > 1:
        path = path.removesuffix("/")
    query = _clean_query(query, drop_params) if query else ""
    return f"{scheme}://{_authority(scheme, authority)}{path}{'?' if query else ''}{query}"


def same(url: str) -> str:
    """What two spellings of one address share: canonical, or as it is where it is no address."""
    try:
        return canonical(url)
    except ValueError:
        return url


def resolve(base: str, href: str) -> str | None:
    """The absolute URL that *href* names on the page *base*, as found; None if it is not http(s).

    White space around and line ends inside go, as in browsers (WHATWG URL), and so does the
    fragment, which is never sent; nothing else is touched.
    """
    href = href.strip(_AROUND).translate(_NO_SPACE)
    scheme = _SCHEME.match(href)
    if scheme is not None and scheme[0].lower() not in ("http:", "https:"):
        return None
    try:
        url = urljoin(base, href).split("#", 1)[0]
        canonical(url)
    except ValueError:
        return None
    return url


def origin(url: str) -> str:
    """``scheme://host`` with the port if it is not the default one."""
    scheme, authority = _parts(url)
    return f"{scheme}://{authority}"


def host_key(url: str) -> str:
    """The name under which a host is treated as one: its name; on loopback with the port."""
    scheme, authority = _parts(url)
    host, port = _divide(authority)
    if is_loopback_host(host):
        return f"{host}:{port or _PORTS[scheme]}"
    return host


def is_loopback_host(host: str) -> bool:
    """Whether *host* (a name or an address) is this machine by its name alone."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return _unwrapped(host).is_loopback
    except ValueError:
        return False


def is_private_address(ip: str) -> bool:
    """Whether an IP address is not one of the public internet: private, loopback, link-local, …

    Also IPv6 addresses that stand for such an IPv4 address. ValueError if it is no address.
    """
    address = _unwrapped(ip.strip("[]"))
    return not address.is_global or address.is_multicast


def _unwrapped(text: str) -> IPv4Address | IPv6Address:
    """The address, or the IPv4 address that an IPv6 one stands for."""
    address = ip_address(text.split("%", 1)[0])
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


# -- the parts ------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _parts(url: str) -> tuple[str, str]:
    match = _URL.match(url.strip(_AROUND).translate(_NO_SPACE))
    if match is None:
        raise ValueError(f"not an absolute http URL: {url!r}")
    scheme = match[1].lower()
    return scheme, _authority(scheme, match[2])


def _divide(authority: str) -> tuple[str, str]:
    """Host and port; the port is empty if none is named."""
    host, colon, port = authority.rpartition(":")
    if not colon or "]" in port:
        return authority, ""
    return host, port


@lru_cache(maxsize=4096)
def _authority(scheme: str, authority: str) -> str:
    if "@" in authority:
        raise ValueError("a URL with a user name or password")
    host, port = _divide(authority)
    if port:
        if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(f"no port: {port!r}")
        port = str(int(port))
    host = _host(host)
    return host if not port or port == _PORTS[scheme] else f"{host}:{port}"


def _host(host: str) -> str:
    if host.startswith("["):
        if not host.endswith("]"):
            raise ValueError(f"no host: {host!r}")
        return f"[{IPv6Address(host[1:-1])}]"
    host = re.sub("%[0-9A-Fa-f]{2}", lambda m: chr(int(m[0][1:], 16)), host)
    host = normalize("NFKC", host).lower().rstrip(".")
    if not host.isascii():
        # IDNA 2003 is in the standard library; it and IDNA 2008 agree on Vietnamese names.
        host = host.encode("idna").decode("ascii").lower()
    if not _HOST.match(host) or ".." in host or len(host) > 253:
        raise ValueError(f"no host: {host!r}")
    return host


def _encode(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 3:
        code = int(found[1:], 16)
        return chr(code) if code in _UNRESERVED else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode())


def _clean_path(path: str) -> str:
    if not path.isascii():
        path = normalize("NFC", path)
    path = path.replace("\\", "/")
    path = _PATH_ODD.sub(_encode, path)
    if ";" in path:
        path = _PATH_SESSION.sub("", path)
    if "//" not in path and "/." not in path and "/(" not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", ".") and not _ASP_SESSION.match(segment):
            kept.append(segment)
    last = segments[-1]
    ends = last in ("", ".", "..") or _ASP_SESSION.match(last)
    return "/" + "/".join(kept) + ("/" if ends and kept else "")


def _clean_query(query: str, drop_params: tuple[str, ...]) -> str:
    if not query.isascii():
        query = normalize("NFC", query)
    query = _QUERY_ODD.sub(_encode, query)
    drop = frozenset(name.lower() for name in drop_params)
    kept = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        name = name.lower()
        if (
            not part
            or name in _TRACKING
            or name in _SESSION_NAMES
            or name in drop
            or name.startswith(("utm_", "aspsessionid"))
            or (name == "sid" and _SID.match(value))
        ):
            continue
        kept.append(part)
    return "&".join(kept)
