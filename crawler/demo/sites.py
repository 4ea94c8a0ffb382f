"""The three sample sites, built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crawler.demo import addresses, catalogue, feeds, traps
from crawler.demo.content import DemoArticle
from crawler.demo.liferay import Liferay
from crawler.demo.nukeviet import NukeViet
from crawler.demo.plan import Family, Plan
from crawler.demo.sharepoint import SharePoint
from crawler.demo.site import DemoSite

TODAY = date(2026, 11, 20)
"""The sample sites' own first day; what is recent there is counted from it."""

COUNT = 60
DAYS = 2

_SITES: tuple[tuple[str, str, Family], ...] = (
    ("demo-nukeviet", "Đảng ủy Khối các cơ quan tỉnh Vân Sơn (trang mẫu)", NukeViet()),
    ("demo-liferay", "Đảng bộ Khối các cơ quan và doanh nghiệp Hà Khê (trang mẫu)", Liferay()),
    ("demo-sharepoint", "Ban Tuyên giáo Tỉnh ủy Lâm Giang (trang mẫu)", SharePoint()),
)


def build(
    day: int = 1,
    extra: Sequence[DemoArticle] = (),
    *,
    count: int = COUNT,
    today: date = TODAY,
    crawl_delay: float | None = 0.05,
) -> tuple[DemoSite, ...]:
    """The sites, with *extra* articles in each; *count* is how many more articles a site has.

    ``day`` is what is meant where none is said. ``crawl_delay`` (seconds, ``None``: no line)
    stands in the robots.txt of the Liferay site alone.
    """
    return tuple(
        DemoSite(
            slug,
            name,
            family,
            _plans(family, slug, name, catalogue.articles(slug, count, today), tuple(extra), today),
            day,
            crawl_delay if family.name == "liferay" else None,
        )
        for slug, name, family in _SITES
    )


def _plans(
    family: Family,
    slug: str,
    name: str,
    known: tuple[DemoArticle, ...],
    extra: tuple[DemoArticle, ...],
    today: date,
) -> tuple[Plan, ...]:
    every = catalogue.place(slug, (*known, *map(catalogue.given, extra)))
    plans: list[Plan] = []
    for day in range(1, DAYS + 1):
        standing = [state for article in every if (state := article.at(day)) is not None]
        standing.sort(key=lambda a: (a.published, a.number), reverse=True)
        plan = Plan(
            family, name, day, today, tuple(standing), catalogue.sections(every),
            inner=feeds.inner_paths(), by_slug={a.slug: a for a in standing},
        )  # fmt: skip
        paths = {a.slug: _path(plan, a) for a in standing}
        where = addresses.trap_paths(family, plan)
        plan = replace(plan, paths=paths)
        twins = ((plan.by_slug[slug].title, twin) for twin, slug in _twins(plan))
        odd = ((title, where[trap]) for trap, title in traps.TITLES.items())
        plans.append(replace(plan, traps=(*twins, *odd)))
    return tuple(plans)


def _twins(plan: Plan) -> list[tuple[str, str]]:
    """Second address and slug of the articles that have two."""
    slugs = {path: slug for slug, path in plan.paths.items()}
    return [(twin, slugs[main]) for twin, main in addresses.twins(plan).items()]


def _path(plan: Plan, article: DemoArticle) -> str:
    """The address, which a moved article leaves on day 2 for one under another number."""
    section = plan.section_of(article)
    if article.fate == "moved" and plan.day > 1:
        elsewhere = replace(article, slug=article.slug + "-moi", number=article.number + 500)
        return plan.family.article_path(elsewhere, section)
    return plan.family.article_path(article, section)
