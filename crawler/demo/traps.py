"""What a crawler can fall into. Each trap has an address that looks like an article's."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache

from crawler.demo.markup import BASE, SESSION, escape
from crawler.demo.messages import HTML, DemoRequest, DemoResponse, Resource, redirect
from crawler.demo.plan import Plan

HUGE_BYTES = 50_000_000
BOMB_BYTES = 120_000_000
OTHER_HOST = "http://www.trang-khac.example/tin-tuc/bai-viet-1.html"
PRIVATE = ("http://10.20.30.40/quan-tri.html", "http://192.168.1.1/")

TITLES: Mapping[str, str] = {
    "redirect-301": "Bài viết đã chuyển hẳn sang địa chỉ mới",
    "redirect-302": "Bài viết tạm chuyển sang địa chỉ khác",
    "chain-1": "Chuyển hướng qua ba địa chỉ",
    "loop-1": "Chuyển hướng không có điểm dừng",
    "other-host": "Bài viết đăng trên trang khác",
    "private-10": "Tài liệu trên máy chủ nội bộ thứ nhất",
    "private-192": "Tài liệu trên máy chủ nội bộ thứ hai",
    "missing": "Thông báo cũ không còn trên trang",
    "gone": "Văn bản đã được gỡ khỏi trang",
    "huge": "Biên bản toàn văn của hội nghị",
    "bomb": "Bản nén toàn văn các nghị quyết",
    "broken-gzip": "Trang bị lỗi khi nén",
    "empty": "Trang trống",
    "not-html": "Bản quét của quyết định khen thưởng",
    "calendar": "Lịch công tác",
}
"""Name of a trap -> the words of the link that leads to it."""

_HIDDEN = ("chain-2", "chain-3", "loop-2")  # reached by redirects only
NAMES = (*TITLES, *_HIDDEN)


def paths(article_path: Callable[[str, int], str]) -> dict[str, str]:
    """Name -> address, made by the family's own rule from a slug and a number."""
    made = {name: article_path(f"tu-lieu-{name}", 9001 + n) for n, name in enumerate(NAMES)}
    made["calendar"] = "/lich-cong-tac/2026/11/"
    return made


def answer(
    plan: Plan, request: DemoRequest, where: Mapping[str, str]
) -> DemoResponse | Resource | None:
    """The trap at the request's address, if one stands there."""
    name = next((known for known, path in where.items() if path == request.path), None)
    if name is not None and name != "calendar":
        return _named(name, plan, request.base, where)
    month = re.fullmatch(r"/lich-cong-tac/(\d{4})/(\d{1,2})/(?:\?.*)?", request.path)
    if month is not None:
        return _calendar(plan, int(month[1]), int(month[2]))
    if re.match(r"/(vi|en)/(?:(?:vi|en)/)*(?:\?.*)?$", request.path):
        return _recursion(plan, request.path.split("?")[0])
    if any(request.path.startswith(prefix) for prefix in plan.family.login_paths):
        return Resource(lambda: _login(plan))
    return None


def _named(name: str, plan: Plan, base: str, where: Mapping[str, str]) -> DemoResponse | Resource:
    target = plan.paths[plan.articles[-1].slug]  # the oldest article: no day moves it
    jumps = {
        "redirect-301": (301, target),
        "redirect-302": (302, target),
        "chain-1": (301, where["chain-2"]),
        "chain-2": (302, where["chain-3"]),
        "chain-3": (301, target),
        "loop-1": (302, where["loop-2"]),
        "loop-2": (302, where["loop-1"]),
        "other-host": (301, OTHER_HOST),
        "private-10": (302, PRIVATE[0]),
        "private-192": (302, PRIVATE[1]),
    }
    if name in jumps:
        status, location = jumps[name]
        return redirect(status, base + location if location.startswith("/") else location)
    message = plan.family.message
    if name == "missing":
        return Resource(lambda: message(plan, "Lỗi 404", "Trang này không có."), status=404)
    if name == "gone":
        return Resource(lambda: message(plan, "Lỗi 410", "Văn bản này đã được gỡ."), status=410)
    return _BYTES[name]()


