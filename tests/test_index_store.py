"""Whatever a site does, the index holds just the words of the current versions."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexed import wrong
from stored import ARTICLE, HOST, Store

from archive import articles
from archive.search import search
from archive.types import Block
from archive.vietnamese import fold, syllables

WORDS = ["đảng", "ủy", "uỷ", "hội", "nghị", "bạn", "ban", "số"]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
looks = st.tuples(
    st.sampled_from(["1", "2", "3"]),
    st.one_of(st.none(), st.tuples(texts, texts)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(looks, max_size=12), st.sampled_from(WORDS))
def test_the_index_follows_every_look(seen: list[tuple[str, object]], word: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "a.db")
        for page, shown in seen:
            url = f"{HOST}/{page}.html"
            if isinstance(shown, tuple):
                title, body = shown
                article = replace(ARTICLE, title=title, body=(Block("paragraph", body),))
                store.see(article, url)
            else:
                store.see(None, url, 404)
        archive = store.archive
        assert wrong(archive) == []
        expected = {
            version.key
            for version in articles.iterate(archive)
            if fold(word) in syllables(fold(all_text(version.article)))
        }
        found = search(archive, fold(word), limit=100)
        keys = {hit.key for hit in found.hits}
        copies = {key for more in found.copies.values() for key in more}
        assert keys | copies == expected
        assert found.total == len(expected)
        archive.close()


def all_text(article: object) -> str:
    from archive.types import Article

    assert isinstance(article, Article)
    return "\n".join(
        [
            article.title, article.lead or "", *(block.text for block in article.body),
            *(f"{one.text} {one.credit}" for one in article.captions), article.byline or "",
            *article.section, *article.tags, *(one.title for one in article.attachments),
        ]
    )  # fmt: skip
