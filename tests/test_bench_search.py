"""`luutru bench search`: what it makes is what it says, an archive like any other, and measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, pstdev

import pytest
from click.testing import CliRunner

from archive import index, search, stories
from archive.cli.progress import Progress
from archive.db import Archive
from archive.index_text import text_of
from archive.ops.verify import verify
from archive.syllables import is_syllable
from archive.types import Article
from archive.vietnamese import exact, fold
from crawler.bench.search import beside, indexing, kept, known, peers, run
from crawler.bench.search.asked import Asked, Peer
from crawler.bench.search.corpus import SITES, Corpus
from crawler.bench.search.queries import KINDS, queries
from crawler.bench.search.row import p
from crawler.bench.search.sample import sample_of, words_of
from crawler.bench.search.vocabulary import vocabulary
from crawler.bench.search.written import write
from crawler.commands.bench import command


@contextmanager
def silent(_label: str) -> Iterator[Progress]:
    yield lambda _done, _total: None


SIZE = 500
CORPUS = Corpus(7, SIZE)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus in an archive with its index."""
    made = tmp_path_factory.mktemp("search") / "made.db"
    write(made, CORPUS)
    indexing.build(made, SIZE)
    return made


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive.open(path, readonly=True) as opened:
        yield opened


# -- the articles ---------------------------------------------------------------------------------


def folded_words(article: Article) -> list[str]:
    """The folded words of title, lead and body, without punctuation."""
    text = "\n".join((article.title, article.lead or "", *(one.text for one in article.body)))
    return fold(text).replace(",", " ").replace(".", " ").split()


def test_articles_have_the_lengths_and_dates_of_news() -> None:
    made = list(CORPUS)
    lengths = [len(folded_words(one.article)) for one in made]
    assert 400 < mean(lengths) < 520
    assert pstdev(lengths) > 180
    titles = [len(one.article.title.split()) for one in made]
    assert min(titles) >= 8
    assert max(titles) <= 18
    years = [int(one.article.published[:4]) for one in made if one.article.published]
    assert (min(years), max(years)) == (2006, 2026)
    assert sum(year >= 2021 for year in years) > 0.4 * SIZE
    assert 0 < SIZE - len(years) < 0.04 * SIZE
    assert {one.site for one in made} == set(range(SITES))


def test_a_twentieth_of_the_articles_are_copies_on_other_sites() -> None:
    copies = [one for number, one in enumerate(CORPUS) if one.original != number]
    assert 0.02 * SIZE < len(copies) < 0.09 * SIZE
    for one in copies:
        other = CORPUS.article(one.original)
        assert other.original == one.original
        assert one.article.body == other.article.body
    assert any(one.site != CORPUS.article(one.original).site for one in copies)


def test_some_articles_have_earlier_versions() -> None:
    made = [one for one in Corpus(7, 1000) if len(one.versions) > 1]
    assert 2 <= len(made) <= 25
    for one in made:
        assert len({(v.title, v.body) for v in one.versions}) == len(one.versions)


def test_an_article_is_the_same_in_every_corpus_of_its_seed() -> None:
    assert Corpus(7, 10).article(9) == Corpus(7, 10_000).article(9)
    assert Corpus(8, 10).article(9) != Corpus(7, 10).article(9)


def test_phrases_stand_in_their_share_of_the_articles() -> None:
    texts = [f" {exact(' '.join(words_of(one.article)))} " for one in CORPUS]
    shares = {
        phrase: sum(f" {phrase} " in text for text in texts) / SIZE
        for phrase, _ in vocabulary(7).planted
    }
    for phrase, share in vocabulary(7).planted:
        # Words of the field make a planted phrase by chance too, or hold it.
        assert 0.6 * share - 0.01 < shares[phrase] < 1.5 * share + 0.03, phrase
    assert 0.33 < shares["hội nghị"] < 0.5
    rare = {number: phrase for number in range(10_000) if (phrase := vocabulary(7).rare_at(number))}
    assert len(rare) == len(vocabulary(7).rare)
    for number, phrase in list(rare.items())[:4]:
        assert f" {phrase} " in f" {' '.join(words_of(CORPUS.article(number).article))} "


