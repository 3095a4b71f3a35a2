"""Retry times, rate limits, adaptive concurrency and the breaker, all on a clock that is passed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.teachers.breaker import Breaker
from curate.teachers.buckets import Bucket
from curate.teachers.concurrency import AdaptiveConcurrency
from curate.teachers.retry import read_retry_after, wait_before_retry


def top(low: float, high: float) -> float:
    return high


@pytest.mark.parametrize(("n_tries", "most"), [(1, 0.5), (2, 1), (3, 2), (8, 60), (50, 60), (100_000, 60)])
def test_backoff_doubles_up_to_a_minute(n_tries, most) -> None:
    assert wait_before_retry(n_tries, None, top) == most
    assert wait_before_retry(n_tries, None, lambda low, high: low) == 0


def test_the_servers_wish_is_the_least_wait_but_not_for_ever() -> None:
    assert wait_before_retry(1, 30.0, top) == 31
    assert wait_before_retry(9, 30.0, lambda low, high: low) == 30
    assert wait_before_retry(8, 1.0, top) == pytest.approx(1.1)
    assert wait_before_retry(1, 99_999.0, top) == 601
    assert wait_before_retry(8, 0.02, top) == 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 90),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s"}, 90),
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "20ms",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "6",
            },
            6,
        ),
        ({"x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "9s"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_what_servers_write_into_their_headers(headers, seconds) -> None:
    assert read_retry_after(headers, now=10.0) == seconds


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_header_breaks_the_reading(one, other) -> None:
    for name in ("retry-after", "retry-after-ms", "x-ratelimit-reset-tokens"):
        read_retry_after({name: one, "x-ratelimit-remaining-tokens": "0"}, now=0.0)
    read_retry_after({"retry-after": other}, now=1e12)


def test_a_bucket_lets_a_minutes_worth_through_in_a_minute_and_says_when_to_come_back() -> None:
    bucket, now, taken = Bucket(120, 0.0), 0.0, 0
    while now <= 60.0:
        wait = bucket.wait_s(now)
        if wait:
            now += wait
            continue
        bucket.take(now)
        taken += 1
    assert 119 <= taken <= 123


def test_a_request_larger_than_the_bucket_may_leave_and_makes_the_next_one_wait() -> None:
    bucket = Bucket(600, 0.0)
    assert bucket.wait_s(0.0, 100.0) == 0
    bucket.take(0.0, 100.0)
    assert bucket.wait_s(0.0, 10.0) == pytest.approx(10.0)
    bucket.give_back(0.0, 90.0)
    assert bucket.wait_s(0.0, 10.0) == pytest.approx(1.0)


def test_no_limit_never_waits() -> None:
    bucket = Bucket(None, 0.0)
    bucket.take(0.0, 1e9)
    assert bucket.wait_s(0.0, 1e9) == 0


def note(limit: AdaptiveConcurrency, now: float, n: int, n_bad: int) -> None:
    for number in range(n):
        limit.note(now, is_saturated=number < n_bad)


def test_a_fifth_of_429s_in_a_window_changes_nothing() -> None:
    limit = AdaptiveConcurrency(100, 0.0)
    for number in range(100):
        limit.note(1.0, is_saturated=number % 5 == 4)
    assert limit.limit == 100


def test_quick_429s_do_not_speak_for_a_crowd_that_is_still_on_the_wire() -> None:
    limit, breaker = AdaptiveConcurrency(256, 0.0), Breaker()
    for number in range(26):
        limit.note(0.001, is_saturated=True, n_on_wire=255 - number)
        breaker.note_fault(0.001, "rate_limited", n_on_wire=255 - number)
    assert limit.limit == 256
    assert not breaker.is_open


def test_more_than_a_fifth_cuts_to_seven_tenths_once_per_window() -> None:
    limit = AdaptiveConcurrency(100, 0.0)
    note(limit, 1.0, 100, 60)
    assert limit.limit == 70
    note(limit, 5.9, 100, 60)
    assert limit.limit == 70
    note(limit, 6.1, 100, 100)
    assert limit.limit == 49


def test_fewer_than_twenty_outcomes_decide_nothing() -> None:
    limit = AdaptiveConcurrency(100, 0.0)
    note(limit, 1.0, 19, 19)
    assert limit.limit == 100


def test_old_outcomes_leave_the_window() -> None:
    limit = AdaptiveConcurrency(100, 0.0)
    note(limit, 1.0, 19, 19)
    note(limit, 7.0, 19, 0)
    assert limit.limit == 100


def test_each_window_of_success_adds_one_up_to_the_configured_number() -> None:
    limit = AdaptiveConcurrency(10, 0.0)
    note(limit, 0.0, 20, 20)
    assert limit.limit == 7
    seen = []
    for second in range(1, 31):
        note(limit, float(second), 5, 0)
        seen.append(limit.limit)
    assert [seen.index(n) + 1 for n in (8, 9, 10)] == [5, 10, 15]
    assert seen[-1] == 10


def test_the_limit_never_falls_below_one() -> None:
    limit = AdaptiveConcurrency(2, 0.0)
    for window in range(10):
        note(limit, window * 6.0, 20, 20)
    assert limit.limit == 1


def test_latency_counts_only_where_it_is_asked_for() -> None:
    for adapts, after in ((True, 70), (False, 100)):
        limit = AdaptiveConcurrency(100, 0.0, adapt_to_latency=adapts)
        for number in range(60):
            limit.note(number * 0.05, is_saturated=False, latency_ms=100)
        assert limit.limit == 100
        for number in range(200):
            limit.note(3.0 + number * 0.005, is_saturated=False, latency_ms=400)
        assert limit.limit == after


def test_twenty_faults_in_a_row_open_the_breaker_and_an_answer_resets_the_count() -> None:
    breaker = Breaker()
    for _ in range(19):
        breaker.note_fault(0.0, "overloaded")
    breaker.note_answer()
    for _ in range(19):
        breaker.note_fault(0.0, "overloaded")
    assert not breaker.is_open
    breaker.note_fault(0.0, "overloaded")
    assert breaker.is_open
    assert breaker.describe(0.0) == "paused, overloaded x 20, next try in 1 s"


def test_an_open_breaker_sends_one_probe_per_pause_and_doubles_it() -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.note_fault(0.0, "overloaded")
    now, probes = 0.0, []
    for _ in range(8):
        wait = breaker.wait_s(now)
        now += wait
        breaker.note_sent()
        assert breaker.wait_s(now) is None, "only one probe at a time"
        probes.append(now)
        breaker.note_fault(now, "overloaded")
    assert probes == [1, 3, 7, 15, 31, 63, 127, 191]
    breaker.note_sent()
    assert breaker.note_answer()
    assert breaker.wait_s(now) == 0
    assert breaker.failing_since is None


def test_a_pause_is_no_shorter_than_what_the_server_asks_for() -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.note_fault(0.0, "rate_limited", retry_after_s=30.0)
    assert breaker.wait_s(0.0) == 30


def test_three_incurable_faults_in_a_row_stop_a_teacher_with_one_message() -> None:
    breaker = Breaker()
    breaker.note_fault(0.0, "unauthorized", is_fatal=True)
    breaker.note_fault(0.0, "unauthorized", is_fatal=True)
    breaker.note_answer()
    breaker.note_fault(0.0, "unauthorized", is_fatal=True)
    breaker.note_fault(0.0, "unauthorized", is_fatal=True)
    assert not breaker.stopped_because
    breaker.note_fault(0.0, "unauthorized", message="HTTP 401: bad key", is_fatal=True)
    assert breaker.stopped_because == "unauthorized: HTTP 401: bad key"
