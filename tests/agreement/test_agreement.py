"""Law 13: all evaluators give equal findings, field by field, for the same questions."""

from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.agreement.evaluators import (
    CAPABILITIES,
    EVALUATORS,
    THOROUGH,
    Evaluator,
    answers,
    asking,
    every,
)
from tests.oracle import denote
from tests.properties.books import BOOKS, CONCLUDING, asked_of, sample
from tests.properties.test_laws import arrivals

from retention_rules.testing import laws

ENOUGH = 10
books = pytest.mark.parametrize("book", [*BOOKS, CONCLUDING])


def examples(test, evaluator, times=None):
    """Let a property have more examples where many are asked for, and fewer where one is slow."""
    most = settings.default.max_examples
    if most >= THOROUGH:
        return settings(max_examples=most * (evaluator.times if times is None else times))(test)
    return settings(max_examples=min(most, evaluator.few or most))(test)


@pytest.mark.parametrize("evaluator", every())
@books
def test_13_agreement(evaluator, book):
    asking(evaluator)

    @given(data=st.data())
    def agree(data):
        asked = data.draw(asked_of(book))
        assume(evaluator.can(asked))
        laws.agreement(asked, [evaluator.beside, evaluator.ask])

    examples(agree, evaluator, None if book == "drawn" else 1)()


@pytest.mark.parametrize("evaluator", every())
def test_13_agreement_on_one_rule_and_one_customer(evaluator):
    """Fewer things at once, so that each is tried more thoroughly."""
    asking(evaluator)

    @given(data=st.data())
    def agree(data):
        asked = data.draw(asked_of("drawn", max_rules=1, one_customer=True))
        assume(evaluator.can(asked))
        laws.agreement(asked, [evaluator.beside, evaluator.ask])

    examples(agree, evaluator)()


@pytest.mark.slow
@pytest.mark.parametrize("evaluator", every())
@pytest.mark.parametrize("capability", CAPABILITIES)
def test_each_capability(request, evaluator, capability):
    """On questions that need it; what is marked as lacking must fail."""
    asking(evaluator)
    for mark in expected(evaluator, capability):
        request.applymarker(mark)
    most = settings.default.max_examples
    asked = needing(capability)[: 60 if most >= THOROUGH else ENOUGH]
    assert len(asked) >= ENOUGH
    for one in asked:
        laws.agreement(one, [evaluator.beside, evaluator.ask])


@pytest.mark.slow
@pytest.mark.parametrize("evaluator", every(but=["evaluate", "monitor"]))
def test_notes_agree_too(request, evaluator):
    """What someone should look at: uncorrelated events, and cases that customers share."""
    asking(evaluator)
    if evaluator.silent is not None:
        request.applymarker(pytest.mark.xfail(reason=evaluator.silent, strict=True))
    told = 0
    for one in sampled():
        if answers(one):
            notes = [
                ask(one.rulebook, list(one.records), **one.arguments()).notes
                for ask in (evaluator.beside, evaluator.ask)
            ]
            assert notes[0] == notes[1]
            told += bool(notes[0])
    assert told >= ENOUGH


def expected(evaluator, capability):
    """That it must fail, if the capability is marked as lacking."""
    reason = evaluator.lacks.get(capability)
    return [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]


@pytest.mark.slow
def test_what_is_marked_as_lacking_must_fail_and_is_not_asked_for():
    new = Evaluator("new", None, None, lacks={"queue": "not yet"})
    (mark,) = expected(new, "queue")
    assert mark.kwargs == {"reason": "not yet", "strict": True}
    assert expected(new, "restart") == []
    needs = {new.can(asked) for asked in sampled()[:200] if CAPABILITIES["queue"](asked)}
    others = {new.can(asked) for asked in sampled()[:200] if not CAPABILITIES["queue"](asked)}
    assert (needs, others) == ({False}, {True})


def test_a_capability_that_is_lacking_is_one_that_there_is():
    for evaluator in EVALUATORS:
        assert set(evaluator.lacks) <= set(CAPABILITIES)


@books
@given(data=st.data())
def test_08_the_monitor_agrees_with_the_oracle_at_each_point(book, data):
    asked = data.draw(asked_of(book))
    laws.chunks(asked, data.draw(arrivals(asked)), evaluate=denote)


@cache
def sampled():
    """Questions, the same ones every time."""
    return [*sample(asked_of("drawn"), 400), *sample(asked_of("handbook"), 50)]


@cache
def needing(capability):
    """Some questions with findings that need a capability."""
    return [one for one in sampled() if CAPABILITIES[capability](one) and answers(one)][:60]
