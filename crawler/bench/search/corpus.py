"""Made articles: Vietnamese syllables and words by Zipf's law, formulaic titles, dates over twenty
years, copies on other sites. The same seed gives the same articles, whatever their number.

No sentence means anything. What counts is what an index feels: how long texts are (457 syllables in
the mean), how often the most common word, pair and phrase come (a pair in 40 % of the articles),
and that rare words are rare in the way of a language.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from math import exp

from archive.syllables import TONES, bases
from archive.vietnamese import composed

GENERATOR = 1
"""Raise it with any change of what is made: kept archives are then made anew."""

FIRST, LAST = datetime(2006, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)

_SMALL = (
    "của và các trong với cho là có được đã đang sẽ những một này khi để từ tại trên theo về như "
    "đến ra vào lên cùng còn phải không nhiều mỗi mọi đó đây qua sau trước giữa nếu thì mà nên "
    "cũng rất hơn bằng"
)
_FIELD = """
hội nghị|đảng bộ|tổ chức|thực hiện|công tác|cán bộ|tuyên truyền|nghị quyết|đồng chí|bí thư|chi bộ|
phát triển|nhiệm vụ|kết quả|chỉ đạo|triển khai|báo cáo|đảng viên|tỉnh ủy|đảng ủy|nhân dân|kinh tế|
xã hội|quốc phòng|an ninh|giám sát|kiểm tra|học tập|tư tưởng|chính trị|đạo đức|phong cách|chủ tịch|
đại biểu|đại hội|nhiệm kỳ|ban thường vụ|ban chấp hành|ủy ban|hội đồng|mặt trận|tổ quốc|phụ nữ|
thanh niên|cựu chiến binh|công đoàn|nông dân|doanh nghiệp|đầu tư|dự án|nông thôn mới|chuyển đổi số|
cải cách|hành chính|khoa học|công nghệ|giáo dục|đào tạo|y tế|văn hóa|thể thao|du lịch|môi trường|
biến đổi khí hậu|phòng chống|tham nhũng|tiêu cực|lãng phí|tiết kiệm|xây dựng|chỉnh đốn|kỷ luật|
khen thưởng|thi đua|yêu nước|gương điển hình|báo cáo viên|dư luận|định hướng|thông tin|báo chí|
truyền thông|tuyên giáo|dân vận|nội chính|tôn giáo|dân tộc|biên giới|hải đảo|kỷ niệm|ngày thành lập|
lịch sử|truyền thống|cách mạng|anh hùng|liệt sĩ|thương binh|gia đình|chính sách|an sinh|giảm nghèo|
lao động|việc làm|bảo hiểm|nhà ở|giao thông|thủy lợi|lâm nghiệp|chăn nuôi|trồng trọt|xuất khẩu|
thương mại|ngân sách|thu hút|quy hoạch|đô thị|đất đai|giải phóng mặt bằng|khiếu nại|tố cáo|
tiếp công dân|pháp luật|trật tự|an toàn|phòng cháy|thiên tai|bão lũ|hạn hán|dịch bệnh|vắc xin|
sáp nhập|đơn vị hành chính|tinh gọn|bộ máy|hai cấp|chính quyền|địa phương|cơ sở|khu phố|thôn bản
""".replace("\n", "").split("|")
_TITLES = (
    "Hội nghị {0} {1} {2}", "{0} {1} năm {3}", "Đảng bộ {4} {0} {1}", "Tăng cường {0} {1} {2}",
    "{4}: {0} {1} và {2}", "Khai mạc {0} {1} lần thứ {5}", "Kết quả {0} {1} tháng {6}/{3}",
    "Đồng chí {7} làm việc với {4} về {0} {1}", "Nâng cao chất lượng {0} {1} trong {2}",
    "Sơ kết {0} {1} giai đoạn {3}", "{0} {1} {2} ở {4}", "Phát động {0} {1} tại {4}",
)  # fmt: skip
_SECTIONS = (
    "Tin tức", "Hoạt động", "Xây dựng Đảng", "Tuyên giáo", "Dân vận", "Kiểm tra", "Nội chính",
    "Kinh tế", "Văn hóa", "Giáo dục", "Y tế", "Quốc phòng", "Học tập và làm theo", "Văn bản",
    "Thông báo", "Gương sáng", "Diễn đàn", "Lịch sử", "Ảnh", "Chuyển đổi số",
)  # fmt: skip
_PROVINCES = (
    ("Bình Phước", "Đồng Nai"), ("Đồng Nai", "Đồng Nai"), ("Hòa Bình", "Phú Thọ"),
    ("Vĩnh Phúc", "Phú Thọ"), ("Phú Thọ", "Phú Thọ"), ("Nam Định", "Ninh Bình"),
    ("Hà Nam", "Ninh Bình"), ("Ninh Bình", "Ninh Bình"), ("Lạng Sơn", "Lạng Sơn"),
    ("Cao Bằng", "Cao Bằng"), ("Bến Tre", "Vĩnh Long"), ("Trà Vinh", "Vĩnh Long"),
    ("Vĩnh Long", "Vĩnh Long"), ("Kon Tum", "Quảng Ngãi"), ("Quảng Ngãi", "Quảng Ngãi"),
    ("Phú Yên", "Đắk Lắk"), ("Đắk Lắk", "Đắk Lắk"), ("Long An", "Tây Ninh"),
    ("Tây Ninh", "Tây Ninh"), ("Huế", "Huế"),
)  # fmt: skip
SITES = 40
_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Lò", "Vừ", "Đặng", "Bùi", "Nông", "Ksor", "Y")
_MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Hữu", "Ngọc", "Thanh", "Quang")
_LASTS = ("Mây", "Sơn", "Hà", "Lan", "Dũng", "Hùng", "Thủy", "Bình", "Trang", "Tuấn", "Hạnh", "Nam")


@dataclass(frozen=True, slots=True)
class Made:
    """One article. ``site``: a number below :data:`SITES`. ``copy_of``: the number of the article
    that it has its text of; numbers begin with 0."""

    number: int
    site: int
    title: str
    lead: str
    body: tuple[str, ...]
    caption: str
    author: str
    section: tuple[str, ...]
    published: datetime | None
    copy_of: int | None = None


def province(site: int) -> tuple[str, str]:
    """The province of a site before and since July 2025."""
    return _PROVINCES[site % len(_PROVINCES)]


def articles(count: int, seed: int = 1) -> Iterator[Made]:
    """The first *count* articles; one in twenty is a copy of one of the two hundred before it."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    words = _Words.of(seed)
    recent: list[Made] = []
    for number in range(count):
        if recent and dice.random() < 0.05:
            one = dice.choice(recent)
            later = one.published + timedelta(hours=dice.randint(1, 200)) if one.published else None
            made = replace(
                one, number=number, site=(one.site + dice.randint(1, SITES - 1)) % SITES,
                published=later, copy_of=one.number if one.copy_of is None else one.copy_of,
            )  # fmt: skip
        else:
            made = _article(number, dice, words)
        recent = [*recent[-199:], made]
        yield made