def _huge() -> DemoResponse:
    return DemoResponse(200, (("Content-Type", HTML),), stream=huge_pieces)


def huge_pieces() -> Iterator[bytes]:
    """A page of 50 MB, one paragraph after another."""
    yield b'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"></head><body>'
    line = (
        "<p>Đại biểu phát biểu, thư ký ghi, chủ tọa xác nhận từng dòng của biên bản.</p>\n".encode()
    )
    piece = line * (65536 // len(line))
    for _ in range(-(-HUGE_BYTES // len(piece))):
        yield piece
    yield b"</body></html>"


@cache
def bomb() -> bytes:
    """Some 120 kB that become 120 MB; packed piece by piece, so that making it takes no memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    piece = b"0" * 1_000_000
    packed = [packer.compress(b"<html><body><p>")]
    packed += [packer.compress(piece) for _ in range(BOMB_BYTES // len(piece))]
    return b"".join([*packed, packer.flush()])


def _bomb() -> DemoResponse:
    return DemoResponse(200, (("Content-Type", HTML), ("Content-Encoding", "gzip")), bomb())


def _broken_gzip() -> DemoResponse:
    page = "<html><body><p>Đoạn đầu còn đọc được.</p></body></html>".encode() * 40
    whole = gzip.compress(page, mtime=0)
    broken = whole[: len(whole) // 2] + b"\x00\xff" * 24
    return DemoResponse(200, (("Content-Type", HTML), ("Content-Encoding", "gzip")), broken)


def _empty() -> DemoResponse:
    return DemoResponse(200, (("Content-Type", HTML),))


def _not_html() -> DemoResponse:
    noise = bytes((n * 97 + n // 7) % 256 for n in range(4096))
    return DemoResponse(200, (("Content-Type", HTML),), b"\x89PNG\r\n\x1a\n" + noise)


_BYTES: Mapping[str, Callable[[], DemoResponse]] = {
    "huge": _huge,
    "bomb": _bomb,
    "broken-gzip": _broken_gzip,
    "empty": _empty,
    "not-html": _not_html,
}


def _calendar(plan: Plan, year: int, month: int) -> Resource | None:
    """Every month links to the one before and the one after, without end."""
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    first = date(year, month, 1)
    before = f"/lich-cong-tac/{year - (month == 1)}/{(month - 2) % 12 + 1}/"
    after = f"/lich-cong-tac/{year + (month == 12)}/{month % 12 + 1}/"
    days = "".join(
        f'<li><a href="{after}?ngay={n}">{n}/{first:%m/%Y}</a></li>' for n in range(1, 29)
    )
    return Resource(
        lambda: _page(plan, f"Lịch công tác tháng {month}/{year}",
                      f'<a rel="prev" href="{before}">Tháng trước</a> '
                      f'<a rel="next" href="{after}">Tháng sau</a><ul>{days}</ul>')
    )  # fmt: skip


def _recursion(plan: Plan, path: str) -> Resource:
    """The language switch puts its prefix before the one that is there."""
    links = "".join(
        f'<li><a href="/{lang}{path}">{name}</a></li>'
        for lang, name in (("vi", "Tiếng Việt"), ("en", "English"))
    )
    return Resource(lambda: _page(plan, "Chọn ngôn ngữ", f"<ul>{links}</ul>"))


def _login(plan: Plan) -> str:
    return _page(
        plan, "Đăng nhập",
        '<form method="post"><input type="text" name="ten"/><input type="password" '
        'name="mat-khau"/>'
        f'<input type="hidden" name="phien" value="{SESSION}"/><input type="submit" '
        'value="Đăng nhập"/></form>',
    )  # fmt: skip


def _page(plan: Plan, title: str, inside: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(title)} - {escape(plan.site_name)}</title></head>\n"
        f'<body><h2>{escape(title)}</h2>\n{inside}\n<p><a href="/">Trang chủ</a></p>'
        "</body></html>\n"
    )


__all__ = ["BASE", "NAMES", "TITLES", "answer", "bomb", "huge_pieces", "paths"]
