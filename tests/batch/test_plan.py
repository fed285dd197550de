"""What the kernel takes of the handbook, and of its data."""

import pytest
from bench.world import customers, events, world

from retention_rules import Calendar, evaluate
from retention_rules.evaluation.lowering import compiled
from retention_rules.practices import handbook

pa = pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")


def test_the_kernel_takes_all_of_the_handbook_but_one_procedure_and_one_pause():
    from retention_rules.evaluation.batch.plan import units_of

    units = units_of(compiled(handbook()), Calendar())
    left = {unit.name: unit.why_not for unit in units if unit.why_not}
    assert left == {"recovery.six-step": "procedure", "growth.referral": "pauses"}


def test_the_kernel_takes_nearly_all_customers_and_the_findings_are_those_of_evaluate():
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    book, given = handbook(), world(1_500)
    happened, known = events(given), customers(given)
    found = evaluate_frame(book, frame_of(happened), as_of=given.as_of, customers=known)
    assert list(found.findings()) == list(
        evaluate(book, happened, as_of=given.as_of, customers=known)
    )
    taken = sum(one["kernel"] for one in found.share)
    assert taken > 0.99 * sum(one["customers"] for one in found.share)
