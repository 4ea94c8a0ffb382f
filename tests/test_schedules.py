"""Schedules: cron in Vietnam's time, which run is waiting, and what the table keeps of runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import cron, schedules, sites
from archive.clock import FixedClock
from archive.db import Archive
from archive.errors import ArchiveError, InputError
from archive.schedules import Schedule
from crawler.schedule import HELD_AGAIN, decide

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHTLY = "0 2 * * *"


def at(text: str) -> datetime:
    """A moment in the time of Asia/Ho_Chi_Minh."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def schedule(
    expression: str = NIGHTLY, set_at: str = "2026-03-01 15:00", **more: object
) -> Schedule:
    return Schedule(1, "small", expression, at(set_at), **more)  # type: ignore[arg-type]


# -- cron -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "after", "first", "before"),
    [
        (NIGHTLY, "2026-03-01 15:00", "2026-03-02 02:00", "2026-03-01 02:00"),
        (NIGHTLY, "2026-03-02 02:00", "2026-03-03 02:00", "2026-03-02 02:00"),
        ("*/20 7-9 * * *", "2026-03-01 09:59", "2026-03-02 07:00", "2026-03-01 09:40"),
        ("0 6 * * 1", "2026-03-01 15:00", "2026-03-02 06:00", "2026-02-23 06:00"),  # Mondays
        ("0 6 * * sun", "2026-03-01 15:00", "2026-03-08 06:00", "2026-03-01 06:00"),
        ("0 0 29 2 *", "2026-03-01 15:00", "2028-02-29 00:00", "2024-02-29 00:00"),
        ("0 0 31 * *", "2026-03-01 15:00", "2026-03-31 00:00", "2026-01-31 00:00"),
        ("0 0 1 * 1", "2026-03-02 15:00", "2026-03-09 00:00", "2026-03-02 00:00"),  # either
        ("0 2 L * *", "2026-03-01 15:00", "2026-03-31 02:00", "2026-02-28 02:00"),
    ],
)
def test_occurrences_are_those_of_the_clocks_in_vietnam(
    expression: str, after: str, first: str, before: str
) -> None:
    assert cron.following(expression, at(after)) == at(first)
    assert cron.latest(expression, at(after)) == at(before)
    assert cron.local(at(first)) == f"{first} +07:00"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "has 0 fields, not 5"),
        ("0 2 * *", "has 4 fields, not 5"),
        ("0 0 2 * * *", "has 6 fields, not 5"),
        ("@daily", "has 1 fields, not 5"),
        ("60 * * * *", "its minute is wrong"),
        ("0 24 * * *", "its hour is wrong"),
        ("0 2 0 * *", "its day of month is wrong"),
        ("0 2 * 13 *", "its month is wrong"),
        ("0 2 * * thu2", "its day of week is wrong"),
        ("5-1 2 * * *", "its minute is wrong"),
        ("*/0 2 * * *", "its minute is wrong"),
        ("٣ 2 * * *", "its minute is wrong"),
        ("hai giờ sáng mỗi ngày", "its minute is wrong"),
        ("0 2 30 2 *", "never comes about"),
        ("0 2 31 4,6,9,11 *", "never comes about"),
        ("0 0 */31 2 mon#5", "never comes about"),
    ],
)
def test_what_is_no_schedule_is_told_with_a_right_one(expression: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        cron.checked(expression)
    assert refused.value.next_step


def test_spaces_do_not_make_another_schedule() -> None:
    assert cron.checked("  0 2\t* *  * ") == NIGHTLY


@given(st.text(st.sampled_from("0123456789*/,-#LW mon"), max_size=20))
def test_any_text_is_taken_or_refused(text: str) -> None:
    try:
        expression = cron.checked(text)
    except InputError:
        return
    now = at("2026-03-01 15:00")
    first = cron.following(expression, now)
    assert first > now
    assert cron.latest(expression, first) == first
    before = cron.latest(expression, first - timedelta(seconds=1))
    assert before is None or cron.following(expression, before) == first


# -- what is waiting ------------------------------------------------------------------------------


def test_what_came_before_it_was_set_is_no_missed_run() -> None:
    one = schedule()
    assert schedules.waiting(one, at("2026-03-02 01:59")) is None
    assert schedules.next_run(one, at("2026-03-02 01:59")) == at("2026-03-02 02:00")
    assert schedules.waiting(one, at("2026-03-02 02:00")) == at("2026-03-02 02:00")


def test_missed_occurrences_are_one_run_for_the_last_of_them() -> None:
    now = at("2026-03-12 09:00")
    (due,) = decide([schedule()], now).due
    assert due.occurrence == at("2026-03-12 02:00")
    assert decide([schedule(done=due.occurrence)], now).due == ()
    assert schedules.next_run(schedule(), now) == due.occurrence, "it waits for a scheduler"


def test_a_run_that_was_cut_off_is_due_again() -> None:
    cut = schedule(started=at("2026-03-02 02:00"))
    assert cut.unfinished
    assert schedules.waiting(cut, at("2026-03-02 02:10")) == at("2026-03-02 02:00")


def test_a_clock_that_is_set_back_neither_doubles_nor_loses_runs() -> None:
    done = schedule(done=at("2026-03-02 02:00"))
    for now in ("2026-03-02 01:00", "2026-03-01 03:00", "2026-03-02 02:00"):
        assert decide([done], at(now)).due == ()
        assert decide([done], at(now)).next == (at("2026-03-03 02:00"), "small")
    assert decide([done], at("2026-03-03 02:00")).due != ()


def test_dates_of_a_clock_that_was_wrong_do_not_stop_a_schedule_for_years() -> None:
    since = at("2026-03-02 12:00")
    wrong = schedule(set_at="2099-01-01 00:00")
    assert decide([wrong], since + HOUR, since=since).due == ()
    (due,) = decide([wrong], since + DAY, since=since).due
    assert due.occurrence == at("2026-03-03 02:00")
    ran = schedule(set_at="2099-01-01 00:00", done=due.occurrence)
    assert decide([ran], since + DAY, since=since).due == ()
    (due,) = decide([schedule(done=at("2099-01-01 02:00"))], since, since=since).due
    assert due.occurrence == at("2026-03-02 02:00")


def test_a_site_that_runs_is_not_started_again_and_caught_up_after_it() -> None:
    hourly = schedule("0 * * * *")
    now = at("2026-03-01 18:30")
    assert decide([hourly], now, running={"small"}).due == ()
    ended = schedule("0 * * * *", done=at("2026-03-01 16:00"))
    (due,) = decide([ended], now).due
    assert due.occurrence == at("2026-03-01 18:00")


def test_a_site_whose_hosts_are_held_is_tried_again_soon() -> None:
    one, now = schedule(), at("2026-03-02 02:00")
    waits = decide([one], now, held={"small": now})
    assert waits == decide([one], now + 4 * MINUTE, held={"small": now})
    assert (waits.due, waits.next) == ((), (now + HELD_AGAIN, "small"))
    assert decide([one], now + HELD_AGAIN, held={"small": now}).due
    back = at("2026-03-02 02:00")
    assert decide([one], back, held={"small": back + HOUR}).due, "the clock was set back"


def test_what_has_been_due_longest_is_started_first() -> None:
    now = at("2026-03-02 12:00")
    found = decide(
        [Schedule(n, f"s{n}", f"{n} {10 - n} * * *", at("2026-03-01 15:00")) for n in range(4)], now
    )
    assert [due.site for due in found.due] == ["s3", "s2", "s1", "s0"]
    assert found.next == (at("2026-03-03 07:03"), "s3")
    assert decide([], now).next is None


@given(
    st.sampled_from([NIGHTLY, "*/10 * * * *", "0 */6 * * *", "30 4 * * 1"]),
    st.lists(
        st.tuples(st.integers(-23 * 60, 5 * 24 * 60), st.sampled_from(["ends", "cut", "held"])),
        max_size=12,
    ),
)
def test_whatever_the_clock_does_no_occurrence_is_run_twice_or_lost(
    expression: str, moves: list[tuple[int, str]]
) -> None:
    start = furthest = now = at("2026-03-01 15:00")
    one, ran = schedule(expression), []
    for minutes, how in moves:
        # no further back than what the table takes for a clock that was set back
        now = max(now + minutes * MINUTE, furthest - 23 * HOUR)
        furthest = max(furthest, now)
        found = decide([one], now, since=start)
        assert len(found.due) <= 1 and found.next is not None and found.next[0] > now
        for due in found.due:
            if how == "ends":
                ran.append(due.occurrence)
                one = schedule(expression, done=due.occurrence)
    ran += [due.occurrence for due in decide([one], furthest, since=start).due]
    assert ran == sorted(set(ran))
    last = cron.latest(expression, furthest)
    assert last is not None
    assert ran[-1:] == ([last] if last > start else [])


# -- the table ------------------------------------------------------------------------------------


@pytest.fixture
def site_id(archive: Archive) -> int:
    with archive.transaction():
        return sites.ensure(archive, "small", "Trang thử", None, None)


def only(archive: Archive) -> Schedule:
    (one,) = schedules.all(archive)
    return one


def test_a_run_is_written_before_it_begins_and_after_it_ended(
    archive: Archive, clock: FixedClock, site_id: int
) -> None:
    schedules.put(archive, site_id, " 0  2 * * *")
    assert only(archive) == Schedule(site_id, "small", NIGHTLY, clock.now())
    clock.advance(86_400)
    began = clock.now()
    schedules.begin(archive, site_id, began)
    assert only(archive).unfinished and only(archive).started == began
    clock.advance(60)
    schedules.end(archive, site_id, began, "failed", "no answer", done=began - HOUR)
    one = only(archive)
    assert (one.ended, one.outcome, one.problem) == (clock.now(), "failed", "no answer")
    assert one.done == began - HOUR and not one.unfinished
    clock.advance(60)
    schedules.begin(archive, site_id, clock.now())
    assert (only(archive).outcome, only(archive).problem) == (None, None)
    schedules.end(archive, site_id, clock.now(), "held", None, done=None)
    assert only(archive).done == began - HOUR, "a run that was none leaves its occurrence due"


def test_the_same_schedule_set_again_forgets_no_missed_run(
    archive: Archive, clock: FixedClock, site_id: int
) -> None:
    schedules.put(archive, site_id, NIGHTLY)
    clock.advance(2 * 86_400)
    schedules.put(archive, site_id, "0  2 * * *")
    assert schedules.waiting(only(archive), clock.now()) is not None
    schedules.put(archive, site_id, "0 3 * * *")
    assert schedules.waiting(only(archive), clock.now()) is None


@pytest.mark.parametrize("written", ["0 2 * *", "sometimes", "0 2 30 2 *", ""])
def test_what_somebody_wrote_into_the_table_is_told_and_put_right(
    archive: Archive, clock: FixedClock, site_id: int, written: str
) -> None:
    schedules.put(archive, site_id, NIGHTLY)
    archive.conn.execute("UPDATE schedule SET cron = ?", (written,))
    with pytest.raises(ArchiveError, match=r"The schedule of small.*schedule set small"):
        schedules.all(archive)
    schedules.put(archive, site_id, NIGHTLY)
    assert only(archive).cron == NIGHTLY


def test_the_end_of_a_run_does_not_touch_what_was_set_meanwhile(
    archive: Archive, clock: FixedClock, site_id: int
) -> None:
    began = clock.now()
    schedules.put(archive, site_id, NIGHTLY)
    schedules.begin(archive, site_id, began)
    assert schedules.remove(archive, "small") and not schedules.remove(archive, "small")
    schedules.end(archive, site_id, began, "finished", None, done=began)
    assert schedules.all(archive) == []
    schedules.put(archive, site_id, NIGHTLY)
    schedules.end(archive, site_id, began, "finished", None, done=began)
    assert only(archive).outcome is None
    assert not schedules.remove(archive, "nowhere")


def test_a_wrong_expression_changes_nothing(archive: Archive, site_id: int) -> None:
    schedules.put(archive, site_id, NIGHTLY)
    with pytest.raises(InputError, match="never comes about"):
        schedules.put(archive, site_id, "0 2 30 2 *")
    assert only(archive).cron == NIGHTLY
