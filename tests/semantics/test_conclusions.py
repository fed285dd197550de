"""Conclusions: drawn from findings and events, heard of as events, taken back again."""

from datetime import timedelta

import attrs
import pytest
from tests.semantics.story import (
    ZONE,
    Q,
    deal,
    follow_up,
    happened,
    instant,
    statuses,
    touched,
    written,
)

from retention_rules import (
    Customer,
    DefinitionError,
    Derivation,
    FollowUp,
    Lifecycle,
    Monitor,
    Move,
    Procedure,
    Prohibition,
    Recurring,
    Rulebook,
    Stage,
    Step,
    Window,
    concluded,
    contacts,
    customer,
    days,
    entered,
    evaluate,
    event,
    field,
    found,
    in_stage,
    never,
    prior,
    touch,
    withdrawn,
)
from retention_rules import happened as seen
from retention_rules.evaluation import timeline

PROMISE = FollowUp(
    id="promise",
    trigger=event("promise.made"),
    fulfilled_by=event("promise.kept"),
    correlate_on="promise",
    window=Window(due=days(2), expires=never),
)
COMPLAINT, SOLVED = event("complaint"), event("complaint.solved")
RISK = Derivation(
    id="risk",
    given=[found("promise", "missed", at_least=2), seen(COMPLAINT)],
    unless=seen(SOLVED),
)
CALL = follow_up(
    days(1), trigger=concluded("risk"), released_by=withdrawn("risk"), fulfilled_by=touch("call")
)
LIFE = Lifecycle(
    id="life",
    stages=[Stage(name="one"), Stage(name="two")],
    moves=[
        Move(on=event("deal.closed"), to="one"),
        Move(on=event("order.cancelled"), source="one", to="two"),
    ],
)


def risk(*given, **more):
    return Derivation(id="risk", given=given, **more)


def promise(id, at, /, **data):
    return happened(id, "promise.made", at, promise=f"P-{id}", **data)


def complaint(id, at, /, **data):
    return happened(id, "complaint", at, **data)


def solved(id, at, /, **data):
    return happened(id, "complaint.solved", at, **data)


STORY = [promise("p1", "03-02 10:00"), promise("p2", "03-03 10:00"), complaint("c", "03-04 09:00")]
"""The promises are broken from 03-05 00:00 and 03-06 00:00 on."""


def of(findings, rule="risk"):
    """The only finding of a rule; None if there is none."""
    some = [one for one in findings if one.rule == rule]
    assert len(some) <= 1
    return some[0] if some else None


def conclusions(findings):
    return {one.key: one.status for one in findings if one.nature == "conclusion"}


# ---- what counts ---------------------------------------------------------------------------------


def test_two_broken_promises_and_an_open_complaint_are_a_risk(ask):
    one = of(ask([PROMISE, RISK], *STORY, as_of="03-06 00:00"))
    assert (one.key, one.nature, one.status) == ("risk/lin", "conclusion", "holds")


def test_a_conclusion_holds_from_the_instant_at_which_the_last_reason_came(ask):
    assert of(ask([PROMISE, RISK], *STORY, as_of=instant("03-06 00:00") - Q)) is None
    later = of(ask([PROMISE, RISK], *STORY, as_of="03-20 12:00"))
    assert written(later.opens_at) == "2026-03-06 00:00"


def test_its_trigger_is_the_event_behind_the_last_reason(ask):
    assert of(ask([PROMISE, RISK], *STORY, as_of="03-06 00:00")).trigger == "p2"


def test_its_reasons_are_findings_and_events_premise_by_premise(ask):
    one = of(ask([PROMISE, RISK], *STORY, as_of="03-06 00:00"))
    assert one.reasons == ("promise/lin/P-p1/p1", "promise/lin/P-p2/p2", "c")


def test_the_first_that_came_are_the_reasons_when_there_are_more(ask):
    rules = [risk(seen(COMPLAINT, at_least=2))]
    story = [complaint("z", "03-02 09:00"), complaint("a", "03-04 09:00")]
    late = complaint("m", "03-03 09:00")
    assert of(ask(rules, *story, late, as_of="03-05 09:00")).reasons == ("z", "m")


def test_of_what_came_at_one_instant_the_first_in_order_is_the_first_reason(ask):
    rules = [risk(seen(COMPLAINT, at_least=2))]
    story = [complaint(id, "03-02 09:00") for id in ("z", "a", "m")]
    assert of(ask(rules, *story, as_of="03-05 09:00")).reasons == ("a", "m")


def test_missed_is_what_was_kept_too_late_as_well(ask):
    rules = [PROMISE, risk(found("promise", "missed"))]
    kept = happened("k", "promise.kept", "03-09 10:00", promise="P-p1")
    assert of(ask(rules, STORY[0], kept, as_of="03-10 09:00")).status == "holds"


