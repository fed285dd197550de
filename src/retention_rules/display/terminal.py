"""Tables for a terminal; rich measures Chinese letters as the two columns that they take."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from retention_rules.customers import Customer
from retention_rules.display.words import (
    GROUPS,
    STRENGTHS,
    group,
    plain,
    urgency,
    when,
)
from retention_rules.findings import Finding, Findings, Note
from retention_rules.practices.variants import Guidance
from retention_rules.rules import Rule, Shape
from retention_rules.serialization import encode
from retention_rules.texts import Language, Text
from retention_rules.words import STATUSES

_COLOURS = {
    "open": "yellow",
    "breached": "bold red",
    "violated": "bold red",
    "lapsed": "red",
    "fulfilled": "green",
    "repaired": "green",
    "indeterminate": "magenta",
    "current": "cyan",
    "holds": "cyan",
    "must": "bold",
    "late": "bold red",
    "today": "bold yellow",
    "later": "bold",
    "clarify": "bold magenta",
}
_WIDTH = 100
_NOTES = 5


def console(file: Any = None) -> Console:
    """A console on `file` (default: standard output); 100 columns wide where nobody looks."""
    found = Console(file=file, highlight=False, emoji=False, markup=False)
    if not found.is_terminal and "COLUMNS" not in found._environ:
        found.width = _WIDTH
    return found


def coloured(word: str, told: str) -> Styled:
    """A word in the colour of its status or group."""
    return Styled(told, _COLOURS.get(word, ""))


def _status(finding: Finding, language: Language) -> Styled:
    return coloured(finding.status, STATUSES[finding.status].in_(language))


def table(*headings: str) -> Table:
    """A table without lines between its rows."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


class Names:
    """What customers are called: the fact `name`, else their id."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self._names = {one.id: one.facts.get("name") for one in customers}

    def of(self, id: str) -> str:
        """What to call the customer with this id."""
        name = self._names.get(id)
        return plain(name if isinstance(name, str) else id)


def _told(finding: Finding, names: Names, language: Language) -> Styled:
    return Styled.assemble(
        (names.of(finding.customer), "bold"),
        "\n",
        title(finding, language),
        "\n",
        (plain(finding.key), "dim"),
    )


def _due(finding: Finding, as_of: datetime | None, language: Language) -> Styled:
    """By when, on the customer's clock; for what is no obligation, when it was."""
    at = finding.due_at if finding.nature == "obligation" else finding.opens_at
    if at is None:
        return Styled("–", "dim")
    year = as_of is None or at.year != as_of.astimezone(at.tzinfo).year
    return Styled.assemble(when(at, language, year=year), "\n", (finding.zone, "dim"))


def title(finding: Finding, language: Language) -> str:
    """What to do; the rule's id for a finding without origin or title."""
    told = finding.title(language) if finding.origin is not None else ""
    return plain(told or finding.rule)


def agenda(
    found: Sequence[Finding], as_of: datetime, customers: Iterable[Customer], language: Language
) -> RenderableType:
    """What to do, in groups: late, today, later, to clarify."""
    head = when(as_of, language, year=True) + f" ({as_of.isoformat()[-6:]})"
    if not found:
        told = Text(f"As of {head}: nothing to do.", f"截至{head}：没有待办事项。")
        return Styled(told.in_(language), "green")
    people = len({one.customer for one in found})
    summary = Text(
        f"As of {head}: {len(found)} to do for {people} customer{'s' * (people != 1)}",
        f"截至{head}：{people}位客户共{len(found)}项",
    )
    headings = Text("When|Due|For whom, and what", "何时|期限|为谁，做什么")
    lines = table(*headings.in_(language).split("|"))
    lines.columns[0].no_wrap = lines.columns[1].no_wrap = True
    names = Names(customers)
    for name, words in GROUPS.items():
        members = [one for one in found if group(one, as_of) == name]
        if not members:
            continue
        lines.add_row(coloured(name, f"{words.in_(language)} ({len(members)})"))
        for one in members:
            lines.add_row(
                Styled.assemble(urgency(one, as_of, language), "\n", _status(one, language)),
                _due(one, as_of, language),
                _told(one, names, language),
            )
        lines.add_section()
    return Group(Styled(summary.in_(language), "bold"), "", lines)


def check(found: Findings, customers: Iterable[Customer], language: Language) -> RenderableType:
    """All findings, and how many there are of each status."""
    counted = Counter[str](one.status for one in found)
    parts = [
        f"{counted[name]} {STATUSES[name].in_(language)}" for name in STATUSES if counted[name]
    ]
    total = Text(f"{len(found)} findings", f"共{len(found)}项结论").in_(language)
    comma = ", " if language == "en" else "、"
    summary = f"{total}: {comma.join(parts)}" if parts else total
    headings = Text("Status|Due|For whom, and what", "状态|期限|为谁，什么事").in_(language)
    lines = table(*headings.split("|"))
    lines.columns[0].no_wrap = lines.columns[1].no_wrap = True
    names = Names(customers)
    for one in found:
        lines.add_row(
            _status(one, language),
            _due(one, found.as_of, language),
            _told(one, names, language),
        )
    return Group(lines, "", Styled(summary, "bold"))


