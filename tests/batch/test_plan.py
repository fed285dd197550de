"""What the kernel takes of the handbook, and of its data."""

import attrs
import pytest
from bench.world import customers, events, world

from retention_rules import (
    Calendar,
    Event,
    FollowUp,
    Rulebook,
    Window,
    days,
    evaluate,
    event,
    touch,
)
from retention_rules.evaluation.lowering import compiled
from retention_rules.practices import handbook
from retention_rules.rules import Period

pa = pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")


def test_the_kernel_takes_all_of_the_handbook_but_a_pause():
    from retention_rules.evaluation.batch.units.plan import units_of

    units = units_of(compiled(handbook()), Calendar())
    left = {unit.name: unit.why_not for unit in units if unit.why_not is not None}
    assert left == {"growth.referral": "pauses"}


def test_conclusions_are_drawn_together_where_one_is_drawn_from_another():
    from retention_rules.evaluation.batch.units.components import components

    together = [[rule.id for rule in some] for some in components(compiled(handbook()))]
    (stepping_in,) = (some for some in together if "recovery.who-steps-in.sales" in some)
    assert stepping_in.index("recovery.who-steps-in.service") < stepping_in.index(
        "recovery.who-steps-in.sales"
    )
    assert ["promise.kept.broken-again"] in together


def test_the_kernel_takes_nearly_all_customers_and_the_findings_are_those_of_evaluate():
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    book, given = handbook(), world(1_500)
    happened, known = events(given), customers(given)
    found = evaluate_frame(book, frame_of(happened), as_of=given.as_of, customers=known)
    assert list(found.findings()) == list(
        evaluate(book, happened, as_of=given.as_of, customers=known)
    )
    rows = [one for one in found.share if one["kernel"]]
    assert sum(one["kernel"] for one in rows) > 0.99 * sum(one["customers"] for one in rows)
    assert len(rows) > 0.75 * len(found.share)


def versions(**more):
    """A call within two days, since April within four."""
    old = FollowUp(
        id="call",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call"),
        window=Window(due=days(2)),
        in_force=Period(None, "2026-04-01"),
        **more,
    )
    later = Period("2026-04-01", None)
    return Rulebook([old, attrs.evolve(old, window=Window(due=days(4)), in_force=later)])


@pytest.mark.parametrize(("policy", "taken"), [("separate", True), ("restart", False)])
def test_versions_of_a_rule_go_through_the_kernel_where_triggers_are_nothing_to_each_other(
    policy, taken
):
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    book = versions(on_retrigger=policy)
    deals = [
        Event(f"d{day}", "deal.closed", customer="lin", occurred_at=f"2026-{day}T09:00Z")
        for day in ("03-30", "03-31", "04-01", "04-02")
    ]
    given = {"as_of": "2026-04-05T12:00Z", "zone": "UTC"}
    answer = evaluate_frame(book, frame_of(deals), **given)
    assert list(answer.findings()) == list(evaluate(book, deals, **given))
    assert [one["pure"] for one in answer.share] == [0 if taken else 1]
