"""A monitor with a horizon lets go of events, and keeps what follows from them.

Here the horizon is nought, so that the past is let go of whenever the clock goes on; in earnest one
would give records some days to come in.
"""

from datetime import timedelta

import pytest
from tests.semantics.story import (
    LAST,
    ZONE,
    deal,
    follow_up,
    happened,
    instant,
    statuses,
    touched,
    verdict,
    written,
)

from retention_rules import (
    Monitor,
    Pause,
    Procedure,
    Prohibition,
    Rulebook,
    Step,
    Window,
    days,
    event,
    hours,
    prior,
    step,
)
from retention_rules.evaluation import timeline

DEAL = deal("d1", "03-02 15:00")


@pytest.fixture(autouse=True)
def eager(monkeypatch):
    """Let go of single events, which in earnest would not be worth the while."""
    monkeypatch.setattr(timeline, "WORTHWHILE", 1)


def forgetful(rules, *story, at):
    """A monitor that has let go of a story, and was put away and taken out again since."""
    book = Rulebook(rules)
    monitor = Monitor(book, zone=ZONE, horizon=timedelta(0))
    for record in story:
        monitor.observe(record)
    monitor.advance(instant(at))
    assert '"records":[]' in monitor.snapshot()
    return Monitor.restore(book, monitor.snapshot(), zone=ZONE, horizon=timedelta(0))


def later(monitor, at):
    monitor.advance(instant(at))
    return monitor.findings()


def test_what_is_owed_for_an_event_let_go_of_is_still_owed():
    monitor = forgetful(follow_up(days(2)), DEAL, at="03-03 12:00")
    assert statuses(monitor.findings()) == {"d1": "open"}
    assert statuses(later(monitor, "03-05 00:00")) == {"d1": "breached"}


def test_what_was_done_before_it_was_let_go_of_needs_no_doing():
    story = (DEAL, touched("t", "03-03 10:00"))
    monitor = forgetful(follow_up(days(2)), *story, at="03-03 12:00")
    assert "open" not in statuses(later(monitor, "03-05 00:00")).values()


def test_the_next_step_is_born_when_the_one_before_it_passes_its_due():
    rules = [follow_up(days(1), id="first"), follow_up(step("first") + days(2), id="second")]
    found = later(forgetful(rules, DEAL, at="03-03 12:00"), "03-04 00:00")
    assert [(one.rule, one.status) for one in found] == [("first", "breached"), ("second", "open")]


def test_a_pause_moves_a_step_that_counts_from_one_let_go_of():
    pause = Pause(begin=event("wait.begun"), end=event("wait.ended"))
    rules = [
        follow_up(hours(4), id="first", paused_by=pause),
        follow_up(step("first") + hours(48), id="second", paused_by=pause),
    ]
    monitor = forgetful(rules, DEAL, touched("t", "03-02 16:00"), at="03-03 12:00")
    monitor.observe(happened("b", "wait.begun", "03-03 13:00"))
    monitor.observe(happened("e", "wait.ended", "03-03 15:00"))
    second = later(monitor, "03-03 15:00").get("second/lin/d1")
    assert written(second.due_at) == "2026-03-04 18:00"


COMPLAINT = Procedure(
    id="complaint",
    opened_by=event("opened"),
    closed_by=event("closed"),
    steps=[
        Step(name="listen", fulfilled_by=event("listened"), window=Window(due=days(1))),
        Step(name="answer", fulfilled_by=event("answered"), window=Window(due=days(7))),
    ],
)
OPENED = happened("o", "opened", "03-02 15:00")


def test_a_step_that_lapsed_is_missed_by_later_ones():
    monitor = forgetful(COMPLAINT, OPENED, at="03-06 12:00")
    monitor.observe(happened("a", "answered", "03-07 10:00"))
    found = later(monitor, "03-07 10:00")
    assert found.get("complaint/lin/a/out-of-order%3Aanswer").status == "violated"


def test_a_promise_is_owed_in_a_case_whose_opening_was_let_go_of():
    rule = Procedure(
        id="promises",
        opened_by=event("opened"),
        closed_by=event("closed"),
        steps=[
            Step(
                name="keep",
                each=event("promised"),
                fulfilled_by=event("kept"),
                window=Window(due=days(2)),
            )
        ],
    )
    monitor = forgetful(rule, OPENED, at="03-03 12:00")
    monitor.observe(happened("p", "promised", "03-04 10:00"))
    assert statuses(later(monitor, "03-04 10:00")) == {"p/keep": "open"}
    monitor.observe(happened("c", "closed", "03-04 12:00"))
    assert statuses(later(monitor, "03-04 12:00")) == {"p/keep": "released"}


def test_what_a_dated_closing_left_undone_is_sure_when_the_day_is_over():
    story = (OPENED, happened("l", "listened", "03-02 16:00"), happened("c", "closed", "03-03"))
    monitor = forgetful(COMPLAINT, *story, at="03-03 12:00")
    key = "complaint/lin/c/closed-without%3Aanswer"
    assert monitor.findings().get(key).status == "indeterminate"
    assert later(monitor, f"03-03 {LAST}").get(key).status == "violated"


def test_a_dated_touch_let_go_of_on_its_day_pays_for_sure_when_the_day_is_over():
    story = (DEAL, touched("t", "03-03"))
    monitor = forgetful(follow_up(hours(48)), *story, at="03-03 12:00")
    assert statuses(monitor.findings()) == {"d1": "open"}
    one = later(monitor, "03-04 00:00")[0]
    assert (one.status, one.ended_by, written(one.ended_at)) == (
        "fulfilled",
        "t",
        f"2026-03-03 {LAST}",
    )


def test_a_dated_release_let_go_of_on_its_day_counts_for_sure_when_the_day_is_over():
    rule = follow_up(hours(48), released_by=event("deal.cancelled"))
    story = (DEAL, happened("x", "deal.cancelled", "03-03"))
    monitor = forgetful(rule, *story, at="03-03 12:00")
    assert statuses(monitor.findings()) == {"d1": "open"}
    one = later(monitor, f"03-03 {LAST}")[0]
    assert verdict(one) == ("indeterminate", "released", "doubtful")


def test_a_pause_that_ends_by_itself_does_so_after_its_begin_was_let_go_of():
    pause = Pause(begin=event("wait.begun"), end=event("wait.ended"), at_most=hours(24))
    story = (DEAL, happened("b", "wait.begun", "03-02 18:00"))
    monitor = forgetful(follow_up(hours(48), paused_by=pause), *story, at="03-03 12:00")
    assert [one.due_at for one in monitor.findings()] == [None]
    found = later(monitor, "03-03 18:00")
    assert [written(one.due_at) for one in found] == ["2026-03-05 15:00"]


def test_a_dated_violation_let_go_of_on_its_day_is_sure_when_the_day_is_over():
    rule = Prohibition(id="no", forbids=event("gift"), unless_prior=event("cleared"))
    monitor = forgetful(rule, happened("g", "gift", "03-03"), at="03-03 12:00")
    assert statuses(monitor.findings()) == {"g": "indeterminate"}
    assert statuses(later(monitor, f"03-03 {LAST}")) == {"g": "violated"}


def test_what_was_let_go_of_is_still_counted():
    rule = follow_up(
        days(2), trigger=event("deal.closed").where(prior("deal.closed").sum("amount") >= 100)
    )
    monitor = forgetful(rule, deal("d1", "03-02 15:00", amount=100), at="03-03 12:00")
    monitor.observe(deal("d2", "03-04 15:00", amount=1))
    assert statuses(later(monitor, "03-04 15:00")) == {"d2": "open"}
