"""What the pure evaluator answers for a frame, some customers at a time."""

import pickle
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.books import BOOKS, CONCLUDING, asked_of

from retention_rules import NotExplainable
from retention_rules.evaluation import evaluate
from retention_rules.testing import laws

apart = pytest.importorskip(
    "retention_rules.evaluation.batch.apart", reason="it comes with the extra `batch`"
)
batch = pytest.importorskip("tests.agreement.batch", reason="it comes with the extra `batch`").batch
FEW = settings(max_examples=min(settings.default.max_examples, 15))


@pytest.mark.parametrize("book", [*BOOKS, CONCLUDING])
@FEW
@given(data=st.data())
def test_how_many_customers_are_asked_at_a_time_changes_nothing(book, data):
    asked = data.draw(asked_of(book))
    with mock.patch.object(apart, "_AT_ONCE", data.draw(st.integers(1, 4))):
        laws.agreement(asked, [evaluate, batch])


def test_its_findings_do_not_hold_the_events_that_they_were_found_in(monkeypatch):
    from tests.batch.test_frames import BOOK, LATER, SHANGHAI, table

    from retention_rules.evaluation.batch import evaluate_frame

    given = {"as_of": LATER, "zone": SHANGHAI, "complete": {"": LATER}}
    found = evaluate_frame(BOOK, table(), **given)
    assert len(found.alone) == len(found) == 2
    with pytest.raises(NotExplainable):
        found.findings()[0].explain()
    assert len(pickle.dumps(found.alone)) < 2000


def test_what_is_found_of_one_customer_can_be_questioned():
    from tests.batch.test_frames import BOOK, LATER, SHANGHAI, table

    from retention_rules.evaluation.batch import evaluate_frame

    found = evaluate_frame(BOOK, table(), as_of=LATER, zone=SHANGHAI)
    (one,) = found.about("lin")
    assert one in found.findings()
    assert "lin" in one.explain("en")


def test_a_customer_of_a_frame_may_be_a_number():
    from tests.batch.test_frames import BOOK, LATER, SHANGHAI, table

    from retention_rules.evaluation.batch import evaluate_frame

    found = evaluate_frame(BOOK, table(customer=[1, 2, 1]), as_of=LATER, zone=SHANGHAI)
    assert [one.status for one in found.about(1)] == ["fulfilled"]


def test_a_customer_that_the_frame_does_not_name_is_refused():
    from tests.batch.test_frames import BOOK, LATER, SHANGHAI, table

    from retention_rules import InvalidEvent
    from retention_rules.evaluation.batch import evaluate_frame

    found = evaluate_frame(BOOK, table(), as_of=LATER, zone=SHANGHAI)
    with pytest.raises(InvalidEvent, match="no customer `li`"):
        found.about("li")


@FEW
@given(data=st.data())
def test_each_customer_has_the_findings_that_the_frame_has(data):
    from tests.agreement.batch import frame_of

    from retention_rules import RetentionRulesError
    from retention_rules.evaluation.batch import evaluate_frame

    asked = data.draw(asked_of("drawn", amendments=False))
    try:
        answer = evaluate_frame(asked.rulebook, frame_of(asked.records), **asked.arguments())
    except RetentionRulesError:
        return
    every = answer.findings()
    for name in {one.customer for one in every}:
        assert list(answer.about(name)) == [one for one in every if one.customer == name]
