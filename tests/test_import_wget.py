"""What wget recorded of a sample site is read as a crawl of that site reads it."""

import gzip
import subprocess
from datetime import date
from pathlib import Path

import pytest
from crawling import crawl, luutru, rows, served, value
from importing import bring, dump, wacz
from tools import wget

from archive import articles
from archive.db import Archive
from crawler.demo.sites import build

FIELDS = ("title", "section", "lead", "published", "authors", "byline", "source", "body",
          "captions", "related", "attachments", "tags")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A sample site crawled, and recorded by wget: pages and their requisites, two links deep."""
    folder = tmp_path_factory.mktemp("wget")
    (site,) = (one for one in build(today=date(2026, 3, 2), count=9) if one.family == "liferay")
    with served(folder, site) as server:
        server.dynamic = False
        done = crawl(folder, site.slug, archive="crawled.db")
        assert done.outcome == "finished", done.messages
        call = [wget(), "-q", "-r", "-l", "2", "-p", "--delete-after", "-t", "1", "-T", "2",
                "--no-proxy", "-P", str(folder / "files"), "--warc-file", str(folder / "wget"),
                "--warc-tempdir", str(folder), f"{server.urls[site.slug]}/"]  # fmt: skip
        subprocess.run(call, check=False, timeout=60)  # its status tells of links that are dead
    return folder


@pytest.mark.long
def test_articles_are_those_of_a_crawl(folder, tmp_path):
    called = luutru(
        tmp_path, "import", str(folder / "wget.warc.gz"), "--sites", str(folder / "sites"),
        "--archive", "wget.db", "--format", "csv",
    )  # fmt: skip
    assert called.stdout.startswith("file,outcome,captures,known,new,changed,skipped,left out\n")
    # the one that is left out is the site's trap, 64 MB of zeros in some kB
    assert called.returncode == 1
    assert "a payload of more than" in called.stderr
    with (
        Archive.open(folder / "crawled.db", readonly=True) as crawled,
        Archive.open(tmp_path / "wget.db", readonly=True) as imported,
    ):
        ours = {version.key: version.article for version in articles.iterate(crawled)}
        theirs = {version.key: version.article for version in articles.iterate(imported)}
    assert len(theirs) > 5
    assert theirs.keys() <= ours.keys()
    for key, article in theirs.items():
        for name in FIELDS:
            assert getattr(article, name) == getattr(ours[key], name), (article.url, name)
    assert any(article.captions for article in theirs.values())
    assert value(tmp_path / "wget.db", "SELECT count(DISTINCT site_id) FROM article") == 1
    states = dict(rows(tmp_path / "wget.db", "SELECT state, count(*) FROM page GROUP BY 1"))
    assert states["moved"], "its redirects are hops of their own"
    assert "luutru/" not in "".join(
        text for (text,) in rows(tmp_path / "wget.db", "SELECT request_headers FROM capture")
    )
    assert value(tmp_path / "wget.db", "SELECT count(*) FROM header WHERE value LIKE 'Wget/%'") == 1
    assert value(tmp_path / "wget.db", "SELECT count(*) FROM page WHERE kind = 'robots'") == 1

    nothing_new(folder, tmp_path)


def nothing_new(folder: Path, tmp_path: Path) -> None:
    """The same as WACZ, without compression, or again."""
    (tmp_path / "sites").symlink_to(folder / "sites")
    warc = folder / "wget.warc.gz"
    packed = wacz(tmp_path / "wget.wacz", {"archive/data.warc.gz": warc.read_bytes()})
    plain = tmp_path / "wget.warc"
    plain.write_bytes(gzip.decompress(warc.read_bytes()))
    before = dump(tmp_path / "wget.db")
    told = bring(tmp_path, packed, plain, warc, archive="wget.db")
    assert [one.tally["captures"] for one in told] == [0, 0, 0]
    assert dump(tmp_path / "wget.db") == before
