"""robots.txt, the sitemap index with its sitemaps, and the RSS feed of a site."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

from crawler.demo.content import DemoArticle
from crawler.demo.dates import HANOI
from crawler.demo.markup import BASE, escape
from crawler.demo.plan import Plan

INNER = "/noi-bo/"
INNER_COUNT = 40
_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def inner_paths() -> tuple[str, ...]:
    """The addresses that robots.txt forbids, and that pages link to all the same."""
    return tuple(f"{INNER}tai-lieu-{n:02}.html" for n in range(1, INNER_COUNT + 1))


def robots(plan: Plan, crawl_delay: float | None) -> str:
    lines = ["# Trang mẫu", "User-agent: *", f"Disallow: {INNER}"]
    lines += [f"Disallow: {path}" for path in plan.family.login_paths]
    if crawl_delay is not None:
        lines.append(f"Crawl-delay: {crawl_delay:g}")
    return "\n".join([*lines, "", f"Sitemap: {BASE}/sitemap.xml", ""])


def sitemap_index(plan: Plan) -> str:
    entries = "\n".join(
        f"<sitemap><loc>{BASE}{escape(path)}</loc><lastmod>{plan.date.isoformat()}</lastmod></sitemap>"
        for path in plan.family.sitemap_paths()
    )
    return f"{_HEAD}<sitemapindex {_XMLNS}>\n{entries}\n</sitemapindex>\n"


def article_sitemap(plan: Plan) -> str:
    entries = "\n".join(
        f"<url><loc>{BASE}{escape(plan.paths[a.slug])}</loc>"
        f"<lastmod>{plan.family.lastmod(a)}</lastmod><changefreq>weekly</changefreq></url>"
        for a in plan.articles
    )
    return f"{_HEAD}<urlset {_XMLNS}>\n{entries}\n</urlset>\n"


def page_sitemap(plan: Plan) -> str:
    paths = ["/", *(plan.family.listing_path(section) for section in plan.sections)]
    entries = "\n".join(f"<url><loc>{BASE}{escape(path)}</loc></url>" for path in paths)
    return f"{_HEAD}<urlset {_XMLNS}>\n{entries}\n</urlset>\n"


def rss(plan: Plan, newest: int = 20) -> str:
    entries = "\n".join(_entry(plan, article) for article in plan.articles[:newest])
    name = escape(plan.site_name)
    return (
        f'{_HEAD}<rss version="2.0"><channel>\n<title>{name}</title>\n<link>{BASE}/</link>\n'
        f"<description>{name}</description>\n<language>vi</language>\n{entries}\n</channel></rss>\n"
    )


def _entry(plan: Plan, article: DemoArticle) -> str:
    link = BASE + escape(plan.paths[article.slug])
    teaser = escape(f"<p>{article.lead or article.paras[0].text}</p>")
    return (
        f"<item><title>{escape(article.title)}</title><link>{link}</link>"
        f'<guid isPermaLink="true">{link}</guid><description>{teaser}</description>'
        f"<pubDate>{format_datetime(moment(article.published))}</pubDate></item>"
    )


def moment(published: str) -> datetime:
    """A published date as a time to sort and to say by: a day alone begins at midnight."""
    when = datetime.fromisoformat(published)
    return when if when.tzinfo else when.replace(tzinfo=HANOI)


def modified(article: DemoArticle) -> datetime:
    """When the article's page was last changed."""
    return moment(article.edited or article.published) + timedelta(seconds=1)
