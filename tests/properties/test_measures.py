"""Laws of measures: what they count is all there is, and it does not matter in which order."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_rules.events import Event
from retention_rules.findings import Finding
from retention_rules.measures import (
    DIMENSIONS,
    History,
    churn_reasons,
    lost_and_won,
    on_time,
    repeat,
    share,
    touches,
    win_rate,
    word_of_mouth,
)
from retention_rules.practices import handbook

ZONE = "Asia/Shanghai"
DUTIES = ("upcoming", "open", "fulfilled", "breached", "repaired", "lapsed", "released")
STATUSES = {
    "obligation": (*DUTIES, "indeterminate"),
    "violation": ("violated", "indeterminate"),
    "stage": ("current", "left", "indeterminate"),
}
COUNTS = ("on_time", "late", "missed", "waiting", "released", "indeterminate")
CUSTOMERS = st.sampled_from("abcd")


@st.composite
def findings(draw):
    """Findings of any nature and status."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        nature = draw(st.sampled_from([*STATUSES]))
        found.append(
            Finding(
                key=f"k{number}",
                rule=draw(st.sampled_from(["thanks.ever", "thanks.handwritten", "promise.kept"])),
                nature=nature,
                customer=draw(CUSTOMERS),
                status=draw(st.sampled_from(STATUSES[nature])),
                trigger=draw(st.sampled_from(["e0", "e1", "life:stage@e0+"])),
                zone=ZONE,
                due=draw(st.none() | st.integers(0, 10**15)),
            )
        )
    return found


@st.composite
def records(draw):
    """Events of the kinds that are measured."""
    found = []
    for number in range(draw(st.integers(0, 15))):
        kind = draw(
            st.sampled_from(
                [
                    "deal.closed",
                    "customer.lost",
                    "touch.made",
                    "opportunity.won",
                    "opportunity.lost",
                    "feedback.received",
                ]
            )
        )
        data = {
            "cause": draw(st.sampled_from([None, "neglected", "moved", "else"])),
            "amount": draw(st.none() | st.integers(0, 100)),
            "satisfied": draw(st.none() | st.booleans()),
            "owner": draw(st.sampled_from([None, "wu", "zhao"])),
        }
        day = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 60)))
        found.append(
            Event(f"e{number}", kind, customer=draw(CUSTOMERS), occurred_at=day, data=data)
        )
    return found


MEASURES = {
    "churn_reasons": churn_reasons,
    "lost_and_won": lost_and_won,
    "repeat": repeat,
    "win_rate": win_rate,
    "touches": touches,
    "word_of_mouth": word_of_mouth,
}


def history(events):
    return History(events, zone=ZONE, as_of="2026-04-01T00:00+08:00")


def counts(table):
    """What a table of `on_time` counts, by group."""
    return {
        tuple(getattr(one, name) for name in DIMENSIONS): Counter(
            {name: getattr(one, name) for name in COUNTS}
        )
        for one in table
    }


by = st.sets(st.sampled_from(DIMENSIONS)).map(sorted)


def measured(found, by, events=()):
    return on_time(found, by=by, rulebook=handbook(), history=history(events))


# ---------------------------------------------------------------- on time


@given(findings(), by, records())
def test_every_obligation_is_counted_once(found, by, events):
    total = sum(sum(group.values()) for group in counts(measured(found, by, events)).values())
    assert total == sum(1 for one in found if one.nature == "obligation")


@given(findings(), by)
def test_the_denominator_is_what_is_decided(found, by):
    for one in measured(found, by):
        assert one.n == one.on_time + one.late + one.missed
        assert (one.share is None) == (one.n == 0)


@given(findings(), by, st.randoms(use_true_random=False))
def test_the_order_of_findings_is_nothing(found, by, random):
    mixed = random.sample(found, len(found))
    assert measured(found, by) == measured(mixed, by)


@given(findings(), by)
def test_counts_of_parts_of_the_customers_add_up(found, by):
    whole = counts(measured(found, by))
    added = {}
    for part in ("ab", "cd"):
        for group, counted in counts(
            measured([one for one in found if one.customer in part], by)
        ).items():
            added.setdefault(group, Counter()).update(counted)
    assert added == whole


@given(findings(), by)
def test_no_group_stands_twice_and_none_is_empty(found, by):
    table = measured(found, by)
    assert len(counts(table)) == len(table)
    assert all(sum(group.values()) for group in counts(table).values())


# ---------------------------------------------------------------- shares


@given(st.integers(0, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_and_that_between_0_and_1(pair):
    found = share(*pair)
    if pair[1]:
        assert 0 <= found.low <= found.value + 1e-12 and found.value - 1e-12 <= found.high <= 1


@given(records())
def test_the_shares_of_the_reasons_sum_to_1(events):
    shares = [one.share for one in churn_reasons(history(events)) if one.share is not None]
    assert not shares or sum(shares) == pytest.approx(1)


# ---------------------------------------------------------------- events


@pytest.mark.parametrize("name", MEASURES)
@given(events=records(), random=st.randoms(use_true_random=False))
def test_the_order_of_events_is_nothing(name, events, random):
    mixed = random.sample(events, len(events))
    assert MEASURES[name](history(events)) == MEASURES[name](history(mixed))


@given(records())
def test_every_loss_has_a_reason_and_a_week(events):
    losses = sum(1 for one in events if one.kind == "customer.lost")
    assert sum(one.lost for one in churn_reasons(history(events))) == losses
    assert sum(one.lost for one in lost_and_won(history(events))) == losses


@given(records())
def test_weeks_follow_each_other_and_customers_are_never_fewer_than_none(events):
    table = lost_and_won(history(events))
    for one, other in pairwise(table):
        assert other.monday - one.monday == timedelta(days=7)
    assert all(one.customers >= 0 for one in table)


@given(records())
def test_every_touch_is_in_a_month(events):
    made = sum(1 for one in events if one.kind == "touch.made")
    assert sum(one.touches for one in touches(history(events))) == made


@given(records())
def test_every_customer_has_one_mood(events):
    customers = {one.customer for one in events}
    assert sum(one.customers for one in word_of_mouth(history(events))) == len(customers)


@given(records())
def test_every_decided_order_is_with_a_new_or_an_existing_customer(events):
    decided = sum(1 for one in events if one.kind.startswith("opportunity."))
    assert sum(one.n for one in win_rate(history(events))) == decided


def numbers(name, events):
    """What a table counts, without shares: what must add up over customers."""
    table = MEASURES[name](history(events))
    columns = {
        "churn_reasons": ("reason", "lost"),
        "lost_and_won": ("week", "won", "lost"),
        "repeat": ("measure", "existing", "n", "left_out"),
        "win_rate": ("customers", "won", "n"),
        "touches": ("customer", "month", "touches"),
        "word_of_mouth": ("mood", "customers"),
    }[name]
    found = Counter()
    for one in table:
        group = "/".join(str(getattr(one, c)) for c in columns if isinstance(getattr(one, c), str))
        for column in columns:
            value = getattr(one, column)
            if not isinstance(value, str) and value is not None and value:
                found[group, column] += value
    return found


@pytest.mark.parametrize("name", MEASURES)
@given(events=records())
def test_numbers_of_parts_of_the_customers_add_up(name, events):
    parts = [[one for one in events if one.customer in part] for part in ("ab", "cd")]
    added = Counter()
    for part in parts:
        for key, value in numbers(name, part).items():
            added[key] += value
    assert added == numbers(name, events)