def test_syllables_are_vietnamese_and_as_frequent_as_in_news() -> None:
    counts = sample_of(CORPUS).exact
    letters = [one for one in counts if one.isalpha()]
    assert len(letters) > 1500
    assert all(map(is_syllable, letters))
    ranked = [number for _, number in counts.most_common()]
    assert ranked[0] > 0.9 * SIZE
    assert 0.35 * SIZE < ranked[100] < 0.75 * SIZE
    assert ranked[1000] < 0.1 * SIZE


# -- the archive ----------------------------------------------------------------------------------


def test_verify_finds_nothing_but_that_near_copies_were_not_looked_for(archive: Archive) -> None:
    wrong = {one.check: one.found for one in verify(archive) if one.problems}
    assert list(wrong) == ["copies"]
    assert "were compared" in wrong["copies"][0]


def test_stories_are_those_that_a_comparison_makes(tmp_path: Path) -> None:
    corpus = Corpus(7, 200)
    write(tmp_path / "a.db", corpus)
    with Archive.open(tmp_path / "a.db") as archive:
        sql = "SELECT key, story_id IS NULL FROM article ORDER BY key"
        told = "SELECT key, first_seen, first_dated FROM story ORDER BY key"
        before = [list(map(tuple, archive.conn.execute(one))) for one in (sql, told)]
        assert len(before[1]) > 3
        stories.rebuild(archive)
        index.rebuild(archive)
        assert [list(map(tuple, archive.conn.execute(one))) for one in (sql, told)] == before
        assert not [one for one in verify(archive) if one.problems]


def test_the_bytes_of_text_are_those_that_are_indexed(tmp_path: Path) -> None:
    size = write(tmp_path / "a.db", Corpus(7, 100))
    with Archive.open(tmp_path / "a.db", readonly=True) as archive:
        ids = [row[0] for row in archive.conn.execute("SELECT version_id FROM article")]
        indexed = sum(
            len(column.replace("\n", "").encode())
            for one in ids
            for column in text_of(archive, one).columns()
        )
    assert size == indexed


# -- the queries ----------------------------------------------------------------------------------


def test_every_query_can_be_asked_and_finds_what_its_kind_says(archive: Archive) -> None:
    asked = queries(sample_of(CORPUS), each=3)
    assert [one.kind for one in asked] == [name for name in KINDS for _ in range(3)]
    assert asked == queries(sample_of(CORPUS), each=3)
    assert asked == [Asked.of_json(json.loads(json.dumps(one.to_json()))) for one in asked]
    found: dict[str, list[int]] = {}
    for one in asked:
        if one.text:
            total = search.search(archive, one.text, one.filters).total
        else:
            total = search.browse(archive, one.filters).total
        found.setdefault(one.kind, []).append(total)
    assert found["no match"] == [0, 0, 0]
    assert min(found["common phrase, exact"]) > 0.2 * SIZE
    for kind in ("common word", "rare phrase (0.01 %)", "phrase of 4 to 6 syllables, exact",
                 "phrase of 4 to 6 syllables, without accents", "OR", "NOT", "prefix",
                 "title: field", "4 loose words, without accents"):  # fmt: skip
        assert min(found[kind]) > 0, kind
    assert max(found["phrase of 4 to 6 syllables, exact"]) < 0.1 * SIZE


@pytest.mark.parametrize("name", peers.NAMES)
def test_peers_find_the_same_number(archive: Archive, path: Path, name: str) -> None:
    if not peers.installed(name):
        pytest.skip(f"{name} is not installed")
    place = path.with_name(name)
    peers.BUILD[name](place, ((number, one.article) for number, one in enumerate(CORPUS, 1)))
    told = (
        Asked('"hội nghị"', peer=Peer(("hội nghị",))),
        Asked('"hội nghị" OR "đường dây nóng"', peer=Peer(("hội nghị", "đường dây nóng"), "any")),
        Asked('"hội nghị" NOT "tuyên truyền"', peer=Peer(("hội nghị", "tuyên truyền"), "but")),
        Asked('title:"hội nghị"', peer=Peer(("hội nghị",), title=True)),
        Asked('"hội nghị" "tuyên truyền"', peer=Peer(("hội nghị", "tuyên truyền"))),
        Asked("ngh*", peer=Peer(("ngh",), "prefix", marks=False)),
    )
    there = [one for one in told if peers.can(name, one)]
    assert len(there) == (6 if name == "fts5" else 5)
    times = peers.timed(peers.ASK[name](place), there)
    # Captions and sections are not among what peers are given.
    columns = "(title:{0} OR lead:{0} OR body:{0})"
    for one, (_, found) in zip(there, times, strict=True):
        assert one.peer is not None
        ours = search.search(archive, one.text if one.peer.title else _in(one.peer, columns))
        assert found == pytest.approx(ours.total, abs=0 if name == "tantivy" else 3), one


