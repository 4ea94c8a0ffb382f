"""The pictures of the reader in README: `python tests/screenshots.py ARCHIVE [FOLDER]`.

Made of the sample sites that `make demo` leaves; small files, since every clone carries them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from browsing import browser, visit
from crawling import ROOT, rows
from PIL import Image
from test_web_server import serving, url_in

SIZE = (1280, 860)
COLOURS = 128  # of a palette; flat pages lose nothing that the eye sees
SEARCH = "/search?q=hoi+nghi+bao+cao+vien"
ARTICLE = """
SELECT article.key FROM article JOIN version v ON v.article_id = article.id
JOIN caption ON caption.version_id = article.version_id AND image IS NOT NULL
GROUP BY article.id HAVING count(DISTINCT v.id) > 1
ORDER BY count(*) DESC, article.key LIMIT 1"""


def picture(png: bytes) -> bytes:
    """The same picture with a palette."""
    out = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(out, "png", optimize=True)
    return out.getvalue()


def take(archive: Path, folder: Path) -> list[Path]:
    """Write the pictures of the search and of an article with two versions."""
    folder.mkdir(parents=True, exist_ok=True)
    (key,) = rows(archive, ARTICLE)[0]
    taken = []
    with (
        serving(archive.parent, archive.absolute()) as (_, line),
        browser() as opened,
        visit(opened, url_in(line), SIZE) as one,
    ):
        for name, path in (("search", SEARCH), ("article", f"/article/{key}")):
            taken.append(folder / f"{name}.png")
            taken[-1].write_bytes(picture(one.go(path).screenshot()))
    return taken


if __name__ == "__main__":
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "archive" / "web" / "screenshots"
    for path in take(Path(sys.argv[1]), target):
        sys.stdout.write(f"{path} {path.stat().st_size / 1000:.0f} kB\n")
