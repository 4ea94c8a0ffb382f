"""What one archive has withdrawn is withdrawn in what comes of a merge, whichever comes first."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from crawling import BASE
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from merging import copied, dump, later, leaves, made, merge, problems, told
from rereading import Step, does, says
from test_reparse_same import histories

from archive import articles, withdrawals
from archive.db import Archive
from archive.errors import InputError, UnknownReferenceError, WithdrawnError
from archive.ops import cleaning, withdraw_plan
from archive.ops.withdraw import withdraw
from archive.search import search

ONE, TWO, THREE = (f"/tin/{n}.html" for n in range(3))
NAME = "Zuyrbaquenh"


@pytest.fixture(autouse=True)
def own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))


def secret(path: str = ONE, title: str = "Chuyện riêng", number: int = 0) -> Step:
    shown = {"title": f"{title} của {NAME}", "text": f"Bà {NAME} khai ở phường {number}."}
    return {"path": path, "how": "shows", "says": shown}


def take(path: Path, ref: str, hours: float) -> Path:
    """Withdraw it there, and write the file anew."""
    with Archive.open(path, clock=later(hours)) as archive:
        make = partial(withdraw_plan.of_article, archive, ref)
        withdraw(archive, make, make(), "Mây", f"Đơn của {hours}")
        cleaning.clean(archive)
    return path


def bare(path: Path) -> bool:
    """Whether the name stands nowhere in the file, nor in any payload or text."""
    data = b"".join(
        Path(f"{path}{end}").read_bytes() for end in ("", "-wal") if Path(f"{path}{end}").exists()
    )
    if NAME.encode() in data:
        return False
    with Archive.open(path, readonly=True) as archive:
        texts = [str(tuple(row)) for row in archive.conn.execute(
            "SELECT title, body FROM version UNION ALL SELECT data, '' FROM event"
        )]  # fmt: skip
        return not any(NAME in text for text in texts) and search(archive, NAME).total == 0


def test_either_way_the_text_is_gone(tmp_path: Path) -> None:
    base = made(tmp_path / "base", [secret(), says(TWO, text=1)])
    there = take(copied(base, tmp_path / "there.db"), BASE + ONE, 30)
    # the other archive has seen more of it: another version, and its copy at another address
    here = made(
        tmp_path / "here", [secret(title="Sửa"), secret(THREE), does(TWO, "again")], 40, base=base
    )
    alone = made(tmp_path / "alone", [secret(number=5), says("/tin/9.html", "Khác")], 60)
    found = []
    ways = [(here, there, alone), (alone, there, here), (there, alone, here)]
    for number, order in enumerate(ways):
        target = tmp_path / f"all-{number}.db"
        for path in order:
            (result,) = merge(target, path, clock=later())
            assert result.fine, (result.fault, result.problems)
        assert bare(target)
        assert problems(target) == []
        found.append(target)
    first = dump(found[0])
    for one in found[1:]:
        again = dump(one)
        assert {name for name in first if again[name] != first[name]} == set()
        assert leaves(one) == leaves(found[0])
    assert len(first["closed"]) == 2, "the copy goes too"
    with Archive.open(found[0], clock=later()) as archive:
        with pytest.raises(WithdrawnError, match=r"Mây: Đơn của 30"):
            number = articles.resolve(archive, BASE + ONE)
            withdrawals.refuse_article(archive, number, "x")
        (due,) = archive.conn.execute(
            "SELECT count(*) FROM page JOIN withdrawn_page ON page_id = id WHERE due IS NOT NULL"
        ).fetchone()
        assert due == 0
    assert ("withdrawn", True) in told(found[0])
    for path in (here, there, alone):
        assert merge(found[0], path, clock=later())[0].outcome == "known"
    assert dump(found[0]) == first


def test_what_both_withdrew_is_put_down_to_the_first(tmp_path: Path) -> None:
    base = made(tmp_path / "base", [secret(), says(TWO, text=1)])
    one, other = (copied(base, tmp_path / f"{name}.db") for name in ("one", "other"))
    take(one, BASE + ONE, 30)
    take(other, BASE + ONE, 20)
    for target, way in ((tmp_path / "1.db", (one, other)), (tmp_path / "2.db", (other, one))):
        merge(target, *way, clock=later())
        assert problems(target) == [] and bare(target)
    assert dump(tmp_path / "1.db") == dump(tmp_path / "2.db")
    causes = json.dumps(dump(tmp_path / "1.db")["closed"], ensure_ascii=False)
    assert "Đơn của 20" in causes and "Đơn của 30" not in causes, "the first one is told"


withdrawn = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=2)


@pytest.mark.long
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.none() | histories, histories, histories, withdrawn)
@example([secret()], [secret(TWO)], [does(ONE, "gone")], [(1, 0)])
# one article in one archive, two in the other
@example(
    [says(TWO, "Hội nghị tổng kết"), does(TWO, "moved", to=ONE)],
    [says(ONE, "Hội nghị sơ kết")],
    [does(TWO, "again")],
    [(0, 0)],
)
# one version, read at two addresses of which the second is the article's own
@example(
    [says(TWO, lead="Lời dẫn.", canonical="/tin/3.html")],
    [does(ONE, "304", to=TWO)],
    [says(ONE), says("/tin/3.html")],
    [(0, 0)],
)
def test_random_withdrawals(
    base: Sequence[Step] | None,
    one: Sequence[Step],
    other: Sequence[Step],
    going: list[tuple[int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        common = made(folder / "base", base) if base else None
        paths = [
            made(folder / f"{n}", steps, 24 + n / 60, common)
            for n, steps in enumerate((one, other))
        ]
        for number, (which, page) in enumerate(going):
            try:
                take(paths[which], f"{BASE}/tin/{page}.html", 100 + number)
            except (UnknownReferenceError, InputError):
                continue
        targets = []
        for order in (paths, paths[::-1]):
            targets.append(folder / f"all-{len(targets)}.db")
            merge(targets[-1], *order, clock=later())
            assert problems(targets[-1]) == []
        first, second = map(dump, targets)
        for table in ("site", "page", "capture", "payload", "seal", "closed", "withheld", "version",
                      "withdrawal", "story", "reading", "index", "address"):  # fmt: skip
            assert first[table] == second[table], table
        # at which of its addresses an article that is gone stood last is told by who knew it
        assert [row[:2] for row in first["article"]] == [row[:2] for row in second["article"]]
