"""Dates as sites print them, day first; the reasons why some are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages import dates

PRINTED = [
    ("Thứ sáu - 16/08/2024 10:47", "2024-08-16T10:47+07:00"),
    ("04:35 15/03/2016", "2016-03-15T04:35+07:00"),
    ("09:47, 15/03/2021", "2021-03-15T09:47+07:00"),
    ("13/08/2025 | 329", "2025-08-13"),
    ("21/07/2022 | 10:00 AM", "2022-07-21T10:00+07:00"),
    ("16/11/2017 06:14:00 PM", "2017-11-16T18:14:00+07:00"),
    ("16/11/2017 12:05:00 AM", "2017-11-16T00:05:00+07:00"),
    ("Đăng ngày 15-05-2022 10:48", "2022-05-15T10:48+07:00"),
    ("Đăng ngày: 20/01/2020 - 8:28:04 AM | Lượt xem: 1231", "2020-01-20T08:28:04+07:00"),
    ("Thứ ba, 13 Tháng 10 2015 09:10", "2015-10-13T09:10+07:00"),
    ("- 07/03/2026 08:47", "2026-03-07T08:47+07:00"),
    ("07/03/2026 • 08:47", "2026-03-07T08:47+07:00"),
    ("(Ngày 3/4/2021)", "2021-04-03"),
    ("Ngày cập nhật 1/12/2020", "2020-12-01"),
    ("Thứ Bảy, ngày 29 tháng 2 năm 2020 - 8:28:19 PM", "2020-02-29T20:28:19+07:00"),
    ("ngày 23 tháng 6 năm 2023", "2023-06-23"),
    ("26-06-2023 16:23", "2023-06-26T16:23+07:00"),
    ("16h23, ngày 26/6/2023", "2023-06-26T16:23+07:00"),
    ("16 giờ 23 phút ngày 26/6/2023", "2023-06-26T16:23+07:00"),
    ("Cập nhật lúc 2019-05-26", "2019-05-26"),
    ("Chủ nhật, 5/2/2023, 17:00 (GMT+7)", "2023-02-05T17:00+07:00"),
    ("5/2/2023 17:00 GMT+9", "2023-02-05T17:00+09:00"),
    ("04/06/2023", "2023-06-04"),
    ("Thứ hai, 01/02/2021 - 25:61", "2021-02-01"),
]
NONE = [
    "31/02/2020", "30-13-2020", "Sáng 15-3", "QĐ 16/2017/NĐ-CP", "tháng 10 năm 2020",
    "1.147,4 tỷ đồng", "345", "0205.123.456", "",
]  # fmt: skip
METADATA = [
    ("2017-05-30+0716:29:00", "2017-05-30T16:29:00+07:00"),  # NukeViet
    ("2024-05-03T15:47:42.389Z", "2024-05-03T15:47:42+00:00"),
    ("2022-12-23T18:03", "2022-12-23T18:03+07:00"),
    ("2023-06-26 16:23:11", "2023-06-26T16:23:11+07:00"),
    ("2024-05-03", "2024-05-03"),
    ("26/06/2023 16:23", "2023-06-26T16:23+07:00"),
]


@pytest.mark.parametrize(("text", "value"), PRINTED)
def test_printed(text: str, value: str) -> None:
    assert [when.value for when in dates.dates_in(text)] == [value]


@pytest.mark.parametrize("text", NONE)
def test_no_date(text: str) -> None:
    assert list(dates.dates_in(text)) == []


@pytest.mark.parametrize(("text", "value"), METADATA)
def test_metadata(text: str, value: str) -> None:
    assert dates.of_metadata(text) == value


def test_dateparser_reads_what_is_left() -> None:
    assert dates.first("May 3, 2024", "en") == "2024-05-03"
    assert dates.first("hai ngày trước") is None


def test_refusals() -> None:
    seen = datetime(2023, 7, 1, tzinfo=UTC)
    assert dates.refusal("2023-06-30T10:00+07:00", seen) is None
    assert dates.refusal("2023-07-02", seen) is None  # it is tomorrow east of here
    assert dates.refusal("2023-07-04", seen) == "in the future of the capture"
    assert dates.refusal("1945-09-02", seen) == "before 1990"


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.times(), st.sampled_from("/-."))
def test_round_trip(day: date, clock: object, mark: str) -> None:
    text = f"{day.day}{mark}{day.month}{mark}{day.year} {clock:%H:%M}"
    assert dates.first(text) == f"{day.isoformat()}T{clock:%H:%M}+07:00"


@given(st.text())
def test_any_text(text: str) -> None:
    for when in dates.dates_in(text):
        dates.to_utc(when.value)
