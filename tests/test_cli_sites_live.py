"""`luutru sites add`, `record` and `check` as processes, against sites on loopback."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from case_sites import of_family
from crawling import (
    CONTACT,
    SmallSite,
    article,
    demo_sites,
    gap,
    luutru,
    page,
    redirect,
    robots,
    rows,
    served,
)
from filelock import FileLock

from archive.clock import SystemClock
from archive.errors import InputError
from crawler.commands.sites import add
from crawler.demo.dates import HANOI

ITEMS = tuple(f"/tin/bai-{n}" for n in range(1, 6))
NEWS = page("Tin tức", body="".join(f'<h3><a href="{u}">Hội nghị số {n} của Đảng ủy Khối</a></h3>'
                                    for n, u in enumerate(ITEMS)))  # fmt: skip


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A user's own folder of profiles, empty."""
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


def call(folder: Path, *arguments: str) -> Any:
    return luutru(folder, *arguments, timeout=300)


def news_site(**more: Any) -> SmallSite:
    pages: dict[str, Any] = {"/chuyen-muc/tin-tuc": NEWS}
    pages |= {url: article(n) for n, url in enumerate(ITEMS)}
    return SmallSite(pages | more, links=("/chuyen-muc/tin-tuc",))


# -- add ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "family",
    ["nukeviet", *(pytest.param(one, marks=pytest.mark.long) for one in ("liferay", "sharepoint"))],
)
def test_a_sample_site_is_added_and_crawled_at_once(
    family: str, tmp_path: Path, mine: Path
) -> None:
    today = SystemClock().now().astimezone(HANOI).date().isoformat()
    sites = [one for one in demo_sites(today) if one.family == family]
    with served(tmp_path, *sites) as server:
        base = server.urls[sites[0].slug]
        done = call(tmp_path, "sites", "add", base, "--sites", "mine", "--name", "mau",
                    "--contact", CONTACT)  # fmt: skip
        assert done.returncode == 0, done.stderr
        asked = [entry.path for entry in server.log]
        assert len(asked) <= 12
        assert asked[0] == "/robots.txt"
        assert not set(asked) & set(sites[0].disallowed)
        assert all(CONTACT in entry.user_agent for entry in server.log)
        table = tomllib.loads((mine / "mau.toml").read_text(encoding="utf-8"))
        assert table["family"] == family
        assert table["name"] == sites[0].name
        assert table["start"]["home"] == f"{base}/"
        assert len(table["start"]["listings"]) >= 6
        assert table["start"]["sitemaps"] == [f"{base}/sitemap.xml"]
        assert "Article 3" in done.stdout
        assert "published" in done.stdout
        crawled = call(tmp_path, "crawl", "mau", "--sites", "mine", "--limit", "40",
                       "--archive", "a.db", "--format", "json")  # fmt: skip
        assert crawled.returncode == 0, crawled.stderr
    assert json.loads(crawled.stdout)[0]["outcome"] == "limit"
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM article")[0][0] > 5


@pytest.mark.long
def test_sites_of_the_other_families_are_known(tmp_path: Path, mine: Path) -> None:
    families = ["vportal", "fitc", "hungyen-portal", "aspnet", "ims", "zce"]
    with served(tmp_path, *map(of_family, families)) as server:

        def add(family: str) -> Any:
            return call(tmp_path, "sites", "add", server.urls[family], "--dry-run",
                        "--format", "json")  # fmt: skip

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(add, families))
    for family, one in zip(families, done, strict=True):
        assert one.returncode == 0, one.stderr
        told = json.loads(one.stdout)
        assert told["family"] == family
        assert told["file"] is None
        pages = [page_ for page_ in told["pages"] if page_["role"] == "article"]
        assert pages, family
        assert all({"title", "published", "body"} <= page_["fields"].keys() for page_ in pages)
    assert not list(mine.iterdir())


@pytest.mark.long
def test_an_unknown_cms_is_said_and_nothing_is_overwritten(tmp_path: Path, mine: Path) -> None:
    with served(tmp_path, news_site()) as server:
        call_add = ("sites", "add", f"{server.urls['small']}/chuyen-muc/tin-tuc", "--sites", "mine")
        done = call(tmp_path, *call_add)
        assert done.returncode == 0, done.stderr
        assert "No CMS was recognised" in done.stdout
        (path,) = mine.glob("*.toml")
        assert tomllib.loads(path.read_text(encoding="utf-8"))["family"] == "generic"
        path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
        again = call(tmp_path, *call_add, "--name", path.stem)
        assert (again.returncode, "--force" in again.stderr) == (2, True)
        assert path.read_text(encoding="utf-8").endswith("# mine\n")
        forced = call(tmp_path, *call_add, "--force")
        assert forced.returncode == 0, forced.stderr
        assert "# mine" not in path.read_text(encoding="utf-8")


def test_a_profile_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file") as told:
        add.write(tmp_path / "gone" / "tinhuy.toml", "")
    assert "--sites" in told.value.next_step


@pytest.mark.long
def test_the_pace_of_robots_txt_holds_from_round_to_round(tmp_path: Path, mine: Path) -> None:
    site = news_site(**{"/robots.txt": robots("Allow: /", "Crawl-delay: 1")})
    with served(tmp_path, site) as server:
        done = call(tmp_path, "sites", "add", server.urls["small"], "--sites", "mine")
        times = [entry.time for entry in server.log]
    assert done.returncode == 0, done.stderr
    assert len(times) >= 7
    assert gap(times) > 0.7  # one that was noted late brings the next one nearer
    (path,) = mine.glob("*.toml")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["crawl"]["delay"] == 1.0


