"""What the pages say in either language, besides what the practices themselves say."""

from __future__ import annotations

from collections.abc import Iterable

from retention_rules.practices.sources import DOCUMENTS
from retention_rules.practices.variants import Guidance, Practice
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Lifecycle,
    Procedure,
    Prohibition,
    Recurring,
    Rule,
)
from retention_rules.texts import Citation, Language, Text

LANGUAGES: tuple[Language, ...] = ("en", "zh")
NAMES = {"en": "English", "zh": "中文"}

SHAPES = {
    FollowUp: Text("follow-up", "跟进"),
    Procedure: Text("procedure", "流程"),
    Recurring: Text("recurring duty", "定期事项"),
    Lifecycle: Text("stages of a customer", "客户阶段"),
    Prohibition: Text("prohibition", "禁忌"),
    Derivation: Text("conclusion", "推断"),
}
NATURES = {
    "advice": Text("advice, not evaluated", "建议，不作判断"),
    "benchmark": Text("a number quoted, not evaluated", "转述的数字，不作判断"),
    "measure": Text("to be counted, not evaluated", "供统计，不作判断"),
    "organisation": Text("about the company itself, not evaluated", "关乎公司自身，不作判断"),
}
TYPES = {
    "text": Text("text", "文本"),
    "amount": Text("amount", "金额"),
    "boolean": Text("yes or no", "是或否"),
    "date": Text("day", "日期"),
    "instant": Text("day or time", "日期或时刻"),
    "integer": Text("whole number", "整数"),
}
OURS = Text("ours", "我们所定")
OPTIONAL = Text("optional", "可选")


def rule_of(one: Practice | Guidance) -> Rule:
    """The rule of a practice, under its default reading; guidance is one itself."""
    return one.read() if isinstance(one, Practice) else one


def shape(one: Practice | Guidance) -> Text:
    """What sort of practice it is."""
    return SHAPES[type(one.read())] if isinstance(one, Practice) else NATURES[one.nature]


def anchor(language: str, id: str) -> str:
    """The name of a place, across all pages."""
    return f"{language}-{id.replace('.', '-')}"


def link(words: str, language: str, id: str) -> str:
    """A link to a place."""
    return f"[{words}](#{anchor(language, id)})"


def other(language: Language) -> Language:
    """The language that a page is not in."""
    return "en" if language == "zh" else "zh"


def head(language: Language, page: str, title: str) -> list[str]:
    """The head of a page: its place, its title, and the same page in the other language."""
    there = other(language)
    begin = Text("Handbook", "手册").in_(language)
    return [
        f"({anchor(language, f'page-{page}')})=",
        f"# {title}",
        "",
        " · ".join(
            [
                *([] if page == "index" else [link(begin, language, "page-index")]),
                link(NAMES[there], there, f"page-{page}"),
            ]
        ),
        "",
    ]


def listed(words: Iterable[str], language: Language) -> str:
    """Things side by side."""
    return ("、" if language == "zh" else ", ").join(words)


def passage(document: str, section: str, language: Language) -> str:
    """What a passage is called: in Chinese by its own heading, for the documents are Chinese."""
    if language == "en":
        return section
    if section.startswith("§"):
        slide, _, day = section.partition(" step ")
        return f"{slide}第{day}天" if day else slide
    return DOCUMENTS[document].sections[section]


def cited(citations: Iterable[Citation], language: Language) -> str:
    """Where it comes from, with the words that decide how strong it is."""
    parts = []
    for one in citations:
        place = f"{one.document} {passage(one.document, one.section, language)}"
        signal = "、".join(one.words.split())
        if signal:
            place += f"（“{signal}”）" if language == "zh" else f" (“{signal}”)"
        parts.append(place)
    return ("；" if language == "zh" else "; ").join(parts) or OURS.in_(language)
