"""Words that Vietnamese names of persons and of bodies begin with."""

from __future__ import annotations

_FAMILY_NAMES = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý la hà nông lương "
    "triệu vi hứa lục đàm đinh đoàn mai trịnh đào lâm cao tạ tô tống chu châu kiều quách thái "
    "tăng từ viên lưu lò lường quàng cầm tòng vàng giàng sùng mùa thào hầu ma lù vừ chảo tẩn "
    "lầu hờ mã linh hoa phùng thân khổng nghiêm doãn đồng văn thạch kim sơn danh tôn ông phí "
    "bế nhữ nhan ninh cù cung đậu giáp hàn hạ kha khuất la lại lều liễu lộ lữ mạc mạnh nghị "
    "quan tiêu trang triều trương úng uông ứng viết vương xa y ksor rơ siu rmah hlong điểu "
    "k'sor hđ'rê bá quang thanh minh ngọc hồng thu thúy thùy"
)
FAMILY = frozenset(_FAMILY_NAMES.split())
OFFICES = (
    r"ban|phòng|sở|văn phòng|vp|đảng [uủ][ỷy]|đảng bộ|trường|công an|hội|ubnd|ubmttq|trung tâm|"
    r"đoàn|chi bộ|huyện [uủ][ỷy]|thành [uủ][ỷy]|tỉnh [uủ][ỷy]|thị [uủ][ỷy]|quận [uủ][ỷy]|"
    r"báo|đài|cổng|học viện|bộ|cục|chi cục|viện|t[òo][àa]a? án|bch|liên đoàn|ubkt|btg|btgtu|"
    r"[uủ][ỷy] ban|mặt trận|tổng cục|kho bạc|ngân hàng|công ty|bảo hiểm|thanh tra|btv|"
    r"ttxvn|thông tấn|tạp chí|khối|xã|phường|huyện|tỉnh|thành phố"
)
