"""Words by which content that is no committee's is known, and those that speak against it."""

from __future__ import annotations

import re


def _any(*words: str, flags: int = 0) -> re.Pattern[str]:
    """One of these as a whole word, in text in lower case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", flags)


HINTS = (
    "nhà cái", "cá cược", "cá độ", "casino", "tài xỉu", "slot", "nổ hũ", "baccarat", "poker",
    "bet8", "bet6", "đánh bài", "soi kèo", "kèo", "lô đề", "judi", "togel", "พนัน", "สล็อต",
    "百家乐", "博彩", "viagra", "cialis", "phim sex", "porn",
)  # fmt: skip
"""One of them stands on every page that is looked at closely: they are found in no time."""

GAMES = _any(
    r"nhà cái", r"cá cược", r"cá độ", r"cược", r"casino", r"sòng bạc", r"sòng bài", r"tài xỉu",
    r"xóc đĩa", r"nổ hũ", r"bắn cá", r"đá gà", r"đánh bài", r"game bài", r"baccarat", r"poker",
    r"blackjack", r"roulette", r"jackpot", r"slots?", r"soi kèo", r"kèo (?:nhà cái|bóng đá|châu "
    r"[áâ]u?|thơm)", r"tỷ lệ kèo", r"lô đề", r"soi cầu", r"rồng hổ", r"tiến lên miền nam",
    r"sportsbook", r"betting", r"gambling", r"judi", r"togel", r"gacor", r"maxwin", r"bandar",
)  # fmt: skip
"""Games of chance and who offers them."""
SCRIPTS = re.compile("百家乐|博彩|赌场|彩票|娱乐城|พนัน|สล็อต|บาคาร่า|คาสิโน|カジノ")
"""The same in scripts without spaces."""
OTHER = _any(
    r"viagra", r"cialis", r"levitra", r"phim sex", r"phim người lớn", r"xxx", r"porn\w*", r"escort",
    r"gái gọi", r"jav hd", r"replica watch\w*", r"payday loans?",
)  # fmt: skip
"""What else fills lapsed domains."""
BRANDS = re.compile(
    r"(?<!\w)(?:[a-z]{0,6}\d{0,3}(?:bet|win|vip|club|play)\d{2,3}|\d{2,3}(?:bet|win|club|vip)|"
    r"[a-z]{1,6}88|w88|m88|fun88|fb88|8xbet|bk8|kubet|thabet|sunwin|rikvip|shbet|okvip|"
    r"five88|debet|vn88|k8vina|sbobet|1xbet)(?!\w)"
)
"""Names of houses: they are letters with lucky numbers behind."""
CALLS = _any(
    r"đăng ký (?:ngay|tài khoản|nhận|tặng|hội viên)[^.]{0,30}", r"đăng nhập (?:nhà cái|ngay)",
    r"nạp (?:tiền|rút|lần đầu|đầu)", r"rút tiền", r"nạp đầu", r"hoàn trả", r"khuyến mãi",
    r"khuyến mại", r"tiền thưởng", r"tặng (?:ngay )?\d+k?", r"nhận thưởng", r"cược miễn phí",
    r"link (?:vào|truy cập|đăng nhập|mới nhất)[^.]{0,30}", r"tải (?:app|ứng dụng|game)",
    r"đổi thưởng", r"trả thưởng", r"uy tín (?:nhất|số 1|hàng đầu)", r"chơi ngay", r"cược ngay",
    r"đại lý", r"cskh", r"chăm sóc khách hàng 24/7", r"bonus", r"deposit", r"free spins?",
    r"sign up now", r"play now", r"daftar", r"login", r"buy (?:now|online)", r"order now",
    r"no prescription", r"xem ngay",
)  # fmt: skip
"""What an advertisement asks its reader to do, and promises. News never do."""
LURES = _any(
    r"uy tín", r"trang chủ", r"link vào", r"đăng nhập", r"đăng ký", r"khuyến mãi", r"top \d+",
    r"số 1", r"hàng đầu", r"online", r"trực tuyến", r"mới nhất", r"đổi thưởng", r"gacor",
    r"tải app",
    r"chính thức", r"best", r"official",
)  # fmt: skip
"""What stands beside such a word in the title of an advertisement."""
REPORT = _any(
    r"công an", r"cơ quan (?:cảnh sát )?điều tra", r"khởi tố", r"bị can", r"bị cáo", r"bắt giữ",
    r"bắt quả tang", r"tạm giam", r"tạm giữ", r"triệt phá", r"triệt xóa", r"xét xử", r"tuyên án",
    r"tuyên phạt", r"viện kiểm sát", r"tòa án", r"đường dây", r"đối tượng", r"tội phạm", r"tệ nạn",
    r"phòng,? chống", r"đấu tranh", r"vi phạm pháp luật", r"xử lý nghiêm", r"xử phạt", r"cảnh báo",
    r"cảnh giác", r"lừa đảo", r"trái phép", r"nghiêm cấm", r"chuyên án", r"bộ luật hình sự",
    r"nghị định", r"chỉ thị", r"nghị quyết", r"đồng chí", r"chi bộ", r"hội nghị", r"đảng viên",
    r"phóng viên", r"theo đó",
)  # fmt: skip
"""The words of who reports or warns."""
PARTY = _any(
    r"đảng bộ", r"đảng ủy", r"đảng uỷ", r"tỉnh ủy", r"tỉnh uỷ", r"thành ủy", r"thành uỷ",
    r"huyện ủy", r"huyện uỷ", r"thị ủy", r"quận ủy", r"đảng cộng sản", r"đảng viên", r"chi bộ",
    r"ban tuyên giáo", r"ban dân vận", r"ban nội chính", r"ban tổ chức", r"ủy ban kiểm tra",
    r"ban chấp hành", r"ban thường vụ", r"bí thư", r"ủy ban nhân dân", r"ubnd", r"hđnd",
    r"học tập và làm theo", r"nghị quyết",
)  # fmt: skip
"""What the frame of a committee's page names: its menus, its foot."""
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