def test_a_status_that_is_no_more_counts_no_more(ask):
    rules = [PROMISE, risk(found("promise", "breached"))]
    kept = happened("k", "promise.kept", "03-09 10:00", promise="P-p1")
    assert of(ask(rules, STORY[0], kept, as_of="03-10 09:00")) is None


def test_fewer_than_needed_are_not_enough(ask):
    assert of(ask([PROMISE, RISK], STORY[0], STORY[2], as_of="03-20 09:00")) is None


def test_what_is_equal_in_a_field_counts_once(ask):
    rules = [risk(seen(COMPLAINT, at_least=2, distinct="topic"))]
    again = [complaint(id, f"03-0{id} 09:00", topic="late") for id in "23"]
    other = complaint("4", "03-04 09:00", topic="rude")
    assert of(ask(rules, *again, as_of="03-05 09:00")) is None
    assert of(ask(rules, *again, other, as_of="03-05 09:00")).reasons == ("2", "4")


def test_what_lacks_the_field_does_not_count_at_all(ask):
    rules = [risk(seen(COMPLAINT, distinct="topic"))]
    assert of(ask(rules, complaint("c", "03-02 09:00"), as_of="03-05 09:00")) is None


def test_what_counts_once_may_stop_to_count_where_an_equal_one_stays(ask):
    rules = [PROMISE, risk(found("promise", "open", at_least=2, distinct="topic"))]
    story = [promise("p1", "03-02 10:00", topic="a"), promise("p2", "03-02 11:00", topic="b")]
    equal = promise("p3", "03-02 12:00", topic="a")
    kept = happened("k", "promise.kept", "03-02 15:00", promise="P-p1")
    reasons = of(ask(rules, *story, equal, kept, as_of="03-02 16:00")).reasons
    assert reasons == ("promise/lin/P-p2/p2", "promise/lin/P-p3/p3")


def test_each_case_has_a_conclusion_of_its_own(ask):
    rules = [risk(seen(COMPLAINT, at_least=2), correlate_on="case")]
    story = [complaint(f"{case}{n}", f"03-0{n} 09:00", case=case) for case in "ab" for n in (2, 3)]
    story.append(complaint("c2", "03-02 09:00", case="c"))
    found = conclusions(ask(rules, *story, as_of="03-05 09:00"))
    assert found == {"risk/lin/a": "holds", "risk/lin/b": "holds"}


def test_a_whole_number_ties_to_the_same_case_as_its_text(ask):
    rules = [risk(seen(COMPLAINT, at_least=2), correlate_on="case")]
    story = [complaint("c", "03-02 09:00", case=7), complaint("d", "03-03 09:00", case="7")]
    one = of(ask(rules, *story, as_of="03-05 09:00"))
    assert one.correlation == (("case", "7"),)


def test_what_belongs_to_no_case_counts_for_none(ask):
    rules = [risk(seen(COMPLAINT), correlate_on="case")]
    assert of(ask(rules, complaint("c", "03-02 09:00"), as_of="03-05 09:00")) is None


def test_what_counts_for_the_customer_counts_for_each_case(ask):
    broken = found("promise", "missed", at_least=2, customer_wide=True)
    rules = [PROMISE, risk(broken, seen(COMPLAINT), correlate_on="case")]
    story = [*STORY[:2], *(complaint(case, "03-04 09:00", case=case) for case in "ab")]
    found_ = conclusions(ask(rules, *story, as_of="03-06 00:00"))
    assert found_ == {"risk/lin/a": "holds", "risk/lin/b": "holds"}


def test_the_contact_that_something_is_owed_to_is_a_field_of_it(ask):
    each = follow_up(days(1), for_each=contacts())
    rules = [each, risk(found("call", "open"), correlate_on="contact")]
    people = [Customer("lin", contacts=[{"id": "ann"}, {"id": "bob/b"}])]
    found_ = ask(rules, deal("d", "03-02 09:00"), as_of="03-02 10:00", customers=people)
    assert conclusions(found_) == {"risk/lin/ann": "holds", "risk/lin/bob%2Fb": "holds"}


def test_a_part_is_one_step_or_stage_of_a_rule(ask):
    steps = [Step(name=name, fulfilled_by=event(name), window=Window(due=days(1))) for name in "ab"]
    case = Procedure(id="p", opened_by=event("deal.closed"), steps=steps)
    rules = [case, risk(found("p", "fulfilled", part="b"))]
    opened, a = deal("d", "03-02 09:00"), happened("ea", "a", "03-02 10:00")
    b = happened("eb", "b", "03-02 11:00")
    assert of(ask(rules, opened, a, as_of="03-02 12:00")) is None
    assert of(ask(rules, opened, a, b, as_of="03-02 12:00")).reasons == ("p/lin/d/b",)


def test_a_violation_is_a_premise(ask):
    ban = Prohibition(id="ban", forbids=event("gift.given"))
    gift = happened("g", "gift.given", "03-02 09:00")
    one = of(ask([ban, risk(found("ban", "violated"))], gift, as_of="03-02 09:00"))
    assert one.reasons == ("ban/lin/g",)


