"""What a site is called: its committee, the province, and the name of its profile's file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from archive.vietnamese import fold
from crawler.provinces import Province, provinces

_PARTS = re.compile(r"\s+[-–—|»:]+\s+|\s*\|\s*|\s*::+\s*")
_COMMITTEE = re.compile(
    r"(?:tinh|thanh|huyen|thi|quan|xa|phuong) uy|dang uy|dang bo|truong chinh tri|mat tran"
    r"|ban (?:tuyen giao|to chuc|dan van|noi chinh)|van phong"
    r"|uy ban (?:kiem tra|nhan dan)|hoi dong nhan dan"
)
_PORTAL = re.compile(
    r"^(?:chào mừng (?:bạn |quý vị )?(?:đã )?đến với |cổng |trang |website |web(?:site)? )"
    r"(?:thông tin )?(?:điện tử )?(?:tổng hợp )?(?:của |thành phần )?",
    re.I,
)
_ENDINGS = frozenset({"vn", "com", "org", "net", "gov", "edu", "dcs", "info", "name", "www"})
_BODIES = (
    "dangbokhoi", "tinhuy", "thanhuy", "huyenuy", "thixauy", "dangbo", "danguy", "tuyengiao",
    "btg", "danvan", "bandanvan", "noichinh", "ubkt", "bantochuc",
)  # fmt: skip
LONGEST = 120


def committee(titles: Iterable[str], host: str) -> str:
    """The best name among what the home page calls itself: the part that names a body, without
    "Cổng thông tin điện tử"; *host* if there is none."""
    parts = [part.strip() for title in titles for part in _PARTS.split(title) if part.strip()]
    named = [part for part in parts if _COMMITTEE.search(fold(part))]
    home = {"trang chu", "trang nhat", "home", "index", "tin tuc"}
    rest = [part for part in parts if fold(part) not in home and len(part) > 3]
    for part in (*named, *rest):
        name = _PORTAL.sub("", part).strip()
        if name:
            return _calm(name)[:LONGEST]
    return host


def _calm(name: str) -> str:
    """A name that is all in capitals, in small letters; provinces keep theirs."""
    name = name[0].upper() + name[1:]
    if name != name.upper():
        return name
    calm = name.lower()
    for one in provinces().values():
        calm = re.sub(rf"\b{re.escape(one.name.lower())}\b", one.name, calm)
    return calm[0].upper() + calm[1:]


def province(names: Iterable[str], host: str) -> Province | None:
    """The province that one of *names* names, else the host; None where that is not one alone."""
    for name in names:
        found = _in_text(f" {' '.join(re.findall(r'[a-z0-9]+', fold(name)))} ")
        if found:
            return found[0] if len(found) == 1 else None
    compact = "".join(_labels(host))
    named = [
        one
        for one in provinces().values()
        if (short := _compact(one)) in compact and len(short) > 4
    ]
    longest = [one for one in named if not any(_within(one, other) for other in named)]
    return longest[0] if len(longest) == 1 else None


def _in_text(text: str) -> list[Province]:
    named = [one for one in provinces().values() if f" {_plain(one)} " in text]
    return [one for one in named if not any(_within(one, other) for other in named)]


def _plain(one: Province) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(one.name))).removeprefix("thanh pho ")


def _compact(one: Province) -> str:
    return _plain(one).replace(" ", "")


def _within(one: Province, other: Province) -> bool:
    return one is not other and _plain(one) in _plain(other)


def _labels(host: str) -> list[str]:
    name = urlsplit(f"//{host}").hostname or host
    kept = [label for label in name.split(".") if label not in _ENDINGS]
    return kept or [name.replace(".", "-")]


def slug_of(host: str, found: Province | None) -> str:
    """`tinhuy-binhphuoc` of tinhuybinhphuoc.vn: the host's own words, those of a body apart.

    An address has its numbers, `127-0-0-1-8080`.
    """
    if host[:1].isdigit() and re.fullmatch(r"[\d.:]+", host):
        return re.sub(r"[.:]", "-", host)
    words = "-".join(_labels(host))
    if found is not None:
        words = words.replace(_compact(found), f"-{_compact(found)}-")
    else:
        for body in _BODIES:
            if words.startswith(body) and len(words) > len(body):
                words = f"{body}-{words[len(body) :]}"
                break
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "site"
