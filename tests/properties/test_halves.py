"""Law 15 on halves of the handbook: any two sets of practices can be asked apart."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties.books import sample

from retention_rules.errors import RetentionRulesError
from retention_rules.evaluation import evaluate
from retention_rules.practices import handbook
from retention_rules.rulebook import Rulebook
from retention_rules.testing import Evaluation, _scope, evaluations
from retention_rules.testing._compare import same
from retention_rules.testing.timelines import whole_handbook

BOOKS = {
    "default": handbook(),
    "whole": whole_handbook(),
    "chained": handbook(cadence="both", reading="chained", examples=True),
}
PARTS = {name: _scope.parts(book) for name, book in BOOKS.items()}
"""Rules that mention each other stay together: stages with what they bring, a chain of touches."""


def joined(parts: list[Rulebook]) -> Rulebook:
    return Rulebook(rule for part in parts for rule in part)


@st.composite
def halves(draw: st.DrawFn, name: str) -> tuple[Evaluation, Rulebook, Rulebook]:
    """A question about a handbook, and the handbook in two."""
    asked = draw(evaluations(BOOKS[name]))
    sides = draw(st.lists(st.booleans(), min_size=len(PARTS[name]), max_size=len(PARTS[name])))
    one, other = (
        [part for part, side in zip(PARTS[name], sides, strict=True) if side is which]
        for which in (True, False)
    )
    return asked, joined(one), joined(other)


@pytest.mark.parametrize("name", BOOKS)
@given(data=st.data())
def test_the_findings_of_two_halves_are_those_of_the_handbook(name, data):
    asked, one, other = data.draw(halves(name))
    found = [asked.but(rulebook=half).outcome() for half in (one, other)]
    assume(not any(isinstance(half, str) for half in found))
    same(
        asked.but(rulebook=one | other).outcome(),
        [finding for half in found for finding in half],
        "by halves",
    )


@pytest.mark.parametrize("name", BOOKS)
def test_no_rule_is_in_both_halves_and_none_is_lost(name):
    ids = [rule.id for part in PARTS[name] for rule in part]
    assert sorted(ids) == sorted(rule.id for rule in BOOKS[name])


def test_the_stages_stay_with_the_rules_that_read_them():
    (stages,) = (part for part in PARTS["whole"] if "stages.post-purchase" in ids(part))
    assert ids(stages) > {"stage.reassure", "stage.inform", "cadence.never-silent"}


def test_a_chain_stays_together():
    (chain,) = (part for part in PARTS["chained"] if "cadence.1-3-7.day-3" in ids(part))
    drawn = {id for id in ids(chain) if id.startswith("growth.second-product")}
    assert ids(chain) - drawn == {f"cadence.1-3-7.day-{day}" for day in (1, 3, 7)}


def test_a_conclusion_stays_with_what_it_is_drawn_from_and_what_it_triggers():
    (part,) = (one for one in PARTS["default"] if "promise.kept.broken-again" in ids(one))
    assert ids(part) >= {"promise.kept", "promise.kept.manager-calls", "coverage.backup.promises"}


def test_a_rule_is_not_asked_without_the_stages_that_it_reads():
    alone = Rulebook(BOOKS["whole"]["stage.reassure"])
    with pytest.raises(RetentionRulesError, match=re.escape("stages.post-purchase")):
        evaluate(alone, [], as_of="2026-03-02T09:00Z", zone="UTC")


def test_most_questions_find_something_on_both_sides():
    asked = sample(halves("whole"), 50)
    both = [one for one in asked if all(_found(one[0], half) for half in one[1:])]
    assert len(both) > 25


def _found(asked: Evaluation, half: Rulebook) -> bool:
    found = asked.but(rulebook=half).outcome()
    return not isinstance(found, str) and bool(found)


def ids(book: Rulebook) -> set[str]:
    return {rule.id for rule in book}
