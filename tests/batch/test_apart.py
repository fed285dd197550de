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
