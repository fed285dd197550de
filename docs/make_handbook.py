"""Writes docs/handbook.md from the practices: run it after changing one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from retention_rules.conditions import AllOf, Alternative, In, Pattern
from retention_rules.practices import practices, readings
from retention_rules.practices.listing import ROWS, THEMES
from retention_rules.practices.parameters import PARAMETERS
from retention_rules.practices.sources import DOCUMENTS, STRATEGIES
from retention_rules.practices.variants import Guidance, Practice
from retention_rules.practices.vocabulary import DATA, FACTS, KINDS
from retention_rules.practices.vocabulary import Field as DataField
from retention_rules.rules import (
    FollowUp,
    Lifecycle,
    Procedure,
    Prohibition,
    Recurring,
    Rule,
    Shape,
)
from retention_rules.texts import Text
from retention_rules.windows import (
    BusinessDays,
    CalendarDays,
    Due,
    Earliest,
    Elapsed,
    Field,
    Never,
    Offset,
    Point,
    StepEnd,
    Window,
    WorkingTime,
)

PAGE = Path(__file__).parent / "handbook.md"

SHAPES = {
    FollowUp: "follow-up",
    Procedure: "procedure",
    Recurring: "recurring duty",
    Lifecycle: "lifecycle",
    Prohibition: "prohibition",
}

NATURES = {
    "advice": "advice, not evaluated",
    "benchmark": "a number quoted, not evaluated",
    "measure": "to be counted, not evaluated",
    "organisation": "about the company itself, not evaluated",
    "conclusion": "to be drawn from findings, not evaluated yet",
}

HEAD = """\
# Handbook

All {number} practices, by theme, as `practices()` gives them. `handbook()` holds the rules among
them whose strength is *must* or *should*; with `handbook(examples=True)` it holds the *examples*
too. What is marked as *optional* joins it by name, `handbook(also=["recovery.six-point"])`; the
second cadence with `handbook(cadence="both")`. This page is written from the code by
`docs/make_handbook.py`.

A **reading** says how we understand the passage cited; what is *ours* in it, no document says.
Strengths are those of the source: *must*, *should*, or an *example* that it tells. What exactly
counts is in the rule itself: `retention-rules rules show thanks.handwritten`.

Sources are paraphrased, never quoted. Each is cited by its key and the name of a passage:

{documents}

