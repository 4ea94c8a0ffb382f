"""One crawl a host, on one machine, whatever the archive."""

import subprocess
import sys
import threading

import pytest

from archive.errors import CrawlError
from crawler.locks import HostLocks, lock_folder


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))


def test_a_host_is_held_by_one():
    one, other = HostLocks(), HostLocks()
    assert one.take("example.vn") and one.take("example.vn"), "again by the same is no conflict"
    assert not other.take("example.vn")
    assert other.take("127.0.0.1:8001") and not one.take("127.0.0.1:8001")
    one.release()
    assert other.take("example.vn")
    other.release()


def test_what_is_held_for_a_moment_alone_is_waited_for():
    one, other = HostLocks(), HostLocks()
    assert one.take("example.vn")
    timer = threading.Timer(0.2, one.release)
    timer.start()
    assert other.take("example.vn", wait=30)
    timer.join()
    assert not one.take("example.vn", wait=0.1)
    other.release()


def test_all_hosts_or_none_and_the_error_says_what_to_do():
    one, other = HostLocks(), HostLocks()
    one.take_all(("b.vn",))
    with pytest.raises(CrawlError, match=r"at work on b\.vn") as raised:
        other.take_all(("a.vn", "b.vn", "c.vn"))
    assert "luutru status" in raised.value.next_step
    assert raised.value.exit_status == 1
    third = HostLocks()
    third.take_all(("a.vn", "c.vn"))
    third.release()
    one.release()


def test_the_kernel_frees_what_a_killed_process_held(tmp_path):
    code = (
        "import sys, time; from crawler.locks import HostLocks; h = HostLocks()\n"
        "h.take_all(('example.vn',)); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        mine = HostLocks()
        assert not mine.take("example.vn")
        process.kill()
        process.wait()
        assert mine.take("example.vn")
    mine.release()


def test_names_of_hosts_cannot_leave_the_folder():
    locks = HostLocks()
    assert locks.take("../../etc/passwd")
    assert [path.parent for path in lock_folder().iterdir()] == [lock_folder()]
    locks.release()
    assert lock_folder().stat().st_mode & 0o777 == 0o700
