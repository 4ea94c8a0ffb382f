"""Bylines as Vietnamese pages print them, read apart: pure functions on strings.

A name is given as printed (`THIÊN TRÚC` stays in capitals); who only stands for a source is the
source ("Theo Báo Nhân Dân").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.types import Author
from crawler.pages.byline_labels import LABELS
from crawler.pages.dates import dates_in
from crawler.pages.names import FAMILY, OFFICES

UP = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-ỸŠŽČŚŁŐŰ"
_LOW = "a-zß-öø-ÿăđĩũơưạ-ỹšžčśłőűńęąćźż"
_WORD = rf"[{UP}][{_LOW}{UP}'’]*(?:-[{UP}{_LOW}][{_LOW}{UP}'’]+)*\.?"
_NAME = re.compile(
    rf"^{_WORD}(?:[\s.]\s?(?:{_WORD}|de|van|von|der|den|la|le|da|di|du|bin|al)){{0,5}}$"
)
_OFFICE = re.compile(rf"^(?:{OFFICES})(?=[\s.]|$)", re.I)
_PRESS = re.compile(
    r"(?:^|\s)(?:báo|đài|cổng|tạp chí|ttxvn|vov|vtv|website|trang tin|thông tấn|internet)\b"
    r"|\b[\w-]+\.(?:vn|com|net|org|gov|info)\b",
    re.I,
)
_POST = re.compile(
    r"^(?:(?:nguyên )?(?:phó )?(?:trưởng|chủ tịch|bí thư|giám đốc|chánh|viện trưởng|hiệu trưởng|"
    r"tổng biên tập|ủy viên|phó)\b.*)",
    re.I,
)
_THEO = re.compile(r"^\(?\s*theo\s+(?=\S)", re.I)
_JOIN = re.compile(r"\s+[-–—]\s+|\s*[,;/&+|]\s*|\s+(?:và|and|und|et|y|e|og|och)\s+|\s*[–—]\s*")
_TIGHT = re.compile(rf"(?<=[{_LOW}.])-(?=[{UP}])|(?<=[{UP}]{{2}})-(?=[{UP}]{{2}})")
# "Q.Như-N.Phương" are two people, "Wilson-Smith" is one.
_PAIR = re.compile(rf"[{UP}]\.[^-]*-\s?[{UP}]h?\.|[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")


_BAR = re.compile(r"\s[|•·]\s")
# What stands between a name and the date behind it.
_LEADS = re.compile(
    r"(?:[\s,;:|•·–—(/-]|\b(?:on|am|le|el|il|at|ngày|lúc|vào|published|updated|posted|đăng|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)"
    r"\b){1,12}$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says; ``text`` as printed."""

    text: str
    authors: tuple[Author, ...] = ()
    source: str | None = None


def is_name(text: str) -> bool:
    """Whether *text* has the form of a person's name: one to six capitalised words, no stop."""
    return len(text) <= 45 and bool(_NAME.match(text)) and not _OFFICE.match(text)


def is_sure_name(text: str) -> bool:
    """Whether it also begins with a Vietnamese family name, or is in capitals or initials."""
    if not is_name(text):
        return False
    words = text.replace(".", ". ").split()
    if words[0].lower() in FAMILY and 2 <= len(words) <= 5:
        return True
    return (text.isupper() and 4 <= len(text) <= 32) or bool(
        re.match(rf"^[{UP}]h?\.\s?[{UP}]", text)
    )


def divided(text: str) -> list[str]:
    """The names in a list of them, whatever form they have; *text* itself if it is one."""
    parts = [part for part in _JOIN.split(text) if part]
    return parts if all(1 < len(part) <= 40 for part in parts) else [text]


def is_office(text: str) -> bool:
    """Whether *text* names a body and no person ("Ban Tuyên giáo Tỉnh ủy")."""
    return bool(_OFFICE.match(text.strip()))


def read(text: str) -> Byline | None:
    """The byline in *text*, None if there is none. *text* is settled and holds nothing else."""
    whole = text.strip()
    text = _bare(whole)
    if not 1 < len(text) <= 220:
        return None
    for role, label in LABELS:
        found = label.match(text)
        if found:
            return _labelled(whole, role, text[found.end() :])
    found = _THEO.match(text)
    if found:
        return _after_theo(whole, text[found.end() :])
    return Byline(whole, _people(text, "author"))


def undated(text: str) -> str:
    """*text* without the date behind a name and what follows it, or the date before one."""
    when = next(dates_in(text), None)
    if when is None:
        return text
    head = _LEADS.sub("", text[: when.start])
    return head if len(head) > 1 else text[when.end :].strip(" ,;|•·–—-")


def is_labelled(text: str) -> bool:
    """Whether *text* begins as only a byline does ("Tác giả:", "Tin, ảnh:", "Nguồn tin:")."""
    text = _bare(text)
    return len(text) <= 160 and _any_label(text)


