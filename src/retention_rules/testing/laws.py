"""The laws that every evaluator keeps, for any rulebook and any history.

Each law takes a question (an `Evaluation`) and an evaluator, by default `evaluate`. It raises
`AssertionError`, with the finding that breaks it, or returns whether it had anything to say: a law
with a precondition returns False where that does not hold. Use them with `evaluations` on your own
rulebook, or on an evaluator of your own.

>>> from hypothesis import given
>>> from retention_rules.rulebook import Rulebook
>>> from retention_rules.testing import evaluations, laws
>>> @given(evaluations(Rulebook()))
... def test_what_is_final_stays(asked):
...     laws.finality(asked, asked.later(86_400_000_000))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import attrs

from retention_rules.calendars import instant
from retention_rules.errors import RetentionRulesError
from retention_rules.evaluation import Monitor
from retention_rules.events import Event, Record
from retention_rules.findings import Finding, named
from retention_rules.knowledge import resolve
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import decode, dumps, encode, loads
from retention_rules.testing import _scope
from retention_rules.testing._compare import lines, same, same_changes
from retention_rules.testing.evaluations import Evaluation, Evaluator

_DAY = 86_400_000_000
_WEEK = 7 * _DAY


def effective(asked: Evaluation) -> Evaluation:
    """The same question over what is in effect: nothing amended, nothing cut away.

    Raises:
        RetentionRulesError: the records cannot be resolved.
    """
    events = resolve(list(asked.records), asked.known_at).events
    return asked.but(records=events, known_at=None)


def _effective(asked: Evaluation) -> Evaluation | None:
    try:
        return effective(asked)
    except RetentionRulesError:
        return None


def pure(asked: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 1: asked twice, it answers twice the same, and changes nothing it was given."""
    before = repr(asked)
    same(asked.outcome(evaluate), asked.outcome(evaluate), "asked twice")
    if repr(asked) != before:
        raise AssertionError(f"the question was changed:\n  {before}\n  {asked!r}")
    return True


def order(asked: Evaluation, records: Iterable[Record], evaluate: Evaluator | None = None) -> bool:
    """Law 2: `records`, the same ones in another order, give the same answer or error."""
    other = asked.but(records=records)
    same(asked.outcome(evaluate), other.outcome(evaluate), "in another order")
    return True


def duplicates(
    asked: Evaluation, again: Iterable[Record], evaluate: Evaluator | None = None
) -> bool:
    """Law 3: records that come `again`, recorded at the same time or later, change nothing."""
    other = asked.but(records=(*asked.records, *again))
    same(asked.outcome(evaluate), other.outcome(evaluate), "with records that came twice")
    return True


def irrelevant(
    asked: Evaluation, others: Iterable[Event], evaluate: Evaluator | None = None
) -> bool:
    """Law 4: valid events of kinds that no rule mentions change nothing."""
    noise = [one for one in others if one.kind not in _scope.mentioned(asked.rulebook)]
    other = asked.but(records=(*asked.records, *noise))
    same(asked.outcome(evaluate), other.outcome(evaluate), "with events no rule mentions")
    return bool(noise)


