"""Of whom the pure evaluator is asked for conclusions: of those only of whom there may be one."""

import pytest
from tests.semantics.story import happened, instant

from retention_rules import (
    Customer,
    Derivation,
    FollowUp,
    Rulebook,
    Window,
    concluded,
    customer,
    days,
    evaluate,
    event,
    field,
    found,
    prior,
    touch,
)
from retention_rules import happened as has_happened

pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")
pytest.importorskip("narwhals", reason="it comes with the extra `batch`")

KEPT = FollowUp(
    id="kept",
    trigger=event("promise.made"),
    fulfilled_by=event("promise.kept"),
    correlate_on=["promise"],
    window=Window(due=days(1)),
)
TWICE = Derivation(id="twice", given=[found("kept", "missed", at_least=2)])
WAITING = Derivation(id="waiting", given=[found("kept", "open")])
APOLOGY = FollowUp(
    id="apology",
    trigger=concluded("waiting"),
    fulfilled_by=touch("call"),
    window=Window(due=days(2)),
)
LIKED = Derivation(
    id="liked", given=[has_happened(touch("gift").where(customer("likes") == field("gift")))]
)


def promise(number, who, kept=None):
    made = happened(f"m{number}", "promise.made", "03-02 10:00", customer=who, promise=str(number))
    if kept is None:
        return [made]
    how = {"customer": who, "promise": str(number)}
    return [made, happened(f"k{number}", "promise.kept", kept, **how)]


def asked_of(rules, *records, customers=(), as_of="03-10 10:00"):
    """How many customers the pure evaluator was asked of, by rule; its answer is the same.

    Beside each conclusion stands another one that the kernel leaves, so that it leaves both.
    """
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    again = event("review.written").where(prior(event("review.written")).count() > 0)
    beside = [
        Derivation(id=f"beside-{rule.id}", given=[found(rule.id, "holds"), has_happened(again)])
        for rule in rules
        if isinstance(rule, Derivation)
    ]
    book = Rulebook([*rules, *beside])
    how = {"as_of": instant(as_of), "zone": "Asia/Shanghai", "customers": customers}
    answer = evaluate_frame(book, frame_of(records), **how)
    assert list(answer.findings()) == list(evaluate(book, records, **how))
    return {one["rules"].split(", ")[0]: one["pure"] for one in answer.share}


def test_where_too_little_is_found_of_a_rule_there_is_no_conclusion():
    records = [*promise(1, "ann"), *promise(2, "ann"), *promise(3, "bea"), *promise(4, "bea")]
    records += (happened("k4", "promise.kept", "03-02 12:00", customer="bea", promise="4"),)
    assert asked_of([KEPT, TWICE], *records)["twice"] == 1


def test_what_was_missed_and_then_made_good_is_missed():
    records = [*promise(1, "ann", "03-05 10:00"), *promise(2, "ann", "03-06 10:00")]
    assert asked_of([KEPT, TWICE], *records)["twice"] == 1


def test_what_nobody_hears_of_turns_on_what_is_found_now():
    records = [*promise(1, "ann", "03-03 10:00"), *promise(2, "bea")]
    assert asked_of([KEPT, WAITING], *records, as_of="03-03 12:00")["waiting"] == 1


def test_what_someone_hears_of_turns_on_what_was_found_at_any_time():
    records = [*promise(1, "ann", "03-03 10:00"), *promise(2, "bea")]
    found = asked_of([KEPT, WAITING, APOLOGY], *records, as_of="03-03 12:00")
    assert found == {"kept": 0, "waiting": 2, "apology": 2}


def test_conditions_on_events_and_customers_are_put_to_the_test():
    gifts = [
        happened(who, "touch.made", "03-02 10:00", customer=who, channel="gift", gift="tea")
        for who in ("ann", "bea", "cleo")
    ]
    known = [
        Customer("ann", facts={"likes": "tea"}),
        Customer("bea", facts={"likes": "cake"}),
        Customer("cleo"),
    ]
    assert asked_of([LIKED], *gifts, customers=known)["liked"] == 2


def test_a_correction_may_change_anything():
    from retention_rules import Event

    one = Event(
        "x",
        "promise.made",
        customer="ann",
        occurred_at=instant("03-02 10:00"),
        corrects="m1",
        data={"promise": "1"},
    )
    assert asked_of([KEPT, TWICE], *promise(1, "ann"), one)["twice"] == 1
