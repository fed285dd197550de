"""Naive readings of the rules, as patches of the evaluator: each is wrong, and must be noticed.

The letters are those of the table of laws in the definition; each patch is given `patch`, the
`setattr` of a monkeypatch, and finds what it changes by name, wherever it is kept.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import attrs

Patch = Callable[..., None]
READINGS: dict[str, Patch] = {}


def reading(letter: str) -> Callable[[Patch], Patch]:
    def named(apply: Patch) -> Patch:
        READINGS[letter] = apply
        return apply

    return named


def _modules() -> list[Any]:
    import retention_rules.evaluation  # noqa: F401

    names = ("retention_rules.evaluation.", "retention_rules.knowledge")
    return [module for name, module in sorted(sys.modules.items()) if name.startswith(names)]


def found(name: str) -> Any:
    """What has that name in the evaluator."""
    return next(getattr(module, name) for module in _modules() if hasattr(module, name))


def everywhere(patch: Patch, name: str, instead: Any) -> None:
    """Replace a function in every module that names it."""
    original = found(name)
    for module in _modules():
        if getattr(module, name, None) is original:
            patch(module, name, instead)


@reading("A")
def strict_order_decides_who_may_pay(patch: Patch) -> None:
    def may_act(self: Any, act: Any, one: Any) -> bool:
        return bool(act.happening.order > one.trigger.order)

    patch(found("Group"), "_may_act", may_act)


@reading("B")
def closed_at_both_ends_for_everybody(patch: Patch) -> None:
    patch(found("Group"), "_may_act", lambda self, act, one: True)


@reading("C")
def pauses_move_what_has_ended(patch: Patch) -> None:
    group, replace_due = found("Group"), found("replace_due")
    original = group._take_pauses

    def take_pauses(self: Any, at: int, acts: Any, due: Any) -> None:
        original(self, at, acts, due)
        for one in self.obligations:
            if one.born is not None and one.race.clock is not None:
                replace_due(one, self.table, self.pauses.get(one.race.clock, ()))
                self.touched.append(one)

    patch(group, "_take_pauses", take_pauses)


@reading("D")
def content_includes_when_it_was_recorded(patch: Patch) -> None:
    original = found("content")
    everywhere(patch, "content", lambda record: (original(record), record.recorded_at))


@reading("E")
def a_dated_violation_is_decided_at_its_first_instant(patch: Patch) -> None:
    original = found("violation")

    def violation(
        rule: Any, ties: Any, e: Any, part: Any, sure: Any, clearable: Any, *rest: Any
    ) -> Any:
        return original(rule, ties, e, part, sure, False, *rest)

    everywhere(patch, "violation", violation)


@reading("F")
def the_next_change_is_when_it_is_due(patch: Patch) -> None:
    original = found("finding")

    def finding(*given: Any) -> Any:
        one = original(*given)
        due = one.status == "open" and one.due is not None and one.next_change == one.due + 1
        return attrs.evolve(one, next_change=one.due) if due else one

    everywhere(patch, "finding", finding)


@reading("G")
def lineage_pays(patch: Patch) -> None:
    group, happening, act_of = found("Group"), found("Happening"), found("Act")
    original = group.reach

    def reach(self: Any, act: Any, one: Any) -> Any:
        e = act.happening
        if e.root == one.trigger.root and e is not one.trigger:
            e = happening(e.kind, e.data, e.first, e.last, e.order, "of its own", e.derived)
            act = act_of(e, act.roles, act.contacts)
        return original(self, act, one)

    patch(group, "reach", reach)


@reading("H")
def doubtful_counts_as_done(patch: Patch) -> None:
    original = found("pairs")

    def pairs(group: Any) -> Iterator[Any]:
        for lo, hi in original(group):
            yield (hi or lo, hi or lo)

    everywhere(patch, "pairs", pairs)


@reading("J")
def an_event_wins_the_instant_of_a_timeout(patch: Patch) -> None:
    timeline = found("Timeline")
    original = timeline._instant

    def instant(self: Any, at: int, records: Any) -> None:
        if records and self.timeout <= at:
            self.timeout = 2**63 - 1
            original(self, at, records)
            if self.timeout > at:
                return
            records = []
        original(self, at, records)

    patch(timeline, "_instant", instant)


@reading("K")
def repaired_needs_no_data(patch: Patch) -> None:
    original, judge = found("verdict"), found("judge")

    def verdict(group: Any, pair: Any, at: int, complete: Any) -> Any:
        said = original(group, pair, at, complete)
        if said[:3] == ("indeterminate", "repaired", "incomplete"):
            status, ended, by = judge(pair[0], at)
            return status, None, None, ended, by
        return said

    everywhere(patch, "verdict", verdict)


@reading("L")
def a_dated_touch_stands_at_the_end_of_its_day(patch: Patch) -> None:
    original, happening = found("placed"), found("Happening")

    def placed(event: Any, table: Any) -> Any:
        one = original(event, table)
        if one.first == one.last or one.kind != "touch.made":
            return one
        order = (one.last, *one.order[1:])
        return happening(one.kind, one.data, one.last, one.last, order, one.root, one.derived)

    everywhere(patch, "placed", placed)


@reading("M")
def the_youngest_debt_is_paid_first(patch: Patch) -> None:
    group = found("Group")
    original = group._create

    def create(self: Any, race: Any, *given: Any) -> Any:
        one = original(self, race, *given)
        if race.policy == "queue":
            one.seq = -one.seq
        return one

    patch(group, "_create", create)


@reading("N")
def a_correction_takes_a_new_key(patch: Patch) -> None:
    original = found("amended")

    def amended(*given: Any) -> Any:
        made = original(*given)
        events = []
        for event in made.events:
            way = made.chains.get(event.ref)
            if way:
                source, id = way[0]
                event = attrs.evolve(event, source=source, id=id)
            events.append(event)
        return attrs.evolve(made, events=events)

    everywhere(patch, "amended", amended)
