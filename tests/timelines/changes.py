"""Rules with one part changed: an end put off, a condition or tie dropped, a step taken away."""

import attrs

from retention_rules import hours, never
from retention_rules.conditions import AllOf
from retention_rules.errors import DefinitionError
from retention_rules.premises import Found, Happened
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Lifecycle,
    Procedure,
    Prohibition,
    Recurring,
)
from retention_rules.windows import (
    BusinessDays,
    CalendarDays,
    Earliest,
    Elapsed,
    Field,
    Point,
    StepEnd,
    Trigger,
    Window,
    WorkingTime,
    days,
)


def longer(offset):
    """An offset with one more of its own unit: a day more, or an hour, minute, second."""
    if offset is None:
        return days(1)
    if isinstance(offset, CalendarDays):
        return attrs.evolve(offset, days=offset.days + 1)
    if isinstance(offset, BusinessDays):
        return attrs.evolve(offset, count=offset.count + 1)
    assert isinstance(offset, Elapsed | WorkingTime)
    units = (3_600_000_000, 60_000_000, 1_000_000)
    unit = next(unit for unit in units if offset.microseconds % unit == 0)
    return attrs.evolve(offset, microseconds=offset.microseconds + unit)


def _longer_points(point):
    """A point with one of its offsets longer, each in turn, and which one that is."""
    if isinstance(point, Earliest):
        for place, one in enumerate(point.points):
            for which, changed in _longer_points(one):
                points = (*point.points[:place], changed, *point.points[place + 1 :])
                yield f"[{place}]{which}", Earliest(points)
        return
    yield "", attrs.evolve(point, offset=longer(point.offset))
    if isinstance(point.anchor, Field) and point.anchor.default is not None:
        for which, changed in _longer_points(point.anchor.default):
            anchor = attrs.evolve(point.anchor, default=changed)
            yield f"/default{which}", attrs.evolve(point, anchor=anchor)


def wider(window):
    """A window with a later end, and what that is."""
    for which, due in _longer_points(window.due):
        yield f"due{which} longer", {"window": attrs.evolve(window, due=due, expires=never)}


def _conjuncts(condition):
    return condition.of if isinstance(condition, AllOf) else (condition,)


def looser(pattern):
    """A pattern without one of its conditions, each in turn."""
    for place, one in enumerate(pattern.alternatives):
        others = pattern.alternatives[:place], pattern.alternatives[place + 1 :]

        def put(*alternative, others=others):
            return attrs.evolve(pattern, alternatives=(*others[0], *alternative, *others[1]))

        if one.condition is not None:
            of = _conjuncts(one.condition)
            for nth in range(len(of)):
                rest = of[:nth] + of[nth + 1 :]
                kept = None if not rest else rest[0] if len(rest) == 1 else AllOf(rest)
                yield f"{one.kind} without {of[nth]!r}", put(attrs.evolve(one, condition=kept))


def fewer(pattern):
    """A pattern that lacks one of several kinds, each in turn."""
    of = pattern.alternatives
    for place, one in enumerate(of if len(of) > 1 else ()):
        yield f"no {one.kind}", attrs.evolve(pattern, alternatives=of[:place] + of[place + 1 :])


def of_patterns(rule):
    """Any pattern with a kind less; and what pays, frees or clears with a condition less."""
    for name in PATTERNS:
        pattern = getattr(rule, name, None)
        if pattern is not None:
            changes = [*fewer(pattern)]
            if name in ("fulfilled_by", "released_by", "unless_prior"):
                changes += looser(pattern)
            for what, changed in changes:
                yield f"{name}: {what}", {name: changed}


def of_ties(rule):
    """What ties events to each other, or holds them apart, left out."""
    for name in ("same_on", "differs_on", "unless_forbidden", "paused_by", "for_each"):
        if getattr(rule, name, None) is not None:
            yield name, {name: None}
    if getattr(rule, "correlate_on", ()):
        yield "correlate_on", {"correlate_on": ()}
    if getattr(rule, "on_retrigger", "separate") != "separate":
        yield "on_retrigger", {"on_retrigger": "separate"}


def of_follow_up(rule):
    yield "due", {"window": Window(due=hours(100_000), expires=never)}
    yield from wider(rule.window)
    if rule.released_by is not None:
        yield "released_by", {"released_by": None}
    if rule.window.opens is not None:
        yield "opens", {"window": attrs.evolve(rule.window, opens=None)}
    if rule.window.expires is not None:
        yield "expires", {"window": attrs.evolve(rule.window, expires=None)}
    for what, trigger in looser(rule.trigger):
        yield f"trigger: {what}", {"trigger": trigger}


def of_prohibition(rule):
    for part in ("unless_prior", "context"):
        if getattr(rule, part) is not None:
            yield part, {part: None}
    for what, forbids in looser(rule.forbids):
        yield f"forbids: {what}", {"forbids": forbids}


def unchained(window, name):
    """A window counted from the opening of the case where it was from a step of this name."""
    ends = {end: getattr(window, end) for end in ("opens", "due", "expires")}
    for end, point in ends.items():
        if isinstance(point, Point) and point.anchor == StepEnd(name):
            ends[end] = attrs.evolve(point, anchor=Trigger())
    return attrs.evolve(window, **ends)


def precedes(rule, place):
    """Whether a step of a procedure has its place before another."""
    return rule.steps[place].each is None and place < len(rule.steps) - 1