def _article(number: int, dice: random.Random, words: _Words) -> Made:
    site = min(int(dice.expovariate(1 / 9)), SITES - 1)
    length = min(4000, max(60, int(exp(dice.gauss(5.78, 0.62)))))  # words; a mean of 457 syllables
    body = []
    while length > 0:
        step = min(length, dice.randint(40, 120))
        body.append(words.paragraph(dice, step))
        length -= step
    section: tuple[str, ...] = (dice.choice(_SECTIONS),)
    if dice.random() < 0.3:
        section = (*section, f"Chuyên mục {site % 7} {dice.choice(_SECTIONS).lower()}")
    return Made(
        number, site, words.title(dice), words.sentence(dice, 16), tuple(body),
        words.sentence(dice, 7) if dice.random() < 0.6 else "", _name(dice), section,
        None if dice.random() < 0.01 else _published(dice),
    )  # fmt: skip


def _published(dice: random.Random) -> datetime:
    share = dice.random() ** 0.5  # more of late
    return FIRST + timedelta(minutes=int(share * ((LAST - FIRST) // timedelta(minutes=1))))


def _name(dice: random.Random) -> str:
    return f"{dice.choice(_NAMES)} {dice.choice(_MIDDLES)} {dice.choice(_LASTS)}"


@dataclass(frozen=True)
class _Words:
    """The vocabulary with its frequencies, cumulated."""

    words: Sequence[str]
    weights: Sequence[float]
    rare: Sequence[str]
    rare_weights: Sequence[float]

    @classmethod
    @cache
    def of(cls, seed: int) -> _Words:
        """The field's words and the small ones; and eight thousand more, made of two syllables."""
        dice = random.Random(seed + 1)  # noqa: S311  # no secret
        syllables = _syllables(dice)
        by_rank = list(accumulate(1 / (rank + 2) for rank in range(len(syllables))))
        pairs = dict.fromkeys(
            " ".join(dice.choices(syllables, cum_weights=by_rank, k=2)) for _ in range(12_000)
        )
        rare = list(pairs)[:8_000]
        weights = [0.9 / (rank + 6) for rank in range(_SMALL.count(" ") + 1)]
        weights += [1.0 / (rank + 9) ** 1.08 for rank in range(len(_FIELD))]
        return cls(
            [*_SMALL.split(), *_FIELD], list(accumulate(weights)),
            rare, list(accumulate(1 / (rank + 30) for rank in range(len(rare)))),
        )  # fmt: skip

    def take(self, dice: random.Random, count: int) -> list[str]:
        """*count* words: one in four of the rarer ones."""
        found = dice.choices(self.words, cum_weights=self.weights, k=count)
        places = [place for place in range(count) if dice.random() < 0.25]
        for place, word in zip(
            places, dice.choices(self.rare, cum_weights=self.rare_weights, k=len(places)),
            strict=True,
        ):  # fmt: skip
            found[place] = word
        return found

    def paragraph(self, dice: random.Random, count: int) -> str:
        words = self.take(dice, count)
        parts = []
        while words:
            step = dice.randint(9, 24)
            parts.append(_spelled(words[:step]))
            words = words[step:]
        return " ".join(parts)

    def sentence(self, dice: random.Random, count: int) -> str:
        return _spelled(self.take(dice, count))

    def title(self, dice: random.Random) -> str:
        form = dice.choice(_TITLES)
        words = self.take(dice, 3)
        field = dice.choice(_FIELD)
        text = form.format(
            field, words[0], words[1], dice.randint(2006, 2026),
            f"{dice.choice(('xã', 'phường', 'huyện'))} {words[2].title()}", dice.randint(1, 30),
            dice.randint(1, 12), _name(dice),
        )  # fmt: skip
        return text[:1].upper() + text[1:]


def _syllables(dice: random.Random) -> list[str]:
    """Syllables with their tones, in the order of their frequency to be."""
    found: list[str] = []
    for base, (place, stop) in sorted(bases().items()):
        tones = [TONES[1], TONES[4]] if stop else ["", *TONES]
        found += [
            composed(base[: place + 1] + tone + base[place + 1 :])
            for tone in dice.sample(tones, k=2)
        ]
    dice.shuffle(found)
    return found


def _spelled(words: Sequence[str]) -> str:
    text = " ".join(words)
    return f"{text[:1].upper()}{text[1:]}."
