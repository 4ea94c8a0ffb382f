"""Addresses: one article at two of them, copies that stay two, and moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from indexed import wrong
from strategies import Walker, article

from archive import articles, events, pages, versions
from archive.db import Archive
from archive.types import Article

MAIN = "http://x.vn/tin/1.html"
PRINT = "http://x.vn/print/1.html"


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def told(walker: Walker) -> list[tuple[str, object]]:
    return [(event.kind, event.data) for event in events.since(walker.archive, 0)]


def redirect(walker: Walker, start: str, end: str) -> None:
    kept = walker.look(start, b"", status=301, headers=(("Location", end),))
    with walker.archive.transaction():
        page = pages.get(walker.archive, walker.page_id(start))
        pages.set_state(walker.archive, page.id, state="moved")
    target = walker.page_id(end)
    with walker.archive.transaction():
        versions.moved(walker.archive, page.id, target, kept.capture_id)


def go(walker: Walker, url: str) -> bool:
    return walker.lose(url, b"")


def state(walker: Walker, number: int = 1) -> str:
    assert wrong(walker.archive) == []
    return articles.current(walker.archive, number).state


def number_of_articles(walker: Walker) -> int:
    return int(walker.archive.conn.execute("SELECT count(*) FROM article").fetchone()[0])


# -- canonical links ------------------------------------------------------------------------------


def test_a_print_view_is_an_alias(walker: Walker) -> None:
    walker.see(article(MAIN, canonical=MAIN))
    stored = walker.see(article(PRINT, "Hội nghị sơ kết", "Bản in.", canonical=MAIN))
    assert (stored.article_id, stored.outcome) == (1, "copy")
    assert walker.see(article(PRINT, "Hội nghị sơ kết", "Bản in khác.")).outcome == "copy"
    assert number_of_articles(walker) == 1
    assert [kind for kind, _ in told(walker)] == ["new"]
    assert articles.resolve(walker.archive, PRINT) == articles.resolve(walker.archive, MAIN) == 1
    assert articles.resolve(walker.archive, articles.key_of_url(PRINT)) == 1
    assert versions.last_reader(walker.archive, walker.page_id(PRINT)) is None


def test_the_alias_may_come_first(walker: Walker) -> None:
    walker.see(article(PRINT, "Hội nghị sơ kết", "Bản in.", canonical=MAIN))
    stored = walker.see(article(MAIN))
    assert (stored.article_id, stored.outcome) == (1, "reread")
    assert number_of_articles(walker) == 1
    version = articles.current(walker.archive, 1)
    assert version.article.body == article(MAIN).body
    assert version.key == articles.key_of_url(PRINT)  # of its earliest captured page
    assert walker.see(article(MAIN)).outcome == "unchanged"
    assert walker.see(article(PRINT, "Hội nghị sơ kết", "Bản in.")).outcome == "copy"
    assert state(walker) == "live"


def test_two_aliases_of_a_page_never_captured(walker: Walker) -> None:
    walker.see(article(PRINT, canonical=MAIN))
    stored = walker.see(article(f"{PRINT}?mobile", canonical=MAIN))
    assert (stored.article_id, stored.outcome) == (1, "copy")


def test_a_canonical_link_that_all_pages_share_joins_nothing(walker: Walker) -> None:
    home = "http://x.vn/"
    one = article("http://x.vn/1", "Tin một", "Một hai ba bốn năm sáu bảy tám.", canonical=home)
    two = article("http://x.vn/2", "Tin hai", "Tám bảy sáu năm bốn ba hai một.", canonical=home)
    assert [walker.see(shown).outcome for shown in (one, two, one)] == ["new", "new", "unchanged"]
    assert walker.see(article(home, "Trang chủ", "Chào mừng.")).outcome == "new"


def test_a_canonical_link_to_another_site_joins_nothing(walker: Walker) -> None:
    other = Walker.begin(walker.archive, "khac")
    other.see(article("http://y.vn/1"))
    assert walker.see(article(MAIN, canonical="http://y.vn/1")).outcome == "new"


def test_an_alias_takes_over_when_the_main_address_goes(walker: Walker) -> None:
    walker.see(article(MAIN))
    walker.see(article(PRINT, canonical=MAIN))
    assert not go(walker, MAIN)
    assert state(walker) == "live"
    assert go(walker, PRINT)
    assert state(walker) == "gone"
    assert walker.see(article(MAIN)).outcome == "back"
    assert state(walker) == "live"
    assert walker.see(article(MAIN, "Khác")).outcome == "changed"


# -- copies ---------------------------------------------------------------------------------------


def test_two_live_addresses_are_two_articles_and_one_story(walker: Walker) -> None:
    walker.see(article(MAIN))
    assert walker.see(article(PRINT)).outcome == "new"
    stories = walker.archive.conn.execute("SELECT story_id FROM article").fetchall()
    assert {row[0] for row in stories} == {1}


# -- moves ----------------------------------------------------------------------------------------

NEW = "http://x.vn/bai-viet/1.html"


def test_moved_by_a_redirect(walker: Walker) -> None:
    walker.see(article(MAIN))
    redirect(walker, MAIN, NEW)
    assert state(walker) == "moved"
    assert [kind for kind, _ in told(walker)] == ["new"]
    stored = walker.see(article(NEW))
    assert (stored.article_id, stored.outcome) == (1, "moved")
    assert told(walker)[1] == ("moved", {"from": MAIN, "to": NEW})
    assert state(walker) == "live"
    assert articles.resolve(walker.archive, MAIN) == articles.resolve(walker.archive, NEW) == 1
    assert articles.current(walker.archive, 1).key == articles.key_of_url(MAIN)
    redirect(walker, MAIN, NEW)
    assert walker.see(article(NEW)).outcome == "unchanged"
    assert walker.see(article(NEW, "Khác")).outcome == "changed"
    assert [kind for kind, _ in told(walker)] == ["new", "moved", "changed"]
    assert len(articles.versions(walker.archive, 1)) == 2


def test_moved_and_edited_at_once(walker: Walker) -> None:
    walker.see(article(MAIN))
    redirect(walker, MAIN, NEW)
    assert walker.see(article(NEW, "Hội nghị sơ kết", "Viết lại.")).outcome == "changed"
    assert [kind for kind, _ in told(walker)] == ["new", "moved", "changed"]


def test_moved_twice(walker: Walker) -> None:
    walker.see(article(MAIN))
    redirect(walker, MAIN, NEW)
    walker.see(article(NEW))
    redirect(walker, NEW, f"{NEW}?3")
    assert walker.see(article(f"{NEW}?3")).outcome == "moved"
    assert {articles.resolve(walker.archive, url) for url in (MAIN, NEW, f"{NEW}?3")} == {1}


def test_an_address_that_gave_a_key_away_names_nothing_else(walker: Walker) -> None:
    first, second, third = MAIN, "http://x.vn/tin/2.html", "http://x.vn/tin/3.html"
    walker.see(article(first))
    redirect(walker, first, second)
    walker.see(article(second))
    redirect(walker, second, third)
    other = walker.see(article(first, "Một bài khác hẳn", "Nội dung không liên quan."))
    assert other.outcome == "copy"
    assert number_of_articles(walker) == 1
    assert articles.resolve(walker.archive, first) == 1


def test_a_redirect_to_something_else_is_no_move(walker: Walker) -> None:
    walker.see(article(MAIN))
    redirect(walker, MAIN, NEW)
    other = article(NEW, "Lịch tiếp công dân", "Bảy tám chín mười một hai ba bốn năm.")
    assert walker.see(other).outcome == "new"
    assert number_of_articles(walker) == 2
    assert state(walker) == "moved"
    assert [kind for kind, _ in told(walker)] == ["new", "new"]
    assert walker.see(article(MAIN)).outcome == "back"


def test_a_redirect_that_is_taken_back(walker: Walker) -> None:
    walker.read(walker.look(MAIN, b"one"), article(MAIN))
    redirect(walker, MAIN, NEW)
    kept = walker.look(MAIN, b"one")
    with walker.archive.transaction():
        versions.shown_again(walker.archive, kept.capture_id)
    assert [kind for kind, _ in told(walker)] == ["new", "back"]
    assert state(walker) == "live"


def test_a_redirect_onto_another_live_article(walker: Walker) -> None:
    walker.see(article(MAIN))
    walker.see(article(NEW))
    redirect(walker, MAIN, NEW)
    redirect(walker, MAIN, NEW)
    moves = [data for kind, data in told(walker) if kind == "moved"]
    assert moves == [{"from": MAIN, "to": NEW}]
    assert (state(walker), state(walker, 2)) == ("moved", "live")
    assert articles.resolve(walker.archive, MAIN) == 1


def test_a_redirect_onto_its_own_alias(walker: Walker) -> None:
    walker.see(article(MAIN))
    walker.see(article(PRINT, canonical=MAIN))
    redirect(walker, MAIN, PRINT)
    assert told(walker)[-1] == ("moved", {"from": MAIN, "to": PRINT})
    assert walker.see(article(PRINT, "Khác")).outcome == "changed"


def test_a_redirect_that_always_was(walker: Walker) -> None:
    short = "http://x.vn/1"
    redirect(walker, short, MAIN)
    walker.see(article(MAIN))
    assert articles.resolve(walker.archive, short) == 1  # by its last capture
    redirect(walker, short, MAIN)
    assert articles.resolve(walker.archive, articles.key_of_url(short)) == 1


def test_the_same_text_where_the_old_address_is_gone(walker: Walker) -> None:
    walker.see(article(MAIN))
    go(walker, MAIN)
    stored = walker.see(article(NEW))
    assert (stored.article_id, stored.outcome) == (1, "moved")
    assert [kind for kind, _ in told(walker)] == ["new", "gone", "moved"]
    assert state(walker) == "live"


def test_the_same_text_of_another_committee_is_no_move(walker: Walker) -> None:
    other = Walker.begin(walker.archive, "khac")
    walker.see(article(MAIN))
    go(walker, MAIN)
    assert other.see(article("http://y.vn/1")).outcome == "new"


def test_short_texts_are_alike_by_chance(walker: Walker) -> None:
    def short(url: str) -> Article:
        return replace(article(url, "Thông báo", "Xem tệp đính kèm."))

    walker.see(short(MAIN))
    go(walker, MAIN)
    assert walker.see(short(NEW)).outcome == "new"


def test_moved_then_gone(walker: Walker) -> None:
    walker.see(article(MAIN))
    redirect(walker, MAIN, NEW)
    assert go(walker, MAIN)
    assert state(walker) == "gone"


def test_no_step_walks_through_a_site(walker: Walker) -> None:
    """Without statistics SQLite likes the index on sites: then each new article reads them all."""
    plans: list[str] = []
    conn = walker.archive.conn
    statements: list[str] = []
    conn.set_trace_callback(statements.append)
    for shown in (article(MAIN, canonical=PRINT), article(NEW), article(MAIN, "Khác")):
        walker.see(shown)
    conn.set_trace_callback(None)
    for statement in statements:
        if statement.lstrip().startswith(("SELECT", "UPDATE")) and "found_url" not in statement:
            plans += [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert len(plans) > 50
    walked = {plan for plan in plans if plan.startswith("SCAN") or "article_site" in plan}
    assert walked <= {
        "SCAN header", "SCAN site", "SCAN watch", "SCAN index_state", "SCAN copy_state",
        "SCAN CONSTANT ROW",
        "SCAN json_each VIRTUAL TABLE INDEX 1:", "SCAN main.search_text_config",
    }  # small, all of them  # fmt: skip
