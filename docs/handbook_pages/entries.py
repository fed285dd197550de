"""A page for each theme: an entry for each practice, with its source, our reading and timelines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handbook_pages.phrases import (
    NAMES,
    OPTIONAL,
    anchor,
    cited,
    head,
    link,
    other,
    rule_of,
    shape,
)
from handbook_pages.stories import legend_of, section
from handbook_pages.works import works
from retention_rules.display.words import STRENGTHS
from retention_rules.practices import practices, readings
from retention_rules.practices.listing import ROWS, THEMES
from retention_rules.practices.sources import STRATEGIES
from retention_rules.practices.variants import Guidance, Practice
from retention_rules.rules import Rule
from retention_rules.texts import Language, Text

SOURCE = Text("Source", "出处")
READING = Text("Our reading", "我们的解读")
READINGS = Text("It can be read otherwise", "也可以有别的读法")
GUIDANCE = Text(
    "Nothing on this page is judged by the rules: it is shown only, with its source.",
    "本页内容只作展示并注明出处，规则不据此下结论。",
)


def ids(theme: str) -> list[str]:
    """The practices of a theme, each once; a row that another theme holds too is shown there."""
    listed = ((row, id) for row in THEMES[theme].rows for id in ROWS[row])
    return list(dict.fromkeys(id for row, id in listed if id == row or id not in ROWS))


def theme_page(theme: str, language: Language) -> str:
    """All entries of a theme."""
    entries = [practices()[id] for id in ids(theme)]
    lines = head(language, theme, THEMES[theme].title.in_(language))
    if all(isinstance(one, Guidance) for one in entries):
        lines += [f"*{GUIDANCE.in_(language)}*", ""]
    else:
        lines += [legend_of(language), ""]
    for one in entries:
        lines += entry(one, language)
    return "\n".join(lines)


def entry(one: Practice | Guidance, language: Language) -> Iterator[str]:
    """What there is to say of a practice, line by line."""
    rule = rule_of(one)
    yield from (f"({anchor(language, rule.id)})=", f"## {rule.title.in_(language)}", "")
    switch = link(NAMES[other(language)], other(language), rule.id)
    yield from (f"`{rule.id}` {' '.join(chips(one, language))} {switch}", "")
    yield from (rule.advice.in_(language), "")
    for item in rule.checklist:
        yield f"- {item.text.in_(language)} `{item.id}`"
    if rule.checklist:
        yield ""
    for term, words in _table(one, language):
        yield from (term, f": {words}", "")
    yield from _other_readings(rule, language)
    yield from section(rule.id, language)


def chips(one: Practice | Guidance, language: Language) -> Iterator[str]:
    """What it is, at a glance."""
    rule = rule_of(one)
    if not rule.id.startswith("measure."):
        yield _chip(STRENGTHS[rule.strength].in_(language), rule.strength)
    yield _chip(shape(one).in_(language), "guidance" if isinstance(one, Guidance) else "shape")
    if rule.strategy in STRATEGIES:
        yield _chip(STRATEGIES[rule.strategy].in_(language), "strategy")
    if isinstance(one, Practice) and (one.optional or not one.owed()):
        yield _chip(OPTIONAL.in_(language), "optional")


def _chip(words: str, kind: str) -> str:
    return f'<span class="chip {kind}">{words}</span>'


def _table(one: Practice | Guidance, language: Language) -> Iterable[tuple[str, str]]:
    if isinstance(one, Practice):
        yield from works(one.read(), language)
    rule = rule_of(one)
    yield SOURCE.in_(language), cited(rule.citations, language)
    yield READING.in_(language), rule.reading.in_(language)


def _other_readings(rule: Rule, language: Language) -> Iterator[str]:
    rows = [row for row in readings() if row == rule.id or rule.id in ROWS.get(row, ())]
    others = [one for row in rows for one in list(readings()[row].items())[1:]]
    if others:
        yield from (f"**{link(READINGS.in_(language), language, 'page-readings')}**", "")
        yield from (f"- `{name}` {words.in_(language)}" for name, words in others)
        yield ""
