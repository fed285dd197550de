"""How a rule works, as terms and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from retention_rules.conditions import AllOf, Alternative, In, Pattern
from retention_rules.display.events import CHANNELS
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.premises import Found, Happened
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Holidays,
    Lifecycle,
    Procedure,
    Recurring,
    Shape,
    Step,
)
from retention_rules.texts import Language, Text
from retention_rules.windows import Window
from retention_rules.words import (
    condition_words,
    kind_words,
    listed,
    pattern_words,
    point_words,
    premise_words,
)

WHEN = Text("When", "何时产生")
DONE_BY = Text("Done by", "如何办妥")
RELEASED_BY = Text("Released by", "如何免除")
FROM = Text("From", "始于")
UNTIL = Text("Until", "止于")
OPENS = Text("Not before", "最早")
DUE = Text("Due", "期限")
BETTER = Text("Better by", "最好")
WORTH = Text("Worth doing until", "补办截止")
COUNTED = Text("Counted from", "起算")
LAST = Text("the last one, or the start", "上一次，或起点")
HOLIDAY = Text("each holiday of the calendar", "日历上的每个节日")
DATES = Text("each date of", "每逢")
EACH = Text("for each", "每有")
FORBIDDEN = Text("Not allowed", "不允许")
UNLESS = Text("Unless before it", "除非此前有")
INSTEAD = Text("Instead", "改为")
GIVEN = Text("Holds while", "成立条件")
NOT_GIVEN = Text("Unless", "除非")
WHERE = Text("Of customers", "限于客户")
EACH_CASE = Text("Drawn for each", "逐个得出")
BY_ITSELF = Text("by itself from `{}`, {}", "自`{}`起自行进入，{}")
IN = Text("in", "处于")
SEE = Text("on conditions that our reading tells", "条件见我们的解读")
PLAIN = 130
"""A condition of more letters is told better by the reading."""

Row = tuple[str, str]


def events(pattern: Pattern, language: Language) -> str:
    """The kinds of events that a pattern may match, and the channels of touches."""
    told = dict.fromkeys(_event(one, language) for one in pattern.alternatives)
    return listed(told, language, last="or")


def _event(one: Alternative, language: Language) -> str:
    if one.kind.startswith((RESERVED, CONCLUSION)):
        return kind_words(one.kind, language)
    told = f"{kind_words(one.kind, language)} `{one.kind}`"
    whole = one.condition.of if isinstance(one.condition, AllOf) else (one.condition,)
    parts = [part for part in whole if part is not None]
    by = [part for part in parts if isinstance(part, In) and part.term.name == "channel"]
    asides = []
    if by:
        parts.remove(by[0])
        some = (CHANNELS[v].in_(language) if v in CHANNELS else str(v) for v in by[0].values)
        asides.append(listed(some, language, last="or"))
    where = _coded(condition_words(AllOf(parts), language)) if parts else ""
    if parts and len(condition_words(AllOf(parts))) > PLAIN:
        asides.append(SEE.in_(language))
        where = ""
    if language == "zh":
        asides += [f"须{where}"] if where else []
        where = ""
    told += _aside(("；" if language == "zh" else "; ").join(asides), language) if asides else ""
    return f"{told} where {where}" if where else told


def _aside(words: str, language: Language) -> str:
    return f"（{words}）" if language == "zh" else f" ({words})"


def _coded(words: str) -> str:
    """Names of fields and values as code, which they are in either language.

    In English they cannot be told from the words around them by their letters alone.
    """
    if words.isascii():
        return words
    return re.sub(r"`[^`]*`|[A-Za-z][\w.:-]*", lambda m: f"`{m[0].strip('`')}`", words, flags=re.A)


def window(given: Window, language: Language) -> Iterator[Row]:
    """The ends of a window."""
    ends = (
        (OPENS, given.opens, True),
        (BETTER, given.target, False),
        (DUE, given.due, False),
        (WORTH, given.expires, False),
    )
    for term, end, lower in ends:
        if end is not None:
            yield term.in_(language), point_words(end, language, lower=lower)


def works(rule: Shape, language: Language) -> Iterator[Row]:
    """What there is to say of how a rule works."""
    if isinstance(rule, FollowUp):
        yield WHEN.in_(language), events(rule.trigger, language)
        yield DONE_BY.in_(language), events(rule.fulfilled_by, language)
        yield from window(rule.window, language)
        if rule.released_by:
            yield RELEASED_BY.in_(language), events(rule.released_by, language)
    elif isinstance(rule, Procedure):
        yield FROM.in_(language), events(rule.opened_by, language)
        yield from (_step(step, language) for step in rule.steps)
        if rule.closed_by:
            yield UNTIL.in_(language), events(rule.closed_by, language)
    elif isinstance(rule, Recurring):
        yield from _recurring(rule, language)
    elif isinstance(rule, Lifecycle):
        for stage in rule.stages:
            by = ("；" if language == "zh" else "; ").join(_entries(rule, stage.name, language))
            yield f"{stage.title.in_(language)} `{stage.name}`", by
    elif isinstance(rule, Derivation):
        yield from _derivation(rule, language)
    else:
        yield FORBIDDEN.in_(language), events(rule.forbids, language)
        if rule.unless_prior:
            yield UNLESS.in_(language), events(rule.unless_prior, language)
        yield INSTEAD.in_(language), rule.instead.in_(language)


def _step(step: Step, language: Language) -> Row:
    parts = [events(step.fulfilled_by, language)]
    if step.each:
        parts.insert(0, f"{EACH.in_(language)} {events(step.each, language)}")
    colon = "：" if language == "zh" else ": "
    parts += [f"{term}{colon}{words}" for term, words in window(step.window, language)]
    return f"{step.title.in_(language)} `{step.name}`", ("；" if language == "zh" else "; ").join(
        parts
    )


def _derivation(rule: Derivation, language: Language) -> Iterator[Row]:
    stop = "；" if language == "zh" else "; "
    for term, premises in ((GIVEN, rule.given), (NOT_GIVEN, rule.unless)):
        if premises:
            yield term.in_(language), stop.join(premise(one, language) for one in premises)
    if rule.where is not None:
        told = condition_words(rule.where, language)
        yield WHERE.in_(language), _coded(told)
    if rule.correlate_on:
        yield EACH_CASE.in_(language), listed((f"`{name}`" for name in rule.correlate_on), language)


def premise(one: Found | Happened, language: Language) -> str:
    """What a conclusion is drawn from; of what happened, as other rules tell of events."""
    if isinstance(one, Found):
        return premise_words(one, language)
    told = premise_words(one, language)
    plain = pattern_words(one.pattern, language)
    return told.replace(plain, events(one.pattern, language))


def _recurring(rule: Recurring, language: Language) -> Iterator[Row]:
    yield FROM.in_(language), events(rule.starts, language)
    yield DONE_BY.in_(language), events(rule.fulfilled_by, language)
    counted = LAST.in_(language)
    if isinstance(rule.on, Holidays):
        counted = HOLIDAY.in_(language)
    elif rule.on is not None:
        counted = f"{DATES.in_(language)} `{rule.on.text}`"
    yield COUNTED.in_(language), counted
    yield from window(rule.window(), language)
    if rule.stops:
        yield UNTIL.in_(language), events(rule.stops, language)


def _entries(life: Lifecycle, stage: str, language: Language) -> Iterable[str]:
    """The ways into a stage."""
    by_event: dict[str, list[str]] = {}
    for move in life.moves:
        if move.to == stage:
            sources = by_event.setdefault(events(move.on, language), [])
            sources += [f"`{move.source}`"] if move.source else []
    for what, sources in by_event.items():
        inside = f"{IN.in_(language)} {listed(sources, language, last='or')}"
        yield what + _aside(inside, language) if sources else what
    for one in life.timeouts:
        if one.to == stage:
            until = point_words(one.after, language)
            yield BY_ITSELF.in_(language).format(one.source, until)
