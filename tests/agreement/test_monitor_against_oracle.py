"""Law 13: the evaluator and the oracle, which was written apart from it, give equal findings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracle import denote
from tests.properties.books import BOOKS, CONCLUDING, asked_of
from tests.properties.test_laws import arrivals

from retention_rules.evaluation import evaluate
from retention_rules.testing import laws

books = pytest.mark.parametrize("book", [*BOOKS, CONCLUDING])


@books
@given(data=st.data())
def test_13_agreement(book, data):
    laws.agreement(data.draw(asked_of(book)), [denote, evaluate])


@given(data=st.data())
def test_13_agreement_on_one_rule_and_one_customer(data):
    """Fewer things at once, so that each is tried more thoroughly."""
    asked = data.draw(asked_of("drawn", max_rules=1, one_customer=True))
    laws.agreement(asked, [denote, evaluate])


@books
@given(data=st.data())
def test_08_the_monitor_agrees_with_the_oracle_at_each_point(book, data):
    asked = data.draw(asked_of(book))
    laws.chunks(asked, data.draw(arrivals(asked)), evaluate=denote)