def _in(peer: Peer, columns: str) -> str:
    star = "*" if peer.how == "prefix" else ""
    parts = [columns.format(f'"{phrase}"{star}') for phrase in peer.phrases]
    return {"any": " OR ", "but": " NOT "}.get(peer.how, " AND ").join(parts)


# -- the whole ------------------------------------------------------------------------------------


def test_it_runs_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = ("common phrase, exact", "OR", "title: field", "author: field", "browse, no query")
    monkeypatch.setattr("crawler.bench.search.queries.KINDS", {name: KINDS[name] for name in some})
    monkeypatch.setattr(known, "ITEMS", 30)
    monkeypatch.setattr(run, "COLD", 1)
    told = CliRunner().invoke(command, [
        "search", "--articles", "300", "--keep", str(tmp_path), "--format", "json",
        "--queries", "2", "--peer", "--known-items",
    ], catch_exceptions=False)  # fmt: skip
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)
    by_what = {row["what"]: row for row in rows}
    assert len(by_what) == len(rows)
    for name in (*some, "all"):
        row = by_what[name]
        for column in ("search", "facets", "both", "cold"):
            assert 0 < row[f"{column}_p50"] <= row[f"{column}_p95"], name
    assert by_what["all"]["queries"] == 2 * len(some)
    assert by_what["plain FTS5: all of these"]["queries"] == 6
    assert 20 < by_what["memory of searching, MB"]["value"] < 300
    assert 0.5 < by_what["index, bytes a byte of text"]["value"] < 5
    assert by_what["index, ms an article"]["value"] > 0
    for how in ("with accents", "without accents"):
        share = by_what[f"known item among the first 10, {how}"]["value"]
        assert share > by_what[f"plain FTS5: known item among the first 10, {how}"]["value"] - 0.2
        assert 0.3 < share <= 1
    assert (tmp_path / "search-300.db").exists()


def test_a_kept_archive_of_another_corpus_or_index_is_made_anew(tmp_path: Path) -> None:
    bar = silent
    first, state = kept.built(tmp_path, Corpus(1, 100), bar, reindex=False)
    assert kept.built(tmp_path, Corpus(1, 100), bar, reindex=False) == (first, state)
    with Archive.open(first) as archive:
        inode = first.stat().st_ino
        archive.conn.execute("UPDATE index_state SET complete = 0")
    _, again = kept.built(tmp_path, Corpus(1, 100), bar, reindex=False)
    assert again.index != state.index
    assert first.stat().st_ino == inode
    with Archive.open(first, readonly=True) as archive:
        index.require(archive)
    _, other = kept.built(tmp_path, Corpus(2, 100), bar, reindex=False)
    assert other.seed == 2


def test_a_peer_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "NAMES", {"tantivy": "Tantivy"})
    monkeypatch.setattr(peers, "find_spec", lambda _: None)
    told: list[str] = []
    sample = sample_of(Corpus(1, 100))
    assert not list(beside.by_peers(tmp_path, sample, 1, silent, told.append))
    assert told == ["Tantivy is not installed, so it is not measured: `pip install tantivy`."]


def test_search_is_measured_alone() -> None:
    told = CliRunner().invoke(command, ["search", "size"])
    assert told.exit_code == 2
    assert "alone" in told.output


def test_percentiles_are_values_that_were_measured() -> None:
    assert p([], 95) is None
    assert p([3.0, 1.0, 2.0], 50) == 2
    assert p(range(1, 101), 95) == 95
    assert p([4.0, 8.0], 100) == 8
