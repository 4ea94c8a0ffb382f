"""63 provinces before 1 July 2025, 34 after."""

from __future__ import annotations

import unicodedata
from collections import Counter

from crawler.provinces import provinces

MERGED_FROM = {
    "lam-dong": {"dak-nong", "binh-thuan"}, "ninh-binh": {"ha-nam", "nam-dinh"},
    "ho-chi-minh": {"binh-duong", "ba-ria-vung-tau"}, "phu-tho": {"vinh-phuc", "hoa-binh"},
    "lang-son": set(), "hue": set(),
}  # fmt: skip


def test_63_become_34_and_each_is_reachable() -> None:
    known = provinces()
    now = {province.now for province in known.values()}
    assert len(known) == 63
    assert len(now) == 34
    assert all(known[slug].kept for slug in now), "one of the 34 that does not stand itself"
    assert sum(province.kept for province in known.values()) == 34


def test_eleven_are_unchanged_and_no_merger_has_more_than_three() -> None:
    sizes = Counter(province.now for province in provinces().values())
    assert sum(size == 1 for size in sizes.values()) == 11
    assert max(sizes.values()) == 3


def test_mergers() -> None:
    known = provinces()
    for now, before in MERGED_FROM.items():
        assert {p.slug for p in known.values() if p.now == now and not p.kept} == before


def test_slugs_are_the_names_without_marks() -> None:
    for province in provinces().values():
        name = province.name.lower().replace("đ", "d").removeprefix("thành phố ")
        plain = "".join(
            c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)
        )
        assert province.slug == "-".join(plain.replace("-", " ").split())
