"""Citations and bundles: what they say, where they lead, and that any change of them shows."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import kept
import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing import bring
from strategies import Walker, article

from archive import articles, citations, crawls
from archive.citations import Citation
from archive.cli.run import status_of
from archive.cli.versions import chosen
from archive.db import Archive
from archive.digest import canonical_json, sha256
from archive.errors import InputError, UnknownReferenceError
from archive.filters import Filters
from archive.interchange import warc
from archive.proof import bundle, check_bundle
from archive.proof.citation import refer
from crawler.cli import group

ROOT = Path(__file__).parents[1]
URL = "http://x.vn/0.html"
NOW = "(SELECT {} FROM capture WHERE time = '2026-03-01T08:00:45.000000Z')"  # its last capture
NO_PAYLOAD = f"UPDATE payload SET data = x'' WHERE id = {NOW.format('payload_id')}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.make(tmp_path_factory.mktemp("whole") / "a.db")


def call(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> tuple[int, str, str]:
    status = status_of(group, [*arguments, "--archive", str(path)])
    out = capsys.readouterr()
    return status, out.out, out.err


def made(path: Path, ref: str = URL, **more: Any) -> dict[str, Any]:
    with Archive.open(path, readonly=True) as archive:
        one: dict[str, Any] = bundle.bundle(archive, refer(archive, ref, **more))
    return json.loads(json.dumps(one))  # type: ignore[no-any-return]  # as a file has it


# -- the reference --------------------------------------------------------------------------------


def test_a_reference_says_who_what_where_and_when(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = call(capsys, whole, "cite", URL, "1")
    assert (status, err) == (0, "")
    with closing(sqlite3.connect(whole)) as conn:
        (digest,) = conn.execute("SELECT digest FROM payload WHERE id = 1").fetchone()
        (own,) = conn.execute("SELECT id FROM archive").fetchone()
    key = articles.key_of_url(URL)
    assert out == (
        "“Hội nghị số 0”, Đảng bộ binh-son (binh-son), no date, <http://x.vn/0.html>, captured"
        " 2026-03-01 08:00:01Z (2026-03-01 15:00:01 +07:00),"
        f" luutru:{own}:{key}@2026-03-01T08:00:01.000000Z#{digest}\n"
    )
    assert "lưu ngày" in call(capsys, whole, "cite", URL, "--language", "vi")[1]
    status, out, _ = call(capsys, whole, "cite", URL, "1", "--format", "json")
    said = json.loads(out)
    assert (said["version"], said["payload"], said["url"]) == (1, digest, URL)
    assert said["time_in_vietnam"] == "2026-03-01T15:00:01+07:00"
    assert said["seal"].startswith("sha256:")
    assert call(capsys, whole, "cite", URL, "--format", "csv")[1].startswith("citation,archive")


def test_a_citation_is_a_ref(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, first, _ = call(capsys, whole, "cite", URL, "1")
    _, now, _ = call(capsys, whole, "cite", URL)
    assert "Version:  1 of 2" in call(capsys, whole, "show", first)[1]
    assert "Version:  2 of 2" in call(capsys, whole, "show", now)[1]
    assert "Version:  2 of 2" in call(capsys, whole, "show", first, "--version", "2")[1]
    broken = "\n> ".join(first[at : at + 40] for at in range(0, len(first), 40))
    assert "Version:  1 of 2" in call(capsys, whole, "show", f"> {broken}")[1]
    for other in ("history", "diff"):
        assert call(capsys, whole, other, first)[0] == 0
    # a citation of a citation is the same capture
    assert call(capsys, whole, "cite", first)[1] == first


def test_a_moment_chooses_the_nearest_capture(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for moment, time in [
        ("2026-03-01T15:00:02", "08:00:01"), ("2026-03-01T08:00:42Z", "08:00:42"),
        ("2026-03-01T15:00:44+07:00", "08:00:45"), ("1999-01-01", "08:00:01"),
        ("2030-01-01", "08:00:45"),
    ]:  # fmt: skip
        _, out, _ = call(capsys, whole, "cite", URL, "--capture", moment)
        assert f"captured 2026-03-01 {time}Z" in out, moment
    status, _, err = call(capsys, whole, "cite", URL, "--capture", "gestern")
    assert status == 2
    assert "is no moment. Write it as" in err
    assert call(capsys, whole, "cite", URL, "1", "--capture", "2026")[0] == 2


def test_a_page_that_was_gone_is_cited_as_that(archive: Archive) -> None:
    walker = Walker.begin(archive)
    walker.see(article(URL, "Hội nghị"))
    gone = walker.look(URL, b"<p>404", status=404)
    said = refer(archive, URL, at="2030-01-01")
    assert said.capture.id == gone.capture_id
    assert ", answer 404, luutru:" in said.text()
    assert ", trả lời 404, luutru:" in said.text("vi")
    assert said.seal is None


def test_it_leads_to_the_version_that_holds_its_capture(archive: Archive) -> None:
    """After what a reparse or a merge may do: another key, another border between versions."""
    walker = Walker.begin(archive)
    for title in ("Một", "Một", "Hai", "Ba"):
        walker.see(article(URL, title))
    second = str(refer(archive, URL, at="2026-03-01T08:00:02Z").citation)
    cited = citations.parse(second)
    assert cited is not None

    def place(ref: str) -> int:
        return chosen(archive, ref, None)[1]

    rows = archive.conn.execute("SELECT id, time FROM capture ORDER BY id").fetchall()
    assert cited.time == rows[1]["time"]
    assert place(second) == 1
    archive.conn.execute(
        "UPDATE version SET first_capture_id = ? WHERE title = 'Hai'", (rows[1]["id"],)
    )
    archive.conn.execute(
        "UPDATE version SET last_capture_id = first_capture_id WHERE title = 'Một'"
    )
    assert place(second) == 2
    archive.conn.execute("UPDATE article_page SET key = 'ffffffffffffffff'")
    archive.conn.execute("UPDATE article SET key = 'ffffffffffffffff'")
    assert place(second) == 2
    archive.conn.execute("DELETE FROM article_page")
    with pytest.raises(UnknownReferenceError, match="no article is read at"):
        articles.resolve(archive, second)


def test_it_is_found_in_another_archive_that_has_the_capture(
    demo_days: Any, tmp_path: Path
) -> None:
    with Archive.open(demo_days.path, readonly=True) as archive:
        slug = archive.conn.execute("SELECT slug FROM site ORDER BY id").fetchone()[0]
        file = tmp_path / "a.warc.gz"
        warc.export(archive, file, Filters(sites=(slug,)))
        keys = archive.conn.execute(
            """SELECT article.key FROM article JOIN site ON site.id = article.site_id
               WHERE site.slug = ? ORDER BY article.key LIMIT 20""",
            (slug,),
        ).fetchall()
        said = [refer(archive, row[0]) for row in keys]
    bring(tmp_path, file)
    with Archive.open(tmp_path / "a.db", readonly=True) as other:
        for one in said:
            assert other.id != one.citation.archive_id
            found, _, _ = chosen(other, one.text(), None)
            assert found.article.title == one.version.article.title
            assert refer(other, one.text()).capture.identity == one.capture.identity


def test_what_is_not_here(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away = str(Citation("0" * 16, "1" * 16, "2026-03-01T08:00:01.000000Z", "sha256:" + "2" * 64))
    status, _, err = call(capsys, whole, "show", away)
    assert status == 2
    assert "made from archive 0000000000000000. Name that archive with --archive FILE" in err
    assert "made from this archive" in _raised(whole)
    for arguments in ([], [URL, "--seal"], ["--seal", "--script"]):
        status, _, err = call(capsys, whole, "cite", *arguments)
        assert status == 2
        assert "`luutru cite REF`" in err


def _raised(path: Path) -> str:
    with Archive.open(path, readonly=True) as archive:
        cited = Citation(archive.id, "1" * 16, "2026-03-01T08:00:01.000000Z", "sha256:" + "2" * 64)
        with pytest.raises(UnknownReferenceError) as raised:
            citations.capture_of(archive, cited)
    return str(raised.value)


@given(st.text(), st.text(), st.integers(0, 200))
def test_a_citation_is_found_in_any_text(before: str, after: str, break_at: int) -> None:
    one = Citation("0a" * 8, "1b" * 8, "2026-03-01T08:00:01.000000Z", "sha256:" + "2c" * 32)
    text = str(one)
    assert citations.parse(f"{before}{text[:break_at]}\r\n>  {text[break_at:]}{after}") == one
    assert citations.parse(before) is None


# -- the bundle -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as a user gets it, alone in a folder."""
    path = tmp_path_factory.mktemp("alone") / "check_bundle.py"
    done = kept.run("cite", "--script")
    assert done.returncode == 0
    path.write_text(done.stdout, encoding="utf-8")
    return path