def prefix(asked: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 5: effective events that begin after `as_of` change nothing."""
    known = _effective(asked)
    if known is None:
        return False
    seen = [event for event in known.records if known.first(event) <= known.now]  # type: ignore[arg-type]
    same(
        asked.outcome(evaluate), known.but(records=seen).outcome(evaluate), "without what is later"
    )
    return len(seen) < len(known.records)


def finality(asked: Evaluation, later: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 6: what is final stays equal in all fields.

    Args:
        asked: A question.
        later: The same question with a later `as_of`, and with more effective events that begin
            after the first one's `as_of`, if you like.
        evaluate: The evaluator.
    """
    found = {finding.key: finding for finding in later.ask(evaluate)}
    final = [finding for finding in asked.ask(evaluate) if finding.final]
    for finding in final:
        if found.get(finding.key) != finding:
            raise AssertionError(
                f"what was final has changed: `{finding.key}`\n  was    {lines(finding)}"
                f"\n  and is {lines(found.get(finding.key))}"
                f"\n  as of {asked.as_of} and {later.as_of}"
            )
    return bool(final)


def independence(asked: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 7: customers asked about one by one give what they give together.

    Ids must not be shared between customers, nor may one customer's record amend another's.
    """
    names = sorted({record.customer for record in asked.records})
    apart: list[Finding] = []
    for name in names:
        mine = [record for record in asked.records if record.customer == name]
        found = asked.but(records=mine).outcome(evaluate)
        if isinstance(found, str):
            return False
        apart += found
    same(asked.outcome(evaluate), apart, "customer by customer")
    return len(names) > 1


def next_change(
    asked: Evaluation, probes: Iterable[int] = (), evaluate: Evaluator | None = None
) -> bool:
    """Law 9: the set of findings changes at the least `next_change`, and not before.

    The same is so of each finding: it stays equal until its own `next_change`; then it differs, or
    another one is born. But conclusions, and what hears of them, change with the findings that they
    are drawn from.

    Args:
        asked: A question; events after its `as_of` are left out.
        probes: Instants to look at before the change, in microseconds since 1970.
        evaluate: The evaluator.
    """
    known = _effective(asked)
    if known is None:
        return False
    seen = [event for event in known.records if known.first(event) <= known.now]  # type: ignore[arg-type]
    known = known.but(records=seen)
    asking = {known.now: _plain(known.ask(evaluate))}

    def at(when: int) -> dict[str, tuple[Finding, Finding]]:
        if when not in asking:
            asking[when] = _plain(known.at(when).ask(evaluate))
        return asking[when]

    now = at(known.now)
    changes = sorted({one.next_change for one, _ in now.values() if one.next_change is not None})
    if changes and changes[0] <= known.now:
        raise AssertionError(f"next_change {changes[0]} is not after {known.now}: {_lists(now)}")
    ahead = [*probes, known.now + 1, known.now + _DAY, known.now + 400 * _DAY]
    ahead += [edge for finding, _ in now.values() for edge in _edges(finding)]
    ahead += [known.last(event) + 1 for event in known.records if isinstance(event, Event)]
    for probe in ahead:
        quiet = min(probe, changes[0] - 1) if changes else probe
        if quiet > known.now:
            _unchanged(now, at(quiet), quiet, known)
    for change in changes:
        then, before = at(change), at(change - 1)
        for key, (finding, bare) in now.items():
            same_so_far = then.get(key, (None, None))[1] == bare
            born = then.keys() - before.keys()
            if finding.next_change == change and same_so_far and not born:
                raise AssertionError(
                    f"`{key}` does not change at its next_change, {_when(known, change)}: "
                    f"{lines(finding)}\n  as of {known.as_of}"
                )
    concluding = _scope.concluding(asked.rulebook)
    for when, then in sorted(asking.items()):
        for key, (finding, bare) in now.items():
            if finding.rule in concluding:
                continue
            early = finding.next_change is None or when < finding.next_change
            if early and then.get(key, (None, None))[1] != bare:
                raise AssertionError(
                    f"`{key}` has changed at {_when(known, when)}, before its next_change:"
                    f"\n  as of {known.as_of}: {lines(finding)}"
                    f"\n  and then: {lines(then.get(key, (None,))[0])}"
                )
    return bool(changes)


def _edges(finding: Finding) -> list[int]:
    ends = [end for end in (finding.opens, finding.due, finding.expires) if end is not None]
    return [edge for end in ends for edge in (end, end + 1)]


def _when(asked: Evaluation, at: int) -> datetime:
    return asked.at(at).as_of


def _plain(found: Iterable[Finding]) -> dict[str, tuple[Finding, Finding]]:
    return {one.key: (one, attrs.evolve(one, next_change=None)) for one in found}


def _lists(found: dict[str, tuple[Finding, Finding]]) -> str:
    return "; ".join(f"`{key}` {lines(one)}" for key, (one, _) in found.items())


def _unchanged(
    now: dict[str, tuple[Finding, Finding]],
    then: dict[str, tuple[Finding, Finding]],
    at: int,
    asked: Evaluation,
) -> None:
    same(
        [bare for _, bare in now.values()],
        [bare for _, bare in then.values()],
        "a change that no next_change announced",
        f"as of {asked.as_of} and {_when(asked, at)}",
    )


def shift(asked: Evaluation, weeks: int, evaluate: Evaluator | None = None) -> bool:
    """Law 10: with all dates moved by whole weeks, all findings are, in a zone without changes.

    Says nothing of rulebooks with months, years, recurrence rules, holidays, versions or dates in
    conditions, nor of calendars with holidays or exceptions.
    """
    dated = asked.calendar is not None and (asked.calendar.holidays or asked.calendar.exceptions)
    if dated or not _scope.timeless(asked.rulebook) or not _scope.steady(asked, weeks):
        return False
    moved = _scope.moved(asked, timedelta(weeks=weeks))
    back = moved.outcome(evaluate)
    if not isinstance(back, str):
        back = [_earlier(finding, weeks * _WEEK) for finding in back]
    same(asked.outcome(evaluate), back, f"moved by {weeks} weeks")
    return True


_INSTANTS = ("opens", "due", "expires", "target", "ended", "paused_since", "next_change")


def _earlier(finding: Finding, by: int) -> Finding:
    values = {name: getattr(finding, name) for name in _INSTANTS}
    moved = {name: value - by for name, value in values.items() if value is not None}
    return attrs.evolve(finding, **moved)


def correction(asked: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 11: amended, it is as if the right thing had been known from the start, keys included."""
    known = _effective(asked)
    if known is None:
        return False
    same(asked.outcome(evaluate), known.outcome(evaluate), "corrected, and known from the start")
    return any(record.amends is not None for record in asked.records)


def rewriting(
    asked: Evaluation, target: Event, correct: Event, evaluate: Evaluator | None = None
) -> bool:
    """Law 11 again: `correct`, which corrects `target`, equals `target` written so at once.

    Says nothing where `target` has other amendments, or `correct` is not known yet.
    """
    if any(record.amends == target.ref for record in asked.records) or target.amends is not None:
        return False
    cut = None if asked.known_at is None else instant(asked.known_at)
    if cut is not None and correct.recorded_at is not None and instant(correct.recorded_at) > cut:
        return False
    content = {"kind": correct.kind, "occurred_at": correct.occurred_at, "data": correct.data}
    rewritten = [
        attrs.evolve(record, **content) if record.ref == target.ref else record  # type: ignore[arg-type]
        for record in asked.records
    ]
    late = asked.but(records=(*asked.records, correct))
    same(
        late.outcome(evaluate),
        asked.but(records=rewritten).outcome(evaluate),
        "corrected, and written so at once",
    )
    return True


def round_trip(asked: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 12: rulebook, records, customers and findings survive being encoded and decoded."""
    found = asked.outcome(evaluate)
    _rulebook_survives(asked.rulebook)
    values: list[Any] = [list(asked.records), list(asked.customers)]
    values += [asked.calendar] if asked.calendar is not None else []
    values += [] if isinstance(found, str) else [found]
    for value in values:
        _survives(value)
    return True


@lru_cache(maxsize=8)
def _rulebook_survives(rulebook: Rulebook) -> None:
    _survives(rulebook)


def _survives(value: Any) -> None:
    data = encode(value)
    for back in (decode(data), loads(dumps(value))):
        if back != value or encode(back) != data:
            raise AssertionError(f"not what was encoded:\n  {value!r}\n  {back!r}\n  {data!r}")


def agreement(asked: Evaluation, evaluators: Iterable[Evaluator | None]) -> bool:
    """Law 13: all evaluators give equal findings, all fields, or the same error."""
    first, *others = evaluators
    expected = asked.outcome(first)
    for other in others:
        same(expected, asked.outcome(other), "two evaluators", *asked.told())
    return not isinstance(expected, str)


def union(asked: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 15: rules that do not refer to each other can be asked apart."""
    parts = _scope.parts(asked.rulebook)
    apart: list[Finding] = []
    for part in parts:
        found = asked.but(rulebook=part).outcome(evaluate)
        if isinstance(found, str):
            return False
        apart += found
    same(asked.outcome(evaluate), apart, "rule by rule")
    return len(parts) > 1


def names(asked: Evaluation, renamed: Sequence[str], evaluate: Evaluator | None = None) -> bool:
    """Law 16: renaming ids changes no status, opens, due, expiry or end.

    Says nothing where two events of a customer whose order matters (triggers, moves, facts,
    history) begin at the same instant.

    Args:
        asked: A question.
        renamed: New ids, all different: as many as there are records, or more.
        evaluate: The evaluator.
    """
    known = _effective(asked)
    if known is None or _scope.ties(known):
        return False
    new = renamed[: len(known.records)]
    events = [attrs.evolve(event, id=id) for event, id in zip(known.records, new, strict=True)]
    before, after = known.outcome(evaluate), known.but(records=events).outcome(evaluate)
    if isinstance(before, str) or isinstance(after, str):
        return False
    one, other = ([_nameless(finding) for finding in found] for found in (before, after))
    missing = [row for row in one if one.count(row) > other.count(row)]
    extra = [row for row in other if other.count(row) > one.count(row)]
    if missing or extra:
        raise AssertionError(
            f"names decided: {lines(missing[0]) if missing else 'nothing'}"
            f"\n  became {lines(extra[0]) if extra else 'nothing'}"
            f"\n  ids {[event.id for event in known.records]} became {list(new)}"
        )
    return True


def _nameless(finding: Finding) -> Finding:
    ended_by = None if finding.ended_by is None else "?"
    reasons = ("?",) * len(finding.reasons)
    return attrs.evolve(finding, key="", trigger="", ended_by=ended_by, reasons=reasons)


def recurring_duty_never_dies(asked: Evaluation, evaluate: Evaluator | None = None) -> bool:
    """Law 17: from its start to its stop, something of a recurring duty is always ahead.

    That goes for `Recurring` rules (but those on holidays, which end with the calendar, and those
    whose recurrence rule ends), and for follow-ups that a touch pays and starts anew: not all of
    their obligations can have been paid.
    """
    known = _effective(asked)
    if known is None:
        return False
    undying = _scope.undying(known.rulebook)
    kinds = {named(event.ref): event.kind for event in known.records if isinstance(event, Event)}
    vague = {event.customer for event in known.records if isinstance(event, Event) and event.dated}
    groups: dict[tuple[str, str, Any], list[Finding]] = {}
    answer = known.ask(evaluate)
    happened = _scope.happened(known, answer)
    for finding in answer:
        if finding.rule in undying:
            group = (finding.rule, finding.customer, finding.correlation)
            groups.setdefault(group, []).append(finding)
    for (rule, customer, _), found in groups.items():
        stops = undying[rule]
        if stops is None:
            paid = all(one.status in ("fulfilled", "repaired") for one in found)
            dead = paid and customer not in vague
        else:
            end = max(one.ended or 0 for one in found)
            last = {_scope.kind_of(one.ended_by, kinds) for one in found if one.ended == end}
            # A stop at the instant of the last payment has nothing left to free.
            last |= happened.get((customer, end), set())
            dead = not any(one.status in _AHEAD for one in found) and not stops & last
        if dead:
            raise AssertionError(
                f"nothing of `{rule}` is ahead for `{customer}` as of {asked.as_of}:"
                + "".join(f"\n  `{one.key}` {lines(one)}" for one in found)
            )
    return bool(groups)


_AHEAD = ("upcoming", "open", "breached", "indeterminate")


def chunks(
    asked: Evaluation,
    arrivals: Iterable[Record | datetime | None],
    evaluate: Evaluator | None = None,
    monitor: Any = Monitor,
) -> bool:
    """Law 8: observed one by one, in any order, it answers as if asked about all at once.

    After every step the monitor's findings equal the evaluator's over the records that have come
    (without amendments whose target has not), and the changes it reported are what changed. What
    it refuses leaves it as it was.

    Args:
        asked: A question, for its rulebook, customers, zone, calendar, and history; its records
            and `as_of` play no part.
        arrivals: What happens, in order: a record is observed, an instant moves the clock there,
            and None puts the monitor away and restores it. Begin with an instant.
        evaluate: The evaluator to compare with.
        monitor: The class of monitors.
    """
    arguments = asked.but(known_at=None, complete=None).arguments()
    del arguments["as_of"]
    running = monitor(asked.rulebook, **arguments)
    asked = asked.but(records=(), known_at=None)
    found: list[Finding] = []
    came: list[Record] = []
    for number, arrival in enumerate(arrivals):
        what = f"step {number}, {arrival!r}"
        if arrival is None:
            running = _put_away(asked, running, monitor, arguments, what)
            continue
        if isinstance(arrival, datetime):
            wake = running.next_change_at
            changes = running.advance(arrival)
            asked = asked.but(as_of=arrival)
            if changes and (wake is None or arrival < wake):
                raise AssertionError(
                    f"changes before next_change_at `{wake}`, {what}: {changes[0]!r}"
                )
        else:
            before = running.snapshot()
            try:
                changes = running.observe(arrival)
                came.append(arrival)
            except RetentionRulesError as problem:
                same(running.snapshot(), before, f"after refusing, {what}", problem)
                continue
        now = list(running.findings())
        expected = asked.but(records=_scope.settled(came), complete=None)
        same(expected.outcome(evaluate), now, what, *expected.told())
        if asked.complete is not None:
            partly = list(running.findings(complete=asked.complete))
            with_gaps = expected.but(complete=asked.complete)
            same(with_gaps.outcome(evaluate), partly, f"incomplete, {what}", *with_gaps.told())
        same_changes(found, now, changes, what)
        found = now
    return bool(came)


def _put_away(
    asked: Evaluation, running: Any, monitor: Any, arguments: dict[str, Any], what: str
) -> Any:
    state = running.snapshot()
    again = monitor.restore(asked.rulebook, state, **arguments)
    same(again.snapshot(), state, f"the snapshot of what was restored, {what}")
    same(list(running.findings()), list(again.findings()), f"restored, {what}")
    clocks = [(one.now, one.next_change_at) for one in (running, again)]
    if clocks[0] != clocks[1]:
        raise AssertionError(f"restored, the clock is {clocks[1]} instead of {clocks[0]}, {what}")
    return again
