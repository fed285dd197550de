"""A monitor with a horizon lets go of the past, and says the same about what is not over."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.books import BOOKS, CONCLUDING, asked_of

from retention_rules import Event, FollowUp, Monitor, Rulebook, TooLate, Window, days, event, touch
from retention_rules.calendars import day_table
from retention_rules.errors import RetentionRulesError
from retention_rules.evaluation import timeline
from retention_rules.evaluation.happenings import placed
from retention_rules.findings import FINAL
from retention_rules.knowledge import resolve
from retention_rules.testing import Evaluation

books = pytest.mark.parametrize("book", [*BOOKS, CONCLUDING])
THANKS = FollowUp(
    id="thanks",
    trigger=event("deal.closed"),
    fulfilled_by=touch("call"),
    window=Window(due=days(2)),
)


@pytest.fixture(autouse=True)
def eager(monkeypatch):
    """Let go of single events, which in earnest would not be worth the while."""
    monkeypatch.setattr(timeline, "WORTHWHILE", 1)


def in_time(asked: Evaluation) -> list[tuple[int, Event]]:
    """The effective events by their first instant."""
    calendar = asked.calendar
    zones = {one.id: one.zone for one in asked.customers}
    found = []
    for one in resolve(asked.records, asked.known_at).events:
        zone = zones.get(one.customer) or (calendar and calendar.zone) or asked.zone
        table = day_table(zone, calendar or Monitor(Rulebook(), zone=zone).calendar)
        found.append((placed(one, table).order, one))
    return sorted(found, key=lambda pair: pair[0])


def present(monitor: Monitor) -> set[str]:
    """The last stay in each lifecycle; those before it are over, also where that is in doubt."""
    found = set()
    for name, one in monitor._timelines.items():
        for stages in one.stages:
            found |= {stay.key for stay in stages.findings(name, "UTC", None)[-1:]}
    return found


@books
@given(data=st.data())
def test_what_is_not_over_is_the_same_under_any_horizon(book, data):
    asked = data.draw(asked_of(book))
    horizon = data.draw(st.sampled_from([timedelta(0), timedelta(hours=5), timedelta(days=2)]))
    arguments = asked.but(known_at=None, complete=None).arguments()
    del arguments["as_of"]
    try:
        stream = in_time(asked)
    except RetentionRulesError:
        return
    whole = Monitor(asked.rulebook, **arguments)
    bounded = Monitor(asked.rulebook, horizon=horizon, **arguments)
    for order, one in stream:
        now = day_table("UTC", whole.calendar).to_datetime(order[0])
        whole.observe(one, now=now)
        bounded.observe(one, now=now)
        if data.draw(st.booleans()):
            bounded = Monitor.restore(
                asked.rulebook, bounded.snapshot(), horizon=horizon, **arguments
            )
        kept = {finding.key: finding for finding in bounded.findings()}
        stays = present(whole)
        for finding in whole.findings():
            over = finding.final or finding.nature == "violation" or finding.leaning in FINAL
            over = over or (finding.nature == "stage" and finding.key not in stays)
            found = kept.get(finding.key)
            assert found == finding or (over and found is None)
        assert bounded.next_change_at == whole.next_change_at


def deal(number: int, day: str) -> Event:
    return Event(f"d{number}", "deal.closed", customer="lin", occurred_at=f"{day}T09:00+00:00")


def test_what_comes_after_the_horizon_is_refused_and_counted():
    monitor = Monitor(Rulebook([THANKS]), zone="UTC", horizon=timedelta(days=1))
    monitor.advance("2026-03-10T09:00+00:00")
    with pytest.raises(TooLate, match="d1"):
        monitor.observe(deal(1, "2026-03-08"))
    assert monitor.refused == 1


def test_a_correction_that_reaches_behind_the_horizon_is_refused():
    monitor = Monitor(Rulebook([THANKS]), zone="UTC", horizon=timedelta(days=1))
    monitor.observe(deal(1, "2026-03-10"), now="2026-03-10T09:00+00:00")
    before = list(monitor.findings())
    with pytest.raises(TooLate, match="`c`"):
        monitor.observe(deal(1, "2026-03-10").corrected("c", occurred_at="2026-03-01"))
    assert list(monitor.findings()) == before


def test_the_state_of_ten_years_is_no_larger_than_that_of_one():
    sizes = []
    for years in (1, 10):
        monitor = Monitor(Rulebook([THANKS]), zone="UTC", horizon=timedelta(days=30))
        for number in range(100 * years):
            at = f"{2015 + number // 100}-{1 + number % 100 // 10:02d}-{1 + number % 10 * 2:02d}"
            monitor.observe(deal(number, at), now=f"{at}T10:00+00:00")
        sizes.append(len(monitor.snapshot()))
    assert sizes[1] < 1.2 * sizes[0]
