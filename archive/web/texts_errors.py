"""What readers' own input can bring about, in Vietnamese: our English sentence -> the same.

`{}` stands for a name, a number or what was typed. What is not here is shown in English.
"""

from __future__ import annotations

import re
from functools import cache

VIETNAMESE: dict[str, str] = {
    # archive.query, archive.query_lexer, archive.query_expand
    "The query is empty.": "Chưa gõ từ nào.",
    "The query holds no word.": "Không có từ nào để tìm.",
    "Type a word, such as `tuyen truyen`.": "Hãy gõ một từ, ví dụ `tuyen truyen`.",
    "The query is too long.": "Phép tìm quá dài.",
    "Use at most {} words.": "Hãy dùng nhiều nhất {} từ.",
    "No parenthesis was opened for this one.": "Dấu ngoặc này không có dấu mở.",
    "Take it out.": "Hãy bỏ dấu này.",
    "The query is nested too deeply.": "Quá nhiều lớp ngoặc.",
    "Take parentheses out.": "Hãy bớt dấu ngoặc.",
    "A word or phrase is missing here.": "Thiếu một từ hoặc cụm từ ở đây.",
    "Put one, or take this out.": "Hãy thêm từ, hoặc bỏ phần này.",
    "The parenthesis opened here is not closed.": "Dấu ngoặc mở ở đây chưa được đóng.",
    "Add `)`.": "Hãy thêm `)`.",
    "This field has nothing to look for.": "Trường này chưa có từ cần tìm.",
    "Put a word after the colon.": "Hãy thêm từ sau dấu hai chấm.",
    "The phrase that begins here has no end.": "Cụm từ bắt đầu ở đây chưa kết thúc.",
    'Add `"` after its last word.': 'Hãy thêm `"` sau từ cuối.',
    "A search takes words, not an address.": "Ô tìm nhận từ, không nhận địa chỉ.",
    "Try `luutru show URL`.": "Hãy thử lệnh `luutru show URL`.",
    "There is no field `{}`.": "Không có trường `{}`.",
    "The fields are {}.": "Có các trường {}.",
    "There is nothing to find: NOT only takes away from what other words find.": (
        "Không có gì để tìm: NOT chỉ bớt đi từ những gì các từ khác tìm được."
    ),
    "Put a word before it, as in `hoi nghi NOT bao cao`.": (
        "Hãy thêm từ đứng trước, như `hoi nghi NOT bao cao`."
    ),
    "NEAR stands between two words or phrases.": "NEAR đứng giữa hai từ hoặc cụm từ.",
    "As in `hoi NEAR/5 ket`.": "Như `hoi NEAR/5 ket`.",
    "NEAR ties words or phrases of one field, all with marks or all without.": (
        "NEAR nối các từ, cụm từ của cùng một trường, tất cả có dấu hoặc tất cả không dấu."
    ),
    'As in `"hoi nghi" NEAR/5 "tong ket"`.': 'Như `"hoi nghi" NEAR/5 "tong ket"`.',
    "A date holds for the whole query: it cannot stand in parentheses, or under OR or NOT.": (
        "Ngày tháng áp dụng cho cả phép tìm: không đứng trong ngoặc, sau OR hay NOT."
    ),
    "Put it beside them, as in `(bao OR lu) from:2024`.": (
        "Hãy đặt bên cạnh, như `(bao OR lu) from:2024`."
    ),
    "`{}:` takes one date.": "`{}:` chỉ nhận một ngày.",
    "A range is `date:2020..2022`.": "Khoảng thời gian viết là `ngay:2020..2022`.",
    "A range has a beginning or an end.": "Khoảng thời gian phải có đầu hoặc cuối.",
    "As in `date:2020..2022`.": "Như `ngay:2020..2022`.",
    "Exchange them.": "Hãy đổi chỗ.",
    "This phrase has too many words that may be spelled with i or y.": (
        "Cụm từ này có quá nhiều từ viết được với i hoặc y."
    ),
    "Take some out, or search without that option.": "Hãy bớt từ, hoặc bỏ lựa chọn này.",
    # archive.candidates
    "No site is in a province `{}` in this archive.": "Không có trang nào ở tỉnh `{}`.",
    'There are {}. A name of several words is quoted: province:"Bình Phước".': (
        'Có {}. Tên nhiều chữ đặt trong ngoặc kép: tinh:"Bình Phước".'
    ),
    "There is no site `{}` in this archive.": "Kho này không có trang `{}`.",
    "`luutru status` lists its sites.": "Mục Trang nguồn liệt kê các trang.",
    "No site of this archive is in a province `{}`.": "Không có trang nào ở tỉnh `{}`.",
    "There are {}.": "Có {}.",
    "No site has one yet.": "Chưa trang nào có tỉnh.",
    # archive.as_of, archive.candidates_past, archive.web.narrowing
    "`{}` is yet to come.": "`{}` chưa đến.",
    "Name a day until today, {}.": "Hãy viết một ngày không quá hôm nay, {}.",
    "Nothing was captured by {}.": "Đến ngày {} chưa lưu được bài nào.",
    "The first capture of an article is of {}.": "Bài đầu tiên được lưu ngày {}.",
    "All versions and a day do not go together.": "Không chọn cả mọi phiên bản lẫn một ngày.",
    "Leave one of them out.": "Hãy bỏ một trong hai.",
    # archive.dates
    "`{}` is no date that can be read.": "`{}` không phải ngày tháng đọc được.",
    "Write a day, month or year: 26/6/2023, 2023-06-26, 2023-06 or 2023.": (
        "Hãy viết ngày, tháng hoặc năm: 26/6/2023, 6/2023 hoặc 2023."
    ),
    "There is no year {} here.": "Không có năm {}.",
    "Write one from 1000 to 9998.": "Hãy viết năm từ 1000 đến 9998.",
    "There is no month {} in `{}`.": "Không có tháng {} trong `{}`.",
    "The day stands first: 26/6/2023.": "Ngày đứng trước: 26/6/2023.",
    "Months end with 12.": "Một năm có 12 tháng.",
    "There is no day `{}`.": "Không có ngày `{}`.",
    "Month {} of {} has {} days.": "Tháng {} năm {} có {} ngày.",
    # archive.web
    "{} is after {}.": "{} đứng sau {}.",
    "Exchange the two dates, or leave one out.": "Hãy đổi chỗ hai ngày, hoặc bỏ một ngày.",
    "This page took longer than {} seconds to make.": "Trang này mất hơn {} giây.",
    "Narrow it by a site or year, or ask on the command line, which has no limit.": (
        "Hãy thu hẹp theo trang hoặc năm, hoặc dùng dòng lệnh, nơi không có giới hạn."
    ),
    "This SQL took too long.": "Câu SQL này chạy quá lâu.",
    "Narrow it, or open the file in `sqlite3`.": "Hãy thu hẹp, hoặc mở tệp bằng `sqlite3`.",
    "There is no capture {}.": "Không có bản lưu {}.",
    "An article's page names those that show it.": "Trang của bài viết ghi các bản lưu của bài.",
    "Capture {} brought nothing: {}.": "Bản lưu {} không có nội dung: {}.",
    "/capture/{} tells when, and lists the others of that page.": (
        "/capture/{} cho biết lúc nào, và các bản lưu khác của trang đó."
    ),
    "Capture {} is no photo.": "Bản lưu {} không phải ảnh.",
    "/capture/{} shows what it is.": "/capture/{} cho biết đó là gì.",
    "{}={} is no number.": "{}={} không phải số.",
    "Versions count from 1.": "Phiên bản đánh số từ 1.",
    "There is no version {} of {}: it has 1 version.": "Bài {1} không có phiên bản {0}: chỉ có 1.",
    "There is no version {} of {}: it has versions {} to {}.": (
        "Bài {1} không có phiên bản {0}: có các phiên bản từ {2} đến {3}."
    ),
    "`luutru history {}` lists them.": "Mục Lịch sử của bài liệt kê các phiên bản.",
    # archive.articles
    "No article of this archive is named {}. Near it: {}.": (
        "Kho này không có bài nào tên là {}. Gần giống: {}."
    ),
    "No article of this archive is named {}.": "Kho này không có bài nào tên là {}.",
    "Look for its words on the first page.": "Hãy tìm bằng từ ngữ của bài ở trang đầu.",
    # archive.withdrawals
    "Withdrawn on {} by {}: {}.": "Rút ngày {}, do {}: {}.",
    "Its digest and size are kept, its bytes are not.": "Chỉ còn mã băm và kích thước.",
    "`luutru history {}` lists the digests of its versions.": (
        "Lệnh `luutru history {}` liệt kê mã băm các phiên bản."
    ),
    # archive.collections
    "There is no collection `{}`.": "Không có bộ sưu tập `{}`.",
    "None was made yet.": "Chưa có bộ sưu tập nào.",
    # archive.index
    "The search index is not complete.": "Chỉ mục tìm kiếm chưa đầy đủ.",
    "The search index was built by word rules {}, this release has {}.": (
        "Chỉ mục tìm kiếm theo bộ quy tắc {}, bản này dùng bộ {}."
    ),
    "Run `luutru reindex`.": "Hãy chạy lệnh `luutru reindex`.",
}


def in_vietnamese(message: str) -> str:
    """*message* in Vietnamese, or as it is where it is not known."""
    for pattern, wanted in _patterns():
        if match := pattern.fullmatch(message):
            return wanted.format(*match.groups())
    return message


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(re.escape(known).replace(r"\{\}", "(.*)"), re.DOTALL), wanted)
        for known, wanted in VIETNAMESE.items()
    ]
