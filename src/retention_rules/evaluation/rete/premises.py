"""What conclusions are drawn from: the facts that premises count, in the order they came in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from retention_rules.evaluation.chaining import Came, Counting, Fact, Place
from retention_rules.evaluation.concluding import fact_of
from retention_rules.evaluation.happenings import Happening, alike, values_of
from retention_rules.evaluation.rete.outcomes import Behind
from retention_rules.evaluation.strata import Stratum
from retention_rules.events import CONCLUSION
from retention_rules.findings import Finding, escaped
from retention_rules.premises import Found

if TYPE_CHECKING:
    from retention_rules.evaluation.rete.conclusions import Conclusions

Values = tuple[str, ...]
NOTHING: Behind = (None, None, None)


class Premises:
    """The facts about one customer as they change.

    Attributes:
        below: What is concluded below; None if nothing is.
    """

    def __init__(
        self,
        stratum: Stratum,
        records: Sequence[Happening],
        below: Conclusions | None,
        customer: str,
    ) -> None:
        self.stratum, self.below, self.customer = stratum, below, customer
        self.premises = [(*one.given, *one.unless) for one in stratum.derivations]
        self._counted: dict[tuple[int, int, Values], Counting] = {}
        self._places: dict[tuple[int, int, str], tuple[Values, Any, bool]] = {}
        self._touched: dict[tuple[int, Values], tuple[Came, Any]] = {}
        self._roots = {one.name: one.root for one in records}

    def _bear(self, finding: Finding, behind: Behind, came: Came, *, there: bool) -> None:
        """Let a finding that changed, or is gone, be counted where it is asked for."""
        for place in self.stratum.listening.get(finding.rule, ()):
            premise = self.premises[place[0]][place[1]]
            if not there:
                self._drop(place, finding.key, came, self._gone(finding.key, came[0]))
                continue
            sure, root = finding.status != "indeterminate", self._root(finding, behind, came[0])
            wrong = isinstance(premise, Found) and (
                premise.part not in (None, finding.part)
                or (sure and finding.status not in premise.accepted)
            )
            if wrong:
                self._drop(place, finding.key, came, root)
            else:
                self._put(place, fact_of(finding, *behind[:2], came, root), sure)

    def _put(self, place: Place, fact: Fact, sure: bool) -> None:
        number, _ = place
        premise, rule = self.premises[number][place[1]], self.stratum.derivations[number]
        values = values_of(fact.fields, () if premise.customer_wide else rule.correlate_on)
        once: Any = fact.key
        if premise.distinct is not None:
            given = fact.fields.get(premise.distinct)
            once = None if given is None else alike(given)
        if values is None or once is None:
            return
        if self._places.get((*place, fact.key)) != (values, once, sure):
            self._drop(place, fact.key, fact.came, fact.root)
            self._places[(*place, fact.key)] = (values, once, sure)
            self._counted.setdefault((*place, values), Counting()).put(once, fact, sure)
            self._touch(place, values, fact.came, fact.root)

    def _drop(self, place: Place, key: str, came: Came, root: Any) -> None:
        before = self._places.pop((*place, key), None)
        if before is not None:
            values, once, sure = before
            self._counted[(*place, values)].drop(once, key, sure)
            self._touch(place, values, came, root)

    def _touch(self, place: Place, values: Values, came: Came, root: Any) -> None:
        """Remember what brought about the last change among the facts of a case."""
        number, on = place
        cases = {values}
        if (
            self.stratum.derivations[number].correlate_on
            and self.premises[number][on].customer_wide
        ):
            cases = self._cases(number)
        for case in cases if root is not None else ():
            before = self._touched.get((number, case))
            if before is None or before[0] <= came:
                self._touched[number, case] = (came, root)

    def _cases(self, number: int) -> set[Values]:
        """The cases of which some fact was known."""
        about = self.stratum.derivations[number].correlate_on
        return {
            values
            for at, place, values in self._counted
            if at == number and not (self.premises[at][place].customer_wide and about)
        }

    # ---- what brought it about ---------------------------------------------------------------

    def _root(self, finding: Finding, behind: Behind, now: int) -> Any:
        """The lineage of what brought a finding about, if that happened just now."""
        trigger, _, by = behind
        if finding.nature == "conclusion":
            held = {} if self.below is None else self.below.held(now)
            return held[finding.key].brought(now)
        if finding.nature == "stage":
            cause = finding.ended_by if finding.ended == now else finding.trigger
            if now not in (finding.ended, finding.opens) or cause is None:
                return None
            return self._roots.get(cause, f"{finding.rule}@{cause}")  # or it timed out
        if finding.ended == now:
            return by
        if trigger is not None:
            return trigger.root if trigger.first == now else None
        return self._named(finding.trigger, now) if finding.opens == now else None

    def _gone(self, key: str, now: int) -> Any:
        """The lineage of what took a conclusion away just now."""
        for one in [] if self.below is None else self.below.moments(now):
            what, _, rule = one.kind.partition(":")
            if one.first == now and what == f"{CONCLUSION}withdrawn":
                parts = (rule, self.customer, *(str(value) for value in one.data.values()))
                if "/".join(escaped(part) for part in parts) == key:
                    return one.root
        return None

    def _named(self, name: str, now: int) -> Any:
        """The lineage of an event by its name."""
        if name in self._roots:
            return self._roots[name]
        lifecycle, _, cause = name.partition("@")
        if ":" in lifecycle:
            return self._roots.get(cause, f"{lifecycle.partition(':')[0]}@{cause}")
        below = [] if self.below is None else self.below.moments(now)
        return next((one.root for one in below if one.name == name), None)