def checked(script: Path, *arguments: str | Path) -> tuple[int, str, str]:
    """In a Python without this project, its packages and its folder."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", script, *arguments],
        capture_output=True, text=True, cwd=script.parent, env={}, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_bundle_is_checked_by_anyone(
    whole: Path, tmp_path: Path, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "b.json"
    status, _, err = call(capsys, whole, "cite", URL, "1", "--bundle", str(file))
    assert status == 0
    assert re.search(r"b\.json: [\d,]+ bytes, 2 seals\. `luutru cite --script` prints", err)
    seal = json.loads(call(capsys, whole, "cite", "--seal", "--format", "json")[1])[0]["seal"]
    status, out, _ = checked(script, file)
    assert status == 0
    assert out.startswith(f"GET {URL} at 2026-03-01T08:00:01.000000Z, status 200\n")
    assert "FITS: unchanged, if you have one of these seals" in out
    status, out, _ = checked(script, file, seal)
    assert (status, out.splitlines()[-1]) == (
        0, "PROVED: unchanged since the seal that you named.",
    )  # fmt: skip
    for wrong in ([file, "sha256:00"], [tmp_path / "no.json"], [script]):
        status, out, err = checked(script, *wrong)
        assert (status, out) == (1, "")
        assert err.startswith("NOT PROVED: ")
    assert json.loads(file.read_text("utf-8"))["reference"]["title"] == "Hội nghị số 0"


def test_the_payload_in_it_is_that_of_the_page(whole: Path) -> None:
    one = made(whole, number=1)
    data = gzip.decompress(base64.b64decode(one["payload"]["gzip"]))
    assert sha256(data) == one["payload"]["digest"] == one["captures"][0]["payload"]
    assert data.startswith(b"<html>")


def test_an_unchanged_capture_brings_the_one_that_it_names(whole: Path) -> None:
    one = made(whole, at="2026-03-01T08:00:42Z")
    cited, earlier = one["captures"]
    assert (cited["outcome"], cited["status"], cited["payload"]) == ("unchanged", 304, None)
    assert earlier["outcome"] == "answer"
    assert one["payload"]["digest"] == earlier["payload"]
    assert "status 304" in check_bundle.check(one)


def test_the_seals_that_follow_are_in_it(whole: Path) -> None:
    seals = made(whole, number=1)["seals"]
    assert len(seals) == 2
    assert len(made(whole)["seals"]) == 1
    newest = check_bundle.digest(list(seals[1].values()))
    assert check_bundle.check(made(whole, number=1), newest).endswith("that you named.")


def test_a_long_chain_is_put_in_when_asked(archive: Archive) -> None:
    walker = Walker.begin(archive)
    walker.see(article(URL, "Hội nghị"))
    crawls.end(archive, walker.crawl_id, "finished")
    for _ in range(bundle.MOST_SEALS + 1):
        crawls.end(archive, crawls.begin(archive, walker.site_id, "asked", "test", {}), "finished")
    said = refer(archive, URL)
    assert len(bundle.bundle(archive, said)["seals"]) == 1
    assert len(bundle.bundle(archive, said, chain=False)["seals"]) == 1
    long = bundle.bundle(archive, said, chain=True)
    assert len(long["seals"]) == bundle.MOST_SEALS + 2
    assert "FITS" in check_bundle.check(json.loads(json.dumps(long)))


def test_every_capture_of_a_crawl_has_its_place(whole: Path) -> None:
    with Archive.open(whole, readonly=True) as archive:
        for row in archive.conn.execute(
            "SELECT capture.time, page.url FROM capture JOIN page ON page.id = capture.page_id"
            " JOIN article_page ON article_page.page_id = page.id"
        ).fetchall():
            one = bundle.bundle(archive, refer(archive, row["url"], at=row["time"]))
            assert one["captures"][0]["time"] == row["time"]
            assert "FITS" in check_bundle.check(json.loads(json.dumps(one)))


def test_odd_headers_come_through(archive: Archive, tmp_path: Path) -> None:
    walker = Walker.begin(archive)
    headers = (("Content-Type", "text/html"), ("X-Ủy", "b\xe9\udc80\u2028"), ("Server", ""))
    walker.read(walker.look(URL, b"<html>", headers=headers), article(URL))
    crawls.end(archive, walker.crawl_id, "finished")
    file = tmp_path / "b.json"
    bundle.write(archive, bundle.bundle(archive, refer(archive, URL)), file)
    text = file.read_text("utf-8", errors="surrogatepass")
    assert "FITS" in check_bundle.check(json.loads(text))


def test_each_flipped_bit_of_a_bundle_shows(whole: Path, tmp_path: Path) -> None:
    with Archive.open(whole, readonly=True) as archive:
        one = bundle.bundle(archive, refer(archive, URL, at="2026-03-01T08:00:42Z"))
        bundle.write(archive, one, tmp_path / "b.json")
    data = bytearray((tmp_path / "b.json").read_bytes())
    whole_text = json.loads(data)
    for place in range(len(data)):
        bit = 1 << place % 8
        data[place] ^= bit
        try:
            found = json.loads(data.decode("utf-8", "surrogatepass"))
            check_bundle.check(found)
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError):
            pass
        else:
            found = json.loads(data.decode("utf-8"))
            assert found == whole_text, f"byte {place}: {bytes(data[place - 20 : place + 20])!r}"
        data[place] ^= bit


_PLACES = ["captures", "payload", "inclusion", "seals"]


def changes(value: Any) -> list[Any]:
    """Other values in the place of one."""
    if isinstance(value, bool) or value is None:
        return [1, "x"]
    if isinstance(value, int | float):
        return [value + 1, -1]
    if isinstance(value, str):
        return [value + "0", value[1:] or "x", ""] if value else ["x"]
    return []


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each plain value in nested lists and objects."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, ...]] = []
    for name, one in inner:
        way = (*path, name)
        found += leaves(one, way) if isinstance(one, dict | list) else [way]
    return found


def test_a_forger_who_mends_the_checksum_is_found(whole: Path) -> None:
    """Whatever is changed in what is proved, some seal would have to be another."""
    one = made(whole, number=1)
    newest = check_bundle.digest(list(one["seals"][-1].values()))
    assert "PROVED" in check_bundle.check(json.loads(json.dumps(one)), newest)
    tried = 0
    for way in leaves({name: one[name] for name in _PLACES}):
        forged = json.loads(json.dumps(one))
        del forged["checksum"]
        *outer, last = way
        place = forged
        for name in outer:
            place = place[name]
        for other in changes(place[last]):
            place[last] = other
            again = json.loads(json.dumps(forged))
            again["checksum"] = sha256(canonical_json(again))
            tried += 1
            with pytest.raises((ValueError, KeyError, TypeError, EOFError, OSError)):
                check_bundle.check(again, newest)
    assert tried > 100


def test_fields_under_other_names_are_no_proof(whole: Path) -> None:
    """The digest is of values alone: `url` and `source` exchanged would fit it."""
    one = made(whole)
    fields = list(one["captures"][0].items())
    names = {"url": "source", "source": "url"}
    one["captures"][0] = {names.get(name, name): value for name, value in fields}
    del one["checksum"]
    one["checksum"] = sha256(canonical_json(one))
    with pytest.raises(ValueError, match="other fields"):
        check_bundle.check(one)


def test_a_withdrawn_payload_leaves_its_digest(whole: Path, tmp_path: Path) -> None:
    path = kept.changed(whole, tmp_path / "a.db", NO_PAYLOAD)
    one = made(path)
    assert one["payload"]["gzip"] is None
    assert one["payload"]["size"] > 0
    assert ", withdrawn\n" in check_bundle.check(one)


def test_a_capture_under_no_seal_has_no_bundle(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    walker = Walker.begin(archive)
    walker.see(article(URL, "Hội nghị"))
    file = archive.path.with_name("b.json")
    status, _, err = call(capsys, archive.path, "cite", URL, "--bundle", str(file))
    assert status == 2
    assert "is not sealed yet. Call again when it has ended; if it was killed, the next" in err
    assert not file.exists()
    assert call(capsys, archive.path, "cite", URL)[2].startswith("Its crawl has not ended")
    status, _, err = call(capsys, archive.path, "cite", "--seal")
    assert (status, "Nothing is sealed here yet." in err) == (2, True)
    crawls.close_killed(archive, walker.site_id)
    assert call(capsys, archive.path, "cite", URL, "--bundle", str(file))[0] == 0


def test_damage_is_not_written_into_a_bundle(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "b.json"
    for change, why in [
        (
            f"UPDATE payload SET data = flipped(data, -3) WHERE id = {NOW.format('payload_id')}",
            "is damaged",
        ),
        ("UPDATE crawl SET agent = 'another'", "`luutru verify` names what was changed"),
        (
            f"UPDATE capture SET status = 203 WHERE id = {NOW.format('id')}",
            "cannot be proved: the capture is not under its seal. `luutru verify` names",
        ),
    ]:
        path = kept.changed(whole, tmp_path / "a.db", change)
        status, _, err = call(capsys, path, "cite", URL, "--bundle", str(file))
        assert status == 2, change
        assert why in err
        assert not file.exists()
    with Archive.open(whole, readonly=True) as archive, pytest.raises(InputError):
        bundle.write(archive, {}, whole)


# -- the documents --------------------------------------------------------------------------------


def test_the_readme_shows_the_script() -> None:
    shown = [path for path in (ROOT / "README.md", ROOT / "NOTES-proof.md") if path.exists()
             and f"```py\n{bundle.script()}```\n" in path.read_text(encoding="utf-8")]  # fmt: skip
    assert shown
    names = shlex.split(bundle.script().splitlines()[0].split(": ")[1])
    assert names[:2] == ["python3", "check_bundle.py"]
