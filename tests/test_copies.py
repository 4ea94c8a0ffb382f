"""Near copies: which texts are, which are not, and that neither order nor number matters."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rereading import problems
from strategies import Walker, article

from archive import articles, copies, copies_state, events, index, migrations, stories
from archive.clock import FixedClock
from archive.content import content_of
from archive.copies_diff import compare
from archive.db import Archive
from archive.fingerprints import Fingerprint, Weight, figures, figures_fit, fingerprint, share
from archive.story_members import members, order, source_line
from crawler.bench.copies import accuracy, of_corpora
from crawler.bench.copies_made import labelled, lookalikes, written
from crawler.cli import group

CORPORA = Path(__file__).parents[1] / ".." / "shared" / "corpora"
# Every other one with figures, which short texts that differ must share.
SENTENCES = [
    " ".join(written(seed, 1).paragraphs).replace(".", f" ngày {seed}/{seed}." if seed % 2 else ".")
    for seed in range(12)
]


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def pairs(archive: Archive) -> list[tuple[int, ...]]:
    return [tuple(row) for row in archive.conn.execute("SELECT * FROM copy_pair ORDER BY 1, 2")]


def in_stories(archive: Archive) -> dict[int, int]:
    rows = archive.conn.execute("SELECT id, story_id FROM article WHERE story_id IS NOT NULL")
    return {row[0]: row[1] for row in rows}


# -- what a near copy is --------------------------------------------------------------------------


def test_a_copy_is_retitled_reframed_respelled_and_shortened(walker: Walker) -> None:
    other = Walker.begin(walker.archive, "khac")
    sentences = [*SENTENCES[:4], "Đồng chí Bí thư Đảng ủy xã hòa giải thành 12 vụ việc tại thôn."]
    walker.see(article("http://x.vn/1", "Một hội nghị", " ".join(sentences)))
    respelled = sentences[4].replace("ủy", "uỷ").replace("hòa", "HOÀ").replace(".", "!")
    other.see(article("http://y.vn/1", "Tựa khác hẳn", "(TTXVN) - " + sentences[0], *sentences[1:4],
                      respelled, *SENTENCES[8:11]))  # fmt: skip
    other.see(article("http://y.vn/2", "Rút gọn", *sentences[:3]))
    assert pairs(walker.archive) == [(1, 2, 5, 5), (1, 3, 3, 3), (2, 3, 3, 3)]
    assert len(set(in_stories(walker.archive).values())) == 1


def test_the_lead_is_text_and_captions_are_not(walker: Walker) -> None:
    walker.see(article("http://x.vn/1", "Một", *SENTENCES[1:3], lead=SENTENCES[0]))
    walker.see(article("http://x.vn/2", "Hai", *SENTENCES[:3]))
    assert pairs(walker.archive) == [(1, 2, 3, 3)]


@pytest.mark.parametrize(
    ("shared", "of", "syllables", "near"),
    [(4, 5, 60, True), (3, 4, 60, False), (8, 10, 99, True), (79, 100, 900, False),
     (1, 1, 40, True), (1, 1, 39, False), (2, 2, 39, False), (0, 0, 0, False), (0, 3, 90, False)],
)  # fmt: skip
def test_four_in_five_of_the_shorter(shared: int, of: int, syllables: int, near: bool) -> None:
    one, other = Weight(of, syllables), Weight(of + 3, syllables + 80)
    assert (
        share(one, other, shared) == share(other, one, shared) == ((shared, of) if near else None)
    )


def test_short_formulas_are_no_copies(walker: Walker) -> None:
    short = "Lịch công tác của Thường trực Tỉnh ủy, mời xem trong tệp đính kèm."
    for number in range(3):
        walker.see(article(f"http://x.vn/{number}", f"Lịch tuần {number}", short))
    walker.see(article("http://x.vn/4", "Tin dài", short, *SENTENCES[:5]))
    assert pairs(walker.archive) == []
    assert in_stories(walker.archive) == {}


def test_a_dateline_and_a_short_sentence_count_nothing() -> None:
    plain = fingerprint([SENTENCES[0]])
    for start in ("(TTXVN) - ", "ĐCSVN – ", "baocamau.vn: ", "BT - "):
        assert fingerprint([start + SENTENCES[0], "Ảnh: TTXVN. Hết."]) == plain
    assert fingerprint(["TÓM LẠI LÀ " + SENTENCES[0]]) != plain
    assert Fingerprint.from_bytes(plain.to_bytes()) == plain


# -- measured -------------------------------------------------------------------------------------


def test_precision_and_recall_on_made_copies_and_look_alikes() -> None:
    told = accuracy(labelled(30))
    assert told.true > 2500
    assert told.precision >= 0.98, told.wrong
    assert told.recall >= 0.95, told.missed


def test_look_alikes_are_no_copies() -> None:
    pairs_of = lookalikes()
    assert len(pairs_of) >= 30
    told = accuracy((f"{n}{side}", text) for n, pair in enumerate(pairs_of)
                    for side, text in zip("ab", pair, strict=True))  # fmt: skip
    assert told.wrong == ()


def test_short_texts_that_differ_must_agree_in_figures(walker: Walker) -> None:
    """A notice that comes each month says four sentences of five again, on another day."""
    same = SENTENCES[:4]
    day = "Buổi tiếp công dân định kỳ của Bí thư Huyện ủy diễn ra ngày {} tháng {} năm nay."
    walker.see(article("http://x.vn/1", "Tháng 5", day.format(15, 5), *same))
    walker.see(article("http://x.vn/2", "Tháng 6", day.format(16, 6), *same))
    assert pairs(walker.archive) == []
    edited = day.format(15, 5).replace("Buổi", "Phiên")
    walker.see(article("http://x.vn/3", "Sửa lời", edited, *same))
    assert pairs(walker.archive) == [(1, 3, 4, 5)]
    long = SENTENCES[:11]  # of eleven sentences ten say enough
    walker.see(article("http://x.vn/4", "Dài", day.format(17, 7), *long))
    walker.see(article("http://x.vn/5", "Dài", day.format(18, 8), *long))
    assert (4, 5, 11, 12) in pairs(walker.archive)


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside the project")
def test_pairs_of_the_corpora() -> None:
    """Two CMS versions of one site hold the same twelve articles: their titles say which."""
    told = accuracy(of_corpora(CORPORA))
    assert (told.true, told.precision, told.recall) == (12, 1.0, 1.0)


# -- any order, any history -----------------------------------------------------------------------

bodies = st.one_of(
    st.lists(st.integers(0, 11), min_size=1, max_size=7, unique=True),
    st.integers(3, 6).map(lambda size: list(range(size))),
)
steps = st.lists(st.tuples(st.integers(0, 6), st.none() | bodies), min_size=4, max_size=16)


def _remove(archive: Archive, article_id: int) -> None:
    """As a rewriting removes an article that another reader does not see."""
    with archive.transaction() as conn:
        conn.execute("PRAGMA defer_foreign_keys = ON")
        left = stories.leave(archive, [article_id])
        index.drop(archive, article_id)
        for table in ("event", "article_page", "link", "version"):
            conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
        conn.execute("DELETE FROM article WHERE id = ?", (article_id,))
        stories.update(archive, left=left)


def _walk(archive: Archive, history: list[tuple[int, list[int] | None]]) -> None:
    walker = Walker.begin(archive)
    for number, body in history:
        url = f"http://x.vn/{number}"
        if body is not None:
            walker.see(article(url, f"Tin {len(body) % 2}", *(SENTENCES[one] for one in body)))
        else:
            row = archive.conn.execute(
                "SELECT id FROM article WHERE key = ?", (articles.key_of_url(url),)
            ).fetchone()
            if row is not None:
                _remove(archive, row[0])


def _brute(archive: Archive) -> tuple[set[tuple[str, ...]], set[tuple[str, str]]]:
    """Stories and near pairs by comparing each two current texts, from nothing but these."""
    rows = archive.conn.execute("SELECT id, key FROM article").fetchall()
    shown = {row["key"]: articles.current(archive, row["id"]).article for row in rows}
    texts = {key: fingerprint(block.text for block in one.body) for key, one in shown.items()}
    said = {key: figures(block.text for block in one.body) for key, one in shown.items()}
    count: dict[int, int] = defaultdict(int)
    for text in texts.values():
        for digest in text.sentences:
            count[digest] += 1
    kept = {key: {d: n for d, n in text.sentences.items() if count[d] <= copies.CROWD}
            for key, text in texts.items()}  # fmt: skip
    weights = {key: Weight(len(one), sum(one.values())) for key, one in kept.items()}
    near = {
        (a, b) for a, b in combinations(sorted(texts), 2)
        if (told := share(weights[a], weights[b], len(kept[a].keys() & kept[b].keys())))
        and (
            told[0] == told[1]
            or (
                (weights[a].counted > weights[b].counted or figures_fit(said[a], said[b]))
                and (weights[b].counted > weights[a].counted or figures_fit(said[b], said[a]))
            )
        )
    }  # fmt: skip
    equal = {
        (a, b) for a, b in combinations(sorted(texts), 2)
        if "" != content_of(shown[a]).text_digest == content_of(shown[b]).text_digest
    }  # fmt: skip
    groups = {key: {key} for key in texts}
    for a, b in near | equal:
        merged = groups[a] | groups[b]
        for key in merged:
            groups[key] = merged
    return {tuple(sorted(one)) for one in groups.values() if len(one) > 1}, near


def _held(archive: Archive) -> tuple[set[tuple[str, ...]], set[tuple[str, str]]]:
    found: dict[str, list[str]] = defaultdict(list)
    for story, key in archive.conn.execute(
        """SELECT story.key, article.key FROM article JOIN story ON story.id = article.story_id
           ORDER BY article.key"""
    ):
        found[story].append(key)
    assert all(name == keys[0] for name, keys in found.items())
    near = {
        tuple(sorted(row))
        for row in archive.conn.execute(
            """SELECT one.key, other.key FROM copy_pair JOIN article one ON one.id = one_id
               JOIN article other ON other.id = other_id"""
        )
    }
    return {tuple(keys) for keys in found.values()}, near  # type: ignore[return-value]  # pairs


histories = given(steps, st.sampled_from([3, 4, 300]), st.randoms(use_true_random=False))


@settings(max_examples=15)
@histories
def test_any_history_leads_to_what_the_texts_say(history, crowd, dice) -> None:
    _lead_to_what_the_texts_say(history, crowd, dice)


@pytest.mark.long
@settings(max_examples=300)
@histories
def test_hundreds_of_histories_lead_to_what_the_texts_say(history, crowd, dice) -> None:
    _lead_to_what_the_texts_say(history, crowd, dice)


def _lead_to_what_the_texts_say(
    history: list[tuple[int, list[int] | None]], crowd: int, dice: random.Random
) -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    with (
        mock.patch.object(copies, "CROWD", crowd),
        TemporaryDirectory() as folder,
        Archive.create(f"{folder}/a.db", clock) as archive,
    ):
        _walk(archive, history)
        assert _held(archive) == _brute(archive)
        assert problems(archive) == []
        last = dict(history)  # each address with its last text, in another order
        rest = [(number, body) for number, body in last.items() if body is not None]
        dice.shuffle(rest)
        with Archive.create(f"{folder}/b.db", clock) as again:
            _walk(again, rest)
            assert _held(again) == _held(archive)


# -- crowds, events, order ------------------------------------------------------------------------


def test_what_stands_everywhere_says_nothing(walker: Walker) -> None:
    """A site's imprint connects no texts while it stands in a crowd of them."""
    frame = SENTENCES[:4]
    with mock.patch.object(copies, "CROWD", 5):
        for number in range(5):
            own = written(100 + number, 1).paragraphs
            walker.see(article(f"http://x.vn/{number}", f"Tin {number}", *frame, *own))
        assert len(pairs(walker.archive)) == 10  # four in five are the same: copies as yet
        own = written(200, 1).paragraphs
        walker.see(article("http://x.vn/9", "Tin 9", *frame, *own))
        assert pairs(walker.archive) == []
        assert in_stories(walker.archive) == {}
        walker.see(article("http://x.vn/9", "Tin 9", *written(201, 4).paragraphs))
        assert len(pairs(walker.archive)) == 10


