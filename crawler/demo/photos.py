"""Small photos, drawn: the same key gives the same bytes with one release of Pillow."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache

from PIL import Image, ImageDraw

SIZE = (320, 200)


@lru_cache(maxsize=4096)
def jpeg(key: str, size: tuple[int, int] = SIZE) -> bytes:
    """A meeting seen from the back of the hall, coloured by *key*: some 4 kB."""
    seed = hashlib.sha256(key.encode()).digest()
    wall, cloth, dark = ((seed[n] // 2 + 64, seed[n + 1] // 2 + 64, seed[n + 2] // 2 + 40)
                         for n in (0, 3, 6))  # fmt: skip
    image = Image.new("RGB", size, wall)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((width // 5, 10, width * 4 // 5, height // 2), fill=cloth)
    draw.rectangle((0, height * 3 // 5, width, height), fill=dark)
    for n in range(18):
        x = (n * 53 + seed[9 + n % 20]) % width
        y = height * 3 // 5 + (n % 3) * height // 8
        draw.ellipse((x, y, x + width // 20, y + width // 16), fill=(seed[n], 60, 40))
    return _saved(image, "JPEG")


@lru_cache(maxsize=16)
def png(key: str, size: tuple[int, int]) -> bytes:
    """A flat mark of the site's layout."""
    seed = hashlib.sha256(key.encode()).digest()
    image = Image.new("RGB", size, (176, seed[0] // 4, seed[1] // 4))
    ImageDraw.Draw(image).ellipse((2, 2, size[0] - 3, size[1] - 3), outline=(255, 221, 0))
    return _saved(image, "PNG")


def _saved(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, form, quality=72)
    return out.getvalue()