Every practice serves one of four strategies (D1 §4): {strategies}.
"""


def counted(number: int, one: str) -> str:
    return f"{number} {one}" + ("" if number == 1 else "s")


def length(microseconds: int) -> str:
    for unit, size in (("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000)):
        if microseconds % size == 0:
            return counted(microseconds // size, unit)
    return counted(microseconds, "microsecond")


def clock(microseconds: int | None) -> str:
    if microseconds is None:
        return ""
    minutes = microseconds // 60_000_000
    return f" at {minutes // 60:02}:{minutes % 60:02}"


def amount(offset: Offset) -> str:
    """How long an offset is, without its direction."""
    if isinstance(offset, Elapsed):
        return length(abs(offset.microseconds))
    if isinstance(offset, WorkingTime):
        return f"{length(abs(offset.microseconds))} of working time"
    if isinstance(offset, BusinessDays):
        return counted(abs(offset.count), "business day")
    years, months = divmod(abs(offset.months), 12)
    parts = ((years, "year"), (months, "month"), (abs(offset.days), "day"))
    return " and ".join(counted(number, unit) for number, unit in parts if number)


def backwards(offset: Offset) -> bool:
    if isinstance(offset, CalendarDays):
        return (offset.months, offset.days) < (0, 0)
    return (offset.count if isinstance(offset, BusinessDays) else offset.microseconds) < 0


def anchored(point: Point, origin: str) -> str:
    anchor = point.anchor
    if isinstance(anchor, Due):
        return "the due day"
    if isinstance(anchor, StepEnd):
        return f"the end of `{anchor.name}`"
    if isinstance(anchor, Field):
        default = f" (without it, {spoken(anchor.default, origin)})" if anchor.default else ""
        return f"the date in `{anchor.name}`{default}"
    return origin


def spoken(point: Point | Earliest | Never | None, origin: str) -> str:
    """A point in words."""
    if isinstance(point, Never):
        return "never"
    if isinstance(point, Earliest):
        return f"the earliest of {', '.join(spoken(one, origin) for one in point.points)}"
    assert point is not None
    offset, anchor = point.offset, anchored(point, origin)
    if offset is None:
        return anchor
    if isinstance(offset, CalendarDays) and not (offset.months or offset.days):
        return f"the day of {anchor}{clock(offset.clock)}"
    if isinstance(offset, BusinessDays):
        if offset.count == 0:
            return f"the business day of {anchor}, or the next one{clock(offset.clock)}"
        end = ", at closing" if offset.to_closing else clock(offset.clock)
    else:
        end = clock(getattr(offset, "clock", None))
    direction = "before" if backwards(offset) else "after"
    return f"{amount(offset)} {direction} {anchor}{end}"


def to_the_end(point: Point | Earliest) -> str:
    """Whether a point, as the end of a window, takes the whole of its day."""
    offset = point.offset if isinstance(point, Point) else None
    whole = isinstance(offset, CalendarDays | BusinessDays) and offset.clock is None
    at_closing = isinstance(offset, BusinessDays) and offset.to_closing
    return ", to the end of that day" if whole and not at_closing else ""


def window(given: Window, origin: str) -> str:
    """A window in words."""
    parts = [f"due {spoken(given.due, origin)}{to_the_end(given.due)}"]
    if given.opens == given.due:
        parts = [f"{spoken(given.due, origin)}, on that day alone"]
    elif given.opens is not None:
        parts.insert(0, f"opens {spoken(given.opens, origin)}")
    if given.target is not None:
        parts.append(f"better {spoken(given.target, origin)}")
    if isinstance(given.expires, Never):
        parts.append("never too late to be done")
    elif given.expires is not None:
        parts.append(f"worth doing until {spoken(given.expires, origin)}")
    return "; ".join(parts)


def either(words: Iterable[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last


def events(pattern: Pattern) -> str:
    """The kinds of events that a pattern may match, and the channels of touches."""
    return either(dict.fromkeys(_event(one) for one in pattern.alternatives))


def _event(one: Alternative) -> str:
    what, _, stage = one.kind.partition(":")
    if what in ("stage.entered", "stage.left"):
        return f"{what.removeprefix('stage.')} `{stage.split(':')[1]}`"
    parts = one.condition.of if isinstance(one.condition, AllOf) else (one.condition,)
    for part in parts:
        if isinstance(part, In) and part.term.name == "channel":
            return f"`{one.kind}` ({either(map(str, part.values))})"
    return f"`{one.kind}`"


def works(rule: Shape) -> Iterable[tuple[str, str]]:
    """What there is to say of how a rule works, as terms and words."""
    if isinstance(rule, FollowUp):
        yield "When", events(rule.trigger)
        yield "Done by", events(rule.fulfilled_by)
        yield "Window", window(rule.window, "the trigger")
        if rule.released_by:
            yield "Released by", events(rule.released_by)
    elif isinstance(rule, Procedure):
        closing = f", until {events(rule.closed_by)}" if rule.closed_by else ""
        yield "Case", f"from {events(rule.opened_by)}{closing}"
        for step in rule.steps:
            each = f", for each {events(step.each)}" if step.each else ""
            after = window(step.window, events(step.each) if step.each else "the opening")
            yield f"Step `{step.name}`", f"{step.title.en} · {step.title.zh}{each}; {after}"
    elif isinstance(rule, Recurring):
        yield "Starts", events(rule.starts)
        yield "Done by", events(rule.fulfilled_by)
        yield "Window", window(rule.window(), "the last one (or the start)")
        if rule.stops:
            yield "Stops", events(rule.stops)
    elif isinstance(rule, Lifecycle):
        for stage in rule.stages:
            by = "; ".join(entries(rule, stage.name))
            yield f"Stage `{stage.name}`", f"{stage.title.en} · {stage.title.zh}: {by}"
    else:
        yield "Forbidden", events(rule.forbids)
        if rule.unless_prior:
            yield "Unless before it", events(rule.unless_prior)
        yield "Instead", f"{rule.instead.en} · {rule.instead.zh}"


def entries(life: Lifecycle, stage: str) -> Iterable[str]:
    """The ways into a stage."""
    by_event: dict[str, list[str]] = {}
    for move in life.moves:
        if move.to == stage:
            sources = by_event.setdefault(events(move.on), [])
            sources += [f"`{move.source}`"] if move.source else []
    for what, sources in by_event.items():
        yield f"{what} in {either(sources)}" if sources else what
    for one in life.timeouts:
        if one.to == stage:
            yield f"by itself {spoken(one.after, f'entering `{one.source}`')}"


def cited(rule: Rule) -> str:
    words = (f"{one}{f' ({one.words})' if one.words else ''}" for one in rule.citations)
    return "; ".join(words) or "ours"


def entry(one: Practice | Guidance) -> str:
    rule = one.rule if isinstance(one, Practice) else one
    strategy = STRATEGIES[rule.strategy].en.lower() if rule.strategy in STRATEGIES else ""
    shape = SHAPES[type(one.rule)] if isinstance(one, Practice) else NATURES[one.nature]
    strength = "" if rule.id.startswith("measure.") else f" · *{rule.strength}*"
    optional = isinstance(one, Practice) and (one.optional or not one.owed())
    lines = [
        f"### `{rule.id}`",
        "",
        f"**{rule.title.en}** · {rule.title.zh}",
        "",
        f"{shape}{strength} · {strategy}{' · *optional*' if optional else ''}",
        "",
        f"{rule.advice.en} {rule.advice.zh}",
        "",
        *(f"- `{item.id}` {item.text.en} · {item.text.zh}" for item in rule.checklist),
        *([""] if rule.checklist else []),
        "| | |",
        "| --- | --- |",
        *(f"| {term} | {words} |" for term, words in _works(one)),
        f"| Source | {cited(rule)} |",
        "",
        f"**Reading** {_read(one).en}",
        "",
        f"**解读** {_read(one).zh}",
        "",
    ]
    return "\n".join(lines)


def _works(one: Practice | Guidance) -> Iterable[tuple[str, str]]:
    return works(one.read()) if isinstance(one, Practice) else ()


def _read(one: Practice | Guidance) -> Text:
    return one.read().reading if isinstance(one, Practice) else one.reading


def _section(rows: Iterable[str]) -> Iterable[str]:
    """The entries of the practices that the rows stand for, each once."""
    listed = ((row, id) for row in rows for id in ROWS[row])
    ids = dict.fromkeys(id for row, id in listed if id == row or id not in ROWS)
    return (entry(practices()[id]) for id in ids if id in practices())


def page() -> str:
    """The whole page."""
    documents = "\n".join(
        f"- **{key}** {one.title.en} · {one.title.zh}" for key, one in DOCUMENTS.items()
    )
    strategies = ", ".join(f"{one.en.lower()} ({one.zh})" for one in STRATEGIES.values())
    number = len(practices())
    parts = [HEAD.format(number=number, documents=documents, strategies=strategies)]
    for theme in THEMES.values():
        parts += [f"## {theme.title.en}\n", *_section(theme.rows)]
    return "\n".join([*parts, _readings(), _parameters(), _vocabulary()])


def _readings() -> str:
    lines = [
        "## Other readings",
        "",
        "Where a passage can be read in several ways, each has a name; the first is the default.",
        'Choose with `handbook(reading="chained")` for 1-3-7, and with',
        '`handbook(variants={"thanks.after-deal": "next-day"})` for the others.',
        "",
        "| practice | reading | it takes the passage to say |",
        "| --- | --- | --- |",
    ]
    for id, named in readings().items():
        lines += [f"| `{id}` | `{name}` | {words.en} {words.zh} |" for name, words in named.items()]
    return "\n".join([*lines, ""])


def _parameters() -> str:
    lines = [
        "## Numbers",
        "",
        "What the practices count with, and who says so. Change one in your own rulebook with",
        "`Rulebook.adapt`.",
        "",
        "| what | number | source |",
        "| --- | --- | --- |",
    ]
    for one in PARAMETERS.values():
        value = one.value
        number = str(value) if isinstance(value, int | float | str) else _number(value)
        lines.append(f"| {one.about.en} · {one.about.zh} | {number} | {one.source} |")
    return "\n".join([*lines, ""])


def _number(offset: Offset) -> str:
    zero = isinstance(offset, BusinessDays) and offset.count == 0
    return "the same business day" if zero else amount(offset)


def _vocabulary() -> str:
    lines = [
        "## Vocabulary",
        "",
        "The kinds of events that the practices know. Your own rules may use any others.",
        "",
        "| kind | says |",
        "| --- | --- |",
        *(f"| `{kind}` | {about.en} · {about.zh} |" for kind, about in KINDS.items()),
        "",
        "The fields of their data. A field that is absent is unknown, unless it says otherwise.",
        "",
        "| field | type | says | values |",
        "| --- | --- | --- | --- |",
        *_fields(DATA),
        "",
        "The facts about customers:",
        "",
        "| fact | type | says | values |",
        "| --- | --- | --- | --- |",
        *_fields(FACTS),
    ]
    return "\n".join([*lines, ""])


def _fields(given: Mapping[str, DataField]) -> Iterable[str]:
    for name, one in given.items():
        values = ", ".join(f"`{value}`" for value in one.values)
        yield f"| `{name}` | {one.type} | {one.about.en} · {one.about.zh} | {values} |"


def write() -> None:
    """Write the page, if it has changed."""
    text = page()
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
