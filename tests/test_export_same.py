"""The same archive and selection give the same bytes, whatever order the rows came in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bulk import create, synthetic
from exporting import LOOKS, export, store_of

from archive.db import Archive
from archive.export.record import Kind
from archive.export.selection import Selection
from archive.filters import Filters

FORMATS = ("jsonl", "csv", "parquet", "sqlite")
ROOT = Path(__file__).parents[1]
# Each page's looks stay in their order; pages come one after the other, the last one first.
SHUFFLED = sorted(LOOKS, key=lambda look: (look[1], -look[0]), reverse=True)


def written(archive: Archive, folder: Path, kind: Kind) -> dict[str, tuple[bytes, dict[str, Any]]]:
    folder.mkdir()
    found = {}
    for ending in FORMATS:
        file = folder / f"a.{ending}"
        made = export(archive, file, kind=kind, full=True)
        found[ending] = (file.read_bytes(), made)
        assert sorted(one.name for one in folder.glob(f"a.{ending}*")) == [
            f"a.{ending}", f"a.{ending}.card.md", f"a.{ending}.manifest.json",
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("kind", ["articles", "versions"])
def test_looks_in_another_order(tmp_path: Path, kind: Kind) -> None:
    assert list(LOOKS) != SHUFFLED
    one, other = store_of(tmp_path / "one.db"), store_of(tmp_path / "other.db", SHUFFLED)
    first = written(one.archive, tmp_path / "1", kind)
    second = written(other.archive, tmp_path / "2", kind)
    for ending in FORMATS:
        assert first[ending][0] == second[ending][0], ending
        ours, theirs = first[ending][1], second[ending][1]
        assert {name for name in ours if ours[name] != theirs[name]} == {"archive"}  # its id
    one.end(), other.end()


def test_again_after_a_vacuum_in_another_process_with_other_hashes(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    store = store_of(path)
    before = written(store.archive, tmp_path / "1", "versions")
    store.archive.conn.execute("VACUUM")
    store.end()
    shutil.copy(path, tmp_path / "copy.db")
    code = "from crawler.cli import main; main()"
    (tmp_path / "2").mkdir()
    for ending in FORMATS:
        subprocess.run(
            [sys.executable, "-c", code, "export", ending, f"a.{ending}", "--versions", "--full",
             "--archive", str(tmp_path / "copy.db")],
            env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo"},
            cwd=tmp_path / "2", check=True, capture_output=True,
        )  # fmt: skip
        assert (tmp_path / "2" / f"a.{ending}").read_bytes() == before[ending][0]
        for beside in ("manifest.json", "card.md"):
            name = f"a.{ending}.{beside}"
            assert (tmp_path / "2" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()


def test_many_rows_in_several_batches(tmp_path: Path) -> None:
    """Row numbers, batches and pages of the source differ; what is exported does not."""
    rows = list(synthetic(700, length=60))
    dumped = []
    for name, order in (("one", rows), ("other", rows)):
        archive = create(tmp_path / f"{name}.db", order)
        if name == "other":  # the rows of the tables in another place, with holes between them
            archive.conn.execute("PRAGMA foreign_keys = OFF")
            archive.conn.executescript(
                """UPDATE byline SET version_id = 9000 - version_id;
                   UPDATE caption SET version_id = 9000 - version_id;
                   UPDATE article SET version_id = 9000 - version_id;
                   UPDATE version SET id = 9000 - id;"""
            )
        selection = Selection(Filters(sites=("an-phu", "binh-son")))
        for ending in FORMATS:
            export(archive, tmp_path / f"{name}.{ending}", selection=selection)
        archive.close()
        dumped.append({one: (tmp_path / f"{name}.{one}").read_bytes() for one in FORMATS})
    assert dumped[0] == dumped[1]