def dataset(
    tally: Mapping[tuple[str, str], int],
    share: Sequence[Mapping[str, Any]],
    events: int,
    seconds: float,
    language: Language,
) -> RenderableType:
    """How many findings there are by rule and status, who decided them, and how long it took.

    Args:
        tally: How many there are, by rule and status.
        share: How many customers went which way, by rules.
        events: How many rows were read.
        seconds: How long it took.
        language: The language of the words.
    """
    comma = Text(", ", "、").in_(language)
    lines = table(*Text("Rule|Findings", "规则|结论").in_(language).split("|"))
    for rule in dict.fromkeys(rule for rule, _ in sorted(tally)):
        cells = [
            coloured(name, f"{tally[rule, name]:,} {STATUSES[name].in_(language)}")
            for name in STATUSES
            if (rule, name) in tally
        ]
        lines.add_row(plain(rule), Styled(comma).join(cells))
    asked = sum(one["customers"] for one in share)
    taken = sum(one["kernel"] for one in share) / asked if asked else 1.0
    customers = max((one["customers"] for one in share), default=0)
    summary = Text(
        f"{sum(tally.values()):,} findings from {events:,} rows and {customers:,} customers",
        f"{events:,}行、{customers:,}位客户，共{sum(tally.values()):,}项结论",
    )
    how = Text(
        f"The kernel took {taken:.1%} of rules and customers. {seconds:.1f} s.",
        f"内核处理了{taken:.1%}的规则与客户。用时{seconds:.1f}秒。",
    )
    bold, dim = Styled(summary.in_(language), "bold"), Styled(how.in_(language), "dim")
    return Group(lines, "", bold, dim)


def notes(given: Sequence[Note], language: Language) -> RenderableType:
    """What someone should look at in the data."""
    head = Text(f"Notes on the data ({len(given)})", f"关于数据的提示({len(given)})")
    lines = [Styled(f"· {plain(note.text)}", "dim") for note in given[:_NOTES]]
    more = [Styled("· …", "dim")] if len(given) > _NOTES else []
    return Group(Styled(head.in_(language), "bold"), *lines, *more)


def rules(given: Iterable[Shape], language: Language) -> RenderableType:
    """The rules of a rulebook, a line for each."""
    headings = Text("Rule|Strength|What to do|Source", "规则|力度|要做什么|出处").in_(language)
    lines = table(*headings.split("|"))
    lines.columns[0].no_wrap = lines.columns[1].no_wrap = True
    for rule in given:
        lines.add_row(
            plain(rule.id),
            coloured(rule.strength, STRENGTHS[rule.strength].in_(language)),
            plain(rule.title.in_(language)),
            Styled("; ".join([*_mark(rule, language), *_sources(rule)]), "dim"),
        )
    return lines


def _sources(rule: Shape) -> list[str]:
    return [plain(str(one)) for one in rule.citations]


def _mark(rule: Rule, language: Language) -> list[str]:
    """In what a rule departs from its sources."""
    if not rule.adapted:
        return []
    names = ", ".join(plain(name) for name in rule.adapted)
    return [Text(f"adapted in {names}", f"有改动：{names}").in_(language)]


_TOLD = {"shape", "id", "title", "advice", "checklist", "citations", "reading", "adapted"}
_TOLD |= {"strength", "strategy"}


def rule(given: Shape, language: Language) -> RenderableType:
    """One rule: what it asks, where that comes from, how it is read, and how it works."""
    form: dict[str, Any] = encode(given)
    works_by = {key: _worded(form[key], language) for key in form if key not in _TOLD}
    inner = "\n".join(_outline(works_by))
    works = Text("How it works", "规则内容").in_(language)
    shown: list[RenderableType] = [
        "",
        Styled(works, "cyan"),
        Padding(Styled(plain(inner)), (0, 0, 0, 2)),
    ]
    return Group(*_about(given, form["shape"], language), *shown)


def guidance(given: Guidance, language: Language) -> RenderableType:
    """What is told and not evaluated."""
    return Group(*_about(given, given.nature, language))


def _about(given: Rule, what: str, language: Language) -> list[RenderableType]:
    """What a rule says about itself."""
    strength = STRENGTHS[given.strength].in_(language)
    parts: list[RenderableType] = [
        Styled(plain(given.title.in_(language) or given.id), "bold"),
        Styled(" · ".join(filter(None, (given.id, what, strength, given.strategy))), "dim"),
    ]
    words = Text("Advice|Checklist|Source|Reading", "建议|清单|出处|解读")
    advice, items, source, reading = words.in_(language).split("|")
    told = {
        advice: given.advice.in_(language),
        items: "\n".join(f"[ ] {one.text.in_(language)}" for one in given.checklist),
        source: "\n".join(
            [
                *_mark(given, language),
                *(str(one) + (f" ({one.words})" if one.words else "") for one in given.citations),
            ]
        ),
        reading: given.reading.in_(language),
    }
    for heading, text in told.items():
        if text:
            parts += ["", Styled(heading, "cyan"), Padding(Styled(plain(text)), (0, 0, 0, 2))]
    return parts


def _worded(form: Any, language: Language) -> Any:
    """The form with each text in one language."""
    if isinstance(form, list):
        return [_worded(one, language) for one in form]
    if not isinstance(form, Mapping):
        return form
    if form.keys() <= {"en", "zh"}:
        return Text(**form).in_(language)
    return {key: _worded(value, language) for key, value in form.items()}


def _outline(data: Mapping[str, Any], indent: str = "") -> Iterable[str]:
    """An object as indented lines, short parts on one."""
    for key, value in data.items():
        flat = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(flat) <= 60 or not isinstance(value, Mapping | list):
            yield f"{indent}{key}: {flat}"
        elif isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _outline(value, indent + "  ")
        else:
            yield f"{indent}{key}:"
            for item in value:
                if isinstance(item, Mapping):
                    first, *rest = _outline(item, indent + "    ")
                    yield f"{indent}  - {first.strip()}"
                    yield from rest
                else:
                    yield f"{indent}  - {json.dumps(item, ensure_ascii=False)}"
