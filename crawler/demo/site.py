"""A sample site: its truth, and one request -> one response without a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from archive.types import Article, Attachment, Caption, Item, Link
from crawler.demo import addresses, traps
from crawler.demo.content import DemoArticle
from crawler.demo.dress import dress
from crawler.demo.markup import BASE
from crawler.demo.messages import DemoRequest, DemoResponse, Resource
from crawler.demo.plan import Family, Plan


@dataclass(frozen=True, eq=False)
class DemoSite:
    """``plans``: the site on day 1, 2, …; ``day``: the one meant where none is said."""

    slug: str
    name: str
    markup: Family
    plans: tuple[Plan, ...]
    day: int = 1
    crawl_delay: float | None = None

    @property
    def family(self) -> str:
        return self.markup.name

    def plan(self, day: int | None = None) -> Plan:
        return self.plans[(day or self.day) - 1]

    # -- the truth -------------------------------------------------------------------------------

    @cached_property
    def articles(self) -> Mapping[str, DemoArticle]:
        """Path -> article, as it stands on the site's day."""
        return self.articles_on(self.day)

    def articles_on(self, day: int) -> Mapping[str, DemoArticle]:
        plan = self.plan(day)
        return {plan.paths[article.slug]: article for article in plan.articles}

    def twins(self, day: int | None = None) -> Mapping[str, str]:
        """A second address -> the main one."""
        return addresses.twins(self.plan(day))

    def truth(self, path: str, day: int | None = None, base_url: str = "") -> Article:
        """What a perfect reader finds at *path*, a second address included. ``KeyError`` if no
        article stands there on that day."""
        plan = self.plan(day)
        main = self.twins(day).get(path, path)
        return _truth(plan, self.articles_on(day or self.day)[main], path, base_url)

    def items(self, path: str, day: int | None = None, base_url: str = "") -> tuple[Item, ...]:
        """What a perfect reader finds in the listing at *path*."""
        plan = self.plan(day)
        section, page = addresses.listings(plan)[path]
        found = (self.markup.item(plan, article) for article in plan.page(section, page))
        return tuple(
            Item(item.title, base_url + item.url, item.published, item.lead) for item in found
        )

    @cached_property
    def traps(self) -> Mapping[str, str]:
        """Name of a trap -> its path."""
        return addresses.trap_paths(self.markup, self.plan())

    @property
    def disallowed(self) -> tuple[str, ...]:
        """The forty paths under what robots.txt forbids."""
        return self.plan().inner

    def profile_toml(self, base_url: str, *, delay: float = 0.0, concurrency: int = 8) -> str:
        """The site's profile, served at *base_url* (no slash at its end)."""
        plan = self.plan(1)
        listings = [base_url + self.markup.listing_path(section) for section in plan.sections]
        host = base_url.split("//", 1)[1]
        return "\n".join(
            [
                f"name = {_quoted(self.name)}",
                f'family = "{self.family}"',
                f'hosts = ["{host}"]',
                "",
                "[start]",
                f'home = "{base_url}/"',
                f"listings = {_list(listings)}",
                f'sitemaps = ["{base_url}/sitemap.xml"]',
                f'feeds = ["{base_url}{self.markup.feed_path()}"]',
                "",
                "[crawl]",
                f"delay = {delay}",
                f"concurrency = {concurrency}",
                "",
            ]
        )

    # -- the answers -----------------------------------------------------------------------------

    def respond(self, request: DemoRequest) -> DemoResponse:
        """The answer; a pure function of the request."""
        day = request.day or self.day
        plan = self.plan(day)
        answer = self._find(plan, day, request)
        if isinstance(answer, DemoResponse):
            return answer
        if request.method not in ("GET", "HEAD") and request.method != "POST":
            return DemoResponse(405, (("Allow", "GET, HEAD"),))
        if request.tries < answer.fails:
            headers = (("Retry-After", "1"), ("Content-Type", "text/html; charset=utf-8"))
            return DemoResponse(500, headers, b"<h1>500 Internal Server Error</h1>")
        return dress(plan, answer, request)

    def _find(self, plan: Plan, day: int, request: DemoRequest) -> Resource | DemoResponse:
        if request.method in ("GET", "HEAD"):
            path = addresses.without_session(request.path)
            known = self._tables[day - 1]
            found = known.get(path) or known.get(unquote(path))
            file = known.get(path.split("?")[0])
            if found is None and isinstance(file, Resource) and file.fixed:
                found = file  # style sheets are asked for with the release in the query
            if found is not None:
                return found
            trap = traps.answer(plan, request, self.traps)
            if trap is not None:
                return trap
        other = self.markup.other(plan, request)
        return other if other is not None else addresses.missing(plan)

    @cached_property
    def _tables(self) -> tuple[Mapping[str, Resource | DemoResponse], ...]:
        return tuple(
            addresses.table(plan, self.plans[: n + 1], self.crawl_delay)
            for n, plan in enumerate(self.plans)
        )

    def paths(self, day: int | None = None) -> Iterator[str]:
        """Every address of the day's table: pages, feeds, files. Traps stand apart."""
        return iter(self._tables[(day or self.day) - 1])


def _truth(plan: Plan, article: DemoArticle, path: str, base_url: str) -> Article:
    def full(address: str) -> str:
        return base_url + address

    family = plan.family
    related = [
        Link(box.kind, a.title, full(plan.paths[a.slug]), a.published[:10])
        for box in article.boxes
        for a in plan.linked(box.slugs)
    ]
    inside = [p.link for p in article.paras if p.link is not None and p.link[1] in plan.paths]
    related += [Link("text", words, full(plan.paths[slug])) for words, slug in inside]
    photos = [(photo, full(family.photo_path(photo, article))) for photo in article.photos]
    fields: dict[str, object] = {
        "url": full(path),
        "title": article.title,
        "section": article.section,
        "lead": article.lead,
        "published": article.published,
        "authors": article.authors,
        "byline": article.byline,
        "source": article.source,
        "body": article.body,
        "captions": tuple(
            Caption(photo.caption, photo.credit, url) for photo, url in photos if photo.caption
        ),
        "related": tuple(related),
        "attachments": tuple(Attachment(a.title, full(a.url)) for a in plan.attachments(article)),
        "images": tuple(url for _, url in photos),
        "language": "vi",
        **family.truth(plan, article),
    }
    if isinstance(fields.get("canonical"), str):
        fields["canonical"] = str(fields["canonical"]).replace(BASE, base_url)
    return Article(**fields)  # type: ignore[arg-type]  # the values' kinds are those of the fields


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(entries: Sequence[str]) -> str:
    return "[\n" + "".join(f'    "{entry}",\n' for entry in entries) + "]"
