"""README, the help and the changelog against the code: what they say is run, read and looked up."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from crawling import once
from readme import README, ROOT, blocks, follow_all

from crawler.cli import COMMANDS, group
from crawler.demo.plaintext import read
from crawler.profile import all_slugs

RUN = [block for block in blocks("console") if not block.mark.startswith("not run: ")]

# -- README ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def followed(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Any]]:
    return {told["line"]: told for told in once(tmp_path_factory, "readme", follow_all)}


@pytest.mark.parametrize("line", [block.line for block in RUN])
def test_commands_of_readme_print_what_it_shows(
    followed: dict[int, dict[str, Any]], line: int
) -> None:
    assert not followed[line]["wrong"], "\n\n".join(followed[line]["wrong"])


def test_the_python_of_readme_runs(followed: dict[int, dict[str, Any]]) -> None:
    package, notebook, table, _ = blocks("python")
    published, title, paragraph = followed[package.line]["output"].splitlines()
    assert published == "2024-09-19T15:47+07:00"
    assert "tọa đàm" in title
    assert paragraph.startswith("Chiều 18/9/2024")
    told = followed[notebook.line]["output"]
    assert re.search(r"demo-nukeviet +\d+\n", told) and re.search(r"2024 +0\.\d+ +0\.\d+\n", told)
    assert re.search(r"demo-nukeviet +2024-09-19T08:47:00.000000Z +0 +[0-9a-f]{16}", told)
    by_site = re.findall(r"│ hội nghị │ demo-(\w+) +│ +\d+ │", followed[table.line]["output"])
    assert by_site == ["liferay", "nukeviet", "sharepoint"]


def test_the_dataset_of_readme_is_opened_by_others(followed: dict[int, dict[str, Any]]) -> None:
    *_, dataset = blocks("python")
    pyarrow, *others = followed[dataset.line]["output"].splitlines()
    states = dict(line.split() for line in others if re.match(r"(live|gone) ", line))
    sites = dict(re.findall(r"│ (demo-\w+) +│ +(\d+) │", "\n".join(others)))
    assert set(states) == {"live"}  # one look at a missing page does not make it gone
    assert set(sites) == {"demo-liferay", "demo-nukeviet", "demo-sharepoint"}
    assert int(pyarrow) == sum(map(int, states.values())) == sum(map(int, sites.values())) > 100


def test_every_command_stands_in_readme() -> None:
    for name in COMMANDS:
        if name != "reindex":  # a command asks for it by name when it is needed
            assert f"luutru {name}" in README or f"`{name}`" in README, name


def test_the_article_of_readme_is_read_as_it_says() -> None:
    (text,) = (block.text for block in blocks("text") if block.mark == "file: bai.txt")
    article = read(text)
    assert article.title == "Hội nghị báo cáo viên tháng 6 năm 2026"
    assert len(article.paras) == 2
    assert "Nguyễn Văn An" in str(article)


def test_blocks_that_are_not_run_say_why() -> None:
    for block in blocks("console"):
        if block not in RUN:
            assert len(block.mark) > len("not run: ") + 10


def test_links_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        else:
            assert (ROOT / target).exists(), target


def test_what_readme_names_is_there() -> None:
    paths = re.findall(r"`((?:crawler|archive|tests|\.ci)/[\w./-]*)`", README)
    assert len(paths) > 20
    for path in paths:
        assert (ROOT / path).exists(), path
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for target in re.findall(r"`(?:\$ )?make ([a-z-]+)`", README):
        assert target in targets, target
    known = {option for _, command in commands() for option in options(command)} | {"--help"}
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", re.sub(r"<!--.*?-->", "", README)):
        assert option in known, option
    assert f"{len(all_slugs())} known addresses" in README


def test_the_figures_are_those_of_the_bench() -> None:
    (table,) = re.findall(r"<!-- bench -->\n```text\n(.*?)```\n<!-- /bench -->", README, re.S)
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "crawler/bench").iterdir()
                   if path.suffix == ".py")  # fmt: skip
    head, *rows = table.splitlines()
    assert head.split() == ["what", "Luutru", "beside", "ratio"]
    assert len(rows) >= 7
    for row in rows:
        assert re.split(r",|  ", row)[0] in code, row


# -- help -----------------------------------------------------------------------------------------


def commands(parent: click.Group = group, path: str = "luutru") -> Iterator[tuple[str, Any]]:
    yield path, parent
    context = click.Context(parent)
    for name in parent.list_commands(context):
        command = parent.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def options(command: click.Command) -> list[str]:
    return [name for one in command.params if isinstance(one, click.Option) for name in one.opts]


ALL = dict(commands())


def help_of(path: str) -> str:
    return ALL[path].get_help(click.Context(ALL[path], info_name=path))


@pytest.mark.parametrize("path", ALL)
def test_help_has_an_example_that_can_be_typed(path: str) -> None:
    shown = re.split(r"^ *Examples?:$", help_of(path), flags=re.MULTILINE)
    assert len(shown) == 2, f"{path} --help has no example"
    typed = re.sub(r"\\\n\s*", "", shown[1].split("\n\n")[0])
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    assert lines
    for line in lines:
        _, *words = shlex.split(line.split(" | ")[0])
        name = next(one for one in sorted(ALL, key=len, reverse=True)
                    if f"luutru {' '.join(words)} ".startswith(f"{one} "))  # fmt: skip
        ALL[name].make_context(name, words[len(name.split()) - 1 :])


@pytest.mark.parametrize("path", [path for path in ALL if path not in ("luutru", "luutru sites")])
def test_help_explains_each_option_and_argument(path: str) -> None:
    command = ALL[path]
    for one in command.params:
        if isinstance(one, click.Option):
            assert one.help, f"{path} {one.opts}"
        else:
            name = one.make_metavar(click.Context(command)).strip("[].").split("|")[0].lower()
            assert re.search(rf"\b{name}", command.help.lower()), f"{path} {name}"


def test_one_line_texts_say_what_the_help_says() -> None:
    for name, (module, text) in COMMANDS.items():
        said = import_module(module).command.help
        assert text.split()[0] == said.split()[0], name
        assert text.endswith(".")
        assert len(text) <= 68, f"{name}: more than a line of 80"


# -- start-up -------------------------------------------------------------------------------------

HEAVY = ("scrapy", "twisted", "lxml", "bs4", "dateparser", "PIL", "rich", "asyncio", "sqlite_utils")


def spent(arguments: list[str]) -> float:
    """Processor seconds of a process, the least of five: other load does not count."""
    least = float("inf")
    for _ in range(5):
        with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, cwd=ROOT,
                              stderr=subprocess.DEVNULL) as process:  # fmt: skip
            usage = os.wait4(process.pid, 0)[2]
            process.returncode = 0  # it is waited for
        least = min(least, usage.ru_utime + usage.ru_stime)
    return least


@pytest.mark.parametrize("call", ["--help", "search hội --archive nowhere.db"])
def test_it_starts_in_three_tenths_of_a_second(call: str) -> None:
    assert spent(["-m", "crawler", *call.split()]) - spent(["-c", "pass"]) < 0.3


@pytest.mark.parametrize("call", ["--help", "search --help", "search hội --archive nowhere.db"])
def test_it_starts_with_few_modules(call: str) -> None:
    code = (
        f"import sys; sys.argv = ['luutru', *{call.split()!r}]\n"
        "from crawler.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    loaded = set(done.stdout.splitlines())
    assert not loaded & set(HEAVY)
    assert len(loaded) < 300


# -- the other files ------------------------------------------------------------------------------


def test_the_changelog_has_what_is_to_come() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    assert re.search(rf"^## {re.escape(version)} – not released\n\n\S", changelog, re.MULTILINE)


def test_each_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (needed,) = re.findall(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    for line in needed.splitlines():
        assert re.fullmatch(r' {4}"[^"]+", +# \S.{8,}', line), line


def test_data_files_are_packed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for room, patterns in project["tool"]["setuptools"]["package-data"].items():
        for path in (ROOT / room).rglob("*"):
            name = path.relative_to(ROOT / room).as_posix()
            if path.parent.name == "screenshots":
                continue  # README's alone
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                assert any(fnmatch(name, one.replace("**/", "*")) for one in patterns), name


def texts() -> Iterator[Path]:
    """Every text that is part of the project."""
    left_out = {".git", ".venv", ".venv-replay", "demo-bai", "build", "dist", "__pycache__"}
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in left_out and not name.endswith("_cache")
                    and not name.endswith(".egg-info") and name != ".hypothesis"
                    and Path(folder, name) != ROOT / "demo"]  # fmt: skip
        for name in names:
            if Path(name).suffix in {"", ".md", ".py", ".toml", ".cfg", ".sql", ".json", ".html",
                                     ".txt", ".css", ".c", ".yml"}:  # fmt: skip
                yield Path(folder, name)


def test_nothing_names_one_machine_or_a_registry() -> None:
    # in pieces, or this file would be found
    words = [f"/{name}/" for name in ("work", "root", "home")]
    words += ["-".join(("index", "url"))]  # what an option or a setting that names one is called
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in texts()
        for text in [path.read_bytes().decode("utf-8", "replace")]
        for word in words
        if word in text
    ]
    assert not found


def test_shell_and_make_can_be_read() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)
    subprocess.run(["make", "-n", "test"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
