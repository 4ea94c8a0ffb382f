# ruff: noqa: E501 - markup that would only be harder to read when broken
"""Foreign content on a committee's domain; and what is none, whatever it speaks of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from test_pages_verdict import MENU, NEWS

from archive.types import Exchange, Reading
from crawler.profile import generic
from crawler.reading import read

SEEN = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
DATE = "<div class='date'>12/01/2026 08:00</div>"


def reading(
    title: str, body: str, *, head: str = "", lang: str = "vi", path: str = "/tin/bai-12.html"
) -> Reading:
    url = f"https://tinhuy.example.vn{path}"
    html = f'<!DOCTYPE html><html lang="{lang}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    return read(Exchange(url, SEEN, status=200, body=html.encode()), generic(url), "article")


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


OUT = "".join(
    f'<a rel="nofollow" href="https://go{n}.khac.example/dk">Đăng ký</a>' for n in range(9)
)
HOUSE = p(
    "Nhà cái KU88 là sân chơi cá cược trực tuyến uy tín hàng đầu châu Á, nơi hội viên đặt cược thể thao, casino, tài xỉu, xóc đĩa và nổ hũ mỗi ngày.",
    "Đăng ký tài khoản hôm nay để nhận thưởng 88k, nạp lần đầu khuyến mãi 150%, rút tiền trong 3 phút, chăm sóc khách hàng 24/7.",
    "Kho game bài đổi thưởng có baccarat, rồng hổ, poker, bắn cá; tỷ lệ kèo nhà cái cập nhật từng phút cho mọi trận bóng đá.",
    "Tải app KU88 hoặc dùng link vào mới nhất khi nhà mạng chặn; cược ngay để không bỏ lỡ jackpot.",
)
SEO = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-02-01T08:00:00+07:00">'
FOREIGN = {
    "a house's home page": ("KU88 - Nhà cái uy tín số 1 - Trang chủ KU88 chính thức", HOUSE + OUT, "", "vi"),
    "dated as an article": ("Link vào nhà cái KU88 mới nhất 2026", DATE + HOUSE, SEO, "vi"),
    "in the committee's own frame": ("Top 10 nhà cái uy tín", MENU + "<h1>Top 10 nhà cái uy tín</h1>" + HOUSE + OUT + NEWS, "", "vi"),
    "odds of the day": (
        "Soi kèo nhà cái hôm nay - Tỷ lệ kèo bóng đá trực tuyến",
        "<h1>Soi kèo hôm nay</h1>" + p(*["Soi kèo trận đêm nay: tỷ lệ kèo châu Á nghiêng về đội chủ nhà, nhà cái đưa kèo thơm, đăng ký ngay để nhận khuyến mãi nạp đầu và chơi ngay."] * 4) + OUT,
        "", "vi",
    ),
    "Indonesian slots": (
        "Slot Gacor Hari Ini: Situs Judi Slot Online Resmi Maxwin",
        "<h1>Slot gacor</h1>" + p(*["Situs judi slot online gacor hari ini dengan bonus new member, deposit pulsa, daftar sekarang, login cepat dan maxwin setiap hari bersama bandar terpercaya."] * 4) + OUT,
        "", "id",
    ),
    "Chinese": (
        "澳门娱乐城官方网站 - 真人百家乐 best online",
        "<h1>百家乐</h1>" + p(*["百家乐 娱乐城 博彩 彩票 bonus login deposit play now 欢迎您注册"] * 9) + OUT, "", "zh",
    ),
    "a pharmacy": (
        "Buy viagra online - best cialis price",
        "<h1>Buy viagra online</h1>" + p(*["Buy now generic viagra and cialis, no prescription needed, order now with free bonus pills of levitra."] * 5) + OUT, "", "en",
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/tin/bai-12.html"])
def test_an_advertisement_is_foreign(form: str, path: str) -> None:
    title, body, head, lang = FOREIGN[form]
    found = reading(title, body, head=head, lang=lang, path=path)
    assert (found.kind, found.article, found.items, found.found) == ("foreign", None, (), ())


RAID = p(
    "Sáng 10/1, Công an tỉnh cho biết đã triệt phá đường dây cá độ bóng đá qua mạng, khởi tố 12 bị can về tội đánh bạc và tổ chức đánh bạc, bắt giữ đối tượng cầm đầu.",
    "Theo cơ quan điều tra, các đối tượng lập trang cá cược, nhận làm đại lý cho nhà cái ở nước ngoài, tổ chức tài xỉu, xóc đĩa, baccarat với số tiền giao dịch hơn 1.000 tỷ đồng.",
    "Người chơi được cấp tài khoản, nạp tiền, rút tiền qua ngân hàng; nhà cái trả thưởng và hoàn trả hằng tuần.",
    "Công an tỉnh cảnh báo người dân không tham gia cá cược trái phép dưới mọi hình thức.",
)
WARNING = p(
    "Các trang nhà cái, casino trực tuyến, nổ hũ, tài xỉu, game bài đổi thưởng dùng lời mời “đăng ký nhận thưởng”, “khuyến mãi nạp đầu”, “link vào mới nhất” để lôi kéo thanh niên.",
    "Đảng viên không được tham gia cá cược, lô đề, cá độ; chi bộ phải tuyên truyền, phòng, chống tệ nạn cờ bạc, xử lý nghiêm vi phạm.",
    "Đồng chí Bí thư yêu cầu các chi bộ quán triệt Chỉ thị trong tháng Một và báo cáo kết quả.",
)
COURT = p(
    *[
        "Hội đồng xét xử tuyên phạt bị cáo 3 năm tù về tội tổ chức đánh bạc; bị cáo mở sòng bạc, cho khách chơi baccarat, xóc đĩa, poker tại casino trái phép."
    ]
    * 3
)
OURS = {
    "a raid": ("Triệt phá đường dây cá độ bóng đá nghìn tỷ", MENU + "<h1>Triệt phá đường dây cá độ bóng đá nghìn tỷ</h1>" + DATE + RAID + NEWS),
    "a raid, on a bare page": ("Triệt phá đường dây cá độ bóng đá nghìn tỷ", "<h1>Triệt phá đường dây cá độ bóng đá nghìn tỷ</h1>" + DATE + RAID),
    "a raid, linked from elsewhere": ("Khởi tố chủ nhà cái BET88 trực tuyến", "<h1>Khởi tố chủ nhà cái BET88 trực tuyến</h1>" + DATE + RAID + OUT),
    "a warning": ("Cảnh giác với nhà cái, casino trực tuyến", MENU + "<h1>Cảnh giác với nhà cái, casino trực tuyến</h1>" + DATE + WARNING),
    "a court": ("Phạt tù chủ sòng bạc", "<h1>Phạt tù chủ sòng bạc</h1>" + DATE + COURT),
    "a law on casinos": (
        "Quy định mới về kinh doanh casino và đặt cược",
        MENU + "<h1>Quy định mới về kinh doanh casino và đặt cược</h1>" + DATE
        + p(*["Nghị định quy định điều kiện kinh doanh casino, trò chơi điện tử có thưởng và đặt cược bóng đá quốc tế; doanh nghiệp phải trả thưởng đúng hạn, người chơi đăng ký tài khoản."] * 4),
    ),
    "an air battle": (
        "Điện Biên Phủ trên không",
        MENU + "<h1>Điện Biên Phủ trên không</h1>" + DATE + p(*["Quân dân Thủ đô bắn rơi 34 máy bay B52, giành thắng lợi trong 12 ngày đêm; đồng chí Tư lệnh kể lại trận đánh."] * 5),
    ),
    "hidden links of a broken site": (
        "Hội nghị sơ kết công tác tuyên giáo",
        MENU + "<h1>Hội nghị sơ kết công tác tuyên giáo</h1>" + DATE
        + p(*["Sáng 12/1, Ban Tuyên giáo Tỉnh ủy tổ chức hội nghị sơ kết; đồng chí Trưởng ban chủ trì, nêu rõ nhiệm vụ của quý tới và giao các chi bộ thực hiện."] * 4)
        + "<div style='position:absolute;left:-9999px'><a href='https://a.khac.example/'>nhà cái uy tín</a> <a href='https://b.khac.example/'>casino online</a> <a href='https://c.khac.example/'>tài xỉu</a></div>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", OURS)
def test_news_about_it_is_not(form: str) -> None:
    title, body = OURS[form]
    found = reading(title, body)
    assert found.kind == "article"
    assert found.article is not None and found.article.body
