"""The words that open a byline, with the role of who follows: "Tác giả:", "Tin, ảnh:", "By"."""

from __future__ import annotations

import re

LABELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "author",
        re.compile(
            r"^(?:tác giả(?: bài viết)?|người viết|bài viết|bài|tin(?: bài)?|người đăng|đăng bởi|"
            r"thực hiện|nhóm p(?:hóng )?v(?:iên)?|phóng viên|pv|biên soạn|tổng hợp|người gửi|"
            r"author|by|written by|von|par|por|di|door|av)"
            r"(?:\s*[:;]|(?:(?<=by)|(?<=von)|(?<=par)|(?<=por))(?=\s|(?-i:[A-Z])))\s*",
            re.I,
        ),
    ),
    (
        "author and photo",
        re.compile(
            r"^(?:tin|bài|tin,? bài)\s*(?:,|và|&|-|/|\+)\s*ảnh\s*(?:[:;.]\s*|(?=(?-i:[A-ZĐ])))",
            re.I,
        ),
    ),
    ("photo", re.compile(r"^(?:ảnh|hình ảnh|hình|photo|foto|video|clip)\s*(?:[:;]|-)\s*", re.I)),
    (
        "editor",
        re.compile(r"^(?:biên tập(?: viên)?|btv|người biên tập|ctv|hiệu đính)\s*[:;]\s*", re.I),
    ),
    ("translator", re.compile(r"^(?:người dịch|biên dịch|lược dịch)\s*[:;]?\s*", re.I)),
    (
        "source",
        re.compile(
            r"^(?:nguồn(?: tin| bài| ảnh)?|trích nguồn|source|quelle)\s*"
            r"(?:[:;]\s*|(?=(?-i:[A-ZĐ])))",
            re.I,
        ),
    ),
)