def test_a_stage_is_a_premise_while_the_customer_is_in_it(ask):
    rules = [LIFE, risk(found("life", "current", part="one"))]
    gone = happened("o", "order.cancelled", "03-04 09:00")
    story = [deal("d", "03-02 09:00"), gone]
    assert of(ask(rules, *story, as_of="03-03 09:00")).reasons == ("life/lin/one@d",)
    assert of(ask(rules, *story, as_of="03-04 09:00")) is None


def test_an_entry_of_a_stage_is_an_event_that_happened_once_for_all(ask):
    rules = [LIFE, risk(seen(entered("life", "one")))]
    story = [deal("d", "03-02 09:00"), happened("o", "order.cancelled", "03-04 09:00")]
    assert of(ask(rules, *story, as_of="03-05 09:00")).reasons == ("life:one@d",)


# ---- unless, where -------------------------------------------------------------------------------


def test_unless_takes_a_conclusion_away(ask):
    story = [*STORY, solved("s", "03-09 09:00")]
    assert of(ask([PROMISE, RISK], *story, as_of=instant("03-09 09:00") - Q)).status == "holds"
    assert of(ask([PROMISE, RISK], *story, as_of="03-09 09:00")) is None


def test_unless_may_need_several(ask):
    rules = [risk(seen(COMPLAINT), unless=seen(SOLVED, at_least=2))]
    story = [complaint("c", "03-02 09:00"), solved("s", "03-03 09:00")]
    assert of(ask(rules, *story, as_of="03-05 09:00")).status == "holds"
    assert of(ask(rules, *story, solved("t", "03-04 09:00"), as_of="03-05 09:00")) is None


def test_where_asks_for_what_is_known_of_the_customer_now(ask):
    rules = [risk(seen(COMPLAINT), where=customer("tier") == "gold")]
    story = [
        happened("f1", "customer.changed", "03-01 09:00", tier="tin"),
        complaint("c", "03-02 09:00"),
        happened("f2", "customer.changed", "03-03 09:00", tier="gold"),
    ]
    assert of(ask(rules, *story, as_of=instant("03-03 09:00") - Q)) is None
    one = of(ask(rules, *story, as_of="03-05 09:00"))
    assert (written(one.opens_at), one.trigger) == ("2026-03-03 09:00", "c")


def test_where_may_ask_for_a_stage(ask):
    rules = [LIFE, risk(seen(COMPLAINT), where=in_stage("life", "one"))]
    story = [complaint("c", "03-02 09:00"), deal("d", "03-03 09:00")]
    assert of(ask(rules, *story[:1], as_of="03-05 09:00")) is None
    one = of(ask(rules, *story, as_of="03-05 09:00"))
    assert written(one.opens_at) == "2026-03-03 09:00"


# ---- conclusions as events -----------------------------------------------------------------------


def test_a_conclusion_triggers_what_is_owed(ask):
    one = of(ask([PROMISE, RISK, CALL], *STORY, as_of="03-06 09:00"), "call")
    assert (one.key, one.trigger) == ("call/lin/risk@p2", "risk@p2")
    assert (written(one.opens_at), one.status) == ("2026-03-06 00:00", "open")


def test_what_is_withdrawn_is_an_event_that_releases(ask):
    story = [*STORY, solved("s", "03-06 09:00")]
    one = of(ask([PROMISE, RISK, CALL], *story, as_of="03-06 09:00"), "call")
    assert (one.status, one.ended_by) == ("released", "-risk@p2")
    assert written(one.ended_at) == "2026-03-06 09:00"


def test_the_moment_carries_the_values_of_the_case(ask):
    call = attrs.evolve(CALL, correlate_on=("case",))
    rules = [risk(seen(COMPLAINT), correlate_on="case"), call]
    found_ = ask(rules, complaint("c", "03-02 09:00", case=7), as_of="03-02 09:00")
    assert of(found_, "call").key == "call/lin/7/risk/7@c"


def test_what_is_drawn_again_by_the_same_cause_gets_a_plus(ask):
    rules = [LIFE, risk(seen(COMPLAINT), where=in_stage("life", "one")), CALL]
    story = [
        complaint("c", "03-02 09:00"),
        deal("d", "03-02 10:00"),
        happened("o", "order.cancelled", "03-02 11:00"),
        deal("e", "03-02 12:00"),
    ]
    found_ = ask(rules, *story, as_of="03-02 12:00")
    calls = [one for one in found_ if one.rule == "call"]
    assert statuses(calls) == {"risk@c": "released", "risk@c+": "open"}


def test_doubt_draws_nothing(ask):
    severe = COMPLAINT.where(field("severe") == True)  # noqa: E712
    found_ = ask([risk(seen(severe)), CALL], complaint("c", "03-02 09:00"), as_of="03-02 09:00")
    one = of(found_)
    assert (one.status, one.reason, one.reasons) == ("indeterminate", "doubtful", ("c",))
    assert of(found_, "call") is None


