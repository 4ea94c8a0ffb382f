"""Operations that gather in one turn of the loop are one transaction, and fail one by one."""

import asyncio
import sqlite3

import pytest

from archive.errors import ArchiveError
from crawler.commits import Commits


@pytest.fixture
def table(archive):
    archive.conn.execute("CREATE TABLE t (n INTEGER PRIMARY KEY CHECK (n < 100))")
    return archive


def put(archive, *numbers):
    """An operation that writes each number, and returns how many."""

    def work():
        assert archive.conn.in_transaction
        for number in numbers:
            archive.conn.execute("INSERT INTO t VALUES (?)", (number,))
        return len(numbers)

    return work


def numbers(archive):
    return [row[0] for row in archive.conn.execute("SELECT n FROM t ORDER BY n")]


def run(archive, *works):
    """All in one turn; results, or errors, in order."""

    async def together():
        commits = Commits(archive)
        return await asyncio.gather(*(commits.run(w) for w in works), return_exceptions=True)

    return asyncio.run(together())


def test_one_turn_is_one_commit(table):
    commits = []
    table.conn.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    assert run(table, put(table, 1), put(table, 2), put(table, 3, 4)) == [1, 1, 2]
    table.conn.set_trace_callback(None)
    assert len(commits) == 1
    assert numbers(table) == [1, 2, 3, 4]


def test_one_that_fails_takes_no_other_with_it(table):
    results = run(
        table, put(table, 1), put(table, 2, 1), put(table, 3), put(table, 500), put(table, 4)
    )
    assert [results[0], results[2], results[4]] == [1, 1, 1]
    assert isinstance(results[1], sqlite3.IntegrityError)
    assert isinstance(results[3], sqlite3.IntegrityError)
    assert numbers(table) == [1, 3, 4], "what failed left nothing, not even its first half"


def test_errors_that_are_no_errors_of_sqlite_are_handed_on_too(table):
    def bad():
        table.conn.execute("INSERT INTO t VALUES (7)")
        raise KeyError("page 7")

    results = run(table, bad, put(table, 1))
    assert isinstance(results[0], KeyError) and results[1] == 1
    assert numbers(table) == [1]


def test_a_result_is_there_only_after_the_commit(table):
    other = sqlite3.connect(table.path)

    async def check():
        await Commits(table).run(put(table, 1))
        return other.execute("SELECT count(*) FROM t").fetchone()[0]

    assert asyncio.run(check()) == 1
    other.close()


def test_a_later_turn_is_another_transaction(table):
    async def two():
        commits = Commits(table)
        first = await commits.run(put(table, 1))
        with pytest.raises(sqlite3.IntegrityError):
            await commits.run(put(table, 1))
        return first, await commits.run(put(table, 2))

    assert asyncio.run(two()) == (1, 1)
    assert numbers(table) == [1, 2]


def test_who_does_not_wait_any_more_disturbs_nobody(table):
    async def cancelled():
        commits = Commits(table)
        gone = asyncio.create_task(commits.run(put(table, 1)))
        stays = asyncio.create_task(commits.run(put(table, 2)))
        await asyncio.sleep(0)
        gone.cancel()
        return await stays

    assert asyncio.run(cancelled()) == 1
    assert 2 in numbers(table)


def test_an_archive_that_cannot_be_written_to_says_so_to_each(table):
    table.conn.execute("PRAGMA query_only = ON")
    results = run(table, put(table, 1), put(table, 2))
    table.conn.execute("PRAGMA query_only = OFF")
    assert all(isinstance(result, ArchiveError) for result in results), results
    assert numbers(table) == []


def test_what_may_wait_goes_with_what_may_not(table):
    commits = []
    table.conn.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)

    async def one_after_another():
        writes = Commits(table)
        patient = asyncio.ensure_future(writes.run(put(table, 1), wait=60))
        await asyncio.sleep(0.01)
        assert numbers(table) == []
        assert await writes.run(put(table, 2)) == 1
        assert await asyncio.wait_for(patient, 1) == 1

    asyncio.run(one_after_another())
    table.conn.set_trace_callback(None)
    assert len(commits) == 1
    assert numbers(table) == [1, 2]


def test_what_may_wait_does_not_wait_for_ever(table):
    async def alone():
        writes = Commits(table)
        first = await asyncio.wait_for(writes.run(put(table, 1), wait=0.01), 5)
        return first, await asyncio.wait_for(writes.run(put(table, 2), wait=0.01), 5)

    assert asyncio.run(alone()) == (1, 1)
    assert numbers(table) == [1, 2]
