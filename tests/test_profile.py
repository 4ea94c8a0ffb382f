"""Profiles: what is refused and how it is told, how files lie over each other, what is shipped."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from archive.errors import ProfileError
from crawler import profile
from crawler.profile_loader import FAMILY_FILE, PACKAGE_SITES, read_table, site_files

CASES = Path(__file__).parent / "sites"
FAMILIES = sorted(path.parent.name for path in PACKAGE_SITES.glob(f"*/{FAMILY_FILE}"))
GOOD = 'name = "Huyện ủy Sông Mây"\nfamily = "nukeviet"\nhosts = ["songmay.example.vn"]\n'


def write(folder: Path, text: str, name: str = "song-may.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str) -> profile.SiteProfile:
    write(folder, text)
    return profile.load("song-may", [folder])


# -- what is shipped ------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", profile.all_slugs())
def test_every_shipped_profile_loads_and_claims_no_live_check(slug: str) -> None:
    site = profile.load(slug)
    assert site.slug == slug
    assert site.name
    assert not site.verified
    assert site.crawl.delay >= 1
    assert site.crawl.concurrency == 1


def test_every_known_address_has_a_file() -> None:
    hosts = {host for slug in profile.all_slugs() for host in profile.load(slug).hosts}
    known = {
        "tinhuybinhphuoc.vn",
        "tinhuykhanhhoa.vn",
        "tinhuytthue.vn",
        "tinhuyquangtri.vn",
        "thanhuytphcm.vn",
        "hcmcpv.org.vn",
        "thanhuyhanoi.vn",
        "binhdinh.dcs.vn",
        "hungyen.dcs.vn",
        "ubkt.hungyen.dcs.vn",
        "binhthuan.dcs.vn",
        "btgtu.binhthuan.dcs.vn",
        "tuyphong.binhthuan.dcs.vn",
        "camau.dcs.vn",
        "tranvanthoi.camau.dcs.vn",
        "nghean.dcs.vn",
        "thainguyen.dcs.vn",
        "noibo.kiengiang.dcs.vn",
        "tuyenquang.dcs.vn",
        "btgdvtu.tuyenquang.dcs.vn",
        "angiang.dcs.vn",
        "hatinh.dcs.vn",
        "vinhlong.dcs.vn",
        "doanvptw.dcs.vn",
        "dangbokhoininhbinh.vn",
        "tuyengiaotiengiang.vn",
        "tuyengiaohungyen.vn",
        "tuyengiaoangiang.vn",
        "btg.dongthap.gov.vn",
        "noichinh.quangbinh.gov.vn",
        "bandanvan.laocai.org.vn",
    }
    assert known <= hosts


def test_lang_son_has_no_address_yet() -> None:
    site = profile.load("dangbokhoi-langson")
    assert site.hosts == ()
    assert site.start.all == ()
    assert (site.province_then, site.province_now) == ("lang-son", "lang-son")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_needs_a_recorded_case(family: str) -> None:
    assert any((CASES / family).glob("*/meta.json"))


def test_a_site_that_overrides_a_rule_needs_a_recorded_case() -> None:
    plain = {"name", "family", "hosts", "province_then", "province_now", "verified", "start"}
    plain |= {"committee_then", "committee_now", "dissolved", "merged", "successor", "predecessors"}
    for slug, file in site_files().items():
        overrides = set(read_table(file.path)) - plain
        if overrides:
            assert any((CASES / slug).glob("*/meta.json")), f"{slug}: {overrides}"


# -- over each other ------------------------------------------------------------------------------


def test_a_site_lies_over_its_family(tmp_path: Path) -> None:
    own = '[fields]\ntitle = ["h1.tieu-de"]\n[crawl]\ndelay = 3\n'
    site = load(tmp_path, GOOD + own)
    family = profile.load("tinhuy-binhphuoc")
    assert site.fields["title"] == ("h1.tieu-de",)
    assert site.fields["body"] == family.fields["body"]
    assert site.crawl.delay == 3
    assert site.start.home == "https://songmay.example.vn/"
    assert "https://songmay.example.vn/sitemap.xml" in site.start.sitemaps


def test_own_profiles_lie_over_those_of_the_package(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("Sông Mây", "khác"), "tinhuy-binhphuoc.toml")
    assert profile.load("tinhuy-binhphuoc", [tmp_path]).name == "Huyện ủy khác"
    assert "tinhuy-hatinh" in profile.all_slugs([tmp_path])


def test_own_families_lie_over_those_of_the_package(tmp_path: Path) -> None:
    write(tmp_path, 'name = "CMS nhà"\n[fields]\nbody = ["#noi-dung"]\n', "nha/_family.toml")
    write(tmp_path, GOOD.replace('family = "nukeviet"\n', ""), "nha/song-may.toml")
    site = profile.load("song-may", [tmp_path])
    assert (site.family, site.fields["body"]) == ("nha", ("#noi-dung",))


def test_folders_are_named_by_the_environment() -> None:
    assert profile.own_dirs({"LUUTRU_SITES": "/a:/b"}) == (Path("/a"), Path("/b"))
    assert profile.own_dirs({}) == ()


def test_an_unknown_site_has_the_generic_rules() -> None:
    site = profile.generic("http://127.0.0.1:8123/tin/1.html")
    assert site.hosts == ("127.0.0.1:8123",)
    assert site.loopback
    assert site.start.home == "http://127.0.0.1:8123/"
    assert profile.generic("https://www.example.vn/a").hosts == ("www.example.vn", "example.vn")


def test_it_goes_to_another_process_as_it_is() -> None:
    site = profile.load("tinhuy-binhphuoc")
    again = pickle.loads(pickle.dumps(site))
    assert again == site
    assert hash(again) == hash(site)
    assert again.digest == site.digest


def test_layouts_by_date(tmp_path: Path) -> None:
    text = (
        GOOD + '[fields]\ntitle = ["h1"]\nlead = ["b"]\n'
        "[[layouts]]\nuntil = 2018-01-01\n[layouts.fields]\ntitle = ['.cu']\n"
        "[[layouts]]\nsince = 2018-01-01\nuntil = 2021-06-30\n[layouts.fields]\ntitle = ['.giua']\n"
    )
    site = load(tmp_path, text)
    assert site.fields_at(date(2017, 12, 31))["title"] == (".cu",)
    assert site.fields_at(date(2018, 1, 1))["title"] == (".giua",)
    assert site.fields_at(date(2018, 1, 1))["lead"] == ("b",)
    assert site.fields_at(date(2021, 6, 30))["title"] == ("h1",)
    assert site.fields_at(None)["title"] == ("h1",)


OLD_FAMILY = (
    "name = 'CMS nhà'\n[fields]\ntitle = ['h1']\nlead = ['.sapo']\n"
    "[[layouts]]\nuntil = 2018-01-01\n[layouts.fields]\ntitle = ['.cu']\nlead = ['.tom-tat']\n"
)
OF_IT = GOOD.replace("nukeviet", "nha")


def test_a_familys_layouts_hold_for_its_sites(tmp_path: Path) -> None:
    write(tmp_path, OLD_FAMILY, "nha/_family.toml")
    site = load(tmp_path, OF_IT)
    old = site.fields_at(date(2017, 5, 1))
    assert (old["title"], old["lead"]) == ((".cu",), (".tom-tat",))
    assert site.fields_at(date(2018, 1, 1))["title"] == ("h1",)


def test_what_a_site_says_stands_over_its_familys_layouts(tmp_path: Path) -> None:
    write(tmp_path, OLD_FAMILY, "nha/_family.toml")
    site = load(tmp_path, OF_IT + "[fields]\ntitle = ['h2.rieng']\n")
    old = site.fields_at(date(2017, 5, 1))
    assert (old["title"], old["lead"]) == (("h2.rieng",), (".tom-tat",))


def test_a_sites_layouts_lie_over_its_familys(tmp_path: Path) -> None:
    write(tmp_path, OLD_FAMILY, "nha/_family.toml")
    own = "[[layouts]]\nuntil = 2017-01-01\n[layouts.fields]\ntitle = ['.rat-cu']\n"
    site = load(tmp_path, OF_IT + own)
    oldest, old = site.fields_at(date(2016, 5, 1)), site.fields_at(date(2017, 5, 1))
    assert (oldest["title"], oldest["lead"]) == ((".rat-cu",), (".tom-tat",))
    assert old["title"] == (".cu",)


def test_the_digest_covers_reading_and_not_politeness(tmp_path: Path) -> None:
    plain = load(tmp_path, GOOD).digest
    assert load(tmp_path, GOOD + "[crawl]\ndelay = 9\n").digest == plain
    assert load(tmp_path, GOOD.replace("songmay", "khac")).digest == plain
    assert load(tmp_path, GOOD + "[fields]\ntitle = ['h2']\n").digest != plain
    assert load(tmp_path, GOOD + "[urls]\nskip = ['/a']\n").digest != plain
    dated = "[[layouts]]\nuntil = 2018-01-01\n[layouts.fields]\ntitle = ['h2']\n"
    assert load(tmp_path, GOOD + dated).digest != plain


def test_loopback_may_go_faster(tmp_path: Path) -> None:
    fast = GOOD.replace("songmay.example.vn", "127.0.0.1:8001") + (
        '[start]\nhome = "http://127.0.0.1:8001/"\n[crawl]\ndelay = 0\nconcurrency = 8\n'
    )
    assert load(tmp_path, fast).crawl.concurrency == 8


# -- what is refused ------------------------------------------------------------------------------

BAD = {
    "unknown key": ("verifed = true\n", "verifed", "verified"),
    "unknown table key": ("[crawl]\ndelya = 2\n", "crawl.delya", "delay"),
    "unknown field": ("[fields]\ntitel = ['h1']\n", "fields.titel", "title"),
    "unknown layout key": (
        "[[layouts]]\nuntil = 2018-01-01\nfield = 1\n",
        "layouts[1].field",
        "fields",
    ),
    "wrong type": ("verified = 'no'\n", "verified", "true or false"),
    "number as text": ("[crawl]\ndelay = '2'\n", "crawl.delay", "number"),
    "selector as text": ("[fields]\ntitle = 'h1'\n", "fields.title", "list"),
    "bad CSS": ("[fields]\ntitle = ['h1[']\n", "fields.title", "selector"),
    "bad XPath": ("[fields]\ntitle = ['//h1[']\n", "fields.title", "selector"),
    "bad regex": ("[urls]\narticle = ['(']\n", "urls.article", "regular expression"),
    "too fast": ("[crawl]\ndelay = 0.5\n", "crawl.delay", "loopback"),
    "too many": ("[crawl]\nconcurrency = 2\n", "crawl.concurrency", "loopback"),
    "unknown province": ("province_then = 'lang-xon'\n", "province_then", "lang-son"),
    "wrong merger": (
        "province_then = 'binh-phuoc'\nprovince_now = 'lam-dong'\n",
        "province_now",
        "dong-nai",
    ),
    "start elsewhere": ("[start]\nlistings = ['https://khac.example/']\n", "start", "hosts"),
    "start twice": ("[start]\nlistings = ['/a', '/a']\n", "start", "twice"),
    "no address": ("[start]\nhome = 'songmay'\n", "start.home", "https://"),
    "broken address": ("[start]\nhome = 'https://song may.vn:x/'\n", "start.home", "https://"),
    "undated layout": ("[[layouts]]\n[layouts.fields]\ntitle = ['h1']\n", "layouts[1]", "date"),
    "layout backwards": (
        "[[layouts]]\nsince = 2020-01-01\nuntil = 2019-01-01\n",
        "layouts[1]",
        "before",
    ),
    "table for a value": ("[name2]\n", "name2", "name"),
    "value for a table": ("crawl = 3\n", "crawl", "[crawl]"),
    "list of values": ("layouts = [1]\n", "layouts", "[[layouts]]"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_told_with_file_key_and_remedy(case: str, tmp_path: Path) -> None:
    text, key, remedy = BAD[case]
    with pytest.raises(ProfileError) as told:
        load(tmp_path, GOOD + text)
    assert told.value.key == key
    assert told.value.file.endswith("song-may.toml")
    assert remedy in str(told.value)
    assert told.value.next_step


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('hosts = ["a.example"]\n', "name"),
        ('name = "A"\n', "hosts"),
        ('name = "A"\nhosts = []\n[start]\nhome = "https://a.example/"\n', "hosts"),
        ('name = "A"\nfamily = "wordpres"\nhosts = ["a.example"]\n', "family"),
        ('name = "A\n', ""),
    ],
)
def test_files_that_lack_something(text: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as told:
        load(tmp_path, text)
    assert told.value.key == key
    assert told.value.next_step


def test_two_sites_may_not_begin_at_one_place(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "khac.toml")
    with pytest.raises(ProfileError, match="khac") as told:
        load(tmp_path, GOOD)
    assert told.value.key == "start"


@pytest.mark.parametrize("broken", ["name = ", GOOD + "[start]\nhome = 3\n", GOOD + "start = 1"])
def test_a_broken_neighbour_stops_no_other_site(broken: str, tmp_path: Path) -> None:
    write(tmp_path, broken, "khac.toml")
    assert load(tmp_path, GOOD).slug == "song-may"


def test_one_slug_in_two_folders_of_one_place(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "nukeviet/song-may.toml")
    with pytest.raises(ProfileError, match="another file"):
        load(tmp_path, GOOD)


def test_a_file_in_a_family_folder_is_of_that_family(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "liferay/song-may.toml")
    with pytest.raises(ProfileError) as told:
        profile.load("song-may", [tmp_path])
    assert told.value.key == "family"


def test_an_unknown_site_is_told_with_the_nearest_names() -> None:
    with pytest.raises(ProfileError, match="tinhuy-binhphuoc"):
        profile.load("tinhuy-binhphuo")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="no such folder"):
        profile.all_slugs([tmp_path / "none"])