def test_a_merger_and_a_split_are_told_once_and_briefly(walker: Walker) -> None:
    one, other = SENTENCES[:4], SENTENCES[4:8]
    for number, body in enumerate((one, one, other, other)):
        walker.see(article(f"http://x.vn/{number}", f"Tin {number}", *body))
    assert len(set(in_stories(walker.archive).values())) == 2

    def told() -> list[tuple[int | None, int]]:
        every = events.since(walker.archive, 0)
        return [(one.article_id, len(one.data["members"])) for one in every if one.kind == "story"]

    assert sorted(told()) == [(1, 2), (2, 2), (3, 2), (4, 2)]
    walker.see(article("http://x.vn/4", "Cầu nối", *one, *other))
    assert len(set(in_stories(walker.archive).values())) == 1
    assert {(who, n) for who, n in told()[4:]} == {(3, 5), (4, 5), (5, 5)}
    walker.see(article("http://x.vn/4", "Cầu nối", *SENTENCES[8:12]))
    assert in_stories(walker.archive).keys() == {1, 2, 3, 4}
    assert len(set(in_stories(walker.archive).values())) == 2
    with mock.patch("archive.story_rows.MOST_NAMED", 2):
        walker.see(article("http://x.vn/5", "Thêm", *one))
    (last,) = [one for one in events.since(walker.archive, 0) if one.article_id == 6][1:]
    assert (len(last.data["members"]), last.data["more"]) == (2, 1)


