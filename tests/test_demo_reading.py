"""The sample pages read apart, by their family and by the generic rules alone: the whole truth."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.types import Exchange
from crawler.demo import plaintext
from crawler.demo.messages import DemoRequest
from crawler.demo.sites import build
from crawler.profile import generic, load
from crawler.reading import read

SEED = Path(__file__).parents[2] / "shared" / "seed" / "lang-son-article.txt"
BASE = "http://127.0.0.1:8000"
BARE = plaintext.read("Một tiêu đề ngắn\n\n05/3/2021 08:15\n\n  Câu đầu của bài.\n\n  Câu cuối.\n")


def profiles(site, folder):
    own = folder / site.slug  # two sites on one address may not share a folder
    own.mkdir()
    (own / f"{site.slug}.toml").write_text(site.profile_toml(BASE), encoding="utf-8")
    return {"family": load(site.slug, [own]), "generic": generic(BASE)}


def reading(site, path, profile, day):
    request = DemoRequest(path, headers={"host": BASE[7:]}, day=day, tries=3, visit=11)
    answer = site.respond(request)
    exchange = Exchange(
        BASE + path, datetime(2026, 11, 22, tzinfo=UTC), status=answer.status,
        headers=answer.headers, body=answer.body,
    )  # fmt: skip
    article = read(exchange, profile, "article").article
    assert article is not None, path
    return replace(article, evidence={})


@pytest.mark.parametrize("rules", ["family", "generic"])
@pytest.mark.parametrize("site", build(), ids=lambda site: site.slug)
def test_every_article_is_read_right(site, rules, tmp_path):
    profile = profiles(site, tmp_path)[rules]
    for path in (*site.articles_on(1), *site.twins(1)):
        assert reading(site, path, profile, 1) == site.truth(path, 1, BASE)
    first = site.articles_on(1)
    changed = [path for path, article in site.articles_on(2).items() if first.get(path) != article]
    assert len(changed) == 7
    for path in changed:
        assert reading(site, path, profile, 2) == site.truth(path, 2, BASE)


@pytest.mark.parametrize("rules", ["family", "generic"])
def test_the_real_article_is_read_right_in_every_markup(rules, tmp_path):
    if not SEED.exists():
        pytest.skip("the real article is not in this checkout")
    real = plaintext.read(SEED.read_text(encoding="utf-8"))
    for site in build(extra=[real]):
        path = next(p for p, a in site.articles.items() if a.slug == real.slug)
        found = reading(site, path, profiles(site, tmp_path)[rules], 1)
        assert found == site.truth(path, 1, BASE)
        assert found.published == "2023-06-26T16:23+07:00"
        assert (len(found.body), len(found.captions), found.related) == (6, 3, ())
        assert found.lead is None and found.authors[0].name == "La Thị Nhung"


def test_two_articles_of_one_title_and_no_section_stand_side_by_side():
    for site in build(extra=[BARE, BARE]):
        found = [path for path, article in site.articles.items() if article.title == BARE.title]
        assert len(found) == 2
        assert site.truth(found[0]).section == ("Tin tức - Sự kiện",)
