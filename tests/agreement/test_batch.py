"""Law 13 for the batch evaluator: it and `evaluate` give equal findings, in every field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agreement.batch import batch, by_days, simpler
from tests.properties.books import BOOKS, CONCLUDING, asked_of

from retention_rules.evaluation import evaluate
from retention_rules.testing import laws

MOST = settings.default.max_examples
FEW = settings(max_examples=MOST if MOST >= 2000 else min(MOST, 15))
"""Columns are slow on small questions: many of them are for before a release."""
books = pytest.mark.parametrize("book", [*BOOKS, CONCLUDING])


@books
@FEW
@given(data=st.data())
def test_13_the_batch_evaluator_agrees_on_what_the_kernel_takes(book, data):
    asked = data.draw(asked_of(book, amendments=False, cuts=False, max_events=14))
    laws.agreement(simpler(asked), [evaluate, batch])


@FEW
@given(data=st.data())
def test_13_the_batch_evaluator_agrees_on_one_rule_and_one_customer(data):
    asked = data.draw(asked_of("drawn", max_rules=1, one_customer=True))
    laws.agreement(simpler(asked), [evaluate, batch])


SHARES = st.sampled_from([1, 2, 5])
"""Every so many events are known by their day only: all, half of them, few of them."""


@books
@FEW
@given(data=st.data(), every=SHARES)
def test_13_the_batch_evaluator_agrees_on_events_known_by_their_day(book, every, data):
    asked = data.draw(asked_of(book, amendments=False, cuts=False, max_events=14))
    laws.agreement(by_days(simpler(asked), every), [evaluate, batch])


@FEW
@given(data=st.data(), every=SHARES)
def test_13_the_batch_evaluator_agrees_on_one_rule_and_the_days_of_one_customer(every, data):
    asked = data.draw(asked_of("drawn", max_rules=1, one_customer=True))
    laws.agreement(by_days(simpler(asked), every), [evaluate, batch])
