"""The overviews: all practices by theme, by document and by strategy, and the door to both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handbook_pages.entries import chips, ids
from handbook_pages.phrases import (
    LANGUAGES,
    NAMES,
    head,
    link,
    listed,
    passage,
    rule_of,
)
from handbook_pages.tables import NUMBERS, READINGS, VOCABULARY
from retention_rules.practices import practices
from retention_rules.practices.listing import THEMES
from retention_rules.practices.sources import DOCUMENTS, STRATEGIES
from retention_rules.texts import Language, Text

TITLE = Text("Handbook", "手册")
INTRODUCTION = Text(
    "All {number} practices, as `practices()` gives them. `handbook()` holds the rules among them "
    "whose strength is *must* or *should*; with `handbook(examples=True)` it holds the *examples* "
    'too. What is marked as *optional* joins it by name, `handbook(also=["recovery.six-point"])`; '
    'the second cadence with `handbook(cadence="both")`.',
    "全部{number}项实践，与`practices()`所给一致。`handbook()`收入其中力度为“必须”或“应当”的规则；"
    "`handbook(examples=True)`连“示例”也收入。标为“可选”的，按名字加入："
    '`handbook(also=["recovery.six-point"])`；第二套回访节奏用`handbook(cadence="both")`。',
)
READING = Text(
    "A **reading** says how we understand the passage cited; what is *ours* in it, no document "
    "says. What exactly counts is in the rule itself: "
    "`retention-rules rules show thanks.handwritten`. Sources are paraphrased, never quoted, but "
    "for the few words that decide how strong a sentence is.",
    "**解读**说明我们如何理解所引的段落；其中注明“我们所定”的，文件里没有。究竟怎样才算，"
    "以规则本身为准：`retention-rules rules show thanks.handwritten`。"
    "出处只作转述，不照抄原文，只引用决定语气轻重的几个字。",
)
MORE = Text("More", "其他页面")
BY_THEME = Text("By theme", "按主题")
BY_DOCUMENT = Text("By document", "按文件")
BY_STRATEGY = Text("By strategy", "按策略")
DOCUMENT_HEAD = Text(
    "Each passage in the order of its document, and the practices that cite it.",
    "依各文件的先后列出段落，以及引用该段的实践。",
)
STRATEGY_HEAD = Text(
    "Every practice serves one of the four strategies of D1 §4.",
    "每项实践都服务于D1 §4四种策略之一。",
)
UNCITED = Text("Cited by no document", "没有文件依据")
TELLING = tuple(f"chip {kind}" for kind in ("must", "should", "example", "guidance", "optional"))
"""The chips that an overview shows; the others follow from its order, or are of no help there."""
PAGES = {"numbers": NUMBERS, "readings": READINGS, "vocabulary": VOCABULARY}


def index_page(language: Language) -> str:
    """All practices, in three orders."""
    number = len(practices())
    lines = [
        *head(language, "index", TITLE.in_(language)),
        INTRODUCTION.in_(language).format(number=number),
        "",
        READING.in_(language),
        "",
        *(f"- **{key}** {one.title.in_(language)}" for key, one in DOCUMENTS.items()),
        "",
        f"{MORE.in_(language)}{'：' if language == 'zh' else ': '}"
        + listed(
            (link(words.in_(language), language, f"page-{page}") for page, words in PAGES.items()),
            language,
        ),
        "",
        *_by_theme(language),
        *_by_document(language),
        *_by_strategy(language),
        "```{toctree}",
        ":hidden:",
        "",
        *THEMES,
        *PAGES,
        "```",
        "",
    ]
    return "\n".join(lines)


def _line(id: str, language: Language) -> str:
    one = practices()[id]
    told = [chip for chip in chips(one, language) if any(kind in chip for kind in TELLING)]
    title = link(rule_of(one).title.in_(language), language, id)
    return f"- {title} `{id}` {' '.join(told)}"


def _by_theme(language: Language) -> Iterator[str]:
    yield from (f"## {BY_THEME.in_(language)}", "")
    for theme, one in THEMES.items():
        title = link(one.title.in_(language), language, f"page-{theme}")
        yield from (f"### {title}", "", *(_line(id, language) for id in ids(theme)), "")


def _by_document(language: Language) -> Iterator[str]:
    yield from (f"## {BY_DOCUMENT.in_(language)}", "", DOCUMENT_HEAD.in_(language), "")
    for key, document in DOCUMENTS.items():
        yield from (f"### {key} {document.title.in_(language)}", "")
        for section, place in document.sections.items():
            named = passage(key, section, language)
            # The documents are Chinese: who looks a passage up needs its heading as it is.
            found = f" ({place})" if language == "en" and place[0] not in "-案" else ""
            yield from (f"{named}{found}", f": {_citing(key, section, language)}", "")
    yield from (f"### {UNCITED.in_(language)}", "")
    yield from (
        _line(id, language) for id, one in practices().items() if not rule_of(one).citations
    )
    yield ""


def _citing(document: str, section: str, language: Language) -> str:
    found = (
        link(rule_of(one).title.in_(language), language, id)
        for id, one in practices().items()
        if any((c.document, c.section) == (document, section) for c in rule_of(one).citations)
    )
    return ("；" if language == "zh" else "; ").join(found) or "—"


def _by_strategy(language: Language) -> Iterator[str]:
    yield from (f"## {BY_STRATEGY.in_(language)}", "", STRATEGY_HEAD.in_(language), "")
    for key, words in STRATEGIES.items():
        some = (id for id, one in practices().items() if rule_of(one).strategy == key)
        yield from (f"### {words.in_(language)}", "", *(_line(id, language) for id in some), "")


def door() -> str:
    """The one page that is in both languages, and kept under version control."""
    number = len(practices())
    lines = [
        "# Handbook",
        "",
        f"What five documents ask of whoever keeps customers: {number} practices, each with its "
        "source, our reading of it,",
        "how it works, and worked timelines as pictures. The pages are written from the code by",
        "`docs/make_handbook.py` whenever the documentation is built.",
        "",
        f"- **{link('The handbook in English', 'en', 'page-index')}**: by theme, by document, by "
        "strategy",
        f"- **{link('中文手册', 'zh', 'page-index')}**：按主题、按文件、按策略",
        "",
        "## Vocabulary",
        "",
        "The kinds of events, the fields of their data and the facts about customers: "
        + _both("vocabulary")
        + ".",
        f"The numbers that the practices count with: {_both('numbers')}. "
        f"Where a passage can be read otherwise: {_both('readings')}.",
        "",
        "## All practices",
        "",
    ]
    for theme, one in THEMES.items():
        lines += [f"### {one.title.en} · {one.title.zh}", "", "| id | English | 中文 |"]
        lines += ["| --- | --- | --- |", *_rows(ids(theme)), ""]
    return "\n".join([*lines, "```{toctree}", ":hidden:", "", *_inside(), "```", ""])


def _both(page: str) -> str:
    return " · ".join(link(NAMES[one], one, f"page-{page}") for one in LANGUAGES)


def _rows(some: Iterable[str]) -> Iterable[str]:
    for id in some:
        title = rule_of(practices()[id]).title
        yield f"| `{id}` | {link(title.en, 'en', id)} | {link(title.zh, 'zh', id)} |"


def _inside() -> Iterable[str]:
    return (f"{NAMES[one]} <handbook/{one}/index>" for one in LANGUAGES)