def test_doubt_withdraws_nothing(ask):
    rules = [risk(seen(COMPLAINT), unless=seen(SOLVED.where(field("well") == True))), CALL]  # noqa: E712
    story = [complaint("c", "03-02 09:00"), solved("s", "03-02 10:00")]
    found_ = ask(rules, *story, as_of="03-02 10:00")
    assert (of(found_).status, written(of(found_).opens_at)) == (
        "indeterminate",
        "2026-03-02 09:00",
    )
    assert of(found_, "call").status == "open"


def test_what_was_in_doubt_without_being_drawn_holds_from_when_it_is_certain(ask):
    severe = COMPLAINT.where(field("severe") == True)  # noqa: E712
    story = [complaint("c", "03-02 09:00"), complaint("d", "03-04 09:00", severe=True)]
    one = of(ask([risk(seen(severe))], *story, as_of="03-05 09:00"))
    assert (one.status, written(one.opens_at), one.reasons) == ("holds", "2026-03-04 09:00", ("d",))


def test_what_holds_again_after_doubt_was_never_withdrawn(ask):
    kept = found("promise", "open")
    severe = COMPLAINT.where(field("severe") == True)  # noqa: E712
    rules = [PROMISE, risk(kept, unless=seen(severe, at_least=2)), CALL]
    story = [
        promise("p", "03-02 09:00"),
        complaint("a", "03-02 10:00"),
        complaint("b", "03-02 11:00"),
    ]
    assert of(ask(rules, *story, as_of="03-02 12:00")).status == "indeterminate"
    calls = [one for one in ask(rules, *story, as_of="03-02 12:00") if one.rule == "call"]
    assert statuses(calls) == {"risk@p": "open"}


def test_the_touch_that_brings_a_conclusion_about_does_not_pay_what_it_brings(ask):
    first = follow_up(days(1), id="first")
    rules = [first, risk(found("first", "fulfilled")), attrs.evolve(CALL, fulfilled_by=touch())]
    story = [deal("d", "03-02 09:00"), touched("t", "03-02 10:00")]
    assert of(ask(rules, *story, as_of="03-02 12:00"), "call").status == "open"
    another = touched("u", "03-02 11:00")
    assert of(ask(rules, *story, another, as_of="03-02 12:00"), "call").ended_by == "u"


def test_nor_does_it_where_another_conclusion_lies_between(ask):
    rules = [
        follow_up(days(1), id="first"),
        Derivation(id="below", given=found("first", "fulfilled")),
        risk(found("below", "holds")),
        attrs.evolve(CALL, fulfilled_by=touch()),
    ]
    story = [deal("d", "03-02 09:00"), touched("t", "03-02 10:00")]
    assert of(ask(rules, *story, as_of="03-02 12:00"), "call").status == "open"


HEARD = Derivation(id="heard", given=seen(concluded("below")))
"""Makes the conclusion `below` one that is heard of as an event."""


def test_nor_does_it_where_that_one_is_heard_of_too(ask):
    rules = [
        follow_up(days(1), id="first"),
        Derivation(id="below", given=found("first", "fulfilled")),
        HEARD,
        attrs.evolve(RISK, given=[found("below", "holds"), seen(concluded("below"))], unless=()),
        attrs.evolve(CALL, fulfilled_by=touch()),
    ]
    story = [deal("d", "03-02 09:00"), touched("t", "03-02 10:00")]
    assert of(ask(rules, *story, as_of="03-02 12:00"), "call").status == "open"


def test_nor_does_it_where_it_took_one_away_that_stood_against_it(ask):
    rules = [
        follow_up(days(1), id="first"),
        Derivation(id="below", given=found("first", "open")),
        HEARD,
        risk(seen(concluded("below")), unless=found("below", "holds")),
        attrs.evolve(CALL, fulfilled_by=touch()),
    ]
    story = [deal("d", "03-02 09:00"), touched("t", "03-02 10:00")]
    assert of(ask(rules, *story, as_of="03-02 12:00"), "call").status == "open"


def test_nor_does_what_led_into_the_stage_that_closed_a_case_too_early(ask):
    case = Procedure(
        id="p",
        opened_by=COMPLAINT,
        closed_by=entered("life", "one"),
        steps=[Step(name="a", fulfilled_by=SOLVED, window=Window(due=days(1)))],
    )
    again = event("deal.closed")
    rules = [LIFE, case, risk(found("p", "violated")), attrs.evolve(CALL, fulfilled_by=again)]
    story = [complaint("c", "03-02 09:00"), deal("d", "03-02 10:00")]
    assert of(ask(rules, *story, as_of="03-02 12:00"), "call").status == "open"


