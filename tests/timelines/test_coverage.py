"""The worked timelines beside this file: every practice has some, and they show both ends."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from retention_rules.practices import readings
from retention_rules.rules import Derivation, Lifecycle, Prohibition
from retention_rules.testing.timelines import SUFFIX, read, whole_handbook

pytest.importorskip("ruamel.yaml")

RULES = {rule.id: rule for rule in whole_handbook()}
FILES = sorted(Path(__file__).parent.glob(f"*{SUFFIX}"))
TIMELINES = [one for file in FILES for one in read(file)]


def told_of(rule):
    """The timelines that expect something of a rule."""
    return [one for one in TIMELINES if any(what.practice == rule for what in one.expectations)]


@pytest.fixture(scope="module")
def seen():
    """The statuses that hold somewhere, by practice."""
    found = defaultdict(set)
    for one in TIMELINES:
        for check in one.run().checks:
            assert check.passed, one.run().told()
            found[check.expectation.practice].add(check.expectation.status)
    return found


@pytest.mark.parametrize("rule", RULES)
def test_every_practice_has_three_timelines(rule):
    assert len(told_of(rule)) >= 3


@pytest.mark.parametrize("rule", RULES)
def test_every_practice_is_seen_done_and_missed(rule, seen):
    if isinstance(RULES[rule], Prohibition):
        wanted = {"violated", "allowed", "indeterminate"}
    elif isinstance(RULES[rule], Lifecycle):
        wanted = {"current", "left"}
    elif isinstance(RULES[rule], Derivation):
        wanted = {"holds", "nothing"}
    else:
        wanted = {"fulfilled", "breached"}
    assert wanted <= seen[rule]


@pytest.mark.parametrize("rule", RULES)
def test_every_practice_is_seen_not_to_be_owed(rule, seen):
    freed = {"released", "not owed", "allowed", "nothing"}
    assert freed & seen[rule]


@pytest.mark.parametrize("rule", [id for id, rule in RULES.items() if isinstance(rule, Derivation)])
def test_every_conclusion_is_seen_to_end(rule):
    told = (
        [what.status for what in one.expectations if what.practice == rule] for one in told_of(rule)
    )
    assert any("holds" in some and "nothing" in some[some.index("holds") :] for some in told)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_named_for_its_practice(file):
    practice = file.name.removesuffix(SUFFIX)
    assert all(practice in {what.practice for what in one.expectations} for one in read(file))


def chosen(node):
    """The readings that a file's text chooses, as practice and reading."""
    found = set(re.findall(r"variants: \{([\w.-]+): ([\w-]+)\}", node))
    return found | {("cadence.1-3-7", name) for name in re.findall(r"reading: ([\w-]+)\}", node)}


CHOSEN = set().union(*(chosen(file.read_text(encoding="utf-8")) for file in FILES))
OTHERS = [(id, name) for id, named in readings().items() for name in list(named)[1:]]


@pytest.mark.parametrize(("practice", "reading"), OTHERS)
def test_every_other_reading_has_a_timeline(practice, reading):
    assert (practice, reading) in CHOSEN
