"""The worked timelines notice when a part of a rule is taken away."""

from pathlib import Path

import attrs
import pytest

from retention_rules import hours, never
from retention_rules.errors import RetentionRulesError
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp, Prohibition
from retention_rules.testing.timelines import SUFFIX, read, whole_handbook
from retention_rules.windows import Window

pytest.importorskip("ruamel.yaml")

BOOK = whole_handbook()
FILES = sorted(Path(__file__).parent.glob(f"*{SUFFIX}"))
TIMELINES = [one for file in FILES for one in read(file) if one.rulebook == BOOK]
UNOPENED = {"cadence.0-3-10-20.day-0"}  # opens on the day of the deal, before which it is not owed


def variants():
    """Each rule with one of its parts taken away, and what that is."""
    for rule in BOOK:
        if isinstance(rule, FollowUp):
            yield rule.id, "due", {"window": Window(due=hours(100_000), expires=never)}
            if rule.released_by is not None:
                yield rule.id, "released_by", {"released_by": None}
            if rule.window.opens is not None and rule.id not in UNOPENED:
                yield rule.id, "opens", {"window": attrs.evolve(rule.window, opens=None)}
        elif isinstance(rule, Prohibition):
            for part in ("unless_prior", "context"):
                if getattr(rule, part) is not None:
                    yield rule.id, part, {part: None}


def holds(timeline, rules):
    try:
        return attrs.evolve(timeline, rulebook=rules).run().passed
    except RetentionRulesError:
        return False


@pytest.mark.parametrize(("rule", "part", "changes"), list(variants()))
def test_a_rule_without_this_part_fails_some_timeline(rule, part, changes):
    rules = Rulebook(attrs.evolve(one, **changes) if one.id == rule else one for one in BOOK)
    mine = [one for one in TIMELINES if any(what.practice == rule for what in one.expectations)]
    assert not all(holds(one, rules) for one in mine)