def test_nor_does_it_where_a_fact_became_known_with_it(ask):
    rules = [
        follow_up(days(1), id="first"),
        risk(found("first", "fulfilled"), where=customer("tier") == "gold"),
        attrs.evolve(CALL, fulfilled_by=touch()),
    ]
    known = happened("f", "customer.changed", "03-02 10:00", tier="gold")
    story = [deal("d", "03-02 09:00"), touched("t", "03-02 10:00"), known]
    assert of(ask(rules, *story, as_of="03-02 12:00"), "call").status == "open"


def test_another_touch_of_that_instant_does_pay(ask):
    first = follow_up(days(1), id="first")
    rules = [first, risk(found("first", "fulfilled")), attrs.evolve(CALL, fulfilled_by=touch())]
    story = [deal("d", "03-02 09:00"), *(touched(id, "03-02 10:00") for id in ("t", "u"))]
    assert of(ask(rules, *story, as_of="03-02 12:00"), "call").ended_by == "u"


def test_a_dated_touch_that_brings_it_about_does_not_pay_either(ask):
    first = follow_up(days(1), id="first")
    rules = [first, risk(found("first", "fulfilled")), attrs.evolve(CALL, fulfilled_by=touch())]
    story = [deal("d", "03-02 09:00"), touched("t", "03-03")]
    assert of(ask(rules, *story, as_of="03-03 12:00"), "call").status == "open"


def test_the_event_that_takes_a_conclusion_away_does_not_pay_what_follows(ask):
    after = follow_up(days(1), trigger=withdrawn("risk"), fulfilled_by=SOLVED | touch())
    rules = [risk(seen(COMPLAINT), unless=seen(SOLVED)), after]
    story = [complaint("c", "03-02 09:00"), solved("s", "03-02 10:00")]
    one = of(ask(rules, *story, as_of="03-02 12:00"), "call")
    assert (one.trigger, one.status) == ("-risk@c", "open")


def test_the_event_that_ends_what_stood_against_a_conclusion_does_not_pay_what_follows(ask):
    rules = [
        PROMISE,
        risk(seen(COMPLAINT), unless=found("promise", "open")),
        follow_up(days(1), trigger=concluded("risk"), fulfilled_by=event("promise.kept")),
    ]
    story = [
        promise("p", "03-02 08:00"),
        complaint("c", "03-02 09:00"),
        happened("k", "promise.kept", "03-02 10:00", promise="P-p"),
    ]
    one = of(ask(rules, *story, as_of="03-02 12:00"), "call")
    assert (written(one.opens_at), one.status) == ("2026-03-02 10:00", "open")


def test_the_entry_that_brings_it_about_does_not_pay_what_follows(ask):
    rules = [
        LIFE,
        risk(found("life", "current", part="one")),
        follow_up(
            days(1), trigger=concluded("risk"), fulfilled_by=event("deal.closed") | touch("visit")
        ),
    ]
    assert of(ask(rules, deal("d", "03-02 09:00"), as_of="03-02 12:00"), "call").status == "open"


def test_a_conclusion_comes_after_the_moves_of_its_instant(ask):
    call = attrs.evolve(CALL, trigger=concluded("risk").where(in_stage("life", "one")))
    rules = [LIFE, risk(seen(event("deal.closed"))), call]
    found_ = ask(rules, deal("d", "03-02 09:00"), as_of="03-02 09:00")
    assert of(found_, "call").status == "open"


def test_a_conclusion_lies_before_what_happens_later(ask):
    warned = FollowUp(
        id="warned",
        trigger=event("deal.closed").where(prior(concluded("risk")).count() >= 1),
        fulfilled_by=touch(),
        window=Window(due=days(1)),
    )
    rules = [risk(seen(COMPLAINT)), warned]
    story = [deal("d", "03-02 09:00"), complaint("c", "03-02 09:00"), deal("e", "03-02 10:00")]
    found_ = ask(rules, *story, as_of="03-02 12:00")
    assert [one.trigger for one in found_ if one.rule == "warned"] == ["e"]


def test_what_comes_back_comes_back_while_a_conclusion_holds(ask):
    weekly = Recurring(
        id="weekly",
        starts=concluded("risk"),
        fulfilled_by=touch(),
        stops=withdrawn("risk"),
        every=days(7),
    )
    rules = [risk(seen(COMPLAINT), unless=seen(SOLVED)), weekly]
    story = [
        complaint("c", "03-02 09:00"),
        touched("t", "03-05 09:00"),
        solved("s", "03-06 09:00"),
    ]
    found_ = [one for one in ask(rules, *story, as_of="03-07 09:00") if one.rule == "weekly"]
    assert statuses(found_) == {"risk@c": "fulfilled", "t": "released"}


# ---- on top of each other ------------------------------------------------------------------------

GRAVE = Derivation(id="grave", given=found("call", "missed"))


def test_a_conclusion_is_drawn_from_others(ask):
    rules = [PROMISE, RISK, Derivation(id="worse", given=[found("risk", "holds"), seen(COMPLAINT)])]
    one = of(ask(rules[::-1], *STORY, as_of="03-06 00:00"), "worse")
    assert (one.reasons, one.trigger) == (("risk/lin", "c"), "p2")


