"""Programs of the system that some tests need: a test without its program is skipped, or fails.

Where `LUUTRU_TESTS_STRICT` is set, as in CI, nothing may be missing.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def program(*names: str, package: str) -> str:
    """The path of the first program of these *names* that is installed."""
    for name in names:
        if found := shutil.which(name):
            return found
    return _missing(f"{names[0]} is not installed (Debian and Ubuntu: apt-get install {package})")


def chromium() -> str:
    """The system's Chromium."""
    return program("chromium", "chromium-browser", "google-chrome", package="chromium")


def wget() -> str:
    return program("wget", package="wget")


def replay_program(name: str) -> str:
    """`wayback`, `wb-manager` or `wacz` in the environment that `make replay-env` builds."""
    folder = Path(os.environ.get("LUUTRU_REPLAY_ENV", ROOT / ".venv-replay"))
    if (folder / "bin" / name).exists():
        return str(folder / "bin" / name)
    return _missing(f"{name} is not in {folder.name}: `make replay-env` installs it")


def _missing(why: str) -> str:
    if os.environ.get("LUUTRU_TESTS_STRICT"):
        pytest.fail(why)
    pytest.skip(why)
