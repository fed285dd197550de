"""Conclusions that the kernel draws, and what follows from them: as `evaluate` does it."""

from datetime import date

import attrs
import pytest
from tests.semantics.story import happened, instant

from retention_rules import (
    Customer,
    Derivation,
    FollowUp,
    Lifecycle,
    Move,
    Prohibition,
    Rulebook,
    Stage,
    Window,
    concluded,
    customer,
    days,
    evaluate,
    event,
    found,
    in_stage,
    never,
    touch,
    withdrawn,
)
from retention_rules import happened as has_happened

pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")
pytest.importorskip("narwhals", reason="it comes with the extra `batch`")

KEPT = FollowUp(
    id="kept",
    trigger=event("promise.made"),
    fulfilled_by=event("promise.kept"),
    correlate_on=["promise"],
    window=Window(due=days(1), expires=never),
)
AT_RISK = Derivation(
    id="at-risk",
    given=[
        found("kept", "missed", at_least=2, customer_wide=True),
        has_happened(event("complaint.opened")),
    ],
    unless=has_happened(event("complaint.closed")),
    correlate_on=["case"],
)
CALL = FollowUp(
    id="call",
    trigger=concluded("at-risk"),
    fulfilled_by=touch("call"),
    released_by=withdrawn("at-risk"),
    correlate_on=["case"],
    window=Window(due=days(2)),
)
RULES = [KEPT, AT_RISK, CALL]
PROMISES = [
    happened("m1", "promise.made", "03-02 10:00", promise="1"),
    happened("m2", "promise.made", "03-03 10:00", promise="2"),
]
OPENED = happened("c1", "complaint.opened", "03-02 12:00", case="k")


def answered(rules, *records, as_of="03-10 10:00", customers=(), **more):
    """The findings by rule, all from the kernel, and equal to those of `evaluate`."""
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    how = {"as_of": instant(as_of), "zone": "Asia/Shanghai", "customers": customers, **more}
    answer = evaluate_frame(Rulebook(rules), frame_of(records), **how)
    assert list(answer.findings()) == list(evaluate(Rulebook(rules), records, **how))
    assert not any(one["pure"] for one in answer.share)
    return {one.rule: one for one in answer.findings()}


def test_a_conclusion_is_drawn_when_the_last_of_its_reasons_comes():
    one = answered(RULES, *PROMISES, OPENED)["at-risk"]
    assert one.opens == instant("03-05 00:00").timestamp() * 1e6
    assert one.reasons == ("kept/lin/1/m1", "kept/lin/2/m2", "c1")


def test_what_a_conclusion_triggers_bears_its_case_and_is_paid_by_a_touch_of_it():
    call = happened("t1", "touch.made", "03-06 10:00", channel="call", case="k")
    one = answered(RULES, *PROMISES, OPENED, call)["call"]
    assert (one.correlation, one.trigger, one.status) == (
        (("case", "k"),),
        "at-risk/k@m2",
        "fulfilled",
    )


def test_what_withdraws_a_conclusion_frees_what_it_triggered():
    closed = happened("c2", "complaint.closed", "03-06 10:00", case="k")
    found_ = answered(RULES, *PROMISES, OPENED, closed)
    assert "at-risk" not in found_
    assert (found_["call"].status, found_["call"].ended_by) == ("released", "-at-risk/k@m2")


def test_a_conclusion_drawn_again_is_another_trigger():
    visited = Derivation(id="waiting", given=found("kept", "open"))
    then = FollowUp(
        id="then", trigger=concluded("waiting"), fulfilled_by=touch(), window=Window(due=days(2))
    )
    kept = happened("k1", "promise.kept", "03-02 12:00", promise="1")
    assert answered([KEPT, visited, then], *PROMISES, kept, as_of="03-03 12:00")


def test_what_draws_a_conclusion_does_not_pay_what_follows_from_it():
    said = Derivation(id="said", given=has_happened(touch("call")))
    back = FollowUp(
        id="back", trigger=concluded("said"), fulfilled_by=touch("call"), window=Window(due=days(2))
    )
    first = happened("t1", "touch.made", "03-02 10:00", channel="call")
    assert answered([said, back], first)["back"].ended_by is None
    second = happened("t2", "touch.made", "03-03 10:00", channel="call")
    assert answered([said, back], first, second)["back"].ended_by == "t2"


def test_a_prohibition_knows_for_sure_what_is_withdrawn():
    missed = Derivation(id="missed", given=found("kept", "breached"))
    never_back = Prohibition(id="never-back", forbids=withdrawn("missed"))
    kept = happened("k1", "promise.kept", "03-05 12:00", promise="1")
    one = answered([KEPT, missed, never_back], PROMISES[0], kept)["never-back"]
    assert one.status == "violated"