@lru_cache(4096)
def _any_label(text: str) -> bool:
    """A site's frame is on every page: its lines are asked for again and again."""
    return any(label.match(text) for _, label in LABELS)


def is_signature(text: str, *, aside: bool) -> bool:
    """Whether the last line of a text signs it.

    *aside*: it stands apart by its looks (right-aligned, bold), so less sure names will do.
    """
    bare = _bare(text)
    if not 3 <= len(bare) <= 150 or bare[-1:] in "?!:;,…":
        return False
    if is_labelled(text):
        return True
    found = _THEO.match(bare)
    if found:
        rest = bare[found.end() :]
        return len(rest) <= 80 and (bool(_PRESS.search(rest)) or is_name(_JOIN.split(rest)[0]))
    if _is_staff(bare):
        return True
    if _PRESS.search(bare) and len(bare) <= 40 and aside:
        return True
    parts = _split(bare)
    if not parts or (text.rstrip().endswith(".") and not aside and not bare.isupper()):
        return False
    sure = is_sure_name(parts[0])
    if len(parts) == 1:
        return sure or (aside and is_name(parts[0]))
    rest_fits = all(is_name(part) or _OFFICE.match(part) or _POST.match(part) for part in parts[1:])
    return rest_fits and (sure or (aside and is_name(parts[0])))


def _bare(text: str) -> str:
    """*text* without the marks that stand around a byline, brackets only in pairs."""
    text = text.strip("*•-–—_ \t").removesuffix(".")
    if text[:1] + text[-1:] in {"()", "[]"} and text.count(text[0]) == 1:
        text = text[1:-1].strip()
    return text


def _is_staff(text: str) -> bool:
    return bool(
        re.fullmatch(r"(?:ban biên tập|btv|bbt|bbt website|pv|p\.v|ctv|tổng hợp)", text, re.I)
    )


def _labelled(whole: str, role: str, rest: str) -> Byline | None:
    rest = rest.strip(" :;-–")
    if not rest:
        return None
    if role == "source":
        return Byline(whole, (), rest)
    inner = next(
        (
            (r, m)
            for r, label in LABELS
            if (m := re.search(rf"[.,;|–-]\s*(?={label.pattern[1:]})", rest, re.I))
        ),
        None,
    )
    if inner is not None:
        tail = read(rest[inner[1].end() :])
        head = _people(rest[: inner[1].start()].strip(), _role(role))
        return Byline(whole, head + (tail.authors if tail else ()), tail.source if tail else None)
    found = _THEO.match(rest)
    if found and _PRESS.search(rest):
        return Byline(whole, (), rest[found.end() :])
    people = _people(rest, _role(role))
    if not people and (cut := _BAR.search(rest)):
        rest = rest[: cut.start()]  # what else the line says stands behind a bar
        people = _people(rest, _role(role))
    return Byline(whole, people or (Author(rest, None, _role(role)),))


def _role(label: str) -> str:
    return "author" if label.startswith("author") else label


def _after_theo(whole: str, rest: str) -> Byline | None:
    rest = rest.strip(" ):;")
    parts = _split(rest)
    if not parts:
        return None
    if _PRESS.search(rest) or not is_name(parts[0]) or (rest.isupper() and len(rest) <= 6):
        return Byline(whole, (), rest) if len(rest) <= 80 else None
    return Byline(whole, _people(rest, "author"))


def _split(text: str) -> list[str]:
    parts = []
    pairs = bool(_PAIR.search(text))
    for part in _JOIN.split(text):
        parts += [
            piece.strip(" .:") if not piece.isupper() else piece.strip(" :")
            for piece in (_TIGHT.split(part) if pairs else [part])
        ]
    return [part for part in parts if part]


def _people(text: str, role: str) -> tuple[Author, ...]:
    """Names with their offices; an office belongs to the name before it."""
    if _is_staff(text):
        return (Author(text, None, role),)
    found = re.match(r"^(?P<name>[^()]{2,45}?)\s*\((?P<office>[^()]{2,80})\)$", text)
    if found:
        return (Author(found["name"], found["office"], role),)
    comma = text.find(",")
    if comma > 0 and is_name(text[:comma].strip()):
        rest = text[comma + 1 :].strip()
        if _OFFICE.match(rest) or _POST.match(rest):
            return (Author(text[:comma].strip(), rest, role),)
    people: list[Author] = []
    for part in _split(text):
        if people and (_OFFICE.match(part) or _POST.match(part)):
            last = people.pop()
            office = f"{last.affiliation}, {part}" if last.affiliation else part
            people.append(Author(last.name, office, role))
        elif is_name(part):
            people.append(Author(part, None, role))
        elif not people and _OFFICE.match(part):
            return (Author(text, None, role),)
        else:
            return ()
    return tuple(people)