def test_members_stand_in_the_order_of_first_sight(walker: Walker) -> None:
    other = Walker.begin(walker.archive, "khac")
    walker.see(article("http://x.vn/1", "Một", *SENTENCES[:5], published="2026-02-28"))
    other.see(article("http://y.vn/1", "Hai", *SENTENCES[:4], "Theo Báo Nhân Dân"))
    walker.see(article("http://x.vn/1", "Một sửa", *SENTENCES[:5], published="2026-02-28"))
    found = members(walker.archive, 2)
    assert [(one.site, one.shared, one.of, one.equal) for one in found] == [
        ("binh-son", 4, 4, False), ("khac", 4, 4, True),
    ]  # fmt: skip
    assert [one.source for one in found] == [None, "Báo Nhân Dân"]
    assert order(walker.archive, in_stories(walker.archive)[1]) == [1, 2]
    # an older capture that comes late makes its article the first
    walker.clock.advance(-30 * 86_400)
    other.see(article("http://y.vn/1", "Hai, lúc đầu", *SENTENCES[6:9]))
    assert order(walker.archive, in_stories(walker.archive)[1]) == [2, 1]
    assert problems(walker.archive) == []


@pytest.mark.parametrize(
    ("line", "source"),
    [("(Theo baochinhphu.vn)", "baochinhphu.vn"), ("Nguồn: TTXVN.", "TTXVN"),
     ("Theo báo cáo của Ban Chỉ đạo, đến nay toàn tỉnh đã có 12 xã đạt chuẩn.", None)],
)  # fmt: skip
def test_a_last_line_names_the_source(line: str, source: str | None) -> None:
    assert source_line(article("http://x.vn/1", "Tin", SENTENCES[0], line)) == source