def of_procedure(rule):
    needed = [not step.optional and precedes(rule, at) for at, step in enumerate(rule.steps)]
    if any(needed):
        yield "ordered", {"ordered": not rule.ordered}
    for place, step in enumerate(rule.steps):
        before, after = rule.steps[:place], rule.steps[place + 1 :]
        kept = [attrs.evolve(one, window=unchained(one.window, step.name)) for one in after]
        yield f"step {step.name}", {"steps": (*before, *kept)}
        changes = [*wider(step.window)]
        if rule.closed_by is not None:
            changes.append(("survives_closing", {"survives_closing": not step.survives_closing}))
        closes = rule.closed_by is not None and not step.survives_closing and step.each is None
        if closes or (rule.ordered and precedes(rule, place)):
            changes.append(("optional", {"optional": not step.optional}))
        if step.released_by is not None:
            changes.append(("released_by", {"released_by": None}))
        for what, change in changes:
            yield f"{step.name}: {what}", {"steps": (*before, attrs.evolve(step, **change), *after)}


def of_recurring(rule):
    if rule.every is not None:
        yield "every doubled", {"every": rule.every + rule.every}
        yield "every longer", {"every": longer(rule.every)}
    else:
        yield "due longer", {"due": longer(rule.due)}
    if rule.opens is not None:
        yield "opens", {"opens": None}
    for what, starts in looser(rule.starts):
        yield f"starts: {what}", {"starts": starts}
    if rule.stops is not None:
        yield "stops", {"stops": None}
        for what, stops in looser(rule.stops):
            yield f"stops: {what}", {"stops": stops}


def of_lifecycle(rule):
    for place, one in enumerate(rule.timeouts):
        before, after = rule.timeouts[:place], rule.timeouts[place + 1 :]
        yield f"timeout of {one.source}", {"timeouts": (*before, *after)}
        for which, end in _doubled(one.after):
            changed = attrs.evolve(one, after=end)
            yield (
                f"timeout of {one.source} doubled{which}",
                {"timeouts": (*before, changed, *after)},
            )
    for place, one in enumerate(rule.moves):
        moves = rule.moves[:place] + rule.moves[place + 1 :]
        kinds = ", ".join(sorted(one.on.kinds))
        yield f"move {one.source} -> {one.to} on {kinds}", {"moves": moves}


def of_derivation(rule):
    """Each premise left out or changed, and each test of the customer left out."""
    for name in ("given", "unless"):
        premises = getattr(rule, name)
        for place, premise in enumerate(premises):
            before, after = premises[:place], premises[place + 1 :]
            yield from _legal(rule, f"{name}[{place}]", {name: (*before, *after)})
            for what, changed in of_premise(premise, tied=bool(rule.correlate_on)):
                change = {name: (*before, changed, *after)}
                yield from _legal(rule, f"{name}[{place}]: {what}", change)
    if rule.where is not None:
        of = _conjuncts(rule.where)
        for nth in range(len(of)):
            rest = of[:nth] + of[nth + 1 :]
            kept = None if not rest else rest[0] if len(rest) == 1 else AllOf(rest)
            yield f"where without {of[nth]!r}", {"where": kept}


def of_premise(premise, *, tied):
    """A premise made laxer, or of another case, and what that is."""
    if premise.at_least > 1:
        yield "at least one less", attrs.evolve(premise, at_least=premise.at_least - 1)
    if premise.distinct is not None:
        yield "distinct", attrs.evolve(premise, distinct=None)
    if tied:
        yield "customer_wide", attrs.evolve(premise, customer_wide=not premise.customer_wide)
    if isinstance(premise, Happened):
        for what, pattern in (*fewer(premise.pattern), *looser(premise.pattern)):
            yield what, attrs.evolve(premise, pattern=pattern)
    elif len(premise.accepted) > 1:
        for status in sorted(premise.accepted):
            rest = tuple(sorted(premise.accepted - {status}))
            yield f"not {status}", attrs.evolve(premise, statuses=rest)
    if isinstance(premise, Found) and premise.part is not None:
        yield "part", attrs.evolve(premise, part=None)


def _legal(rule, what, change):
    """A change, unless no rule could be like that."""
    try:
        attrs.evolve(rule, **change)
    except DefinitionError:
        return
    yield what, change


def _doubled(point):
    if isinstance(point, Earliest):
        for place, one in enumerate(point.points):
            for which, changed in _doubled(one):
                points = (*point.points[:place], changed, *point.points[place + 1 :])
                yield f"[{place}]{which}", Earliest(points)
        return
    if point.offset is not None:
        yield "", attrs.evolve(point, offset=point.offset + point.offset)
    if isinstance(point.anchor, Field) and point.anchor.default is not None:
        for which, changed in _doubled(point.anchor.default):
            anchor = attrs.evolve(point.anchor, default=changed)
            yield f"/default{which}", attrs.evolve(point, anchor=anchor)


PATTERNS = (
    "trigger",
    "fulfilled_by",
    "released_by",
    "forbids",
    "unless_prior",
    "opened_by",
    "closed_by",
    "starts",
    "stops",
)
CHANGES = {
    FollowUp: of_follow_up,
    Prohibition: of_prohibition,
    Procedure: of_procedure,
    Recurring: of_recurring,
    Lifecycle: of_lifecycle,
    Derivation: of_derivation,
}


def changes_of(rule):
    """What can be changed about a rule, and the attributes that change it."""
    yield from CHANGES[type(rule)](rule)
    yield from of_patterns(rule)
    yield from of_ties(rule)
