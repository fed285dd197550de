"""Recurring duties in the kernel, where several things happen at one instant."""

import pytest
from tests.semantics.story import deal, instant, touched

from retention_rules import Recurring, Rulebook, business_days, evaluate, event, touch

pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")
pytest.importorskip("narwhals", reason="it comes with the extra `batch`")

VISITS = Recurring(
    id="visits",
    starts=event("deal.closed"),
    fulfilled_by=touch("visit"),
    every=business_days(1),
)


@pytest.mark.parametrize("as_of", ["02-27 00:00", "02-27 10:00", "03-05 00:00"])
@pytest.mark.parametrize("more", [{}, {"channel": "visit"}], ids=["perhaps", "for sure"])
def test_a_visit_before_the_start_of_its_instant_and_one_after_it(as_of, more):
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    story = [
        touched("m0", "02-27 00:00", channel="visit"),
        deal("m1", "02-27 00:00"),
        touched("m5", "02-27 00:00", **more),
    ]
    how = {"as_of": instant(as_of), "zone": "Asia/Shanghai"}
    found = evaluate_frame(Rulebook([VISITS]), frame_of(story), **how)
    assert list(found.findings()) == list(evaluate(Rulebook([VISITS]), story, **how))
