"""The process that reads one document: bytes on standard input, JSON on standard output.

It begins by binding itself: no more memory, processor time, files or sockets than its task needs,
and it ends with the process that started it. What a document does to it is that document's problem.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict

from archive.types import Extracted
from crawler.documents.kinds import kind_of

MEMORY = 3  # exit status: it asked for more memory than it may have
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system")


def bind(memory: int, seconds: int) -> None:
    """Limits for the rest of this process: bytes of memory, seconds of processor time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work in its own order
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: it outlives no killed crawl
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # a second more: SIGXCPU ends it with its own status, SIGKILL whatever catches that
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # pipes are no files: it answers all the same
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not for readers of documents")


def extract(data: bytes, longest: int) -> Extracted:
    """What *data* says, by the reader for its kind; the readers are loaded here, under limits."""
    kind = kind_of(data)
    if kind == "pdf":
        from crawler.documents import pdf as reader
    elif kind == "zip":
        from crawler.documents import docx as reader  # type: ignore[no-redef]
    elif kind == "ole":
        from crawler.documents import doc as reader  # type: ignore[no-redef]
    else:
        told = "a web page" if kind == "html" else f"a file of kind {kind}"
        return Extracted(kind, "unsupported", problem=f"it is {told}, which is not read")
    read: Callable[[bytes, int], Extracted] = reader.read
    return read(data, longest)


def main() -> None:
    memory, seconds, longest, parent = map(int, sys.argv[1:5])
    bind(memory, seconds)
    if os.getppid() != parent:
        os._exit(1)
    sys.addaudithook(_refuse)
    data = sys.stdin.buffer.read()
    try:
        answer = json.dumps(asdict(extract(data, longest)))
    except (MemoryError, RecursionError):
        os._exit(MEMORY)
    sys.stdout.write(answer)
    sys.stdout.flush()
    os._exit(0)  # nothing is torn down: libraries may do so in C, after all was said


if __name__ == "__main__":
    main()
