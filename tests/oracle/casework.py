"""All cases of a procedure, in both runs: what is owed, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.conditions import matches
from tests.oracle.happenings import Happening
from tests.oracle.obligations import Group, Outcome, correlation, counts, group_of, key_of
from tests.oracle.procedures import Case
from tests.oracle.verdicts import Obligation, paired
from tests.oracle.violations import Said, Violation

from retention_rules.findings import escaped
from retention_rules.rules import Procedure

if TYPE_CHECKING:
    from tests.oracle.world import World


def worked(world: World, rule: Procedure) -> list[Obligation | Violation]:
    """The obligations and violations of a procedure."""
    openings = [
        (e, truth, group)
        for e in world.events
        if e.kind in rule.opened_by.kinds and world.in_force(rule, e)
        for truth in [matches(world, rule.opened_by, e)]
        for group in [group_of(e, rule.correlate_on, 0)]
        if truth is not False and group is not None
    ]
    if not openings:
        return []
    runs: list[list[Outcome]] = []
    said: list[dict[tuple[str, Group, Happening], Said]] = []
    for maybe in (False, True):
        cases = [
            Case(world, rule, group, e, maybe)
            for e, truth, group in openings
            if counts(truth, maybe)
        ]
        owed: dict[str, Outcome] = {}
        wrong: dict[tuple[str, Group, Happening], Said] = {}
        for case in cases:
            for one in (*case.outcomes.values(), *case.each):
                owed.setdefault(one.key, one)
            for what, found in (
                ("out-of-order", case.out_of_order()),
                ("closed-without", case.closed_without()),
            ):
                for (e, step), new in found.items():
                    key = (f"{what}:{step}", case.group, e)
                    old = wrong.get(key, new)
                    wrong[key] = Said(min(old.since, new.since), old.sure or new.sure)
        runs.append(list(owed.values()))
        said.append(wrong)
    lo, hi = said
    violations = [
        Violation(
            world,
            key_of(rule.id, world.customer.id, group, e.name, escaped(part)),
            rule.id,
            correlation(rule.correlate_on, group),
            e,
            part,
            lo.get((part, group, e)),
            hi.get((part, group, e)),
            True,
            False,
        )
        for part, group, e in {**lo, **hi}
    ]
    return [*paired(world, *runs), *violations]
