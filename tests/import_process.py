"""An import in a process of its own, and a file that takes it a while."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from crawling import ROOT, environment, value
from importing import HOST, PNG, answer, article, revisit, write

PAGES = 160


def file(folder: Path) -> Path:
    """Articles that link to each other, some seen twice, with changes, losses and moves between."""
    records = []
    for n in range(PAGES):
        path, month = f"/tin/bai-{n}.html", "01" if n < 90 else "02"
        time_ = f"2024-{month}-01T00:{n // 60:02}:{n % 60:02}Z"
        links = [f"/tin/bai-{(n * 7 + k) % PAGES}.html" for k in range(3)]
        records.append(answer(f"a{n}", path, article(n, links=links), time=time_))
        later = time_.replace("2024", "2025")
        if n % 5 == 0:
            records.append(answer(f"b{n}", path, article(n, "Đã sửa."), time=later))
        elif n % 7 == 0:
            records.append(answer(f"b{n}", path, b"", time=later, status="404 Not Found"))
        elif n % 11 == 0:
            to = ("Location", f"{HOST}/moi/{n}.html")
            records.append(answer(f"b{n}", path, b"", to, time=later, status="301 Moved"))
            records.append(answer(f"c{n}", f"/moi/{n}.html", article(n), time=later))
        elif n % 13 == 0:  # and the payload of a page that only comes at the end
            last, moment = PAGES - 1, f"2024-02-01T00:{(PAGES - 1) // 60:02}:{(PAGES - 1) % 60:02}Z"
            to = [("WARC-Refers-To-Target-URI", f"{HOST}/tin/bai-{last}.html"),
                  ("WARC-Refers-To-Date", moment)]  # fmt: skip
            records.append(revisit(f"b{n}", path, *to, time=later, headers=[PNG]))
    return write(folder / "a.warc.gz", *records)


def start(folder: Path, *arguments: str, script: str = "", **env: str) -> subprocess.Popen[str]:
    """`luutru import` in a process of its own; *script* runs before it, in its readers too."""
    call = ["-c", "from crawler.cli import main; main()"]
    if script:
        path = folder / "patched.py"
        run = "if __name__ == '__main__':\n    from crawler.cli import main\n    main()\n"
        path.write_text(f"{script}\n{run}", encoding="utf-8")
        call = [str(path)]
    return subprocess.Popen(
        [sys.executable, *call, "import", "a.warc.gz", "--archive", "a.db", *arguments],
        cwd=folder, env=environment(folder, PYTHONPATH=str(ROOT), **env), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def wait_for_readings(folder: Path, process: subprocess.Popen[str], number: int) -> None:
    """Until so many pages were read."""
    limit = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < limit:
        path = folder / "a.db"
        if path.exists() and path.stat().st_size:
            try:
                if value(path, "SELECT count(*) FROM reading WHERE state = 'read'") >= number:
                    return
            except Exception:  # noqa: BLE001 - the archive is being made
                pass
        time.sleep(0.002)
    raise AssertionError("it ended too early, or takes too long")
