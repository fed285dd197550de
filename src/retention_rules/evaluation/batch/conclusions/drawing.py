"""Conclusions drawn from what the kernel found, with the chaining of the pure evaluator."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import attrs
import numpy as np

from retention_rules.conditions import CustomerField
from retention_rules.evaluation.batch.conclusions.facts import Moved, Owing, Step, Watched
from retention_rules.evaluation.batch.conclusions.supposed import Supposed
from retention_rules.evaluation.batch.units.components import Present, asked
from retention_rules.evaluation.batch.units.histories import shallow
from retention_rules.evaluation.batch.units.plan import Unit
from retention_rules.evaluation.bits import compile_condition
from retention_rules.evaluation.chaining import Chaining
from retention_rules.evaluation.concluding import conclusion, moment, no_event
from retention_rules.evaluation.found import Viewpoint
from retention_rules.evaluation.happenings import Happening
from retention_rules.events import CONCLUSION
from retention_rules.findings import Finding
from retention_rules.premises import Happened
from retention_rules.rules import Derivation

_AT_ONCE = 50_000
"""About so many steps are objects at once."""


@attrs.define(eq=False)
class Drawn:
    """What was concluded, of all customers.

    Attributes:
        found: A finding for each conclusion that holds, or may hold.
        moments: When conclusions that some rule hears of were drawn and withdrawn, and whose.
    """

    found: list[Finding] = attrs.Factory(list)
    moments: list[tuple[int, Happening]] = attrs.Factory(list)


class Drawing:
    """The conclusions of one unit, and all that they are drawn from.

    Args:
        unit: The unit.
        supposed: What may be concluded of whom, and from what.
        counted: By row, whether it counts: the events that have happened.
        wanted: By customer, whether something may be concluded.
        partial: By customer, whether events of long ago may be missing.
        as_of: The instant asked about.
    """

    def __init__(
        self,
        unit: Unit,
        supposed: Supposed,
        counted: Any,
        wanted: Any,
        partial: Any,
        as_of: int,
    ) -> None:
        self.rules: list[Derivation] = unit.rules
        sorter = supposed.sorter
        self.people = sorter.people
        self.partial = partial
        self.heard = {
            rule.id
            for rule in self.rules
            for what in ("concluded", "withdrawn")
            if f"{CONCLUSION}{what}:{rule.id}" in sorter.program.routes
        }
        self.tests = [
            (number, test)
            for number, rule in enumerate(self.rules)
            if (test := compile_condition(rule.where, {})) is not None
        ]
        wheres = [node for rule in self.rules for node in shallow(rule.where)]
        self.reads = {
            node.name: sorter.fact(node.name) for node in wheres if isinstance(node, CustomerField)
        }
        names = set().union(*(asked(rule) for rule in self.rules))
        self.sources: list[Watched | Owing | Moved] = [
            Moved.of(one, wanted) for one in supposed.stays if one.life.id in names
        ]
        for number, rule in enumerate(self.rules):
            for place, premise in enumerate((*rule.given, *rule.unless)):
                names = set() if premise.customer_wide else {*rule.correlate_on}
                names |= {premise.distinct} if premise.distinct else set()
                given = (number, place), sorted(names)
                if isinstance(premise, Happened):
                    rows, sure = supposed.matches(premise.pattern)
                    some = rows[counted[rows]], sure[counted[rows]]
                    self.sources.append(Watched.of(*given, sorter.events, some, wanted))
                    continue
                for one in supposed.owed:
                    races = [at for at, id in enumerate(one.rules) if id == premise.rule]
                    if races:
                        mine = one.where(np.isin(one.race, races))
                        said = premise.accepted
                        self.sources.append(Owing.of(*given, mine, said, wanted, as_of))

    def draw(self, found: Drawn) -> None:
        """Draw what follows, for some customers at a time: steps are objects."""
        sizes = np.zeros(len(self.people.names), np.int64)
        for source in self.sources:
            sizes += np.bincount(source.customer, minlength=len(sizes))
        part = np.cumsum(sizes) // _AT_ONCE
        edges = np.searchsorted(part, np.arange(part[-1] + 2)) if len(part) else []
        for begin, end in pairwise(edges):
            steps = [step for source in self.sources for step in source.steps(begin, end)]
            steps.sort(key=itemgetter(0, 1))
            names = self.people.names[begin:end].to_pylist()
            for who, own in groupby(steps, itemgetter(0)):
                self._of(who, names[who - begin], own, found)

    def _of(self, who: int, name: str, steps: Iterator[Step], found: Drawn) -> None:
        """Draw the conclusions of one customer."""
        people = self.people
        present = Present.of(self.reads, who)
        chaining = Chaining(self.rules, name, partial=bool(self.partial[who]))
        for now, some in groupby(steps, _instant):
            for _, came, place, key, fact, sure, root in some:
                if isinstance(place, str):
                    present.stages[place] = key
                elif fact is None:
                    chaining.drop(place, key, came, root)
                else:
                    chaining.put(place, fact, sure)
            for number, test in self.tests:
                chaining.ask(number, test(no_event(now), present))
            for one, bit, turned in chaining.settle(now):
                if turned and one.rule.id in self.heard:
                    told = moment("concluded" if bit else "withdrawn", one, now)
                    found.moments.append((who, told))
        if chaining.holding:
            view = Viewpoint(name, people.tables[people.table[who]].zone, None, None)
            for one in chaining.holding.values():
                found.found.append(conclusion(chaining.key(one), one, view, None, None))


def _instant(step: Step) -> int:
    at: int = step[1][0]
    return at