def test_a_conclusion_that_is_withdrawn_takes_those_above_away(ask):
    rules = [PROMISE, RISK, Derivation(id="worse", given=found("risk", "holds"))]
    story = [*STORY, solved("s", "03-09 09:00")]
    assert of(ask(rules, *story, as_of="03-09 09:00"), "worse") is None


def test_a_doubtful_conclusion_makes_those_above_doubtful(ask):
    severe = COMPLAINT.where(field("severe") == True)  # noqa: E712
    rules = [risk(seen(severe)), Derivation(id="worse", given=found("risk", "holds"))]
    found_ = ask(rules, complaint("c", "03-02 09:00"), as_of="03-02 09:00")
    assert of(found_, "worse").status == "indeterminate"


def test_a_conclusion_is_drawn_from_what_others_had_owed(ask):
    rules = [GRAVE, CALL, RISK, PROMISE]
    found_ = ask(rules, *STORY, as_of="03-08 00:00")
    assert of(found_).status == "holds"
    assert of(found_, "call").status == "breached"
    assert of(found_, "grave").reasons == ("call/lin/risk@p2",)


def test_what_is_concluded_above_is_heard_of_too(ask):
    boss = follow_up(days(1), id="boss", trigger=concluded("grave"))
    found_ = ask([boss, GRAVE, CALL, RISK, PROMISE], *STORY, as_of="03-08 00:00")
    assert of(found_, "boss").trigger == "grave@risk@p2"


def test_a_conclusion_may_count_how_often_another_was_drawn(ask):
    often = Derivation(id="often", given=seen(concluded("risk"), at_least=2))
    rules = [LIFE, risk(found("life", "current", part="one")), often]
    story = [
        deal("d", "03-02 09:00"),
        happened("o", "order.cancelled", "03-03 09:00"),
        deal("e", "03-04 09:00"),
    ]
    assert of(ask(rules, *story[:2], as_of="03-05 09:00"), "often") is None
    assert of(ask(rules, *story, as_of="03-05 09:00"), "often").reasons == ("risk@d", "risk@e")


# ---- what is not known ---------------------------------------------------------------------------


def test_what_needs_the_absence_of_events_is_doubtful_where_they_may_be_missing(ask):
    rules = [risk(seen(COMPLAINT), unless=seen(SOLVED))]
    given = {"complete": {"": "03-03 09:00"}}
    certain = of(ask(rules, complaint("c", "03-02 09:00"), as_of="03-03 09:00", **given))
    doubtful = of(
        ask(rules, complaint("c", "03-02 09:00"), as_of=instant("03-03 09:00") + Q, **given)
    )
    assert (certain.status, doubtful.status) == ("holds", "indeterminate")
    assert certain.next_change_at == instant("03-03 09:00") + Q


def test_what_needs_no_absence_is_certain_however_incomplete_the_data():
    found_ = evaluate(
        Rulebook([risk(seen(COMPLAINT))]),
        [complaint("c", "03-02 09:00")],
        as_of=instant("03-05 09:00"),
        zone=ZONE,
        complete={"": instant("03-03 09:00")},
    )
    assert (of(found_).status, of(found_).next_change) == ("holds", None)


def test_what_was_drawn_before_the_data_end_stays_drawn():
    rules = Rulebook([risk(seen(COMPLAINT), unless=seen(SOLVED)), CALL])
    found_ = evaluate(
        rules,
        [complaint("c", "03-02 09:00")],
        as_of=instant("03-03 12:00"),
        zone=ZONE,
        complete={"": instant("03-03 09:00")},
    )
    assert statuses([of(found_, "call")]) == {"risk@c": "open"}


def test_before_the_known_history_something_may_have_happened(ask):
    rules = [risk(seen(COMPLAINT), unless=seen(SOLVED))]
    day = instant("03-01 00:00").date()
    one = of(ask(rules, complaint("c", "03-02 09:00"), as_of="03-03 09:00", history_from=day))
    assert one.status == "indeterminate"


def test_an_indeterminate_finding_counts_perhaps(ask):
    late = FollowUp(
        id="promise",
        trigger=event("promise.made"),
        fulfilled_by=event("promise.kept").where(field("well") == True),  # noqa: E712
        window=Window(due=days(1)),
    )
    story = [promise("p", "03-02 09:00"), happened("k", "promise.kept", "03-02 10:00")]
    one = of(ask([late, risk(found("promise", "missed"))], *story, as_of="03-05 09:00"))
    assert (one.status, one.reasons) == ("indeterminate", ("promise/lin/p",))


# ---- as time passes and news arrive --------------------------------------------------------------


def monitor_of(rules, *records, at, **how):
    monitor = Monitor(Rulebook(rules), zone=ZONE, **how)
    monitor.advance(instant(at))
    for record in records:
        monitor.observe(record)
    return monitor