# -- archives of earlier releases -----------------------------------------------------------------


def test_an_older_archive_is_compared_by_reindex(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive.create(path, FixedClock(datetime(2026, 3, 1, tzinfo=UTC))) as archive:
        walker = Walker.begin(archive)
        for number in range(3):
            walker.see(article(f"http://x.vn/{number}", f"Tin {number}", *SENTENCES[:5]))
        expected = _held(archive)
        with archive.transaction() as conn:  # as an archive that schema_4 has just come to
            for table in ("sentence", "copy_pair", "copy_text", "copy_state"):
                conn.execute(f"DROP TABLE {table}")
            conn.execute("UPDATE article SET story_id = NULL")
            conn.execute("DELETE FROM story")
            conn.execute("ALTER TABLE story ADD COLUMN text_digest TEXT NOT NULL DEFAULT ''")
            conn.execute("CREATE INDEX story_text ON story (text_digest)")
            conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'schema_4'")
    with Archive.open(path) as archive:
        assert "schema_4" in migrations.applied(archive.conn)
        assert not copies_state.complete(archive)
        assert any("`luutru reindex`" in one or "near copies are missing" in one
                   for one in problems(archive))  # fmt: skip
    run = CliRunner().invoke(group, ["reindex", "--archive", str(path)])
    assert run.exit_code == 0, run.output
    with Archive.open(path) as archive:
        assert _held(archive) == expected
        assert problems(archive) == []


# -- commands -------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with Archive.create(path, FixedClock(datetime(2026, 3, 1, tzinfo=UTC))) as archive:
        Walker.begin(archive).see(article("http://x.vn/1", "Hội nghị", *SENTENCES[:5]))
        changed = SENTENCES[2].replace(" ", " mới ", 1)
        Walker.begin(archive, "khac").see(
            article("http://y.vn/1", "Bản sao", *SENTENCES[:2], changed, *SENTENCES[3:5],
                    SENTENCES[7], published="2026-02-28")
        )  # fmt: skip
    return path


def _run(path: Path, *arguments: str) -> str:
    run = CliRunner().invoke(group, [*arguments, "--archive", str(path)])
    assert run.exit_code == 0, run.output
    return run.stdout


def test_show_lists_copies(kept: Path) -> None:
    out = _run(kept, "show", "http://x.vn/1")
    assert "Copies:   2 on 2 sites" in out
    assert "khac: seen 2026-03-01 00:00Z, dated 2026-02-28, 4 of the 5 sentences" in out
    first, second = json.loads(_run(kept, "show", "http://x.vn/1", "--format", "json"))["copies"]
    assert (first["site"], second["site"], second["shared"], second["of"]) == (
        "binh-son", "khac", 4, 5,
    )  # fmt: skip


def test_diff_of_two_copies(kept: Path) -> None:
    out = _run(kept, "diff", "http://x.vn/1", "http://y.vn/1")
    assert "4 sentences the same, 1 changed, 0 only in a, 1 only in b" in out
    assert "{+" in out
    assert f"+ {SENTENCES[7]}" in out
    told = json.loads(_run(kept, "diff", "http://x.vn/1", "http://y.vn/1", "--format", "json"))
    assert [one["op"] for one in told["changes"]] == ["changed", "added"]
    assert [one["after"] for one in told["changes"]] == [2, 5]
    rows = _run(kept, "diff", "http://x.vn/1", "http://y.vn/1", "--format", "jsonl").splitlines()
    assert len(rows) == 2
    run = CliRunner().invoke(group, ["diff", "http://x.vn/1", "http://x.vn/1", "--archive",
                                     str(kept)])  # fmt: skip
    assert run.exit_code != 0
    assert "addresses of one article" in str(run.exception)


def test_spelling_alone_is_no_difference(archive: Archive) -> None:
    walker = Walker.begin(archive)
    walker.see(article("http://x.vn/1", "A", "Đảng ủy xã hòa giải thành. Hết."))
    walker.see(article("http://x.vn/2", "B", "Đảng uỷ xã HOÀ giải thành! Hết."))
    found = compare(articles.current(archive, 1), articles.current(archive, 2))
    assert [change.op for change in found.changes] == ["same", "same"]
