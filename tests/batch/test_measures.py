"""Measures of frames: the same as of findings, and no finding is built for them."""

import pytest
from bench.world import customers, events, world

from retention_rules.evaluation import evaluate
from retention_rules.measures import DIMENSIONS, History, on_time
from retention_rules.practices import handbook

pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")
pytest.importorskip("narwhals", reason="it comes with the extra `batch`")


@pytest.fixture(scope="module")
def asked():
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    given = world(60)
    happened, known = events(given), customers(given)
    how = {"as_of": given.as_of, "customers": known}
    return (
        evaluate(handbook(), happened, **how),
        evaluate_frame(handbook(), frame_of(happened), **how),
        History(happened, customers=known),
    )


@pytest.mark.parametrize(
    "by",
    [*DIMENSIONS, (), ("practice", "month"), ("customer", "week", "strategy")],
    ids=lambda by: by if isinstance(by, str) else " and ".join(by) or "all in all",
)
def test_the_share_on_time_of_a_frame_is_that_of_its_findings(asked, by):
    findings, frame, history = asked
    how = {"by": by, "rulebook": handbook(), "history": history}
    measured = on_time(frame, **how)
    assert measured == on_time(findings, **how)
    assert sum(row.n for row in measured) > 0


def test_no_finding_is_built_to_be_counted(asked, monkeypatch):
    _, frame, _ = asked
    monkeypatch.setattr("retention_rules.evaluation.batch.answer.Finding", None)
    monkeypatch.setattr("retention_rules.evaluation.batch.answer._objects", None)
    assert on_time(frame, by="month")
