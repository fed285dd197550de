"""What hears of stages, in the kernel, where hardly anything happens."""

import attrs
import pytest

from retention_rules import (
    Event,
    FollowUp,
    Lifecycle,
    Move,
    Prohibition,
    Rulebook,
    Stage,
    Timeout,
    Window,
    customer,
    days,
    entered,
    evaluate,
    event,
    left,
    touch,
)

pa = pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")

LIFE = Lifecycle(
    id="life",
    stages=[Stage(name="new"), Stage(name="old")],
    moves=[Move(on=event("lead.created"), to="new")],
    timeouts=[Timeout(source="new", after=days(3), to="old")],
)
CALL = FollowUp(
    id="acme.call",
    trigger=event("deal.closed") | entered("life", "new"),
    fulfilled_by=touch(),
    released_by=left("life", "new"),
    window=Window(due=days(5)),
)


def found(*events, as_of="2026-03-04T12:00Z", rules=(CALL,)):
    from tests.agreement.batch import batch

    asked = {"as_of": as_of, "zone": "UTC"}
    ours = list(batch(Rulebook([LIFE, *rules]), events, **asked))
    assert ours == list(evaluate(Rulebook([LIFE, *rules]), events, **asked))
    return {one.key: one for one in ours}


def happened(id, kind, at="2026-03-02T09:00Z"):
    return Event(id, kind, customer="lin", occurred_at=at)


def test_nobody_in_any_stage():
    assert list(found(happened("d1", "deal.closed"))) == ["acme.call/lin/d1"]


def test_a_stage_that_will_end_ends_what_is_owed_in_it():
    both = found(happened("l1", "lead.created"))
    assert both["acme.call/lin/life:new@l1"].next_change == both["life/lin/new@l1"].next_change


def test_a_stage_that_ended_by_itself_has_released_what_was_owed_in_it():
    both = found(happened("l1", "lead.created"), as_of="2026-03-06T00:00Z")
    one = both["acme.call/lin/life:new@l1"]
    assert (one.status, one.ended_by) == ("released", "life:-new@l1+")
    assert both["life/lin/old@l1+"].status == "current"


def test_whether_what_a_stage_triggers_is_forbidden_may_be_in_doubt():
    ban = Prohibition(id="no", forbids=event("never"), context=customer("kind") == "government")
    call = attrs.evolve(CALL, trigger=entered("life", "new"), unless_forbidden="no")
    one = found(happened("l1", "lead.created"), rules=(call, ban))["acme.call/lin/life:new@l1"]
    assert (one.status, one.reason) == ("indeterminate", "doubtful")
