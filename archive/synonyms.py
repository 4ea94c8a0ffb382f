"""Abbreviations of the field and what they stand for: a search for one finds the other.

The release knows the usual ones; an archive adds its own, or takes one out. Nothing is forgotten:
what was said last of a pair holds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.clock import iso
from archive.errors import InputError, UnknownReferenceError
from archive.query import parse
from archive.query_expand import Lexicon
from archive.vietnamese import exact, fold, settle, syllables

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.filters import Filters
    from archive.query_tree import Query

USUAL = (
    ("ATGT", "An toàn giao thông"),
    ("ANQP", "An ninh, quốc phòng"),
    ("ANTT", "An ninh trật tự"),
    ("BCH", "Ban Chấp hành"),
    ("BCĐ", "Ban Chỉ đạo"),
    ("BHXH", "Bảo hiểm xã hội"),
    ("BHYT", "Bảo hiểm y tế"),
    ("BTC", "Ban Tổ chức"),
    ("BTG", "Ban Tuyên giáo"),
    ("BTGDV", "Ban Tuyên giáo và Dân vận"),
    ("BTV", "Ban Thường vụ"),
    ("CB, CC", "Cán bộ, công chức"),
    ("CBCC", "Cán bộ, công chức"),
    ("CBCCVC", "Cán bộ, công chức, viên chức"),
    ("CCB", "Cựu chiến binh"),
    ("CĐS", "Chuyển đổi số"),
    ("CNH, HĐH", "Công nghiệp hoá, hiện đại hoá"),
    ("CNTT", "Công nghệ thông tin"),
    ("CNXH", "Chủ nghĩa xã hội"),
    ("CSVN", "Cộng sản Việt Nam"),
    ("ĐBQH", "Đại biểu Quốc hội"),
    ("ĐBSCL", "Đồng bằng sông Cửu Long"),
    ("đ/c", "đồng chí"),
    ("ĐUK", "Đảng uỷ Khối"),
    ("ĐV", "Đảng viên"),
    ("GD&ĐT", "Giáo dục và Đào tạo"),
    ("GPMB", "Giải phóng mặt bằng"),
    ("HĐND", "Hội đồng nhân dân"),
    ("HTX", "Hợp tác xã"),
    ("KH&CN", "Khoa học và Công nghệ"),
    ("KT-XH", "Kinh tế - xã hội"),
    ("KTXH", "Kinh tế - xã hội"),
    ("LĐLĐ", "Liên đoàn Lao động"),
    ("LHPN", "Liên hiệp Phụ nữ"),
    ("LLVT", "Lực lượng vũ trang"),
    ("MTTQ", "Mặt trận Tổ quốc"),
    ("NQ", "Nghị quyết"),
    ("NTM", "Nông thôn mới"),
    ("NXB", "Nhà xuất bản"),
    ("PCTN", "Phòng, chống tham nhũng"),
    ("PCTT", "Phòng, chống thiên tai"),
    ("QPAN", "Quốc phòng, an ninh"),
    ("QP-AN", "Quốc phòng - an ninh"),
    ("QH", "Quốc hội"),
    ("TĐKT", "Thi đua, khen thưởng"),
    ("THCS", "Trung học cơ sở"),
    ("THPT", "Trung học phổ thông"),
    ("TNCS", "Thanh niên Cộng sản"),
    ("TP", "Thành phố"),
    ("TPHCM", "Thành phố Hồ Chí Minh"),
    ("TP.HCM", "Thành phố Hồ Chí Minh"),
    ("TTHC", "Thủ tục hành chính"),
    ("TTXVN", "Thông tấn xã Việt Nam"),
    ("TW", "Trung ương"),
    ("TƯ", "Trung ương"),
    ("UBKT", "Uỷ ban Kiểm tra"),
    ("UBMTTQ", "Uỷ ban Mặt trận Tổ quốc"),
    ("UBND", "Uỷ ban nhân dân"),
    ("UVBTV", "Uỷ viên Ban Thường vụ"),
    ("VHTT", "Văn hoá, thông tin"),
    ("VPCP", "Văn phòng Chính phủ"),
    ("XDĐ", "Xây dựng Đảng"),
    ("XHCN", "Xã hội chủ nghĩa"),
)
"""Short and long, as they are printed."""

MOST_WORDS = 12  # of a long form
_CACHE = "synonyms"


@dataclass(frozen=True, slots=True)
class Synonym:
    """``by`` and ``time`` are None for one that came with the release."""

    short: str
    long: str
    by: str | None = None
    time: str | None = None


def all(archive: Archive) -> list[Synonym]:
    """Those that hold, in the order of the short forms."""
    found = {_known(short, long): Synonym(short, long) for short, long in USUAL}
    for row in archive.conn.execute("SELECT * FROM synonym ORDER BY time, agent, holds, id"):
        key = _known(row["short"], row["long"])
        if not row["holds"]:
            found.pop(key, None)
        elif key not in found:
            found[key] = Synonym(row["short"], row["long"], row["agent"], row["time"])
    return sorted(found.values(), key=lambda one: (fold(one.short), one.short, one.long))


def add(archive: Archive, short: str, long: str, agent: str) -> None:
    """Let a search for either find the other; InputError for what cannot be one, or is one."""
    short, long = settle(short), settle(long)
    few, many = syllables(short), syllables(long)
    if not few or not many or len(many) > MOST_WORDS or len(few) > MOST_WORDS:
        raise InputError(
            f"`{short}` and `{long}` cannot stand for each other.",
            f"Give two forms of one to {MOST_WORDS} words, as `UBND` and `Uỷ ban nhân dân`.",
        )
    if [*map(exact, few)] == [*map(exact, many)]:
        raise InputError(f"`{short}` and `{long}` are the same words.", "Nothing is left to do.")
    with archive.transaction(full=True):
        if _known(short, long) in {_known(one.short, one.long) for one in all(archive)}:
            raise InputError(
                f"`{short}` stands for `{long}` already.", "`luutru synonyms list` shows all."
            )
        _say(archive, short, long, agent, holds=True)


def remove(archive: Archive, short: str, long: str | None, agent: str) -> list[Synonym]:
    """Take out one pair, or all of *short*; what was taken. UnknownReferenceError for none."""
    with archive.transaction(full=True):
        wanted = exact(settle(short))
        found = [
            one
            for one in all(archive)
            if exact(one.short) == wanted
            and (long is None or _known(short, long) == _known(one.short, one.long))
        ]
        if not found:
            what = f"`{settle(short)}`" + (f" for `{settle(long)}`" if long else "")
            raise UnknownReferenceError(
                f"There is no synonym {what}.", "`luutru synonyms list` shows all."
            )
        for one in found:
            _say(archive, one.short, one.long, agent, holds=False)
    return found


def lexicon(archive: Archive, spellings: bool = False) -> Lexicon:
    """What may stand in the place of a query's words in this archive; *spellings*: kỹ is kĩ."""
    said = archive.conn.execute("SELECT coalesce(max(id), 0) FROM synonym").fetchone()[0]
    cached = archive.cache.get(_CACHE)
    if not (isinstance(cached, tuple) and cached[0] == said):
        cached = archive.cache[_CACHE] = (said, _sides(archive))
    return Lexicon(cached[1], spellings)


def parsed(archive: Archive, text: str, filters: Filters | None = None) -> Query:
    """A query as this archive understands it, by its synonyms and, if *filters* say so, spellings;
    QueryError as in `archive.query.parse`."""
    return parse(text, lexicon(archive, filters is not None and filters.spellings))


def _sides(archive: Archive) -> dict[tuple[str, ...], list[tuple[str, str]]]:
    sides: defaultdict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for one in all(archive):
        for this, other in ((one.short, one.long), (one.long, one.short)):
            sides[tuple(syllables(fold(settle(this))))].append((this, other))
    return dict(sides)


def _known(short: str, long: str) -> tuple[str, ...]:
    """What a pair is known by: its words, whatever stands between them."""
    return (*syllables(exact(settle(short))), "", *syllables(exact(settle(long))))


def _say(archive: Archive, short: str, long: str, agent: str, *, holds: bool) -> None:
    archive.conn.execute(
        "INSERT INTO synonym (short, long, holds, agent, time) VALUES (?, ?, ?, ?, ?)",
        (short, long, int(holds), agent, iso(archive.clock.now())),
    )
