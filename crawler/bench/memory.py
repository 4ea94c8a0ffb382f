"""The most memory that this process had."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path


def peak() -> int:
    """The most bytes of memory of this process, or of one that it started.

    On Linux what `getrusage` tells of this process begins with the memory of the one that started
    it, which stays over an exec; the kernel's own high-water mark does not.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        own = int(re.findall(r"VmHWM:\s*(\d+) kB", status)[0])
    else:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, children) * (1 if sys.platform == "darwin" else 1024)
