"""Bodies: the committee behind a site, in its profile, in the archive, and as it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from strategies import Walker

from archive import sites
from archive.bodies import Body
from archive.db import Archive
from archive.errors import ProfileError
from crawler.cli import group
from crawler.profile import SiteProfile, all_slugs, load
from crawler.provinces import MERGER

PLAIN = 'name = "Tỉnh ủy Bình Phước"\nhosts = ["a.vn"]\n'


def profile(folder: Path, text: str, slug: str = "a") -> SiteProfile:
    (folder / f"{slug}.toml").write_text(PLAIN + text, encoding="utf-8")
    return load(slug, (folder,))


def test_a_profile_names_its_committee_then_and_now(tmp_path: Path) -> None:
    made = profile(
        tmp_path,
        'committee_then = "Tỉnh ủy Bình Phước"\ncommittee_now = "Tỉnh ủy Đồng Nai"\n'
        'dissolved = 2025\nmerged = 2025-07-01\nsuccessor = "b"\npredecessors = ["c", "d"]\n',
    )
    assert made.body == Body(
        "Tỉnh ủy Bình Phước", "Tỉnh ủy Đồng Nai", "2025", "2025-07-01", "b", ("c", "d")
    )
    assert made.body.ended == "2025"
    assert made.digest == profile(tmp_path, "").digest  # it reads nothing differently


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('dissolved = "năm 2025"\n', "a day, as in 2025-07-01, or a year: 2025"),
        ("merged = 20250701\n", "a year: 2025"),
        ('successor = "a"\n', "'a' is this site"),
        ('predecessors = ["a"]\n', "'a' is this site"),
        ('successor = "b"\npredecessors = ["b"]\n', "is a predecessor too"),
        ('sucessor = "b"\n', "Did you mean 'successor'?"),
    ],
)
def test_slips_are_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ProfileError) as raised:
        profile(tmp_path, text)
    assert told in f"{raised.value} {raised.value.next_step}"


def test_a_province_that_was_merged_merged_its_committees(tmp_path: Path) -> None:
    assert profile(tmp_path, 'province_then = "binh-phuoc"\n').body.merged == MERGER
    assert profile(tmp_path, 'province_then = "lang-son"\n').body.merged is None
    other = profile(tmp_path, 'province_then = "binh-phuoc"\nmerged = 2025-06-15\n')
    assert other.body.merged == "2025-06-15"


def test_the_packaged_profiles_say_what_is_known() -> None:
    for slug in all_slugs():
        made = load(slug)
        merged = made.province_then is not None and made.province_then != made.province_now
        assert made.body.merged == (MERGER if merged else None), slug
        assert (made.body.dissolved == "2025") == slug.startswith("dangbokhoi-"), slug


def test_the_archive_keeps_it(archive: Archive) -> None:
    walker = Walker.begin(archive, "a")
    body = Body("Cũ", "Mới", None, "2025-07-01", "b", ("c",))
    with archive.transaction():
        assert sites.ensure(archive, "a", "A", body=body) == walker.site_id
    found = sites.get(archive, "a")
    assert found is not None and found.body == body
    with archive.transaction():
        sites.ensure(archive, "a", "A")  # who knows nothing of it leaves it
    assert sites.all(archive)[0].body == body


def test_it_is_shown(tmp_path: Path, archive: Archive) -> None:
    profile(tmp_path, 'merged = 2025-07-01\nsuccessor = "b"\n')
    with archive.transaction():
        sites.ensure(archive, "a", "A", body=load("a", (tmp_path,)).body)
    shown = CliRunner().invoke(group, ["sites", "show", "a", "--sites", str(tmp_path)])
    assert "body.merged: 2025-07-01" in shown.output and "body.successor: b" in shown.output
    path = str(archive.path)
    told = CliRunner().invoke(group, ["status", "a", "--archive", path])
    assert "merged:      2025-07-01" in told.output and "successor:   b" in told.output
    told = CliRunner().invoke(group, ["status", "a", "--archive", path, "--format", "json"])
    assert json.loads(told.output)[0]["health"]["body"]["successor"] == "b"