@pytest.mark.parametrize("kind", ["company", "person"])
def test_what_a_prohibition_asks_of_a_conclusion_is_left_to_the_pure_evaluator(kind):
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    company = customer("kind") == "company"
    said = Derivation(id="said", given=has_happened(event("complaint.opened")))
    unsaid = Prohibition(id="unsaid", forbids=concluded("said"), context=company)
    cold = Prohibition(id="cold", forbids=event("call.made"), context=company)
    then = attrs.evolve(CALL, trigger=concluded("said"), unless_forbidden="cold")
    then = attrs.evolve(then, released_by=None, correlate_on=[])
    lin = Customer("lin", facts={"kind": kind})
    how = {"as_of": instant("03-10 10:00"), "zone": "Asia/Shanghai", "customers": [lin]}
    book = Rulebook([said, unsaid, cold, then])
    answer = evaluate_frame(book, frame_of([OPENED]), **how)
    assert list(answer.findings()) == list(evaluate(book, [OPENED], **how))
    left = {one["rules"] for one in answer.share if one["why"] == "conditions on stages"}
    assert left == {"unsaid", "call"}


def test_a_premise_that_may_be_met_makes_a_conclusion_that_may_hold():
    senior = Derivation(
        id="senior", given=has_happened(event("complaint.opened", role="executive"))
    )
    one = answered([senior], OPENED)["senior"]
    assert (one.status, one.reason, one.reasons) == ("indeterminate", "doubtful", ("c1",))


def test_a_finding_without_a_date_makes_a_conclusion_that_may_hold():
    from retention_rules import until

    dated = FollowUp(
        id="kept",
        trigger=event("promise.made"),
        fulfilled_by=event("promise.kept"),
        correlate_on=["promise"],
        window=Window(due=until("due"), expires=never),
    )
    open_ = Derivation(id="waiting", given=found("kept", "open"))
    assert answered([dated, open_], PROMISES[0])["waiting"].status == "indeterminate"


def test_a_conclusion_asks_in_which_stage_its_customer_is_at_the_time():
    mood = Lifecycle(
        id="mood",
        stages=[Stage(name="calm"), Stage(name="cross")],
        moves=[Move(to="cross", on=event("complaint.opened")), Move(to="calm", on=touch("call"))],
    )
    waiting = Derivation(
        id="waiting", given=found("kept", "open", "breached"), where=in_stage("mood", "cross")
    )
    calmed = happened("t1", "touch.made", "03-06 10:00", channel="call")
    assert "waiting" in answered([KEPT, mood, waiting], *PROMISES, OPENED)
    assert "waiting" not in answered([KEPT, mood, waiting], *PROMISES, OPENED, calmed)


def test_a_conclusion_asks_for_what_is_known_of_its_customer():
    company = Derivation(
        id="company",
        given=has_happened(event("complaint.opened")),
        where=customer("kind") == "company",
    )
    lin = Customer("lin", facts={"kind": "company"})
    assert answered([company], OPENED, customers=[lin])["company"].status == "holds"
    assert answered([company], OPENED)["company"].status == "indeterminate"


def test_what_is_missing_may_have_happened_where_history_does_not_reach_back():
    waiting = Derivation(
        id="waiting",
        given=has_happened(event("complaint.opened")),
        unless=has_happened(event("complaint.closed")),
    )
    since = date(2026, 3, 1)
    assert answered([waiting], OPENED)["waiting"].status == "holds"
    assert answered([waiting], OPENED, history_from=since)["waiting"].status == "indeterminate"
    lin = Customer("lin", history_from=since)
    assert answered([waiting], OPENED, customers=[lin])["waiting"].status == "indeterminate"


def test_the_statuses_that_a_finding_had_end_with_the_one_that_it_has():
    import numpy as np
    from bench.world import events, world
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame
    from retention_rules.evaluation.batch.columns.times import NONE
    from retention_rules.evaluation.batch.conclusions.facts import history
    from retention_rules.practices import handbook

    given = world(600)
    at = given.as_of
    answer = evaluate_frame(handbook(), frame_of(events(given)), as_of=at, zone="Asia/Shanghai")
    told = 0
    for part in answer.parts:
        if part.nature == "obligation" and type(part.events).__name__ == "Events":
            when, status = history(part, int(at.timestamp() * 1e6))
            last = status.shape[1] - 1 - (when != NONE)[:, ::-1].argmax(axis=1)
            assert (status[np.arange(len(last)), last] == part.status).all()
            told += len(last)
    assert told > 500
