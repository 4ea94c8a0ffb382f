"""One crawl a host: an OS file lock that the kernel frees when its holder dies."""

from __future__ import annotations

import hashlib
import os
import pwd
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

from archive.errors import CrawlError


def lock_folder() -> Path:
    """Where hosts are locked: one place for every archive of this user on this machine.

    Under the home that the system knows, whatever a login or a cron job says of its environment.
    """
    base = os.environ.get("LUUTRU_LOCKS")
    if base:
        folder = Path(base)
    else:
        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
        writable = home.is_dir() and os.access(home, os.W_OK)
        spare = Path(tempfile.gettempdir()) / f"luutru-{os.getuid()}"
        folder = home / ".cache" / "luutru" if writable else spare
    folder = folder / "hosts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class HostHeldError(CrawlError):
    """Another crawl has a host of this one."""


class HostLocks:
    """The hosts that this process holds."""

    def __init__(self) -> None:
        self._held: dict[str, FileLock] = {}

    def take(self, host: str, wait: float = 0.0) -> bool:
        """Hold *host*; False if another crawl holds it, still after *wait* seconds."""
        if host in self._held:
            return True
        name = hashlib.sha256(host.encode()).hexdigest()[:24]
        lock = FileLock(lock_folder() / f"{name}.lock")
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            return False
        self._held[host] = lock
        return True

    def take_all(self, hosts: tuple[str, ...]) -> None:
        """Hold every one of *hosts* or none."""
        for host in hosts:
            if not self.take(host):
                self.release()
                raise HostHeldError(
                    f"Another crawl is at work on {host}.",
                    "Wait until it ends, or stop it: `luutru status` shows who runs.",
                )

    def leave(self, host: str) -> None:
        """Let one host go."""
        lock = self._held.pop(host, None)
        if lock is not None:
            lock.release()

    def release(self) -> None:
        for lock in self._held.values():
            lock.release()
        self._held.clear()
