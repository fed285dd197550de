"""Pages that hold one table or a few: numbers, other readings, the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from handbook_pages.phrases import OURS, TYPES, cited, head, link, listed, rule_of
from retention_rules.practices import practices, readings
from retention_rules.practices.listing import ROWS
from retention_rules.practices.parameters import PARAMETERS
from retention_rules.practices.vocabulary import DATA, FACTS, KINDS, Field
from retention_rules.texts import Citation, Language, Text
from retention_rules.windows import BusinessDays
from retention_rules.words import kind_words, offset_words, value_words

NUMBERS = Text("Numbers", "数目")
NUMBERS_HEAD = Text(
    "What the practices count with, and who says so. Change one in your own rulebook with "
    "`Rulebook.adapt`.",
    "各项实践所用的数目，以及由谁说的。可在自己的规则集里用`Rulebook.adapt`更改。",
)
READINGS = Text("Other readings", "其他读法")
READINGS_HEAD = Text(
    "Where a passage can be read in several ways, each has a name; the first is the default. "
    'Choose with `handbook(reading="chained")` for 1-3-7, and with '
    '`handbook(variants={"thanks.after-deal": "next-day"})` for the others.',
    '同一段话有几种读法时，各有其名，第一种为默认。一三七用`handbook(reading="chained")`选择，'
    '其余用`handbook(variants={"thanks.after-deal": "next-day"})`选择。',
)
VOCABULARY = Text("Vocabulary", "词汇表")
KINDS_HEAD = Text(
    "The kinds of events that the practices know. Your own rules may use any others.",
    "各项实践认得的事件种类。你自己的规则可以另用别的。",
)
DATA_HEAD = Text(
    "The fields of their data. A field that is absent is unknown, unless it says otherwise.",
    "事件数据的字段。没有的字段即为未知，另有说明的除外。",
)
FACTS_HEAD = Text("The facts about customers.", "有关客户的资料。")
SAME_DAY = Text("the same working day", "当个工作日")


def _table(
    headings: Iterable[Text], rows: Iterable[Iterable[str]], language: Language
) -> list[str]:
    names = [one.in_(language) for one in headings]
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


def numbers_page(language: Language) -> str:
    """What the practices count with."""
    headings = (Text("what", "是什么"), Text("number", "数目"), Text("source", "出处"))
    rows = (
        (one.about.in_(language), number(one.value, language), _source(one.source, language))
        for one in PARAMETERS.values()
    )
    return _page(
        "numbers",
        NUMBERS,
        language,
        [NUMBERS_HEAD.in_(language), ""],
        _table(headings, rows, language),
    )


def number(value: Any, language: Language) -> str:
    """A number with its unit, if it has one."""
    if isinstance(value, int | float | str):
        return value_words(value, language)
    if isinstance(value, BusinessDays) and value.count == 0:
        return SAME_DAY.in_(language)
    return offset_words(value, language)


def _source(given: Citation | str, language: Language) -> str:
    return OURS.in_(language) if isinstance(given, str) else cited([given], language)


def readings_page(language: Language) -> str:
    """The readings of each practice that has several."""
    lines = [READINGS_HEAD.in_(language), ""]
    for id, named in readings().items():
        some = [one for one in ROWS.get(id, (id,)) if one in practices()]
        titles = {one: rule_of(practices()[one]).title.in_(language) for one in some}
        lines += [f"## `{id}`", ""]
        lines += [listed((link(title, language, one) for one, title in titles.items()), language)]
        lines.append("")
        lines += [f"- `{name}` {words.in_(language)}" for name, words in named.items()]
        lines.append("")
    return _page("readings", READINGS, language, lines)


def vocabulary_page(language: Language) -> str:
    """The kinds of events and their fields."""
    kind, says = Text("kind", "种类"), Text("says", "含义")
    fields = (Text("field", "字段"), Text("type", "类型"), says, Text("values", "取值"))
    kinds = (
        (f"`{name}`", kind_words(name, language), about.in_(language))
        for name, about in KINDS.items()
    )
    return _page(
        "vocabulary",
        VOCABULARY,
        language,
        [f"## {Text('Events', '事件').in_(language)}", "", KINDS_HEAD.in_(language), ""],
        _table((kind, Text("in short", "简称"), says), kinds, language),
        [f"## {Text('Fields', '字段').in_(language)}", "", DATA_HEAD.in_(language), ""],
        _table(fields, _fields(DATA, language), language),
        [f"## {Text('Customers', '客户').in_(language)}", "", FACTS_HEAD.in_(language), ""],
        _table(fields, _fields(FACTS, language), language),
    )


def _fields(given: Mapping[str, Field], language: Language) -> Iterable[tuple[str, ...]]:
    for name, one in given.items():
        values = ("、" if language == "zh" else ", ").join(f"`{value}`" for value in one.values)
        yield f"`{name}`", TYPES[one.type].in_(language), one.about.in_(language), values


def _page(name: str, title: Text, language: Language, *parts: list[str]) -> str:
    lines = head(language, name, title.in_(language))
    return "\n".join([*lines, *(line for part in parts for line in part)])