def test_what_arrives_late_takes_a_conclusion_and_all_that_followed_away():
    monitor = monitor_of([PROMISE, RISK, CALL], *STORY, at="03-06 09:00")
    kept = happened("k", "promise.kept", "03-03 11:00", promise="P-p2")
    changes = {one.key: one.after for one in monitor.observe(kept)}
    assert changes["risk/lin"] is None
    assert changes["call/lin/risk@p2"] is None


def test_a_late_event_may_be_why_it_was_drawn_earlier():
    rules = [risk(seen(COMPLAINT, at_least=2))]
    story = [complaint("b", "03-04 09:00"), complaint("c", "03-05 09:00")]
    monitor = monitor_of(rules, *story, at="03-06 09:00")
    (change,) = monitor.observe(complaint("a", "03-03 09:00"))
    assert (change.before.trigger, change.after.trigger) == ("c", "b")


def test_a_retraction_takes_back_what_it_had_brought_about():
    monitor = monitor_of([PROMISE, RISK, CALL], *STORY, at="03-06 09:00")
    monitor.observe(STORY[2].retracted("r"))
    assert {one.rule for one in monitor.findings()} == {"promise"}


def test_a_record_that_is_named_as_a_conclusion_is_stays_when_that_is_withdrawn():
    rules = [risk(seen(COMPLAINT)), CALL, follow_up(days(1), id="first")]
    story = [
        deal("d", "03-02 09:00"),
        touched("risk@c", "03-02 10:00"),
        complaint("c", "03-02 11:00"),
    ]
    monitor = monitor_of(rules, *story, at="03-02 12:00")
    monitor.observe(story[2].retracted("r"))
    assert of(monitor.findings(), "first").status == "fulfilled"


def test_a_monitor_wakes_when_a_premise_changes():
    monitor = monitor_of([PROMISE, RISK, CALL], *STORY, at="03-05 09:00")
    assert monitor.next_change_at == instant("03-06 00:00")
    changed = {one.key for one in monitor.advance(instant("03-06 00:00"))}
    assert changed == {"promise/lin/P-p2/p2", "risk/lin", "call/lin/risk@p2"}


@pytest.fixture
def eager(monkeypatch):
    """Let go of single events, which in earnest would not be worth the while."""
    monkeypatch.setattr(timeline, "WORTHWHILE", 1)


@pytest.fixture(params=[False, True], ids=["kept", "put away"])
def passing(request, eager):
    """Let time pass with a short horizon, with or without a restart on the way."""

    def passed(rules, *records, at):
        book, how = Rulebook(rules), {"zone": ZONE, "horizon": timedelta(days=2)}
        monitor = Monitor(book, **how)
        for record in records:
            monitor.observe(record, now=record.occurred_at)
            if request.param:
                monitor = Monitor.restore(book, monitor.snapshot(), **how)
        monitor.advance(instant(at))
        return monitor.findings()

    return passed


def test_what_was_counted_still_counts_beyond_the_horizon(passing):
    rules = [risk(seen(COMPLAINT, at_least=3, distinct="topic")), CALL]
    story = [
        complaint(f"c{month}", f"0{month}-02 09:00", topic=topic)
        for month, topic in ((3, "a"), (4, "b"), (5, "a"), (6, "c"))
    ]
    found_ = passing(rules, *story, at="06-02 10:00")
    assert of(found_).reasons == ("c3", "c4", "c6")
    assert of(found_, "call").trigger == "risk@c6"


def test_broken_promises_are_not_forgotten_with_their_events(passing):
    later = [
        promise("p1", "03-02 10:00"),
        happened("k", "promise.kept", "03-20 10:00", promise="P-p1"),
        promise("p2", "04-02 10:00"),
        complaint("c", "05-02 09:00"),
    ]
    assert of(passing([PROMISE, RISK], *later, at="05-02 09:00")).status == "holds"


def test_what_was_drawn_before_the_horizon_is_withdrawn_after_it(passing):
    story = [complaint("c", "03-02 09:00"), solved("s", "05-02 09:00")]
    rules = [
        risk(seen(COMPLAINT), unless=seen(SOLVED)),
        attrs.evolve(CALL, window=Window(due=days(90))),
    ]
    found_ = passing(rules, *story, at="05-02 10:00")
    assert of(found_) is None
    assert of(found_, "call").ended_by == "-risk@c"


def test_how_often_a_cause_drew_it_is_remembered_beyond_the_horizon(passing):
    rules = [LIFE, risk(seen(COMPLAINT), where=in_stage("life", "one")), CALL]
    story = [
        complaint("c", "03-02 09:00"),
        deal("d", "04-02 10:00"),
        happened("o", "order.cancelled", "05-02 11:00"),
        deal("e", "06-02 12:00"),
    ]
    found_ = passing(rules, *story, at="06-02 12:00")
    assert [one.trigger for one in found_ if one.rule == "call"] == ["risk@c+"]


