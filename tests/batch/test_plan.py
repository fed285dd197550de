"""What the kernel takes of the handbook, and of its data."""

import pytest
from bench.world import customers, events, world

from retention_rules import Calendar, evaluate
from retention_rules.evaluation.lowering import compiled
from retention_rules.practices import handbook
from retention_rules.rules import Derivation

pa = pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")


def test_the_kernel_takes_all_of_the_handbook_but_a_procedure_a_pause_and_conclusions():
    from retention_rules.evaluation.batch.plan import units_of

    book = handbook()
    units = units_of(compiled(book), Calendar())
    left = {unit.name: unit.why_not for unit in units if unit.why_not not in (None, "conclusions")}
    assert left == {"recovery.six-step": "procedure", "growth.referral": "pauses"}
    concluding = ", ".join(unit.name for unit in units if unit.why_not == "conclusions").split(", ")
    follow = {
        "coverage.rival-waiting.reaction",
        "promise.kept.manager-calls",
        "recovery.who-steps-in.leadership-touch",
        "recovery.who-steps-in.sales-touch",
    }
    assert set(concluding) == follow | {one.id for one in book if isinstance(one, Derivation)}


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
