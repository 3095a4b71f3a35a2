"""Laws that hold whatever teachers do: nothing lost or doubled, no limit passed, all accounted for."""

from __future__ import annotations

import random
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curate.teachers.transport import TeacherFault

FATES = {
    "answer": None,
    "rate_limited": (429, False),
    "overloaded": (503, False),
    "dropped": (None, True),
    "timeout": (None, True),
    "bad_request": (400, False),
    "refused": (400, False),
    "unauthorized": (401, False),
}


def fault(error_class: str, draw: random.Random) -> TeacherFault:
    status, is_maybe_billed = FATES[error_class]
    wait = draw.choice([None, 0.0, 1.0, 20.0])
    return TeacherFault(
        error_class, "x", http_status=status, is_maybe_billed=is_maybe_billed, retry_after_s=wait
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    shares=st.lists(st.floats(0, 1), min_size=8, max_size=8),
    concurrency=st.integers(1, 40),
    n=st.integers(1, 120),
    cap=st.none() | st.integers(5, 600),
    stops_at=st.none() | st.integers(1, 100),
)
def test_whatever_teachers_do_everything_is_accounted_for(
    lab, answer, seed, shares, concurrency, n, cap, stops_at
) -> None:
    lab = type(lab)()
    draw = random.Random(seed)
    weights = [1.0, *(0.4 * share for share in shares[1:])]

    def script(request, n_tries):
        if len(lab.calls) == stops_at:
            lab.stop.request()
        name = draw.choices(list(FATES), weights)[0]
        return answer(n_out=draw.randrange(11)) if name == "answer" else fault(name, draw)

    lab.script = script
    lab.max_usd = None if cap is None else Decimal(cap)
    limits = {"concurrency": concurrency, "give_up_s": 200.0, "retry_wall_s": 300.0, "max_attempts": 3}
    lab.ask(lab.units(lab.priced(limits=limits), n))
    report = lab.report()

    answered = [record.request_id for record in lab.answers()]
    final = [record.request_id for record in lab.faults() if record.is_final]
    assert len(set(answered)) == len(answered), "no row twice"
    assert not set(answered) & set(final)
    assert len(lab.sent()) == len(lab.answers()) + len(lab.faults()) == len(lab.calls), (
        "no attempt unaccounted"
    )
    assert lab.most_on_wire <= concurrency
    assert report.n_answered == len(answered)
    if report.n_left is not None:
        assert len(answered) + len(final) + report.n_left == n
        assert report.is_complete == (report.n_left == 0)
    if cap is not None:
        assert report.money.bound_usd <= cap
    assert report.money.reserved_usd == 0
    assert report.money.spent_usd == sum(record.cost_usd for record in lab.answers())
    held = {(f.request_id, f.attempt) for f in lab.faults() if f.is_maybe_billed}
    reserved = sum(s.reserved_usd for s in lab.sent() if (s.request.request_id, s.attempt) in held)
    assert report.money.maybe_billed_usd == reserved