def test_a_lower_conclusion_outlives_the_horizon(passing):
    rules = [GRAVE, attrs.evolve(CALL, window=Window(due=days(1), expires=never)), RISK, PROMISE]
    story = [*STORY, complaint("x", "04-02 09:00"), complaint("y", "05-02 09:00")]
    found_ = passing(rules, *story, at="05-03 09:00")
    assert conclusions(found_) == {"risk/lin": "holds", "grave/lin": "holds"}


# ---- why -----------------------------------------------------------------------------------------


def test_the_evidence_names_the_reasons_and_the_events_behind_them(ask):
    evidence = of(ask([PROMISE, RISK], *STORY, as_of="03-06 00:00")).evidence()
    assert [(one.name, one.finding and one.finding.status) for one in evidence.reasons] == [
        ("promise/lin/P-p1/p1", "breached"),
        ("promise/lin/P-p2/p2", "breached"),
        ("c", None),
    ]
    assert [one.event.name for one in evidence.reasons] == ["p1", "p2", "c"]


def test_the_evidence_cites_what_it_is_drawn_from_and_no_more(ask):
    noise = [complaint("x", "03-04 10:00"), promise("q", "03-05 10:00")]
    evidence = of(ask([PROMISE, RISK], *STORY, *noise, as_of="03-06 00:00")).evidence()
    assert (set(evidence.cited), evidence.sufficient) == ({"p1", "p2", "c"}, True)


def test_what_is_owed_after_a_conclusion_cites_what_that_is_drawn_from(ask):
    noise = complaint("x", "03-04 10:00")
    found_ = ask([PROMISE, RISK, CALL], *STORY, noise, as_of="03-06 09:00")
    evidence = of(found_, "call").evidence()
    assert (set(evidence.cited), evidence.sufficient) == ({"p1", "p2", "c"}, True)
    assert evidence.trigger.kind == "conclusion.concluded:risk"


def test_the_evidence_names_the_events_in_doubt(ask):
    severe = COMPLAINT.where(field("severe") == True)  # noqa: E712
    one = of(ask([risk(seen(severe))], complaint("c", "03-02 09:00"), as_of="03-02 09:00"))
    assert [(miss.event.name, miss.why) for miss in one.evidence().doubtful] == [("c", "test")]


def test_the_evidence_names_what_is_in_doubt_of_the_findings_behind_it(ask):
    large = attrs.evolve(PROMISE, trigger=event("promise.made").where(field("size") > 3))
    rules = [large, risk(found("promise", "open"))]
    one = of(ask(rules, promise("p", "03-02 09:00"), as_of="03-02 09:00"))
    assert one.status == "indeterminate"
    assert [miss.event.name for miss in one.evidence().doubtful] == ["p"]


# ---- what cannot be concluded --------------------------------------------------------------------

CYCLE = follow_up(days(1), trigger=concluded("risk"))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            [CYCLE, risk(found("call", "missed"))],
            "`risk` is concluded from itself, by way of `call`: nothing may feed back",
        ),
        (
            [risk(found("risk", "holds"))],
            "`risk` is concluded from itself, by way of `risk`",
        ),
        (
            [risk(seen(withdrawn("risk")))],
            "`risk` is concluded from itself, by way of `risk`",
        ),
        (
            [risk(found("promise", "missed"))],
            "`risk` is drawn from `promise`, which the rulebook lacks",
        ),
        (
            [PROMISE, risk(found("promise", "violated"))],
            "`risk` is drawn from `promise` being `violated`, which it never is: choose from "
            "breached, fulfilled, lapsed, open, released, repaired, upcoming",
        ),
        (
            [LIFE, risk(found("life", "missed"))],
            "`risk` is drawn from `life` being `breached`, which it never is: choose from "
            "current, left",
        ),
        (
            [follow_up(days(1), trigger=concluded("rist")), risk(seen(COMPLAINT))],
            "`call` refers to the conclusion `rist`, which the rulebook lacks: ",
        ),
        (
            [
                risk(seen(COMPLAINT)),
                attrs.evolve(LIFE, moves=[Move(on=concluded("risk"), to="one")]),
            ],
            "`life` moves by the conclusion `risk`: use records only",
        ),
    ],
)
def test_a_rulebook_that_concludes_nonsense_is_refused(rules, message):
    with pytest.raises(DefinitionError) as problem:
        Monitor(Rulebook(rules), zone=ZONE)
    assert str(problem.value).startswith(message)


def test_a_procedure_may_be_found_wanting_or_wrong(ask):
    steps = [Step(name="a", fulfilled_by=touch(), window=Window(due=days(1)))]
    case = Procedure(
        id="p", opened_by=event("deal.closed"), closed_by=event("case.closed"), steps=steps
    )
    closed = happened("x", "case.closed", "03-02 10:00")
    story = [deal("d", "03-02 09:00"), closed]
    one = of(ask([case, risk(found("p", "violated", "missed"))], *story, as_of="03-02 12:00"))
    assert one.reasons == ("p/lin/x/closed-without%3Aa",)