def test_hosts_that_a_crawl_holds_are_not_asked(tmp_path: Path, mine: Path) -> None:
    site = SmallSite({})
    with served(tmp_path, site) as server:
        base = server.urls["small"]
        name = hashlib.sha256(base.split("//")[1].encode()).hexdigest()[:24]
        (tmp_path / "hosts").mkdir(exist_ok=True)
        with FileLock(tmp_path / "hosts" / f"{name}.lock"):
            done = call(tmp_path, "sites", "add", base, "--sites", "mine")
    assert (done.returncode, site.asked) == (1, [])
    assert "Another crawl is at work" in done.stderr


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "robots": ({"/robots.txt": robots("Disallow: /")}, 1, "robots.txt"),
    "elsewhere": ({"/": redirect("https://moi.example.vn/")}, 2, "sites add https://moi.example.vn/"),
    "missing": ({"/": page("Không có", status=404)}, 1, "status 404"),
    "login": ({"/": page("Đăng nhập", body='<input type="password">')}, 1, "login"),
    "parked": ({"/": page("Domain for sale", body="<p>Buy this domain.</p>")}, 1, "notice"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_site_of_which_no_profile_can_be_made(why: str, tmp_path: Path, mine: Path) -> None:
    pages, status, told = REFUSED[why]
    with served(tmp_path, SmallSite(pages)) as server:
        done = call(tmp_path, "sites", "add", server.urls["small"], "--sites", "mine")
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(mine.iterdir())


def test_without_a_folder_nothing_is_asked(tmp_path: Path) -> None:
    site = SmallSite({})
    with served(tmp_path, site) as server:
        done = call(tmp_path, "sites", "add", server.urls["small"])
    assert (done.returncode, site.asked) == (2, [])
    assert "mkdir my-sites" in done.stderr


# -- record and check -----------------------------------------------------------------------------


@pytest.fixture
def known(tmp_path: Path) -> Iterator[tuple[Path, SmallSite, str]]:
    """A site with a profile in *folder* / "sites", served."""
    site = news_site()
    site.start = 'listings = ["BASE/chuyen-muc/tin-tuc"]'
    with served(tmp_path, site) as server:
        yield tmp_path, site, server.urls["small"]


def test_a_page_is_recorded_and_checked(known: tuple[Path, SmallSite, str]) -> None:
    folder, site, base = known
    url = f"{base}{ITEMS[0]}"
    done = call(folder, "sites", "record", "small", url, "--sites", "sites")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["title"] == "Hội nghị số 0"
    assert [request.path for request in site.asked] == ["/robots.txt", ITEMS[0]]
    (case,) = (folder / "sites" / "cases" / "small").iterdir()
    assert case.name == "article-bai-1"
    before = len(site.asked)
    again = call(folder, "sites", "record", "small", url, "--sites", "sites")
    assert (again.returncode, len(site.asked)) == (2, before)
    assert "--force" in again.stderr

    good = call(folder, "sites", "check", "--sites", "sites", "--format", "json")
    assert good.returncode == 0, good.stderr
    changes = json.loads(good.stdout)
    assert {c["state"] for c in changes if c["page"] == "article-bai-1"} == {"same"}
    assert "verified = true" in good.stderr

    site.pages[ITEMS[0]] = page("Trang chủ", *ITEMS)
    bad = call(folder, "sites", "check", "small", "--sites", "sites")
    assert bad.returncode == 1
    assert "lost" in bad.stdout
    assert "verified" not in bad.stderr


@pytest.mark.long
def test_a_case_is_taken_from_an_archive(known: tuple[Path, SmallSite, str]) -> None:
    folder, site, base = known
    call(folder, "crawl", "small", "--sites", "sites", "--archive", "a.db")
    asked = len(site.asked)
    done = call(folder, "sites", "record", "small", f"{base}{ITEMS[1]}", "--sites", "sites",
                "--from-archive", "a.db", "--cases", "cho-khac", "--case", "bai-hai")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(site.asked) == asked
    assert (folder / "cho-khac" / "small" / "bai-hai" / "page.html").is_file()
    missing = call(folder, "sites", "record", "small", f"{base}/tin/khong", "--sites", "sites",
                   "--from-archive", "a.db")  # fmt: skip
    assert missing.returncode == 2
    assert "has no answer" in missing.stderr


@pytest.mark.long
def test_what_cannot_be_recorded(known: tuple[Path, SmallSite, str]) -> None:
    folder, site, base = known
    site.pages["/robots.txt"] = robots("Disallow: /tin/")
    for url, status, told in (
        (f"{base}{ITEMS[2]}", 1, "robots.txt"),
        (f"{base}/khong-co", 1, "status 404"),
        ("https://khac.example.vn/a", 2, "none of the hosts"),
        ("mailto:a@b", 2, "http"),
    ):
        done = call(folder, "sites", "record", "small", url, "--sites", "sites")
        assert (done.returncode, done.stdout) == (status, "")
        assert told in done.stderr
    assert not (folder / "sites" / "cases").exists()
