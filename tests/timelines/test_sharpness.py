"""The worked timelines notice when a rule is taken away, or a part of it, or is made laxer."""

from pathlib import Path

import attrs
import pytest
from tests.timelines.changes import changes_of

from retention_rules.rulebook import Rulebook
from retention_rules.testing._scope import parts
from retention_rules.testing.roles import references
from retention_rules.testing.timelines import SUFFIX, read, whole_handbook

pytest.importorskip("ruamel.yaml")

BOOK = whole_handbook()
FILES = sorted(Path(__file__).parent.glob(f"*{SUFFIX}"))
TIMELINES = [one for file in FILES for one in read(file) if one.rulebook == BOOK]
TOGETHER = {rule.id: book for book in parts(BOOK) for rule in book}

UNNOTICED = {
    # It opens on the day of the deal, before which it is not owed.
    ("cadence.0-3-10-20.day-0", "opens"),
    # The default of the day before is a working day, as the other end is: the earlier one stays.
    ("order.proactive-notice", "due[1]/default longer"),
    # The greatest of no earlier deals compares false, so that none is left to be small beside.
    ("thanks.email-for-add-on", "trigger: deal.closed without prior('deal.closed').count() >= 1"),
    # It decides what is noted of an inquiry that names no order, and no verdict.
    (
        "order.proactive-notice.asked-first",
        "forbids: inquiry.received without prior('order.problem').count() >= 1",
    ),
}
"""Changes that change no verdict."""


def variants():
    """Each rule with one of its parts changed, and what that is."""
    for rule in BOOK:
        for what, changes in changes_of(rule):
            if (rule.id, what) not in UNNOTICED:
                yield pytest.param(rule, changes, id=f"{rule.id}-{what}"[:120])


def noticed(id, rules):
    """Whether some expectation of the practice fails under these rules."""
    for one in TIMELINES:
        mine = tuple(what for what in one.expectations if what.practice == id)
        if mine and not attrs.evolve(one, rulebook=rules, expectations=mine).run().passed:
            return True
    return False


def needed(rule):
    """The ids of a rule, and of all without which it cannot be."""
    found, ahead = set(), {rule.id}
    while ahead:
        found |= ahead
        ahead = {id for one in TOGETHER[rule.id] if one.id in ahead for id in references(one)}
        ahead -= found
    return found


def noticed_with(rule, changes):
    """Whether some expectation fails if the rule is changed like this."""
    other = attrs.evolve(rule, **changes)
    return noticed(rule.id, Rulebook(other if one == rule else one for one in TOGETHER[rule.id]))


@pytest.mark.parametrize(("rule", "changes"), list(variants()))
def test_a_rule_with_this_part_changed_fails_some_timeline(rule, changes):
    assert noticed_with(rule, changes)


@pytest.mark.parametrize("rule", list(BOOK), ids=lambda rule: rule.id)
def test_a_rule_that_is_not_there_fails_some_timeline(rule):
    without = [one for one in TOGETHER[rule.id] if rule.id not in needed(one)]
    assert noticed(rule.id, Rulebook(without))


@pytest.mark.parametrize("rule", list(BOOK), ids=lambda rule: rule.id)
def test_a_rule_as_it_is_fails_none(rule):
    assert not noticed(rule.id, TOGETHER[rule.id])


def test_every_change_that_changes_no_verdict_is_still_one():
    made = {(rule.id, what): (rule, how) for rule in BOOK for what, how in changes_of(rule)}
    for key in UNNOTICED:
        assert not noticed_with(*made[key]), key
